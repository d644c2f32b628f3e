-- Places: bulk changes of addresses, and the directory with what changed in it. Times (`*_at`) are milliseconds since
-- 1970 UTC.

-- Addresses made anew for many mailboxes at once. scope: what it is about, as JSON. state: making, draft, applying, done,
-- dropped. after_id: the last mailbox that has its line.
CREATE TABLE rename_job (
    id       INTEGER PRIMARY KEY,
    scope    TEXT NOT NULL,
    document TEXT NOT NULL,
    made_by  TEXT NOT NULL,
    made_at  INTEGER NOT NULL,
    state    TEXT NOT NULL,
    after_id INTEGER NOT NULL DEFAULT 0
);

-- One mailbox of it. former: its address. domain_id, local_part: the new one; empty while somebody must choose.
-- why: the steps, candidates: what may be chosen, both as JSON. state: ready, choose, same, done, failed, skipped.
CREATE TABLE rename_line (
    job_id     INTEGER NOT NULL REFERENCES rename_job (id),
    number     INTEGER NOT NULL,
    mailbox_id INTEGER NOT NULL REFERENCES mailbox (id),
    former     TEXT NOT NULL,
    domain_id  INTEGER NOT NULL REFERENCES domain (id),
    local_part TEXT NOT NULL,
    display    TEXT NOT NULL,
    why        TEXT NOT NULL,
    candidates TEXT NOT NULL,
    state      TEXT NOT NULL,
    done_at    INTEGER,
    PRIMARY KEY (job_id, number)
) WITHOUT ROWID;
CREATE UNIQUE INDEX rename_line_mailbox ON rename_line (job_id, mailbox_id);
-- Nobody gets in one batch what another gets.
CREATE UNIQUE INDEX rename_line_address ON rename_line (job_id, domain_id, local_part) WHERE local_part <> '';
CREATE INDEX rename_line_ready ON rename_line (job_id, number) WHERE state = 'ready';

-- The directory (danh bạ): a row for each mailbox and group that is in use. kind: person, unit, group. key: what it is
-- ordered by. words: its words, folded, as directory_word has them, each with a space before and behind it.
CREATE TABLE directory (
    id              INTEGER PRIMARY KEY,
    mailbox_id      INTEGER UNIQUE REFERENCES mailbox (id),
    group_id        INTEGER UNIQUE REFERENCES mail_group (id),
    organisation_id INTEGER NOT NULL REFERENCES organisation (id),
    kind            TEXT NOT NULL,
    key             TEXT NOT NULL,
    words           TEXT NOT NULL,
    family          TEXT NOT NULL,
    middle          TEXT NOT NULL,
    given           TEXT NOT NULL,
    display         TEXT NOT NULL,
    title           TEXT NOT NULL,
    place           TEXT NOT NULL,
    address         TEXT NOT NULL,
    phone           TEXT NOT NULL
);
-- With what a search over common words looks at.
CREATE INDEX directory_order ON directory (key, id, organisation_id, words);
CREATE INDEX directory_place ON directory (organisation_id, key, id);
CREATE INDEX directory_group ON directory (key, group_id) WHERE kind = 'group';

-- Which words an entry of the directory has.
CREATE TABLE directory_word (
    word     TEXT NOT NULL,
    entry_id INTEGER NOT NULL,
    PRIMARY KEY (word, entry_id)
) WITHOUT ROWID;
CREATE INDEX directory_word_entry ON directory_word (entry_id, word);

-- What changed in the directory. what: added, changed, removed. former, latter: the entry as JSON, empty where there was none.
CREATE TABLE directory_change (
    id              INTEGER PRIMARY KEY,
    at              INTEGER NOT NULL,
    mailbox_id      INTEGER,
    group_id        INTEGER,
    organisation_id INTEGER NOT NULL,
    what            TEXT NOT NULL,
    former          TEXT NOT NULL,
    latter          TEXT NOT NULL
);
CREATE INDEX directory_change_at ON directory_change (at, id);

-- Mailboxes and groups whose entries are to be looked at again: what changed for many at once. at: when it did.
CREATE TABLE directory_due (
    id         INTEGER PRIMARY KEY,
    at         INTEGER NOT NULL,
    mailbox_id INTEGER UNIQUE,
    group_id   INTEGER UNIQUE
);

-- A list of places that is carried out in chunks; while one is open nobody else changes the tree. detail: what its record
-- says, as JSON. next: the chunk that is carried out next.
CREATE TABLE place_list (
    id         INTEGER PRIMARY KEY,
    made_by    TEXT NOT NULL,
    made_by_id INTEGER,
    client_ip  TEXT NOT NULL,
    document   TEXT NOT NULL,
    made_at    INTEGER NOT NULL,
    detail     TEXT NOT NULL,
    chunks     INTEGER NOT NULL,
    next       INTEGER NOT NULL DEFAULT 0,
    done_at    INTEGER
);
CREATE INDEX place_list_open ON place_list (id) WHERE done_at IS NULL;

-- Some places of it. data: what becomes of each, as JSON. made: the rows of the places, once it is carried out.
CREATE TABLE place_list_chunk (
    list_id INTEGER NOT NULL REFERENCES place_list (id),
    number  INTEGER NOT NULL,
    data    TEXT NOT NULL,
    made    TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (list_id, number)
) WITHOUT ROWID;

-- How much the mailboxes of a place and of those below it get, where that is not what the regulation gives. kind: personal,
-- unit. measure: quota (what a mailbox holds), attachment (what a message carries). document: what approved more than the
-- regulation's maximum; may be empty.
CREATE TABLE place_limit (
    organisation_id INTEGER NOT NULL REFERENCES organisation (id),
    kind            TEXT NOT NULL,
    measure         TEXT NOT NULL,
    bytes           INTEGER NOT NULL,
    document        TEXT NOT NULL,
    PRIMARY KEY (organisation_id, kind, measure)
) WITHOUT ROWID;
