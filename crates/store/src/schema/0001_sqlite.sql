-- Times (`*_at`) are milliseconds since 1970 UTC. Flags and booleans are integers.

CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
);

-- Directory -----------------------------------------------------------------

-- code: its identifier on paper. suffix: the short name of the place where it differs from its address
-- (hl, of ubndhalong). domain_id: where its addresses lie, else its parent's. mailbox_id: its main unit
-- mailbox. head_id, contact_id: persons.
CREATE TABLE organisation (
    id           INTEGER PRIMARY KEY,
    parent_id    INTEGER REFERENCES organisation (id),
    kind         TEXT NOT NULL,
    name         TEXT NOT NULL,
    short_name   TEXT NOT NULL,
    profile      TEXT,
    code         TEXT,
    suffix       TEXT,
    domain_id    INTEGER,
    mailbox_id   INTEGER,
    head_id      INTEGER,
    contact_id   INTEGER,
    created_at   INTEGER NOT NULL,
    ended_at     INTEGER
);
CREATE INDEX organisation_parent ON organisation (parent_id);
CREATE INDEX organisation_short ON organisation (short_name);
CREATE INDEX organisation_head ON organisation (head_id) WHERE head_id IS NOT NULL;
CREATE INDEX organisation_contact ON organisation (contact_id) WHERE contact_id IS NOT NULL;
CREATE UNIQUE INDEX organisation_code ON organisation (code) WHERE code IS NOT NULL;

CREATE TABLE domain (
    id         INTEGER PRIMARY KEY,
    name       TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL
);

CREATE TABLE person (
    id              INTEGER PRIMARY KEY,
    organisation_id INTEGER NOT NULL REFERENCES organisation (id),
    family          TEXT NOT NULL,
    middle          TEXT NOT NULL,
    given           TEXT NOT NULL,
    title           TEXT NOT NULL DEFAULT '',
    phone           TEXT NOT NULL DEFAULT '',
    born            INTEGER,
    code            TEXT,
    created_at      INTEGER NOT NULL,
    ended_at        INTEGER
);
CREATE INDEX person_organisation ON person (organisation_id);
CREATE UNIQUE INDEX person_code ON person (code) WHERE code IS NOT NULL;

-- must_change: 0 no, 1 new, 2 restored, 3 reset, 4 expired. own_at: when its holder last chose the password. handed_at: when the
-- one-time password was handed over. first_*: the first session on it.
CREATE TABLE account (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    login           TEXT NOT NULL UNIQUE,
    organisation_id INTEGER NOT NULL REFERENCES organisation (id),
    person_id       INTEGER REFERENCES person (id),
    role            TEXT NOT NULL,
    disabled_at     INTEGER,
    disabled_by_rule INTEGER NOT NULL DEFAULT 0,
    enabled_at      INTEGER,
    must_change     INTEGER NOT NULL DEFAULT 0,
    must_change_at  INTEGER,
    handed_at       INTEGER,
    own_at          INTEGER,
    first_began_at  INTEGER,
    first_ended_at  INTEGER,
    epoch           INTEGER NOT NULL DEFAULT 1,
    password        TEXT,
    password_at     INTEGER,
    scram_salt      BLOB NOT NULL,
    created_at      INTEGER NOT NULL
);
-- Lists of mailboxes are looked through for these.
CREATE INDEX account_must_change ON account (id) WHERE must_change <> 0;
CREATE INDEX account_disabled ON account (id) WHERE disabled_at IS NOT NULL;
CREATE INDEX account_untouched ON account (id) WHERE own_at IS NULL OR own_at = created_at;

-- Random, so a plain digest is enough; SCRAM keys for RFC 7677.
CREATE TABLE app_password (
    id           INTEGER PRIMARY KEY,
    account_id   INTEGER NOT NULL REFERENCES account (id),
    label        TEXT NOT NULL,
    digest       BLOB NOT NULL,
    stored_key   BLOB NOT NULL,
    server_key   BLOB NOT NULL,
    created_at   INTEGER NOT NULL,
    revoked_at   INTEGER,
    used_at      INTEGER,
    used_from    TEXT NOT NULL DEFAULT '',
    used_by      TEXT NOT NULL DEFAULT ''
);
CREATE INDEX app_password_account ON app_password (account_id);

-- Chosen passwords that were replaced, the newest with the highest id: rules forbid their reuse.
CREATE TABLE former_password (
    id         INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES account (id),
    password   TEXT NOT NULL
);
CREATE INDEX former_password_account ON former_password (account_id, id);

