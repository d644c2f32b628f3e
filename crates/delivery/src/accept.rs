//! Accepting a message: one transaction that stores it once, gives each mailbox its entry and puts
//! recipients elsewhere into the queue.

mod arriving;
mod filed;
mod outside;
mod system;

use std::collections::BTreeSet;
use std::sync::Arc;

use congvu_message::address::Address;
use congvu_regulation::content::Verdict;
use congvu_store::activity::{self, Kind};
use congvu_store::address::{Lookup, MailboxTarget, Target};
use congvu_store::delegation::{self, Rights};
use congvu_store::entry::{self, Appended, FlagChange, NewEntry};
use congvu_store::fanout::{self, NewFanout};
use congvu_store::filter::Orders;
use congvu_store::keyword::flag;
use congvu_store::mail_log::{self, Line};
use congvu_store::message::{self, Stored};
use congvu_store::{
    AccountId, FolderId, GroupId, MailboxId, StoreError, Tx, address, folder, form_sent, group,
    later, mailbox, sent_category, sent_message,
};

use crate::filter::{Filed, Gate};
use crate::outbound::{OutboundConfig, Return};
use crate::recipient::Goal;
use crate::{Client, Delivery, Incoming, Recipient, TraceId, trace, vacation};
use arriving::Sorted;
pub(crate) use arriving::refused;
pub use arriving::{Arrivals, Judged, To};

/// A group up to this size is expanded in the accepting transaction; a larger one becomes a
/// broadcast, carried out behind the reply.
const AT_ONCE: i64 = 50;

/// Which way a message came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From another server.
    In,
    /// From somebody signed in.
    Submit,
    /// From this server itself: what became of a message.
    Notice,
    /// From this system to its people.
    System,
}

impl Direction {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Submit => "submit",
            Self::Notice | Self::System => "notice",
        }
    }

    /// This server wrote it.
    fn is_own(self) -> bool {
        matches!(self, Self::Notice | Self::System)
    }
}

/// The envelope of a message.
#[derive(Clone, Debug)]
pub struct Envelope {
    /// Reverse path; empty for the null sender.
    pub sender: String,
    /// Who is signed in.
    pub account: Option<AccountId>,
    /// Accepted recipients; at least one.
    pub recipients: Vec<Recipient>,
    /// Where it came from.
    pub client: Client,
    /// Which way it came.
    pub direction: Direction,
    /// Names this acceptance.
    pub trace: TraceId,
    /// What the sender wants of notices.
    pub dsn: EnvelopeDsn,
}

/// What a sender wants of notices about a message (RFC 3461 §4.3, §4.4).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EnvelopeDsn {
    /// RET.
    pub ret: Option<Return>,
    /// ENVID as given, in xtext.
    pub envelope_id: Option<String>,
}

/// What the sender keeps of what they send, in the transaction that accepts it: it cannot be sent and not kept, nor kept
/// and not sent.
#[derive(Clone, Debug)]
pub struct SentCopy {
    /// Where the copy goes: the sender's folder of sent mail.
    pub folder: FolderId,
    /// Header lines that stand in the sender's copy alone (Bcc), each with its CRLF.
    pub own_lines: Vec<u8>,
    /// The draft that is sent: it goes. Where it is gone already, somebody sent it or threw it away, and nothing is sent.
    pub draft: Option<(FolderId, u32)>,
    /// The form it was written on; one that was sent already is not sent again.
    pub form: Option<String>,
    /// The row of a draft whose time has come ([`congvu_store::later`]): it ends. Where it is gone, the draft was taken back, or another
    /// sends it; where its writer may not send any more, nothing is sent either.
    pub later: Option<i64>,
    /// The sender wants to be reminded where nobody answers for so many days, at this time (ms).
    pub remind: Option<(u16, i64)>,
}

/// What is marked on the message that an answer answers, in the transaction that accepts the answer: nobody answers twice, and no
/// message bears the mark whose answer did not go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Where the message lies …
    pub folder: FolderId,
    /// … and which it is.
    pub uid: u32,
    /// Flags it gets. One that has them all, or is gone, is not answered again.
    pub add: i64,
    /// Flags it loses.
    pub remove: i64,
}

/// What was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// Copies that lie in mailboxes now.
    pub delivered: u32,
    /// Groups that are carried out behind.
    pub broadcasts: u32,
    /// Recipients elsewhere that wait in the queue.
    pub queued: u32,
    /// Recipients for whom it is held.
    pub held: u32,
}

