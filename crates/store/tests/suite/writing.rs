//! What is kept of writing: files that wait, signatures, letters.

use congvu_store::blob::sweep;
use congvu_store::writing::{self, Template, Writing};
use congvu_store::{AccountId, Clock, Store, StoreError, ending, message, upload};

use super::fixture::{self, assert_sound, facts};
use super::harness::Ground;

both!(
    a_file_that_waits_is_kept_until_its_time,
    files_are_their_senders_own,
    how_somebody_writes_is_theirs_and_goes_with_them,
    letters_have_one_name_each,
);

const AT: i64 = 1_780_000_000_000;
const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

async fn keep(store: &Store, account: AccountId, text: &'static str) -> i64 {
    let staged = store.blobs().stage(text.as_bytes()).await.unwrap();
    store
        .write(move |tx| {
            let stored = message::put(tx, &staged, &facts())?;
            upload::add(tx, account, stored.id, 7, AT + HOUR)
        })
        .await
        .unwrap()
}

async fn find(store: &Store, account: AccountId, id: i64) -> Option<upload::Upload> {
    let found = store.read(move |tx| upload::find(tx, account, id)).await;
    found.unwrap()
}

async fn prune(store: &Store, before: i64) -> bool {
    let pruned: Result<bool, StoreError> =
        store.write(move |tx| upload::prune(tx, before, 10)).await;
    pruned.unwrap()
}

async fn a_file_that_waits_is_kept_until_its_time(ground: &Ground) {
    let clock = Clock::driven(AT);
    let store = ground.keeping(&clock).await;
    let account = fixture::one_desk(&store).await.account;
    let id = keep(&store, account, "một tệp").await;
    let mut now = AT;
    // It lies in no folder, and the sweeper leaves it alone all the same.
    for _ in 0..3 {
        now += DAY;
        sweep::sweep(&store, now).await.unwrap();
    }
    assert!(!prune(&store, AT).await);
    let found = find(&store, account, id).await.unwrap();
    assert!(store.blobs().open_blob(&found.blob).await.is_ok());
    // Its form is still open.
    let later = AT + 2 * HOUR;
    store
        .write(move |tx| upload::prolong(tx, account, later))
        .await
        .unwrap();
    prune(&store, AT + HOUR + 1).await;
    assert!(find(&store, account, id).await.is_some());
    prune(&store, later + 1).await;
    assert!(find(&store, account, id).await.is_none());
    for _ in 0..3 {
        now += DAY;
        clock.set(now);
        sweep::sweep(&store, now).await.unwrap();
    }
    let bytes = fixture::number(&store, "SELECT COUNT(*) FROM blob").await;
    assert_eq!(bytes, 0);
    assert_sound(&store).await;
}

async fn files_are_their_senders_own(ground: &Ground) {
    let clock = Clock::driven(AT);
    let store = ground.keeping(&clock).await;
    let office = fixture::office(&store).await;
    let one = fixture::desk(&store, office, "an.nv").await.account;
    let other = fixture::desk(&store, office, "binh.tt").await.account;
    let id = keep(&store, one, "riêng").await;
    keep(&store, one, "riêng nữa").await;
    assert!(find(&store, other, id).await.is_none());
    let sums = store
        .read(move |tx| Ok::<_, StoreError>((upload::sum(tx, one)?, upload::sum(tx, other)?)))
        .await
        .unwrap();
    assert_eq!(sums, ((2, 14), (0, 0)));
    let gone = store
        .write(move |tx| {
            let others = upload::remove(tx, other, id)?;
            Ok::<_, StoreError>((others, upload::remove(tx, one, id)?))
        })
        .await
        .unwrap();
    assert_eq!(gone, (false, true));
    assert!(find(&store, one, id).await.is_none());
}

async fn how_somebody_writes_is_theirs_and_goes_with_them(ground: &Ground) {
    let clock = Clock::driven(AT);
    let store = ground.keeping(&clock).await;
    let desk = fixture::one_desk(&store).await;
    let (account, mailbox) = (desk.account, desk.mailbox);
    let file = keep(&store, account, "tệp").await;
    let mine = Writing {
        plain: true,
        signature: "<b>An</b>".to_owned(),
        undo: 0,
    };
    let put = mine.clone();
    let (before, after) = store
        .write(move |tx| {
            let before = writing::get(tx, account)?;
            writing::put(tx, account, &Writing::default())?;
            writing::put(tx, account, &put)?;
            writing::set_of_unit(tx, mailbox, ("<b>Sở</b>", true), "an")?;
            Ok::<_, StoreError>((before, writing::get(tx, account)?))
        })
        .await
        .unwrap();
    assert_eq!((before, after), (Writing::default(), mine));
    store
        .write(move |tx| ending::destroy(tx, mailbox))
        .await
        .unwrap();
    let left = store
        .read(move |tx| {
            Ok::<_, StoreError>((writing::get(tx, account)?, writing::of_unit(tx, mailbox)?))
        })
        .await
        .unwrap();
    assert_eq!(left, (Writing::default(), None));
    assert!(find(&store, account, file).await.is_none());
}

async fn letters_have_one_name_each(ground: &Ground) {
    let clock = Clock::driven(AT);
    let store = ground.keeping(&clock).await;
    let account = fixture::one_desk(&store).await.account;
    let put = async |id: i64, name: &'static str| {
        store
            .write(move |tx| {
                let letter = Template {
                    id,
                    name: name.to_owned(),
                    ..Template::default()
                };
                writing::put_template(tx, account, &letter)
            })
            .await
    };
    let one = put(0, "Giấy mời họp").await.unwrap();
    assert!(matches!(
        put(0, "Giấy mời họp").await,
        Err(StoreError::Conflict(_))
    ));
    let two = put(0, "Công văn").await.unwrap();
    assert!(matches!(
        put(two, "Giấy mời họp").await,
        Err(StoreError::Conflict(_))
    ));
    assert_eq!(put(one, "Giấy mời").await.unwrap(), one);
    let names = store
        .read(move |tx| writing::templates(tx, account))
        .await
        .unwrap();
    assert_eq!(
        names,
        [(two, "Công văn".to_owned()), (one, "Giấy mời".to_owned())]
    );
    store
        .write(move |tx| {
            writing::remove_template(tx, AccountId(account.0 + 1), one)?;
            writing::remove_template(tx, account, two)
        })
        .await
        .unwrap();
    let left = store
        .read(move |tx| writing::template(tx, account, one))
        .await
        .unwrap();
    assert_eq!(left.map(|letter| letter.name), Some("Giấy mời".to_owned()));
}
