-- What other systems know a person by (SCIM), and their account of the e-government platform (QN.5.1). account: unique for ever, as
-- addresses are. usable: 0 where it is not used there (QN.5.2). document: what it was opened or marked on (QN.5.3). version rises with whatever other systems are told of the person,
-- changed_at is when. pushed: the version that the platform has. remote_*: what it calls the person, and its mark of what it has.
-- next_at: when it is tried next. stopped: why it is tried no more, until somebody says so.
CREATE TABLE identity (
    person_id   BIGINT PRIMARY KEY REFERENCES person (id),
    account     TEXT,
    usable      BIGINT NOT NULL DEFAULT 0,
    document    TEXT NOT NULL DEFAULT '',
    external_id TEXT,
    version     BIGINT NOT NULL DEFAULT 1,
    created_at  BIGINT NOT NULL,
    changed_at  BIGINT NOT NULL,
    pushed      BIGINT NOT NULL DEFAULT 0,
    pushed_at   BIGINT,
    remote_id   TEXT,
    remote_tag  TEXT,
    attempts    BIGINT NOT NULL DEFAULT 0,
    next_at     BIGINT NOT NULL DEFAULT 0,
    told        TEXT NOT NULL DEFAULT '',
    stopped     BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX identity_account ON identity (account) WHERE account IS NOT NULL;
CREATE INDEX identity_changed ON identity (changed_at, person_id);
CREATE INDEX identity_external ON identity (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX identity_due ON identity (next_at, person_id) WHERE account IS NOT NULL AND pushed < version AND stopped = 0;
CREATE INDEX identity_waiting ON identity (person_id) WHERE account IS NOT NULL AND pushed < version;

-- Sessions of those whom another system signed in: what that system knows them and their session by, so that it can end it.
CREATE TABLE sso_session (
    session_id BIGINT PRIMARY KEY REFERENCES web_session (id) ON DELETE CASCADE,
    subject    TEXT NOT NULL,
    sid        TEXT
);
CREATE INDEX sso_session_subject ON sso_session (subject);
CREATE INDEX sso_session_sid ON sso_session (sid) WHERE sid IS NOT NULL;
