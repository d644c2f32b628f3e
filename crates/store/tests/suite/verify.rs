//! A verification says nothing of a sound store, and finds each kind of damage.

use congvu_store::blob::sweep::sweep;
use congvu_store::entry::{self, FlagChange};
use congvu_store::{Store, now_ms, verify};

use super::fixture::{deliver, noise, one_desk};
use super::harness::Ground;

both!(a_sound_store_is_told_sound);
mod damage {
    use super::each_damage_is_found;

    on_sqlite!(each_damage_is_found);
}

async fn furnish(store: &Store) {
    let inbox = one_desk(store).await.inbox;
    for n in 0..8 {
        deliver(store, inbox, &noise(n, 3_000 * n as usize + 10)).await;
    }
    store
        .write(move |tx| {
            entry::store_flags(tx, inbox, &[(2, 4)], FlagChange::Add(9), None)?;
            entry::expunge(tx, inbox, &[(3, 4)])
        })
        .await
        .unwrap();
    sweep(store, now_ms() + 700_000).await.unwrap();
}

async fn a_sound_store_is_told_sound(ground: &Ground) {
    furnish(ground).await;
    let mut told = 0;
    let report = verify::verify(ground, |_| told += 1).await.unwrap();
    assert_eq!(report.findings, []);
    assert_eq!((report.blobs, report.folders, report.mailboxes), (6, 6, 1));
    assert!(report.bytes > 10_000);
    assert!(told > 0);
}

async fn each_damage_is_found(ground: &Ground) {
    furnish(ground).await;
    for (damage, what, wrong) in [
        (
            "DELETE FROM message WHERE id = 1",
            "entry",
            "message that does not exist",
        ),
        (
            "DELETE FROM message WHERE id = 1",
            "blob",
            "belongs to no message",
        ),
        (
            "DELETE FROM folder WHERE name = 'INBOX'",
            "entry",
            "folder that does not exist",
        ),
        (
            "UPDATE blob SET state = 1 WHERE id = 2",
            "message",
            "no live blob",
        ),
        (
            "UPDATE folder SET uid_next = 8 WHERE name = 'INBOX'",
            "entry",
            "UIDNEXT",
        ),
        (
            "UPDATE entry SET modseq = 99 WHERE uid = 5",
            "entry",
            "HIGHESTMODSEQ",
        ),
        (
            "UPDATE entry SET mailbox_id = 99 WHERE uid = 5",
            "entry",
            "another mailbox",
        ),
        (
            "UPDATE hole SET uid_first = 4, uid_last = 5",
            "entry",
            "hole",
        ),
        (
            "UPDATE address SET mailbox_id = NULL",
            "address",
            "leads to nothing",
        ),
        (
            "DELETE FROM entry WHERE uid = 5",
            "folder",
            "messages: kept 6, counted 5",
        ),
        (
            "UPDATE entry SET flags = flags | 1 WHERE uid = 5",
            "folder",
            "unseen",
        ),
        (
            "UPDATE entry SET size = size + 1 WHERE uid = 5",
            "folder",
            "bytes",
        ),
        ("DELETE FROM hole", "folder", "holes: kept 0, counted 2"),
        (
            "UPDATE mailbox SET used_bytes = 1",
            "mailbox",
            "bytes: kept 1",
        ),
        (
            "UPDATE mailbox SET used_messages = 5",
            "mailbox",
            "messages: kept 5, counted 6",
        ),
        (
            "UPDATE folder SET name = 'x' WHERE name = 'INBOX'",
            "mailbox",
            "no INBOX",
        ),
        (
            "UPDATE blob SET data = zeroblob(length(data)) WHERE id = 2",
            "blob",
            "hash",
        ),
        (
            "UPDATE blob SET size = size + 1 WHERE id = 2",
            "blob",
            "ends early",
        ),
        ("UPDATE blob SET codec = 9 WHERE id = 2", "blob", "codec 9"),
        (
            "UPDATE blob SET data = NULL WHERE id = 2",
            "blob",
            "without bytes",
        ),
        (
            "UPDATE blob SET object = 'aa/bb' WHERE object IS NOT NULL",
            "blob",
            "object aa/bb is missing",
        ),
    ] {
        let raw = ground.raw();
        let copy = ground.database().with_extension("copy");
        raw.execute("VACUUM INTO ?1", [copy.to_str().unwrap()])
            .unwrap();
        assert!(raw.execute(damage, []).unwrap() > 0, "{damage}");
        let report = verify::verify(ground, |_| {}).await.unwrap();
        assert!(
            report
                .findings
                .iter()
                .any(|found| found.what == what && found.wrong.contains(wrong)),
            "{damage}: {:?}",
            report.findings
        );
        restore(&raw, &copy);
        let report = verify::verify(ground, |_| {}).await.unwrap();
        assert_eq!(report.findings, [], "after {damage}");
    }
}

/// Puts every table back as the copy has it.
fn restore(raw: &rusqlite::Connection, copy: &std::path::Path) {
    raw.execute("ATTACH ?1 AS copy", [copy.to_str().unwrap()])
        .unwrap();
    for table in [
        "entry", "hole", "address", "folder", "mailbox", "message", "blob",
    ] {
        raw.execute_batch(&format!(
            "DELETE FROM main.{table}; INSERT INTO main.{table} SELECT * FROM copy.{table}"
        ))
        .unwrap();
    }
    raw.execute_batch("DETACH copy").unwrap();
    std::fs::remove_file(copy).unwrap();
}
