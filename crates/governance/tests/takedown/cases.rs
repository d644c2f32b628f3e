use congvu_governance::takedown::{
    self as cases, Follower, NewTakedown, carry_on, evidence, find, preview, seal,
};
use congvu_governance::{Refused, audit};
use congvu_store::blob::sweep;
use congvu_store::takedown::{self, Criteria, State};
use congvu_store::{FolderId, MessageId, TakedownId, entry};
use congvu_testing::{Ground, driven};
use ring::digest::{SHA256, digest};

use super::world::{DAY, MONDAY, World, actor, console, letter, with_attachment};

driven!(crate::world::MONDAY;
    qn_13_9_every_copy_is_sealed_and_given_back,
    qn_13_9_what_comes_later_is_sealed_on_its_way_in,
    qn_13_9_a_known_document_is_found_in_whatever_message,
    qn_13_9_two_persons_destroy_nobody_alone,
    qn_13_9_one_content_is_found_by_its_hash,
    qn_13_9_the_evidence_tells_who_opened_a_units_mail,
    qn_13_9_what_is_on_its_way_out_is_held,
    qn_13_9_the_evidence_tells_who_had_it_and_not_what_it_says,
    tq_12_5_sl_17_4_harmful_mail_of_a_sender_goes_from_all_mailboxes,
    qn_13_9_what_a_reader_removed_cannot_be_brought_back,
    what_is_looked_for_must_be_told,
    only_who_is_entrusted_opens_a_case,
);

pub fn ordered(criteria: Criteria) -> NewTakedown {
    NewTakedown {
        criteria,
        document: "12/CV-STTTT ngày 23/11/2026".into(),
        clause: "QN.13.9".into(),
        reason: "lộ tài liệu".into(),
        contact: "Sở Khoa học và Công nghệ".into(),
        incident: None,
    }
}

pub fn named(id: &str) -> Criteria {
    Criteria {
        message_id: Some(format!("{id}@tinh.example")),
        ..Criteria::default()
    }
}

pub async fn opened(world: &World, criteria: Criteria) -> TakedownId {
    let who = actor(world.first);
    let id = world
        .write(move |tx| cases::open(tx, &who, &ordered(criteria.clone())))
        .await
        .unwrap();
    find(&world.store, id).await.unwrap();
    id
}

pub async fn sealed(world: &World, criteria: Criteria) -> TakedownId {
    let id = opened(world, criteria).await;
    seal(&world.store, &actor(world.first), id).await.unwrap();
    carry_on(&world.store, id).await.unwrap();
    id
}

pub async fn state(world: &World, id: TakedownId) -> State {
    world
        .read(move |tx| Ok(takedown::get(tx, id)?.unwrap().state))
        .await
}

fn is_stub(subject: &str) -> bool {
    subject.starts_with("[Đã niêm phong]")
}

async fn message_gone(world: &World, message: MessageId) -> bool {
    world
        .read(move |tx| {
            let mut found = false;
            tx.each(
                "SELECT 1 FROM message WHERE id = $1",
                &[message.into()],
                |_| {
                    found = true;
                    Ok(false)
                },
            )?;
            Ok(!found)
        })
        .await
}

