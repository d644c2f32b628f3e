//! Who signed in, which way mail went, and whether the records are whole.

use axum::http::StatusCode;
use congvu_governance::audit::seal;
use congvu_store::StoreError;
use congvu_store::audit::{self, Chain, Record};
use congvu_store::mail_log::{self, Line};
use congvu_testing::{Ground, driven};

use super::support::{BEGIN, World};

driven!(crate::support::BEGIN;
    tq_9_1_sl_11_1_sign_ins_and_the_way_of_mail_are_found,
    the_record_is_verified,
);

async fn write(
    ground: &Ground,
    work: impl FnMut(&mut congvu_store::Tx<'_>) -> Result<(), StoreError> + Send + 'static,
) {
    ground.store.write(work).await.unwrap();
}

async fn tq_9_1_sl_11_1_sign_ins_and_the_way_of_mail_are_found(ground: &Ground) {
    let world = World::new(ground).await;
    let (asker, nobody) = (world.asker.clone(), world.nobody.clone());
    write(ground, move |tx| {
        for (n, who) in [&asker, &nobody, &asker].into_iter().enumerate() {
            let record = Record {
                at: BEGIN + i64::try_from(n).unwrap() * 60_000,
                actor: who.address.clone(),
                actor_id: Some(who.account),
                client_ip: "203.0.113.9".to_owned(),
                action: "sign-in.ok".to_owned(),
                subject: format!("account/{}", who.account),
                subject_name: who.address.clone(),
                ..Record::default()
            };
            audit::add(tx, Chain::SignIns, &record)?;
        }
        for (n, code) in [250, 550, 250].into_iter().enumerate() {
            let line = Line {
                at: BEGIN + i64::try_from(n).unwrap() * 60_000,
                direction: "in",
                trace: "abc",
                sender: "ai@ngoai.example",
                recipient: "duyen@sonla.gov.vn",
                client_ip: "203.0.113.9",
                size: 1_000,
                code,
                result: "ok",
                account: None,
            };
            mail_log::add(tx, &line)?;
        }
        Ok(())
    })
    .await;
    let decider = world.token(ground, &world.decider).await;
    let asker = world.token(ground, &world.asker).await;
    for path in ["/sign-ins", "/mail-log", "/audit/verification"] {
        let (status, _) = world.get(&asker, path).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{path}");
    }
    let count = async |path: &str| {
        let (status, told) = world.get(&decider, path).await;
        assert_eq!(status, StatusCode::OK, "{path}: {told}");
        told["items"].as_array().unwrap().len()
    };
    assert_eq!(count("/sign-ins").await, 3);
    let own = format!("/sign-ins?account={}", world.asker.address);
    assert_eq!(count(&own).await, 2);
    assert_eq!(count("/sign-ins?from=2026-01-05T08:01").await, 2);
    assert_eq!(count("/sign-ins?until=2026-01-05T08:01").await, 1);
    assert_eq!(count("/sign-ins?until=2026-01-05").await, 3);
    let (_, first) = world.get(&decider, "/sign-ins?limit=2").await;
    let next = first["next"].as_str().unwrap();
    assert_eq!(count(&format!("/sign-ins?limit=2&after={next}")).await, 1);
    assert_eq!(count("/mail-log").await, 3);
    assert_eq!(count("/mail-log?code=5").await, 1);
    assert_eq!(count("/mail-log?recipient=DUYEN&direction=in").await, 3);
    assert_eq!(count("/mail-log?sender=khac").await, 0);
    assert_eq!(count("/mail-log?trace=abc").await, 3);
    let (_, first) = world.get(&decider, "/mail-log?limit=2").await;
    let next = first["next"].as_str().unwrap();
    assert_eq!(count(&format!("/mail-log?limit=2&after={next}")).await, 1);
    for wrong in [
        "/sign-ins?after=x",
        "/sign-ins?from=lunch",
        "/mail-log?direction=up",
        "/mail-log?until=32",
    ] {
        let (status, _) = world.get(&decider, wrong).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
    // Each look is on record once; pages behind the first belong to it.
    let (_, acts) = world.get(&decider, "/audit?limit=100").await;
    let acts = acts["items"].as_array().unwrap().iter();
    let looks: Vec<_> = acts.filter(|act| act["action"] == "log.read").collect();
    assert_eq!(looks.len(), 12, "{looks:?}");
    assert!(looks[0].to_string().contains("limit=2"), "{}", looks[0]);
    let (status, _) = world
        .get(&decider, "/sign-ins?account=ai@sonla.gov.vn")
        .await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

async fn the_record_is_verified(ground: &Ground) {
    let world = World::new(ground).await;
    while !seal(&ground.store).await.unwrap().is_empty() {}
    let decider = world.token(ground, &world.decider).await;
    let (status, told) = world.get(&decider, "/audit/verification").await;
    assert_eq!(status, StatusCode::OK, "{told}");
    assert_eq!(told["sound"], true);
    assert!(told["records"].as_i64().unwrap() > 0);
    write(ground, |tx| {
        tx.execute(
            "UPDATE audit SET actor = 'khac' WHERE segment = 1 AND chain = 0",
            &[],
        )?;
        Ok(())
    })
    .await;
    let (_, told) = world.get(&decider, "/audit/verification").await;
    assert_eq!(told["sound"], false);
    assert!(
        told["findings"][0].as_str().unwrap().contains("bị sửa"),
        "{told}"
    );
}
