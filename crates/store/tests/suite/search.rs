//! The search index as the store keeps it: terms are bytes here.

use std::collections::BTreeMap;

use congvu_store::search::{self, Block, Budget, Growth, Merger, Plan, Segment, Uids, Writer};
use congvu_store::{FolderId, Store, StoreError, entry, folder, verify};

use super::fixture::{assert_sound, deliver, in_folder, message, number, one_desk};
use super::harness::Ground;

both!(
    what_is_due,
    a_segment_is_searched_once_it_is_live,
    only_one_makes_the_next_segment,
    merging_leaves_out_what_is_gone,
    what_was_not_finished_is_swept,
    a_folder_takes_its_index_along,
    damage_is_found,
    keywords_by_their_combinations,
);

const BYTES: &str = "SELECT CAST(COALESCE(SUM(LENGTH(data)), 0) AS BIGINT) FROM term_block";

type Terms = BTreeMap<Vec<u8>, Vec<(u32, u32)>>;

/// Terms of UIDs `first..=last`: one for all, one for each, one for every second.
fn terms(first: u32, last: u32) -> Terms {
    let mut terms = Terms::new();
    let pair = |uid| (uid, uid);
    terms.insert(b"\x01all".to_vec(), vec![(first, last)]);
    let even: Vec<_> = (first..=last)
        .filter(|uid| uid % 2 == 0)
        .map(pair)
        .collect();
    terms.insert(b"\x02even".to_vec(), even);
    for uid in first..=last {
        terms.insert(format!("\x02u{uid:06}").into_bytes(), vec![pair(uid)]);
    }
    terms
}

fn blocks(base: u32, terms: &Terms) -> Vec<Block> {
    let mut writer = Writer::new(base);
    for (key, uids) in terms {
        writer.add(key, uids);
    }
    writer.finish();
    writer.take()
}

async fn fill(store: &Store, inbox: FolderId, count: u32) {
    let stored = message(store, b"A: b\r\n\r\nText").await;
    let filled = store.write(move |tx| {
        entry::append(tx, &in_folder(inbox, stored, 0, b""))?;
        let mut total = 1;
        while total < count {
            let more = total.min(count - total);
            entry::copy_to(tx, inbox, &[(1, more)], inbox)?;
            total += more;
        }
        Ok::<_, StoreError>(())
    });
    filled.await.unwrap();
}

/// Makes a segment up to `to`, live or not.
async fn grow(store: &Store, folder: FolderId, to: u32, live: bool) -> Growth {
    let made = store.write_bulk(move |tx| {
        let (from, _) = search::unindexed(tx, folder)?.unwrap();
        let segment = Segment {
            id: 0,
            level: 0,
            first: from + 1,
            last: to,
            messages: to - from,
        };
        let id = search::begin(tx, folder, &segment)?;
        search::put_blocks(tx, folder, id, &blocks(from + 1, &terms(from + 1, to)))?;
        let growth = Growth {
            segment: id,
            from,
            to,
        };
        if live {
            search::finish_growth(tx, folder, &growth)?;
        }
        Ok::<_, StoreError>(growth)
    });
    made.await.unwrap()
}

/// UIDs with a term of field 2.
async fn find(store: &Store, folder: FolderId, term: &'static [u8]) -> Option<Vec<(u32, u32)>> {
    let read = store.read(move |tx| {
        let Some(index) = search::index(tx, folder)? else {
            return Ok::<_, StoreError>(None);
        };
        let mut hits = [Uids::default()];
        let mut budget = Budget(1 << 40);
        let is = |found: &[u8]| u32::from(found == term);
        assert!(search::find(tx, &index, 2, &mut budget, &mut hits, is)?);
        let [found] = hits;
        let found = found.into_ranges();
        // A range of terms says the same, and what costs too much is told.
        let mut within = Uids::default();
        let high = [term, &[0]].concat();
        let terms = (term, Some(high.as_slice()));
        assert!(search::between(
            tx,
            &index,
            2,
            terms,
            &mut budget,
            &mut within
        )?);
        assert_eq!(within.into_ranges(), found);
        let mut hits = [Uids::default()];
        assert!(found.is_empty() || !search::find(tx, &index, 2, &mut Budget(3), &mut hits, is)?);
        Ok(Some(found))
    });
    read.await.unwrap()
}

