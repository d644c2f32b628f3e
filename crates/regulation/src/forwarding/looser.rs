//! Where a child's rule lets more go on than its parent's.

use super::Rule;
use crate::tree::Looser;

impl Rule {
    /// Adds the keys in which this rule is looser than the parent's.
    pub(crate) fn looser_than(&self, parent: &Self, looser: &mut Looser) {
        for theirs in &parent.allowed {
            // What is on all of its own lists is on each, so that one within the parent's is enough.
            let is_within = self.allowed.iter().any(|mine| {
                let mut mine = mine.value.iter();
                mine.all(|mine| theirs.value.iter().any(|pattern| pattern.covers(mine)))
            });
            looser.compare("forwarding.allowed", theirs, !is_within);
        }
        let pairs = [
            ("forwarding.elsewhere", &self.elsewhere, &parent.elsewhere),
            ("forwarding.fetching", &self.fetching, &parent.fetching),
        ];
        for (key, mine, theirs) in pairs {
            looser.compare(key, theirs, mine.value < theirs.value);
        }
    }
}