/// Why a message is not accepted. Nothing of it was kept.
#[derive(Debug, thiserror::Error)]
pub enum AcceptError {
    /// It passed too many servers: a loop (RFC 5321 §6.3).
    #[error("the message loops")]
    Loop,
    /// None of the recipients takes mail any more.
    #[error("no recipient is left")]
    NoRecipient,
    /// Some of the recipients take no mail any more: who sends it again learns which.
    #[error("a recipient is gone")]
    Changed,
    /// All of the mailboxes are full.
    #[error("the mailboxes are full")]
    OverQuota,
    /// The rules at the places of all who were to get it refuse what it carries.
    #[error("the rules of contents refuse it")]
    Content(Box<Verdict>),
    /// The draft is no longer there: sent from elsewhere, or thrown away.
    #[error("the draft is gone")]
    DraftGone,
    /// The form that it was written on was sent before, or the message is answered so already.
    #[error("it was sent before")]
    SentAlready,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A message being accepted.
pub(crate) struct Delivering {
    pub(crate) envelope: Envelope,
    pub(crate) incoming: Incoming,
    new: message::NewMessage,
    hostname: String,
    outbound: Option<Arc<OutboundConfig>>,
    gate: Option<Arc<Gate>>,
    /// Whose message this is a notice of.
    about: Option<AccountId>,
    sent: Option<SentCopy>,
    mark: Option<Mark>,
    sorted: Sorted,
}

impl Delivery {
    /// Accepts a message: when this returns `Ok`, it is committed and synced.
    pub async fn accept(
        &self,
        envelope: Envelope,
        incoming: Incoming,
    ) -> Result<Accepted, AcceptError> {
        self.accept_keeping(envelope, incoming, None).await
    }

    /// As [`Self::accept`], with what the sender keeps of it.
    pub async fn accept_keeping(
        &self,
        envelope: Envelope,
        incoming: Incoming,
        sent: Option<SentCopy>,
    ) -> Result<Accepted, AcceptError> {
        self.accept_marking(envelope, incoming, sent, None).await
    }

    /// As [`Self::accept_keeping`], with a mark on what it answers.
    pub async fn accept_marking(
        &self,
        envelope: Envelope,
        incoming: Incoming,
        sent: Option<SentCopy>,
        mark: Option<Mark>,
    ) -> Result<Accepted, AcceptError> {
        if incoming.analysis.facts.received_count > self.0.config.max_received {
            self.0.store.blobs().discard(incoming.staged).await;
            return Err(AcceptError::Loop);
        }
        if let Err(error) = self.check_fresh() {
            self.0.store.blobs().discard(incoming.staged).await;
            return Err(error.into());
        }
        self.take(envelope, incoming, (sent, mark), Sorted::default())
            .await
    }

    /// Takes a message whose recipients are sorted: some get it, for some it is held, for some it is refused.
    async fn take(
        &self,
        envelope: Envelope,
        incoming: Incoming,
        (sent, mark): (Option<SentCopy>, Option<Mark>),
        sorted: Sorted,
    ) -> Result<Accepted, AcceptError> {
        let notices = match self.notices(&envelope, &incoming, &sorted).await {
            Ok(notices) => notices,
            Err(error) => {
                self.0.store.blobs().discard(incoming.staged).await;
                return Err(error.into());
            }
        };
        let burst = envelope.account.and_then(|account| {
            let recipients = envelope.recipients.len() as u64;
            self.0.bursts.count(account, recipients, self.0.store.now())
        });
        let delivering = Delivering {
            sent,
            mark,
            sorted,
            ..Delivering::new(self, envelope, incoming)
        };
        let work = Arc::new((delivering, notices));
        let task = Arc::clone(&work);
        let carry_out = move |tx: &mut Tx<'_>| {
            let (accepted, fresh) = task.0.carry_out(tx)?;
            if let Some(burst) = burst {
                burst.report(tx, &task.0.envelope.client.ip.to_string())?;
            }
            let mut told = Vec::new();
            for notice in &task.1 {
                told.push(notice.carry_out(tx)?);
            }
            Ok::<_, AcceptError>((accepted, fresh, told))
        };
        let done = self.0.store.write(carry_out).await;
        let (fresh, told) = match &done {
            Ok((_, fresh, told)) => (*fresh, told.clone()),
            Err(_) => (false, Vec::new()),
        };
        if let Some((delivering, notices)) = Arc::into_inner(work) {
            if !fresh {
                let blobs = self.0.store.blobs();
                blobs.discard(delivering.incoming.staged).await;
            }
            for (n, notice) in notices.into_iter().enumerate() {
                if told.get(n) != Some(&true) {
                    notice.discard(self).await;
                }
            }
        }
        if let Err(AcceptError::Changed | AcceptError::NoRecipient) = &done {
            self.0.directory.forget();
        }
        let accepted = done?.0;
        metrics::counter!("congvu_messages_accepted_total").increment(1);
        metrics::counter!("congvu_copies_delivered_total").increment(u64::from(accepted.delivered));
        metrics::counter!("congvu_outbound_queued_total").increment(u64::from(accepted.queued));
        Ok(accepted)
    }
}

