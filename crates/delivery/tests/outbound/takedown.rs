//! What delivery does for cases of takedown and tells of those who send too much.

use congvu_delivery::indexing::Indexer;
use congvu_delivery::{BurstLimits, Delivery, DeliveryConfig, Intake, Writer};
use congvu_store::entry::{self, NewEntry, Want};
use congvu_store::message::{self, NewMessage};
use congvu_store::takedown::{self, Criteria, NewCase, State};
use congvu_store::{IncidentId, StoreError, TakedownId, incident};
use congvu_testing::{Ground, both};
use ring::digest::{SHA256, digest};

use crate::world::{DOMAIN, World};

both!(
    qn_13_9_what_is_submitted_is_sealed_before_anybody_has_it,
    qn_13_9_no_term_of_a_sealed_message_stays_in_the_index,
    tq_8_2_b_a_burst_is_an_incident_once,
);

/// A sealed case, with its notice.
async fn seal(world: &World, criteria: Criteria) -> TakedownId {
    let text = b"Subject: niem phong\r\n\r\n";
    let mut intake = Intake::new(&world.store, 1000, None);
    intake.write(text).await.unwrap();
    let incoming = intake.finish().await.unwrap();
    let new: NewMessage = incoming.new_message();
    let work = std::sync::Arc::new((incoming.staged, new, criteria));
    let sealed = world.store.write(move |tx| {
        let case = NewCase {
            criteria: &work.2,
            document: "1/CV",
            clause: "QN.13.9",
            reason: "x",
            contact: "x",
            incident: None,
            opened_by: "x",
        };
        let id = takedown::create(tx, &case)?;
        let stub = message::put(tx, &work.0, &work.1)?;
        takedown::set_stub(tx, id, stub.id)?;
        takedown::advance(tx, id, State::Open, State::Sealed)?;
        Ok::<_, StoreError>(id)
    });
    sealed.await.unwrap()
}

async fn subjects(world: &World) -> Vec<String> {
    let inbox = world.inbox;
    let found = world.store.read(move |tx| {
        let mut found = Vec::new();
        entry::scan(tx, inbox, (1, u32::MAX), Want::Message, |row| {
            found.push(row.subject()?);
            Ok(true)
        })?;
        Ok::<_, StoreError>(found)
    });
    found.await.unwrap()
}

async fn qn_13_9_what_is_submitted_is_sealed_before_anybody_has_it(ground: &Ground) {
    let world = World::new(ground).await;
    let to = format!("an@{DOMAIN}");
    world.submit(&[&to, "binh@xa.example"], "thu").await;
    assert_eq!(
        (subjects(&world).await, world.queued().await),
        (vec!["thu".to_owned()], 1)
    );
    // Its own text is a part as any attachment is.
    let document: [u8; 32] = digest(&SHA256, "Kính gửi.\r\n".as_bytes())
        .as_ref()
        .try_into()
        .unwrap();
    for criteria in [
        Criteria {
            attachment: Some(document),
            from_at: Some(0),
            ..Criteria::default()
        },
        Criteria {
            sender: Some(to.clone()),
            from_at: Some(0),
            ..Criteria::default()
        },
    ] {
        let id = seal(&world, criteria).await;
        world.submit(&[&to, "binh@xa.example"], "mat").await;
        assert!(!subjects(&world).await.contains(&"mat".to_owned()));
        assert_eq!(subjects(&world).await.last().unwrap(), "niem phong");
        let (copies, out) = ground
            .store
            .read(move |tx| {
                let copies = takedown::copies(tx, id, 0, 10)?.len();
                Ok::<_, StoreError>((copies, takedown::outgoing(tx, id)?))
            })
            .await
            .unwrap();
        assert_eq!((copies, out.len()), (1, 1));
        assert!(out[0].sealed);
        // Given back by hand: only one case at a time is looked at here.
        while ground
            .store
            .write(move |tx| {
                takedown::advance(tx, id, State::Sealed, State::Releasing)?;
                let case = takedown::get(tx, id)?.unwrap();
                takedown::release_chunk(tx, &case, 10)
            })
            .await
            .unwrap()
            .done
            > 0
        {}
        assert!(subjects(&world).await.contains(&"mat".to_owned()));
        let expunge = ground.store.write({
            let inbox = world.inbox;
            move |tx| entry::remove(tx, inbox, &[(2, 100)])
        });
        expunge.await.unwrap();
    }
}

