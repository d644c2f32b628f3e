-- Who is signed in with a browser. Of what the browser holds only its SHA-256 is kept. epoch: the account's when it signed in;
-- once the account's differs (lock, password change, revocation) the session is over. idle_ms: unused for so long, it is over;
-- ends_at: it is over then, used or not; over_at: whichever comes first. seen_at is written at most once a minute. limited: it opens
-- nothing but the pages on which a password is chosen and the rules are taken on.
CREATE TABLE web_session (
    id         INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES account (id),
    digest     BLOB NOT NULL,
    epoch      INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL,
    idle_ms    INTEGER NOT NULL,
    ends_at    INTEGER NOT NULL,
    over_at    INTEGER NOT NULL,
    limited    INTEGER NOT NULL,
    client_ip  TEXT NOT NULL,
    agent      TEXT NOT NULL
);
CREATE UNIQUE INDEX web_session_digest ON web_session (digest);
CREATE INDEX web_session_account ON web_session (account_id, id);
CREATE INDEX web_session_over ON web_session (over_at);

-- That a person read what the regulation forbids and took it on (QN.14.4 and the like): which text, when.
CREATE TABLE rules_accepted (
    account_id  INTEGER NOT NULL REFERENCES account (id),
    version     TEXT NOT NULL,
    accepted_at INTEGER NOT NULL,
    PRIMARY KEY (account_id, version)
) WITHOUT ROWID;

-- Searches that somebody keeps. scope: where in the mailbox, as the pages write it; query: as it was typed.
CREATE TABLE saved_search (
    id         INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES account (id),
    name       TEXT NOT NULL,
    mailbox_id INTEGER NOT NULL REFERENCES mailbox (id),
    scope      TEXT NOT NULL,
    query      TEXT NOT NULL
);
CREATE UNIQUE INDEX saved_search_account ON saved_search (account_id, name);
CREATE INDEX saved_search_mailbox ON saved_search (mailbox_id);

-- The key by which push services know this system (RFC 8292), made once: PKCS #8.
CREATE TABLE push_key (
    id    INTEGER PRIMARY KEY CHECK (id = 1),
    pkcs8 BLOB NOT NULL
);

-- Browsers that are told of new mail (RFC 8030, RFC 8291), each as long as its session. ua_key, auth: what the message is enciphered for.
-- names: it says who wrote. told_uid: the newest message of the inbox that was told; next_at: not before; tries: failed since then.
CREATE TABLE push_subscription (
    id         INTEGER PRIMARY KEY,
    session_id INTEGER NOT NULL REFERENCES web_session (id) ON DELETE CASCADE,
    mailbox_id INTEGER NOT NULL REFERENCES mailbox (id),
    endpoint   TEXT NOT NULL,
    ua_key     BLOB NOT NULL,
    auth       BLOB NOT NULL,
    names      INTEGER NOT NULL,
    lang       TEXT NOT NULL,
    told_uid   INTEGER NOT NULL,
    next_at    INTEGER NOT NULL,
    tries      INTEGER NOT NULL
);
CREATE UNIQUE INDEX push_subscription_session ON push_subscription (session_id);

-- How somebody reads. receipts: whether those who ask are told that their mail was read: 0 the reader is asked, 1 always, 2 never.
CREATE TABLE reading (
    account_id INTEGER NOT NULL PRIMARY KEY REFERENCES account (id),
    receipts   INTEGER NOT NULL
);