/// Where a message goes.
#[derive(Default)]
struct Resolved<'e> {
    /// Each mailbox once, in the order of folder ids (the order in which they are locked).
    copies: Vec<Copy>,
    /// Copies that filters send on to other servers.
    onward: Vec<filed::Onward>,
    /// Groups that are too large for now.
    broadcasts: Vec<GroupId>,
    /// Recipients at other servers, each once.
    outside: Vec<&'e Recipient>,
}

impl Delivering {
    pub(crate) fn new(delivery: &Delivery, envelope: Envelope, incoming: Incoming) -> Self {
        Self {
            new: incoming.new_message(),
            envelope,
            incoming,
            hostname: delivery.0.config.hostname.clone(),
            outbound: delivery.0.outbound.clone(),
            gate: delivery.0.gate.get().cloned(),
            about: None,
            sent: None,
            mark: None,
            sorted: Sorted::default(),
        }
    }

    /// A notice of what became of a message that `account` sent.
    pub(crate) fn notice(
        delivery: &Delivery,
        envelope: Envelope,
        incoming: Incoming,
        account: Option<AccountId>,
    ) -> Self {
        Self {
            about: account,
            ..Self::new(delivery, envelope, incoming)
        }
    }

    /// Returns what was done, and whether the staged blob is in use now. A refusal comes before
    /// anything is written.
    pub(crate) fn carry_out(&self, tx: &mut Tx<'_>) -> Result<(Accepted, bool), AcceptError> {
        let at = tx.now();
        let Resolved {
            copies,
            onward,
            broadcasts,
            outside,
        } = match self.envelope.recipients.is_empty() && self.sorted.is_any() {
            true => Resolved::default(),
            false => self.resolve(tx)?,
        };
        if broadcasts.is_empty() && outside.is_empty() && !self.sorted.is_any() {
            if copies.is_empty() {
                return Err(AcceptError::NoRecipient);
            }
            // A notice is small and must be seen: its sender waits for an answer.
            if !self.envelope.direction.is_own()
                && all_full(tx, &copies, self.incoming.staged.size())?
            {
                return Err(AcceptError::OverQuota);
            }
        }
        let draft = self.sent.as_ref().and_then(|sent| sent.draft);
        if self.sent.is_some() || self.mark.is_some() {
            // All at once, in their order: two who write to each other do not wait for each other.
            let mut folders: Vec<FolderId> = copies.iter().map(|copy| copy.folder).collect();
            folders.extend(self.sent.as_ref().map(|sent| sent.folder));
            folders.extend(self.mark.map(|mark| mark.folder));
            folders.extend(draft.map(|(folder, _)| folder));
            folder::lock(tx, &mut folders)?;
        }
        if let Some(mark) = self.mark {
            let range = [(mark.uid, mark.uid)];
            let add = FlagChange::Add(mark.add);
            if entry::store_flags(tx, mark.folder, &range, add, None)?
                .changed
                .is_empty()
            {
                return Err(AcceptError::SentAlready);
            }
            if mark.remove != 0 {
                let remove = FlagChange::Remove(mark.remove);
                entry::store_flags(tx, mark.folder, &range, remove, None)?;
            }
        }
        if let Some((folder, uid)) = draft
            && !entry::exists(tx, folder, uid)?
        {
            return Err(AcceptError::DraftGone);
        }
        let form = self.sent.as_ref().and_then(|sent| sent.form.as_deref());
        if let Some((form, account)) = form.zip(self.envelope.account)
            && !form_sent::note(tx, account, form)?
        {
            return Err(AcceptError::SentAlready);
        }
        if let Some(row) = self.sent.as_ref().and_then(|sent| sent.later)
            && !later::take_to_send(tx, row)?
        {
            return Err(AcceptError::DraftGone);
        }
        let stored = message::put(tx, &self.incoming.staged, &self.new)?;
        if let Some(name) = &self.incoming.analysis.facts.message_id {
            mail_log::name(tx, self.envelope.trace.as_str(), name)?;
        }
        for copy in &copies {
            self.deliver(tx, copy, &stored, at)?;
        }
        self.set_aside(tx, &stored, at)?;
        vacation::owe_all(tx, &self.envelope, &self.incoming.header, &copies)?;
        self.queue_onward(tx, &onward, &stored, at)?;
        if let Some(sent) = &self.sent {
            let kept = NewEntry {
                folder: sent.folder,
                message: stored.id,
                message_size: stored.size,
                flags: flag::SEEN,
                internal_at: at,
                prefix: &sent.own_lines,
            };
            let appended = entry::append(tx, &kept)?;
            self.remind(tx, sent, &appended)?;
            if let Some(account) = self.envelope.account {
                let whose = (appended.mailbox, account);
                sent_message::note(tx, stored.id, whose, self.envelope.trace.as_str())?;
            }
        }
        if let Some((folder, uid)) = draft {
            entry::discard(tx, folder, &[(uid, uid)])?;
        }
        if !broadcasts.is_empty() {
            self.broadcast(tx, &broadcasts, &copies, &stored, at)?;
        }
        if !outside.is_empty() {
            self.queue(tx, &outside, &stored, at, !broadcasts.is_empty())?;
        }
        if let Some(account) = self.envelope.account {
            for mailbox in self.senders(tx, account)? {
                activity::add(tx, mailbox, Kind::Sent, at, 1)?;
                if let Some(category) = &self.incoming.analysis.facts.category {
                    sent_category::add(tx, mailbox, category, at)?;
                }
            }
        }
        let accepted = Accepted {
            delivered: u32::try_from(copies.len()).unwrap_or(u32::MAX),
            broadcasts: u32::try_from(broadcasts.len()).unwrap_or(u32::MAX),
            queued: u32::try_from(outside.len()).unwrap_or(u32::MAX),
            held: u32::try_from(self.sorted.held.len()).unwrap_or(u32::MAX),
        };
        Ok((accepted, stored.fresh))
    }

