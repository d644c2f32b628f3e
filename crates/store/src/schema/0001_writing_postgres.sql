-- Writing in the browser. Times (`*_at`) are milliseconds since 1970 UTC.

-- Forms whose message was sent: each goes once, however often it is sent in. form: the letters that the form carries.
CREATE TABLE form_sent (
    account_id BIGINT NOT NULL REFERENCES account (id),
    form       TEXT NOT NULL,
    sent_at    BIGINT NOT NULL,
    PRIMARY KEY (account_id, form)
);
CREATE INDEX form_sent_at ON form_sent (sent_at);
