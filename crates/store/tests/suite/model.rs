//! Random operations on two folders, compared with a naive model after each.

use std::collections::BTreeMap;

use congvu_store::entry::{self, FlagChange, Want};
use congvu_store::keyword::flag;
use congvu_store::message::Stored;
use congvu_store::{FolderId, MailboxId, Store, StoreError, folder, mailbox};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::fixture::{Office, assert_sound, desk, in_folder, message, noise, office};
use super::harness::Ground;

both!(entries_behave_as_the_model_says);

type Ranges = Vec<(u32, u32)>;

#[derive(Clone, Debug)]
enum Op {
    Append(usize, i64, usize),
    Store(usize, Ranges, FlagChange, Option<usize>),
    Expunge(usize, Ranges),
    Remove(usize, Ranges),
    Copy(usize, usize, Ranges),
    Move(usize, Ranges),
    Snapshot,
}

fn op() -> impl Strategy<Value = Op> {
    let which = 0..2_usize;
    let ranges = || prop::collection::vec((1..30_u32, 1..30_u32), 1..4);
    let flags = || (0..32_i64).prop_map(|low| if low & 16 == 0 { low } else { low | 1 << 62 });
    let change = prop_oneof![
        flags().prop_map(FlagChange::Add),
        flags().prop_map(FlagChange::Remove),
        flags().prop_map(FlagChange::Replace),
    ];
    prop_oneof![
        6 => (which.clone(), flags(), 0..4_usize).prop_map(|(a, b, c)| Op::Append(a, b, c)),
        4 => (which.clone(), ranges(), change, prop::option::of(0..6_usize))
            .prop_map(|(a, b, c, d)| Op::Store(a, b, c, d)),
        2 => (which.clone(), ranges()).prop_map(|(a, b)| Op::Expunge(a, b)),
        1 => (which.clone(), ranges()).prop_map(|(a, b)| Op::Remove(a, b)),
        2 => (which.clone(), which.clone(), ranges()).prop_map(|(a, b, c)| Op::Copy(a, b, c)),
        2 => (which, ranges()).prop_map(|(a, b)| Op::Move(a, b)),
        1 => Just(Op::Snapshot),
    ]
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Entry {
    flags: i64,
    size: u64,
    modseq: i64,
}

#[derive(Clone, Debug)]
struct Model {
    id: FolderId,
    uid_next: u32,
    modseq: i64,
    entries: BTreeMap<u32, Entry>,
}

impl Model {
    fn within(&self, ranges: &Ranges) -> Vec<u32> {
        let inside = |uid: &u32| {
            ranges
                .iter()
                .any(|(a, b)| (*a.min(b)..=*a.max(b)).contains(uid))
        };
        self.entries.keys().copied().filter(inside).collect()
    }

    fn with(&self, bit: i64, value: i64) -> Vec<u32> {
        let found = self.entries.iter().filter(|(_, e)| e.flags & bit == value);
        found.map(|(uid, _)| *uid).collect()
    }

    fn push(&mut self, flags: i64, size: u64, modseq: i64) {
        let entry = Entry {
            flags,
            size,
            modseq,
        };
        self.entries.insert(self.uid_next, entry);
        self.uid_next += 1;
    }

    fn holes(&self) -> Vec<(u32, u32)> {
        let free: Vec<u32> = (1..self.uid_next)
            .filter(|uid| !self.entries.contains_key(uid))
            .collect();
        entry::ranges(&free)
    }
}

async fn entries_behave_as_the_model_says(ground: &Ground) {
    let office = office(ground).await;
    let mut messages = Vec::new();
    for n in 1..=4_u64 {
        messages.push(message(ground, &noise(n, 100 * n as usize)).await);
    }
    let mut runner = TestRunner::new(Config {
        cases: if ground.is_postgres() { 6 } else { 12 },
        max_shrink_iters: 100,
        failure_persistence: None,
        ..Config::default()
    });
    let handle = tokio::runtime::Handle::current();
    tokio::task::block_in_place(|| {
        let mut round = 0;
        let round = std::cell::RefCell::new(&mut round);
        let outcome = runner.run(&prop::collection::vec(op(), 1..60), |ops| {
            **round.borrow_mut() += 1;
            let name = format!("cb{}", round.borrow());
            handle.block_on(play(ground, office, &name, &messages, ops));
            Ok(())
        });
        if let Err(failure) = outcome {
            panic!("{failure}");
        }
    });
    assert_sound(ground).await;
}

async fn play(store: &Store, office: Office, name: &str, messages: &[Stored], ops: Vec<Op>) {
    let desk = desk(store, office, name).await;
    let second = super::fixture::find_folder(store, desk.mailbox, "Archive")
        .await
        .id;
    let mut models = [desk.inbox, second].map(|id| Model {
        id,
        uid_next: 1,
        modseq: 1,
        entries: BTreeMap::new(),
    });
    let mut snapshots = vec![models.clone()];
    for op in ops {
        if matches!(op, Op::Snapshot) {
            snapshots.push(models.clone());
            continue;
        }
        apply(store, &mut models, &snapshots, messages, op).await;
        for model in &models {
            compare(store, model).await;
        }
        for snapshot in snapshots.iter().rev().take(3) {
            for (then, now) in snapshot.iter().zip(&models) {
                compare_since(store, then, now).await;
            }
        }
        count(store, desk.mailbox, &models).await;
    }
}

async fn apply(
    store: &Store,
    models: &mut [Model; 2],
    snapshots: &[[Model; 2]],
    messages: &[Stored],
    op: Op,
) {
    match op {
        Op::Snapshot => {}
        Op::Append(at, flags, which) => {
            let (id, stored) = (models[at].id, messages[which]);
            let prefix = vec![b'x'; which];
            let appended = store
                .write(move |tx| entry::append(tx, &in_folder(id, stored, flags, &prefix)))
                .await
                .unwrap();
            assert_eq!(appended.uid, models[at].uid_next);
            let modseq = next_modseq(store, &mut models[at]).await;
            models[at].push(flags, stored.size + which as u64, modseq);
        }
        Op::Store(at, ranges, change, since) => {
            let id = models[at].id;
            let since = since.map(|n| snapshots[n % snapshots.len()][at].modseq);
            let asked = ranges.clone();
            let stored = store
                .write(move |tx| entry::store_flags(tx, id, &asked, change, since))
                .await
                .unwrap();
            let modseq = next_modseq(store, &mut models[at]).await;
            assert_eq!(stored.modseq, modseq);
            let (mut changed, mut refused) = (Vec::new(), Vec::new());
            for uid in models[at].within(&ranges) {
                let entry = models[at].entries.get_mut(&uid).unwrap();
                let flags = match change {
                    FlagChange::Add(bits) => entry.flags | bits,
                    FlagChange::Remove(bits) => entry.flags & !bits,
                    FlagChange::Replace(bits) => bits,
                };
                if since.is_some_and(|since| entry.modseq > since) {
                    refused.push(uid);
                } else if flags != entry.flags {
                    (entry.flags, entry.modseq) = (flags, modseq);
                    changed.push((uid, flags));
                }
            }
            assert_eq!((stored.changed, stored.refused), (changed, refused));
        }
        Op::Expunge(at, ranges) => {
            let id = models[at].id;
            let deleted = models[at].with(flag::DELETED, flag::DELETED);
            let mut expect = models[at].within(&ranges);
            expect.retain(|uid| deleted.contains(uid));
            let removed = store
                .write(move |tx| entry::expunge(tx, id, &ranges))
                .await
                .unwrap();
            assert_eq!(removed, expect);
            models[at].entries.retain(|uid, _| !removed.contains(uid));
            next_modseq(store, &mut models[at]).await;
        }
        Op::Remove(at, ranges) => {
            let id = models[at].id;
            let gone = models[at].within(&ranges);
            store
                .write(move |tx| entry::remove(tx, id, &ranges))
                .await
                .unwrap();
            models[at].entries.retain(|uid, _| !gone.contains(uid));
            next_modseq(store, &mut models[at]).await;
        }
        Op::Copy(from, to, ranges) => {
            let (source, target) = (models[from].id, models[to].id);
            let expect = models[from].within(&ranges);
            let copied = store
                .write(move |tx| entry::copy_to(tx, source, &ranges, target))
                .await
                .unwrap();
            assert_eq!(
                (&copied.source, copied.first),
                (&expect, models[to].uid_next)
            );
            copy(store, models, from, to, &expect).await;
        }
        Op::Move(from, ranges) => {
            let to = 1 - from;
            let (source, target) = (models[from].id, models[to].id);
            let expect = models[from].within(&ranges);
            let moved = store
                .write(move |tx| entry::move_to(tx, source, &ranges, target))
                .await
                .unwrap();
            assert_eq!((&moved.source, moved.first), (&expect, models[to].uid_next));
            copy(store, models, from, to, &expect).await;
            models[from].entries.retain(|uid, _| !expect.contains(uid));
            next_modseq(store, &mut models[from]).await;
        }
    }
}

async fn copy(store: &Store, models: &mut [Model; 2], from: usize, to: usize, uids: &[u32]) {
    let modseq = next_modseq(store, &mut models[to]).await;
    for uid in uids {
        let entry = models[from].entries[uid];
        models[to].push(entry.flags, entry.size, modseq);
    }
}

/// A folder's modseq never falls.
async fn next_modseq(store: &Store, model: &mut Model) -> i64 {
    let now = super::fixture::get_folder(store, model.id).await.modseq;
    assert!(now >= model.modseq);
    model.modseq = now;
    now
}

async fn compare(store: &Store, model: &Model) {
    let id = model.id;
    let (folder, entries, holes, lists) = store
        .read(move |tx| {
            let mut entries = BTreeMap::new();
            entry::scan(tx, id, (1, u32::MAX), Want::Entry, |row| {
                let entry = Entry {
                    flags: row.flags()?,
                    size: row.size()?,
                    modseq: row.modseq()?,
                };
                entries.insert(row.uid()?, entry);
                Ok(true)
            })?;
            Ok::<_, StoreError>((
                folder::get(tx, id)?.unwrap(),
                entries,
                entry::holes(tx, id)?,
                (
                    marks(tx, id)?,
                    entry::deleted(tx, id, 1, u32::MAX)?,
                    entry::first_unseen(tx, id)?,
                ),
            ))
        })
        .await
        .unwrap();
    assert_eq!(entries, model.entries);
    assert_eq!(holes, model.holes());
    let unseen = model.with(flag::SEEN, 0);
    assert_eq!(folder.uid_next, model.uid_next);
    assert_eq!(folder.total as usize, model.entries.len());
    assert_eq!(folder.unseen as usize, unseen.len());
    assert_eq!(
        folder.bytes,
        model.entries.values().map(|e| e.size).sum::<u64>()
    );
    let marked = [
        model.with(flag::SEEN, flag::SEEN),
        unseen.clone(),
        model.with(flag::ANSWERED, flag::ANSWERED),
        model.with(flag::FLAGGED, flag::FLAGGED),
        model.with(flag::DELETED, flag::DELETED),
        model.with(flag::DRAFT, flag::DRAFT),
    ];
    let deleted = marked[4].clone();
    let marked = marked.map(|uids| entry::ranges(&uids)).to_vec();
    assert_eq!(lists, (marked, deleted, unseen.first().copied()));
}

fn marks(tx: &mut congvu_store::Tx<'_>, id: FolderId) -> Result<Vec<Ranges>, StoreError> {
    use entry::Mark;
    [
        Mark::Seen,
        Mark::Unseen,
        Mark::Answered,
        Mark::Flagged,
        Mark::Deleted,
        Mark::Draft,
    ]
    .into_iter()
    .map(|mark| {
        let found = entry::marked(tx, id, mark, (1, u32::MAX), 1000)?;
        Ok(found.expect("fewer than a thousand"))
    })
    .collect()
}

async fn compare_since(store: &Store, then: &Model, now: &Model) {
    let (id, since) = (now.id, then.modseq);
    let (changed, vanished) = store
        .read(move |tx| {
            Ok::<_, StoreError>((
                entry::changed_since(tx, id, since)?,
                entry::vanished_since(tx, id, since)?.expect("nothing was forgotten"),
            ))
        })
        .await
        .unwrap();
    // What is new or has another modseq.
    let changed: Vec<_> = changed.iter().map(|c| (c.uid, c.flags, c.modseq)).collect();
    let expect: Vec<_> = now
        .entries
        .iter()
        .filter(|(uid, entry)| {
            then.entries
                .get(uid)
                .is_none_or(|e| e.modseq != entry.modseq)
        })
        .map(|(uid, entry)| (*uid, entry.flags, entry.modseq))
        .collect();
    assert_eq!(changed, expect);
    // Of what was there, exactly what left; what came and went since may be told too.
    let mut gone: Vec<u32> = vanished
        .iter()
        .flat_map(|(first, last)| *first..=*last)
        .collect();
    gone.sort_unstable();
    assert!(gone.iter().all(|uid| !now.entries.contains_key(uid)));
    gone.retain(|uid| *uid < then.uid_next);
    let expect: Vec<u32> = then
        .entries
        .keys()
        .copied()
        .filter(|uid| !now.entries.contains_key(uid))
        .collect();
    assert_eq!(gone, expect);
}

async fn count(store: &Store, mailbox: MailboxId, models: &[Model; 2]) {
    let usage = store
        .read(move |tx| mailbox::usage(tx, mailbox))
        .await
        .unwrap()
        .unwrap();
    let entries = || models.iter().flat_map(|model| model.entries.values());
    assert_eq!(usage.used_bytes, entries().map(|e| e.size).sum::<u64>());
    assert_eq!(usage.used_messages, entries().count() as u64);
}
