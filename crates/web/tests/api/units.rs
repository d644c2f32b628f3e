//! What becomes of the messages of a unit mailbox.

use axum::http::StatusCode;
use congvu_governance::mailbox::{self, Holder, Issue};
use congvu_governance::token::Scope;
use congvu_store::audit::{self, Chain};
use congvu_store::delegation::{self, NewDelegation, Rights};
use congvu_store::entry::{self, NewEntry};
use congvu_store::message::{self, NewMessage};
use congvu_store::{MailboxId, StoreError, folder};
use congvu_testing::{Ground, driven};
use serde_json::{Value, json};

use super::support::{Official, World, act, console, issued};

driven!(crate::support::BEGIN;
    tq_11_4_hcm_12_4_messages_are_taken_assigned_answered_and_done,
);

struct Unit {
    id: MailboxId,
    path: String,
}

async fn unit(ground: &Ground, world: &World, keepers: &[(&Official, Rights)]) -> Unit {
    let (law, place) = (world.law, world.agency);
    let keepers: Vec<_> = keepers
        .iter()
        .map(|(who, rights)| (who.account, *rights))
        .collect();
    let made = act(ground, move |tx| {
        let asked = Issue {
            organisation: place.0,
            holder: Holder::Unit { own_account: false },
            local_part: None,
            former: None,
            quota: None,
        };
        let made = mailbox::issue(tx, law, &console(), &asked, None)?;
        for (account, rights) in &keepers {
            delegation::grant(
                tx,
                &NewDelegation {
                    mailbox: MailboxId(made.mailbox),
                    account: *account,
                    rights: *rights,
                    from_at: tx.now(),
                    until_at: None,
                    document: "",
                    document_day: None,
                    granted_by: "thủ trưởng",
                },
            )?;
        }
        Ok(made)
    });
    let made = made.await.unwrap();
    Unit {
        id: MailboxId(made.mailbox),
        path: format!("/units/{}/messages", made.address),
    }
}

/// Puts a message into its INBOX; its EMAILID.
async fn deliver(ground: &Ground, unit: &Unit) -> String {
    let staged = ground
        .store
        .blobs()
        .stage(b"Subject: x\r\n\r\nx\r\n")
        .await
        .unwrap();
    let new = NewMessage {
        header_len: 14,
        sent_at: None,
        message_id: None,
        subject: "x".into(),
        preview: String::new(),
        references: String::new(),
        envelope: Vec::new(),
        structure: Vec::new(),
        marks: None,
    };
    let (id, work) = (unit.id, std::sync::Arc::new((staged, new)));
    let delivered = ground.store.write(move |tx| {
        let stored = message::put(tx, &work.0, &work.1)?;
        let inbox = folder::find(tx, id, "INBOX")?.unwrap().id;
        let new = NewEntry {
            folder: inbox,
            message: stored.id,
            message_size: stored.size,
            flags: 0,
            internal_at: 1_700_000_000_000,
            prefix: b"Delivered-To: x\r\n",
        };
        let uid = entry::deliver(tx, &new)?.uid;
        let mut object = None;
        entry::scan(tx, inbox, (uid, uid), entry::Want::Entry, |row| {
            object = Some(row.object()?);
            Ok(true)
        })?;
        Ok::<_, StoreError>(object.unwrap())
    });
    format!("M{}", delivered.await.unwrap())
}

