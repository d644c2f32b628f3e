//! Logs are kept as long as they must be and no longer; shortening the record of sign-ins hides no other cut.

#![allow(clippy::unwrap_used)]

use congvu_governance::audit::{Checkpoint, Finding, Pruned, seal, verify};
use congvu_governance::retention::{Removed, Retention, prune};
use congvu_governance::{Act, Action, Actor, record};
use congvu_store::audit::{self, Chain, Record};
use congvu_store::mail_log::{self, Filter, Line};
use congvu_store::{Store, StoreError};
use congvu_testing::{Ground, driven};

/// 15:00 on 22/11/2026 in Vietnam.
const NOW: i64 = 1_795_334_400_000;
const DAY: i64 = 86_400_000;

driven!(crate::NOW;
    tq_9_1_sl_11_1_logs_are_kept_as_long_as_they_must_be,
    tq_9_1_sl_11_1_a_shortened_record_still_shows_every_other_cut,
    a_shortening_that_was_interrupted_is_gone_on_with,
    tq_9_1_sl_11_1_the_mail_log_is_sought_by_its_fields,
);

async fn sign_in(store: &Store, at: i64) {
    let record = Record {
        at,
        actor: "an@tinh.vn".to_owned(),
        action: "sign-in.ok".to_owned(),
        ..Record::default()
    };
    store
        .write(move |tx| audit::add(tx, Chain::SignIns, &record))
        .await
        .unwrap();
}

async fn log(store: &Store, at: i64, code: u16, recipient: &'static str, size: u64) {
    store
        .write(move |tx| {
            mail_log::add(
                tx,
                &Line {
                    at,
                    direction: if code == 250 { "in" } else { "out" },
                    trace: "t",
                    sender: if size == 1 { "" } else { "An@tinh.vn" },
                    recipient,
                    client_ip: "192.0.2.1",
                    size,
                    code,
                    result: "delivered",
                    account: None,
                },
            )
        })
        .await
        .unwrap();
}

/// A segment of sign-ins a day for the last 400 days, and one of acts.
async fn a_year(ground: &Ground) {
    for day in (0..400).rev().step_by(20) {
        let at = NOW - day * DAY;
        ground.clock.set(at);
        for n in 0..3 {
            sign_in(&ground.store, at + n).await;
        }
        seal(&ground.store).await.unwrap();
    }
    ground.clock.set(NOW);
}

fn six_months() -> Retention {
    Retention::new(6, 6, []).unwrap()
}

async fn checkpoints(store: &Store) -> Vec<Checkpoint> {
    let segments = store
        .read(|tx| audit::segments(tx, Chain::SignIns, 0, 1000))
        .await
        .unwrap();
    let all = segments.iter();
    all.map(|segment| Checkpoint::of(Chain::SignIns, segment))
        .collect()
}

async fn findings(store: &Store, kept: &[Checkpoint]) -> Vec<Finding> {
    verify(store, kept).await.unwrap().findings
}

async fn change(store: &Store, sql: &'static str) {
    let rows = store.write(move |tx| tx.execute(sql, &[])).await;
    assert!(
        rows.map_err(|error: StoreError| error).unwrap() > 0,
        "{sql}"
    );
}

async fn tq_9_1_sl_11_1_logs_are_kept_as_long_as_they_must_be(ground: &Ground) {
    // Both regulations ask for six months; nothing shorter can be set.
    for code in ["tuyen-quang", "son-la"] {
        let profile = congvu_regulation::profile(code).unwrap();
        let refused = Retention::new(5, 12, [profile]).unwrap_err();
        assert!(refused.to_string().contains("06 tháng"), "{refused}");
        assert!(Retention::new(12, 5, [profile]).is_err());
        assert!(Retention::new(6, 6, [profile]).is_ok());
    }
    a_year(ground).await;
    let store = &ground.store;
    for day in [400, 200, 185, 184, 183, 1] {
        log(store, NOW - day * DAY, 250, "b@tinh.vn", 10).await;
    }
    let removed = prune(store, six_months()).await.unwrap();
    // 22/5/2026 is 184 days ago: from then on everything is there.
    assert_eq!(removed.mail, 3);
    let left = store
        .read(|tx| mail_log::page(tx, i64::MAX, 100))
        .await
        .unwrap();
    assert_eq!(left.len(), 3);
    let young = store
        .read(|tx| audit::page(tx, Chain::SignIns, (i64::MAX, 0), 1000))
        .await
        .unwrap();
    let oldest = young.iter().map(|one| one.record.at).min().unwrap();
    assert!(oldest > NOW - 200 * DAY && oldest < NOW - 160 * DAY);
    assert_eq!(removed.sign_ins as usize + young.len(), 60);
    assert_eq!(
        prune(store, six_months()).await.unwrap(),
        Removed::default()
    );
}

