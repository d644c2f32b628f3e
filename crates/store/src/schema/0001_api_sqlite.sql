-- Access tokens of programs that use the REST API (SL.14.2). Of the token itself only its SHA-256 is kept. epoch: the account's
-- when it was issued; once the account's differs (lock, password change, revocation) the token is over. organisation_id: it
-- reaches nothing outside that place and those below. issued_by: who issued it, where that was not its owner. last_used_at is written at most once an hour.
CREATE TABLE api_token (
    id              INTEGER PRIMARY KEY,
    account_id      INTEGER NOT NULL REFERENCES account (id),
    label           TEXT NOT NULL,
    issued_by       TEXT NOT NULL,
    digest          BLOB NOT NULL,
    scopes          TEXT NOT NULL,
    organisation_id INTEGER REFERENCES organisation (id),
    epoch           INTEGER NOT NULL,
    created_at      INTEGER NOT NULL,
    expires_at      INTEGER NOT NULL,
    last_used_at    INTEGER,
    revoked_at      INTEGER
);
CREATE UNIQUE INDEX api_token_digest ON api_token (digest);
CREATE INDEX api_token_account ON api_token (account_id, id);
