//! Search keys made ready, and whether a message has them.

use std::sync::Arc;

use congvu_message::search::{Content, Needle, Needs};
use congvu_store::entry::Want;

use super::envelope::{self, Field};
use super::page::Facts;
use crate::fetch::ZONE_MINUTES;
use crate::response::Conversation;
use crate::session::selected::holds;
use crate::types::{AddressField, Date, DateTest, SearchKey};

/// 1 January 1970.
const EPOCH: i32 = 2_440_588;
const DAY: i64 = 86_400;

/// A search key with its texts folded and its numbers resolved.
#[derive(Debug)]
pub(super) enum Test {
    And(Vec<Test>),
    Or(Box<Test>, Box<Test>),
    Not(Box<Test>),
    /// Shared: a hostile search names them a thousand times.
    Uids(Arc<[(u32, u32)]>),
    /// Has the flag, or lacks it.
    Flag(i64, bool),
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
    /// Days since 1970.
    Sent(DateTest, i64),
    Larger(u64),
    Smaller(u64),
    Subject(Needle),
    Address(Field, Needle),
    /// A field that the envelope has as it was written.
    Written(Field, Needle),
    Header(String, Needle),
    Body(Needle),
    Text(Needle),
}

/// A whole search.
#[derive(Debug)]
pub(super) struct Program {
    pub(super) test: Test,
    /// What the first look reads.
    pub(super) want: Want,
    /// What the second look reads.
    pub(super) needs: Needs,
    /// The answer names the highest modseq.
    pub(super) modseq: bool,
}

impl Program {
    pub(super) fn new(test: Test, modseq: bool) -> Self {
        let mut program = Self {
            test,
            want: Want::Entry,
            needs: Needs::default(),
            modseq,
        };
        program.measure();
        program
    }

    /// Takes out all keys that a message must pass.
    pub(super) fn take(&mut self) -> Vec<Test> {
        let mut tests = Vec::new();
        flatten(
            std::mem::replace(&mut self.test, Test::And(Vec::new())),
            &mut tests,
        );
        self.measure();
        tests
    }

    /// The keys that a message must pass.
    pub(super) fn put(&mut self, tests: Vec<Test>) {
        self.test = Test::And(tests);
        self.measure();
    }

    fn measure(&mut self) {
        let (mut want, mut needs) = (Want::Entry, Needs::default());
        self.test.measure(&mut want, &mut needs);
        if needs != Needs::default() {
            want = want.max(Want::Message);
        }
        (self.want, self.needs) = (want, needs);
    }
}

fn flatten(test: Test, out: &mut Vec<Test>) {
    match test {
        Test::And(tests) => tests.into_iter().for_each(|test| flatten(test, out)),
        test => out.push(test),
    }
}

impl Test {
    /// A key that asks for nothing but the message.
    pub(super) fn of_message(key: &SearchKey) -> Self {
        use SearchKey as K;
        let needle = |text: &str| Needle::new(text);
        match key {
            K::Internal(test, date) => {
                let (from, to) = moments(*test, *date);
                Self::Received(from, to)
            }
            K::Saved(test, date) => {
                let (from, to) = moments(*test, *date);
                Self::Saved(from, to)
            }
            K::Sent(test, date) => Self::Sent(*test, day(*date)),
            K::Larger(size) => Self::Larger(*size),
            K::Smaller(size) => Self::Smaller(*size),
            K::Subject(text) => Self::Subject(needle(text)),
            K::Address(field, text) => Self::Address(
                match field {
                    AddressField::Bcc => Field::Bcc,
                    AddressField::Cc => Field::Cc,
                    AddressField::From => Field::From,
                    AddressField::To => Field::To,
                },
                needle(text),
            ),
            K::Header(name, text) if name.eq_ignore_ascii_case("Message-ID") => {
                Self::Written(Field::MessageId, needle(text))
            }
            K::Header(name, text) if name.eq_ignore_ascii_case("In-Reply-To") => {
                Self::Written(Field::InReplyTo, needle(text))
            }
            K::Header(name, text) => Self::Header(name.clone(), needle(text)),
            K::Body(text) => Self::Body(needle(text)),
            K::Text(text) => Self::Text(needle(text)),
            // The rest belongs to the session.
            _ => Self::And(Vec::new()),
        }
    }

    /// Whether the message's bytes must be looked into.
    pub(super) fn reads_bytes(&self) -> bool {
        let (mut want, mut needs) = (Want::Entry, Needs::default());
        self.measure(&mut want, &mut needs);
        needs != Needs::default()
    }

    fn measure(&self, want: &mut Want, needs: &mut Needs) {
        match self {
            Self::And(tests) => tests.iter().for_each(|test| test.measure(want, needs)),
            Self::Or(a, b) => {
                a.measure(want, needs);
                b.measure(want, needs);
            }
            Self::Not(test) => test.measure(want, needs),
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
                *want = Want::Message;
            }
            Self::Header(..) => needs.header = true,
            Self::Body(_) => needs.texts = true,
            Self::Text(_) => {
                needs.header = true;
                needs.texts = true;
            }
        }
    }

    /// Whether a message passes; `None` where its bytes must be read first.
    pub(super) fn eval(&self, facts: &Facts, content: Option<&Content>) -> Option<bool> {
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

/// From when (ms), and before when. Days are Vietnam's, as INTERNALDATE shows
/// them.
fn moments(test: DateTest, date: Date) -> (i64, i64) {
    let start = (day(date) * DAY - i64::from(ZONE_MINUTES) * 60) * 1000;
    match test {
        DateTest::Before => (i64::MIN, start),
        DateTest::On => (start, start + DAY * 1000),
        DateTest::Since => (start, i64::MAX),
    }
}

fn compare(test: DateTest, at: i64, day: i64) -> bool {
    match test {
        DateTest::Before => at < day,
        DateTest::On => at == day,
        DateTest::Since => at >= day,
    }
}

fn day(date: Date) -> i64 {
    i64::from(date.to_julian_day() - EPOCH)
}
