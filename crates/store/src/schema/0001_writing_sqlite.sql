-- Writing in the browser. Times (`*_at`) are milliseconds since 1970 UTC.

-- Forms whose message was sent: each goes once, however often it is sent in. form: the letters that the form carries.
CREATE TABLE form_sent (
    account_id INTEGER NOT NULL REFERENCES account (id),
    form       TEXT NOT NULL,
    sent_at    INTEGER NOT NULL,
    PRIMARY KEY (account_id, form)
) WITHOUT ROWID;
CREATE INDEX form_sent_at ON form_sent (sent_at);

-- Files that wait for the message they are to go with: each is a message of one part, which nobody has in a folder. size: of the
-- file, in bytes. until_at: then they go, unless a form is still open with them.
CREATE TABLE upload (
    id         INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES account (id),
    message_id INTEGER NOT NULL REFERENCES message (id),
    size       INTEGER NOT NULL,
    until_at   INTEGER NOT NULL
);
CREATE INDEX upload_account ON upload (account_id, id);
CREATE INDEX upload_message ON upload (message_id);
CREATE INDEX upload_until ON upload (until_at);

-- How somebody writes. plain: without formats, by choice. signature: HTML, cleaned. undo: for so many seconds sending can be undone.
CREATE TABLE writing (
    account_id INTEGER NOT NULL PRIMARY KEY REFERENCES account (id),
    plain      INTEGER NOT NULL DEFAULT 0,
    signature  TEXT NOT NULL DEFAULT '',
    undo       INTEGER NOT NULL DEFAULT 10
);

-- What stands below all that is written in a unit's name. enforced: the server puts it there. set_by: an account's name.
CREATE TABLE unit_signature (
    mailbox_id INTEGER NOT NULL PRIMARY KEY REFERENCES mailbox (id),
    html       TEXT NOT NULL,
    enforced   INTEGER NOT NULL,
    set_by     TEXT NOT NULL,
    set_at     INTEGER NOT NULL
);

-- Letters that somebody begins with again and again.
CREATE TABLE letter_template (
    id         INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES account (id),
    name       TEXT NOT NULL,
    subject    TEXT NOT NULL,
    html       TEXT NOT NULL
);
CREATE UNIQUE INDEX letter_template_name ON letter_template (account_id, name);
