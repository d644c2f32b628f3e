-- Unit mailboxes: who keeps them, what became of their messages, when somebody looked into them, hand-overs. Times
-- (`*_at`) are milliseconds since 1970 UTC; days (`*_day`) are days since 1970 in Vietnam's time.

-- Somebody's rights in a unit mailbox: one row at a time for both, a new one for each change. rights: 1 reads, 2 marks,
-- files and deletes, 4 sends in its name, 8 says who keeps it. until_at: NULL where it has no end. ended_how: changed,
-- taken back, expired, handed over, moved, deleted.
CREATE TABLE delegation (
    id           INTEGER PRIMARY KEY,
    mailbox_id   INTEGER NOT NULL REFERENCES mailbox (id),
    account_id   INTEGER NOT NULL REFERENCES account (id),
    rights       INTEGER NOT NULL,
    from_at      INTEGER NOT NULL,
    until_at     INTEGER,
    document     TEXT NOT NULL,
    document_day INTEGER,
    granted_by   TEXT NOT NULL,
    granted_at   INTEGER NOT NULL,
    ended_at     INTEGER,
    ended_how    TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX delegation_live ON delegation (account_id, mailbox_id) WHERE ended_at IS NULL;
CREATE INDEX delegation_mailbox ON delegation (mailbox_id, id);

-- What became of a message. object_id: its content (EMAILID), which it keeps wherever it is moved. *_by: accounts.
CREATE TABLE assignment (
    mailbox_id  INTEGER NOT NULL REFERENCES mailbox (id),
    object_id   INTEGER NOT NULL,
    taken_by    INTEGER REFERENCES account (id),
    taken_at    INTEGER,
    assigned_to INTEGER REFERENCES account (id),
    assigned_by TEXT NOT NULL DEFAULT '',
    assigned_at INTEGER,
    answered_by INTEGER REFERENCES account (id),
    answered_at INTEGER,
    done_by     INTEGER REFERENCES account (id),
    done_at     INTEGER,
    note        TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (mailbox_id, object_id)
) WITHOUT ROWID;
CREATE INDEX assignment_open ON assignment (mailbox_id, object_id) WHERE done_at IS NULL;

-- Who opened a message first.
CREATE TABLE unit_opened (
    mailbox_id INTEGER NOT NULL REFERENCES mailbox (id),
    object_id  INTEGER NOT NULL,
    account_id INTEGER NOT NULL REFERENCES account (id),
    at         INTEGER NOT NULL,
    PRIMARY KEY (mailbox_id, object_id)
) WITHOUT ROWID;

-- What its keepers say to one another about a message; never sent.
CREATE TABLE unit_note (
    id         INTEGER PRIMARY KEY,
    mailbox_id INTEGER NOT NULL REFERENCES mailbox (id),
    object_id  INTEGER NOT NULL,
    account_id INTEGER NOT NULL REFERENCES account (id),
    at         INTEGER NOT NULL,
    words      TEXT NOT NULL
);
CREATE INDEX unit_note_object ON unit_note (mailbox_id, object_id, id);

-- A person looked into a unit mailbox in this minute of the day.
CREATE TABLE unit_check (
    mailbox_id INTEGER NOT NULL REFERENCES mailbox (id),
    day        INTEGER NOT NULL,
    minute     INTEGER NOT NULL,
    account_id INTEGER NOT NULL REFERENCES account (id),
    PRIMARY KEY (mailbox_id, day, minute, account_id)
) WITHOUT ROWID;

-- How often the holder of a personal mailbox looked into it on a day: minutes. last_minute: the last of them.
CREATE TABLE own_check (
    mailbox_id  INTEGER NOT NULL REFERENCES mailbox (id),
    day         INTEGER NOT NULL,
    checks      INTEGER NOT NULL,
    last_minute INTEGER NOT NULL,
    PRIMARY KEY (mailbox_id, day)
) WITHOUT ROWID;

-- How many messages of a kind of document were sent from a mailbox on a day (HCM.7.1), as senders wrote it.
CREATE TABLE sent_category (
    mailbox_id INTEGER NOT NULL REFERENCES mailbox (id),
    day        INTEGER NOT NULL,
    category   TEXT NOT NULL,
    messages   INTEGER NOT NULL,
    PRIMARY KEY (mailbox_id, day, category)
) WITHOUT ROWID;

-- Hand-overs. data: what was handed over, as JSON. public_key, signature: Ed25519 over data.
CREATE TABLE hand_over (
    id         INTEGER PRIMARY KEY,
    mailbox_id INTEGER NOT NULL REFERENCES mailbox (id),
    at         INTEGER NOT NULL,
    document   TEXT NOT NULL,
    data       TEXT NOT NULL,
    public_key TEXT NOT NULL,
    signature  TEXT NOT NULL
);
CREATE INDEX hand_over_mailbox ON hand_over (mailbox_id, id);
