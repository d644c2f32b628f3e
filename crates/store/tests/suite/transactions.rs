//! Closures that fail, panic, collide.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Barrier, mpsc};

use futures_util::future::join_all;

use congvu_store::{DomainId, FolderId, StoreError, StoreResult, Tx, Value, entry, organisation};

use super::fixture::{
    assert_sound, desk, get_folder, in_folder, message, number, office, one_desk,
};
use super::harness::{Ground, Hold};

both!(
    a_failure_takes_only_its_own_back,
    a_read_cannot_write,
    a_panicking_read_harms_nobody,
    a_caller_that_goes_away_changes_nothing,
    a_fault_of_ours_is_told_as_such,
    bulk_work_is_done_behind_the_rest,
);
mod collisions {
    use super::two_that_deadlock_both_succeed;

    on_postgres!(two_that_deadlock_both_succeed);
}

fn add(tx: &mut Tx<'_>, name: &str) -> StoreResult<DomainId> {
    organisation::create_domain(tx, name)
}

/// Four writes wait behind another, so that SQLite commits them as one group.
async fn a_failure_takes_only_its_own_back(ground: &Ground) {
    let hold = Hold::writer(ground).await;
    let fine = ground.write(|tx| add(tx, "fine.vn"));
    let panics = ground.write(|tx| -> StoreResult<()> {
        add(tx, "panics.vn")?;
        panic!("on purpose");
    });
    let fails = ground.write(|tx| {
        add(tx, "fails.vn")?;
        Err::<(), _>(StoreError::NotFound("on purpose"))
    });
    let conflicts = ground.write(|tx| {
        add(tx, "conflicts.vn")?;
        add(tx, "fine.vn")
    });
    let last = ground.write(|tx| add(tx, "last.vn"));
    let (fine, panics, fails, last, ()) =
        tokio::join!(fine, panics, fails, last, async move { drop(hold) });
    assert!(fine.is_ok() && last.is_ok());
    assert!(matches!(panics, Err(StoreError::Panicked)), "{panics:?}");
    assert!(matches!(fails, Err(StoreError::NotFound("on purpose"))));
    let conflicts = conflicts.await;
    assert!(
        matches!(conflicts, Err(StoreError::Conflict(_))),
        "{conflicts:?}"
    );
    let mut names = ground.read(organisation::domains).await.unwrap();
    names.sort();
    assert_eq!(names, ["fine.vn", "last.vn"]);
}

async fn a_read_cannot_write(ground: &Ground) {
    let written = ground.read(|tx| add(tx, "x.vn")).await;
    assert!(written.is_err());
    assert_eq!(number(ground, "SELECT COUNT(*) FROM domain").await, 0);
}

async fn a_panicking_read_harms_nobody(ground: &Ground) {
    for _ in 0..4 {
        let panicked = ground
            .read(|tx| -> StoreResult<()> {
                tx.each("SELECT name FROM meta", &[], |_| panic!("on purpose"))
            })
            .await;
        assert!(matches!(panicked, Err(StoreError::Panicked)));
    }
    assert_eq!(number(ground, "SELECT COUNT(*) FROM domain").await, 0);
}