    /// Notes when it is to be looked whether anybody answered.
    fn remind(
        &self,
        tx: &mut Tx<'_>,
        sent: &SentCopy,
        appended: &Appended,
    ) -> Result<(), StoreError> {
        let Some(((days, due_at), account)) = sent.remind.zip(self.envelope.account) else {
            return Ok(());
        };
        later::add(
            tx,
            &later::New {
                kind: later::Kind::Answer,
                place: (sent.folder, appended.uid),
                account,
                client_ip: &self.envelope.client.ip.to_string(),
                home: None,
                days,
                due_at,
            },
        )?;
        Ok(())
    }

    /// The mailboxes that the message is sent from: what a keeper sends in a unit's name is use of the unit's mailbox.
    fn senders(
        &self,
        tx: &mut Tx<'_>,
        account: AccountId,
    ) -> Result<BTreeSet<MailboxId>, AcceptError> {
        let own = mailbox::of_account(tx, account)?;
        let mut kept = delegation::kept(tx, account)?;
        kept.retain(|kept| kept.rights.has(Rights::SEND));
        let mut senders = BTreeSet::new();
        if let Some(authors) = self.incoming.authors.as_ref().filter(|_| !kept.is_empty()) {
            for author in &authors.named {
                let Ok(address) = Address::parse(&author.addr()) else {
                    continue;
                };
                let (local, domain) = address.lookup_key();
                senders.extend(match address::lookup(tx, &local, &domain)? {
                    Lookup::Found(Target::Mailbox(target))
                        if kept.iter().any(|kept| kept.mailbox == target.mailbox) =>
                    {
                        Some(target.mailbox)
                    }
                    _ => own,
                });
            }
        }
        if senders.is_empty() {
            senders.extend(own);
        }
        Ok(senders)
    }

