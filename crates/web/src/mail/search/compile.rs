//! What a query means in one folder.

use congvu_message::search::Needle;
use congvu_message::search::envelope::Field as InEnvelope;
use congvu_search::Test;
use congvu_store::folder::{Folder, SEPARATOR};

use super::query::{Fault, Field, Term, plain};
use crate::mail::tree::{self, Use};
use crate::site::Lang;

const DAY: i64 = 86_400_000;
/// Vietnam's midnight stands so long before UTC's (ms).
const ZONE: i64 = 7 * 3_600_000;

/// Names that mean every folder.
const EVERYWHERE: [&str; 4] = ["anywhere", "moinoi", "tatca", "moithumuc"];

/// Labels of a mailbox: flag bits and names.
pub(super) type Labels = Vec<(i64, String)>;

/// What a query needs to know of a folder.
pub(super) struct Within<'w> {
    /// What the folder is called, in plain letters.
    names: Vec<String>,
    labels: &'w Labels,
}

impl<'w> Within<'w> {
    pub(super) fn new(folder: &Folder, labels: &'w Labels) -> Self {
        let last = folder.name.rsplit(SEPARATOR).next().unwrap_or_default();
        let mut names = vec![plain(&folder.name), plain(last)];
        for lang in [Lang::Vietnamese, Lang::English] {
            names.push(plain(&tree::label(folder, lang)));
        }
        names.extend(others(Use::of(folder)).iter().map(|&name| name.to_owned()));
        Self { names, labels }
    }

    fn is_called(&self, name: &str) -> bool {
        let name = plain(name);
        EVERYWHERE.contains(&name.as_str()) || self.names.contains(&name)
    }

    pub(super) fn test(&self, term: &Term) -> Test {
        match term {
            Term::All(terms) => Test::And(terms.iter().map(|term| self.test(term)).collect()),
            Term::Any(terms) => any(terms.iter().map(|term| self.test(term))),
            Term::Not(term) => Test::Not(Box::new(self.test(term))),
            Term::Words(text) => any([
                Test::Subject(Needle::new(text)),
                Test::Address(InEnvelope::From, Needle::new(text)),
                Test::Address(InEnvelope::To, Needle::new(text)),
                Test::Address(InEnvelope::Cc, Needle::new(text)),
                Test::FileName(Needle::new(text)),
                Test::Body(Needle::new(text)),
            ]),
            Term::Holds(field, text) => {
                let needle = Needle::new(text);
                match field {
                    Field::From => Test::Address(InEnvelope::From, needle),
                    Field::To => Test::Address(InEnvelope::To, needle),
                    Field::Cc => Test::Address(InEnvelope::Cc, needle),
                    Field::Bcc => Test::Address(InEnvelope::Bcc, needle),
                    Field::Subject => Test::Subject(needle),
                    Field::FileName => Test::FileName(needle),
                }
            }
            Term::HasFile => Test::HasFile,
            Term::Flag(bit, has) => Test::Flag(*bit, *has),
            Term::Before(day) => Test::Received(i64::MIN, start(*day)),
            Term::Since(day) => Test::Received(start(*day), i64::MAX),
            Term::On(day) => Test::Received(start(*day), start(*day) + DAY),
            Term::Larger(size) => Test::Larger(*size),
            Term::Smaller(size) => Test::Smaller(*size),
            Term::In(name) if self.is_called(name) => Test::And(Vec::new()),
            Term::In(_) => none(),
            Term::Label(name) => {
                let bits = bits(self.labels, name).into_iter();
                any(bits.map(|bit| Test::Flag(bit, true)))
            }
        }
    }
}

/// Other names of the folders that every mailbox has.
fn others(what: Use) -> &'static [&'static str] {
    match what {
        Use::Inbox => &["inbox", "thuden", "den"],
        Use::Drafts => &["drafts", "draft", "nhap"],
        Use::Scheduled => &["scheduled", "hengui"],
        Use::Sent => &["sent", "thudagui", "gui"],
        Use::Snoozed => &["snoozed", "xemlai"],
        Use::Archive => &["archive"],
        Use::Junk => &["junk", "spam", "rac"],
        Use::Trash => &["trash", "bin", "thungrac", "xoa"],
        Use::None => &[],
    }
}

fn start(day: i64) -> i64 {
    day * DAY - ZONE
}

fn none() -> Test {
    Test::Uids(Vec::new().into())
}

fn any(tests: impl IntoIterator<Item = Test>) -> Test {
    let either = |a, b| Test::Or(Box::new(a), Box::new(b));
    tests.into_iter().reduce(either).unwrap_or_else(none)
}

/// The flag bits of the labels that go by a name.
fn bits(labels: &Labels, name: &str) -> Vec<i64> {
    let name = plain(name);
    let named = labels.iter().filter(|(_, known)| plain(known) == name);
    let mut bits: Vec<i64> = named.map(|(bit, _)| *bit).collect();
    bits.sort_unstable();
    bits.dedup();
    bits
}

/// Whether the folders that are named, and the labels, are there.
pub(super) fn check(term: &Term, all: &[Within<'_>], labels: &Labels) -> Result<(), Fault> {
    match term {
        Term::All(terms) | Term::Any(terms) => {
            terms.iter().try_for_each(|term| check(term, all, labels))
        }
        Term::Not(term) => check(term, all, labels),
        Term::In(name) if !all.iter().any(|folder| folder.is_called(name)) => {
            Err(Fault::Folder(name.clone()))
        }
        Term::Label(name) if bits(labels, name).is_empty() => Err(Fault::Label(name.clone())),
        _ => Ok(()),
    }
}

/// Whether the query says itself which folders it is about.
pub(super) fn names_folders(term: &Term) -> bool {
    match term {
        Term::All(terms) | Term::Any(terms) => terms.iter().any(names_folders),
        Term::In(_) => true,
        _ => false,
    }
}