-- quota_level: the percent last warned of. attachment_bytes: what a message from it may carry, where that is set for it.
-- closed_at: takes no mail. lock_closed: 1 its lock alone says so, 2 something else does too, 0 its lock does not.
-- locked_at: nobody opens it. revoked_at: taken back but kept. deleted_at: destroyed.
CREATE TABLE mailbox (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    kind            TEXT NOT NULL,
    organisation_id INTEGER NOT NULL REFERENCES organisation (id),
    account_id      INTEGER REFERENCES account (id),
    person_id       INTEGER REFERENCES person (id),
    name            TEXT NOT NULL,
    quota_bytes     INTEGER NOT NULL,
    used_bytes      INTEGER NOT NULL DEFAULT 0,
    used_messages   INTEGER NOT NULL DEFAULT 0,
    received_at     INTEGER,
    uid_validity    INTEGER NOT NULL,
    metadata_version INTEGER NOT NULL DEFAULT 0,
    quota_level     INTEGER NOT NULL DEFAULT 0,
    attachment_bytes INTEGER,
    orders          INTEGER NOT NULL DEFAULT 0,
    closed_at       INTEGER,
    lock_closed     INTEGER NOT NULL DEFAULT 0,
    locked_at       INTEGER,
    restored_at     INTEGER,
    revoked_at      INTEGER,
    deleted_at      INTEGER,
    created_at      INTEGER NOT NULL
);
-- An account opens one mailbox.
CREATE UNIQUE INDEX mailbox_account ON mailbox (account_id);
CREATE INDEX mailbox_organisation ON mailbox (organisation_id, id);
CREATE INDEX mailbox_person ON mailbox (person_id);
-- How many are in use at a place, and in what other states.
CREATE INDEX mailbox_in_use ON mailbox (organisation_id) WHERE revoked_at IS NULL AND deleted_at IS NULL;
CREATE INDEX mailbox_locked_at_place ON mailbox (organisation_id) WHERE locked_at IS NOT NULL;
CREATE INDEX mailbox_revoked ON mailbox (organisation_id) WHERE revoked_at IS NOT NULL;
-- The few that lists of mailboxes are looked through for by their state.
CREATE INDEX mailbox_locked ON mailbox (id) WHERE locked_at IS NOT NULL;
CREATE INDEX mailbox_gone ON mailbox (id) WHERE COALESCE(revoked_at, deleted_at) IS NOT NULL;

CREATE TABLE mail_group (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    organisation_id INTEGER NOT NULL REFERENCES organisation (id),
    name            TEXT NOT NULL,
    posting         TEXT NOT NULL,
    created_at      INTEGER NOT NULL,
    ended_at        INTEGER
);

-- A row is never deleted: a retired address is never given to another person.
CREATE TABLE address (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    domain_id  INTEGER NOT NULL REFERENCES domain (id),
    local_part TEXT NOT NULL,
    kind       TEXT NOT NULL,
    mailbox_id INTEGER REFERENCES mailbox (id),
    group_id   INTEGER REFERENCES mail_group (id),
    created_at INTEGER NOT NULL,
    retired_at INTEGER,
    UNIQUE (domain_id, local_part)
);
CREATE INDEX address_mailbox ON address (mailbox_id);
CREATE INDEX address_group ON address (group_id);

-- member_kind: 0 mailbox, 1 group.
CREATE TABLE group_member (
    group_id    INTEGER NOT NULL REFERENCES mail_group (id),
    member_kind INTEGER NOT NULL,
    member_id   INTEGER NOT NULL,
    PRIMARY KEY (group_id, member_kind, member_id)
) WITHOUT ROWID;
CREATE INDEX group_member_of ON group_member (member_kind, member_id);

-- Mail ----------------------------------------------------------------------

CREATE TABLE folder (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    mailbox_id   INTEGER NOT NULL REFERENCES mailbox (id),
    name         TEXT NOT NULL,
    special_use  TEXT,
    uid_validity INTEGER NOT NULL,
    uid_next     INTEGER NOT NULL DEFAULT 1,
    indexed_uid  INTEGER NOT NULL DEFAULT 0,
    recent_uid   INTEGER NOT NULL DEFAULT 1,
    modseq       INTEGER NOT NULL DEFAULT 1,
    total        INTEGER NOT NULL DEFAULT 0,
    unseen       INTEGER NOT NULL DEFAULT 0,
    bytes        INTEGER NOT NULL DEFAULT 0,
    created_at   INTEGER NOT NULL,
    gone_at      INTEGER,
    UNIQUE (mailbox_id, name)
);
CREATE INDEX folder_gone ON folder (gone_at) WHERE gone_at IS NOT NULL;

