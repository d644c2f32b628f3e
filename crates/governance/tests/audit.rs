//! The record of acts: sealed, verified, and every kind of tampering found.

#![allow(clippy::unwrap_used)]

use congvu_governance::audit::{
    Checkpoint, Checkpoints, Finding, Key, parse, public_key, seal, verify,
};
use congvu_store::audit::{self, Chain, Record};
use congvu_store::{AccountId, StoreError};
use congvu_testing::{Ground, both};

both!(
    what_is_sealed_hangs_together,
    what_is_rolled_back_is_not_recorded,
    every_changed_field_is_found,
    what_is_taken_out_or_moved_is_found,
    a_cut_or_remade_chain_does_not_match_its_checkpoints,
    what_is_put_in_is_found,
    two_nodes_seal_each_record_once,
    pages_go_back_in_time,
);

fn record(n: i64) -> Record {
    Record {
        at: 1_700_000_000_000 + n,
        actor: "quantri@sonla.gov.vn".to_owned(),
        actor_id: Some(AccountId(7)),
        client_ip: "192.0.2.1".to_owned(),
        action: "account.lock".to_owned(),
        subject: format!("account/{n}"),
        subject_name: format!("nguoi{n}@sonla.gov.vn"),
        organisation: None,
        clause: "SL.8.2.a".to_owned(),
        document: "12/STTTT-CNTT".to_owned(),
        detail: "{\"locked\":true}".to_owned(),
    }
}

async fn add(ground: &Ground, chain: Chain, numbers: std::ops::Range<i64>) {
    let written = ground.store.write(move |tx| {
        for n in numbers.clone() {
            audit::add(tx, chain, &record(n))?;
        }
        Ok::<_, StoreError>(())
    });
    written.await.unwrap();
}

/// Three segments of four records: 0 to 3, 10 to 13, 20 to 23.
async fn three_segments(ground: &Ground) {
    for n in 0..3 {
        add(ground, Chain::Acts, n * 10..n * 10 + 4).await;
        seal(&ground.store).await.unwrap();
    }
}

/// Runs a statement, as somebody could who has the database.
async fn tamper(ground: &Ground, statement: &str) -> u64 {
    let statement: &'static str = statement.to_owned().leak();
    let done = ground.store.write(move |tx| tx.execute(statement, &[]));
    done.await.unwrap()
}

async fn findings(ground: &Ground) -> Vec<Finding> {
    verify(&ground.store, &[]).await.unwrap().findings
}

async fn what_is_sealed_hangs_together(ground: &Ground) {
    add(ground, Chain::Acts, 0..3).await;
    add(ground, Chain::SignIns, 3..5).await;
    let report = verify(&ground.store, &[]).await.unwrap();
    assert_eq!((report.segments, report.unsealed), (0, 5));
    assert_eq!(seal(&ground.store).await.unwrap().len(), 2);
    assert!(seal(&ground.store).await.unwrap().is_empty());
    // More than one segment holds.
    add(ground, Chain::Acts, 10..2_510).await;
    let sealed = seal(&ground.store).await.unwrap();
    let numbers: Vec<_> = sealed.iter().map(|(_, s)| (s.number, s.records)).collect();
    assert_eq!(numbers, [(2, 2_000), (3, 500)]);
    assert_eq!(sealed[1].1.previous, sealed[0].1.hash);
    let report = verify(&ground.store, &[]).await.unwrap();
    let counts = (report.segments, report.records, report.unsealed);
    assert_eq!(counts, (4, 2_505, 0));
    assert_eq!(report.findings, []);
}

async fn what_is_rolled_back_is_not_recorded(ground: &Ground) {
    let refused = ground.store.write(|tx| {
        audit::add(tx, Chain::Acts, &record(1))?;
        Err::<(), _>(StoreError::NotFound("account"))
    });
    refused.await.unwrap_err();
    assert!(seal(&ground.store).await.unwrap().is_empty());
}

