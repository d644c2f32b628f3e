//! The answer that senders get while a mailbox's owner is away (RFC 3834, RFC 5230).
//!
//! Whether somebody is owed one is decided in the transaction that delivers, so that no two nodes decide it twice; it is written and
//! sent behind, and marked in the transaction that sends it.

mod letter;
mod runner;

use congvu_message::automatic::{Answerable, is_robot};
use congvu_store::vacation::{self, Answer};
use congvu_store::{StoreResult, Tx, address, filter, organisation};

pub(crate) use runner::run;

use crate::accept::Copy;
use crate::{Direction, Envelope};

/// Notes who is owed an answer for these copies of a message.
pub(crate) fn owe_all(
    tx: &mut Tx<'_>,
    envelope: &Envelope,
    header: &[u8],
    copies: &[Copy],
) -> StoreResult<()> {
    let away =
        |copy: &&Copy| copy.orders.has_vacation() && copy.forwarded.is_none() && !copy.binned;
    let from_person = matches!(envelope.direction, Direction::In | Direction::Submit);
    if !from_person || envelope.sender.is_empty() || is_robot(&envelope.sender) {
        return Ok(());
    }
    let mut answerable = None;
    for copy in copies.iter().filter(away) {
        let found = answerable.get_or_insert_with(|| Answerable::new(header));
        if !found.automatic {
            owe(tx, envelope, found, copy)?;
        }
    }
    Ok(())
}

fn owe(tx: &mut Tx<'_>, envelope: &Envelope, found: &Answerable, copy: &Copy) -> StoreResult<()> {
    let sender = envelope.sender.to_lowercase();
    let now = tx.now();
    let Some(vacation) = vacation::get(tx, copy.mailbox)?.filter(|one| one.is_on(now)) else {
        return Ok(());
    };
    // RFC 3834 §2: only who is named in the message itself answers, and nobody answers themselves.
    let own = address::of_mailbox(tx, copy.mailbox)?;
    let named = own.iter().find(|own| found.named.contains(own));
    let Some(named) = named.filter(|_| !own.contains(&sender)) else {
        return Ok(());
    };
    if vacation.inside_only {
        let domain = sender.rsplit_once('@').map_or("", |(_, domain)| domain);
        let ours = organisation::domains(tx)?;
        if !ours.iter().any(|known| known.eq_ignore_ascii_case(domain)) {
            return Ok(());
        }
    }
    if filter::is_silent(tx, copy.mailbox)? {
        return Ok(());
    }
    vacation::owe(
        tx,
        &Answer {
            id: 0,
            mailbox: copy.mailbox,
            period: vacation.from_at,
            address: sender,
            own: named.clone(),
            subject: found.subject.clone(),
            message_id: found.message_id.clone(),
            references: found.references.clone(),
            at: 0,
        },
    )?;
    Ok(())
}
