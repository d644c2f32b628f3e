-- Takedown of messages, orders of two persons, access to a mailbox, incidents, planned stops. Times (`*_at`) are
-- milliseconds since 1970 UTC.

-- One message by its Message-ID, and those of a range of times: what a case looks for.
CREATE INDEX message_named ON message (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX message_created ON message (created_at, id);

-- A case (QN.13.9). What it looks for, all that is given together: message_id with its angle brackets; content: the
-- blob's hash; attachment: SHA-256 of a decoded one; sender in lower case; from_at and until_at: when it came.
-- state: open (only looked for), sealed, releasing, released, purging, purged. scan_*: how far was looked.
-- stub_id: the notice that lies where its copies lay.
CREATE TABLE takedown (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    state        TEXT NOT NULL,
    document     TEXT NOT NULL,
    clause       TEXT NOT NULL,
    reason       TEXT NOT NULL,
    contact      TEXT NOT NULL,
    incident_id  INTEGER,
    message_id   TEXT,
    content      BLOB,
    attachment   BLOB,
    sender       TEXT,
    from_at      INTEGER,
    until_at     INTEGER,
    scan_at      INTEGER NOT NULL DEFAULT 0,
    scan_id      INTEGER NOT NULL DEFAULT 0,
    found_at     INTEGER,
    stub_id      INTEGER REFERENCES message (id),
    opened_by    TEXT NOT NULL,
    opened_at    INTEGER NOT NULL,
    sealed_at    INTEGER,
    closed_at    INTEGER
);
CREATE INDEX takedown_live ON takedown (id) WHERE state IN ('sealed', 'releasing', 'purging');
CREATE INDEX takedown_stub ON takedown (stub_id) WHERE stub_id IS NOT NULL;

-- Contents that a case found. held: 1 its bytes stay for the case. sha256: of the message as it is stored.
CREATE TABLE takedown_message (
    takedown_id INTEGER NOT NULL REFERENCES takedown (id),
    message_id  INTEGER NOT NULL,
    held        INTEGER NOT NULL DEFAULT 1,
    size        INTEGER NOT NULL,
    name        TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    sha256      BLOB,
    found_at    INTEGER NOT NULL,
    PRIMARY KEY (takedown_id, message_id)
) WITHOUT ROWID;
CREATE INDEX takedown_message_held ON takedown_message (message_id) WHERE held = 1;

-- A copy that was taken out of its folder. uid: where it lay; NULL of one that came while the case was sealed.
-- notice_uid: the notice in its place; 0 of one that its reader had removed (removed_at) and could have brought back.
-- state: 0 sealed, 1 released, 2 destroyed. flags, object_id, key, prefix: as in entry.
-- forwarded, fetched_at, opened_by (a login), opened_at: as it was when it was sealed, whatever becomes of its mailbox.
CREATE TABLE takedown_copy (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    takedown_id INTEGER NOT NULL REFERENCES takedown (id),
    message_id  INTEGER NOT NULL,
    mailbox_id  INTEGER NOT NULL REFERENCES mailbox (id),
    folder_id   INTEGER NOT NULL,
    folder      TEXT NOT NULL,
    special_use TEXT,
    uid         INTEGER,
    notice_uid  INTEGER NOT NULL,
    state       INTEGER NOT NULL DEFAULT 0,
    flags       INTEGER NOT NULL,
    internal_at INTEGER NOT NULL,
    saved_at    INTEGER NOT NULL,
    size        INTEGER NOT NULL,
    object_id   INTEGER,
    key         BLOB,
    prefix      BLOB NOT NULL,
    sealed_at   INTEGER NOT NULL,
    removed_at  INTEGER,
    forwarded   INTEGER NOT NULL DEFAULT 0,
    fetched_at  INTEGER,
    opened_by   TEXT,
    opened_at   INTEGER,
    ended_at    INTEGER
);
CREATE INDEX takedown_copy_case ON takedown_copy (takedown_id, state, folder_id, id);
CREATE INDEX takedown_copy_place ON takedown_copy (takedown_id, id);
CREATE INDEX takedown_copy_message ON takedown_copy (message_id) WHERE state = 0;

-- What must leave the search index of a folder soon, whatever else is still in its segment.
CREATE TABLE search_forget (
    folder_id INTEGER NOT NULL,
    uid       INTEGER NOT NULL,
    PRIMARY KEY (folder_id, uid)
) WITHOUT ROWID;

-- What only two persons together may order. kind: purge, content, access. subject: takedown/3, mailbox/7.
CREATE TABLE joint_order (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    kind            TEXT NOT NULL,
    subject         TEXT NOT NULL,
    document        TEXT NOT NULL,
    reason          TEXT NOT NULL,
    data            TEXT NOT NULL,
    organisation_id INTEGER NOT NULL REFERENCES organisation (id),
    proposed_by     INTEGER NOT NULL REFERENCES account (id),
    proposed_at     INTEGER NOT NULL,
    lapses_at       INTEGER NOT NULL,
    confirmed_by    INTEGER REFERENCES account (id),
    confirmed_at    INTEGER,
    withdrawn_at    INTEGER
);
CREATE UNIQUE INDEX joint_order_open ON joint_order (kind, subject, data) WHERE confirmed_at IS NULL AND withdrawn_at IS NULL;
CREATE INDEX joint_order_subject ON joint_order (subject, id);

-- Who may read another's mailbox for a while (BS.III.9). way: consent, order. tell_at: when the owner is told; NULL where
-- that is done. order_id: what ordered it.
CREATE TABLE access_grant (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    mailbox_id INTEGER NOT NULL REFERENCES mailbox (id),
    account_id INTEGER NOT NULL REFERENCES account (id),
    way        TEXT NOT NULL,
    order_id   INTEGER REFERENCES joint_order (id),
    document   TEXT NOT NULL,
    purpose    TEXT NOT NULL,
    from_at    INTEGER NOT NULL,
    until_at   INTEGER NOT NULL,
    granted_by TEXT NOT NULL,
    granted_at INTEGER NOT NULL,
    tell_at    INTEGER,
    told_at    INTEGER,
    ended_at   INTEGER,
    ended_by   TEXT NOT NULL DEFAULT ''
);
CREATE INDEX access_grant_account ON access_grant (account_id, until_at) WHERE ended_at IS NULL;
CREATE INDEX access_grant_order ON access_grant (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX access_grant_mailbox ON access_grant (mailbox_id, id);
CREATE INDEX access_grant_untold ON access_grant (tell_at) WHERE tell_at IS NOT NULL;

-- Each use of it.
CREATE TABLE access_use (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    grant_id  INTEGER NOT NULL REFERENCES access_grant (id),
    at        INTEGER NOT NULL,
    client_ip TEXT NOT NULL,
    what      TEXT NOT NULL
);
CREATE INDEX access_use_grant ON access_use (grant_id, id);

-- What went wrong (QN.9.1.a, SL.13). kind: outage, malware, phishing, hijacked, burst, secret, emergency-stop, other. key: what tells
-- the same again. state: reported, handling, fixed, closed. data: facts as JSON; never a message's text.
CREATE TABLE incident (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    key             TEXT UNIQUE,
    kind            TEXT NOT NULL,
    state           TEXT NOT NULL,
    clause          TEXT NOT NULL,
    organisation_id INTEGER REFERENCES organisation (id),
    mailbox_id      INTEGER REFERENCES mailbox (id),
    told_by         TEXT NOT NULL,
    description     TEXT NOT NULL,
    data            TEXT NOT NULL,
    happened_at     INTEGER NOT NULL,
    reported_at     INTEGER NOT NULL,
    changed_at      INTEGER NOT NULL,
    taken_up_at     INTEGER
);
CREATE INDEX incident_state ON incident (state, id);
-- What the way of mail noted and nobody was told of yet.
CREATE INDEX incident_untold ON incident (id) WHERE kind = 'burst' AND taken_up_at IS NULL;
CREATE INDEX incident_mailbox ON incident (mailbox_id, id) WHERE mailbox_id IS NOT NULL;
-- Violations, recorded alone or with a lock.
CREATE INDEX audit_violation ON audit (at, id) WHERE action = 'mailbox.violation';
CREATE INDEX mailbox_lock_violation ON mailbox_lock (at, id) WHERE violation <> '';

-- What became of it, step by step.
CREATE TABLE incident_step (
    incident_id INTEGER NOT NULL REFERENCES incident (id),
    number      INTEGER NOT NULL,
    state       TEXT NOT NULL,
    at          INTEGER NOT NULL,
    actor       TEXT NOT NULL,
    note        TEXT NOT NULL,
    PRIMARY KEY (incident_id, number)
) WITHOUT ROWID;

-- A planned or an emergency stop of the service. until_at: when it is back, where that is known.
CREATE TABLE planned_stop (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    emergency       INTEGER NOT NULL,
    organisation_id INTEGER NOT NULL REFERENCES organisation (id),
    what            TEXT NOT NULL,
    document        TEXT NOT NULL,
    clause          TEXT NOT NULL,
    from_at         INTEGER NOT NULL,
    until_at        INTEGER,
    announced_by    TEXT NOT NULL,
    announced_at    INTEGER NOT NULL,
    incident_id     INTEGER REFERENCES incident (id),
    done_at         INTEGER,
    cancelled_at    INTEGER,
    cancel_reason   TEXT NOT NULL DEFAULT ''
);
CREATE INDEX planned_stop_live ON planned_stop (from_at, id) WHERE done_at IS NULL AND cancelled_at IS NULL;
