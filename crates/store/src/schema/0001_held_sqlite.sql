-- Mail that arrived and waits until somebody lets it go or sends it back (QN.15.6): accepted, in no mailbox yet. client_ip, helo, protocol,
-- tls: where it came from. waits: recipients that nobody decided about; while there are some, the message stays (blob/sweep.rs), later
-- it may be gone.
CREATE TABLE held (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    message_id  INTEGER NOT NULL,
    trace       TEXT NOT NULL,
    sender      TEXT NOT NULL,
    client_ip   TEXT NOT NULL,
    helo        TEXT NOT NULL,
    protocol    TEXT NOT NULL,
    tls         TEXT,
    envelope_id TEXT,
    ret         INTEGER,
    size        INTEGER NOT NULL,
    held_at     INTEGER NOT NULL,
    until_at    INTEGER NOT NULL,
    waits       INTEGER NOT NULL
);
CREATE INDEX held_message ON held (message_id);
CREATE INDEX held_trace ON held (trace);
CREATE INDEX held_due ON held (until_at, id) WHERE waits > 0;
CREATE INDEX held_waits ON held (id) WHERE waits > 0;
CREATE INDEX held_over ON held (id) WHERE waits = 0;

-- One recipient of it. state: 0 waits, 1 let go, 2 sent back, 3 dropped, 4 held too long and sent back.
CREATE TABLE held_recipient (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    held_id         INTEGER NOT NULL REFERENCES held (id),
    address         TEXT NOT NULL,
    original        TEXT,
    notify          INTEGER,
    mailbox_id      INTEGER,
    organisation_id INTEGER NOT NULL,
    state           INTEGER NOT NULL DEFAULT 0,
    decided_at      INTEGER,
    decided_by      TEXT NOT NULL DEFAULT '',
    reason          TEXT NOT NULL DEFAULT ''
);
CREATE INDEX held_recipient_held ON held_recipient (held_id, id);

-- Why it is held for a recipient: what the rules at their place found.
CREATE TABLE held_finding (
    recipient_id INTEGER NOT NULL REFERENCES held_recipient (id),
    n            INTEGER NOT NULL,
    concern      TEXT NOT NULL,
    clause       TEXT NOT NULL,
    says         TEXT NOT NULL,
    PRIMARY KEY (recipient_id, n)
) WITHOUT ROWID;

-- What it consists of: names and types, never text. kind: what it is by its content; inside: what could be seen of its inside.
CREATE TABLE held_part (
    held_id  INTEGER NOT NULL REFERENCES held (id),
    n        INTEGER NOT NULL,
    name     TEXT NOT NULL,
    declared TEXT NOT NULL,
    kind     TEXT NOT NULL,
    size     INTEGER NOT NULL,
    inside   TEXT NOT NULL,
    PRIMARY KEY (held_id, n)
) WITHOUT ROWID;
