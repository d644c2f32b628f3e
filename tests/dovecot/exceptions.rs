//! Where we differ from Dovecot, and why ours is right.

use std::collections::BTreeSet;

use super::Difference;
use super::corpus::Message;

/// Messages and items that are told differently, for one reason.
struct Exception {
    why: &'static str,
    items: &'static [&'static str],
    messages: &'static [&'static str],
}

const EXCEPTIONS: &[Exception] = &[];

/// What differs is what is listed, no more and no less.
#[track_caller]
pub fn judge(messages: &[Message], found: &[Difference]) {
    let names: Vec<&str> = messages
        .iter()
        .map(|message| message.name.as_str())
        .collect();
    judge_some(messages, &names, found);
}

/// The same where only some of the messages were looked at.
#[track_caller]
pub fn judge_some(all: &[Message], names: &[&str], found: &[Difference]) {
    let mut listed = BTreeSet::new();
    for exception in EXCEPTIONS {
        assert!(!exception.why.is_empty());
        for name in exception.messages {
            assert!(
                all.iter().any(|message| message.name == *name),
                "no message is called {name}"
            );
            for item in exception.items.iter().filter(|_| names.contains(name)) {
                assert!(
                    listed.insert((*name, *item)),
                    "{name} | {item} is listed twice"
                );
            }
        }
    }
    let differ: BTreeSet<_> = found
        .iter()
        .map(|one| (one.message.as_str(), one.item.as_str()))
        .collect();
    let unlisted = found
        .iter()
        .filter(|one| !listed.contains(&(one.message.as_str(), one.item.as_str())));
    let unlisted: Vec<String> = unlisted.map(ToString::to_string).collect();
    let stale: Vec<String> = listed
        .difference(&differ)
        .map(|(name, item)| format!("{name} | {item}"))
        .collect();
    assert!(
        unlisted.is_empty() && stale.is_empty(),
        "{} differences are not listed:\n{}\n{} are listed and no longer there:\n{}",
        unlisted.len(),
        unlisted.join("\n"),
        stale.len(),
        stale.join("\n"),
    );
}
