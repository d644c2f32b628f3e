//! What a mailbox's owner wants done to mail as it comes (pure): tests of a message and what follows where they hold.
//!
//! [`Rule`] is what one filter says. Its values are looked at once, where they are made or read back; so nothing that stands
//! in one is too long, too many or no address. [`Look`] is what of a message the tests see.

mod look;
mod values;

use serde::{Deserialize, Serialize};

pub use look::Look;
pub use values::{FieldName, Keyword, Target, Words};

/// Tests of one rule at most.
pub const TESTS: usize = 12;
/// Actions of one rule at most.
pub const ACTIONS: usize = 8;
/// First byte of [`Rule::to_bytes`]; raised when the layout changes.
const VERSION: u8 = 1;

/// What is looked at in a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Test {
    /// A name or address of `From` holds it.
    From(Words),
    /// A name or address of `To` or `Cc` holds it.
    To(Words),
    /// The subject holds it.
    Subject(Words),
    /// `List-Id` (RFC 2919) holds it.
    List(Words),
    /// A field of this name holds it.
    Field(FieldName, Words),
    /// It brings files.
    HasFiles,
    /// It has more bytes than this.
    Larger(u64),
}

/// What is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Action {
    /// It goes into a folder, by the folder's row: renaming that changes nothing.
    Move(i64),
    /// It gets a keyword.
    Label(Keyword),
    /// It gets \Flagged.
    Star,
    /// It gets \Seen.
    Read,
    /// A copy goes on to an address.
    Forward(Target),
    /// No later filter is asked.
    Stop,
}

/// Why a rule says nothing that could be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// Empty, too long, or with signs that no line has.
    #[error("not a text to look for")]
    Words,
    /// RFC 5322 §2.2
    #[error("not the name of a header field")]
    FieldName,
    /// RFC 9051 §9 `flag-keyword`
    #[error("not a keyword")]
    Keyword,
    /// No address, or one that no server takes.
    #[error("not an address")]
    Address,
    /// None, or more than [`TESTS`].
    #[error("no tests, or too many")]
    Tests,
    /// None, or more than [`ACTIONS`].
    #[error("no actions, or too many")]
    Actions,
    /// Two folders, or two addresses.
    #[error("an action that there can be one of")]
    Twice,
    /// Not what [`Rule::to_bytes`] writes.
    #[error("damaged, or of another version")]
    Damaged,
}

/// What one filter says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Raw", into = "Raw")]
pub struct Rule {
    tests: Vec<Test>,
    all: bool,
    actions: Vec<Action>,
}

/// The same, not looked at yet.
#[derive(Clone, Serialize, Deserialize)]
struct Raw {
    tests: Vec<Test>,
    all: bool,
    actions: Vec<Action>,
}

impl Rule {
    /// All of the tests, or any of them; then these actions.
    ///
    /// # Errors
    /// [`RuleError`]
    pub fn new(tests: Vec<Test>, all: bool, actions: Vec<Action>) -> Result<Self, RuleError> {
        if tests.is_empty() || tests.len() > TESTS {
            return Err(RuleError::Tests);
        }
        if actions.is_empty() || actions.len() > ACTIONS {
            return Err(RuleError::Actions);
        }
        let count = |is: fn(&Action) -> bool| actions.iter().filter(|one| is(one)).count();
        if count(|one| matches!(one, Action::Move(_))) > 1
            || count(|one| matches!(one, Action::Forward(_))) > 1
        {
            return Err(RuleError::Twice);
        }
        Ok(Self {
            tests,
            all,
            actions,
        })
    }

    /// What is looked at.
    pub fn tests(&self) -> &[Test] {
        &self.tests
    }

    /// Whether all tests must hold; else one is enough.
    pub fn wants_all(&self) -> bool {
        self.all
    }

    /// What is done.
    pub fn actions(&self) -> &[Action] {
        &self.actions
    }

    /// Where copies go on to.
    pub fn forward(&self) -> Option<&Target> {
        self.actions.iter().find_map(|action| match action {
            Action::Forward(target) => Some(target),
            _ => None,
        })
    }

    /// Whether the message is meant.
    pub fn holds(&self, look: &Look) -> bool {
        let mut tests = self.tests.iter();
        if self.all {
            tests.all(|test| look.passes(test))
        } else {
            tests.any(|test| look.passes(test))
        }
    }

    /// Bytes for storage.
    pub fn to_bytes(&self) -> Vec<u8> {
        postcard::to_extend(self, vec![VERSION])
            .expect("a Rule has no type that postcard refuses, and a Vec grows")
    }

    /// Reads what [`Rule::to_bytes`] wrote.
    ///
    /// # Errors
    /// [`RuleError::Damaged`]
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, RuleError> {
        match bytes.split_first() {
            Some((&VERSION, rest)) => postcard::from_bytes(rest).map_err(|_| RuleError::Damaged),
            _ => Err(RuleError::Damaged),
        }
    }
}

impl TryFrom<Raw> for Rule {
    type Error = RuleError;

    fn try_from(raw: Raw) -> Result<Self, RuleError> {
        Self::new(raw.tests, raw.all, raw.actions)
    }
}

impl From<Rule> for Raw {
    fn from(rule: Rule) -> Self {
        Self {
            tests: rule.tests,
            all: rule.all,
            actions: rule.actions,
        }
    }
}

/// What all filters of a mailbox, in their order, want done to a message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// The folder that the first of them names.
    pub folder: Option<i64>,
    /// Keywords, each once.
    pub labels: Vec<Keyword>,
    /// \Flagged
    pub star: bool,
    /// \Seen
    pub read: bool,
    /// Where copies go on to, each once.
    pub forwards: Vec<Target>,
}

impl Outcome {
    /// Takes one filter's word; false where no later one is asked.
    pub fn take(&mut self, rule: &Rule) -> bool {
        let mut goes_on = true;
        for action in &rule.actions {
            match action {
                Action::Move(folder) => {
                    self.folder.get_or_insert(*folder);
                }
                Action::Label(keyword) if !self.labels.contains(keyword) => {
                    self.labels.push(keyword.clone());
                }
                Action::Forward(target) if !self.forwards.contains(target) => {
                    self.forwards.push(target.clone());
                }
                Action::Label(_) | Action::Forward(_) => {}
                Action::Star => self.star = true,
                Action::Read => self.read = true,
                Action::Stop => goes_on = false,
            }
        }
        goes_on
    }
}
