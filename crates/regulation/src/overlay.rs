//! Stricter rules that are laid on a profile's.

use std::sync::LazyLock;

use crate::Fault;
use crate::lifecycle::{Sweep, overlay_sweeps};
use crate::password::{Rule, overlay_rules};
use crate::read::{parse_file, words};

static LEVEL_3: LazyLock<Overlay> = LazyLock::new(|| {
    Overlay::parse(include_str!("../../../regulations/overlays/level-3.toml"))
        .expect("the compiled-in overlay parses: the tests read it")
});

/// What a further standard asks for. In each value the stricter of the two counts, and names itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overlay {
    name: String,
    alone: Rule,
    with_second_factor: Rule,
    sweeps: Vec<Sweep>,
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
        parse_file(text, |reader, top| {
            let name = reader.plain(top, "name", words);
            let shown = name.clone().unwrap_or_default();
            let rules = overlay_rules(reader, top, &shown);
            let sweeps = overlay_sweeps(reader, top, &shown);
            let (alone, with_second_factor) = rules?;
            Some(Self {
                name: name?,
                alone,
                with_second_factor,
                sweeps: sweeps?,
            })
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

    /// Its own sweeps, beside the profile's.
    #[must_use]
    pub fn sweeps(&self) -> &[Sweep] {
        &self.sweeps
    }
}
