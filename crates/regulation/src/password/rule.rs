//! The rule that passwords follow: each value with what set it.

use std::fmt;

use crate::calendar::Term;
use crate::tree::days;
use crate::{Date, Origin, Value};

/// A kind of character of which a password must have one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Class {
    /// Chữ thường.
    Lower,
    /// Chữ in hoa.
    Upper,
    /// Chữ số.
    Digit,
    /// Ký tự đặc biệt: any that is neither letter nor digit nor space.
    Special,
    /// One of these special characters (SL.6.2).
    OneOf(String),
}

impl Class {
    /// Whether a character is of this kind.
    #[must_use]
    pub fn has(&self, letter: char) -> bool {
        match self {
            Self::Lower => letter.is_lowercase(),
            Self::Upper => letter.is_uppercase(),
            Self::Digit => letter.is_ascii_digit(),
            Self::Special => {
                !letter.is_alphanumeric()
                    && !letter.is_whitespace()
                    && !letter.is_control()
                    && !unicode_normalization::char::is_combining_mark(letter)
            }
            Self::OneOf(set) => set.contains(letter),
        }
    }

    /// Whether a password that has one of this kind has one of the other too.
    pub(super) fn implies(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::OneOf(set), other) => set.chars().all(|letter| other.has(letter)),
            (one, other) => one == other,
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lower => f.write_str("chữ thường"),
            Self::Upper => f.write_str("chữ in hoa"),
            Self::Digit => f.write_str("chữ số"),
            Self::Special => f.write_str("ký tự đặc biệt"),
            Self::OneOf(set) => {
                f.write_str("ký tự đặc biệt trong số")?;
                set.chars().try_for_each(|letter| write!(f, " {letter}"))
            }
        }
    }
}

/// What passwords must be like. A profile has one ([`crate::Profile::password`]); a stricter one can be laid on it
/// ([`Rule::stricter`]).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    pub(super) minimum_length: Value<u16>,
    pub(super) classes: Vec<Value<Class>>,
    pub(super) expires: Value<Option<Term>>,
    pub(super) names_refused: Value<bool>,
    pub(super) history: Value<u8>,
    pub(super) common_refused: Value<bool>,
    pub(super) change_at_first_sign_in: Value<bool>,
}

impl Rule {
    /// A rule that asks for nothing, which values are then set in.
    pub(crate) fn nothing(origin: &Origin) -> Self {
        fn value<T>(value: T, origin: &Origin) -> Value<T> {
            Value {
                value,
                origin: origin.clone(),
            }
        }
        Self {
            minimum_length: value(1, origin),
            classes: Vec::new(),
            expires: value(None, origin),
            names_refused: value(false, origin),
            history: value(0, origin),
            common_refused: value(false, origin),
            change_at_first_sign_in: value(false, origin),
        }
    }

    /// The least number of characters.
    #[must_use]
    pub fn minimum_length(&self) -> &Value<u16> {
        &self.minimum_length
    }

    /// The kinds of characters of which a password must have one each.
    #[must_use]
    pub fn classes(&self) -> &[Value<Class>] {
        &self.classes
    }

    /// How long a password may be used; `None` where it does not expire.
    #[must_use]
    pub fn expires(&self) -> &Value<Option<Term>> {
        &self.expires
    }

    /// Whether it must not contain the names of the organisation, the sub-unit and the person (TQ.6.2).
    #[must_use]
    pub fn names_refused(&self) -> &Value<bool> {
        &self.names_refused
    }

    /// How many of the last passwords are not used again.
    #[must_use]
    pub fn history(&self) -> &Value<u8> {
        &self.history
    }

    /// Whether common and easily guessed passwords are refused.
    #[must_use]
    pub fn common_refused(&self) -> &Value<bool> {
        &self.common_refused
    }

    /// Whether a password that somebody else set must be changed at the first sign-in (TQ.6.1, SL.6.1, HCM.8.3.b,
    /// BS.III.11).
    #[must_use]
    pub fn change_at_first_sign_in(&self) -> &Value<bool> {
        &self.change_at_first_sign_in
    }

    /// The stricter of the two in each value; where they are equal, this one's origin stays.
    #[must_use]
    pub fn stricter(&self, other: &Self) -> Self {
        Self {
            minimum_length: more(&self.minimum_length, &other.minimum_length, |length| {
                u32::from(*length)
            }),
            classes: united(&self.classes, &other.classes),
            expires: more(&self.expires, &other.expires, |term| {
                u32::MAX - term.map_or(u32::MAX, days)
            }),
            names_refused: more(&self.names_refused, &other.names_refused, |is| {
                u32::from(*is)
            }),
            history: more(&self.history, &other.history, |number| u32::from(*number)),
            common_refused: more(&self.common_refused, &other.common_refused, |is| {
                u32::from(*is)
            }),
            change_at_first_sign_in: more(
                &self.change_at_first_sign_in,
                &other.change_at_first_sign_in,
                |is| u32::from(*is),
            ),
        }
    }

    /// The last day on which a password may be used that was changed on this day (QN.15.2, HCM.8.3.b, SL.6.1: calendar
    /// months); `None` where passwords do not expire.
    #[must_use]
    pub fn expires_at(&self, changed_on: Date) -> Option<Date> {
        self.expires.value.map(|term| match term {
            Term::Days(number) | Term::WorkingDays(number) => changed_on.plus_days(number.into()),
            Term::Months(number) => changed_on.plus_months(number.into()),
            Term::Years(number) => changed_on.plus_months(u32::from(number) * 12),
        })
    }

    /// The rule in sentences for people, each with what set it.
    #[must_use]
    pub fn explain(&self) -> Vec<String> {
        let mut lines = vec![format!(
            "Mật khẩu có ít nhất {} ký tự ({}).",
            self.minimum_length.value, self.minimum_length.origin
        )];
        for class in &self.classes {
            lines.push(format!(
                "Có ít nhất một {} ({}).",
                class.value, class.origin
            ));
        }
        if self.names_refused.value {
            lines.push(format!(
                "Không chứa tên tổ chức, tên phòng ban và tên cá nhân ({}).",
                self.names_refused.origin
            ));
        }
        if self.common_refused.value {
            lines.push(format!(
                "Không phải mật khẩu phổ biến, dễ đoán ({}).",
                self.common_refused.origin
            ));
        }
        if self.history.value > 0 {
            lines.push(format!(
                "Không dùng lại {} mật khẩu gần nhất ({}).",
                self.history.value, self.history.origin
            ));
        }
        lines.push(match self.expires.value {
            Some(term) => format!("Đổi mật khẩu {term} một lần ({}).", self.expires.origin),
            None => format!("Mật khẩu không hết hạn ({}).", self.expires.origin),
        });
        if self.change_at_first_sign_in.value {
            lines.push(format!(
                "Đổi mật khẩu ngay lần đăng nhập đầu tiên ({}).",
                self.change_at_first_sign_in.origin
            ));
        }
        lines
    }
}

/// The one that asks for more.
fn more<T: Clone>(one: &Value<T>, other: &Value<T>, asks: fn(&T) -> u32) -> Value<T> {
    if asks(&other.value) > asks(&one.value) {
        other.clone()
    } else {
        one.clone()
    }
}

/// What both ask for, without what another of them implies.
fn united(one: &[Value<Class>], other: &[Value<Class>]) -> Vec<Value<Class>> {
    let mut all: Vec<Value<Class>> = one.to_vec();
    for class in other {
        if all.iter().any(|known| known.value.implies(&class.value)) {
            continue;
        }
        all.retain(|known| !class.value.implies(&known.value));
        all.push(class.clone());
    }
    all
}
