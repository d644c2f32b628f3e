-- What proves who somebody is, beside the password.

-- Second factor by TOTP (RFC 6238). sealed: the secret, sealed by congvu-access. confirmed_at: from then on it is asked for; NULL while it
-- is being set up. last_step: the time step of the last code taken; none of it or before is taken again.
CREATE TABLE second_factor (
    account_id   INTEGER PRIMARY KEY REFERENCES account (id),
    sealed       BLOB NOT NULL,
    begun_at     INTEGER NOT NULL,
    confirmed_at INTEGER,
    last_step    INTEGER NOT NULL DEFAULT 0
);

-- Codes for when the telephone is lost: 80 random bits each, so a plain digest is enough. A used one is gone.
CREATE TABLE recovery_code (
    account_id INTEGER NOT NULL REFERENCES account (id),
    digest     BLOB NOT NULL,
    PRIMARY KEY (account_id, digest)
) WITHOUT ROWID;

-- Whoever gave the right password and has not given the code yet. digest: of what the browser holds.
CREATE TABLE halfway (
    digest     BLOB PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES account (id),
    epoch      INTEGER NOT NULL,
    shared     INTEGER NOT NULL,
    over_at    INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX halfway_over ON halfway (over_at);
CREATE INDEX halfway_account ON halfway (account_id);

-- Where somebody hears how to choose a new password. address: confirmed, or empty. asked: not confirmed yet, or empty; with the digest of
-- the code that was sent there, until when it counts, and how often it may still be typed.
CREATE TABLE recovery_address (
    account_id INTEGER PRIMARY KEY REFERENCES account (id),
    address    TEXT NOT NULL,
    asked      TEXT NOT NULL,
    code       BLOB NOT NULL,
    code_until INTEGER NOT NULL,
    tries      INTEGER NOT NULL
);

-- Somebody forgot the password and may choose another. digest: of what was mailed; epoch: it counts while the account's is the same.
CREATE TABLE password_reset (
    account_id INTEGER PRIMARY KEY REFERENCES account (id),
    digest     BLOB NOT NULL,
    way        TEXT NOT NULL,
    epoch      INTEGER NOT NULL,
    made_at    INTEGER NOT NULL,
    over_at    INTEGER NOT NULL
);
CREATE UNIQUE INDEX password_reset_digest ON password_reset (digest);

-- Passkeys (W3C Web Authentication). public_key: a SubjectPublicKeyInfo (RFC 5280 §4.1.2.7). counter: as the key told it last.
CREATE TABLE passkey (
    id         INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES account (id),
    credential BLOB NOT NULL,
    public_key BLOB NOT NULL,
    counter    INTEGER NOT NULL,
    label      TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    used_at    INTEGER,
    used_from  TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX passkey_credential ON passkey (credential);
CREATE INDEX passkey_account ON passkey (account_id, id);

-- Challenges that were answered rightly, until their time is over: none is taken twice.
CREATE TABLE answered (
    digest  BLOB PRIMARY KEY,
    over_at INTEGER NOT NULL
);
CREATE INDEX answered_over ON answered (over_at);