async fn qn_13_9_every_copy_is_sealed_and_given_back(ground: &Ground) {
    let world = World::new(ground, "quang-ninh", 4).await;
    let mut folders = Vec::new();
    for official in &world.officials {
        folders.push(world.folder(*official, "INBOX").await);
    }
    folders.push(world.folder(world.officials[0], "Sent").await);
    let trash = world.folder(world.officials[1], "Trash").await;
    world.deliver(&letter("thường", "khac"), &folders).await;
    let message = world.deliver(&letter("MẬT", "mat"), &folders).await;
    // One moved it to the trash and had read it.
    let inbox = folders[1];
    let moved = ground.store.write(move |tx| {
        entry::store_flags(tx, inbox, &[(2, 2)], entry::FlagChange::Add(1), None)?;
        entry::move_to(tx, inbox, &[(2, 2)], trash)
    });
    moved.await.unwrap();
    folders[1] = trash;

    let id = opened(&world, named("mat")).await;
    let who = actor(world.operator);
    let found = world.write(move |tx| preview(tx, &who, id)).await.unwrap();
    assert_eq!(found.messages.len(), 1);
    assert_eq!(found.messages[0].message, message);
    assert_eq!(found.by_organisation(), [("skhcn", 3), ("stc", 2)]);
    assert!(
        found
            .places
            .iter()
            .any(|place| place.folder == "Trash" && place.seen == 1)
    );
    let mut before = Vec::new();
    for folder in &folders {
        before.push(world.list(*folder).await);
    }

    seal(&world.store, &actor(world.operator), id)
        .await
        .unwrap();
    assert_eq!(carry_on(&world.store, id).await.unwrap(), 5);
    for folder in &folders {
        let subjects = world.subjects(*folder).await;
        assert!(!subjects.contains(&"MẬT".to_owned()), "{subjects:?}");
        assert_eq!(
            subjects.iter().filter(|subject| is_stub(subject)).count(),
            1
        );
        let dated = *folder;
        world
            .read(move |tx| {
                entry::scan(tx, dated, (1, u32::MAX), entry::Want::Message, |row| {
                    if is_stub(&row.subject()?) {
                        assert_eq!(row.internal_at()?, 1_700_000_000_000);
                        assert_eq!(row.prefix()?, b"Date: Mon, 23 Nov 2026 08:00:00 +0700\r\n");
                    }
                    Ok(true)
                })
            })
            .await;
    }
    // Nothing is done twice, and the bytes stay though nobody has them.
    assert_eq!(carry_on(&world.store, id).await.unwrap(), 0);
    sweep::sweep(&ground.store, MONDAY + 86_400_000)
        .await
        .unwrap();
    assert!(!message_gone(&world, message).await);

    // A reader moved the notice away; another deleted it.
    let (away, archive) = (
        folders[0],
        world.folder(world.officials[0], "Archive").await,
    );
    let deleted = folders[2];
    let moved = ground.store.write(move |tx| {
        entry::move_to(tx, away, &[(3, 3)], archive)?;
        entry::remove(tx, deleted, &[(3, 3)])
    });
    moved.await.unwrap();
    let who = actor(world.first);
    world
        .write(move |tx| cases::release(tx, &who, id, "nhầm"))
        .await
        .unwrap();
    carry_on(&world.store, id).await.unwrap();
    assert_eq!(state(&world, id).await, State::Released);
    for (folder, before) in folders.iter().zip(before) {
        let strip = |rows: Vec<(u32, i64, String)>| {
            rows.into_iter()
                .map(|row| (row.1, row.2))
                .collect::<Vec<_>>()
        };
        assert_eq!(strip(world.list(*folder).await), strip(before));
    }
    assert_eq!(world.subjects(archive).await, Vec::<String>::new());
    assert!(
        audit::verify(&ground.store, &[])
            .await
            .unwrap()
            .findings
            .is_empty()
    );
}

