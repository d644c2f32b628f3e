//! What indexes answer without looking at each message.
//!
//! Nobody knows beforehand which key of a search leaves least, so all are asked at once, for few
//! messages first and then for more and more. The first that is answered in full was the cheapest;
//! what others found by then is taken too. An answer tells who surely passes and who may: those that
//! surely pass all keys are found, and the rest of those that may is verified message by message. A
//! flag that few messages have answers for those without it as well, as all others of the view.
//!
//! Texts, sizes and the Date field are answered by the search index for messages up to its watermark;
//! all above it may pass. What a text holds never changes, so each round may be a transaction of its
//! own.

use congvu_message::search::envelope::Field;
use congvu_message::search::terms::Field as Terms;
use congvu_store::entry::{self, Mark};
use congvu_store::keyword::flag;
use congvu_store::search::{self, Budget, Index};
use congvu_store::{FolderId, StoreError, StoreResult, Tx};

use super::ranges::{Ranges, common, count, minus};
use super::set::Set;
use super::text::Question;
use super::{Hunt, Test};

/// So many are asked for first, and so many times more in each further round.
const FIRST: usize = 512;
const GROWTH: usize = 8;
/// Looking at a message that stands alone costs as much as so many UIDs from an index, and so much
/// more where its bytes are looked into.
const LOOK: u64 = 8;
const READ: u64 = 64;
/// Indexes are asked so often in a round; a search with more keys than anybody means is verified
/// message by message.
const QUESTIONS: u32 = 32;
/// The lowest flag bit of a keyword.
const KEYWORD: i64 = 32;

/// The keys of a search while they are asked.
#[derive(Debug)]
pub(crate) struct Narrow {
    keys: Vec<(Test, Option<Set>)>,
    most: usize,
    /// The search index cannot be read.
    pub(crate) damaged: bool,
}

impl Narrow {
    /// Takes the keys out of the hunt.
    pub(crate) fn new(hunt: &mut Hunt) -> Self {
        let keys = hunt.program.take();
        Self {
            keys: keys.into_iter().map(|test| (test, None)).collect(),
            most: FIRST,
            damaged: false,
        }
    }

    /// Asks a round of questions; true where asking on would cost more than looking at what is left.
    pub(crate) fn round(&mut self, tx: &mut Tx<'_>, hunt: &mut Hunt) -> StoreResult<bool> {
        let mut open = false;
        let mut ask = Ask {
            folder: hunt.folder,
            within: (0, 0),
            most: self.most,
            left: QUESTIONS,
            index: None,
            damaged: false,
        };
        for (test, answer) in self.keys.iter_mut().filter(|(_, answer)| answer.is_none()) {
            let Some((&(first, _), &(_, last))) = hunt.ranges.first().zip(hunt.ranges.last())
            else {
                return Ok(true);
            };
            ask.within = (first, last);
            if let Some(set) = ask.set(tx, test)? {
                hunt.ranges = common(&hunt.ranges, set.most());
                *answer = Some(set);
            } else {
                open = true;
            }
        }
        self.damaged |= ask.damaged;
        // Looking at so few messages costs no more than asking on.
        let look = if self.open().any(Test::reads_bytes) {
            READ
        } else {
            LOOK
        };
        let done = !open || count(&hunt.ranges).saturating_mul(look) <= self.most as u64;
        self.most = self.most.saturating_mul(GROWTH);
        Ok(done)
    }

    fn open(&self) -> impl Iterator<Item = &Test> {
        let open = self.keys.iter().filter(|(_, answer)| answer.is_none());
        open.map(|(test, _)| test)
    }

