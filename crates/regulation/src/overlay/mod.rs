//! Stricter rules that are laid on a profile's.

mod lay;
mod read;
mod show;
mod sign_in;

use std::sync::LazyLock;

pub use self::sign_in::{Networks, SecondFactor};
use crate::lifecycle::Sweep;
use crate::password::Rule;
use crate::{Cited, Fault, Origin, Profile, Value, content, forwarding};

static LEVEL_3: LazyLock<Overlay> = LazyLock::new(|| {
    Overlay::parse(include_str!(
        "../../../../regulations/overlays/level-3.toml"
    ))
    .expect("the compiled-in overlay parses: the tests read it")
});

/// What a further standard asks for. In each value the stricter of the two counts, and names itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overlay {
    name: String,
    alone: Rule,
    with_second_factor: Rule,
    sweeps: Vec<Sweep>,
    content: content::Rule,
    forwarding: forwarding::Rule,
    log_retention_months: Option<u32>,
    second_factor: SecondFactor,
    networks: Networks,
}

impl Overlay {
    /// Security level 3: `regulations/overlays/level-3.toml`.
    #[must_use]
    pub fn level_3() -> &'static Self {
        &LEVEL_3
    }

    /// Whether a file is meant as an overlay: it has a name, and nothing of what a profile begins with.
    #[must_use]
    pub fn is_meant_by(text: &str) -> bool {
        read::is_overlay(text)
    }

    /// Reads an overlay of the same form. Only its name must be there.
    ///
    /// # Errors
    /// All faults of the file, by line.
    pub fn parse(text: &str) -> Result<Self, Vec<Fault>> {
        read::overlay(text)
    }

    /// Its name, as explanations show it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The profile's rule with this laid on: the stricter of the two in each value.
    #[must_use]
    pub fn on(&self, rule: &Rule, second_factor: bool) -> Rule {
        rule.stricter(if second_factor {
            &self.with_second_factor
        } else {
            &self.alone
        })
    }

    /// What messages may carry by the profile and by this: the stricter of the two in each value.
    #[must_use]
    pub fn on_content(&self, rule: &content::Rule) -> content::Rule {
        rule.stricter(&self.content)
    }

    /// Where mail may go on to by the profile and by this: the stricter of the two in each value.
    #[must_use]
    pub fn on_forwarding(&self, rule: &forwarding::Rule) -> forwarding::Rule {
        rule.stricter(&self.forwarding)
    }

    /// The least number of months for which the mail log of a profile is kept with this laid on: the longer of the two.
    #[must_use]
    pub fn on_log_retention(&self, profile: &Profile) -> Value<u32> {
        let Cited { value, source } = profile.log_retention_months();
        match self.log_retention_months {
            Some(months) if months > *value => Value {
                value: months,
                origin: self.origin(),
            },
            _ => Value {
                value: *value,
                origin: Origin::Profile {
                    code: profile.code().to_owned(),
                    source: source.clone(),
                },
            },
        }
    }

    /// Its own sweeps, beside the profile's.
    #[must_use]
    pub fn sweeps(&self) -> &[Sweep] {
        &self.sweeps
    }

    /// Who must sign in with a second factor. So far it is told to people and held against what is set up; a sign-in that
    /// lacks one is refused once there are sign-in policies.
    #[must_use]
    pub fn second_factor(&self) -> SecondFactor {
        self.second_factor
    }

    /// From where administrators may sign in. So far it is told to people; it is enforced once there are sign-in policies.
    #[must_use]
    pub fn administrators_networks(&self) -> Networks {
        self.networks
    }

    fn origin(&self) -> Origin {
        Origin::Overlay(self.name.clone())
    }
}