async fn qn_13_9_what_comes_later_is_sealed_on_its_way_in(ground: &Ground) {
    let world = World::new(ground, "quang-ninh", 2).await;
    let inbox = world.folder(world.officials[0], "INBOX").await;
    let other = world.folder(world.officials[1], "INBOX").await;
    assert!(!ground.store.hub().watches_takedowns());
    let first = world.deliver(&letter("MẬT", "mat"), &[inbox]).await;
    let id = sealed(&world, named("mat")).await;
    assert!(ground.store.hub().watches_takedowns());
    // The same again, and another with the same name: neither is ever seen.
    let again = world.deliver(&letter("MẬT", "mat"), &[other]).await;
    assert_eq!(first, again);
    world
        .deliver(&letter("MẬT, lần 2", "mat"), &[inbox, other])
        .await;
    world.deliver(&letter("thường", "khac"), &[other]).await;
    for folder in [inbox, other] {
        let subjects = world.subjects(folder).await;
        assert!(
            subjects
                .iter()
                .all(|subject| is_stub(subject) || subject == "thường"),
            "{subjects:?}"
        );
    }
    // What a node stored that had not heard of the case is found by who follows it.
    ground
        .store
        .hub()
        .watch_no_takedowns(ground.store.hub().takedowns_seen());
    assert!(!ground.store.hub().watches_takedowns());
    world.deliver(&letter("MẬT, lần 3", "mat"), &[other]).await;
    assert_eq!(world.subjects(other).await.last().unwrap(), "MẬT, lần 3");
    let follower = Follower::new(&ground.store);
    assert!(follower.round().await.unwrap());
    assert!(ground.store.hub().watches_takedowns());
    assert!(
        world
            .subjects(other)
            .await
            .iter()
            .all(|s| is_stub(s) || s == "thường")
    );

    let who = actor(world.first);
    world
        .write(move |tx| cases::release(tx, &who, id, ""))
        .await
        .unwrap();
    assert!(follower.round().await.unwrap());
    assert!(!follower.round().await.unwrap());
    assert!(!ground.store.hub().watches_takedowns());
    assert_eq!(world.subjects(inbox).await, ["MẬT", "MẬT, lần 2"]);
    let mut subjects = world.subjects(other).await;
    subjects.sort();
    assert_eq!(subjects, ["MẬT", "MẬT, lần 2", "MẬT, lần 3", "thường"]);
}

async fn qn_13_9_a_known_document_is_found_in_whatever_message(ground: &Ground) {
    let world = World::new(ground, "quang-ninh", 2).await;
    let inbox = world.folder(world.officials[0], "INBOX").await;
    let other = world.folder(world.officials[1], "INBOX").await;
    let document = "tài liệu mật ".repeat(900);
    world
        .deliver(&with_attachment("một", "a", &document, 76), &[inbox])
        .await;
    world
        .deliver(&with_attachment("hai", "b", &document, 60), &[other])
        .await;
    world
        .deliver(
            &with_attachment("khác", "c", "tài liệu thường", 76),
            &[inbox],
        )
        .await;
    // Sent on as an attachment of another message.
    let inner = with_attachment("một", "a", &document, 76);
    let forwarded = format!(
        "From: b@tinh.example\nMessage-ID: <d@tinh.example>\nSubject: chuyển\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=out\n\n\
         --out\nContent-Type: message/rfc822\n\n{inner}\n--out--\n"
    );
    world.deliver(&forwarded, &[other]).await;
    let sum: [u8; 32] = digest(&SHA256, document.as_bytes())
        .as_ref()
        .try_into()
        .unwrap();
    let criteria = Criteria {
        attachment: Some(sum),
        from_at: Some(MONDAY - 1),
        ..Criteria::default()
    };
    let id = sealed(&world, criteria).await;
    assert_eq!(world.subjects(inbox).await[0], "khác");
    assert!(
        world
            .subjects(other)
            .await
            .iter()
            .all(|subject| is_stub(subject))
    );
    // It comes again, under another name and from another.
    world
        .deliver(&with_attachment("bốn", "e", &document, 72), &[inbox])
        .await;
    assert!(is_stub(world.subjects(inbox).await.last().unwrap()));
    let messages = world.read(move |tx| takedown::seen_by_case(tx, id)).await;
    assert_eq!(messages.len(), 4);
}

async fn qn_13_9_one_content_is_found_by_its_hash(ground: &Ground) {
    let world = World::new(ground, "quang-ninh", 2).await;
    let inbox = world.folder(world.officials[0], "INBOX").await;
    let other = world.folder(world.officials[1], "INBOX").await;
    let text = letter("Tài liệu", "x");
    world.deliver(&text, &[inbox, other]).await;
    world.deliver(&letter("Tài liệu", "y"), &[inbox]).await;
    world.deliver(&text, &[other]).await;
    let mailbox = world.officials[0].mailbox;
    let content = world
        .read(move |tx| congvu_store::incident::message(tx, mailbox, inbox, 1))
        .await
        .unwrap()
        .content;
    let criteria = Criteria {
        content: Some(content.as_slice().try_into().unwrap()),
        ..Criteria::default()
    };
    sealed(&world, criteria).await;
    let left = world.subjects(inbox).await;
    assert!(left[0] == "Tài liệu" && is_stub(&left[1]), "{left:?}");
    let theirs = world.subjects(other).await;
    assert_eq!(theirs.len(), 2);
    assert!(theirs.iter().all(|subject| is_stub(subject)), "{theirs:?}");
}

