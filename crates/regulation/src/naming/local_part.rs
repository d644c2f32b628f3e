//! What can stand before the @, and what may be given.

use super::reserved::looks_reserved;
use super::{Holder, Taken, is_reserved};

/// The longest local part, in octets (RFC 5321 §4.5.3.1.1).
pub const LONGEST: usize = 64;

/// Whether this is a local part as we give them: a dot-string (RFC 5321 §4.1.2) of small letters a–z and digits, of at
/// most [`LONGEST`] octets.
#[must_use]
pub fn is_local_part(text: &str) -> bool {
    text.len() <= LONGEST && is_dotted(text)
}

/// Parts of a–z and digits with dots between.
pub(super) fn is_dotted(text: &str) -> bool {
    text.split('.').all(|part| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    })
}

/// How it stands with a local part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Standing {
    /// It may be given.
    Free,
    /// Somebody has or had it.
    Taken(Holder),
    /// It belongs to the system.
    Reserved,
    /// It is longer than an address may be.
    TooLong,
}

impl Standing {
    pub(super) fn of(local_part: &str, taken: &dyn Taken) -> Self {
        if !is_local_part(local_part) {
            return Self::TooLong;
        }
        if is_reserved(local_part) || looks_reserved(local_part) {
            return Self::Reserved;
        }
        taken.holder(local_part).map_or(Self::Free, Self::Taken)
    }

    /// Why it cannot be given, for a person.
    pub(super) fn told(&self) -> &'static str {
        match self {
            Self::Free => "dùng được",
            Self::Taken(Holder { retired: true, .. }) => {
                "đã ngừng dùng và không cấp lại cho người khác"
            }
            Self::Taken(_) => "đã có người dùng",
            Self::Reserved => "dành cho hệ thống",
            Self::TooLong => "dài quá 64 ký tự, giới hạn của địa chỉ thư",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dot_strings() {
        for (text, good) in [
            ("skhcn", true),
            ("hoant90.skhcn", true),
            ("a.b.c", true),
            ("", false),
            (".a", false),
            ("a.", false),
            ("a..b", false),
            ("A", false),
            ("a b", false),
            ("đ", false),
        ] {
            assert_eq!(is_local_part(text), good, "{text}");
        }
        assert!(is_local_part(&"a".repeat(64)));
        assert!(!is_local_part(&"a".repeat(65)));
    }
}
