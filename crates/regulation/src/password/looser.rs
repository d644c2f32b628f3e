//! Where a child's rule asks for less than its parent's.

use super::Rule;
use crate::tree::{Looser, days};

impl Rule {
    /// Adds the keys in which this rule is looser than the parent's.
    pub(crate) fn looser_than(&self, parent: &Self, looser: &mut Looser) {
        let (mine, theirs) = (self.minimum_length(), parent.minimum_length());
        let shorter = mine.value < theirs.value;
        looser.compare("password.minimum_length", theirs, shorter);
        for class in parent.classes() {
            let mut mine = self.classes().iter();
            let has = mine.any(|mine| mine.value.implies(&class.value));
            looser.compare("password.classes", class, !has);
        }
        let (mine, theirs) = (self.expires(), parent.expires());
        let later = match (mine.value, theirs.value) {
            (_, None) => false,
            (None, Some(_)) => true,
            (Some(mine), Some(theirs)) => days(mine) > days(theirs),
        };
        looser.compare("password.expires", theirs, later);
        let (mine, theirs) = (self.names_refused(), parent.names_refused());
        looser.compare("password.names", theirs, theirs.value && !mine.value);
        let (mine, theirs) = (self.history(), parent.history());
        looser.compare("password.history", theirs, mine.value < theirs.value);
        let (mine, theirs) = (self.common_refused(), parent.common_refused());
        looser.compare("password.common", theirs, theirs.value && !mine.value);
        let (mine, theirs) = (
            self.change_at_first_sign_in(),
            parent.change_at_first_sign_in(),
        );
        looser.compare("first_sign_in.change", theirs, theirs.value && !mine.value);
    }
}
