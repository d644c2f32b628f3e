//! What is wrong with a configuration, in words for the person who wrote it.

use std::fmt;
use std::path::PathBuf;

/// Where something was set.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    /// In the file; the line from 1, where it stands on one.
    File {
        /// The file.
        path: PathBuf,
        /// The line.
        line: Option<usize>,
    },
    /// In the environment variable of this name.
    Variable(String),
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    /// Where.
    pub(crate) place: Place,
    /// The key (`smtp.listen`); empty where it is about the whole file.
    pub(crate) key: String,
    /// What is wrong, in Vietnamese.
    pub(crate) wrong: String,
    /// What is expected, in Vietnamese.
    pub(crate) expected: String,
    /// The name that was likely meant.
    pub(crate) suggestion: Option<String>,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::File {
                path,
                line: Some(line),
            } => write!(f, "{}:{line}: ", path.display())?,
            Place::File { path, line: None } => write!(f, "{}: ", path.display())?,
            Place::Variable(name) => write!(f, "biến môi trường {name}: ")?,
        }
        if !self.key.is_empty() {
            write!(f, "{}: ", self.key)?;
        }
        write!(f, "{}", self.wrong)?;
        if !self.expected.is_empty() {
            write!(f, "; cần: {}", self.expected)?;
        }
        if let Some(suggestion) = &self.suggestion {
            write!(f, "; có phải ý bạn là `{suggestion}`?")?;
        }
        Ok(())
    }
}

/// Everything that is wrong, by place. Never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Findings(Vec<Finding>);

impl Findings {
    pub(super) fn new(mut findings: Vec<Finding>) -> Self {
        findings.sort_by(|one, other| (&one.place, &one.key).cmp(&(&other.place, &other.key)));
        Self(findings)
    }

    /// The findings: those of the file by line, then those of the variables by name.
    #[cfg(test)]
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Finding> {
        self.0.iter()
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cấu hình có {} chỗ cần sửa:", self.0.len())?;
        self.0
            .iter()
            .try_for_each(|finding| write!(f, "\n  {finding}"))
    }
}

impl std::error::Error for Findings {}
