//! The copies of a message as filters of their mailboxes want them, and where copies go on to.

use congvu_message::address::Address;
use congvu_message::filter::Look;
use congvu_store::address::{self, Lookup, Target};
use congvu_store::message::Stored;
use congvu_store::queue::{self, NewQueued, NewRecipient, notify};
use congvu_store::{StoreError, Tx, filter as orders, mailbox};

use super::{Copy, Delivering, Direction};
use crate::outbound::wants;
use crate::{filter, trace};

/// A copy that goes on to another server.
pub(super) struct Onward {
    /// The address it was delivered to here.
    by: String,
    to: Address,
}

impl Delivering {
    /// Asks the filters of the mailboxes that have some. Copies for other mailboxes here join the others; what goes on to other
    /// servers is given back.
    pub(super) fn file(
        &self,
        tx: &mut Tx<'_>,
        copies: &mut Vec<Copy>,
    ) -> Result<Vec<Onward>, StoreError> {
        let mut onward = Vec::new();
        // What the system tells its people must be seen.
        if self.envelope.direction == Direction::System
            || !copies.iter().any(|copy| copy.orders.has_filters())
        {
            return Ok(onward);
        }
        let incoming = &self.incoming;
        let size = incoming.staged.size();
        let look = Look::new(&incoming.header, &incoming.analysis.structure, size);
        let mut asked = Vec::new();
        for copy in copies.iter_mut().filter(|copy| copy.orders.has_filters()) {
            let filed = filter::ask(tx, copy.mailbox, &look)?;
            copy.take(&filed);
            for to in filed.forwards {
                asked.push((copy.mailbox, copy.address.clone(), to));
            }
        }
        for (mailbox, by, to) in asked {
            if !self.may_go_on(tx, mailbox, &by, &to)? {
                continue;
            }
            match self.forward_target(tx, &to)? {
                Goes::Here(mut copy) => {
                    if copies.iter().any(|known| known.mailbox == copy.mailbox) {
                        continue;
                    }
                    copy.forwarded = Some(by);
                    if copy.orders.has_filters() {
                        // They file it; they do not send it on once more.
                        copy.take(&filter::ask(tx, copy.mailbox, &look)?);
                    }
                    copies.push(*copy);
                }
                Goes::Elsewhere => onward.push(Onward { by, to }),
                Goes::Nowhere => tracing::info!(mailbox = mailbox.0, "a forward leads nowhere"),
            }
        }
        Ok(onward)
    }

    /// QN.14.8: only where the regulation lets it. Notices do not go on (RFC 5321 §4.5.5), nor what was here before, nor anything
    /// from a mailbox that is locked.
    fn may_go_on(
        &self,
        tx: &mut Tx<'_>,
        mailbox: congvu_store::MailboxId,
        by: &str,
        to: &Address,
    ) -> Result<bool, StoreError> {
        let Some(gate) = &self.gate else {
            return Ok(false);
        };
        if self.envelope.sender.is_empty()
            || self.envelope.direction.is_own()
            || filter::has_been_at(&self.incoming.header, by)
            || orders::is_silent(tx, mailbox)?
        {
            return Ok(false);
        }
        gate(tx, mailbox, to.domain())
    }

    fn forward_target(&self, tx: &mut Tx<'_>, to: &Address) -> Result<Goes, StoreError> {
        let (local, domain) = to.lookup_key();
        Ok(match address::lookup(tx, &local, &domain)? {
            Lookup::Found(Target::Mailbox(target)) if !target.closed => {
                let size = self.incoming.staged.size();
                let usage = mailbox::usage(tx, target.mailbox)?;
                let has_room = usage.is_some_and(|usage| {
                    usage.used_bytes.saturating_add(size) <= usage.quota_bytes
                });
                if !has_room {
                    return Ok(Goes::Nowhere);
                }
                Goes::Here(Box::new(Copy::new(&target, to.to_string())))
            }
            Lookup::NotOurs if self.outbound.is_some() => Goes::Elsewhere,
            Lookup::Unknown => {
                let homes = self
                    .outbound
                    .as_ref()
                    .is_some_and(|outbound| outbound.homes.contains(&domain));
                if homes && !address::is_retired(tx, &local, &domain)? {
                    Goes::Elsewhere
                } else {
                    Goes::Nowhere
                }
            }
            // A group's members did not ask for it.
            Lookup::Found(_) | Lookup::NotOurs => Goes::Nowhere,
        })
    }

    /// Puts what goes on into the queue. It goes in the name of the mailbox that sends it on: what becomes of it is its owner's to
    /// know, and none of the first sender's servers.
    pub(super) fn queue_onward(
        &self,
        tx: &mut Tx<'_>,
        onward: &[Onward],
        stored: &Stored,
        at: i64,
    ) -> Result<(), StoreError> {
        let Some(outbound) = &self.outbound else {
            return Ok(());
        };
        let envelope = &self.envelope;
        let schedule = &outbound.schedule;
        let expires_at = schedule.expires_at(at);
        for Onward { by, to } in onward {
            let mut prefix = trace::own_lines(by);
            let line = trace::received(&envelope.client, &self.hostname, &envelope.trace, None, at);
            prefix.extend_from_slice(&line);
            let address = to.to_string();
            let delay = wants(by, None, notify::DELAY);
            queue::enqueue(
                tx,
                &NewQueued {
                    message: stored.id,
                    trace: envelope.trace.as_str(),
                    sender: by,
                    account: None,
                    client_ip: &envelope.client.ip.to_string(),
                    prefix: &prefix,
                    size: stored.size,
                    envelope_id: None,
                    ret: None,
                    eight_bit: self.incoming.analysis.facts.has_8bit,
                    utf8: !by.is_ascii() || self.incoming.utf8_header,
                    priority: queue::BROADCAST,
                    at,
                    expires_at,
                    recipients: &[NewRecipient {
                        destination: to.lookup_key().1,
                        address: address.clone(),
                        original: None,
                        notify: None,
                        notice_at: schedule.notice_at(at, expires_at, delay),
                    }],
                },
            )?;
            let words = format!("forwarded by a filter of {by}, queued for {}", to.domain());
            self.log(tx, &address, stored.size, at, &words)?;
        }
        Ok(())
    }
}

enum Goes {
    Here(Box<Copy>),
    Elsewhere,
    Nowhere,
}
