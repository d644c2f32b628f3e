//! What the keys of SEARCH mean in a session; `congvu-search` finds who has them.

use std::sync::Arc;

use congvu_message::search::Needle;
use congvu_message::search::envelope::Field;
use congvu_search::ranges::{merge, minus};
use congvu_search::{DateTest, Finds, Hunt, Test, Watch};
use congvu_store::now_ms;

use crate::fetch::ZONE_MINUTES;
use crate::response::{parse_email_id, parse_thread_id};
use crate::session::flags::Keywords;
use crate::session::{Failure, Selected, Session};
use crate::types::{AddressField, Date, SearchKey};

/// 1 January 1970.
const EPOCH: i32 = 2_440_588;
const DAY: i64 = 86_400;

/// Looks for `key` among the messages of the view.
pub(crate) fn hunt_for(selected: &Selected, key: &SearchKey) -> Hunt {
    let compile = Compile {
        selected,
        keywords: &selected.keywords,
        now: now_ms(),
        recent: selected.recent.clone().into(),
    };
    // What is known to be gone is not found, though its number is still to be told.
    let ranges = minus(
        &selected.view.ranges().collect::<Vec<_>>(),
        &merge(selected.held.clone()),
    );
    Hunt::new(selected.folder, ranges, compile.test(key)).with_modseqs(key.has_mod_seq())
}

/// What the keys of a command mean in this session.
struct Compile<'a> {
    selected: &'a Selected,
    keywords: &'a Keywords,
    now: i64,
    recent: Arc<[(u32, u32)]>,
}

impl Compile<'_> {
    fn test(&self, key: &SearchKey) -> Test {
        use SearchKey as K;
        let all = |keys: &[K]| keys.iter().map(|key| self.test(key)).collect();
        let ago = |seconds: u32| self.now - i64::from(seconds) * 1000;
        let recent = || Test::Uids(Arc::clone(&self.recent));
        match key {
            K::All => Test::And(Vec::new()),
            K::And(keys) => Test::And(all(keys)),
            K::Or(a, b) => Test::Or(Box::new(self.test(a)), Box::new(self.test(b))),
            K::Not(key) => Test::Not(Box::new(self.test(key))),
            K::Messages(set) => Test::Uids(self.selected.spans(set).into()),
            K::Has(flag) => match self.keywords.bit(flag) {
                Some(bit) => Test::Flag(bit, true),
                None => Test::Uids(Arc::default()),
            },
            K::Lacks(flag) => match self.keywords.bit(flag) {
                Some(bit) => Test::Flag(bit, false),
                None => Test::And(Vec::new()),
            },
            K::Recent => recent(),
            K::New => Test::And(vec![
                recent(),
                Test::Flag(congvu_store::keyword::flag::SEEN, false),
            ]),
            K::Old => Test::Not(Box::new(recent())),
            K::ModSeq(least) => Test::ModSeq(i64::try_from(*least).unwrap_or(i64::MAX)),
            K::EmailId(id) => match parse_email_id(id) {
                Some(object) => Test::Object(object),
                None => Test::Uids(Arc::default()),
            },
            K::ThreadId(id) => match parse_thread_id(id) {
                Some(conversation) => Test::Conversation(conversation),
                None => Test::Uids(Arc::default()),
            },
            K::Younger(seconds) => Test::Received(ago(*seconds), i64::MAX),
            K::Older(seconds) => Test::Received(i64::MIN, ago(*seconds) + 1),
            other => of_message(other),
        }
    }
}

/// A key that asks for nothing but the message.
fn of_message(key: &SearchKey) -> Test {
    use SearchKey as K;
    let needle = |text: &str| Needle::new(text);
    match key {
        K::Internal(test, date) => {
            let (from, to) = moments(*test, *date);
            Test::Received(from, to)
        }
        K::Saved(test, date) => {
            let (from, to) = moments(*test, *date);
            Test::Saved(from, to)
        }
        K::Sent(test, date) => Test::Sent(*test, day(*date)),
        K::Larger(size) => Test::Larger(*size),
        K::Smaller(size) => Test::Smaller(*size),
        K::Subject(text) => Test::Subject(needle(text)),
        K::Address(field, text) => Test::Address(
            match field {
                AddressField::Bcc => Field::Bcc,
                AddressField::Cc => Field::Cc,
                AddressField::From => Field::From,
                AddressField::To => Field::To,
            },
            needle(text),
        ),
        K::Header(name, text) if name.eq_ignore_ascii_case("Message-ID") => {
            Test::Written(Field::MessageId, needle(text))
        }
        K::Header(name, text) if name.eq_ignore_ascii_case("In-Reply-To") => {
            Test::Written(Field::InReplyTo, needle(text))
        }
        K::Header(name, text) => Test::Header(name.clone(), needle(text)),
        K::Body(text) => Test::Body(needle(text)),
        K::Text(text) => Test::Text(needle(text)),
        // The rest belongs to the session.
        _ => Test::And(Vec::new()),
    }
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

fn day(date: Date) -> i64 {
    i64::from(date.to_julian_day() - EPOCH)
}

impl Watch for Session {
    type Error = Failure;

    fn alive(&mut self) -> Result<(), Failure> {
        Ok(self.check_alive()?)
    }

    async fn progress(&mut self, done: u64, goal: u64) -> Result<(), Failure> {
        Ok(self.tell_progress(done, goal).await?)
    }
}

impl Session {
    /// Finds all there are.
    pub(crate) async fn hunt(&mut self, hunt: Hunt) -> Result<Finds, Failure> {
        let server = Arc::clone(&self.server);
        congvu_search::all(&server.store, &server.readers, hunt, self).await
    }
}
