//! What is to happen at a time: noted, taken once, ended with who asked for it.

use congvu_store::later::{self, Kind, New};
use congvu_store::{Clock, FolderId, Store, StoreError, account, ending, mailbox};

use super::fixture::{self, Desk, assert_sound};
use super::harness::Ground;

both!(
    what_is_due_is_found_in_its_order,
    a_row_is_taken_once,
    nothing_is_sent_for_who_may_not,
    it_goes_with_its_mailbox,
);

const AT: i64 = 1_780_000_000_000;

/// A message in somebody's inbox, for which something is noted.
async fn noted(store: &Store, desk: Desk, kind: Kind, due_at: i64) -> i64 {
    let lies = fixture::deliver(store, desk.inbox, format!("{due_at}").as_bytes()).await;
    let added = store.write(move |tx| add(tx, desk, (desk.inbox, lies.uid), kind, due_at));
    let added: Result<i64, StoreError> = added.await;
    added.unwrap()
}

fn add(
    tx: &mut congvu_store::Tx<'_>,
    desk: Desk,
    place: (FolderId, u32),
    kind: Kind,
    due_at: i64,
) -> Result<i64, StoreError> {
    later::add(
        tx,
        &New {
            kind,
            place,
            account: desk.account,
            client_ip: "10.0.0.1",
            home: None,
            days: 0,
            due_at,
        },
    )
}

async fn what_is_due_is_found_in_its_order(ground: &Ground) {
    let clock = Clock::driven(AT);
    let store = ground.keeping(&clock).await;
    let desk = fixture::one_desk(&store).await;
    let late = noted(&store, desk, Kind::Send, AT + 20).await;
    let soon = noted(&store, desk, Kind::Back, AT + 10).await;
    let due = async || {
        let read =
            store.read(|tx| Ok::<_, StoreError>((later::due(tx, (0, 0), 10)?, later::next(tx)?)));
        read.await.unwrap()
    };
    assert_eq!(due().await, (vec![], Some(AT + 10)));
    clock.set(AT + 10);
    assert_eq!(due().await, (vec![(soon, AT + 10)], Some(AT + 20)));
    clock.set(AT + 30);
    assert_eq!(due().await, (vec![(soon, AT + 10), (late, AT + 20)], None));
    let behind = store
        .read(move |tx| later::due(tx, (AT + 10, soon), 10))
        .await;
    let behind: Vec<(i64, i64)> = behind.map_err(|error: StoreError| error).unwrap();
    assert_eq!(behind, [(late, AT + 20)]);
    // Noted again, it is put off.
    let row = store.read(move |tx| later::get(tx, late)).await;
    let row = row.map_err(|error: StoreError| error).unwrap().unwrap();
    let again = store
        .write(move |tx| add(tx, desk, (row.folder, row.uid), Kind::Send, AT + 90))
        .await;
    assert_eq!(again.unwrap(), late);
    assert_eq!(due().await, (vec![(soon, AT + 10)], Some(AT + 90)));
    // Where nothing lies nothing is noted.
    let nothing = store
        .write(move |tx| add(tx, desk, (desk.inbox, 99), Kind::Back, AT))
        .await;
    assert!(
        matches!(nothing, Err(StoreError::NotFound(_))),
        "{nothing:?}"
    );
    assert_sound(&store).await;
}

async fn a_row_is_taken_once(ground: &Ground) {
    let clock = Clock::driven(AT);
    let store = ground.keeping(&clock).await;
    let desk = fixture::one_desk(&store).await;
    let id = noted(&store, desk, Kind::Send, AT).await;
    let take = || async {
        let taken = store.write(move |tx| later::take_to_send(tx, id)).await;
        taken.map_err(|error: StoreError| error).unwrap()
    };
    // What is rolled back is there again.
    let failed: Result<bool, StoreError> = store
        .write(move |tx| {
            assert!(later::take_to_send(tx, id)?);
            Err(StoreError::Conflict("nothing"))
        })
        .await;
    assert!(failed.is_err());
    let all = tokio::join!(take(), take(), take());
    assert_eq!([all.0, all.1, all.2].iter().filter(|one| **one).count(), 1);
    assert!(!take().await);
}

/// TQ.8.1
async fn nothing_is_sent_for_who_may_not(ground: &Ground) {
    let clock = Clock::driven(AT);
    let store = ground.keeping(&clock).await;
    let office = fixture::office(&store).await;
    for n in 0..4 {
        let desk = fixture::desk(&store, office, &format!("an{n}")).await;
        let id = noted(&store, desk, Kind::Send, AT).await;
        let asked = store.read(move |tx| later::asker(tx, id)).await;
        let asked = asked.map_err(|error: StoreError| error).unwrap();
        assert_eq!(asked.unwrap().mailbox, desk.mailbox);
        let taken = store.write(move |tx| {
            match n {
                0 => account::set_disabled(tx, desk.account, true)?,
                1 => account::raise_epoch(tx, desk.account)?,
                2 => mailbox::set_locked(tx, desk.mailbox, false)?,
                _ => account::require_change(tx, desk.account, account::MustChange::Reset)?,
            }
            later::take_to_send(tx, id)
        });
        assert!(
            !taken.await.map_err(|error: StoreError| error).unwrap(),
            "{n}"
        );
        let left = store.read(move |tx| later::get(tx, id)).await;
        assert!(left.map_err(|error: StoreError| error).unwrap().is_some());
    }
}

async fn it_goes_with_its_mailbox(ground: &Ground) {
    let clock = Clock::driven(AT);
    let store = ground.keeping(&clock).await;
    let desk = fixture::one_desk(&store).await;
    noted(&store, desk, Kind::Back, AT).await;
    store
        .write(move |tx| ending::destroy(tx, desk.mailbox))
        .await
        .unwrap();
    let left = fixture::number(&store, "SELECT COUNT(*) FROM later").await;
    assert_eq!(left, 0);
}
