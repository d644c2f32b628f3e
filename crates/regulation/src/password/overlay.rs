//! Stricter rules that are laid on a profile's.

use std::sync::LazyLock;

use super::read;
use super::rule::Rule;
use crate::Fault;

static LEVEL_3: LazyLock<Overlay> = LazyLock::new(|| {
    Overlay::parse(include_str!(
        "../../../../regulations/overlays/level-3.toml"
    ))
    .expect("the compiled-in overlay parses: the tests read it")
});

/// What a further standard asks of passwords, with and without a second factor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overlay {
    name: String,
    alone: Rule,
    with_second_factor: Rule,
}

impl Overlay {
    /// Security level 3: `regulations/overlays/level-3.toml`.
    #[must_use]
    pub fn level_3() -> &'static Self {
        &LEVEL_3
    }

    /// Reads an overlay of the same form.
    ///
    /// # Errors
    /// All faults of the file, by line.
    pub fn parse(text: &str) -> Result<Self, Vec<Fault>> {
        let (name, alone, with_second_factor) = read::overlay(text)?;
        Ok(Self {
            name,
            alone,
            with_second_factor,
        })
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
}
