//! What the world must hear after a commit, on this node and on the others.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;
use tokio::sync::{Notify, broadcast, watch};

use crate::sql::params;
use crate::{AccountId, FolderId, MailboxId, StoreResult, Tx};

/// Something changed that sessions or caches must know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Change {
    /// Messages arrived in, left or changed in a folder.
    Folder(FolderId),
    /// A mailbox's folders were made, renamed or deleted, subscribed or annotated.
    Mailbox(MailboxId),
    /// Who may open a unit mailbox changed, or it was locked, revoked or deleted: its keepers' rights may have ended.
    Keepers(MailboxId),
    /// An account was locked, changed its password or lost its rights: its epoch rose.
    Account(AccountId),
    /// Addresses, groups or mailboxes changed: what was looked up may be wrong.
    Directory,
    /// A fan-out job waits.
    Fanout,
    /// Mail to other servers waits, or is to be tried at once.
    Queue,
    /// A notice waits in the outbox.
    Notice,
    /// A case of messages taken down was opened, sealed or closed.
    Takedown,
    /// Something is to happen to a message later.
    Later,
}

impl Change {
    fn code(self) -> (i64, i64) {
        match self {
            Self::Folder(id) => (1, id.0),
            Self::Account(id) => (2, id.0),
            Self::Directory => (3, 0),
            Self::Fanout => (4, 0),
            Self::Queue => (5, 0),
            Self::Mailbox(id) => (6, id.0),
            Self::Notice => (9, 0),
            Self::Keepers(id) => (11, id.0),
            Self::Takedown => (13, 0),
            Self::Later => (14, 0),
        }
    }

    fn from_code(kind: i64, subject: i64) -> Option<Self> {
        Some(match kind {
            1 => Self::Folder(FolderId(subject)),
            2 => Self::Account(AccountId(subject)),
            3 => Self::Directory,
            4 => Self::Fanout,
            5 => Self::Queue,
            6 => Self::Mailbox(MailboxId(subject)),
            9 => Self::Notice,
            11 => Self::Keepers(MailboxId(subject)),
            13 => Self::Takedown,
            14 => Self::Later,
            _ => return None,
        })
    }
}

/// Where changes are published on this node.
#[derive(Debug)]
pub struct Hub {
    folders: Mutex<HashMap<FolderId, watch::Sender<()>>>,
    several: Mutex<HashMap<Change, Vec<Arc<Pending>>>>,
    others: broadcast::Sender<Change>,
    /// Whether cases of takedown may be sealed; above the lowest bit, how often that changed.
    watching: AtomicU64,
}

impl Default for Hub {
    fn default() -> Self {
        Self {
            folders: Mutex::default(),
            several: Mutex::default(),
            others: broadcast::channel(1024).0,
            watching: AtomicU64::new(0),
        }
    }
}

impl Hub {
    /// Tells the sessions of this node.
    pub fn publish(&self, changes: &[Change]) {
        for change in changes {
            if *change == Change::Takedown {
                self.watch_takedowns();
            }
            if let Change::Folder(_) | Change::Mailbox(_) | Change::Keepers(_) = change
                && let Some(watches) = self.several.lock().get(change)
            {
                for pending in watches {
                    pending.note(*change);
                }
            }
            match change {
                Change::Folder(id) => {
                    if let Some(sender) = self.folders.lock().get(id) {
                        sender.send_replace(());
                    }
                }
                Change::Mailbox(_) | Change::Keepers(_) => {}
                // Nobody listening is fine.
                other => drop(self.others.send(*other)),
            }
        }
    }

    /// Whether what comes in may have to be sealed ([`crate::takedown`]): a delivery asks no more than this where nothing is.
    #[must_use]
    pub fn watches_takedowns(&self) -> bool {
        self.watching.load(Ordering::Acquire) & 1 == 1
    }

