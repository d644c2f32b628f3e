//! What a message must be, and whether it is.

use std::sync::Arc;

use congvu_message::search::envelope::{self, Field};
use congvu_message::search::{Content, Needle, Needs};
use congvu_store::entry::Want;

use super::page::Facts;
use super::ranges::holds;

/// How a day compares; time and zone do not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateTest {
    /// Earlier than that day.
    Before,
    /// On that day.
    On,
    /// On that day or later.
    Since,
}

/// Messages that belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conversation {
    /// Messages that began with the same.
    Thread(i64),
    /// Content that belongs to none.
    Alone(i64),
}

/// What a message must be to be found, its texts folded and its numbers resolved.
#[derive(Debug)]
pub enum Test {
    /// Passes all; of none every message passes.
    And(Vec<Test>),
    /// Passes one of two.
    Or(Box<Test>, Box<Test>),
    /// Does not pass.
    Not(Box<Test>),
    /// Has one of these UIDs: ascending ranges.
    /// Shared: a hostile search names them a thousand times.
    Uids(Arc<[(u32, u32)]>),
    /// Has the flag, or lacks it.
    Flag(i64, bool),
    /// Changed at this modseq or later.
    ModSeq(i64),
    /// Received at the first time (ms) or later, and before the second.
    Received(i64, i64),
    /// Came into the folder at the first time (ms) or later, and before the
    /// second.
    Saved(i64, i64),
    /// Has the content that this identifies.
    Object(i64),
    /// Belongs to the conversation.
    Conversation(Conversation),
    /// Its Date field, in days since 1970.
    Sent(DateTest, i64),
    /// More bytes than this.
    Larger(u64),
    /// Fewer bytes than this.
    Smaller(u64),
    /// The decoded subject holds it.
    Subject(Needle),
    /// An address of this field of the envelope, or its name, holds it.
    Address(Field, Needle),
    /// A field that the envelope has as it was written.
    Written(Field, Needle),
    /// A header field of this name holds it.
    Header(String, Needle),
    /// A text holds it.
    Body(Needle),
    /// A header field or a text holds it.
    Text(Needle),
    /// Has a file, as people see it ([`congvu_message::Part::shown`]).
    HasFile,
    /// The name of a file holds it.
    FileName(Needle),
}

/// What looking at a message takes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cost {
    /// What the first look reads.
    pub(crate) want: Want,
    /// The names of its files are told.
    pub(crate) files: bool,
    /// What the second look reads.
    needs: Needs,
}

impl Cost {
    /// Of a look that reads the bytes too.
    pub(crate) fn whole(self) -> Self {
        Self {
            want: Want::Blob,
            ..self
        }
    }
}

/// A whole search.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) test: Test,
    pub(crate) cost: Cost,
}

impl Program {
    pub(crate) fn new(test: Test) -> Self {
        Self {
            cost: test.cost(),
            test,
        }
    }

    pub(crate) fn want(&self) -> Want {
        self.cost.want
    }

    pub(crate) fn needs(&self) -> Needs {
        self.cost.needs
    }

    /// Takes out all keys that a message must pass.
    pub(crate) fn take(&mut self) -> Vec<Test> {
        let all = std::mem::replace(self, Self::new(Test::And(Vec::new())));
        let mut tests = Vec::new();
        flatten(all.test, &mut tests);
        tests
    }

    /// The keys that a message must pass.
    pub(crate) fn put(&mut self, tests: Vec<Test>) {
        *self = Self::new(Test::And(tests));
    }
}

fn flatten(test: Test, out: &mut Vec<Test>) {
    match test {
        Test::And(tests) => tests.into_iter().for_each(|test| flatten(test, out)),
        test => out.push(test),
    }
}

impl Test {
    /// What looking at a message takes.
    fn cost(&self) -> Cost {
        let mut cost = Cost {
            want: Want::Entry,
            files: false,
            needs: Needs::default(),
        };
        self.measure(&mut cost);
        if cost.needs != Needs::default() {
            cost.want = cost.want.max(Want::Message);
        }
        cost
    }

