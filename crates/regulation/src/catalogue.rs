//! The profiles that are compiled into the program.

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