    /// From now on what comes in is compared with the cases; a number for [`Self::watch_no_takedowns`].
    pub fn watch_takedowns(&self) -> u64 {
        let step = |seen: u64| Some((seen | 1).wrapping_add(2));
        let seen = self
            .watching
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, step);
        seen.map_or(1, |seen| (seen | 1).wrapping_add(2))
    }

    /// How often that changed: to be asked for before the cases are.
    #[must_use]
    pub fn takedowns_seen(&self) -> u64 {
        self.watching.load(Ordering::Acquire)
    }

    /// No case is sealed: said by who looked after `seen` was told; it does nothing where one was sealed since.
    pub fn watch_no_takedowns(&self, seen: u64) {
        let (set, get) = (Ordering::AcqRel, Ordering::Acquire);
        // Where it does not apply, another says so next time.
        let _ = self.watching.compare_exchange(seen, seen & !1, set, get);
    }

    /// Watches what is added to it: many folders at the price of one.
    #[must_use]
    pub fn watch_several(self: &Arc<Self>) -> SeveralWatch {
        SeveralWatch {
            hub: Arc::clone(self),
            watched: HashSet::new(),
            pending: Arc::default(),
        }
    }

    /// Changes other than folders' and mailboxes'. A receiver that lags must take everything for changed.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<Change> {
        self.others.subscribe()
    }

    /// Watches one folder until the watch is dropped.
    #[must_use]
    pub fn watch(self: &Arc<Self>, folder: FolderId) -> FolderWatch {
        let receiver = self
            .folders
            .lock()
            .entry(folder)
            .or_insert_with(|| watch::channel(()).0)
            .subscribe();
        FolderWatch {
            hub: Arc::clone(self),
            folder,
            receiver: Some(receiver),
        }
    }
}

/// Hears of one folder's changes.
#[derive(Debug)]
pub struct FolderWatch {
    hub: Arc<Hub>,
    folder: FolderId,
    receiver: Option<watch::Receiver<()>>,
}

impl FolderWatch {
    /// Returns at once if something changed since the last call, else waits. Cancel-safe.
    pub async fn changed(&mut self) {
        if let Some(receiver) = &mut self.receiver
            && receiver.changed().await.is_ok()
        {
            return;
        }
        std::future::pending::<()>().await;
    }

    /// True if something changed since the last call of this or of [`Self::changed`].
    pub fn take(&mut self) -> bool {
        self.receiver.as_mut().is_some_and(|receiver| {
            let changed = receiver.has_changed().unwrap_or(false);
            if changed {
                receiver.borrow_and_update();
            }
            changed
        })
    }
}

impl Drop for FolderWatch {
    fn drop(&mut self) {
        self.receiver = None;
        let mut folders = self.hub.folders.lock();
        if folders
            .get(&self.folder)
            .is_some_and(|sender| sender.receiver_count() == 0)
        {
            folders.remove(&self.folder);
        }
    }
}

/// What was told to one watch of several and not yet taken.
#[derive(Debug, Default)]
struct Pending {
    changes: Mutex<HashSet<Change>>,
    wake: Notify,
}

impl Pending {
    fn note(&self, change: Change) {
        if self.changes.lock().insert(change) {
            self.wake.notify_one();
        }
    }
}

/// Hears of the changes of some folders and mailboxes. What a change costs grows with those who watch
/// its subject, not with what else they watch.
#[derive(Debug)]
pub struct SeveralWatch {
    hub: Arc<Hub>,
    watched: HashSet<Change>,
    pending: Arc<Pending>,
}

impl SeveralWatch {
    /// Watches a folder, a mailbox or its keepers too. What is added counts as changed at once: whoever read it
    /// before hears of what happened between.
    pub fn add(&mut self, subject: Change) {
        if self.watched.insert(subject) {
            let mut several = self.hub.several.lock();
            several
                .entry(subject)
                .or_default()
                .push(Arc::clone(&self.pending));
            drop(several);
            self.pending.note(subject);
        }
    }

    /// Counts as changed again, as after an attempt to read it that failed.
    pub fn put_back(&mut self, changes: Vec<Change>) {
        for change in changes {
            if self.watched.contains(&change) {
                self.pending.note(change);
            }
        }
    }

    /// Watches it no longer.
    pub fn remove(&mut self, subject: Change) {
        if self.watched.remove(&subject) {
            self.let_go(&mut self.hub.several.lock(), subject);
            self.pending.changes.lock().remove(&subject);
        }
    }

