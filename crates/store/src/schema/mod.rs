//! Migrations: forward only, one transaction each, with a version check.

use crate::sql::params;
use crate::{StoreError, StoreResult, Tx};

/// One step forward: the statements for each engine.
struct Migration {
    sqlite: &'static [&'static str],
    postgres: &'static [&'static str],
}

/// In order; the schema's version is how many were carried out. Never edit a released one.
const MIGRATIONS: &[Migration] = &[Migration {
    sqlite: &[
        include_str!("0001_sqlite.sql"),
        include_str!("0001_governance_sqlite.sql"),
        include_str!("0001_places_sqlite.sql"),
        include_str!("0001_ending_sqlite.sql"),
        include_str!("0001_unit_sqlite.sql"),
        include_str!("0001_takedown_sqlite.sql"),
        include_str!("0001_api_sqlite.sql"),
        include_str!("0001_report_sqlite.sql"),
        include_str!("0001_web_sqlite.sql"),
        include_str!("0001_order_sqlite.sql"),
        include_str!("0001_writing_sqlite.sql"),
        include_str!("0001_door_sqlite.sql"),
        include_str!("0001_contacts_sqlite.sql"),
        include_str!("0001_later_sqlite.sql"),
        include_str!("0001_sent_sqlite.sql"),
        include_str!("0001_identity_sqlite.sql"),
        include_str!("0001_held_sqlite.sql"),
    ],
    postgres: &[
        include_str!("0001_postgres.sql"),
        include_str!("0001_governance_postgres.sql"),
        include_str!("0001_places_postgres.sql"),
        include_str!("0001_ending_postgres.sql"),
        include_str!("0001_unit_postgres.sql"),
        include_str!("0001_takedown_postgres.sql"),
        include_str!("0001_api_postgres.sql"),
        include_str!("0001_report_postgres.sql"),
        include_str!("0001_web_postgres.sql"),
        include_str!("0001_order_postgres.sql"),
        include_str!("0001_writing_postgres.sql"),
        include_str!("0001_door_postgres.sql"),
        include_str!("0001_contacts_postgres.sql"),
        include_str!("0001_later_postgres.sql"),
        include_str!("0001_sent_postgres.sql"),
        include_str!("0001_identity_postgres.sql"),
        include_str!("0001_held_postgres.sql"),
    ],
}];

/// Brings the schema to this program's version; refuses one from a newer program.
pub(crate) fn migrate(tx: &mut Tx<'_>) -> StoreResult<()> {
    let version = version(tx)?;
    let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    if version > known {
        return Err(StoreError::Schema(format!(
            "the data have schema version {version}, this program knows up to {known}: use a newer program"
        )));
    }
    for (n, migration) in MIGRATIONS
        .iter()
        .enumerate()
        .skip(usize::try_from(version).unwrap_or(0))
    {
        let statements = if tx.is_postgres() {
            migration.postgres
        } else {
            migration.sqlite
        };
        // Two nodes that start at once must not both migrate.
        if tx.is_postgres() {
            tx.batch("BEGIN; SELECT pg_advisory_xact_lock(7220301)")?;
        } else {
            tx.batch("BEGIN IMMEDIATE")?;
        }
        // What another node has done while this one waited is not done again.
        if self::version(tx)? > i64::try_from(n).unwrap_or(i64::MAX) {
            tx.batch("COMMIT")?;
            continue;
        }
        let mut parts = statements.iter();
        let done = parts.try_for_each(|part| tx.batch(part)).and_then(|()| {
            let text = (n + 1).to_string();
            tx.execute(
                "INSERT INTO meta (name, value) VALUES ('schema', $1) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                params![text.as_bytes()],
            )
        });
        match done {
            Ok(_) => tx.batch("COMMIT")?,
            Err(error) => {
                drop(tx.batch("ROLLBACK"));
                return Err(error);
            }
        }
    }
    Ok(())
}

