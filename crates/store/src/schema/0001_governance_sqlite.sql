-- Governance: organisations' history, roles, locks, what fell due, requests, notices. Times (`*_at`) are milliseconds
-- since 1970 UTC; days (`*_day`) are days since 1970 in Vietnam's time.

-- What became of an organisation: from's place is taken by to. how: merged, split, renamed, dissolved.
CREATE TABLE succession (
    id       INTEGER PRIMARY KEY,
    from_id  INTEGER NOT NULL REFERENCES organisation (id),
    to_id    INTEGER REFERENCES organisation (id),
    how      TEXT NOT NULL,
    at       INTEGER NOT NULL,
    document TEXT NOT NULL
);
CREATE INDEX succession_from ON succession (from_id);
CREATE INDEX succession_to ON succession (to_id);

-- What somebody may do at a place and below it. role: decide, operate, ask, audit.
CREATE TABLE role_grant (
    id              INTEGER PRIMARY KEY,
    account_id      INTEGER NOT NULL REFERENCES account (id),
    role            TEXT NOT NULL,
    organisation_id INTEGER NOT NULL REFERENCES organisation (id),
    document        TEXT NOT NULL,
    granted_at      INTEGER NOT NULL,
    ended_at        INTEGER
);
CREATE UNIQUE INDEX role_grant_live ON role_grant (account_id, role, organisation_id) WHERE ended_at IS NULL;
CREATE INDEX role_grant_place ON role_grant (organisation_id, role) WHERE ended_at IS NULL;

