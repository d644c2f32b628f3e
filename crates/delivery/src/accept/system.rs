//! What the system tells its people, into mailboxes that are known already.

use congvu_store::filter::Orders;
use congvu_store::notice::places::Place;
use congvu_store::{Tx, message};

use super::{Copy, Delivering};
use crate::AcceptError;

impl Delivering {
    /// Puts the message into these mailboxes, whatever their quota; whether the staged blob is in use now.
    pub(crate) fn put_into(&self, tx: &mut Tx<'_>, places: &[Place]) -> Result<bool, AcceptError> {
        let at = tx.now();
        let stored = message::put(tx, &self.incoming.staged, &self.new)?;
        // In the order in which folders are locked.
        let mut copies: Vec<Copy> = places
            .iter()
            .map(|place| Copy {
                mailbox: place.mailbox,
                inbox: place.inbox,
                // What the system tells its people must be seen: no filter is asked.
                folder: place.inbox,
                flags: 0,
                address: place.address.clone(),
                direct: true,
                orders: Orders::default(),
                forwarded: None,
                binned: false,
            })
            .collect();
        copies.sort_by_key(|copy| copy.inbox);
        copies.dedup_by_key(|copy| copy.inbox);
        for copy in &copies {
            self.deliver(tx, copy, &stored, at)?;
        }
        Ok(stored.fresh)
    }
}