    /// Whether the message's bytes must be looked into.
    pub(crate) fn reads_bytes(&self) -> bool {
        self.cost().needs != Needs::default()
    }

    fn measure(&self, cost: &mut Cost) {
        match self {
            Self::And(tests) => tests.iter().for_each(|test| test.measure(cost)),
            Self::Or(a, b) => {
                a.measure(cost);
                b.measure(cost);
            }
            Self::Not(test) => test.measure(cost),
            Self::Uids(_)
            | Self::Flag(..)
            | Self::ModSeq(_)
            | Self::Received(..)
            | Self::Saved(..)
            | Self::Object(_)
            | Self::Larger(_)
            | Self::Smaller(_) => {}
            Self::Conversation(_)
            | Self::Sent(..)
            | Self::Subject(_)
            | Self::Address(..)
            | Self::Written(..) => {
                cost.want = Want::Message;
            }
            Self::HasFile | Self::FileName(_) => {
                cost.want = Want::Message;
                cost.files = true;
            }
            Self::Header(..) => cost.needs.header = true,
            Self::Body(_) => cost.needs.texts = true,
            Self::Text(_) => {
                cost.needs.header = true;
                cost.needs.texts = true;
            }
        }
    }

    /// Whether a message passes; `None` where its bytes must be read first.
    pub(crate) fn eval(&self, facts: &Facts, content: Option<&Content>) -> Option<bool> {
        Some(match self {
            Self::And(tests) => return all(tests.iter().map(|test| test.eval(facts, content))),
            Self::Or(a, b) => {
                let either = [a, b].into_iter().map(|test| test.eval(facts, content));
                return all(either.map(|passes| passes.map(|passes| !passes))).map(|none| !none);
            }
            Self::Not(test) => !test.eval(facts, content)?,
            Self::Uids(ranges) => holds(ranges, facts.uid),
            Self::Flag(bit, has) => (facts.flags & bit != 0) == *has,
            Self::ModSeq(least) => facts.modseq >= *least,
            Self::Received(from, to) => (*from..*to).contains(&facts.internal_at),
            Self::Saved(from, to) => (*from..*to).contains(&facts.saved_at),
            Self::Object(object) => facts.object == *object,
            Self::Conversation(Conversation::Thread(thread)) => facts.thread == Some(*thread),
            Self::Conversation(Conversation::Alone(object)) => {
                facts.thread.is_none() && facts.object == *object
            }
            Self::Sent(test, day) => {
                envelope::sent_day(&facts.envelope).is_some_and(|sent| compare(*test, sent, *day))
            }
            Self::Larger(size) => facts.size > *size,
            Self::Smaller(size) => facts.size < *size,
            Self::Subject(needle) => needle.in_text(&facts.subject),
            Self::Address(field, needle) => envelope::addresses(&facts.envelope, *field)
                .iter()
                .any(|text| needle.in_text(text)),
            Self::Written(field, needle) => {
                envelope::written(&facts.envelope, *field).is_some_and(|text| needle.in_text(&text))
            }
            Self::HasFile => !facts.files.is_empty(),
            Self::FileName(needle) => facts.files.iter().any(|name| needle.in_text(name)),
            Self::Header(name, needle) => content?.has_field(name, needle),
            Self::Body(needle) => content?.in_texts(needle),
            Self::Text(needle) => content?.in_header(needle) || content?.in_texts(needle),
        })
    }
}

/// Whether all pass: one that does not is enough, though others are open.
fn all(passes: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut answer = Some(true);
    for passes in passes {
        match passes {
            Some(true) => {}
            Some(false) => return Some(false),
            None => answer = None,
        }
    }
    answer
}

fn compare(test: DateTest, at: i64, day: i64) -> bool {
    match test {
        DateTest::Before => at < day,
        DateTest::On => at == day,
        DateTest::Since => at >= day,
    }
}
