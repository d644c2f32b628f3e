-- What is to happen to messages at a time of its own. Times (`*_at`) are milliseconds since 1970 UTC.

-- kind: 0 a draft is sent, 1 a message comes back into sight, 2 it is looked at whether a message was answered,
-- 3 a message is taken back from who has not read it. folder_id, uid: where
-- it lies; of kinds 2 and 3, where the sender's copy lay at first. message_id: it may be gone from there. account_id: who asked for it;
-- epoch: the account's then, of kind 0: what raises it (lock, password change, revocation) keeps the draft back. home_id: of kind 1, the folder it
-- goes back to. days: of kind 2, how many were waited. due_at: when.
CREATE TABLE later (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    kind       INTEGER NOT NULL,
    mailbox_id INTEGER NOT NULL REFERENCES mailbox (id),
    folder_id  INTEGER NOT NULL,
    uid        INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    account_id INTEGER NOT NULL REFERENCES account (id),
    epoch      INTEGER NOT NULL,
    client_ip  TEXT NOT NULL,
    home_id    INTEGER,
    days       INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    due_at     INTEGER NOT NULL
);
CREATE UNIQUE INDEX later_place ON later (folder_id, uid, kind);
CREATE INDEX later_due ON later (due_at, id);
CREATE INDEX later_mailbox ON later (mailbox_id, kind, due_at, id);
CREATE INDEX later_account ON later (account_id);