async fn a_caller_that_goes_away_changes_nothing(ground: &Ground) {
    let (started, wait) = mpsc::channel();
    let (go, gate) = mpsc::channel::<()>();
    let store = (**ground).clone();
    let task = tokio::spawn(async move {
        store
            .write(move |tx| {
                let _ = started.send(());
                let _ = gate.recv();
                add(tx, "x.vn")
            })
            .await
    });
    tokio::task::spawn_blocking(move || wait.recv().unwrap())
        .await
        .unwrap();
    task.abort();
    go.send(()).unwrap();
    for _ in 0..100 {
        if number(ground, "SELECT COUNT(*) FROM domain").await == 1 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("the write was lost");
}

async fn a_fault_of_ours_is_told_as_such(ground: &Ground) {
    for sql in [
        "INSERT INTO domain (name, created_at) VALUES (NULL, 1)",
        "SELECT nothing FROM nowhere",
    ] {
        let error = ground
            .write(move |tx| tx.execute(sql, &[]))
            .await
            .unwrap_err();
        assert!(matches!(error, StoreError::Database(_)), "{error:?}");
    }
    // A row that is not what the code takes it for does not look like a lost connection.
    let error = ground
        .read(|tx| tx.one("SELECT name FROM meta", &[], |row| row.int(0)))
        .await
        .unwrap_err();
    assert!(matches!(error, StoreError::Database(_)), "{error:?}");
    let error = ground
        .write(|tx| {
            tx.execute(
                "INSERT INTO person (organisation_id, family, middle, given, created_at) VALUES ($1, '', '', '', 1)",
                &[Value::from(987_654_i64)],
            )
        })
        .await
        .unwrap_err();
    assert!(matches!(error, StoreError::Conflict(_)), "{error:?}");
    assert_eq!(number(ground, "SELECT COUNT(*) FROM domain").await, 0);
}

async fn bulk_work_is_done_behind_the_rest(ground: &Ground) {
    let mut holds = Vec::new();
    for _ in 0..if ground.is_postgres() { 3 } else { 1 } {
        holds.push(Hold::writer(ground).await);
    }
    let bulk: Vec<_> = (0..5)
        .map(|n| ground.write_bulk(move |tx| add(tx, &format!("bulk{n}.vn"))))
        .collect();
    let mail = ground.write(|tx| add(tx, "mail.vn"));
    let (bulk, mail, ()) = tokio::join!(join_all(bulk), mail, async move { drop(holds) });
    mail.unwrap();
    assert!(bulk.iter().all(Result::is_ok));
    if !ground.is_postgres() {
        let names = ground.read(organisation::domains).await.unwrap();
        assert_eq!(names[0], "mail.vn");
        assert_eq!(names.len(), 6);
    }
}

/// PostgreSQL ends one of the two; the store runs it again.
async fn two_that_deadlock_both_succeed(ground: &Ground) {
    let office = office(ground).await;
    let a = desk(ground, office, "a").await.inbox;
    let b = desk(ground, office, "b").await.inbox;
    let stored = message(ground, b"x").await;
    let barrier = Arc::new(Barrier::new(2));
    let runs = Arc::new(AtomicU32::new(0));
    let crossing = |first: FolderId, second: FolderId| {
        let (barrier, runs) = (Arc::clone(&barrier), Arc::clone(&runs));
        let mut met = false;
        ground.write(move |tx| {
            runs.fetch_add(1, Ordering::Relaxed);
            entry::append(tx, &in_folder(first, stored, 0, b""))?;
            if !met {
                met = true;
                barrier.wait();
            }
            entry::append(tx, &in_folder(second, stored, 0, b""))
        })
    };
    let (one, two) = tokio::join!(crossing(a, b), crossing(b, a));
    one.unwrap();
    two.unwrap();
    assert!(runs.load(Ordering::Relaxed) > 2);
    assert_eq!(get_folder(ground, a).await.total, 2);
    assert_eq!(get_folder(ground, b).await.total, 2);
    assert_sound(ground).await;
}

mod restart {
    use super::{Ground, number, one_desk};

    on_postgres!(a_server_that_ends_our_connections_is_joined_again);

    async fn a_server_that_ends_our_connections_is_joined_again(ground: &Ground) {
        one_desk(ground).await;
        let url = ground.postgres_url().unwrap();
        let ended = tokio::task::spawn_blocking(move || {
            ::postgres::Client::connect(&url, ::postgres::NoTls)
                .unwrap()
                .query(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                     WHERE datname = current_database() AND pid <> pg_backend_pid()",
                    &[],
                )
                .unwrap()
        })
        .await
        .unwrap();
        assert!(ended.len() >= 4);
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        for n in 0..8 {
            assert_eq!(number(ground, "SELECT COUNT(*) FROM mailbox").await, 1);
            ground
                .write(move |tx| super::add(tx, &format!("d{n}.vn")))
                .await
                .unwrap();
        }
    }
}