async fn qn_13_9_the_evidence_tells_who_opened_a_units_mail(ground: &Ground) {
    let world = World::new(ground, "quang-ninh", 2).await;
    let (unit, own) = (world.officials[0], world.officials[1]);
    let at_unit = world.folder(unit, "INBOX").await;
    let at_own = world.folder(own, "INBOX").await;
    let (mailbox, keeper) = (unit.mailbox, own.account);
    world
        .write(move |tx| {
            tx.execute(
                "UPDATE mailbox SET kind = 'unit', person_id = NULL WHERE id = $1",
                &[mailbox.into()],
            )?;
            Ok(())
        })
        .await
        .unwrap();
    world
        .deliver(&letter("Mật", "mat"), &[at_unit, at_own])
        .await;
    let opened_at = MONDAY + 7_000;
    ground.clock.set(opened_at);
    world
        .write(move |tx| {
            for folder in [at_unit, at_own] {
                congvu_store::desk::opened(tx, folder, &[(1, 1)], keeper)?;
            }
            let forwarded = congvu_store::keyword::ensure(tx, mailbox, "$Forwarded")?.unwrap();
            entry::store_flags(
                tx,
                at_unit,
                &[(1, 1)],
                entry::FlagChange::Add(forwarded),
                None,
            )?;
            Ok(())
        })
        .await
        .unwrap();
    let id = sealed(&world, named("mat")).await;
    let copies = async || {
        let package = evidence(&world.store, &actor(world.first), id, false).await;
        let package = package.unwrap();
        let (_, copies) = package.iter().find(|file| file.0 == "ban-sao.csv").unwrap();
        String::from_utf8(copies.clone()).unwrap()
    };
    let told = copies().await;
    let login = world
        .read(move |tx| congvu_store::account::get(tx, keeper))
        .await
        .unwrap()
        .login;
    // Forwarded, nothing fetched by a program, opened. Of a person's own mailbox nobody notes who opened what.
    let by = format!("\"1\",\"\",\"{login}\",\"{opened_at}\"");
    assert_eq!(told.matches(&by).count(), 1, "{told}");
    let opened = format!("\"{login}\",\"{opened_at}\"");
    assert_eq!(told.matches(&opened).count(), 1, "{told}");
    assert_eq!(told.lines().count(), 3, "{told}");
    // What becomes of the mailbox takes nothing away.
    world
        .write(move |tx| Ok(congvu_store::mailbox::destroy(tx, mailbox)?))
        .await
        .unwrap();
    while world
        .write(|tx| Ok(congvu_store::ending::step(tx, 10)?))
        .await
        .unwrap()
    {}
    assert_eq!(copies().await, told);
}

