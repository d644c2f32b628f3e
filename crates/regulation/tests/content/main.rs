//! The content rules: what is refused, held and told, in which words and by which clause.

mod archives;
mod bounds;
mod executables;
mod faults;
mod forwarding;
mod marks;
mod message;
mod profiles;
mod properties;
mod sixth;
mod stricter;

use std::sync::LazyLock;

use congvu_regulation::content::{
    Concern, Description, Direction, Effect, File, Finding, Look, RealType, Rule, Verdict,
};
use congvu_regulation::{ClauseId, Profile, profile};

const FIVE: [&str; 5] = [
    "quang-ninh",
    "bim-son",
    "tuyen-quang",
    "hcm-donre",
    "son-la",
];

fn rule(id: &str) -> &'static Rule {
    profile(id).expect(id).content()
}

/// A message with these files.
fn with(direction: Direction, files: &[File]) -> Description {
    let mut message = Description::new(direction);
    for file in files {
        message.attach(file.clone());
    }
    message
}

fn named(name: &str) -> File {
    File::named(name)
}

fn of_type(name: &str, real_type: RealType) -> File {
    File {
        real_type,
        ..File::named(name)
    }
}

fn seen(name: &str, real_type: RealType, look: Look) -> File {
    File {
        real_type,
        look,
        ..File::named(name)
    }
}

/// What Quảng Ninh says of a message that one of ours sends with these files.
fn sent(files: &[File]) -> Verdict {
    rule("quang-ninh").decide(&with(Direction::Sent, files))
}

/// The findings about one concern.
fn about(verdict: &Verdict, concern: Concern) -> Vec<&Finding> {
    let findings = verdict.findings().iter();
    findings
        .filter(|finding| finding.concern == concern)
        .collect()
}

/// The only finding about a concern: its effect and its clause (or "local").
#[track_caller]
fn check(verdict: &Verdict, concern: Concern, effect: Effect, clause: &str) -> Finding {
    let found = about(verdict, concern);
    let [finding] = found.as_slice() else {
        panic!("{concern:?}: {verdict:#?}");
    };
    assert_eq!(finding.effect, effect, "{finding}");
    let origin = finding.origin.clause().map_or("local", ClauseId::as_str);
    assert_eq!(origin, clause, "{finding}");
    (*finding).clone()
}

/// The invented sixth province, with changes to its text.
fn sixth_with(changes: &[(&str, &str)]) -> Result<Profile, Vec<String>> {
    let mut text = include_str!("../sixth/sixth.toml").to_owned();
    for (old, new) in changes {
        assert_eq!(text.matches(old).count(), 1, "{old}");
        text = text.replace(old, new);
    }
    Profile::parse(&text).map_err(|faults| {
        let told = |fault: &congvu_regulation::Fault| {
            format!("{} {}: {}", fault.line, fault.key, fault.text)
        };
        faults.iter().map(told).collect()
    })
}

fn sixth() -> &'static Profile {
    static SIXTH: LazyLock<Profile> = LazyLock::new(|| sixth_with(&[]).expect("the sixth profile"));
    &SIXTH
}
