//! Whether a child's mailboxes live longer than the parent's text lets them.

use super::{Looser, days};
use crate::MailboxKind;
use crate::lifecycle::{Act, Clock, Rules, Sweep};

/// A child must reach what each of the parent's sweeps does as soon, for each kind of mailbox: by a sweep of the same clock
/// whose act is the same or goes further, and whose term is no longer.
pub(super) fn compare(child: &Rules, parent: &Rules, looser: &mut Looser) {
    for theirs in parent.sweeps() {
        if theirs.origin().clause().is_none() {
            continue;
        }
        for kind in theirs.kinds() {
            if reaches(child, theirs, *kind) {
                continue;
            }
            // Its own sweep with the same clock and act is what is too long, where there is one.
            let same = child.sweeps().iter().find(|mine| {
                is_same_clock(mine.clock(), theirs.clock())
                    && mine.act() == theirs.act()
                    && mine.kinds().contains(kind)
            });
            let key = format!("sweep.{}", same.unwrap_or(theirs).id());
            looser.add_if(&key, true);
        }
    }
}

fn reaches(child: &Rules, theirs: &Sweep, kind: MailboxKind) -> bool {
    child.sweeps().iter().any(|mine| {
        is_same_clock(mine.clock(), theirs.clock())
            && how_far(mine.act()) >= how_far(theirs.act())
            && mine.kinds().contains(&kind)
            && hours(mine) <= hours(theirs)
    })
}

/// What counts as use, and whose locks are watched, is each text's own.
fn is_same_clock(one: &Clock, other: &Clock) -> bool {
    std::mem::discriminant(one) == std::mem::discriminant(other)
}

/// A safeguard is less than the regulation's lock.
fn how_far(act: Act) -> u8 {
    match act {
        Act::DisableSignIn => 0,
        Act::Lock => 1,
        Act::Revoke => 2,
        Act::Delete => 3,
    }
}

fn hours(sweep: &Sweep) -> u32 {
    match (sweep.clock(), sweep.after()) {
        (Clock::FirstSession(hours), _) => u32::from(*hours),
        (_, Some(term)) => days(term) * 24,
        (_, None) => u32::MAX,
    }
}