async fn every_changed_field_is_found(ground: &Ground) {
    three_segments(ground).await;
    let changed = [Finding::Changed(Chain::Acts, 2)];
    let longer = |field: &str| {
        (
            format!("{field} = 'x' || {field}"),
            format!("{field} = SUBSTR({field}, 2)"),
        )
    };
    let other = |there: &str, back: &str| (there.to_owned(), back.to_owned());
    let mut ways = vec![
        other("at = at + 1", "at = at - 1"),
        other("actor_id = 8", "actor_id = 7"),
        other("actor_id = NULL", "actor_id = 7"),
        other("organisation_id = 1", "organisation_id = NULL"),
        other(
            "clause = '', document = clause || document",
            "clause = 'SL.8.2.a', document = '12/STTTT-CNTT'",
        ),
    ];
    ways.extend(
        [
            "actor",
            "client_ip",
            "action",
            "subject",
            "subject_name",
            "clause",
            "document",
            "detail",
        ]
        .map(longer),
    );
    for (there, back) in ways {
        for (set, expected) in [(there, &changed[..]), (back, &[])] {
            let statement = format!("UPDATE audit SET {set} WHERE subject LIKE '%account/11'");
            assert_eq!(tamper(ground, &statement).await, 1, "{set}");
            assert_eq!(findings(ground).await, expected, "{set}");
        }
    }
    for field in ["first_at", "last_at", "sealed_at"] {
        for (sign, expected) in [('+', &changed[..]), ('-', &[])] {
            let statement =
                format!("UPDATE audit_segment SET {field} = {field} {sign} 1 WHERE number = 2");
            tamper(ground, &statement).await;
            assert_eq!(findings(ground).await, expected, "{statement}");
        }
    }
}

async fn what_is_taken_out_or_moved_is_found(ground: &Ground) {
    three_segments(ground).await;
    let count = |number, was, is| Finding::Count(Chain::Acts, number, was, is);
    let put = |segment: &str| {
        format!("UPDATE audit SET segment = {segment} WHERE subject = 'account/12'")
    };
    tamper(ground, &put("NULL")).await;
    assert_eq!(findings(ground).await, [count(2, 4, 3)]);
    tamper(ground, &put("3")).await;
    assert_eq!(findings(ground).await, [count(2, 4, 3), count(3, 4, 5)]);
    tamper(ground, &put("2")).await;
    assert_eq!(findings(ground).await, []);
    tamper(ground, "DELETE FROM audit WHERE subject = 'account/22'").await;
    assert_eq!(findings(ground).await, [count(3, 4, 3)]);
    // A whole segment.
    tamper(ground, "DELETE FROM audit_segment WHERE number = 2").await;
    assert_eq!(
        findings(ground).await,
        [
            Finding::Gap(Chain::Acts, 2, 2),
            count(3, 4, 3),
            Finding::Strays(4)
        ]
    );
    // The one after it is numbered anew.
    tamper(
        ground,
        "UPDATE audit_segment SET number = 2 WHERE number = 3",
    )
    .await;
    tamper(ground, "UPDATE audit SET segment = 9 WHERE segment = 2").await;
    tamper(ground, "UPDATE audit SET segment = 2 WHERE segment = 3").await;
    assert_eq!(
        findings(ground).await,
        [
            Finding::Broken(Chain::Acts, 2),
            count(2, 4, 3),
            Finding::Strays(4)
        ]
    );
    // However far the numbers are.
    tamper(
        ground,
        "UPDATE audit_segment SET number = 9223372036854775807 WHERE number = 2",
    )
    .await;
    let found = findings(ground).await;
    assert_eq!(found[0], Finding::Gap(Chain::Acts, 2, i64::MAX - 1));
    seal(&ground.store).await.unwrap();
    add(ground, Chain::Acts, 50..51).await;
    seal(&ground.store).await.unwrap_err();
}

