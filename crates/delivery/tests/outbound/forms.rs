//! A form of the browser goes once.

use congvu_delivery::{AcceptError, Intake, SentCopy, Writer};
use congvu_store::{FolderId, StoreError, form_sent};
use congvu_testing::{Ground, both};

use crate::world::{DOMAIN, World};

both!(
    a_form_that_is_sent_in_twice_is_sent_once,
    forms_are_forgotten_after_their_time,
);

async fn send(world: &World, form: &str, folder: FolderId) -> Result<(), AcceptError> {
    let own = format!("an@{DOMAIN}");
    let envelope = world
        .envelope(&own, Writer::Account(world.account), &[&own])
        .await
        .unwrap();
    let mut intake = Intake::new(&world.store, 1000, None);
    // The date differs between two presses, so nothing else tells the two apart from two messages.
    let text = format!("Date: {}\r\nSubject: x\r\n\r\n", envelope.trace.as_str());
    intake.write(text.as_bytes()).await.unwrap();
    let incoming = intake.finish().await.unwrap();
    let sent = SentCopy {
        folder,
        own_lines: Vec::new(),
        draft: None,
        form: Some(form.to_owned()),
        later: None,
        remind: None,
    };
    let accepted = world
        .delivery
        .accept_keeping(envelope, incoming, Some(sent));
    accepted.await.map(drop)
}

async fn a_form_that_is_sent_in_twice_is_sent_once(ground: &Ground) {
    let world = World::new(ground).await;
    let sent = world.inbox;
    // At once, as two presses are.
    let both = tokio::join!(send(&world, "ma-1", sent), send(&world, "ma-1", sent));
    let (went, refused) = match both {
        (Ok(()), other) | (other, Ok(())) => ((), other),
        other => panic!("{other:?}"),
    };
    let () = went;
    assert!(
        matches!(refused, Err(AcceptError::SentAlready)),
        "{refused:?}"
    );
    // A copy for the recipient, one for the sender, and no more.
    assert_eq!(world.inbox().await.len(), 2);
    send(&world, "ma-2", sent).await.unwrap();
    assert_eq!(world.inbox().await.len(), 4);
}

async fn forms_are_forgotten_after_their_time(ground: &Ground) {
    let world = World::new(ground).await;
    let (account, now) = (world.account, world.store.now());
    let note = async |form: &'static str| {
        let noted = world
            .store
            .write(move |tx| form_sent::note(tx, account, form));
        let noted: Result<bool, StoreError> = noted.await;
        noted.unwrap()
    };
    for form in ["a", "b", "c"] {
        assert!(note(form).await);
    }
    assert!(!note("a").await);
    let prune = async |before: i64| {
        let pruned: Result<bool, StoreError> = world
            .store
            .write(move |tx| form_sent::prune(tx, before, 2))
            .await;
        pruned.unwrap()
    };
    assert!(!prune(now).await, "none is that old");
    assert!(!note("c").await);
    let later = world.store.now() + 1;
    assert!(prune(later).await, "two of three");
    assert!(!prune(later).await);
    assert!(note("a").await && note("b").await && note("c").await);
}
