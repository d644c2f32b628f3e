-- What left and can be brought back for a while, and final deletions under way. Times (`*_at`) are milliseconds since 1970 UTC.

-- Messages that left a folder. Their bytes stay with them; no quota counts them. place: where it lay
-- (folder_id * 2^32 + uid), which nothing else ever has. object_id, key, prefix: as in entry.
CREATE TABLE removed (
    mailbox_id  INTEGER NOT NULL REFERENCES mailbox (id),
    removed_at  INTEGER NOT NULL,
    place       INTEGER NOT NULL,
    flags       INTEGER NOT NULL,
    internal_at INTEGER NOT NULL,
    size        INTEGER NOT NULL,
    message_id  INTEGER NOT NULL REFERENCES message (id),
    object_id   INTEGER,
    key         BLOB,
    prefix      BLOB NOT NULL,
    PRIMARY KEY (mailbox_id, removed_at, place)
) WITHOUT ROWID;
CREATE INDEX removed_message ON removed (message_id);
CREATE INDEX removed_when ON removed (removed_at);

-- Folders that were deleted, by the name they had. removed_at: also that of their messages in `removed`.
CREATE TABLE removed_folder (
    folder_id   INTEGER PRIMARY KEY,
    mailbox_id  INTEGER NOT NULL REFERENCES mailbox (id),
    name        TEXT NOT NULL,
    special_use TEXT,
    messages    INTEGER NOT NULL,
    removed_at  INTEGER NOT NULL,
    restored_at INTEGER
);
CREATE INDEX removed_folder_mailbox ON removed_folder (mailbox_id, removed_at, folder_id);
CREATE INDEX removed_folder_when ON removed_folder (removed_at);

-- Mailboxes deleted for good: what is left of them goes in chunks. done_at: nothing was left, no byte of a message
-- either. recorded_at: the record of acts says so.
CREATE TABLE destruction (
    mailbox_id  INTEGER PRIMARY KEY REFERENCES mailbox (id),
    begun_at    INTEGER NOT NULL,
    done_at     INTEGER,
    recorded_at INTEGER,
    looked_at   INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX destruction_open ON destruction (looked_at, mailbox_id) WHERE done_at IS NULL;
CREATE INDEX destruction_told ON destruction (mailbox_id) WHERE done_at IS NOT NULL AND recorded_at IS NULL;