async fn a_cut_or_remade_chain_does_not_match_its_checkpoints(ground: &Ground) {
    let folder = tempfile::tempdir().unwrap();
    let (key_file, file) = (folder.path().join("k/key"), folder.path().join("points"));
    let key = Key::open(&key_file).unwrap();
    let public = key.public();
    assert_eq!(Key::open(&key_file).unwrap().public(), public);
    let permissions = std::fs::metadata(&key_file).unwrap().permissions();
    let mode = std::os::unix::fs::PermissionsExt::mode(&permissions);
    assert_eq!(mode & 0o777, 0o600);
    let checkpoints = Checkpoints::new(key, &file);
    for n in 0..3 {
        add(ground, Chain::Acts, n * 10..n * 10 + 4).await;
        for (chain, segment) in seal(&ground.store).await.unwrap() {
            checkpoints.write(&Checkpoint::of(chain, &segment)).unwrap();
        }
    }
    let text = std::fs::read_to_string(&file).unwrap();
    let public = public_key(&public).unwrap();
    let (kept, refused) = parse(&text, &public);
    assert_eq!((kept.len(), refused), (3, vec![]));
    assert_eq!(checkpoints.written(Chain::Acts), 3);
    assert_eq!(checkpoints.written(Chain::SignIns), 0);
    let report = verify(&ground.store, &kept).await.unwrap();
    assert_eq!((report.checkpoints, report.findings), (3, vec![]));
    // The file itself cannot be changed unnoticed.
    let altered = text.replacen("\"records\":4", "\"records\":5", 1);
    assert_eq!(parse(&altered, &public), (kept[1..].to_vec(), vec![1]));
    let other = folder.path().join("other");
    Key::read(&other).unwrap_err();
    let other = Key::open(&other).unwrap().public();
    let by_another = parse(&text, &public_key(&other).unwrap());
    assert_eq!(by_another, (vec![], vec![1, 2, 3]));
    // What a crash left of a line is no reason to refuse the others.
    let torn = &text.lines().last().unwrap()[..40];
    std::fs::write(&file, format!("{text}{torn}")).unwrap();
    let copied = std::fs::read_to_string(&file).unwrap();
    assert_eq!(parse(&copied, &public), (kept.clone(), vec![]));
    let key = Key::open(&key_file).unwrap();
    let last = &kept[2];
    Checkpoints::new(key, &file).write(last).unwrap();
    let again = std::fs::read_to_string(&file).unwrap();
    let (again, refused) = parse(&again, &public);
    assert_eq!((&again[..3], refused), (&kept[..], vec![]));
    assert_eq!(again[3..], kept[2..]);
    // The end is cut off.
    tamper(ground, "DELETE FROM audit_segment WHERE number = 3").await;
    tamper(ground, "DELETE FROM audit WHERE segment = 3").await;
    assert_eq!(findings(ground).await, []);
    let acts = || "acts".to_owned();
    let report = verify(&ground.store, &kept).await.unwrap();
    assert_eq!(report.findings, [Finding::Cut(acts(), 3)]);
    // All is made anew, with right hashes.
    tamper(ground, "DELETE FROM audit_segment").await;
    tamper(ground, "UPDATE audit SET segment = NULL, actor = 'ai-do'").await;
    seal(&ground.store).await.unwrap();
    assert_eq!(findings(ground).await, []);
    let report = verify(&ground.store, &kept).await.unwrap();
    assert_eq!(
        report.findings,
        [
            Finding::Other(acts(), 1),
            Finding::Cut(acts(), 2),
            Finding::Cut(acts(), 3)
        ]
    );
}

/// What was never written by the program stands in no segment, or in a chain of its own.
async fn what_is_put_in_is_found(ground: &Ground) {
    three_segments(ground).await;
    for (set, strays) in [("segment = 999", 1), ("segment = 0", 1), ("chain = 7", 1)] {
        add(ground, Chain::Acts, 99..100).await;
        let put = format!("UPDATE audit SET {set} WHERE subject = 'account/99'");
        tamper(ground, &put).await;
        assert_eq!(findings(ground).await, [Finding::Strays(strays)], "{set}");
        tamper(ground, "DELETE FROM audit WHERE subject = 'account/99'").await;
    }
    assert_eq!(findings(ground).await, []);
}

async fn two_nodes_seal_each_record_once(ground: &Ground) {
    let other = ground.node().await;
    for round in 0..5 {
        add(ground, Chain::Acts, round * 100..round * 100 + 50).await;
        let (one, two) = tokio::join!(seal(&ground.store), seal(&other));
        one.unwrap();
        two.unwrap();
    }
    let report = verify(&ground.store, &[]).await.unwrap();
    assert_eq!((report.records, report.unsealed), (250, 0));
    assert_eq!(report.findings, []);
}

async fn pages_go_back_in_time(ground: &Ground) {
    add(ground, Chain::Acts, 0..5).await;
    add(ground, Chain::SignIns, 5..6).await;
    let read = ground.store.read(|tx| {
        let newest = audit::page(tx, Chain::Acts, (i64::MAX, 0), 2)?;
        let last = newest.last().unwrap();
        let next = audit::page(tx, Chain::Acts, (last.record.at, last.id), 10)?;
        let one = audit::of_subject(tx, Chain::Acts, "account/3", i64::MAX, 10)?;
        Ok::<_, StoreError>((newest, next, one))
    });
    let (newest, next, one) = read.await.unwrap();
    let subjects = |page: &[audit::Recorded]| -> Vec<String> {
        page.iter().map(|r| r.record.subject.clone()).collect()
    };
    assert_eq!(subjects(&newest), ["account/4", "account/3"]);
    assert_eq!(subjects(&next), ["account/2", "account/1", "account/0"]);
    assert_eq!(one.len(), 1);
    assert_eq!(one[0].record, record(3));
}
