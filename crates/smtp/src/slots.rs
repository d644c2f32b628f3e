//! How many messages come in at the same time. Each holds memory from its first octet to its commit:
//! some 100 kB, and 5 MB where somebody builds one to hurt.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

use parking_lot::Mutex;

use congvu_delivery::limits::source;

/// Places for messages; 0 stands for no limit.
#[derive(Debug)]
pub(crate) struct Slots {
    most: usize,
    most_per_address: usize,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    by_address: HashMap<IpAddr, usize>,
}

/// A place; dropping it gives it back.
#[derive(Debug)]
pub(crate) struct Slot {
    slots: Arc<Slots>,
    source: Option<IpAddr>,
}

impl Slots {
    pub(crate) fn new(most: usize, most_per_address: usize) -> Self {
        Self {
            most,
            most_per_address,
            taken: Mutex::default(),
        }
    }

    /// A place for a message from `ip`, if one is free. An `exempt` address counts in all only.
    pub(crate) fn take(self: &Arc<Self>, ip: IpAddr, exempt: bool) -> Option<Slot> {
        let mut taken = self.taken.lock();
        if self.most != 0 && taken.all >= self.most {
            return None;
        }
        let source = (!exempt && self.most_per_address != 0).then(|| source(ip));
        if let Some(source) = source {
            let here = taken.by_address.entry(source).or_default();
            if *here >= self.most_per_address {
                return None;
            }
            *here += 1;
        }
        taken.all += 1;
        Some(Slot {
            slots: Arc::clone(self),
            source,
        })
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut taken = self.slots.taken.lock();
        taken.all -= 1;
        if let Some(source) = self.source
            && let Some(here) = taken.by_address.get_mut(&source)
        {
            *here -= 1;
            if *here == 0 {
                taken.by_address.remove(&source);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_in_all_and_of_one_address() {
        let slots = Arc::new(Slots::new(3, 2));
        let ip = |n: u8| IpAddr::from([192, 0, 2, n]);
        let one = slots.take(ip(1), false).expect("free");
        let _two = slots.take(ip(1), false).expect("free");
        assert!(slots.take(ip(1), false).is_none(), "two of one address");
        let _three = slots.take(ip(2), false).expect("another address");
        assert!(slots.take(ip(3), false).is_none(), "three in all");
        drop(one);
        let exempt = slots.take(ip(1), true).expect("a place came free");
        drop(exempt);
        assert!(slots.take(ip(1), false).is_some());
        assert_eq!(
            slots.taken.lock().by_address.len(),
            2,
            "nothing is left over"
        );
    }
}
