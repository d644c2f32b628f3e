//! Patterns of file names: `*.exe`, `autorun.inf`.

use std::fmt;

use super::file_name::FileName;

/// A pattern of file names, as the texts write them (QN.2.7): `*.` and an ending, or a whole name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    written: String,
    /// `.exe` where it begins with a star; else empty.
    ending: String,
}

impl Pattern {
    /// Reads a pattern: small letters, digits, dots, hyphens and underscores, with a star only at the beginning and
    /// before a dot.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let ending = text.strip_prefix('*');
        let rest = ending.unwrap_or(text);
        let is_sound =
            |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | '_');
        if rest.len() < 2
            || rest.len() > 40
            || rest.ends_with('.')
            || !rest.chars().all(is_sound)
            || (ending.is_some() && !rest.starts_with('.'))
        {
            return None;
        }
        Some(Self {
            written: text.to_owned(),
            ending: ending.unwrap_or_default().to_owned(),
        })
    }

    /// Whether a file of this name is meant, in any of the ways in which programs read the name.
    pub(super) fn is(&self, name: &FileName) -> bool {
        name.readings().iter().any(|reading| {
            if self.ending.is_empty() {
                *reading == self.written
            } else {
                reading.ends_with(&self.ending)
            }
        })
    }

    /// Whether a file with this ending is meant.
    pub(super) fn is_ending(&self, ending: &str) -> bool {
        self.ending.strip_prefix('.') == Some(ending)
    }
}

/// As written: `*.exe`.
impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_read() {
        for good in ["*.exe", "*.tar.gz", "*.appref-ms", "autorun.inf", "*.7z"] {
            assert_eq!(
                Pattern::new(good).map(|p| p.to_string()).as_deref(),
                Some(good)
            );
        }
        for bad in [
            "", "*", "*.", "*exe", "*.EXE", "*.e*", "a*.exe", "*. exe", "*.exé", "x", "**.exe",
            "*.exe.",
        ] {
            assert_eq!(Pattern::new(bad), None, "{bad}");
        }
    }
}
