//! The values in a rule.

use serde::{Deserialize, Serialize};

use super::RuleError;
use crate::address::Address;

/// The longest text to look for, in letters.
const WORDS: usize = 200;
/// The longest name of a field, in bytes.
const NAME: usize = 76;
/// The longest keyword, in bytes.
const KEYWORD: usize = 60;

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident, $error:ident, $check:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Looks at it.
            ///
            /// # Errors
            /// It is none.
            pub fn new(text: &str) -> Result<Self, RuleError> {
                let text = text.trim();
                let check: fn(&str) -> bool = $check;
                if check(text) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(RuleError::$error)
                }
            }

            /// As written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = RuleError;

            fn try_from(text: String) -> Result<Self, RuleError> {
                Self::new(&text)
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0
            }
        }
    )*};
}

texts! {
    /// A text to look for, without regard to case; one without marks finds every text that reads so.
    Words, Words, |text| {
        !text.is_empty() && text.chars().count() <= WORDS && !text.contains(char::is_control)
    };
    /// The name of a header field (RFC 5322 §2.2).
    FieldName, FieldName, |text| {
        !text.is_empty()
            && text.len() <= NAME
            && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b':')
    };
    /// An IMAP keyword (RFC 9051 §9 `flag-keyword`), of letters that all programs take.
    Keyword, Keyword, |text| {
        !text.is_empty()
            && text.len() <= KEYWORD
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.$".contains(&byte))
    };
    /// An address that copies go on to.
    Target, Address, |text| Address::parse(text).is_ok_and(|address| address.domain().contains('.'));
}

impl Target {
    /// The address.
    pub fn address(&self) -> Option<Address> {
        Address::parse(&self.0).ok()
    }
}
