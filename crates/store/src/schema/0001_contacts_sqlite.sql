-- Whom somebody writes to beside those in the directory: their own, gone with their account.

-- folded: name, address and the rest, as searches read them, with a space before and behind. sort: the name, folded, for the order.
CREATE TABLE contact (
    id           INTEGER PRIMARY KEY,
    account_id   INTEGER NOT NULL REFERENCES account (id),
    name         TEXT NOT NULL,
    address      TEXT NOT NULL,
    phone        TEXT NOT NULL,
    organisation TEXT NOT NULL,
    title        TEXT NOT NULL,
    note         TEXT NOT NULL,
    sort         TEXT NOT NULL,
    folded       TEXT NOT NULL
);
CREATE UNIQUE INDEX contact_address ON contact (account_id, address);
CREATE INDEX contact_sort ON contact (account_id, sort, id);

-- Several of them by one name. folded: the name, as searches read it.
CREATE TABLE contact_list (
    id         INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES account (id),
    name       TEXT NOT NULL,
    folded     TEXT NOT NULL
);
CREATE UNIQUE INDEX contact_list_name ON contact_list (account_id, folded);

CREATE TABLE contact_listed (
    list_id    INTEGER NOT NULL REFERENCES contact_list (id) ON DELETE CASCADE,
    contact_id INTEGER NOT NULL REFERENCES contact (id) ON DELETE CASCADE,
    PRIMARY KEY (list_id, contact_id)
) WITHOUT ROWID;
CREATE INDEX contact_listed_contact ON contact_listed (contact_id);
