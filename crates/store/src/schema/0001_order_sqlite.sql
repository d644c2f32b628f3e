-- What a mailbox's owner wants done to its mail. mailbox.orders says to delivery whether there is anything: 1 filters that are
-- on, 2 an answer for absence.

-- Filters, in the order of their positions. rule: what it says, as the program writes it. changed_by: who wrote it last.
CREATE TABLE filter (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    mailbox_id INTEGER NOT NULL REFERENCES mailbox (id),
    position   INTEGER NOT NULL,
    name       TEXT NOT NULL,
    rule       BLOB NOT NULL,
    enabled    INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    changed_by TEXT NOT NULL
);
CREATE INDEX filter_mailbox ON filter (mailbox_id, position, id);

-- The answer that senders get while its owner is away: from from_at until until_at, not included. inside_only: only senders at
-- our domains. answered: how many got it.
CREATE TABLE vacation (
    mailbox_id  INTEGER PRIMARY KEY REFERENCES mailbox (id),
    from_at     INTEGER NOT NULL,
    until_at    INTEGER NOT NULL,
    body        TEXT NOT NULL,
    inside_only INTEGER NOT NULL,
    answered    INTEGER NOT NULL DEFAULT 0,
    changed_at  INTEGER NOT NULL,
    changed_by  TEXT NOT NULL
);

-- Who gets it: each sender once in an absence (period: its from_at). Written with the delivery, sent behind it. own: the address
-- that was written to.
CREATE TABLE vacation_answer (
    id         INTEGER PRIMARY KEY,
    mailbox_id INTEGER NOT NULL REFERENCES mailbox (id),
    period     INTEGER NOT NULL,
    address    TEXT NOT NULL,
    own        TEXT NOT NULL,
    subject    TEXT NOT NULL,
    message_id TEXT NOT NULL,
    refs       TEXT NOT NULL,
    at         INTEGER NOT NULL,
    sent_at    INTEGER,
    UNIQUE (mailbox_id, period, address)
);
CREATE INDEX vacation_answer_due ON vacation_answer (id) WHERE sent_at IS NULL;
