//! Where a child's rule lets more through than its parent's.

use super::concern::Concern;
use super::effect::Direction;
use super::rule::Rule;
use crate::Value;
use crate::tree::Looser;

impl Rule {
    /// Adds the keys in which this rule is looser than the parent's. Limits are compared as those of attachments.
    pub(crate) fn looser_than(&self, parent: &Self, looser: &mut Looser) {
        for concern in Concern::ALL {
            let (mine, theirs) = (self.effects(concern), parent.effects(concern));
            let (table, key) = concern.key();
            let key = format!("content.{table}.{key}");
            for way in Direction::ALL {
                let (mine, theirs) = (mine.of(way), theirs.of(way));
                looser.compare(&key, theirs, mine.value < theirs.value);
            }
        }
        let key = "content.executables.printed";
        missing(
            &self.executable_names,
            &parent.executable_names,
            key,
            looser,
        );
        let key = "content.executables.types";
        missing(
            &self.executable_types,
            &parent.executable_types,
            key,
            looser,
        );
        for theirs in &parent.allowed {
            let Some(list) = &theirs.value else { continue };
            // What is on all of its own lists is on each, so that one within the parent's is enough.
            let is_within = self.allowed.iter().any(|mine| {
                let mine = mine.value.as_ref();
                mine.is_some_and(|mine| mine.iter().all(|pattern| list.contains(pattern)))
            });
            looser.compare("content.kinds.allowed", theirs, !is_within);
        }
    }
}

/// What the parent's text names must be named by the child too.
fn missing<T: PartialEq>(mine: &[Value<T>], parents: &[Value<T>], key: &str, looser: &mut Looser) {
    for theirs in parents {
        let has = mine.iter().any(|mine| mine.value == theirs.value);
        looser.compare(key, theirs, !has);
    }
}
