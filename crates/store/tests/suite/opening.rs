//! Migrations, the version check, the settings durability rests on, several nodes.

use congvu_store::{Store, StoreError, Value, organisation};

use super::fixture::{number, office};
use super::harness::Ground;

both!(
    opened_twice_it_keeps_what_it_holds,
    a_newer_schema_is_refused,
    an_unreadable_version_is_refused,
    two_nodes_open_at_once,
    a_closed_store_says_so,
);

async fn opened_twice_it_keeps_what_it_holds(ground: &Ground) {
    office(ground).await;
    let again = ground.open(true).await;
    let root = again.read(organisation::root).await.unwrap().unwrap();
    assert_eq!(root.short_name, "ubnd");
    again.close();
    assert_eq!(
        number(ground, "SELECT COUNT(*) FROM meta WHERE name = 'schema'").await,
        1
    );
}

async fn set_version(store: &Store, version: &'static [u8]) {
    store
        .write(move |tx| {
            tx.execute(
                "UPDATE meta SET value = $1 WHERE name = 'schema'",
                &[Value::from(version)],
            )
        })
        .await
        .unwrap();
}

async fn a_newer_schema_is_refused(ground: &Ground) {
    set_version(ground, b"999").await;
    let error = ground.try_open(true).await.unwrap_err();
    assert!(matches!(error, StoreError::Schema(_)), "{error}");
    assert!(error.to_string().contains("999"), "{error}");
}

async fn an_unreadable_version_is_refused(ground: &Ground) {
    set_version(ground, b"x").await;
    let error = ground.try_open(true).await.unwrap_err();
    assert!(matches!(error, StoreError::Schema(_)), "{error}");
}

/// On PostgreSQL two servers; on SQLite two tools beside the server.
async fn two_nodes_open_at_once(ground: &Ground) {
    let server = ground.is_postgres();
    let (a, b) = tokio::join!(ground.open(server), ground.open(server));
    let office = office(&a).await;
    let seen = b
        .read(move |tx| organisation::get(tx, office.organisation))
        .await
        .unwrap();
    assert!(seen.is_some());
    a.close();
    b.close();
}

async fn a_closed_store_says_so(ground: &Ground) {
    let other = ground.open(false).await;
    other.close();
    let error = other.read(organisation::root).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_)), "{error}");
    let error = other
        .write(|tx| organisation::create_domain(tx, "x.vn"))
        .await
        .unwrap_err();
    assert!(error.is_temporary());
}

mod from_nothing {
    use congvu_store::{BlobPlace, Engine, Store, StoreConfig};

    /// Two processes start on an empty folder at once: one migrates, the other waits for it.
    #[test]
    fn sqlite_is_migrated_once() {
        let folder = tempfile::TempDir::new().unwrap();
        let config = StoreConfig {
            engine: Engine::Sqlite {
                path: folder.path().join("deep/below/congvu.db"),
            },
            readers: 1,
            blobs: BlobPlace::Folder(folder.path().join("objects")),
            inline_max: 1 << 14,
            server: false,
            clock: congvu_store::Clock::default(),
            undelete: std::time::Duration::ZERO,
        };
        std::thread::scope(|scope| {
            let open = || Store::open(&config).unwrap().close();
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(open)).collect();
            for thread in threads {
                thread.join().unwrap();
            }
        });
    }
}

mod settings {
    use super::{Ground, StoreError};

    mod sqlite {
        #[test]
        fn are_what_durability_rests_on() {
            crate::suite::harness::sqlite(super::are_what_durability_rests_on);
        }
    }

    async fn are_what_durability_rests_on(ground: &Ground) {
        let (journal, rest) = ground
            .write(|tx| {
                let journal = tx.one("PRAGMA journal_mode", &[], |row| row.text(0))?;
                let mut rest = Vec::new();
                for sql in [
                    "PRAGMA synchronous",
                    "PRAGMA secure_delete",
                    "PRAGMA foreign_keys",
                ] {
                    rest.push(tx.one(sql, &[], |row| row.int(0))?);
                }
                Ok::<_, StoreError>((journal, rest))
            })
            .await
            .unwrap();
        assert_eq!(journal.as_deref(), Some("wal"));
        // FULL, on, on.
        assert_eq!(rest, [Some(2), Some(1), Some(1)]);
    }
}