/// Whether the bytes of a word stand in any row of the index, live or not.
async fn indexed(world: &World, word: &'static [u8]) -> bool {
    let found = world.store.read(move |tx| {
        let mut found = false;
        tx.each("SELECT data FROM term_block", &[], |row| {
            found |= row.bytes(0)?.windows(word.len()).any(|bytes| bytes == word);
            Ok(!found)
        })?;
        Ok::<_, StoreError>(found)
    });
    found.await.unwrap()
}

async fn qn_13_9_no_term_of_a_sealed_message_stays_in_the_index(ground: &Ground) {
    let world = World::new(ground).await;
    let put = async |text: String| {
        let mut intake = Intake::new(&world.store, 10_000, None);
        intake.write(text.as_bytes()).await.unwrap();
        let incoming = intake.finish().await.unwrap();
        let new = incoming.new_message();
        let inbox = world.inbox;
        let work = std::sync::Arc::new((incoming.staged, new));
        let done = world.store.write(move |tx| {
            let stored = message::put(tx, &work.0, &work.1)?;
            let new = NewEntry {
                folder: inbox,
                message: stored.id,
                message_size: stored.size,
                flags: 0,
                internal_at: 0,
                prefix: b"",
            };
            entry::append(tx, &new)
        });
        done.await.unwrap();
    };
    for n in 0..200 {
        put(format!(
            "Subject: thu {n}\r\nMessage-ID: <{n}@x>\r\n\r\nnoi dung {n}\r\n"
        ))
        .await;
    }
    put("Subject: qxzmatq\r\nMessage-ID: <mat@x>\r\n\r\nzkwbaogia\r\n".to_owned()).await;
    let mut indexer = Indexer::new(&world.store);
    indexer.index_all().await.unwrap();
    assert!(indexed(&world, b"xzmatq").await && indexed(&world, b"kwbaogia").await);
    let id = seal(
        &world,
        Criteria {
            message_id: Some("<mat@x>".into()),
            ..Criteria::default()
        },
    )
    .await;
    let sealed = world.store.write(move |tx| {
        let case = takedown::get(tx, id)?.unwrap();
        for found in takedown::candidates(tx, &case.criteria, case.scanned, 10)? {
            takedown::add_found(tx, id, found.message)?;
        }
        takedown::seal_chunk(tx, &case, 10)
    });
    assert_eq!(sealed.await.unwrap(), 1);
    // Its segment holds two hundred others: it is written anew all the same.
    indexer.index_all().await.unwrap();
    assert!(!indexed(&world, b"xzmatq").await && !indexed(&world, b"kwbaogia").await);
    assert!(indexed(&world, b"dung").await);
    // Nothing is left to do: it is not written anew each second.
    let due = world
        .store
        .read(|tx| congvu_store::search::due(tx, 0, 10))
        .await
        .unwrap();
    assert_eq!(due, []);
}

async fn tq_8_2_b_a_burst_is_an_incident_once(ground: &Ground) {
    let world = World::new(ground).await;
    let delivery = Delivery::new(
        &world.store,
        DeliveryConfig {
            hostname: "mail.example".into(),
            max_received: 5,
            primary_domain: None,
            notice_sender: None,
            bursts: BurstLimits {
                ten_minutes: 5,
                hour: 0,
            },
            sending: congvu_delivery::SendingLimits::default(),
        },
    );
    let to = format!("an@{DOMAIN}");
    for _ in 0..8 {
        let mut envelope = world
            .envelope(&to, Writer::Account(world.account), &[&to])
            .await
            .unwrap();
        envelope.sender.clone_from(&to);
        let mut intake = Intake::new(&world.store, 1000, None);
        intake.write(b"Subject: x\r\n\r\n").await.unwrap();
        let incoming = intake.finish().await.unwrap();
        delivery.accept(envelope, incoming).await.unwrap();
    }
    let told = world
        .store
        .read(|tx| incident::page(tx, Some("reported"), IncidentId(i64::MAX), 10))
        .await
        .map_err(|error: StoreError| error)
        .unwrap();
    assert_eq!(told.len(), 1);
    assert_eq!(
        (told[0].kind.as_str(), told[0].told_by.as_str()),
        ("burst", "system")
    );
    assert!(told[0].data.contains("\"recipients\":5") && told[0].mailbox.is_some());
}
