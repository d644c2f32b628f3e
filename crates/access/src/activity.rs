//! Use of mailboxes, gathered in memory and written every two seconds: inactivity rules count
//! days and checks minutes, so a phone that polls must not cost a write each time.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use congvu_store::activity::{self, Kind};
use congvu_store::{
    AccountId, MailboxId, Store, StoreError, StoreResult, Tx, app_password, unit_check,
};
use parking_lot::Mutex;
use tokio::sync::oneshot;

use crate::first::FirstBook;
use crate::record::SignInBook;

const EVERY: Duration = Duration::from_secs(2);
const MINUTE: i64 = 60_000;

/// Somebody's look into a mailbox, and its minute (ms).
type Look = (MailboxId, AccountId, i64);

/// The last use of an app password: when (ms), from where, by which protocol.
type LastUse = (i64, IpAddr, &'static str);

#[derive(Default)]
struct Gathered {
    uses: HashMap<(MailboxId, Kind), i64>,
    looks: BTreeSet<Look>,
    programs: BTreeMap<i64, LastUse>,
}

/// One line of the book.
#[derive(Clone, Copy)]
enum Line {
    Use((MailboxId, Kind), i64),
    Look(Look),
    Program(i64, LastUse),
}

impl Line {
    fn write(self, tx: &mut Tx<'_>, at: i64) -> StoreResult<()> {
        match self {
            Self::Use((mailbox, kind), count) => activity::add(tx, mailbox, kind, at, count),
            Self::Look((mailbox, account, at)) => unit_check::add(tx, mailbox, account, at),
            Self::Program(id, (at, from, by)) => {
                app_password::note_use(tx, id, at, (&from.to_string(), by))
            }
        }
    }
}

#[derive(Clone, Default)]
pub(crate) struct ActivityBook(Arc<Mutex<Gathered>>);

impl ActivityBook {
    pub(crate) fn note(&self, mailbox: MailboxId, kind: Kind) {
        *self.0.lock().uses.entry((mailbox, kind)).or_default() += 1;
    }

    pub(crate) fn note_look(&self, mailbox: MailboxId, account: AccountId, at: i64) {
        let minute = at - at.rem_euclid(MINUTE);
        self.0.lock().looks.insert((mailbox, account, minute));
    }

    /// Somebody came in with the app password of this row.
    pub(crate) fn note_program(&self, id: i64, at: i64, (from, by): (IpAddr, &'static str)) {
        self.0.lock().programs.insert(id, (at, from, by));
    }

    /// What was gathered, in one order everywhere, so that two nodes do not lock each other out.
    fn take(&self) -> Vec<Line> {
        let gathered = std::mem::take(&mut *self.0.lock());
        let mut uses: Vec<_> = gathered.uses.into_iter().collect();
        uses.sort_unstable_by_key(|((mailbox, kind), _)| (*mailbox, *kind));
        let uses = uses.into_iter().map(|(what, count)| Line::Use(what, count));
        let programs = gathered.programs.into_iter();
        uses.chain(gathered.looks.into_iter().map(Line::Look))
            .chain(programs.map(|(id, last)| Line::Program(id, last)))
            .collect()
    }

    fn put_back(&self, lines: Vec<Line>) {
        let mut book = self.0.lock();
        for line in lines {
            match line {
                Line::Use(what, count) => *book.uses.entry(what).or_default() += count,
                Line::Look(look) => drop(book.looks.insert(look)),
                Line::Program(id, last) => {
                    book.programs.entry(id).or_insert(last);
                }
            }
        }
    }

    /// Writes what was gathered.
    pub(crate) async fn flush(&self, store: &Store) {
        let at = store.now();
        for chunk in self.take().chunks(500) {
            let chunk = chunk.to_vec();
            let lines = chunk.clone();
            let written = store
                .write_bulk(move |tx| {
                    for line in &lines {
                        line.write(tx, at)?;
                    }
                    Ok::<_, StoreError>(())
                })
                .await;
            if let Err(error) = written {
                tracing::warn!(%error, "activity could not be written; kept for the next time");
                self.put_back(chunk);
            }
        }
    }

    /// Writes it each two seconds, and the sign-ins.
    pub(crate) async fn run(
        self,
        (sign_ins, first): (SignInBook, FirstBook),
        store: Store,
        mut ended: oneshot::Receiver<()>,
    ) {
        let mut tick = tokio::time::interval(EVERY);
        loop {
            tokio::select! {
                _ = tick.tick() => {}
                _ = &mut ended => return,
            }
            self.flush(&store).await;
            sign_ins.flush(&store).await;
            first.flush(&store).await;
        }
    }
}
