//! Who a recipient is: asked of the store once, remembered until the directory changes.

use std::collections::HashMap;

use congvu_message::address::Address;
use congvu_store::address::{self, Lookup, MailboxTarget, Target};
use congvu_store::{AccountId, Change, GroupId, Store, StoreError, group, mailbox};
use parking_lot::Mutex;
use tokio::sync::broadcast;

use crate::Delivery;
use crate::outbound::Notify;

/// So many addresses are remembered.
const CAPACITY: usize = 50_000;

/// A recipient that is accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// The address as it was given.
    pub address: String,
    /// What it is looked up by.
    pub(crate) key: (String, String),
    /// Where it leads.
    pub goal: Goal,
    /// NOTIFY, where the sender gave it (RFC 3461 §4.1).
    pub notify: Option<Notify>,
    /// ORCPT as given, in xtext (RFC 3461 §4.2).
    pub original: Option<String>,
}

/// Where a recipient's mail goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Goal {
    /// Into mailboxes here.
    Here(Target),
    /// To another server.
    Elsewhere,
}

/// Why a recipient is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecipientRefusal {
    /// The domain is not ours, and this server does not send there for this writer.
    NotOurs,
    /// Nobody has the address.
    Unknown,
    /// The mailbox takes no mail (TQ.8.1).
    Closed,
    /// The mailbox is full.
    OverQuota,
    /// The writer may not write to this group.
    NotAllowed,
    /// The store cannot be asked now.
    Unavailable,
}

/// Who writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writer {
    /// Somebody outside, not signed in.
    Outside,
    /// Somebody signed in.
    Account(AccountId),
}

/// Addresses looked up lately.
pub(crate) struct Directory {
    changes: Mutex<broadcast::Receiver<Change>>,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    found: HashMap<(String, String), Lookup>,
    /// Rises whenever everything is forgotten: what was asked before must not be remembered after.
    round: u64,
}

impl Known {
    fn forget(&mut self) {
        self.found.clear();
        self.round += 1;
    }
}

impl Directory {
    pub(crate) fn new(store: &Store) -> Self {
        Self {
            changes: Mutex::new(store.hub().subscribe()),
            known: Mutex::default(),
        }
    }

    /// Forgets everything if the directory changed since the last call.
    fn refresh(&self) {
        use broadcast::error::TryRecvError;
        let mut changes = self.changes.lock();
        loop {
            match changes.try_recv() {
                Ok(Change::Directory) | Err(TryRecvError::Lagged(_)) => self.forget(),
                Ok(_) => {}
                Err(TryRecvError::Empty | TryRecvError::Closed) => return,
            }
        }
    }

    /// What is known of an address, or the round in which it is asked for.
    fn get(&self, key: &(String, String)) -> Result<Lookup, u64> {
        self.refresh();
        let known = self.known.lock();
        known.found.get(key).cloned().ok_or(known.round)
    }

    fn remember(&self, key: (String, String), found: &Lookup, round: u64) {
        self.refresh();
        let mut known = self.known.lock();
        // What is unknown is not remembered: guessers would fill the memory.
        if known.round == round && matches!(found, Lookup::Found(_)) {
            if known.found.len() >= CAPACITY {
                known.found.clear();
            }
            known.found.insert(key, found.clone());
        }
    }

    /// Forgets everything.
    pub(crate) fn forget(&self) {
        self.known.lock().forget();
    }
}

impl Delivery {
    /// Whether mail of about `size` bytes from `writer` may go to `address`.
    pub async fn recipient(
        &self,
        address: &Address,
        writer: Writer,
        size: u64,
    ) -> Result<Recipient, RecipientRefusal> {
        let key = address.lookup_key();
        let lookup = self
            .lookup(key.clone())
            .await
            .map_err(|error| unavailable(&error))?;
        let goal = match lookup {
            Lookup::NotOurs if self.may_leave(writer) => Goal::Elsewhere,
            Lookup::NotOurs => return Err(RecipientRefusal::NotOurs),
            Lookup::Unknown if self.is_homes(&key).await? => Goal::Elsewhere,
            Lookup::Unknown => return Err(RecipientRefusal::Unknown),
            Lookup::Found(target) => Goal::Here(target),
        };
        match &goal {
            Goal::Here(Target::Mailbox(target)) => self.check_mailbox(target, size).await?,
            Goal::Here(Target::Group { id, posting }) => {
                self.check_group(*id, posting, writer).await?;
            }
            Goal::Elsewhere => {}
        }
        Ok(Recipient {
            address: address.to_string(),
            key,
            goal,
            notify: None,
            original: None,
        })
    }

    /// Whether this writer's mail goes to other domains: theirs alone who signed in, or this were an
    /// open relay.
    fn may_leave(&self, writer: Writer) -> bool {
        self.0.outbound.is_some() && matches!(writer, Writer::Account(_))
    }

    /// BS.2: whether an address that nobody has here is its domain's home server's to know. A retired
    /// one is nobody's any more.
    async fn is_homes(&self, (local, domain): &(String, String)) -> Result<bool, RecipientRefusal> {
        let Some(outbound) = &self.0.outbound else {
            return Ok(false);
        };
        if !outbound.homes.contains(domain) {
            return Ok(false);
        }
        let (local, domain) = (local.clone(), domain.clone());
        let retired = self
            .ask(move |tx| address::is_retired(tx, &local, &domain))
            .await;
        Ok(!retired.map_err(|error| unavailable(&error))?)
    }

    async fn lookup(&self, key: (String, String)) -> Result<Lookup, StoreError> {
        let directory = &self.0.directory;
        let round = match directory.get(&key) {
            Ok(found) => return Ok(found),
            Err(round) => round,
        };
        let (local, domain) = key.clone();
        let found = self
            .ask(move |tx| address::lookup(tx, &local, &domain))
            .await?;
        directory.remember(key, &found, round);
        Ok(found)
    }

    async fn check_mailbox(
        &self,
        target: &MailboxTarget,
        size: u64,
    ) -> Result<(), RecipientRefusal> {
        if target.closed {
            return Err(RecipientRefusal::Closed);
        }
        let id = target.mailbox;
        let usage = self.ask(move |tx| mailbox::usage(tx, id)).await;
        match usage.map_err(|error| unavailable(&error))? {
            None => Err(RecipientRefusal::Unknown),
            Some(usage) if usage.used_bytes.saturating_add(size) > usage.quota_bytes => {
                Err(RecipientRefusal::OverQuota)
            }
            Some(_) => Ok(()),
        }
    }

    async fn check_group(
        &self,
        id: GroupId,
        posting: &str,
        writer: Writer,
    ) -> Result<(), RecipientRefusal> {
        let allowed = match (posting, writer) {
            ("anyone", _) | ("inside", Writer::Account(_)) => true,
            ("members", Writer::Account(account)) => {
                let member = self
                    .ask(
                        move |tx| match congvu_store::mailbox::of_account(tx, account)? {
                            Some(mailbox) => group::reaches(tx, id, mailbox),
                            None => Ok(false),
                        },
                    )
                    .await;
                member.map_err(|error| unavailable(&error))?
            }
            _ => false,
        };
        if allowed {
            Ok(())
        } else {
            Err(RecipientRefusal::NotAllowed)
        }
    }
}

pub(crate) fn unavailable(error: &StoreError) -> RecipientRefusal {
    tracing::warn!(%error, "cannot look an address up");
    RecipientRefusal::Unavailable
}
