//! Mail that goes on by itself: automatic forwards, and continuous fetching from other accounts (QN.14.8).

mod domain;
mod looser;
mod read;

use std::fmt;

use self::domain::Domain;
pub use self::domain::DomainPattern;
pub(crate) use self::read::{overlay_rule, rule};
use crate::content::Effect;
use crate::{Origin, Row, Section, Value};

/// How much of a domain is repeated in an answer, in characters.
const SHOWN: usize = 80;

/// Where mail may go on to, and be fetched from, by itself. A profile has one ([`crate::Profile::forwarding`]).
///
/// It binds whoever sets a forward and in whatever way: the user, a filter, an administrator, an app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    own: String,
    /// Each list counts: a domain is allowed that is on all of them. An empty list: none but our own domain.
    allowed: Vec<Value<Vec<DomainPattern>>>,
    elsewhere: Value<Effect>,
    fetching: Value<Effect>,
}

/// The answer about one domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What becomes of it.
    pub effect: Effect,
    /// Sentences in Vietnamese for whoever sets it; empty where there is nothing to say.
    pub text: String,
    /// What sets the effect; for what is allowed, the list it is on.
    pub origin: Origin,
}

/// The sentences and, in brackets, the clause or the mark of a local setting.
impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.text, self.origin)
    }
}

impl Rule {
    /// A rule that lets mail go anywhere, which values are then set in.
    pub(crate) fn nothing(origin: &Origin) -> Self {
        let effect = Value {
            value: Effect::Pass,
            origin: origin.clone(),
        };
        Self {
            own: String::new(),
            allowed: Vec::new(),
            elsewhere: effect.clone(),
            fetching: effect,
        }
    }

    /// Decides over an automatic forward to an address of this domain.
    #[must_use]
    pub fn decide(&self, target: &str) -> Decision {
        self.answer(target, &self.elsewhere, |domain| {
            format!(
                "Không đặt chuyển thư tự động tới “{domain}”: đây không phải tên miền thư do cơ quan nhà nước cấp trong danh mục được phép. Nếu cần, hãy chuyển tiếp từng thư, hoặc chọn một hộp thư công vụ khác."
            )
        })
    }

    /// Decides over continuous fetching from an account at this domain. A single import is none (QN.13.7).
    #[must_use]
    pub fn decide_fetching(&self, source: &str) -> Decision {
        self.answer(source, &self.fetching, |domain| {
            format!(
                "Không đặt tự động lấy thư từ “{domain}” về hộp thư công vụ: đây không phải tên miền thư do cơ quan nhà nước cấp trong danh mục được phép. Nếu cần chuyển dữ liệu cũ, hãy nhập thư một lần."
            )
        })
    }

    /// The stricter of the two in each value; where they are equal, this one's origin stays.
    #[must_use]
    pub fn stricter(&self, other: &Self) -> Self {
        let more = |one: &Value<Effect>, other: &Value<Effect>| {
            if other.value > one.value { other } else { one }.clone()
        };
        let mut allowed = self.allowed.clone();
        for list in &other.allowed {
            if !allowed.iter().any(|known| known.value == list.value) {
                allowed.push(list.clone());
            }
        }
        Self {
            own: self.own.clone(),
            allowed,
            elsewhere: more(&self.elsewhere, &other.elsewhere),
            fetching: more(&self.fetching, &other.fetching),
        }
    }

    fn answer(&self, text: &str, effect: &Value<Effect>, why: fn(&str) -> String) -> Decision {
        let domain = Domain::new(text);
        let is_on = |list: &&Value<Vec<DomainPattern>>| {
            domain
                .as_ref()
                .is_some_and(|domain| list.value.iter().any(|pattern| pattern.is(domain)))
        };
        let is_own = domain.is_some() && domain == Domain::new(&self.own);
        let is_allowed =
            is_own || (self.allowed.iter().all(|list| is_on(&list)) && !self.allowed.is_empty());
        if is_allowed || effect.value == Effect::Pass {
            let list = self.allowed.first();
            return Decision {
                effect: Effect::Pass,
                text: String::new(),
                origin: list.map_or_else(|| effect.origin.clone(), |list| list.origin.clone()),
            };
        }
        let plain = |c: &char| !c.is_control() && (c.is_alphanumeric() || c.is_ascii_punctuation());
        let shown: String = text.chars().filter(plain).take(SHOWN).collect();
        let mut barring = self.allowed.iter().filter(|list| !is_on(list)).peekable();
        // Where the list that bars the domain and the effect were set by two, the list is what makes the difference.
        let origin = match barring.peek() {
            Some(first) => {
                let first = &first.origin;
                let is_of_effect =
                    |list: &Value<Vec<DomainPattern>>| list.origin.is_of_one_with(&effect.origin);
                if barring.any(is_of_effect) {
                    &effect.origin
                } else {
                    first
                }
            }
            None => &effect.origin,
        };
        Decision {
            effect: effect.value,
            text: why(&shown),
            origin: origin.clone(),
        }
    }

    /// The values in the order of the file.
    pub(crate) fn sections(&self) -> Vec<Section> {
        let row = |key: &str, label: &str, value: String, origin: &Origin| Row {
            key: format!("forwarding.{key}"),
            label: label.to_owned(),
            value,
            origin: origin.clone(),
        };
        let mut rows: Vec<Row> = self
            .allowed
            .iter()
            .map(|list| {
                let told: Vec<String> = list.value.iter().map(ToString::to_string).collect();
                let value = if told.is_empty() {
                    format!("chỉ {}", self.own)
                } else {
                    told.join(", ")
                };
                row(
                    "allowed",
                    "Tên miền được chuyển thư tự động tới",
                    value,
                    &list.origin,
                )
            })
            .collect();
        for (key, label, value) in [
            (
                "elsewhere",
                "Chuyển thư tự động tới nơi khác",
                &self.elsewhere,
            ),
            ("fetching", "Tự động lấy thư từ nơi khác", &self.fetching),
        ] {
            rows.push(row(key, label, value.value.to_string(), &value.origin));
        }
        vec![Section {
            title: "Chuyển thư tự động",
            rows,
        }]
    }
}
