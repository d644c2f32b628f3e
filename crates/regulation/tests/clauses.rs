//! The index of clauses against the project's files.

#![allow(clippy::unwrap_used)]

use std::path::Path;

use congvu_regulation::ClauseId;
use congvu_regulation::clauses::{self, State};

#[test]
fn what_the_index_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for clause in clauses::clauses() {
        for place in clause.code() {
            assert!(root.join(place).exists(), "{}: {place}", clause.name());
        }
        for test in clause.tests() {
            let (file, _) = test.split_once("::").unwrap();
            assert!(root.join(file).exists(), "{}: {test}", clause.name());
        }
    }
}

#[test]
fn what_a_profile_cites_is_in_the_index() {
    let known: Vec<&str> = clauses::known().map(ClauseId::as_str).collect();
    for profile in congvu_regulation::profiles() {
        let cited = [
            profile.in_force().clause(),
            profile.domain().clause(),
            profile.managing().clause(),
            profile.operating().clause(),
            profile
                .attachment_limit(congvu_regulation::MailboxKind::Unit)
                .clause(),
            profile.log_retention_months().clause(),
            profile.lock_mode().clause(),
        ];
        for id in cited.into_iter().flatten() {
            assert!(known.contains(&id.as_str()), "{id}");
        }
    }
}

#[test]
fn counts_are_of_rows_that_need_a_test() {
    for regulation in clauses::regulations() {
        let counted: usize = State::ALL
            .iter()
            .map(|state| regulation.count(*state))
            .sum();
        let rows = regulation.clauses().iter();
        assert_eq!(counted, rows.filter(|row| row.kind().needs_test()).count());
    }
}