-- Locks, those that are over too; one is in force at a time. sweep: the rule that made it; empty where a person did.
-- mode: receives, closed.
CREATE TABLE mailbox_lock (
    id          INTEGER PRIMARY KEY,
    mailbox_id  INTEGER NOT NULL REFERENCES mailbox (id),
    at          INTEGER NOT NULL,
    sweep       TEXT NOT NULL,
    clause      TEXT NOT NULL,
    violation   TEXT NOT NULL,
    reason      TEXT NOT NULL,
    document    TEXT NOT NULL,
    mode        TEXT NOT NULL,
    notice_at   INTEGER,
    received_at INTEGER,
    received_by TEXT NOT NULL DEFAULT '',
    ended_at    INTEGER,
    ended_how   TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX mailbox_lock_live ON mailbox_lock (mailbox_id) WHERE ended_at IS NULL;
CREATE INDEX mailbox_lock_all ON mailbox_lock (mailbox_id, at);

-- A recorded reason for not using a mailbox, to its last day.
CREATE TABLE exemption (
    id         INTEGER PRIMARY KEY,
    mailbox_id INTEGER NOT NULL REFERENCES mailbox (id),
    from_at    INTEGER NOT NULL,
    until_day  INTEGER NOT NULL,
    reason     TEXT NOT NULL,
    document   TEXT NOT NULL,
    ended_at   INTEGER
);
CREATE INDEX exemption_mailbox ON exemption (mailbox_id);

-- What fell due and was carried out or told, by the rule's key for it: never twice.
CREATE TABLE due_done (
    mailbox_id INTEGER NOT NULL REFERENCES mailbox (id),
    key        TEXT NOT NULL,
    at         INTEGER NOT NULL,
    PRIMARY KEY (mailbox_id, key)
) WITHOUT ROWID;

-- What fell due and waits for the managing department's word. act: revoke, delete. decision: confirmed, put-off,
-- lapsed; NULL while it waits. until_day: the last day it is put off for; after it, what still is due is proposed anew.
CREATE TABLE proposal (
    id              INTEGER PRIMARY KEY,
    mailbox_id      INTEGER NOT NULL REFERENCES mailbox (id),
    organisation_id INTEGER NOT NULL REFERENCES organisation (id),
    key             TEXT NOT NULL,
    act             TEXT NOT NULL,
    sweep           TEXT NOT NULL,
    clause          TEXT NOT NULL,
    due_at          INTEGER NOT NULL,
    since_at        INTEGER NOT NULL,
    note            TEXT NOT NULL,
    proposed_at     INTEGER NOT NULL,
    decided_at      INTEGER,
    decision        TEXT,
    decided_by      TEXT NOT NULL DEFAULT '',
    document        TEXT NOT NULL DEFAULT '',
    reason          TEXT NOT NULL DEFAULT '',
    until_day       INTEGER
);
CREATE UNIQUE INDEX proposal_live ON proposal (mailbox_id, act) WHERE decided_at IS NULL;
CREATE INDEX proposal_open ON proposal (organisation_id, id) WHERE decided_at IS NULL;
CREATE INDEX proposal_mailbox ON proposal (mailbox_id);

-- One run of the sweeper. held: acts that waited because there were more than a run may carry out.
CREATE TABLE sweep_run (
    id          INTEGER PRIMARY KEY,
    started_at  INTEGER NOT NULL,
    finished_at INTEGER,
    as_of       INTEGER NOT NULL,
    mailboxes   INTEGER NOT NULL DEFAULT 0,
    acts        INTEGER NOT NULL DEFAULT 0,
    proposals   INTEGER NOT NULL DEFAULT 0,
    notices     INTEGER NOT NULL DEFAULT 0,
    held        INTEGER NOT NULL DEFAULT 0
);

-- An official request. kind: issue, change, revoke, restore, password, quota, sync, directory. key: what tells the same
-- request sent again. state: open, done, refused, withdrawn. step: who has it in hand, counted from 0. due_day: the last
-- day to answer it.
CREATE TABLE request (
    id              INTEGER PRIMARY KEY,
    key             TEXT NOT NULL UNIQUE,
    kind            TEXT NOT NULL,
    organisation_id INTEGER NOT NULL REFERENCES organisation (id),
    profile         TEXT NOT NULL,
    way             TEXT NOT NULL,
    asked_by        TEXT NOT NULL,
    asked_by_id     INTEGER,
    document        TEXT NOT NULL,
    document_day    INTEGER,
    reason          TEXT NOT NULL,
    data            TEXT NOT NULL DEFAULT '',
    received_at     INTEGER NOT NULL,
    clock_day       INTEGER NOT NULL,
    due_day         INTEGER,
    due_clause      TEXT NOT NULL DEFAULT '',
    step            INTEGER NOT NULL,
    state           TEXT NOT NULL,
    lines           INTEGER NOT NULL,
    waiting         INTEGER NOT NULL,
    closed_at       INTEGER
);
CREATE INDEX request_open ON request (state, due_day, id);
CREATE INDEX request_organisation ON request (organisation_id, id);
CREATE INDEX request_document ON request (document, id);

-- One thing asked for in it. data: what is asked, as JSON. state: open, granted (to be carried out), done, refused,
-- failed (to be decided again). outcome: what became of it, as JSON. places: where whoever granted it decides, among what
-- it reaches: it is carried out nowhere else. noted: what whoever decides has in mind and has not decided yet, as JSON.
CREATE TABLE request_line (
    request_id INTEGER NOT NULL REFERENCES request (id),
    number     INTEGER NOT NULL,
    mailbox_id INTEGER REFERENCES mailbox (id),
    data       TEXT NOT NULL,
    state      TEXT NOT NULL,
    reason     TEXT NOT NULL DEFAULT '',
    decided_by TEXT NOT NULL DEFAULT '',
    decided_at INTEGER,
    done_at    INTEGER,
    outcome    TEXT NOT NULL DEFAULT '',
    places     TEXT NOT NULL DEFAULT '',
    noted      TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (request_id, number)
) WITHOUT ROWID;
CREATE INDEX request_line_mailbox ON request_line (mailbox_id) WHERE mailbox_id IS NOT NULL;
CREATE INDEX request_line_granted ON request_line (request_id, number) WHERE state = 'granted';

-- What was sent along with it.
CREATE TABLE request_file (
    id         INTEGER PRIMARY KEY,
    request_id INTEGER NOT NULL REFERENCES request (id),
    name       TEXT NOT NULL,
    media_type TEXT NOT NULL,
    hash       BLOB NOT NULL,
    data       BLOB NOT NULL,
    at         INTEGER NOT NULL
);
CREATE INDEX request_file_request ON request_file (request_id);

-- A notice on its way to people. key: what it is about, so that none is sent twice. audience: mailbox, organisation, all,
-- address. sent_at: when it was put into the mailboxes. received_at: when its receipt was recorded. papers: of what files are
-- made before it goes (report/12); empty once they are.
CREATE TABLE notice (
    id              INTEGER PRIMARY KEY,
    key             TEXT NOT NULL UNIQUE,
    kind            TEXT NOT NULL,
    audience        TEXT NOT NULL,
    mailbox_id      INTEGER REFERENCES mailbox (id),
    organisation_id INTEGER REFERENCES organisation (id),
    address         TEXT NOT NULL DEFAULT '',
    subject         TEXT NOT NULL,
    body            TEXT NOT NULL,
    clause          TEXT NOT NULL,
    created_at      INTEGER NOT NULL,
    after_id        INTEGER NOT NULL DEFAULT 0,
    sent_at         INTEGER,
    failed          TEXT NOT NULL DEFAULT '',
    received_at     INTEGER,
    papers          TEXT NOT NULL DEFAULT ''
);
CREATE INDEX notice_unsent ON notice (id) WHERE sent_at IS NULL AND failed = '';
CREATE INDEX notice_mailbox ON notice (mailbox_id, id);
CREATE INDEX notice_organisation ON notice (organisation_id, id);
CREATE INDEX notice_papers ON notice (id) WHERE papers <> '';

-- Files that go with a notice; removed when it is sent, for then its mail has them.
CREATE TABLE notice_file (
    notice_id  INTEGER NOT NULL REFERENCES notice (id),
    position   INTEGER NOT NULL,
    name       TEXT NOT NULL,
    media_type TEXT NOT NULL,
    data       BLOB NOT NULL,
    PRIMARY KEY (notice_id, position)
) WITHOUT ROWID;

-- Where agencies mail requests to (HCM.6.1): the inbox, and up to which UID its mail was looked at.
CREATE TABLE request_door (
    folder_id INTEGER PRIMARY KEY,
    seen_uid  INTEGER NOT NULL
);