async fn due(store: &Store) -> Vec<FolderId> {
    store.read(|tx| search::due(tx, 0, 10)).await.unwrap()
}

async fn what_is_due(store: &Ground) {
    let desk = one_desk(store).await;
    fill(store, desk.inbox, 127).await;
    assert_eq!(due(store).await, []);
    deliver(store, desk.inbox, b"one more").await;
    assert_eq!(due(store).await, [desk.inbox]);
    let inbox = desk.inbox;
    let settled = || store.write(move |tx| search::settle(tx, inbox));
    settled().await.unwrap();
    assert_eq!(due(store).await, [desk.inbox], "they are not indexed yet");
    grow(store, inbox, 100, true).await;
    settled().await.unwrap();
    assert_eq!(due(store).await, []);
    // 28 are left, and these.
    let copied = store.write(move |tx| entry::copy_to(tx, inbox, &[(1, 99)], inbox));
    copied.await.unwrap();
    assert_eq!(due(store).await, []);
    let copied = store.write(move |tx| entry::copy_to(tx, inbox, &[(1, 1)], inbox));
    copied.await.unwrap();
    assert_eq!(due(store).await, [desk.inbox]);
}

async fn a_segment_is_searched_once_it_is_live(store: &Ground) {
    let desk = one_desk(store).await;
    fill(store, desk.inbox, 40_000).await;
    assert_eq!(find(store, desk.inbox, b"even").await, None);
    let growth = grow(store, desk.inbox, 30_000, false).await;
    assert_eq!(find(store, desk.inbox, b"even").await, None);
    let inbox = desk.inbox;
    store
        .write(move |tx| search::finish_growth(tx, inbox, &growth))
        .await
        .unwrap();
    let even = find(store, desk.inbox, b"even").await.unwrap();
    assert_eq!((even.len(), even[14_999]), (15_000, (30_000, 30_000)));
    assert_eq!(
        find(store, desk.inbox, b"u029999").await.unwrap(),
        [(29_999, 29_999)]
    );
    assert_eq!(find(store, desk.inbox, b"u03").await.unwrap(), []);
    grow(store, desk.inbox, 39_000, true).await;
    assert_eq!(
        find(store, desk.inbox, b"even").await.unwrap().len(),
        19_500
    );
    assert_eq!(find(store, desk.inbox, b"u000001").await.unwrap(), [(1, 1)]);
    assert_sound(store).await;
}

async fn only_one_makes_the_next_segment(store: &Ground) {
    let desk = one_desk(store).await;
    fill(store, desk.inbox, 300).await;
    let inbox = desk.inbox;
    let (a, b) = (
        grow(store, inbox, 200, false).await,
        grow(store, inbox, 250, false).await,
    );
    store
        .write(move |tx| search::finish_growth(tx, inbox, &b))
        .await
        .unwrap();
    for late in [a, b] {
        let done = store
            .write(move |tx| search::finish_growth(tx, inbox, &late))
            .await;
        assert!(matches!(done, Err(StoreError::Conflict(_))), "{done:?}");
    }
    assert_eq!(find(store, inbox, b"u000250").await.unwrap(), [(250, 250)]);
    assert_sound(store).await;
}

