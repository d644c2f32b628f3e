//! What indexes answer without looking at each message.
//!
//! Nobody knows beforehand which key of a search leaves least, so all that have an index are
//! asked at once, for few messages first and then for more and more. The first that is answered
//! in full was the cheapest; what others found by then is taken too, and the rest of the keys is
//! verified message by message. A flag that few messages have answers for those without it as
//! well, as all others of the view.

use congvu_store::entry::{self, Mark};
use congvu_store::keyword::flag;
use congvu_store::{FolderId, StoreResult, Tx};

use super::Hunt;
use super::program::Test;
use crate::session::selected::{common, minus};
use crate::types::merge;

/// So many are asked for first, and so many times more in each further round.
const FIRST: usize = 512;
const GROWTH: usize = 8;
/// Looking at a message that stands alone costs as much as so many UIDs from an index.
const LOOK: u64 = 8;
/// An index is asked so often in a round; a search with more keys than anybody means is verified
/// message by message.
const QUESTIONS: u32 = 32;

type Ranges = Vec<(u32, u32)>;

/// UIDs, or all but these.
enum Set {
    These(Ranges),
    AllBut(Ranges),
}

impl Set {
    fn not(self) -> Self {
        match self {
            Self::These(uids) => Self::AllBut(uids),
            Self::AllBut(uids) => Self::These(uids),
        }
    }

    fn and(self, other: Self) -> Self {
        use Set::{AllBut, These};
        match (self, other) {
            (These(a), These(b)) => These(common(&a, &b)),
            (These(a), AllBut(b)) | (AllBut(b), These(a)) => These(minus(&a, &b)),
            (AllBut(mut a), AllBut(b)) => {
                a.extend(b);
                AllBut(merge(a))
            }
        }
    }
}

/// Lets the numbers and the indexes leave as little as possible, for as little as possible.
pub(super) fn narrow(tx: &mut Tx<'_>, hunt: &mut Hunt) -> StoreResult<()> {
    let ranges = &mut hunt.ranges;
    hunt.program.take(|test| match test {
        Test::Uids(uids) => {
            *ranges = common(ranges, uids);
            true
        }
        _ => false,
    });
    let mut most = FIRST;
    loop {
        let Some((&(first, _), &(_, last))) = hunt.ranges.first().zip(hunt.ranges.last()) else {
            return Ok(());
        };
        let mut ask = Ask {
            folder: hunt.folder,
            within: (first, last),
            most,
            left: QUESTIONS,
        };
        let keeps_modseq = hunt.program.modseq;
        let (ranges, mut failed, mut open) = (&mut hunt.ranges, Ok(()), false);
        hunt.program.take(|test| {
            if failed.is_err() || !is_indexed(test) {
                return false;
            }
            match ask.set(tx, test) {
                Ok(Some(set)) => {
                    *ranges = match set {
                        Set::These(uids) => common(ranges, &uids),
                        Set::AllBut(uids) => minus(ranges, &uids),
                    };
                    // The modseqs of what is found are still to be read.
                    !(keeps_modseq && matches!(test, Test::ModSeq(_)))
                }
                Ok(None) => {
                    open = true;
                    false
                }
                Err(error) => {
                    failed = Err(error);
                    false
                }
            }
        });
        failed?;
        // Looking at so few messages costs no more than asking on.
        if !open || count(&hunt.ranges).saturating_mul(LOOK) <= most as u64 {
            return Ok(());
        }
        most = most.saturating_mul(GROWTH);
    }
}

fn count(ranges: &[(u32, u32)]) -> u64 {
    ranges
        .iter()
        .map(|&(first, last)| u64::from(last - first) + 1)
        .sum()
}

/// Whether indexes answer this.
fn is_indexed(test: &Test) -> bool {
    match test {
        Test::And(tests) => tests.iter().all(is_indexed),
        Test::Or(a, b) => is_indexed(a) && is_indexed(b),
        Test::Not(test) => is_indexed(test),
        Test::Uids(_) | Test::ModSeq(_) | Test::Received(..) => true,
        Test::Flag(bit, _) => mark(*bit).is_some(),
        _ => false,
    }
}

fn mark(bit: i64) -> Option<Mark> {
    Some(match bit {
        flag::SEEN => Mark::Seen,
        flag::ANSWERED => Mark::Answered,
        flag::FLAGGED => Mark::Flagged,
        flag::DELETED => Mark::Deleted,
        flag::DRAFT => Mark::Draft,
        _ => return None,
    })
}

/// One round of questions.
struct Ask {
    folder: FolderId,
    within: (u32, u32),
    most: usize,
    left: u32,
}

impl Ask {
    /// The answer; `None` where it is longer than wanted.
    fn set(&mut self, tx: &mut Tx<'_>, test: &Test) -> StoreResult<Option<Set>> {
        if matches!(test, Test::Flag(..) | Test::Received(..) | Test::ModSeq(_)) {
            let Some(left) = self.left.checked_sub(1) else {
                return Ok(None);
            };
            self.left = left;
        }
        let uids = match test {
            Test::Uids(uids) => Some(uids.to_vec()),
            Test::Not(test) => return Ok(self.set(tx, test)?.map(Set::not)),
            Test::And(tests) => {
                let mut all = Set::AllBut(Vec::new());
                for test in tests {
                    let Some(set) = self.set(tx, test)? else {
                        return Ok(None);
                    };
                    all = all.and(set);
                }
                return Ok(Some(all));
            }
            Test::Or(a, b) => {
                let Some(a) = self.set(tx, a)? else {
                    return Ok(None);
                };
                let b = self.set(tx, b)?;
                return Ok(b.map(|b| a.not().and(b.not()).not()));
            }
            Test::Flag(bit, has) => return self.flag(tx, *bit, *has),
            Test::Received(from, to) => {
                let within = entry::received(tx, self.folder, (*from, *to), self.most)?;
                if within.is_none() && (*from == i64::MIN || *to == i64::MAX) {
                    // One side is open: perhaps few lie on the other.
                    let other = if *from == i64::MIN {
                        (*to, i64::MAX)
                    } else {
                        (i64::MIN, *from)
                    };
                    let others = entry::received(tx, self.folder, other, self.most)?;
                    return Ok(others.map(Set::AllBut));
                }
                within
            }
            Test::ModSeq(least) => {
                let since = least.saturating_sub(1);
                entry::changed_up_to(tx, self.folder, since, self.most)?.map(|changed| {
                    let uids: Vec<u32> = changed.iter().map(|entry| entry.uid).collect();
                    entry::ranges(&uids)
                })
            }
            _ => None,
        };
        Ok(uids.map(Set::These))
    }

    fn flag(&mut self, tx: &mut Tx<'_>, bit: i64, has: bool) -> StoreResult<Option<Set>> {
        let Some(mark) = mark(bit) else {
            return Ok(None);
        };
        let mut look = |mark| entry::marked(tx, self.folder, mark, self.within, self.most);
        let mut set = None;
        if mark == Mark::Seen {
            set = look(Mark::Unseen)?.map(Set::AllBut);
        }
        if set.is_none() {
            set = look(mark)?.map(Set::These);
        }
        Ok(if has { set } else { set.map(Set::not) })
    }
}