async fn qn_13_9_two_persons_destroy_nobody_alone(ground: &Ground) {
    let world = World::new(ground, "quang-ninh", 2).await;
    let inbox = world.folder(world.officials[0], "INBOX").await;
    let message = world.deliver(&letter("MẬT", "mat"), &[inbox]).await;
    // The newest row is never removed on SQLite: its id would be given out again.
    world.deliver(&letter("thường", "khac"), &[inbox]).await;
    let id = opened(&world, named("mat")).await;
    let propose = |who| {
        let world = &world;
        async move {
            world
                .write(move |tx| cases::propose_purge(tx, &who, id, "13/QĐ", "hủy"))
                .await
        }
    };
    // Not before it is sealed.
    assert!(matches!(
        propose(actor(world.first)).await,
        Err(Refused::State(_))
    ));
    seal(&world.store, &actor(world.first), id).await.unwrap();
    carry_on(&world.store, id).await.unwrap();
    assert!(matches!(
        propose(console()).await,
        Err(Refused::Forbidden(_))
    ));
    assert!(matches!(
        propose(actor(world.operator)).await,
        Err(Refused::Forbidden(_))
    ));
    let order = propose(actor(world.first)).await.unwrap();
    assert!(matches!(
        propose(actor(world.second)).await,
        Err(Refused::State(_))
    ));
    let confirm = |who| {
        let world = &world;
        async move { world.write(move |tx| cases::confirm(tx, &who, order)).await }
    };
    assert!(matches!(
        confirm(actor(world.first)).await,
        Err(Refused::Forbidden(_))
    ));
    assert!(matches!(
        confirm(console()).await,
        Err(Refused::Forbidden(_))
    ));
    assert!(matches!(
        confirm(actor(world.operator)).await,
        Err(Refused::Forbidden(_))
    ));
    // Another account of the same person is the same person.
    let twin = world.another_account(world.first, "first2").await;
    let root = world.root;
    world
        .write(move |tx| Ok(congvu_store::role::grant(tx, twin, "decide", root, "")?))
        .await
        .unwrap();
    let same = congvu_governance::Actor::signed_in(twin, "first2@tinh.example", "");
    assert!(matches!(confirm(same).await, Err(Refused::Forbidden(_))));
    // After a week it lapses.
    ground.clock.set(MONDAY + 7 * 86_400_000);
    assert!(matches!(
        confirm(actor(world.second)).await,
        Err(Refused::State(_))
    ));
    let order = propose(actor(world.first)).await.unwrap();
    let who = actor(world.second);
    world
        .write(move |tx| cases::confirm(tx, &who, order))
        .await
        .unwrap();
    assert_eq!(state(&world, id).await, State::Purging);
    // It cannot be taken back.
    let who = actor(world.first);
    let back = world
        .write(move |tx| cases::release(tx, &who, id, ""))
        .await;
    assert!(matches!(back, Err(Refused::State(_))));
    carry_on(&world.store, id).await.unwrap();
    assert_eq!(state(&world, id).await, State::Purged);
    let swept = sweep::sweep(&ground.store, ground.store.now())
        .await
        .unwrap();
    assert_eq!(swept.messages, 1);
    assert!(message_gone(&world, message).await);
    let swept = sweep::sweep(&ground.store, ground.store.now() + 3_600_001)
        .await
        .unwrap();
    assert_eq!(swept.blobs, 1);
    assert!(is_stub(&world.subjects(inbox).await[1]));
}

