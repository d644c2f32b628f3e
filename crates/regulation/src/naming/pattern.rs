//! A naming pattern as data: steps that write an address, a limit, and ways out of a clash.

use super::fold::{Word, words};
use super::{Kind, Part};
use crate::Cited;

/// The `[naming]` section of a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Naming {
    pub(crate) unit: Pattern,
    pub(crate) commune: Option<Pattern>,
    pub(crate) subunit: Pattern,
    pub(crate) person: Pattern,
    pub(crate) group: Pattern,
    pub(crate) account: Option<Pattern>,
    pub(crate) account_address: Option<Pattern>,
}

impl Naming {
    /// The pattern for a kind; a commune without one of its own follows the units.
    pub(crate) fn pattern(&self, kind: Kind) -> Option<&Pattern> {
        match kind {
            Kind::Unit => Some(&self.unit),
            Kind::Commune => Some(self.commune.as_ref().unwrap_or(&self.unit)),
            Kind::Subunit => Some(&self.subunit),
            Kind::Person => Some(&self.person),
            Kind::Group => Some(&self.group),
            Kind::Account => self.account.as_ref(),
            Kind::AccountAddress => self.account_address.as_ref(),
        }
    }
}

/// How one kind of holder is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pattern {
    /// In order; each acts on the words that no earlier one has decided.
    pub(crate) write: Vec<Cited<Write>>,
    /// More letters than this before the first dot, and people must agree (BS.5.1).
    pub(crate) limit: Option<Cited<usize>>,
    /// The text leaves the name open: what is proposed waits for a person (HCM.4.1).
    pub(crate) decide: Option<Cited<()>>,
    /// In order, each on what the one before left.
    pub(crate) clash: Vec<Cited<Way>>,
}

/// What becomes of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    /// All its letters.
    Whole,
    /// Its first letter.
    Initials,
    /// Nothing.
    Dropped,
}

/// One step of writing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Write {
    /// The words a name begins with.
    Lead {
        phrases: Vec<Phrase>,
        /// Only where they are all that is left of the name.
        alone: bool,
        mark: Mark,
    },
    /// The name of a place or an owner inside the name: from one of these phrases to the end.
    From {
        phrases: Vec<Phrase>,
        except: Vec<Phrase>,
        /// For the words before the phrase, where given.
        before: Option<Mark>,
        kind: Mark,
        name: Mark,
    },
    /// The mention of what it belongs to: from one of these phrases to the end, where the name of an owner follows.
    Of {
        phrases: Vec<Phrase>,
        owners: Vec<Phrase>,
    },
    /// The words a name ends with.
    Tail { phrases: Vec<Phrase>, mark: Mark },
    /// These words, wherever they stand.
    Words { phrases: Vec<Phrase>, mark: Mark },
    /// All words that are left.
    Rest(Mark),
    /// Parts of a person's name, in this order.
    Parts { parts: Vec<Part>, mark: Mark },
    /// A dot, and the name of what it belongs to.
    Dot { to: Dot, unless_same: bool },
}

/// What stands after the dot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Dot {
    /// The organisation's short name: its place's suffix (`hl`) where it has one, else its address (`sttvtt`).
    Unit,
    /// The short name of the place above (`hl`).
    Parent,
    /// The ending that all addresses of the profile have (`bimson`).
    Fixed(String),
}

/// One way out of a clash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// Add the organisation after a dot (QN.4.2.b).
    Unit,
    /// Add a number, counting from this one (QN.4.2.c, TQ.5.2).
    Number { from: u32 },
    /// Add the next letters of abbreviated words, beginning with this word (TQ.5.2, SL.5.1.a).
    Letters {
        from: usize,
        /// Give up at a holder whose whole name is the same without marks.
        unless_same_name: bool,
    },
    /// Add the last digits of the year of birth: two, or all four (SL.5.2).
    BirthYear { digits: Digits },
    /// People must agree; what they are offered comes in this style first.
    Agree { offer: Offer },
}

/// How many digits of the year of birth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Digits {
    Two,
    TwoThenFour,
}

/// The style of what is offered where people must agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Offer {
    Letters,
    Digits,
}

/// Words to look for in a name; compared with their marks, unless the name was typed without any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Phrase(Vec<Word>);

impl Phrase {
    /// A phrase, if the text has any words.
    pub(crate) fn new(text: &str) -> Option<Self> {
        let words = words(text);
        (!words.is_empty()).then_some(Self(words))
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The words as written in the profile.
    pub(crate) fn shown(&self) -> String {
        let words: Vec<&str> = self.0.iter().map(|word| word.shown.as_str()).collect();
        words.join(" ")
    }

    /// Whether `name` begins with this phrase; `bare` for a name without any marks.
    pub(crate) fn begins<'w>(&self, name: impl Iterator<Item = &'w Word>, bare: bool) -> bool {
        let mut seen = 0;
        for (mine, theirs) in self.0.iter().zip(name) {
            if mine.folded != theirs.folded || !(bare || mine.marks == theirs.marks) {
                return false;
            }
            seen += 1;
        }
        seen == self.0.len()
    }
}