/// Carries out what is planned; how many merges that took.
async fn tidy(store: &Store, folder: FolderId) -> usize {
    let mut merges = 0;
    loop {
        let plan = store
            .read(move |tx| search::plan(tx, folder))
            .await
            .unwrap();
        let (sources, level) = match plan {
            Plan::Rest => return merges,
            Plan::Drop(gone) => {
                let dropped =
                    store.write(move |tx| search::finish_merge(tx, folder, &gone, None, &[]));
                dropped.await.unwrap();
                continue;
            }
            Plan::Merge(sources, level) => (sources, level),
        };
        merges += 1;
        let merged = store.write_bulk(move |tx| {
            let mut merger = Merger::new(tx, folder, &sources)?;
            let segment = Segment {
                id: 0,
                level,
                first: sources[0].first,
                last: sources[sources.len() - 1].last,
                messages: merger.messages(),
            };
            let id = search::begin(tx, folder, &segment)?;
            loop {
                let (blocks, done) = merger.step(tx, 2_000)?;
                search::put_blocks(tx, folder, id, &blocks)?;
                if done {
                    break;
                }
            }
            search::finish_merge(tx, folder, &sources, Some(id), &[])
        });
        merged.await.unwrap();
    }
}

async fn merging_leaves_out_what_is_gone(store: &Ground) {
    let desk = one_desk(store).await;
    let inbox = desk.inbox;
    fill(store, inbox, 10_000).await;
    for n in 1..=8 {
        grow(store, inbox, n * 1_000, true).await;
    }
    let removed =
        store.write(move |tx| entry::remove(tx, inbox, &[(10, 10), (999, 1_002), (7_999, 8_001)]));
    removed.await.unwrap();
    assert_eq!(find(store, inbox, b"u000010").await.unwrap(), [(10, 10)]);
    assert_eq!(tidy(store, inbox).await, 1);
    assert_eq!(find(store, inbox, b"u000010").await.unwrap(), []);
    assert_eq!(find(store, inbox, b"u000011").await.unwrap(), [(11, 11)]);
    let even = find(store, inbox, b"even").await.unwrap();
    assert_eq!(even.len(), 4_000 - 4);
    assert_sound(store).await;
    while store.write(|tx| search::sweep(tx, 3)).await.unwrap() {}
    assert_eq!(number(store, "SELECT COUNT(*) FROM segment").await, 1);
    assert_sound(store).await;
    // Most of it goes: what is left is written anew; and then all of it.
    let before = number(store, BYTES).await;
    for (gone, merges) in [((1, 6_000), 1), ((1, 8_000), 0)] {
        let removed = store.write(move |tx| entry::remove(tx, inbox, &[gone]));
        removed.await.unwrap();
        assert_eq!(due(store).await, [inbox]);
        assert_eq!(tidy(store, inbox).await, merges);
        while store.write(|tx| search::sweep(tx, 3)).await.unwrap() {}
        assert!(number(store, BYTES).await < before / 2);
        assert_sound(store).await;
    }
    assert_eq!(number(store, "SELECT COUNT(*) FROM segment").await, 0);
    assert_eq!(find(store, inbox, b"even").await, Some(Vec::new()));
}

async fn what_was_not_finished_is_swept(store: &Ground) {
    let desk = one_desk(store).await;
    fill(store, desk.inbox, 300).await;
    let growth = grow(store, desk.inbox, 200, false).await;
    assert!(store.write(|tx| search::sweep(tx, 1)).await.unwrap());
    // Some of its rows are gone: it never goes live.
    let inbox = desk.inbox;
    let late = store
        .write(move |tx| search::finish_growth(tx, inbox, &growth))
        .await;
    assert!(matches!(late, Err(StoreError::Conflict(_))), "{late:?}");
    while store.write(|tx| search::sweep(tx, 1)).await.unwrap() {}
    assert_eq!(number(store, "SELECT COUNT(*) FROM term_block").await, 0);
    assert_eq!(
        number(store, "SELECT indexed_uid FROM folder WHERE uid_next > 1").await,
        0
    );
}

async fn a_folder_takes_its_index_along(store: &Ground) {
    let desk = one_desk(store).await;
    let mailbox = desk.mailbox;
    let id = store
        .write(move |tx| folder::create(tx, mailbox, "Cu", None))
        .await
        .unwrap();
    fill(store, id, 300).await;
    grow(store, id, 200, true).await;
    store.write(move |tx| folder::delete(tx, id)).await.unwrap();
    assert_eq!(find(store, id, b"even").await, None);
    while store.write(|tx| folder::purge(tx, 100)).await.unwrap() {}
    while store.write(|tx| search::sweep(tx, 1)).await.unwrap() {}
    for table in [
        "SELECT COUNT(*) FROM segment",
        "SELECT COUNT(*) FROM term_block",
        "SELECT COUNT(*) FROM posting_block",
        "SELECT COUNT(*) FROM search_due",
    ] {
        assert_eq!(number(store, table).await, 0, "{table}");
    }
}