CREATE TABLE subscription (
    mailbox_id INTEGER NOT NULL REFERENCES mailbox (id),
    name       TEXT NOT NULL,
    PRIMARY KEY (mailbox_id, name)
) WITHOUT ROWID;

-- Annotations (RFC 5464) of folders, and of a mailbox as a whole. place: the folder's id, 0 where
-- there is none, for NULL cannot stand in a key. value: NULL where it was removed, so that sessions
-- hear of it. version: rises with each change in the mailbox.
CREATE TABLE metadata (
    mailbox_id INTEGER NOT NULL REFERENCES mailbox (id),
    place      INTEGER NOT NULL,
    folder_id  INTEGER REFERENCES folder (id),
    name       TEXT NOT NULL,
    value      BLOB,
    version    INTEGER NOT NULL,
    PRIMARY KEY (mailbox_id, place, name)
) WITHOUT ROWID;
CREATE INDEX metadata_folder ON metadata (folder_id);
CREATE INDEX metadata_version ON metadata (mailbox_id, version);

-- Which flag bit (5 to 62) stands for which keyword in a mailbox. label: what people call it, NULL where nobody named it. colour:
-- a number of those that the pages have. gone: 1 the label was deleted and is being taken off messages, 2 it is off them all.
CREATE TABLE keyword (
    mailbox_id INTEGER NOT NULL REFERENCES mailbox (id),
    bit        INTEGER NOT NULL,
    folded     TEXT NOT NULL,
    name       TEXT NOT NULL,
    label      TEXT,
    colour     INTEGER NOT NULL DEFAULT 0,
    gone       INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (mailbox_id, bit),
    UNIQUE (mailbox_id, folded)
) WITHOUT ROWID;
CREATE INDEX keyword_gone ON keyword (mailbox_id, bit) WHERE gone = 1;

-- state: 0 live, 1 condemned. data: inline bytes; object: the object's name otherwise.
-- codec: 0 as is, 1 zstd. key: the blob's own key, for encryption at rest. ending: the mailbox whose final deletion
-- it went with.
CREATE TABLE blob (
    id           INTEGER PRIMARY KEY,
    hash         BLOB NOT NULL,
    size         INTEGER NOT NULL,
    stored       INTEGER NOT NULL,
    codec        INTEGER NOT NULL,
    state        INTEGER NOT NULL DEFAULT 0,
    condemned_at INTEGER,
    object       TEXT,
    key          BLOB,
    data         BLOB,
    ending       INTEGER
);
CREATE UNIQUE INDEX blob_hash ON blob (hash) WHERE state = 0;
CREATE INDEX blob_object ON blob (object) WHERE object IS NOT NULL;
CREATE INDEX blob_condemned ON blob (condemned_at) WHERE state = 1;
CREATE INDEX blob_ending ON blob (ending) WHERE ending IS NOT NULL;

-- preview: the beginning of its text, for lists (RFC 8970). refs: the messages it answers, oldest
-- first, divided by spaces (References, else In-Reply-To).
CREATE TABLE message (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    blob_id     INTEGER NOT NULL UNIQUE REFERENCES blob (id),
    thread_id   INTEGER,
    size        INTEGER NOT NULL,
    header_len  INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    sent_at     INTEGER,
    message_id  TEXT,
    subject     TEXT NOT NULL,
    preview     TEXT NOT NULL,
    refs        TEXT NOT NULL,
    envelope    BLOB NOT NULL,
    structure   BLOB NOT NULL
);

