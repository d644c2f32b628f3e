//! The content rule of a profile: its values, each with what set it.

use super::concern::Concern;
use super::effect::{Direction, Effect, Effects};
use super::pattern::Pattern;
use super::real_type::RealType;
use crate::{MailboxKind, Origin, Value};

/// What messages may carry. A profile has one ([`crate::Profile::content`]); a stricter one can be laid on it
/// ([`Rule::stricter`]).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// One for each of [`Concern::ALL`], in that order.
    pub(super) effects: [Effects; Concern::ALL.len()],
    pub(super) executable_names: Vec<Value<Pattern>>,
    pub(super) executable_types: Vec<Value<RealType>>,
    pub(super) limit_personal: Value<u64>,
    pub(super) limit_unit: Value<u64>,
    /// Each list counts: a file is allowed that is on all of them. `None`: any kind.
    pub(super) allowed: Vec<Value<Option<Vec<Pattern>>>>,
    pub(super) categories: Value<Vec<String>>,
}

impl Rule {
    /// A rule that lets everything pass, which values are then set in.
    pub(crate) fn nothing(origin: &Origin) -> Self {
        let limit = Value {
            value: u64::MAX,
            origin: origin.clone(),
        };
        Self {
            effects: Concern::ALL
                .map(|_| Effects::new([Effect::Pass; Direction::ALL.len()], origin)),
            executable_names: Vec::new(),
            executable_types: Vec::new(),
            limit_personal: limit.clone(),
            limit_unit: limit,
            allowed: Vec::new(),
            categories: Value {
                value: Vec::new(),
                origin: origin.clone(),
            },
        }
    }

    /// What is done where this is found.
    #[must_use]
    pub fn effects(&self, concern: Concern) -> &Effects {
        let [
            executable,
            archive,
            document,
            unreadable,
            size,
            stamp,
            mention,
            kind,
            disguise,
            personal,
            outside,
        ] = &self.effects;
        match concern {
            Concern::Executable => executable,
            Concern::EncryptedArchive => archive,
            Concern::EncryptedDocument => document,
            Concern::Unreadable => unreadable,
            Concern::Size => size,
            Concern::SecrecyStamp => stamp,
            Concern::SecrecyMention => mention,
            Concern::Kind => kind,
            Concern::Disguise => disguise,
            Concern::PersonalMailbox => personal,
            Concern::Outside => outside,
        }
    }

    /// The names of files that run: those that the text prints (QN.2.7), then those that we read into it.
    #[must_use]
    pub fn executable_names(&self) -> &[Value<Pattern>] {
        &self.executable_names
    }

    /// What a file that runs is by its content.
    #[must_use]
    pub fn executable_types(&self) -> &[Value<RealType>] {
        &self.executable_types
    }

    /// How much a message may carry, in bytes: the profile's attachment limit.
    #[must_use]
    pub fn limit(&self, kind: MailboxKind) -> &Value<u64> {
        match kind {
            MailboxKind::Personal => &self.limit_personal,
            MailboxKind::Unit => &self.limit_unit,
        }
    }

    /// The kinds of documents that a sender can choose from (HCM.7.1).
    #[must_use]
    pub fn categories(&self) -> &Value<Vec<String>> {
        &self.categories
    }

    /// The stricter of the two in each value; where they are equal, this one's origin stays. The kinds of documents stay
    /// this one's.
    #[must_use]
    pub fn stricter(&self, other: &Self) -> Self {
        let mut effects = self.effects.clone();
        for (one, other) in effects.iter_mut().zip(&other.effects) {
            *one = one.stricter(other);
        }
        let less = |one: &Value<u64>, other: &Value<u64>| {
            if other.value < one.value { other } else { one }.clone()
        };
        let mut allowed = self.allowed.clone();
        for list in &other.allowed {
            if list.value.is_some() && !allowed.iter().any(|known| known.value == list.value) {
                allowed.push(list.clone());
            }
        }
        Self {
            effects,
            executable_names: united(&self.executable_names, &other.executable_names),
            executable_types: united(&self.executable_types, &other.executable_types),
            limit_personal: less(&self.limit_personal, &other.limit_personal),
            limit_unit: less(&self.limit_unit, &other.limit_unit),
            allowed,
            categories: self.categories.clone(),
        }
    }
}

/// What is in one of the two; what is in both keeps the first one's origin.
fn united<T: Clone + PartialEq>(one: &[Value<T>], other: &[Value<T>]) -> Vec<Value<T>> {
    let mut all = one.to_vec();
    for value in other {
        if !all.iter().any(|known| known.value == value.value) {
            all.push(value.clone());
        }
    }
    all
}
