//! Labels: names and colours of keywords; mail by age and size.

use congvu_store::entry::{self, FlagChange, Sieve, Sum};
use congvu_store::keyword::flag;
use congvu_store::{FolderId, Store, StoreError, keyword, label, message};

use super::fixture::{self, assert_sound, deliver, facts, one_desk};
use super::harness::Ground;

both!(
    a_label_is_a_name_of_a_keyword,
    a_deleted_label_leaves_all_messages_in_chunks,
    mail_by_age_and_size,
);

async fn a_label_is_a_name_of_a_keyword(ground: &Ground) {
    let desk = one_desk(ground).await;
    let mailbox = desk.mailbox;
    deliver(ground, desk.inbox, b"a").await;
    ground
        .write(move |tx| {
            let bit = keyword::ensure(tx, mailbox, "gap")?.unwrap();
            let change = FlagChange::Add(bit);
            entry::store_flags(tx, desk.inbox, &[(1, 1)], change, None)?;
            label::name(tx, mailbox, bit, ("Gấp", 1))?;
            let before = fixture_modseq(tx, desk.inbox)?;
            // Another name, and no message is touched.
            label::name(tx, mailbox, bit, ("Rất gấp", 2))?;
            assert_eq!(fixture_modseq(tx, desk.inbox)?, before);
            let known = label::list(tx, mailbox)?;
            assert_eq!(known.len(), 1);
            assert_eq!(known[0].bit, bit);
            assert_eq!(known[0].keyword, "gap");
            assert_eq!(known[0].name.as_deref(), Some("Rất gấp"));
            assert_eq!(known[0].colour, 2);
            let wrong = label::name(tx, mailbox, bit << 1, ("x", 0));
            assert!(matches!(wrong, Err(StoreError::NotFound(_))));
            Ok::<_, StoreError>(())
        })
        .await
        .unwrap();
    assert_sound(ground).await;
}

fn fixture_modseq(tx: &mut congvu_store::Tx<'_>, id: FolderId) -> Result<i64, StoreError> {
    Ok(congvu_store::folder::get(tx, id)?.unwrap().modseq)
}

async fn labelled(store: &Store, folder: FolderId, bit: i64) -> usize {
    store
        .read(move |tx| entry::some_with_keyword(tx, folder, bit, 1_000))
        .await
        .unwrap()
        .len()
}

async fn a_deleted_label_leaves_all_messages_in_chunks(ground: &Ground) {
    let desk = one_desk(ground).await;
    let mailbox = desk.mailbox;
    for n in 0..5_u8 {
        deliver(ground, desk.inbox, &[n]).await;
    }
    let (gap, other) = ground
        .write(move |tx| {
            let gap = keyword::ensure(tx, mailbox, "gap")?.unwrap();
            let other = keyword::ensure(tx, mailbox, "khac")?.unwrap();
            let mut put = |range, bits| {
                entry::store_flags(tx, desk.inbox, &[range], FlagChange::Add(bits), None)
            };
            put((1, 4), gap)?;
            put((3, 5), other)?;
            label::name(tx, mailbox, gap, ("Gấp", 1))?;
            label::delete(tx, mailbox, gap)?;
            // Gone at once for people.
            assert_eq!(label::list(tx, mailbox)?.len(), 1);
            assert!(label::delete(tx, mailbox, gap).is_err());
            Ok::<_, StoreError>((gap, other))
        })
        .await
        .unwrap();
    assert_eq!(labelled(ground, desk.inbox, gap).await, 4);
    let mut rounds = 0;
    while ground
        .write_bulk(|tx| label::take_off(tx, 3))
        .await
        .unwrap()
    {
        rounds += 1;
    }
    // Two chunks, and that nothing is left.
    assert_eq!(rounds, 3);
    assert_eq!(labelled(ground, desk.inbox, gap).await, 0);
    assert_eq!(labelled(ground, desk.inbox, other).await, 3);
    ground
        .write(move |tx| {
            // Wanted again, it is what it was for mail programs.
            assert_eq!(keyword::ensure(tx, mailbox, "GAP")?, Some(gap));
            assert_eq!(label::list(tx, mailbox)?.len(), 2);
            label::delete(tx, mailbox, gap)?;
            while label::take_off(tx, 3)? {}
            // A mailbox that is full has room where a label was deleted.
            let mut n = 0;
            while keyword::ensure(tx, mailbox, &format!("k{n}"))?.is_some() {
                n += 1;
            }
            assert_eq!(label::reuse(tx, mailbox)?, Some(gap));
            assert_eq!(label::reuse(tx, mailbox)?, None);
            Ok::<_, StoreError>(())
        })
        .await
        .unwrap();
    assert_sound(ground).await;
}

const DAY: i64 = 86_400_000;

async fn mail_by_age_and_size(ground: &Ground) {
    let inbox = one_desk(ground).await.inbox;
    // Day and size of each; the third has a star.
    for (n, (day, size)) in [(1, 100), (2, 5_000), (3, 7_000), (9, 9_000), (2, 200)]
        .into_iter()
        .enumerate()
    {
        let staged = ground
            .blobs()
            .stage(&fixture::noise(n as u64 + 1, size))
            .await
            .unwrap();
        ground
            .write(move |tx| {
                let stored = message::put(tx, &staged, &facts())?;
                let flags = if n == 2 { flag::FLAGGED } else { 0 };
                let new = entry::NewEntry {
                    internal_at: day * DAY,
                    ..fixture::in_folder(inbox, stored, flags, b"")
                };
                entry::append(tx, &new)
            })
            .await
            .unwrap();
    }
    let sieve = Sieve {
        before: 5 * DAY,
        at_least: 150,
        saved_until: i64::MAX,
        keep_flagged: true,
    };
    let all = Sieve {
        keep_flagged: false,
        ..sieve
    };
    let never = Sieve {
        saved_until: 0,
        ..sieve
    };
    ground
        .read(move |tx| {
            let sum = |messages, bytes| Sum { messages, bytes };
            assert_eq!(entry::sum(tx, inbox, &sieve)?, sum(2, 5_200));
            assert_eq!(entry::sum(tx, inbox, &all)?, sum(3, 12_200));
            let begin = (i64::MIN, 0);
            let found = entry::sifted(tx, inbox, &sieve, begin, 10)?;
            assert_eq!(found, [(2 * DAY, 2), (2 * DAY, 5)]);
            assert_eq!(
                entry::sifted(tx, inbox, &sieve, (2 * DAY, 2), 10)?,
                [(2 * DAY, 5)]
            );
            assert_eq!(entry::sifted(tx, inbox, &all, begin, 1)?, [(2 * DAY, 2)]);
            // What came there meanwhile is not meant.
            assert!(entry::sifted(tx, inbox, &never, begin, 10)?.is_empty());
            let mut sizes = Vec::new();
            let first = (i64::MAX, 0);
            entry::by_size(tx, inbox, first, 2, |size, uid| sizes.push((size, uid)))?;
            assert_eq!(sizes, [(9_000, 4), (7_000, 3)]);
            entry::by_size(tx, inbox, (7_000, 3), 9, |size, uid| {
                sizes.push((size, uid));
            })?;
            assert_eq!(sizes[2..], [(5_000, 2), (200, 5), (100, 1)]);
            Ok::<_, StoreError>(())
        })
        .await
        .unwrap();
}