fn version(tx: &mut Tx<'_>) -> StoreResult<i64> {
    let exists = if tx.is_postgres() {
        tx.one(
            "SELECT 1::bigint WHERE to_regclass('meta') IS NOT NULL",
            params![],
            |row| row.int(0),
        )?
    } else {
        tx.one(
            "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'meta'",
            params![],
            |row| row.int(0),
        )?
    };
    if exists.is_none() {
        return Ok(0);
    }
    let version = tx.one(
        "SELECT value FROM meta WHERE name = 'schema'",
        params![],
        |row| {
            std::str::from_utf8(row.bytes(0)?)
                .ok()
                .and_then(|text| text.parse().ok())
                .ok_or_else(|| StoreError::Schema("the schema version cannot be read".into()))
        },
    )?;
    Ok(version.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use crate::entry::conversation;
    use crate::sql::for_sqlite;

    fn plan(sql: &str) -> String {
        let db = rusqlite::Connection::open_in_memory().expect("a database in memory");
        for migration in super::MIGRATIONS {
            for part in migration.sqlite {
                db.execute_batch(part).expect("the schema");
            }
        }
        let mut statement = db
            .prepare(&format!("EXPLAIN QUERY PLAN {}", for_sqlite(sql)))
            .expect("the statement is right");
        let values = vec![rusqlite::types::Value::Integer(1); statement.parameter_count()];
        let lines = statement
            .query_map(rusqlite::params_from_iter(values), |row| {
                row.get::<_, String>(3)
            })
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .expect("a plan");
        lines.join("; ")
    }

    #[test]
    fn pages_cost_what_they_return() {
        for (sql, index) in [
            (crate::account::PAGE, "sqlite_autoindex_account"),
            (crate::mail_log::PAGE, "mail_log_at"),
            (
                crate::mail_log::OF_TRACE,
                "mail_log_trace (trace=? AND id>?)",
            ),
            (
                crate::mail_log::TO,
                "mail_log_recipient (<expr>=? AND at>? AND at<?)",
            ),
            (
                crate::mail_log::FROM,
                "mail_log_sender (<expr>=? AND at>? AND at<?)",
            ),
            (crate::held::WAITING, "held_waits (id<?)"),
            (crate::held::OVER, "held_over (id<?)"),
            (crate::held::DUE, "held_due (until_at<?)"),
            (crate::queue::OF_TRACE, "queue_trace (trace=?)"),
            (crate::mail_log::NAMED, "mail_name_name (name=?)"),
            (
                crate::queue::PICK,
                "queue_recipient_due (state=? AND destination=? AND priority=? AND next_at<?)",
            ),
            (
                crate::queue::RIPE,
                "queue_recipient_notice (state=? AND notice_at<?)",
            ),
            (crate::takedown::BY_NAME, "message_named"),
            (crate::takedown::BY_CONTENT, "blob_hash (hash=?)"),
            (crate::takedown::BY_TIME, "message_created"),
            (crate::entry::TOUCHED, "entry_touched"),
            (crate::entry::NEWEST, "PRIMARY KEY (folder_id=? AND uid<?)"),
            (crate::entry::FIRST_UNSEEN, "entry_unseen"),
            (
                crate::entry::SEEN,
                "INDEX entry_seen (folder_id=? AND uid>? AND uid<?)",
            ),
            (
                crate::entry::UNSEEN,
                "INDEX entry_unseen (folder_id=? AND uid>? AND uid<?)",
            ),
            (
                crate::entry::ANSWERED,
                "INDEX entry_answered (folder_id=? AND uid>? AND uid<?)",
            ),
            (
                crate::entry::FLAGGED,
                "INDEX entry_flagged (folder_id=? AND uid>? AND uid<?)",
            ),
            (
                crate::entry::DELETED,
                "INDEX entry_deleted (folder_id=? AND uid>? AND uid<?)",
            ),
            (
                crate::entry::DELETED_SUM,
                "INDEX entry_deleted (folder_id=?)",
            ),
            (
                crate::entry::DRAFT,
                "INDEX entry_draft (folder_id=? AND uid>? AND uid<?)",
            ),
            (crate::entry::RECEIVED, "COVERING INDEX entry_internal"),
            (crate::entry::BY_DATE, "COVERING INDEX entry_internal"),
            (crate::contact::PAGE, "INDEX contact_sort (account_id=?"),
            (crate::contact::FOUND, "INDEX contact_sort (account_id=?"),
            (
                crate::entry::SUM,
                "COVERING INDEX entry_internal (folder_id=? AND internal_at<?)",
            ),
            (
                crate::entry::SUM_FLAGGED,
                "INDEX entry_flagged (folder_id=?)",
            ),
            (crate::entry::SIFTED, "INDEX entry_internal (folder_id=?"),
            (
                crate::entry::COPIES,
                "COVERING INDEX entry_object (folder_id=? AND object_id=?)",
            ),
            (
                conversation::OF_MAILBOX,
                "INDEX entry_thread (mailbox_id=? AND thread_id=?)",
            ),
            (
                conversation::BEGAN,
                "INDEX entry_message (message_id=? AND folder_id=?)",
            ),
            (
                conversation::OF_FOLDER,
                "INDEX entry_thread (mailbox_id=? AND thread_id=? AND folder_id=?)",
            ),
            (
                conversation::BEGAN_THERE,
                "INDEX entry_message (message_id=? AND folder_id=?)",
            ),
            (
                conversation::OLDER,
                "INDEX entry_thread (mailbox_id=? AND thread_id=? AND folder_id=? AND uid>?)",
            ),
            (
                conversation::NEWER,
                "INDEX entry_thread (mailbox_id=? AND thread_id=? AND folder_id=? AND uid>?)",
            ),
            (crate::entry::COMBINATION, "COVERING INDEX entry_keywords"),
            (
                crate::entry::COMBINED,
                "INDEX entry_keywords (folder_id=? AND <expr>=? AND uid>? AND uid<?)",
            ),
            (
                crate::removed::PAGE,
                "r USING PRIMARY KEY (mailbox_id=? AND (removed_at,place)<(?,?))",
            ),
            (crate::removed::TOTAL, "USING PRIMARY KEY (mailbox_id=?)"),
            (
                crate::removed::OF_FOLDER,
                "removed_when (removed_at=? AND mailbox_id=? AND place>? AND place<?)",
            ),
            (crate::removed::FOLDERS, "removed_folder_mailbox"),
            (crate::removed::OLD, "COVERING INDEX removed_when"),
            (
                crate::audit::BETWEEN,
                "audit_at (chain=? AND at>? AND at<?)",
            ),
            (
                crate::audit::BY_ACTOR,
                "audit_actor (chain=? AND actor=? AND at>? AND at<?)",
            ),
            (
                crate::audit::BY_IP,
                "audit_ip (chain=? AND client_ip=? AND at>? AND at<?)",
            ),
            (
                crate::audit::BY_ACTION,
                "audit_action (chain=? AND action=? AND at>? AND at<?)",
            ),
            (
                crate::audit::BY_PLACE,
                "audit_organisation (chain=? AND organisation_id=? AND at>? AND at<?)",
            ),
            (
                crate::audit::BY_SUBJECT,
                "audit_subject (subject=? AND id<?)",
            ),
            (crate::mail_log::BETWEEN, "mail_log_at (at>? AND at<?)"),
            (crate::mail_log::OLD, "COVERING INDEX mail_log_at (at<?)"),
            (crate::notice::places::AFTER, "m USING INTEGER PRIMARY KEY"),
            (crate::notice::UNSENT, "notice_unsent"),
            (crate::vacation::DUE, "vacation_answer_due (id>?)"),
            (crate::identity::SINCE, "identity_changed (changed_at>?)"),
            (crate::identity::DUE, "identity_due"),
            (crate::identity::WAITING, "identity_waiting"),
            (crate::notice::WITHOUT_FILES, "notice_papers"),
            (crate::notice::OF_MAILBOX, "notice_mailbox"),
            (crate::notice::OF_ORGANISATION, "notice_organisation"),
            (
                crate::search::BLOCKS,
                "(folder_id=? AND segment_id=? AND first>? AND first<?)",
            ),
            (
                crate::search::BEFORE,
                "(folder_id=? AND segment_id=? AND first>? AND first<?)",
            ),
            (
                crate::search::LISTS,
                "(folder_id=? AND segment_id=? AND seq>? AND seq<?)",
            ),
            (
                crate::delegation::OPEN,
                "INDEX delegation_live (account_id=?)",
            ),
            (
                crate::access_grant::OPEN,
                "INDEX access_grant_account (account_id=? AND until_at>?)",
            ),
            (
                crate::unit_check::OF_DAYS,
                "(mailbox_id=? AND day>? AND day<?)",
            ),
            (crate::upload::OVER, "INDEX upload_until (until_at<?)"),
            (
                crate::form_sent::OLD,
                "COVERING INDEX form_sent_at (sent_at<?)",
            ),
            (
                crate::entry::ON_DESK_OLDER,
                "e USING INDEX entry_desk (folder_id=? AND desk=? AND uid<?)",
            ),
            (
                crate::entry::WAITS_OLDER,
                "e USING INDEX entry_waits (folder_id=? AND uid<?)",
            ),
            (crate::push::DUE, "p USING INTEGER PRIMARY KEY (rowid>?)"),
            (
                crate::desk::NOTES,
                "unit_note_object (mailbox_id=? AND object_id=?)",
            ),
            (
                crate::sent_message::UNREAD,
                "INDEX entry_message (message_id=?)",
            ),
            (crate::later::DUE, "COVERING INDEX later_due ("),
            (crate::later::NEXT, "COVERING INDEX later_due (due_at>?)"),
            (
                crate::later::WAITING,
                "INDEX later_mailbox (mailbox_id=? AND kind=? AND ",
            ),
            (
                crate::assignment::WAITING,
                "assignment_open (mailbox_id=? AND object_id>?)",
            ),
        ] {
            let plan = plan(sql);
            assert!(plan.contains(index), "{sql}: {plan}");
            for slow in ["SCAN", "TEMP B-TREE"] {
                assert!(!plan.contains(slow), "{sql}: {plan}");
            }
        }
    }

    #[test]
    fn the_largest_are_found_in_an_index() {
        let plan = plan(crate::entry::BY_SIZE);
        assert!(
            plan.contains("COVERING INDEX entry_internal (folder_id=?)"),
            "{plan}"
        );
    }

    #[test]
    fn what_waits_is_counted_in_its_index() {
        for (sql, index) in [
            (
                crate::desk::COUNT_HELD,
                "COVERING INDEX entry_desk (folder_id=? AND desk=?)",
            ),
            (
                crate::desk::COUNT_WAITING,
                "INDEX entry_waits (folder_id=?)",
            ),
        ] {
            let plan = plan(sql);
            assert!(
                plan.contains(index) && !plan.contains("SCAN entry"),
                "{plan}"
            );
        }
    }

    #[test]
    fn destinations_are_found_in_steps() {
        let plan = plan(crate::queue::DUE);
        assert!(plan.contains("queue_recipient_due (state=? AND destination>?)"));
        assert!(
            !plan.contains("SCAN queue_recipient") && !plan.contains("SCAN r"),
            "{plan}"
        );
    }
}
