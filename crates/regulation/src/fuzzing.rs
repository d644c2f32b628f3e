//! Bodies of the fuzz targets; the tests run them on random input too.

use crate::content::secrecy::{Place, find};
use crate::content::{Description, Direction, File, Lock, Look, RealType, TOLD, Unseen};
use crate::profiles;

/// Reads bytes as a message whose lines are its text and its files' names, and decides: the answer is bounded, the same
/// again, and shows nothing that steers a screen.
pub fn content(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    for place in [Place::Subject, Place::Body, Place::Name, Place::Attachment] {
        assert!(find(&text, place).len() <= 3, "a mark is told twice");
    }
    let message = message(&text);
    for profile in profiles() {
        let verdict = profile.content().decide(&message);
        assert_eq!(verdict, profile.content().decide(&message));
        assert!(verdict.findings().len() <= TOLD);
        for finding in verdict.findings() {
            assert!(finding.effect <= verdict.effect());
            assert!(!finding.text.contains(char::is_control) && finding.text.len() < 4000);
        }
        let first = text.lines().next().unwrap_or_default();
        assert!(profile.forwarding().decide(first).text.len() < 1000);
    }
}

/// Each line is a file; its first character says of what kind it is and whether it lies in the one before.
fn message(text: &str) -> Description {
    let types: Vec<RealType> = RealType::all().collect();
    let turn = text.len() % Direction::ALL.len();
    let direction = Direction::ALL.get(turn).copied();
    let mut message = Description::new(direction.unwrap_or(Direction::Sent));
    let mut last = None;
    for line in text.lines().take(500) {
        let kind = line.chars().next().map_or(0, |first| first as usize);
        let file = File {
            names: line.split('\t').map(str::to_owned).collect(),
            declared_type: line.to_owned(),
            real_type: types.get(kind % 64).copied().unwrap_or(RealType::Unknown),
            size: u64::try_from(line.len()).unwrap_or(u64::MAX) << 16,
            look: match kind % 5 {
                0 => Look::Locked(Lock::Archive),
                1 => Look::Locked(Lock::Document),
                2 => Look::Unseen(Unseen::Damaged),
                _ => Look::Whole,
            },
        };
        last = Some(match last {
            Some(outer) if kind % 3 > 0 => message.within(outer, file),
            _ => message.attach(file),
        });
    }
    message.saw(&find(text, Place::Body));
    message
}
