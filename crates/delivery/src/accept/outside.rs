//! Recipients at other servers: into the queue, in the accepting transaction.

use congvu_store::address::{self, Lookup};
use congvu_store::message::Stored;
use congvu_store::queue::{self, NewQueued, NewRecipient, notify};
use congvu_store::{StoreError, Tx};

use super::{AT_ONCE, Delivering};
use crate::outbound::{Notify, Return, wants};
use crate::{Recipient, trace};

impl Delivering {
    /// Whether mail for a recipient that nobody here has goes to another server.
    pub(super) fn may_leave(
        &self,
        tx: &mut Tx<'_>,
        lookup: &Lookup,
        recipient: &Recipient,
    ) -> Result<bool, StoreError> {
        let Some(outbound) = &self.outbound else {
            return Ok(false);
        };
        let (local, domain) = &recipient.key;
        match lookup {
            // Only what somebody of ours sends, or we ourselves: no open relay.
            Lookup::NotOurs => {
                Ok(self.envelope.account.is_some() || self.envelope.direction.is_own())
            }
            // BS.2: the other local parts of a shared domain are its home server's.
            Lookup::Unknown => {
                Ok(outbound.homes.contains(domain) && !address::is_retired(tx, local, domain)?)
            }
            Lookup::Found(_) => Ok(false),
        }
    }

    /// Puts the message into the queue for these recipients.
    pub(super) fn queue(
        &self,
        tx: &mut Tx<'_>,
        outside: &[&Recipient],
        stored: &Stored,
        at: i64,
        broadcast: bool,
    ) -> Result<(), StoreError> {
        let Some(outbound) = &self.outbound else {
            return Ok(());
        };
        let envelope = &self.envelope;
        let schedule = &outbound.schedule;
        let expires_at = schedule.expires_at(at);
        let recipients: Vec<NewRecipient> = outside
            .iter()
            .map(|recipient| {
                let asked = recipient.notify.map(Notify::bits);
                let delay = wants(&envelope.sender, asked, notify::DELAY);
                NewRecipient {
                    destination: recipient.key.1.clone(),
                    address: recipient.address.clone(),
                    original: recipient.original.clone(),
                    notify: asked,
                    notice_at: schedule.notice_at(at, expires_at, delay),
                }
            })
            .collect();
        let many = i64::try_from(outside.len()).unwrap_or(i64::MAX) > AT_ONCE;
        // A recipient's address is its own server's matter.
        let utf8 = !envelope.sender.is_ascii() || self.incoming.utf8_header;
        let prefix = trace::received(&envelope.client, &self.hostname, &envelope.trace, None, at);
        queue::enqueue(
            tx,
            &NewQueued {
                message: stored.id,
                trace: envelope.trace.as_str(),
                sender: &envelope.sender,
                account: envelope.account,
                client_ip: &envelope.client.ip.to_string(),
                prefix: &prefix,
                size: stored.size,
                envelope_id: envelope.dsn.envelope_id.as_deref(),
                ret: envelope.dsn.ret.map(Return::code),
                eight_bit: self.incoming.analysis.facts.has_8bit,
                utf8,
                // Notices, too, go behind what persons wait for.
                priority: if broadcast || many || envelope.sender.is_empty() {
                    queue::BROADCAST
                } else {
                    queue::PERSON
                },
                at,
                expires_at,
                recipients: &recipients,
            },
        )?;
        for recipient in &recipients {
            let words = format!("queued for {}", recipient.destination);
            self.log(tx, &recipient.address, stored.size, at, &words)?;
        }
        Ok(())
    }
}