-- A message in a folder. prefix: the header lines that differ for each recipient; size counts
-- them. born: the modseq it came with, which rises with the UID; another modseq says that its
-- flags changed since. object_id: of a copy, where its content first lay (folder_id * 2^32 + uid).
-- thread_id: of a message that answers something, its conversation (as message.thread_id).
CREATE TABLE entry (
    folder_id   INTEGER NOT NULL,
    uid         INTEGER NOT NULL,
    flags       INTEGER NOT NULL,
    modseq      INTEGER NOT NULL,
    born        INTEGER NOT NULL,
    internal_at INTEGER NOT NULL,
    saved_at    INTEGER NOT NULL,
    size        INTEGER NOT NULL,
    message_id  INTEGER NOT NULL REFERENCES message (id),
    mailbox_id  INTEGER NOT NULL,
    object_id   INTEGER,
    thread_id   INTEGER,
    key         BLOB,
    prefix      BLOB NOT NULL,
    desk        INTEGER,
    PRIMARY KEY (folder_id, uid)
) WITHOUT ROWID;
CREATE INDEX entry_message ON entry (message_id, folder_id);
CREATE INDEX entry_touched ON entry (folder_id, modseq) WHERE modseq <> born;
-- What SEARCH asks for. An entry is in one of the first two; few are in the others.
CREATE INDEX entry_unseen ON entry (folder_id, uid) WHERE (flags & 1) = 0;
CREATE INDEX entry_seen ON entry (folder_id, uid) WHERE (flags & 1) <> 0;
CREATE INDEX entry_answered ON entry (folder_id, uid) WHERE (flags & 2) <> 0;
CREATE INDEX entry_flagged ON entry (folder_id, uid) WHERE (flags & 4) <> 0;
CREATE INDEX entry_deleted ON entry (folder_id, uid) WHERE (flags & 8) <> 0;
CREATE INDEX entry_draft ON entry (folder_id, uid) WHERE (flags & 16) <> 0;
-- With the size: how much mail of some age or size there is costs no look at the entries.
CREATE INDEX entry_internal ON entry (folder_id, internal_at, uid, size);
-- Keywords are the bits from 5 on: few combinations of them in a folder.
CREATE INDEX entry_keywords ON entry (folder_id, (flags & -32), uid) WHERE (flags & -32) <> 0;
-- Copies by their content (RFC 8474); what was delivered is found by its own place.
CREATE INDEX entry_object ON entry (folder_id, object_id, uid) WHERE object_id IS NOT NULL;
-- What came to a unit mailbox and waits for an answer (TQ.11.4). desk: the account that has it in hand; 0: nobody yet; NULL: nothing is
-- left to do, or it came to a person.
CREATE INDEX entry_desk ON entry (folder_id, desk, uid) WHERE desk IS NOT NULL;
CREATE INDEX entry_waits ON entry (folder_id, uid) WHERE desk IS NOT NULL;

-- Answers, by the conversation they belong to; the message that began it is found by its Message-ID.
CREATE INDEX entry_thread ON entry (mailbox_id, thread_id, folder_id, uid) WHERE thread_id IS NOT NULL;

-- Messages that lost an entry: the sweeper looks whether anybody still has them.
CREATE TABLE loose (
    message_id INTEGER PRIMARY KEY,
    at         INTEGER NOT NULL
);
CREATE INDEX loose_at ON loose (at);

-- Ranges of UIDs below uid_next that hold nothing: SELECT reads these, not the entries.
CREATE TABLE hole (
    folder_id INTEGER NOT NULL,
    uid_first INTEGER NOT NULL,
    uid_last  INTEGER NOT NULL,
    PRIMARY KEY (folder_id, uid_first)
) WITHOUT ROWID;

-- Which UIDs left at which modseq (VANISHED, RFC 7162).
CREATE TABLE expunged (
    folder_id INTEGER NOT NULL,
    modseq    INTEGER NOT NULL,
    uid_first INTEGER NOT NULL,
    uid_last  INTEGER NOT NULL,
    PRIMARY KEY (folder_id, modseq, uid_first)
) WITHOUT ROWID;

-- Search ----------------------------------------------------------------------

-- Terms of the messages from uid_first to uid_last; up to folder.indexed_uid all are in a live one.
-- state: 0 being written, 1 live, 2 to be removed. messages: how many there were.
CREATE TABLE segment (
    folder_id INTEGER NOT NULL,
    id        INTEGER NOT NULL,
    level     INTEGER NOT NULL,
    state     INTEGER NOT NULL DEFAULT 0,
    uid_first INTEGER NOT NULL,
    uid_last  INTEGER NOT NULL,
    messages  INTEGER NOT NULL,
    PRIMARY KEY (folder_id, id)
) WITHOUT ROWID;
CREATE INDEX segment_left ON segment (folder_id, id) WHERE state <> 1;

-- Terms in their order, each with the UIDs that have it or where those lie. first: field and first
-- term of the block. sum: of the data, for what reads everything.
CREATE TABLE term_block (
    folder_id  INTEGER NOT NULL,
    segment_id INTEGER NOT NULL,
    first      BLOB NOT NULL,
    sum        INTEGER NOT NULL,
    data       BLOB NOT NULL,
    PRIMARY KEY (folder_id, segment_id, first)
);

