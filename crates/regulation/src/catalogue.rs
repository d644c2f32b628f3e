//! The profiles that are compiled into the program, and those that an installation adds.

use std::sync::LazyLock;

use crate::Profile;

const FILES: [(&str, &str); 5] = [
    (
        "quang-ninh",
        include_str!("../../../regulations/quang-ninh.toml"),
    ),
    ("bim-son", include_str!("../../../regulations/bim-son.toml")),
    (
        "tuyen-quang",
        include_str!("../../../regulations/tuyen-quang.toml"),
    ),
    (
        "hcm-donre",
        include_str!("../../../regulations/hcm-donre.toml"),
    ),
    ("son-la", include_str!("../../../regulations/son-la.toml")),
];

static PROFILES: LazyLock<Vec<Profile>> = LazyLock::new(|| {
    FILES
        .iter()
        .map(|(_, text)| {
            Profile::parse(text).expect("a compiled-in profile parses: the tests read each")
        })
        .collect()
});

/// All profiles, in the order of the catalogue.
pub fn profiles() -> impl Iterator<Item = &'static Profile> {
    PROFILES.iter()
}

/// The profile with this id (`"son-la"`), if there is one.
#[must_use]
pub fn profile(id: &str) -> Option<&'static Profile> {
    PROFILES.iter().find(|profile| profile.id() == id)
}

/// All that an installation knows: the profiles of the program and its own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Catalogue {
    added: Vec<Profile>,
}

/// A profile's id or code is another's already.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{key} = \"{text}\" đã là của quy chế {other}")]
pub struct Twice {
    /// `id` or `code`.
    pub key: &'static str,
    /// What stands twice.
    pub text: String,
    /// The id of the profile that has it.
    pub other: String,
}

impl Catalogue {
    /// Adds a profile; one that is wholly the same as a known one is there already.
    ///
    /// # Errors
    /// Another profile has its id or its code.
    pub fn add(&mut self, profile: Profile) -> Result<(), Twice> {
        for known in self.profiles() {
            if *known == profile {
                return Ok(());
            }
            let twice = |key, text: &str| {
                Err(Twice {
                    key,
                    text: text.to_owned(),
                    other: known.id().to_owned(),
                })
            };
            if known.id() == profile.id() {
                return twice("id", profile.id());
            }
            if known.code() == profile.code() {
                return twice("code", profile.code());
            }
        }
        self.added.push(profile);
        Ok(())
    }

    /// All of them: the program's, then what was added.
    pub fn profiles(&self) -> impl Iterator<Item = &Profile> {
        PROFILES.iter().chain(&self.added)
    }

    /// The profile with this id (`son-la`) or code, in capitals or not (`SL`).
    #[must_use]
    pub fn profile(&self, name: &str) -> Option<&Profile> {
        self.profiles()
            .find(|profile| profile.id() == name || profile.code().eq_ignore_ascii_case(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_parses_under_its_own_name() {
        for (name, text) in FILES {
            match Profile::parse(text) {
                Ok(profile) => assert_eq!(profile.id(), name),
                Err(faults) => panic!("{name}: {faults:#?}"),
            }
        }
    }

    #[test]
    fn a_profile_is_added_under_an_id_and_a_code_of_its_own() {
        let file = include_str!("../tests/sixth/sixth.toml");
        let sixth = Profile::parse(file).expect("the sixth profile");
        let mut catalogue = Catalogue::default();
        for _ in 0..2 {
            assert_eq!(catalogue.add(sixth.clone()), Ok(()));
        }
        assert_eq!(catalogue.profiles().count(), FILES.len() + 1);
        assert_eq!(catalogue.profile(sixth.id()), Some(&sixth));
        assert_eq!(catalogue.profile("sau"), Some(&sixth));
        let other = Profile {
            title: "Khác".to_owned(),
            ..sixth.clone()
        };
        let refused = catalogue.add(other.clone()).expect_err("the same id");
        assert_eq!((refused.key, &*refused.other), ("id", sixth.id()));
        let other = Profile {
            id: "khac".to_owned(),
            ..other
        };
        let refused = catalogue.add(other).expect_err("the same code");
        assert_eq!(refused.key, "code");
    }

    #[test]
    fn ids_and_codes_are_unique() {
        for (position, one) in profiles().enumerate() {
            for other in profiles().skip(position + 1) {
                assert_ne!(one.id(), other.id());
                assert_ne!(one.code(), other.code());
            }
        }
        assert!(profile("ha-noi").is_none());
    }
}
