//! One row of the index.

use crate::ClauseId;

/// What the software owes a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// The software enforces it, with no way round it.
    Enforced,
    /// A tool for it works end to end.
    Tool,
    /// A part is enforced, for a part there is a tool.
    EnforcedAndTool,
    /// A duty of people, of which the software enforces a part.
    GuidanceAndEnforced,
    /// A duty of people: the software shows it where the person is about to act.
    Guidance,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 5] = [
        Self::Enforced,
        Self::Tool,
        Self::EnforcedAndTool,
        Self::GuidanceAndEnforced,
        Self::Guidance,
    ];

    /// As the files write it: `G/E`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Enforced => "E",
            Self::Tool => "T",
            Self::EnforcedAndTool => "E/T",
            Self::GuidanceAndEnforced => "G/E",
            Self::Guidance => "G",
        }
    }

    /// As people read it.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Enforced => "phần mềm bắt buộc",
            Self::Tool => "công cụ",
            Self::EnforcedAndTool => "phần mềm bắt buộc và công cụ",
            Self::GuidanceAndEnforced => "nhắc người dùng và phần mềm bắt buộc",
            Self::Guidance => "nhắc người dùng",
        }
    }

    /// Whether the software has something to do beside showing the clause: a test must show it.
    #[must_use]
    pub fn needs_test(self) -> bool {
        self != Self::Guidance
    }
}

/// How far it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// All that the software does about it works and is shown by tests.
    Yes,
    /// A part of it.
    Partly,
    /// Nothing yet.
    Planned,
}

impl State {
    /// All states, the best first.
    pub const ALL: [Self; 3] = [Self::Yes, Self::Partly, Self::Planned];

    /// As the files write it: `partly`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::Partly => "partly",
            Self::Planned => "planned",
        }
    }

    /// As people read it.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Yes => "đã làm",
            Self::Partly => "một phần",
            Self::Planned => "dự kiến",
        }
    }
}

/// What a clause asks and how far the software does it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    pub(super) line: usize,
    pub(super) ids: Vec<ClauseId>,
    pub(super) kind: Kind,
    pub(super) says: String,
    pub(super) does: String,
    pub(super) state: State,
    pub(super) code: Vec<String>,
    pub(super) tests: Vec<String>,
    pub(super) note: Option<String>,
}

impl Clause {
    /// Where it stands in its file.
    #[must_use]
    pub fn line(&self) -> usize {
        self.line
    }

    /// The clauses that one row tells of; at least one.
    #[must_use]
    pub fn ids(&self) -> &[ClauseId] {
        &self.ids
    }

    /// The ids as people read them: `QN.2.7, QN.15.6`.
    #[must_use]
    pub fn name(&self) -> String {
        let ids: Vec<&str> = self.ids.iter().map(ClauseId::as_str).collect();
        ids.join(", ")
    }

    /// What the software owes it.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// What it says, in short, in Vietnamese.
    #[must_use]
    pub fn says(&self) -> &str {
        &self.says
    }

    /// What the software does when all is done, in Vietnamese.
    #[must_use]
    pub fn does(&self) -> &str {
        &self.does
    }

    /// How far it is done.
    #[must_use]
    pub fn state(&self) -> State {
        self.state
    }

    /// Files and folders where it is done.
    #[must_use]
    pub fn code(&self) -> &[String] {
        &self.code
    }

    /// The tests that show it: `path::function`.
    #[must_use]
    pub fn tests(&self) -> &[String] {
        &self.tests
    }

    /// What is missing, or how the text is read.
    #[must_use]
    pub fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }
}
