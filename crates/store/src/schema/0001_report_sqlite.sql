-- Reports, and what they need to tell how things stood on a past day. Times (`*_at`) are milliseconds since 1970 UTC;
-- days (`*_day`) are days since 1970 in Vietnam's time.

-- What was so until a time: a row for each value that was replaced. kind: mailbox, account, organisation.
-- fact: name, address, place, revoked (mailbox); own, must (account); name, parent, sort (organisation).
CREATE TABLE former (
    id         INTEGER PRIMARY KEY,
    kind       TEXT NOT NULL,
    subject_id INTEGER NOT NULL,
    fact       TEXT NOT NULL,
    value      TEXT NOT NULL,
    until_at   INTEGER NOT NULL
);
CREATE INDEX former_subject ON former (kind, subject_id, until_at, id);
-- Who belonged to a place.
CREATE INDEX former_place ON former (value, until_at) WHERE kind = 'mailbox' AND fact = 'place';

-- What mailboxes held at the end of a day on which a report ended: it cannot be counted afterwards.
CREATE TABLE storage_day (
    day        INTEGER NOT NULL,
    mailbox_id INTEGER NOT NULL REFERENCES mailbox (id),
    used       INTEGER NOT NULL,
    quota      INTEGER NOT NULL,
    PRIMARY KEY (day, mailbox_id)
) WITHOUT ROWID;

-- A report that was made. report: its name in the profile. period_*: what it is about by the regulation; from_day, to_day:
-- the days its data are of. data: what stands in it, as JSON; hash: of that. answers: what the agency fills in, as JSON.
-- state: made, submitted, accepted.
CREATE TABLE report (
    id              INTEGER PRIMARY KEY,
    profile         TEXT NOT NULL,
    report          TEXT NOT NULL,
    organisation_id INTEGER NOT NULL REFERENCES organisation (id),
    period_from_day INTEGER NOT NULL,
    period_to_day   INTEGER NOT NULL,
    from_day        INTEGER NOT NULL,
    to_day          INTEGER NOT NULL,
    due_day         INTEGER,
    made_at         INTEGER NOT NULL,
    data            TEXT NOT NULL,
    hash            TEXT NOT NULL,
    state           TEXT NOT NULL,
    answers         TEXT NOT NULL DEFAULT '',
    submitted_at    INTEGER,
    submitted_by    TEXT NOT NULL DEFAULT '',
    accepted_at     INTEGER,
    accepted_by     TEXT NOT NULL DEFAULT '',
    notes           TEXT NOT NULL DEFAULT '',
    UNIQUE (report, organisation_id, period_from_day, period_to_day)
);
CREATE INDEX report_organisation ON report (organisation_id, id);
CREATE INDEX report_period ON report (report, period_from_day, id);