async fn qn_13_9_what_is_on_its_way_out_is_held(ground: &Ground) {
    use congvu_store::queue::{self, NewQueued, NewRecipient, Selection, Stretch};
    let world = World::new(ground, "quang-ninh", 1).await;
    let sent = world.folder(world.officials[0], "Sent").await;
    let message = world.deliver(&letter("MẬT", "mat"), &[sent]).await;
    let enqueue = |trace: &'static str| {
        ground.store.write(move |tx| {
            let recipients = [NewRecipient {
                destination: "xa.example".into(),
                address: "a@xa.example".into(),
                original: None,
                notify: None,
                notice_at: i64::MAX,
            }];
            let new = NewQueued {
                message,
                trace,
                sender: "canbo0@tinh.example",
                account: None,
                client_ip: "",
                prefix: b"",
                size: 10,
                envelope_id: None,
                ret: None,
                eight_bit: false,
                utf8: false,
                priority: queue::PERSON,
                at: tx.now(),
                expires_at: i64::MAX,
                recipients: &recipients,
            };
            queue::enqueue(tx, &new)
        })
    };
    let due = async || world.read(|tx| Ok(queue::due(tx)?.len())).await;
    enqueue("t1").await.unwrap();
    assert_eq!(due().await, 1);
    let id = sealed(&world, named("mat")).await;
    assert_eq!(due().await, 0);
    // What is queued later is held at once, and nobody gets it out by the queue's commands.
    let second = enqueue("t2").await.unwrap();
    assert_eq!(due().await, 0);
    let tried = ground.store.write(move |tx| {
        let now = tx.now();
        let all = Selection::Message(second);
        let retried = queue::retry_chunk(tx, &all, now, Stretch::ALL, 10)?;
        let dropped = queue::drop_chunk(tx, &all, now, Stretch::ALL, 10)?;
        Ok::<_, congvu_store::StoreError>((retried.done, dropped.done))
    });
    assert_eq!(tried.await.unwrap(), (0, 0));
    assert_eq!(due().await, 0);
    let who = actor(world.first);
    world
        .write(move |tx| cases::release(tx, &who, id, ""))
        .await
        .unwrap();
    carry_on(&world.store, id).await.unwrap();
    assert_eq!(due().await, 1);
    // Sealed again and destroyed.
    let id = sealed(&world, named("mat")).await;
    let (one, two) = (actor(world.first), actor(world.second));
    let order = world
        .write(move |tx| cases::propose_purge(tx, &one, id, "1/QĐ", ""))
        .await
        .unwrap();
    world
        .write(move |tx| cases::confirm(tx, &two, order))
        .await
        .unwrap();
    carry_on(&world.store, id).await.unwrap();
    assert_eq!(world.read(|tx| Ok(queue::depth(tx)?.held)).await, 0);
    let lines = world
        .read(|tx| congvu_store::mail_log::page(tx, i64::MAX, 10))
        .await;
    assert_eq!(lines.len(), 2);
    assert!(lines.iter().all(|line| line.result == "destroyed by order"));
}

async fn qn_13_9_the_evidence_tells_who_had_it_and_not_what_it_says(ground: &Ground) {
    let world = World::new(ground, "quang-ninh", 2).await;
    let inbox = world.folder(world.officials[0], "INBOX").await;
    let other = world.folder(world.officials[1], "Sent").await;
    world
        .deliver(&letter("Tuyệt mật XYZ", "mat"), &[inbox])
        .await;
    ground.clock.set(MONDAY + 1000);
    let answer =
        letter("Re", "tra-loi").replace("\nDate", "\nReferences: <mat@tinh.example>\nDate");
    world.deliver(&answer, &[other]).await;
    let read = ground
        .store
        .write(move |tx| entry::store_flags(tx, inbox, &[(1, 1)], entry::FlagChange::Add(3), None));
    read.await.unwrap();
    let id = sealed(&world, named("mat")).await;
    audit::seal(&ground.store).await.unwrap();
    let one = evidence(&world.store, &actor(world.first), id, false)
        .await
        .unwrap();
    ground.clock.set(MONDAY + 5000);
    let two = evidence(&world.store, &actor(world.second), id, false)
        .await
        .unwrap();
    assert_eq!(one, two, "the same state gives the same bytes");
    let file = |name: &str| {
        let found = one.iter().find(|file| file.0 == name).unwrap();
        String::from_utf8(found.1.clone()).unwrap()
    };
    for (name, bytes) in &one {
        let text = String::from_utf8_lossy(bytes);
        assert!(!text.contains("XYZ"), "{name}: {text}");
    }
    let copies = file("ban-sao.csv");
    let row = copies.lines().nth(1).unwrap();
    assert!(
        row.contains("canbo0@tinh.example\",\"INBOX\"") && row.contains("\"1\",\"1\",\"\""),
        "{row}"
    );
    assert!(row.ends_with("\"abc123\""), "{row}");
    assert!(file("tra-loi-chuyen-tiep.csv").contains("<tra-loi@tinh.example>"));
    let acts = file("nhat-ky-viec.jsonl");
    assert!(
        acts.contains("takedown.seal") && acts.contains("segment_sha256\":\""),
        "{acts}"
    );
    let message = letter("Tuyệt mật XYZ", "mat").replace('\n', "\r\n");
    let sum: String = digest(&SHA256, message.as_bytes())
        .as_ref()
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    assert!(file("ho-so.json").contains(&sum));
    assert_eq!(file("SHA256SUMS").lines().count(), one.len() - 1);
    // With what it says: two persons.
    let alone = evidence(&world.store, &actor(world.first), id, true).await;
    assert!(matches!(alone, Err(Refused::Forbidden(_))));
    let (first, second) = (actor(world.first), actor(world.second));
    let order = world
        .write(move |tx| cases::propose_content(tx, &first, id, "2/QĐ", "giám định"))
        .await
        .unwrap();
    world
        .write(move |tx| cases::confirm(tx, &second, order))
        .await
        .unwrap();
    assert_eq!(state(&world, id).await, State::Sealed);
    let full = evidence(&world.store, &actor(world.first), id, true)
        .await
        .unwrap();
    let eml = full.iter().find(|file| file.0.ends_with(".eml")).unwrap();
    assert_eq!(eml.1, message.as_bytes());
    // What came after the order was not ordered; who audits reads no mail; and an order is not for ever.
    let auditor = world.officials[0];
    let root = world.root;
    world
        .write(move |tx| {
            let audit = congvu_governance::Role::Audit;
            let who = (auditor.account, "kiem-tra");
            congvu_governance::rights::grant(tx, &console(), who, audit, root, None)
        })
        .await
        .unwrap();
    let seen = evidence(&world.store, &actor(auditor), id, true).await;
    assert!(matches!(seen, Err(Refused::Forbidden(_))));
    evidence(&world.store, &actor(auditor), id, false)
        .await
        .unwrap();
    ground.clock.set(MONDAY + 8 * DAY);
    let late = evidence(&world.store, &actor(world.first), id, true).await;
    assert!(matches!(late, Err(Refused::Forbidden(_))));
    // Who proposed it may not be somebody whose mailbox was locked meanwhile.
    let (first, second) = (actor(world.first), actor(world.second));
    let order = world
        .write(move |tx| cases::propose_content(tx, &first, id, "3/QĐ", "giám định"))
        .await
        .unwrap();
    let hijacked = world.first.mailbox;
    world
        .write(move |tx| Ok(congvu_store::mailbox::set_locked(tx, hijacked, false)?))
        .await
        .unwrap();
    let confirmed = world
        .write(move |tx| cases::confirm(tx, &second, order))
        .await;
    assert!(matches!(confirmed, Err(Refused::State(_))), "{confirmed:?}");
}