async fn damage_is_found(store: &Ground) {
    let desk = one_desk(store).await;
    let inbox = desk.inbox;
    fill(store, inbox, 3_000).await;
    grow(store, inbox, 1_500, true).await;
    grow(store, inbox, 2_900, true).await;
    assert_sound(store).await;
    for (damage, repair) in [
        (
            "UPDATE folder SET indexed_uid = 2950 WHERE indexed_uid > 0",
            "UPDATE folder SET indexed_uid = 2900 WHERE indexed_uid > 0",
        ),
        (
            "UPDATE segment SET uid_last = 1490 WHERE id = 1",
            "UPDATE segment SET uid_last = 1500 WHERE id = 1",
        ),
        (
            "UPDATE segment SET uid_first = 1500 WHERE id = 2",
            "UPDATE segment SET uid_first = 1501 WHERE id = 2",
        ),
        (
            "UPDATE segment SET state = 2 WHERE id = 1",
            "UPDATE segment SET state = 1 WHERE id = 1",
        ),
        (
            "UPDATE posting_block SET seq = seq + 10",
            "UPDATE posting_block SET seq = seq - 10",
        ),
        (
            "UPDATE posting_block SET sum = sum + 1",
            "UPDATE posting_block SET sum = sum - 1",
        ),
        (
            "UPDATE term_block SET sum = sum + 1",
            "UPDATE term_block SET sum = sum - 1",
        ),
    ] {
        store
            .write(move |tx| tx.execute(damage, &[]))
            .await
            .unwrap();
        let report = verify::verify(store, |_| {}).await.unwrap();
        assert!(!report.findings.is_empty(), "{damage}");
        store
            .write(move |tx| tx.execute(repair, &[]))
            .await
            .unwrap();
        assert_sound(store).await;
    }
}

async fn keywords_by_their_combinations(store: &Ground) {
    let desk = one_desk(store).await;
    let inbox = desk.inbox;
    let stored = message(store, b"A: b\r\n\r\nText").await;
    let filled = store.write(move |tx| {
        for n in 0..300_i64 {
            // Bits 5, 6 and 62, and system flags beside them.
            let flags = (n % 4) << 5 | i64::from(n % 50 == 0) << 62 | (n % 3);
            entry::append(tx, &in_folder(inbox, stored, flags, b""))?;
        }
        Ok::<_, StoreError>(())
    });
    filled.await.unwrap();
    let ask = |bit: u32, within, most| {
        store.read(move |tx| entry::with_keyword(tx, inbox, 1 << bit, within, most))
    };
    let all = (1, u32::MAX);
    let count = |ranges: &[(u32, u32)]| {
        ranges
            .iter()
            .map(|range| range.1 - range.0 + 1)
            .sum::<u32>()
    };
    assert_eq!(count(&ask(5, all, 200).await.unwrap().unwrap()), 150);
    assert_eq!(ask(5, all, 149).await.unwrap(), None);
    assert_eq!(ask(62, all, 99).await.unwrap().unwrap().len(), 6);
    assert_eq!(
        ask(62, (52, 200), 99).await.unwrap().unwrap(),
        [(101, 101), (151, 151)]
    );
    assert_eq!(ask(7, all, 99).await.unwrap().unwrap(), []);
    // Too many combinations to look at.
    let many = store.write(move |tx| {
        for n in 0..100_i64 {
            entry::append(tx, &in_folder(inbox, stored, n << 10, b""))?;
        }
        Ok::<_, StoreError>(())
    });
    many.await.unwrap();
    assert_eq!(ask(62, all, 99).await.unwrap(), None);
}
