//! What is wrong with a password, all at once.

use std::fmt;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::common::weakness;
use super::names::Names;
use super::rule::Rule;
use crate::Origin;

/// The longest password, in characters: no more is hashed.
pub const LONGEST: usize = 128;

/// Something in a password that the rule refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// A sentence in Vietnamese. It never repeats the password; a name found in it is named.
    pub text: String,
    /// What refuses it.
    pub origin: Origin,
}

/// The sentence and, in brackets, the clause or the mark of a local setting.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.text, self.origin)
    }
}

/// Checks a password against a rule. `names` are those of its mailbox, and count where the rule refuses them. `reused`
/// says whether the password is one of the last [`Rule::history`] ones; it is asked once, where there are such.
///
/// The verdict is the same for the composed and the decomposed form of a text (NFC, NFD).
#[must_use]
pub fn check(
    rule: &Rule,
    candidate: &str,
    names: &Names,
    reused: impl Fn(&str) -> bool,
) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut fault = |text: String, origin: &Origin| {
        faults.push(Fault {
            text,
            origin: origin.clone(),
        });
    };
    let letters: Vec<char> = candidate.nfc().collect();
    let length = letters
        .iter()
        .filter(|letter| !is_combining_mark(**letter))
        .count();
    let least = &rule.minimum_length;
    if length < usize::from(least.value) {
        let text = format!(
            "Mật khẩu phải có ít nhất {} ký tự; mật khẩu này có {length} ký tự.",
            least.value
        );
        fault(text, &least.origin);
    }
    // Beyond, nothing more is looked at: the time it takes is bounded.
    if letters.len() > LONGEST {
        let text = format!("Mật khẩu có nhiều nhất {LONGEST} ký tự.");
        fault(text, &Origin::System);
        return faults;
    }
    if letters.iter().any(|letter| letter.is_control()) {
        let text = "Mật khẩu không được có ký tự điều khiển (xuống dòng, tab).".to_owned();
        fault(text, &Origin::System);
    }
    for class in &rule.classes {
        if !letters.iter().any(|letter| class.value.has(*letter)) {
            let text = format!("Mật khẩu phải có ít nhất một {}.", class.value);
            fault(text, &class.origin);
        }
    }
    if rule.names_refused.value {
        for (of, name) in names.found_in(candidate) {
            let text = format!("Mật khẩu không được chứa {} (“{name}”).", of.noun());
            fault(text, &rule.names_refused.origin);
        }
    }
    if rule.common_refused.value
        && let Some(weakness) = weakness(candidate)
    {
        fault(weakness.text().to_owned(), &rule.common_refused.origin);
    }
    if rule.history.value > 0 && reused(candidate) {
        let text = format!(
            "Mật khẩu này đã dùng gần đây; không dùng lại {} mật khẩu gần nhất.",
            rule.history.value
        );
        fault(text, &rule.history.origin);
    }
    faults
}