async fn tq_12_5_sl_17_4_harmful_mail_of_a_sender_goes_from_all_mailboxes(ground: &Ground) {
    let world = World::new(ground, "tuyen-quang", 3).await;
    let mut folders: Vec<FolderId> = Vec::new();
    for official in &world.officials {
        folders.push(world.folder(*official, "INBOX").await);
    }
    world
        .deliver(&letter("cũ", "cu").replace("canbo0@", "KeXau@"), &folders)
        .await;
    ground.clock.set(MONDAY + 10_000);
    for n in 0..120 {
        let text = letter(&format!("bẫy {n}"), &format!("bay{n}")).replace("canbo0@", "KeXau@");
        world.deliver(&text, &folders[..1]).await;
    }
    world.deliver(&letter("thường", "khac"), &folders).await;
    let criteria = Criteria {
        sender: Some("kexau@TINH.example".into()),
        from_at: Some(MONDAY + 5_000),
        until_at: Some(MONDAY + 20_000),
        ..Criteria::default()
    };
    sealed(&world, criteria).await;
    let subjects = world.subjects(folders[0]).await;
    assert_eq!(
        subjects.iter().filter(|subject| is_stub(subject)).count(),
        120
    );
    assert_eq!(world.subjects(folders[1]).await, ["cũ", "thường"]);
}