    /// Where the message goes. Recipients are looked up again: what RCPT was told may be half a second
    /// or half an hour old, and an address that is retired or a mailbox that is closed gets nothing
    /// more.
    fn resolve(&self, tx: &mut Tx<'_>) -> Result<Resolved<'_>, AcceptError> {
        let mut copies = Vec::new();
        let mut broadcasts = Vec::new();
        let mut outside: Vec<&Recipient> = Vec::new();
        let mut gone = 0;
        for recipient in &self.envelope.recipients {
            let (local, domain) = &recipient.key;
            let target = match address::lookup(tx, local, domain)? {
                Lookup::Found(target) => target,
                other => {
                    if !self.may_leave(tx, &other, recipient)? {
                        gone += 1;
                    } else if outside.iter().all(|known| known.key != recipient.key) {
                        outside.push(recipient);
                    }
                    continue;
                }
            };
            match &target {
                Target::Mailbox(target) if target.closed => gone += 1,
                Target::Mailbox(target) => {
                    copies.push(Copy::new(target, recipient.address.clone()));
                }
                // A reverse path proves nothing: through a notice anybody could write to any group. Who
                // signed in and wrote as the group is told alone.
                Target::Group { .. } if self.envelope.direction == Direction::Notice => {
                    match self.writers_own(tx)? {
                        Some(copy) => copies.push(copy),
                        None => gone += 1,
                    }
                }
                Target::Group { id, .. } => {
                    let reached = group::expand(tx, *id, MailboxId(0), AT_ONCE + 1)?;
                    if i64::try_from(reached.len()).unwrap_or(i64::MAX) > AT_ONCE {
                        broadcasts.push(*id);
                        continue;
                    }
                    for to in reached {
                        copies.push(Copy {
                            mailbox: to.mailbox,
                            inbox: to.inbox,
                            folder: to.inbox,
                            flags: 0,
                            address: address::primary(tx, to.mailbox)?.unwrap_or_default(),
                            direct: false,
                            orders: to.orders,
                            forwarded: None,
                            binned: false,
                        });
                    }
                }
            }
        }
        if gone == self.envelope.recipients.len() {
            return Err(AcceptError::NoRecipient);
        }
        if gone > 0 {
            return Err(AcceptError::Changed);
        }
        copies.sort_by_key(|copy| (copy.inbox, !copy.direct));
        copies.dedup_by_key(|copy| copy.inbox);
        let onward = self.file(tx, &mut copies)?;
        copies.sort_by_key(|copy| copy.folder);
        Ok(Resolved {
            copies,
            onward,
            broadcasts,
            outside,
        })
    }

    /// The mailbox of the account whose message this is a notice of.
    fn writers_own(&self, tx: &mut Tx<'_>) -> Result<Option<Copy>, StoreError> {
        let Some(account) = self.about else {
            return Ok(None);
        };
        let Some(mailbox) = mailbox::of_account(tx, account)? else {
            return Ok(None);
        };
        let Some(address) = address::primary(tx, mailbox)? else {
            return Ok(None);
        };
        let Ok(parsed) = Address::parse(&address) else {
            return Ok(None);
        };
        let (local, domain) = parsed.lookup_key();
        Ok(match address::lookup(tx, &local, &domain)? {
            Lookup::Found(Target::Mailbox(target)) if !target.closed => {
                Some(Copy::new(&target, address))
            }
            _ => None,
        })
    }

    fn deliver(
        &self,
        tx: &mut Tx<'_>,
        copy: &Copy,
        stored: &Stored,
        at: i64,
    ) -> Result<(), AcceptError> {
        let envelope = &self.envelope;
        let mut prefix = trace::prefix(
            &envelope.client,
            &self.hostname,
            &envelope.trace,
            &envelope.sender,
            &copy.address,
            at,
        );
        if let Some(by) = &copy.forwarded {
            // Above what that mailbox's own copy has: the newest is on top.
            let own = trace::own_lines(&copy.address).len();
            prefix.splice(own..own, trace::own_lines(by));
        }
        let new = NewEntry {
            folder: copy.folder,
            message: stored.id,
            message_size: stored.size,
            flags: copy.flags,
            internal_at: at,
            prefix: &prefix,
        };
        let mut appended = entry::deliver(tx, &new);
        if copy.folder != copy.inbox && matches!(appended, Err(StoreError::NotFound(_))) {
            // The folder went in this moment.
            let folder = copy.inbox;
            appended = entry::deliver(tx, &NewEntry { folder, ..new });
        }
        match appended {
            Ok(_) => {}
            Err(StoreError::NotFound(_)) => return Err(AcceptError::Changed),
            Err(error) => return Err(error.into()),
        }
        let words = match &copy.forwarded {
            Some(by) => format!("delivered, forwarded by a filter of {by}"),
            None if copy.folder != copy.inbox => "delivered, filed by a filter".to_owned(),
            None => "delivered".to_owned(),
        };
        self.log(tx, &copy.address, stored.size, at, &words)?;
        Ok(())
    }

    fn broadcast(
        &self,
        tx: &mut Tx<'_>,
        groups: &[GroupId],
        copies: &[Copy],
        stored: &Stored,
        at: i64,
    ) -> Result<(), StoreError> {
        let envelope = &self.envelope;
        let ip = envelope.client.ip.to_string();
        let prefix = trace::shared_lines(
            &envelope.client,
            &self.hostname,
            &envelope.trace,
            &envelope.sender,
            None,
            at,
        );
        let except: Vec<MailboxId> = copies.iter().map(|copy| copy.mailbox).collect();
        fanout::create(
            tx,
            &NewFanout {
                message: stored.id,
                trace: envelope.trace.as_str(),
                sender: &envelope.sender,
                client_ip: &ip,
                prefix: &prefix,
                header: &self.incoming.header,
                groups,
                except: &except,
            },
        )?;
        for recipient in &envelope.recipients {
            if matches!(&recipient.goal, Goal::Here(Target::Group { id, .. }) if groups.contains(id))
            {
                self.log(
                    tx,
                    &recipient.address,
                    stored.size,
                    at,
                    "accepted for a group",
                )?;
            }
        }
        Ok(())
    }

    /// TQ.9.1, SL.11.1: time, from, to, the sender's IP, size, result.
    fn log(
        &self,
        tx: &mut Tx<'_>,
        recipient: &str,
        size: u64,
        at: i64,
        result: &str,
    ) -> Result<(), StoreError> {
        let envelope = &self.envelope;
        mail_log::add(
            tx,
            &Line {
                at,
                direction: envelope.direction.name(),
                trace: envelope.trace.as_str(),
                sender: &envelope.sender,
                recipient,
                client_ip: &envelope.client.ip.to_string(),
                size,
                code: 250,
                result,
                account: envelope.account,
            },
        )
    }
}

/// A copy of a message for a mailbox.
#[derive(Debug)]
pub(crate) struct Copy {
    pub(crate) mailbox: MailboxId,
    inbox: FolderId,
    /// Where it goes.
    folder: FolderId,
    flags: i64,
    pub(crate) address: String,
    /// Named itself, not through a group: its own address stands in its copy.
    direct: bool,
    pub(crate) orders: Orders,
    /// The address whose filter sends it on to this one.
    pub(crate) forwarded: Option<String>,
    /// A filter threw it away.
    pub(crate) binned: bool,
}

impl Copy {
    fn new(target: &MailboxTarget, address: String) -> Self {
        Self {
            mailbox: target.mailbox,
            inbox: target.inbox,
            folder: target.inbox,
            flags: 0,
            address,
            direct: true,
            orders: target.orders,
            forwarded: None,
            binned: false,
        }
    }

    fn take(&mut self, filed: &Filed) {
        self.folder = filed.folder.unwrap_or(self.inbox);
        self.flags = filed.flags;
        self.binned = filed.binned;
    }
}

/// Whether no mailbox has room for `size` bytes. RCPT asked for what the sender announced, which may
/// be nothing; now the size is known. Where one has room, the others take the message too, beyond
/// their quota by no more than it: the sender could not be told of them alone any more.
fn all_full(tx: &mut Tx<'_>, copies: &[Copy], size: u64) -> Result<bool, StoreError> {
    for copy in copies.iter().filter(|copy| copy.forwarded.is_none()) {
        let usage = mailbox::usage(tx, copy.mailbox)?;
        if usage.is_some_and(|usage| usage.used_bytes.saturating_add(size) <= usage.quota_bytes) {
            return Ok(false);
        }
    }
    Ok(true)
}