-- Longer lists of UIDs of a segment, one behind the other, cut into rows.
CREATE TABLE posting_block (
    folder_id  INTEGER NOT NULL,
    segment_id INTEGER NOT NULL,
    seq        INTEGER NOT NULL,
    sum        INTEGER NOT NULL,
    data       BLOB NOT NULL,
    PRIMARY KEY (folder_id, segment_id, seq)
);

-- Folders in which there is something to index or to merge.
CREATE TABLE search_due (
    folder_id INTEGER PRIMARY KEY
);

-- Records ---------------------------------------------------------------------

-- day: days since 1970 in Vietnam's time (UTC+7).
CREATE TABLE activity (
    mailbox_id INTEGER NOT NULL REFERENCES mailbox (id),
    day        INTEGER NOT NULL,
    kind       TEXT NOT NULL,
    count      INTEGER NOT NULL,
    last_at    INTEGER NOT NULL,
    PRIMARY KEY (mailbox_id, kind, day)
) WITHOUT ROWID;

-- TQ.9.1, SL.11.1: time, from, to, the sender's IP, size, result or error.
CREATE TABLE mail_log (
    id         INTEGER PRIMARY KEY,
    at         INTEGER NOT NULL,
    direction  TEXT NOT NULL,
    trace      TEXT NOT NULL,
    sender     TEXT NOT NULL,
    recipient  TEXT NOT NULL,
    client_ip  TEXT NOT NULL,
    size       INTEGER NOT NULL,
    code       INTEGER NOT NULL,
    result     TEXT NOT NULL,
    account_id INTEGER
);
CREATE INDEX mail_log_at ON mail_log (at);

-- One broadcast, accepted once and carried out in chunks in the order of mailbox ids.
CREATE TABLE fanout (
    id          INTEGER PRIMARY KEY,
    message_id  INTEGER NOT NULL REFERENCES message (id),
    trace       TEXT NOT NULL,
    sender      TEXT NOT NULL,
    client_ip   TEXT NOT NULL,
    prefix      BLOB NOT NULL,
    header      BLOB NOT NULL,
    after_id    INTEGER NOT NULL DEFAULT 0,
    delivered   INTEGER NOT NULL DEFAULT 0,
    created_at  INTEGER NOT NULL,
    retry_at    INTEGER NOT NULL DEFAULT 0,
    done_at     INTEGER
);
CREATE INDEX fanout_message ON fanout (message_id);
CREATE INDEX fanout_open ON fanout (id) WHERE done_at IS NULL;

-- target_kind: 0 a mailbox that has its copy already, 1 a group to expand.
CREATE TABLE fanout_target (
    fanout_id   INTEGER NOT NULL REFERENCES fanout (id),
    target_kind INTEGER NOT NULL,
    target_id   INTEGER NOT NULL,
    PRIMARY KEY (fanout_id, target_kind, target_id)
) WITHOUT ROWID;

-- Between nodes ---------------------------------------------------------------

CREATE TABLE change (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    xid     INTEGER NOT NULL DEFAULT 0,
    node    INTEGER NOT NULL,
    kind    INTEGER NOT NULL,
    subject INTEGER NOT NULL,
    at      INTEGER NOT NULL
);
CREATE INDEX change_xid ON change (xid);
CREATE INDEX change_at ON change (at);

CREATE TABLE operation (
    id BLOB PRIMARY KEY,
    at INTEGER NOT NULL
);
CREATE INDEX operation_at ON operation (at);

CREATE TABLE lease (
    name     TEXT PRIMARY KEY,
    holder   INTEGER NOT NULL,
    until_at INTEGER NOT NULL
);

-- Mail to other servers --------------------------------------------------------

-- A message on its way to other servers. prefix: our own header lines, before the message; size
-- counts them. ret: 1 FULL, 2 HDRS (RFC 3461). priority: 0 a person's, 1 a broadcast's.
CREATE TABLE queue (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    message_id  INTEGER NOT NULL REFERENCES message (id),
    trace       TEXT NOT NULL,
    sender      TEXT NOT NULL,
    account_id  INTEGER,
    client_ip   TEXT NOT NULL,
    prefix      BLOB NOT NULL,
    size        INTEGER NOT NULL,
    envelope_id TEXT,
    ret         INTEGER,
    eight_bit   INTEGER NOT NULL,
    utf8        INTEGER NOT NULL,
    priority    INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL
);
CREATE INDEX queue_message ON queue (message_id);
CREATE INDEX queue_sender ON queue (sender, id);
CREATE INDEX queue_account ON queue (account_id, id) WHERE account_id IS NOT NULL;