async fn qn_13_9_what_a_reader_removed_cannot_be_brought_back(ground: &Ground) {
    use congvu_store::{removed, takedown::REMOVED};
    let world = World::new(ground, "quang-ninh", 2).await;
    let (reader, other) = (world.officials[0], world.officials[1]);
    let inbox = world.folder(reader, "INBOX").await;
    let second = world.folder(other, "INBOX").await;
    let message = world.deliver(&letter("MẬT", "mat"), &[inbox, second]).await;
    world.deliver(&letter("thường", "khac"), &[inbox]).await;
    let gone = ground
        .store
        .write(move |tx| entry::remove(tx, inbox, &[(1, 2)]));
    gone.await.unwrap();
    let kept = async |of: super::world::Holder| {
        let page = world.read(move |tx| removed::page(tx, of.mailbox, None, 10));
        page.await.len()
    };
    assert_eq!(kept(reader).await, 2);
    let id = opened(&world, named("mat")).await;
    let who = actor(world.first);
    let found = world.write(move |tx| preview(tx, &who, id)).await.unwrap();
    let folders: Vec<_> = found
        .places
        .iter()
        .map(|place| place.folder.as_str())
        .collect();
    assert_eq!(folders, [REMOVED, "INBOX"]);
    seal(&world.store, &actor(world.first), id).await.unwrap();
    carry_on(&world.store, id).await.unwrap();
    // Neither the one removed before, nor the one that was sealed, is among what can be brought back.
    assert_eq!((kept(reader).await, kept(other).await), (1, 0));
    let who = actor(world.first);
    world
        .write(move |tx| cases::release(tx, &who, id, ""))
        .await
        .unwrap();
    carry_on(&world.store, id).await.unwrap();
    assert_eq!((kept(reader).await, kept(other).await), (2, 0));
    assert_eq!(world.subjects(second).await, ["MẬT"]);
    // Destroyed, it is gone from there too.
    let id = sealed(&world, named("mat")).await;
    let (one, two) = (actor(world.first), actor(world.second));
    let order = world
        .write(move |tx| cases::propose_purge(tx, &one, id, "1/QĐ", ""))
        .await
        .unwrap();
    world
        .write(move |tx| cases::confirm(tx, &two, order))
        .await
        .unwrap();
    carry_on(&world.store, id).await.unwrap();
    sweep::sweep(&ground.store, ground.store.now())
        .await
        .unwrap();
    assert!(message_gone(&world, message).await);
    assert_eq!(kept(reader).await, 1);
}

async fn what_is_looked_for_must_be_told(ground: &Ground) {
    let world = World::new(ground, "quang-ninh", 1).await;
    let who = actor(world.first);
    let bare = Criteria::default();
    let timeless = Criteria {
        sender: Some("a@b".into()),
        ..Criteria::default()
    };
    let backwards = Criteria {
        from_at: Some(2),
        until_at: Some(1),
        ..timeless.clone()
    };
    for criteria in [bare, timeless, backwards] {
        let who = who.clone();
        let refused = world
            .write(move |tx| cases::open(tx, &who, &ordered(criteria.clone())))
            .await;
        assert!(matches!(refused, Err(Refused::Bad(_))));
    }
    let without = NewTakedown {
        document: " ".into(),
        ..ordered(named("x"))
    };
    let refused = world.write(move |tx| cases::open(tx, &who, &without)).await;
    assert!(matches!(refused, Err(Refused::Bad(_))));
}

async fn only_who_is_entrusted_opens_a_case(ground: &Ground) {
    let world = World::new(ground, "quang-ninh", 1).await;
    let who = actor(world.officials[0]);
    let refused = world
        .write(move |tx| cases::open(tx, &who, &ordered(named("x"))))
        .await;
    assert!(matches!(refused, Err(Refused::Forbidden(_))));
    // Who decides in one agency decides nothing about the mailboxes of all.
    let (official, place) = (world.officials[0], world.agencies[0]);
    world
        .write(move |tx| {
            Ok(congvu_store::role::grant(
                tx,
                official.account,
                "decide",
                place,
                "",
            )?)
        })
        .await
        .unwrap();
    let who = actor(official);
    let refused = world
        .write(move |tx| cases::open(tx, &who, &ordered(named("x"))))
        .await;
    assert!(matches!(refused, Err(Refused::Forbidden(_))));
}
