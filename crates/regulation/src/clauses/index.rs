//! The index that is compiled into the program.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::entry::{Clause, State};
use super::read;
use crate::{ClauseId, Fault, Profile, profile};

/// The profiles' names and what they have in `regulations/clauses/`.
const FILES: [(&str, &str); 5] = [
    (
        "quang-ninh",
        include_str!("../../../../regulations/clauses/quang-ninh.toml"),
    ),
    (
        "bim-son",
        include_str!("../../../../regulations/clauses/bim-son.toml"),
    ),
    (
        "tuyen-quang",
        include_str!("../../../../regulations/clauses/tuyen-quang.toml"),
    ),
    (
        "hcm-donre",
        include_str!("../../../../regulations/clauses/hcm-donre.toml"),
    ),
    (
        "son-la",
        include_str!("../../../../regulations/clauses/son-la.toml"),
    ),
];

/// The rows of one regulation.
#[derive(Debug)]
pub struct Regulation {
    profile: &'static Profile,
    clauses: Vec<Clause>,
    also: Vec<ClauseId>,
}

impl Regulation {
    /// Its profile.
    #[must_use]
    pub fn profile(&self) -> &'static Profile {
        self.profile
    }

    /// The file of its rows, from the project's folder.
    #[must_use]
    pub fn file(&self) -> String {
        format!("regulations/clauses/{}.toml", self.profile.id())
    }

    /// Its rows, in the order of the text.
    #[must_use]
    pub fn clauses(&self) -> &[Clause] {
        &self.clauses
    }

    /// How many of its rows that need a test are in this state.
    #[must_use]
    pub fn count(&self, state: State) -> usize {
        let counted = |clause: &&Clause| clause.kind().needs_test() && clause.state() == state;
        self.clauses.iter().filter(counted).count()
    }
}

#[derive(Default)]
struct Index {
    regulations: Vec<Regulation>,
    faults: Vec<(String, Fault)>,
    known: BTreeSet<ClauseId>,
}

static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let mut index = Index::default();
    for (id, text) in FILES {
        let Some(profile) = profile(id) else {
            continue;
        };
        match read::rows(text, profile.code()) {
            Ok(rows) => index.regulations.push(Regulation {
                profile,
                clauses: rows.clauses,
                also: rows.also,
            }),
            Err(faults) => {
                let file = format!("regulations/clauses/{id}.toml");
                let faults = faults.into_iter().map(|fault| (file.clone(), fault));
                index.faults.extend(faults);
            }
        }
    }
    for regulation in &index.regulations {
        let rows = regulation.clauses.iter().flat_map(Clause::ids);
        for id in rows.chain(&regulation.also) {
            let up = std::iter::successors(Some(id.clone()), ClauseId::parent);
            index.known.extend(up);
        }
    }
    index
});

/// The regulations with their rows, in the order of the catalogue.
pub fn regulations() -> impl Iterator<Item = &'static Regulation> {
    INDEX.regulations.iter()
}

/// All rows.
pub fn clauses() -> impl Iterator<Item = &'static Clause> {
    regulations().flat_map(|regulation| &regulation.clauses)
}

/// The rows of the profile with this name or code (`"son-la"`, `"SL"`), if there is one.
#[must_use]
pub fn of(name: &str) -> Option<&'static Regulation> {
    regulations().find(|regulation| {
        let profile = regulation.profile;
        profile.id() == name || profile.code().eq_ignore_ascii_case(name)
    })
}

/// The rows that tell of a clause: its own, or those of the nearest clause that it is a part of. Few clauses have two.
#[must_use]
pub fn find(id: &ClauseId) -> Vec<&'static Clause> {
    std::iter::successors(Some(id.clone()), ClauseId::parent)
        .map(|id| {
            clauses()
                .filter(|clause| clause.ids().contains(&id))
                .collect::<Vec<_>>()
        })
        .find(|rows| !rows.is_empty())
        .unwrap_or_default()
}

/// Every clause that may be cited: those of the rows and of the lists `also`, and all that these are parts of.
pub fn known() -> impl Iterator<Item = &'static ClauseId> {
    INDEX.known.iter()
}

/// What is wrong in which file. Nothing: the tests see to it.
#[must_use]
pub fn faults() -> &'static [(String, Fault)] {
    &INDEX.faults
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profiles;

    #[test]
    fn every_profile_has_its_rows() {
        assert_eq!(faults(), []);
        let indexed: Vec<&str> = regulations().map(|one| one.profile().id()).collect();
        let profiles: Vec<&str> = profiles().map(Profile::id).collect();
        assert_eq!(indexed, profiles);
    }

    #[test]
    fn look_up_by_id_and_by_profile() {
        let rows = |id: &str| -> Vec<String> {
            let id: ClauseId = id.parse().expect(id);
            find(&id).into_iter().map(Clause::name).collect()
        };
        assert_eq!(rows("QN.15.1"), ["QN.15.1"]);
        assert_eq!(rows("QN.7.1.đ"), ["QN.7.1.đ"]);
        // A point without a row of its own.
        assert_eq!(rows("HCM.4.1.a"), ["HCM.4.1"]);
        // One sentence on two things.
        assert_eq!(rows("QN.15.6"), ["QN.2.7, QN.15.6", "QN.2.8, QN.15.6"]);
        assert_eq!(rows("QN.18.2"), [""; 0]);
        assert_eq!(of("SL").map(|one| one.profile().id()), Some("son-la"));
        assert!(of("ha-noi").is_none());
    }

    #[test]
    fn what_may_be_cited() {
        let is_known = |id: &str| known().any(|known| known.as_str() == id);
        for id in [
            "QN.4",
            "QN.4.1.a",
            "BS.7.đ4",
            "BS.III.9",
            "QN.QĐ.2",
            "QN.Mẫu.4",
        ] {
            assert!(is_known(id), "{id}");
        }
        assert!(!is_known("QN.44"));
    }
}
