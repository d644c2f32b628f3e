//! The answer while somebody is away (RFC 3834).

use congvu_store::vacation::{self, Vacation};
use congvu_store::{MailboxId, StoreError, mailbox};
use congvu_testing::{Ground, both};

use crate::world::{DOMAIN, HOUR, World};

both!(
    each_sender_is_answered_once_in_an_absence,
    nothing_answers_lists_programs_and_who_wrote_to_others,
    inside_only_and_locked_mailboxes,
    two_nodes_answer_once,
);

async fn away(world: &World, mailbox: MailboxId, from_at: i64, inside_only: bool) {
    let until_at = world.now() + HOUR;
    let set = world.store.write(move |tx| {
        let new = Vacation {
            from_at,
            until_at,
            body: "Tôi đi công tác.".into(),
            inside_only,
            answered: 0,
        };
        vacation::set(tx, mailbox, &new, "an")
    });
    set.await.map_err(|error: StoreError| error).unwrap();
}

async fn owed(world: &World) -> usize {
    let due = world.store.read(|tx| vacation::due(tx, 0, 100)).await;
    due.map_err(|error: StoreError| error).unwrap().len()
}

fn letter(lines: &str) -> String {
    format!("From: x@y\r\n{lines}Subject: Hop\r\nMessage-ID: <m@x>\r\n\r\nx\r\n")
}

async fn each_sender_is_answered_once_in_an_absence(ground: &Ground) {
    let world = World::new(ground).await;
    let mailbox = world.mailbox().await;
    let an = format!("an@{DOMAIN}");
    let office = format!("vanthu@{DOMAIN}");
    let (_, office_inbox) = world.other("vanthu").await;
    away(&world, mailbox, world.now() - HOUR, false).await;
    let to_an = letter(&format!("To: {an}\r\n"));
    for _ in 0..3 {
        world.receive(&office, &[&an], &to_an).await;
    }
    assert_eq!(owed(&world).await, 1);
    let runner = world.delivery.clone();
    let run = tokio::spawn(async move { runner.run().await });
    let nothing_owed = || world.until("it is sent", async || owed(&world).await == 0);
    nothing_owed().await;
    let got = world.lies_in(office_inbox).await;
    assert_eq!(got.len(), 1);
    for line in [
        "Return-Path: <>\r\n",
        "Auto-Submitted: auto-replied\r\n",
        "In-Reply-To: <m@x>\r\n",
        &format!("To: <{office}>\r\n"),
    ] {
        assert!(got[0].contains(line), "{line} {}", got[0]);
    }
    // It is answered by nobody, whoever is away there; another absence is another answer.
    let until_at = world.now() + HOUR;
    let (office_mailbox, _) = (world.other("khac").await, ());
    away(&world, office_mailbox.0, world.now() - HOUR, false).await;
    away(&world, mailbox, world.now() - HOUR / 2, false).await;
    world.receive(&office, &[&an], &to_an).await;
    nothing_owed().await;
    assert_eq!(world.lies_in(office_inbox).await.len(), 2);
    // Outside the dates nobody is answered.
    for (from_at, until_at) in [(until_at, until_at + HOUR), (1, 2)] {
        world
            .store
            .write(move |tx| {
                let new = Vacation {
                    from_at,
                    until_at,
                    body: "x".into(),
                    inside_only: false,
                    answered: 0,
                };
                vacation::set(tx, mailbox, &new, "an")
            })
            .await
            .map_err(|error: StoreError| error)
            .unwrap();
        world.receive(&office, &[&an], &to_an).await;
        assert_eq!(owed(&world).await, 0);
    }
    run.abort();
    assert_eq!(world.lies_in(office_inbox).await.len(), 2);
}

async fn nothing_answers_lists_programs_and_who_wrote_to_others(ground: &Ground) {
    let world = World::new(ground).await;
    let mailbox = world.mailbox().await;
    let an = format!("an@{DOMAIN}");
    away(&world, mailbox, world.now() - HOUR, false).await;
    let to_an = format!("To: {an}\r\n");
    for (sender, lines) in [
        ("x@y.example", format!("{to_an}List-Id: <tin.y>\r\n")),
        ("x@y.example", format!("{to_an}Precedence: bulk\r\n")),
        (
            "x@y.example",
            format!("{to_an}Auto-Submitted: auto-generated\r\n"),
        ),
        ("x@y.example", "To: nhom@y.example\r\n".to_owned()),
        ("x@y.example", String::new()),
        ("no-reply@y.example", to_an.clone()),
        ("", to_an.clone()),
        (&an, to_an.clone()),
    ] {
        world.receive(sender, &[&an], &letter(&lines)).await;
        assert_eq!(owed(&world).await, 0, "{sender} {lines}");
    }
    let ccs = letter(&format!(
        "To: b@y.example\r\nCc: An <{}>\r\n",
        an.to_uppercase()
    ));
    world.receive("x@y.example", &[&an], &ccs).await;
    assert_eq!(owed(&world).await, 1);
}

async fn inside_only_and_locked_mailboxes(ground: &Ground) {
    let world = World::new(ground).await;
    let mailbox = world.mailbox().await;
    let an = format!("an@{DOMAIN}");
    let to_an = letter(&format!("To: {an}\r\n"));
    away(&world, mailbox, world.now() - HOUR, true).await;
    world.receive("x@y.example", &[&an], &to_an).await;
    assert_eq!(owed(&world).await, 0);
    world.receive(&format!("ai@{DOMAIN}"), &[&an], &to_an).await;
    assert_eq!(owed(&world).await, 1);
    world
        .store
        .write(move |tx| mailbox::set_locked(tx, mailbox, false))
        .await
        .map_err(|error: StoreError| error)
        .unwrap();
    world
        .receive(&format!("khac@{DOMAIN}"), &[&an], &to_an)
        .await;
    assert_eq!(owed(&world).await, 1);
    // What is ended before it was sent is not sent.
    world
        .store
        .write(move |tx| vacation::remove(tx, mailbox))
        .await
        .map_err(|error: StoreError| error)
        .unwrap();
    assert_eq!(owed(&world).await, 0);
}

async fn two_nodes_answer_once(ground: &Ground) {
    let world = World::new(ground).await;
    let mailbox = world.mailbox().await;
    let an = format!("an@{DOMAIN}");
    let office = format!("vanthu@{DOMAIN}");
    let (_, office_inbox) = world.other("vanthu").await;
    away(&world, mailbox, world.now() - HOUR, false).await;
    let other = world.on(&ground.node().await);
    let to_an = letter(&format!("To: {an}\r\n"));
    let to = [an.as_str()];
    tokio::join!(
        world.receive(&office, &to, &to_an),
        other.receive(&office, &to, &to_an)
    );
    assert_eq!(owed(&world).await, 1);
    let (one, two) = (world.delivery.clone(), other.delivery.clone());
    let run = tokio::spawn(async move { tokio::join!(one.run(), two.run()) });
    world
        .until("it is sent", async || owed(&world).await == 0)
        .await;
    run.abort();
    assert_eq!(world.lies_in(office_inbox).await.len(), 1);
}
