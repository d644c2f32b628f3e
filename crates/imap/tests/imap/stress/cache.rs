//! What a program with QRESYNC keeps of a folder while it is not open (RFC 7162 §6).

use std::collections::BTreeMap;

use super::mirror::{Flags, Known};
use super::random::Random;

#[derive(Debug, Default, Clone)]
pub(super) struct Cache {
    pub(super) uid_validity: u32,
    pub(super) modseq: u64,
    pub(super) known: BTreeMap<u32, Flags>,
    /// Numbers and the UIDs they had.
    places: Vec<(usize, u32)>,
}

impl Cache {
    /// Of messages whose UID and flags are certain.
    pub(super) fn of(uid_validity: u32, modseq: u64, messages: &[Known]) -> Self {
        let mut cache = Self {
            uid_validity,
            modseq,
            ..Self::default()
        };
        for (at, message) in messages.iter().enumerate() {
            let Some(uid) = message.uid else { continue };
            cache.places.push((at + 1, uid));
            if let Some(flags) = &message.flags {
                cache.known.insert(uid, flags.clone());
            }
        }
        cache
    }

    /// The parameter of SELECT: with or without the UIDs, with or without some numbers they had.
    pub(super) fn parameter(&self, random: &mut Random) -> String {
        let mut text = format!("QRESYNC ({} {}", self.uid_validity, self.modseq);
        if random.chance(50) && !self.known.is_empty() {
            let uids: Vec<String> = self.known.keys().map(u32::to_string).collect();
            text += &format!(" {}", uids.join(","));
        }
        if random.chance(50) && !self.places.is_empty() {
            let first = random.below(self.places.len());
            let some = &self.places[first..];
            let some = &some[..some.len().min(1 + random.below(5))];
            let seqs: Vec<String> = some.iter().map(|place| place.0.to_string()).collect();
            let uids: Vec<String> = some.iter().map(|place| place.1.to_string()).collect();
            text += &format!(" ({} {})", seqs.join(","), uids.join(","));
        }
        text + ")"
    }
}

/// The numbers of a set.
pub(super) fn numbers(set: &str) -> Vec<u32> {
    let ranges = set.split(',').filter(|range| !range.is_empty());
    ranges
        .flat_map(|range| {
            let (first, last) = range.split_once(':').unwrap_or((range, range));
            first.parse::<u32>().unwrap()..=last.parse().unwrap()
        })
        .collect()
}