    fn let_go(&self, several: &mut HashMap<Change, Vec<Arc<Pending>>>, subject: Change) {
        if let Some(watches) = several.get_mut(&subject) {
            watches.retain(|pending| !Arc::ptr_eq(pending, &self.pending));
            if watches.is_empty() {
                several.remove(&subject);
            }
        }
    }

    /// Returns at once if something changed that was not taken, else waits. Cancel-safe.
    pub async fn changed(&self) {
        loop {
            let wake = self.pending.wake.notified();
            if !self.pending.changes.lock().is_empty() {
                return;
            }
            wake.await;
        }
    }

    /// What changed since the last call.
    pub fn take(&mut self) -> Vec<Change> {
        self.pending.changes.lock().drain().collect()
    }
}

impl Drop for SeveralWatch {
    fn drop(&mut self) {
        let mut several = self.hub.several.lock();
        for subject in &self.watched {
            self.let_go(&mut several, *subject);
        }
    }
}

/// Writes changes into the change table, for the other nodes.
pub(crate) fn record(tx: &mut Tx<'_>, node: i64, changes: &[Change]) -> StoreResult<()> {
    for change in changes {
        let (kind, subject) = change.code();
        tx.execute(
            "INSERT INTO change (node, kind, subject, at) VALUES ($1, $2, $3, $4)",
            params![node, kind, subject, crate::now_ms()],
        )?;
    }
    Ok(())
}

/// Where a node stands in the change table.
#[derive(Debug, Default)]
pub(crate) struct Cursor {
    /// SQLite: the last id read. PostgreSQL: ids seen at or above the oldest running transaction.
    last: i64,
    low: i64,
    seen: std::collections::HashSet<i64>,
}

/// Reads what other nodes and tools changed since the last call.
pub(crate) fn poll(tx: &mut Tx<'_>, node: i64, cursor: &mut Cursor) -> StoreResult<Vec<Change>> {
    let mut found = Vec::new();
    if tx.is_postgres() {
        // Rows commit in another order than their ids: whatever belongs to a transaction that
        // may still have been running at the last look is looked at again.
        let low = lowest_running(tx)?;
        let mut seen = std::collections::HashSet::new();
        tx.each(
            "SELECT id, kind, subject, node, xid FROM change WHERE xid >= $1",
            params![cursor.low],
            |row| {
                let id = row.int(0)?;
                if row.int(4)? >= low {
                    seen.insert(id);
                }
                if !cursor.seen.contains(&id) && row.int(3)? != node {
                    found.extend(Change::from_code(row.int(1)?, row.int(2)?));
                }
                Ok(true)
            },
        )?;
        cursor.seen = seen;
        cursor.low = low;
    } else {
        let mut last = cursor.last;
        tx.each(
            "SELECT id, kind, subject, node FROM change WHERE id > $1 ORDER BY id",
            params![cursor.last],
            |row| {
                last = row.int(0)?;
                if row.int(3)? != node {
                    found.extend(Change::from_code(row.int(1)?, row.int(2)?));
                }
                Ok(true)
            },
        )?;
        cursor.last = last;
    }
    Ok(found)
}

/// PostgreSQL: every transaction below has ended.
fn lowest_running(tx: &mut Tx<'_>) -> StoreResult<i64> {
    let low = tx.one(
        "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint",
        params![],
        |row| row.int(0),
    )?;
    Ok(low.unwrap_or(0))
}

/// Starts reading at the present end of the table.
pub(crate) fn cursor_at_end(tx: &mut Tx<'_>) -> StoreResult<Cursor> {
    let mut cursor = Cursor::default();
    if tx.is_postgres() {
        cursor.low = lowest_running(tx)?;
        poll(tx, 0, &mut cursor)?;
    } else {
        cursor.last = tx
            .one(
                "SELECT COALESCE(MAX(id), 0) FROM change",
                params![],
                |row| row.int(0),
            )?
            .unwrap_or(0);
    }
    Ok(cursor)
}

/// Forgets rows that every node has long read.
pub(crate) fn prune(tx: &mut Tx<'_>, before_ms: i64) -> StoreResult<u64> {
    tx.execute("DELETE FROM change WHERE at < $1", params![before_ms])?;
    tx.execute("DELETE FROM operation WHERE at < $1", params![before_ms])
}