async fn tq_9_1_sl_11_1_a_shortened_record_still_shows_every_other_cut(ground: &Ground) {
    let store = &ground.store;
    a_year(ground).await;
    let kept = checkpoints(store).await;
    prune(store, six_months()).await.unwrap();
    // At once, and once the word about it is sealed.
    assert_eq!(findings(store, &kept).await, []);
    seal(store).await.unwrap();
    let report = verify(store, &kept).await.unwrap();
    assert_eq!(report.findings, []);
    assert!(report.pruned > 5);
    let first = report.pruned + 1;
    // It goes on.
    sign_in(store, NOW).await;
    seal(store).await.unwrap();
    assert_eq!(findings(store, &kept).await, []);
    // One more segment is taken out at the beginning.
    change(
        store,
        "UPDATE audit_segment SET number = -number WHERE chain = 1 AND number = (SELECT MIN(number) FROM audit_segment WHERE chain = 1)",
    )
    .await;
    change(
        store,
        "UPDATE audit SET segment = -segment WHERE chain = 1 AND segment = (SELECT MIN(segment) FROM audit WHERE chain = 1)",
    )
    .await;
    let moved = findings(store, &kept).await;
    assert!(!moved.is_empty());
    change(store, "DELETE FROM audit WHERE chain = 1 AND segment < 0").await;
    change(
        store,
        "DELETE FROM audit_segment WHERE chain = 1 AND number < 0",
    )
    .await;
    assert_eq!(
        findings(store, &kept).await,
        [Finding::Gap(Chain::SignIns, first, first)]
    );
    // Another hash in the word about it, or none.
    change(
        store,
        "UPDATE audit SET detail = REPLACE(detail, 'hash', 'hush') WHERE action = 'audit.prune'",
    )
    .await;
    let found = findings(store, &kept).await;
    assert!(
        found.contains(&Finding::Changed(Chain::Acts, 1)),
        "{found:?}"
    );
    assert!(
        found.contains(&Finding::Gap(Chain::SignIns, 1, first)),
        "{found:?}"
    );
}

async fn a_shortening_that_was_interrupted_is_gone_on_with(ground: &Ground) {
    let store = &ground.store;
    a_year(ground).await;
    let kept = checkpoints(store).await;
    // The word is said, and two of the segments are gone: here it was stopped.
    store
        .write(|tx| {
            let segment = audit::get_segment(tx, Chain::SignIns, 8)?.unwrap();
            let point = Checkpoint::of(Chain::SignIns, &segment);
            let pruned = Pruned {
                chain: "sign-ins".to_owned(),
                segment: 8,
                hash: point.hash,
                before: NOW - 184 * DAY,
            };
            let act = Act::new(Action::RecordPrune, "audit/sign-ins".into(), "sign-ins");
            record(tx, &Actor::system(), &act.with(serde_json::json!(pruned)))?;
            audit::drop_first(tx, Chain::SignIns, 8)?;
            audit::drop_first(tx, Chain::SignIns, 8)
        })
        .await
        .unwrap();
    let report = verify(store, &kept).await.unwrap();
    assert_eq!((report.findings, report.segments), (vec![], 18));
    // The next call goes on, though there is nothing else to shorten yet.
    congvu_governance::audit::prune(store, NOW - 500 * DAY)
        .await
        .unwrap();
    let report = verify(store, &kept).await.unwrap();
    assert_eq!((report.findings, report.segments), (vec![], 12));
    // At its time it goes further.
    ground.clock.set(NOW + 100 * DAY);
    let shortened = congvu_governance::audit::prune(store, NOW - 90 * DAY);
    shortened.await.unwrap();
    let all = verify(store, &kept).await.unwrap();
    assert_eq!(all.findings, []);
    assert!(all.pruned > 8);
    // Too early a cut is told, though the record of acts says so.
    congvu_governance::audit::prune(store, NOW + 50 * DAY)
        .await
        .unwrap();
    let early = findings(store, &kept).await;
    assert!(
        early
            .iter()
            .any(|one| matches!(one, Finding::Early(Chain::SignIns, _))),
        "{early:?}"
    );
}

async fn tq_9_1_sl_11_1_the_mail_log_is_sought_by_its_fields(ground: &Ground) {
    let store = &ground.store;
    for n in 0..40 {
        let code = if n % 4 == 0 { 550 } else { 250 };
        let to = if n % 2 == 0 {
            "binh@tinh.vn"
        } else {
            "chi@tinh.vn"
        };
        log(store, NOW + n * 1000, code, to, n.unsigned_abs()).await;
    }
    let search = async |filter: Filter| {
        let (mut lines, mut before) = (Vec::new(), None);
        loop {
            let filter = filter.clone();
            // Fewer are looked at than there are, so that it goes on in pieces.
            let found = store
                .read(move |tx| mail_log::search(tx, &filter, before, 3, 7))
                .await
                .unwrap();
            lines.extend(found.lines.iter().map(|line| (line.at - NOW) / 1000));
            before = found.next;
            if before.is_none() {
                return lines;
            }
        }
    };
    let any = Filter::default;
    assert_eq!(search(any()).await.len(), 40);
    for (filter, count) in [
        (
            Filter {
                from: Some(NOW + 10_000),
                ..any()
            },
            30,
        ),
        (
            Filter {
                until: Some(NOW + 10_000),
                ..any()
            },
            10,
        ),
        (
            Filter {
                sender: Some("AN@TINH".into()),
                ..any()
            },
            39,
        ),
        (
            Filter {
                sender: Some(String::new()),
                ..any()
            },
            1,
        ),
        (
            Filter {
                recipient: Some("chi".into()),
                ..any()
            },
            20,
        ),
        (
            Filter {
                client_ip: Some("192.0.2.1".into()),
                ..any()
            },
            40,
        ),
        (
            Filter {
                client_ip: Some("192.0.2".into()),
                ..any()
            },
            0,
        ),
        (
            Filter {
                size_least: Some(30),
                size_most: Some(34),
                ..any()
            },
            5,
        ),
        (
            Filter {
                code: Some(5),
                ..any()
            },
            10,
        ),
        (
            Filter {
                code: Some(250),
                ..any()
            },
            30,
        ),
        (
            Filter {
                result: Some("Deliver".into()),
                ..any()
            },
            40,
        ),
        (
            Filter {
                direction: Some("out".into()),
                code: Some(550),
                ..any()
            },
            10,
        ),
    ] {
        let found = search(filter.clone()).await;
        assert_eq!(found.len(), count, "{filter:?}");
        assert!(found.windows(2).all(|two| two[0] > two[1]));
    }
}
