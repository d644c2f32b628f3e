-- Messages that somebody of ours sent from the browser. mailbox_id: whose folder of sent mail keeps the copy; account_id: who sent it; trace:
-- the mail log's name of it, by which it is known what became of it for each recipient. recalled_*: when, and who took it back.
CREATE TABLE sent_message (
    message_id  BIGINT NOT NULL PRIMARY KEY REFERENCES message (id),
    mailbox_id  BIGINT NOT NULL REFERENCES mailbox (id),
    account_id  BIGINT NOT NULL REFERENCES account (id),
    trace       TEXT NOT NULL,
    sent_at     BIGINT NOT NULL,
    recalled_at BIGINT,
    recalled_by TEXT NOT NULL DEFAULT ''
);
CREATE INDEX sent_message_mailbox ON sent_message (mailbox_id);