    /// Puts back what is still to be verified, and who surely passes.
    pub(crate) fn finish(self, hunt: &mut Hunt) {
        let mut sure = hunt.ranges.clone();
        let mut left = Vec::new();
        for (test, answer) in self.keys {
            let known = answer.as_ref().map_or(&[][..], Set::sure);
            let all = minus(&hunt.ranges, known).is_empty();
            sure = common(&sure, known);
            if !all {
                left.push(test);
            }
        }
        hunt.program.put(left);
        hunt.ranges = minus(&hunt.ranges, &sure);
        hunt.sure = sure;
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
    /// The search index, once it was asked for.
    index: Option<Option<Index>>,
    damaged: bool,
}

impl Ask {
    /// The answer; `None` where it is longer than wanted.
    fn set(&mut self, tx: &mut Tx<'_>, test: &Test) -> StoreResult<Option<Set>> {
        match test {
            Test::Uids(uids) => return Ok(Some(Set::exactly(uids.to_vec()))),
            Test::Not(test) => return Ok(self.set(tx, test)?.map(Set::not)),
            Test::And(tests) => {
                let mut all = Set::all();
                for test in tests {
                    let Some(set) = self.set(tx, test)? else {
                        return Ok(None);
                    };
                    all = all.and(&set);
                }
                return Ok(Some(all));
            }
            Test::Or(a, b) => {
                let Some(a) = self.set(tx, a)? else {
                    return Ok(None);
                };
                let b = self.set(tx, b)?;
                return Ok(b.map(|b| a.or(&b)));
            }
            Test::Subject(needle) if needle.is_empty() => return Ok(Some(Set::all())),
            _ => {}
        }
        let Some(left) = self.left.checked_sub(1) else {
            return Ok(None);
        };
        self.left = left;
        match test {
            Test::Flag(bit, has) => self.flag(tx, *bit, *has),
            Test::Received(from, to) => self.received(tx, *from, *to),
            // No delivery pays for an index of these: they are looked at.
            Test::Saved(..) | Test::Conversation(_) => Ok(Some(Set::unknown())),
            Test::Object(object) => {
                let found = entry::with_object(tx, self.folder, *object, self.most)?;
                Ok(found.map(Set::exactly))
            }
            Test::ModSeq(least) => {
                let since = least.saturating_sub(1);
                let changed = entry::changed_up_to(tx, self.folder, since, self.most)?;
                Ok(changed.map(|changed| {
                    let uids: Vec<u32> = changed.iter().map(|entry| entry.uid).collect();
                    Set::exactly(entry::ranges(&uids))
                }))
            }
            _ => self.terms(tx, test),
        }
    }

    fn received(&self, tx: &mut Tx<'_>, from: i64, to: i64) -> StoreResult<Option<Set>> {
        let within = entry::received(tx, self.folder, (from, to), self.most)?;
        if within.is_none() && (from == i64::MIN || to == i64::MAX) {
            // One side is open: perhaps few lie on the other.
            let other = if from == i64::MIN {
                (to, i64::MAX)
            } else {
                (i64::MIN, from)
            };
            let others = entry::received(tx, self.folder, other, self.most)?;
            return Ok(others.map(|others| Set::exactly(others).not()));
        }
        Ok(within.map(Set::exactly))
    }

    fn flag(&mut self, tx: &mut Tx<'_>, bit: i64, has: bool) -> StoreResult<Option<Set>> {
        let mut set = None;
        if bit >= KEYWORD {
            let found = entry::with_keyword(tx, self.folder, bit, self.within, self.most)?;
            set = found.map(Set::exactly);
        } else if let Some(mark) = mark(bit) {
            let mut look = |mark| entry::marked(tx, self.folder, mark, self.within, self.most);
            if mark == Mark::Seen {
                set = look(Mark::Unseen)?.map(|uids: Ranges| Set::exactly(uids).not());
            }
            if set.is_none() {
                set = look(mark)?.map(Set::exactly);
            }
        }
        Ok(if has { set } else { set.map(Set::not) })
    }

    /// What the search index says.
    fn terms(&mut self, tx: &mut Tx<'_>, test: &Test) -> StoreResult<Option<Set>> {
        if self.index.is_none() {
            self.index = Some(search::index(tx, self.folder)?);
        }
        let Some(Some(index)) = &self.index else {
            return Ok(Some(Set::unknown()));
        };
        let mut question = Question {
            tx,
            index,
            budget: Budget(self.most as u64),
        };
        let answer = match test {
            Test::Sent(test, day) => question.sent(*test, *day),
            Test::Larger(size) => question.larger(*size),
            Test::Smaller(size) => question.smaller(*size),
            Test::Subject(needle) => question.holds(Terms::Subject, needle),
            Test::Address(field, needle) | Test::Written(field, needle) => match terms_of(*field) {
                Some(terms) => question.holds(terms, needle),
                None => Ok(Some(Set::unknown())),
            },
            Test::Header(name, needle) => question.header(name, needle),
            Test::HasFile => question.has_file(),
            Test::FileName(needle) => question.holds(Terms::FileName, needle),
            Test::Body(needle) => question.holds(Terms::Body, needle),
            Test::Text(needle) => question.anywhere(needle),
            _ => Ok(Some(Set::unknown())),
        };
        if let Err(StoreError::Corrupt(error)) = &answer {
            tracing::error!(
                error,
                folder = self.folder.0,
                "the search index cannot be read"
            );
            self.damaged = true;
            self.index = Some(None);
            return Ok(Some(Set::unknown()));
        }
        answer
    }
}

fn terms_of(field: Field) -> Option<Terms> {
    Some(match field {
        Field::From => Terms::From,
        Field::To => Terms::To,
        Field::Cc => Terms::Cc,
        Field::Bcc => Terms::Bcc,
        Field::MessageId => Terms::MessageId,
        Field::InReplyTo => Terms::InReplyTo,
        Field::Date | Field::Sender => return None,
    })
}