-- One recipient of it. destination: what it is routed by, in lower case. state: 0 waiting, 1 held, 2 held with its
-- sender's mailbox, 3 sealed by a case of takedown.
-- next_at: when it is tried next (0: at once, whatever its destination's back-off); while somebody
-- has claimed it, when that claim ends. notice_at: when its sender must be told of a delay or of the
-- end. notify: bits 1 success, 2 failure, 4 delay; 0 never; NULL not said.
CREATE TABLE queue_recipient (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    queue_id    INTEGER NOT NULL REFERENCES queue (id),
    destination TEXT NOT NULL,
    address     TEXT NOT NULL,
    original    TEXT,
    notify      INTEGER,
    priority    INTEGER NOT NULL,
    state       INTEGER NOT NULL DEFAULT 0,
    attempts    INTEGER NOT NULL DEFAULT 0,
    next_at     INTEGER NOT NULL,
    notice_at   INTEGER NOT NULL,
    claimed_by  INTEGER,
    told_at     INTEGER,
    last_at     INTEGER,
    last_code   INTEGER,
    last_status TEXT,
    last_text   TEXT,
    last_host   TEXT
);
CREATE INDEX queue_recipient_queue ON queue_recipient (queue_id);
CREATE INDEX queue_recipient_due ON queue_recipient (state, destination, priority, next_at, id);
CREATE INDEX queue_recipient_destination ON queue_recipient (destination, id);
CREATE INDEX queue_recipient_notice ON queue_recipient (state, notice_at);
CREATE INDEX queue_recipient_claimed ON queue_recipient (claimed_by) WHERE claimed_by IS NOT NULL;

-- One message's whole way, by its trace id.
CREATE INDEX mail_log_trace ON mail_log (trace, id);
-- What somebody wrote or got, by the whole address.
CREATE INDEX mail_log_sender ON mail_log (lower(sender), at, id);
CREATE INDEX mail_log_recipient ON mail_log (lower(recipient), at, id);
-- What is queued of a message.
CREATE INDEX queue_trace ON queue (trace);

-- The Message-ID under which a message was taken in. It is kept as long as the log; the message may be gone before.
CREATE TABLE mail_name (
    trace TEXT PRIMARY KEY,
    at    INTEGER NOT NULL,
    name  TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX mail_name_name ON mail_name (name, trace);

-- Records ---------------------------------------------------------------------

-- What was done, by whom, by which clause. chain: 0 acts, 1 sign-ins. A row never changes but for its
-- segment, set once when it is sealed.
CREATE TABLE audit (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    chain           INTEGER NOT NULL,
    segment         INTEGER,
    at              INTEGER NOT NULL,
    actor           TEXT NOT NULL,
    actor_id        INTEGER,
    client_ip       TEXT NOT NULL,
    action          TEXT NOT NULL,
    subject         TEXT NOT NULL,
    subject_name    TEXT NOT NULL,
    organisation_id INTEGER,
    clause          TEXT NOT NULL,
    document        TEXT NOT NULL,
    detail          TEXT NOT NULL
);
CREATE INDEX audit_open ON audit (chain, id) WHERE segment IS NULL;
CREATE INDEX audit_sealed ON audit (chain, segment, id);
CREATE INDEX audit_at ON audit (chain, at, id);
CREATE INDEX audit_subject ON audit (subject, id);
CREATE INDEX audit_actor ON audit (chain, actor, at, id);
CREATE INDEX audit_ip ON audit (chain, client_ip, at, id);
CREATE INDEX audit_action ON audit (chain, action, at, id);
CREATE INDEX audit_organisation ON audit (chain, organisation_id, at, id) WHERE organisation_id IS NOT NULL;

-- A sealed run of records. previous: the hash of the segment before.
CREATE TABLE audit_segment (
    chain     INTEGER NOT NULL,
    number    INTEGER NOT NULL,
    records   INTEGER NOT NULL,
    first_at  INTEGER NOT NULL,
    last_at   INTEGER NOT NULL,
    sealed_at INTEGER NOT NULL,
    previous  BLOB NOT NULL,
    hash      BLOB NOT NULL,
    PRIMARY KEY (chain, number)
);
