//! `rest`: all words that no step before has decided.

use crate::naming::draft::Draft;
use crate::naming::pattern::Mark;

pub(super) fn apply(draft: &mut Draft, mark: Mark) -> Option<String> {
    draft.decide(0..draft.pieces.len(), mark)
}