async fn tq_11_4_hcm_12_4_messages_are_taken_assigned_answered_and_done(ground: &Ground) {
    let world = World::new(ground).await;
    let keeps = Rights::READ.with(Rights::ORGANISE);
    let keepers = [(&world.asker, keeps), (&world.decider, keeps)];
    let unit = unit(ground, &world, &keepers).await;
    let message = deliver(ground, &unit).await;
    let scopes = [Scope::ReadUnits, Scope::WriteUnits];
    let (one, _) = issued(ground, &world.asker, &scopes, None).await;
    let (two, _) = issued(ground, &world.decider, &scopes, None).await;
    let (reads, _) = issued(ground, &world.asker, &[Scope::ReadUnits], None).await;
    let (stranger, _) = issued(ground, &world.nobody, &scopes, None).await;
    let (elsewhere, _) = issued(ground, &world.asker, &scopes, Some(world.other)).await;
    let at = |verb: &str| format!("{}/{message}/{verb}", unit.path);
    let nothing = json!({});
    // Neither who keeps it not, nor beyond what the token opens.
    for token in [&stranger, &elsewhere] {
        let refused = StatusCode::FORBIDDEN;
        assert_eq!(world.post(token, &at("take"), &nothing).await.0, refused);
        assert_eq!(world.get(token, &unit.path).await.0, refused);
    }
    let (status, _) = world.post(&reads, &at("take"), &nothing).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let none = format!("{}/M999999/take", unit.path);
    assert_eq!(
        world.post(&one, &none, &nothing).await.0,
        StatusCode::NOT_FOUND
    );
    let wrong = format!("{}/x/take", unit.path);
    assert!(world.post(&one, &wrong, &nothing).await.0.is_client_error());

    let (status, taken) = world.post(&one, &at("take"), &nothing).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(taken["message"], message);
    assert_eq!(taken["taken"]["account"], world.asker.address);
    let (status, problem) = world.post(&two, &at("take"), &nothing).await;
    assert_eq!(status, StatusCode::CONFLICT);
    let said = problem["detail"].as_str().unwrap();
    assert!(said.contains(&world.asker.address), "{said}");
    // Given back by who has it alone, and taken anew.
    let (status, _) = world.post(&two, &at("return"), &nothing).await;
    assert_eq!(status, StatusCode::CONFLICT);
    let (_, returned) = world.post(&one, &at("return"), &nothing).await;
    assert_eq!(returned["taken"], Value::Null);
    world.post(&one, &at("take"), &nothing).await;
    let given = json!({ "to": world.decider.address, "note": "trả lời trước thứ Sáu" });
    let (_, assigned) = world.post(&one, &at("assign"), &given).await;
    assert_eq!(assigned["assigned"]["account"], world.decider.address);
    assert_eq!(
        (&assigned["taken"], &assigned["assigned_by"]),
        (&Value::Null, &json!(world.asker.address))
    );
    let wrong = json!({ "to": world.nobody.address });
    assert_eq!(
        world.post(&one, &at("assign"), &wrong).await.0,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        world.post(&two, &at("answer"), &nothing).await.0,
        StatusCode::OK
    );
    let (_, waiting) = world.get(&reads, &unit.path).await;
    assert_eq!(waiting["items"].as_array().unwrap().len(), 1);
    assert_eq!(waiting["items"][0]["note"], "trả lời trước thứ Sáu");
    let (_, done) = world
        .post(&two, &at("done"), &json!({ "note": "đã gửi" }))
        .await;
    assert_eq!(
        (&done["done"]["account"], &done["note"]),
        (&json!(world.decider.address), &json!("đã gửi"))
    );
    let (_, waiting) = world.get(&one, &unit.path).await;
    assert_eq!(waiting["items"], json!([]));
    // Under the name of each.
    let subject = format!("mailbox/{}", unit.id);
    let acts = ground
        .store
        .read(move |tx| audit::of_subject(tx, Chain::Acts, &subject, i64::MAX, 4));
    let acts: Vec<_> = acts
        .await
        .unwrap()
        .into_iter()
        .map(|known| known.record)
        .collect();
    let acts: Vec<_> = acts
        .iter()
        .map(|act| (&act.action[..], &act.actor[..]))
        .collect();
    let (one, two) = (&world.asker.address[..], &world.decider.address[..]);
    assert_eq!(
        acts,
        [
            ("unit.done", two),
            ("unit.answer", two),
            ("unit.assign", one),
            ("unit.take", one)
        ]
    );
}
