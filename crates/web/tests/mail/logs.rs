//! Who looks into logs that tell of others is on record.

use axum::http::StatusCode;
use congvu_store::audit::{self, Chain};
use congvu_store::{StoreError, organisation, role};
use congvu_testing::{Ground, both};

use crate::ground::World;

both!(tq_9_1_sl_11_1_who_reads_a_log_is_on_record);

/// What was recorded of logs, the oldest first: which, by what, whether as a file.
async fn read(world: &World) -> Vec<(String, String, bool)> {
    let found = world
        .store
        .read(|tx| audit::page(tx, Chain::Acts, (i64::MAX, i64::MAX), 100));
    let found: Result<_, StoreError> = found.await;
    let mut found = found.unwrap();
    found.reverse();
    let of = found.into_iter().map(|one| one.record);
    of.filter(|record| record.action == "log.read")
        .map(|record| {
            let detail: serde_json::Value = serde_json::from_str(&record.detail).unwrap();
            let asked = detail["asked"].as_str().unwrap().to_owned();
            (record.subject, asked, detail["file"] == true)
        })
        .collect()
}

async fn tq_9_1_sl_11_1_who_reads_a_log_is_on_record(ground: &Ground) {
    let world = World::new(&ground.store).await;
    let paths = [
        "/quan-ly/nhat-ky?tu=an%40sonla.gov.vn&den=",
        "/quan-ly/nhat-ky?tu=an&sau=1.1",
        "/quan-ly/nhat-ky/thu.csv?ma=5",
        "/quan-ly/nhat-ky/dang-nhap",
        "/quan-ly/nhat-ky/quan-tri.csv",
        "/quan-ly/thu-di-dau?den=b%40sonla.gov.vn",
    ];
    for path in paths {
        assert_eq!(world.get(path).await.0, StatusCode::FORBIDDEN, "{path}");
    }
    assert_eq!(read(&world).await, []);
    let of = world.mailbox;
    let granted = world.store.write(move |tx| {
        let root = organisation::root(tx)?.unwrap().id;
        let account = congvu_store::account::of_mailbox(tx, of)?.unwrap();
        role::grant(tx, account, "audit", root, "")
    });
    granted.await.unwrap();
    for path in paths {
        assert_eq!(world.get(path).await.0, StatusCode::OK, "{path}");
    }
    let of = |log: &str, asked: &str, as_file| (log.to_owned(), asked.to_owned(), as_file);
    assert_eq!(
        read(&world).await,
        [
            of("log/mail", "?tu=an%40sonla.gov.vn", false),
            of("log/mail", "?ma=5", true),
            of("log/sign-ins", "", false),
            of("log/acts", "", true),
            of("log/mail", "?den=b%40sonla.gov.vn", false),
        ]
    );
}
