//! Bad rules are told with their lines.

use congvu_regulation::{Overlay, Profile};

const GOOD: &str = include_str!("../../../../regulations/hcm-donre.toml");

/// The faults of the good file with this line changed, as `key: expected`.
fn faults(line: &str, by: &str) -> Vec<String> {
    assert_eq!(GOOD.matches(line).count(), 1, "{line}");
    let text = GOOD.replace(line, by);
    let number = GOOD[..GOOD.find(line).unwrap_or(0)].lines().count() + 1;
    let faults = Profile::parse(&text).err().unwrap_or_default();
    for fault in &faults {
        assert!(fault.line.abs_diff(number) < 16, "{fault} near {number}");
    }
    faults
        .iter()
        .map(|fault| format!("{}: {}", fault.key, fault.expected))
        .collect()
}

#[test]
fn each_bad_rule_is_told() {
    const TERM: &str =
        "a term of at least one (\"3 working days\", \"30 days\", \"6 months\", \"1 year\")";
    let quote = "quote = \"Nếu người dùng không đổi mật khẩu mới thì hộp thư sẽ bị khóa.\"\n";
    for (line, by, expected) in [
        ("after = \"6 months\"", "after = \"0 days\"", format!("sweep[2].after: {TERM}")),
        ("after = \"6 months\"", "after = \"6 weeks\"", format!("sweep[2].after: {TERM}")),
        ("after = \"6 months\"", "after = 6", format!("sweep[2].after: {TERM}")),
        (
            "id = \"unused-long\"",
            "id = \"unused\"",
            "sweep[2].id: another id: \"unused\" stands in line ".to_owned(),
        ),
        (
            "hours = 24",
            "hours = 0",
            "sweep[3].hours: a number of hours, 1 to 720".to_owned(),
        ),
        (
            "hours = 24",
            "hours = 24\nafter = \"1 day\"",
            "sweep[3].after: no such key".to_owned(),
        ),
        (
            "clock = \"first-session\"",
            "clock = \"moon\"",
            "sweep[3].clock: \"unused\", \"default-password\", \"first-session\", \"locked\" or \"notice-received\""
                .to_owned(),
        ),
        (
            "act = \"delete\"",
            "act = \"burn\"",
            "sweep[2].act: \"lock\", \"disable-sign-in\", \"revoke\" or \"delete\"".to_owned(),
        ),
        (
            "by = \"department\"",
            "by = \"nobody\"",
            "sweep[2].by: \"system\" or \"department\"".to_owned(),
        ),
        (quote, "", "sweep[3].quote: this key".to_owned()),
        (
            "sweep = \"first-session\"",
            "sweep = \"unused-long\"",
            "restore.wait[1].sweep: the id of a sweep that locks".to_owned(),
        ),
        (
            "after = \"5 days\"",
            "after = \"-5 days\"",
            format!("restore.wait[1].after: {TERM}"),
        ),
        (
            "value = [14, 7, 1]",
            "value = [1, 7]",
            "password_reminders.days.value: numbers of days before it, 1 to 365, from the most to the least ([30, 7, 1])"
                .to_owned(),
        ),
    ] {
        let found = faults(line, by);
        assert!(
            found.iter().any(|fault| fault.starts_with(&expected)),
            "{by}: {found:#?}"
        );
    }
}

#[test]
fn each_fault_of_a_stricter_standard_is_told() {
    let good = include_str!("../../../../regulations/overlays/level-3.toml");
    for (line, by, expected) in [
        (
            "counts = [\"sign-in\", \"app-sign-in\"]",
            "counts = []",
            "sweep[1].counts",
        ),
        ("by = \"system\"", "clause = \"SL.8\"", "sweep[1].clause"),
        ("clock = \"unused\"", "clock = \"locked\"", "sweep[1].act"),
        ("remind = [7, 1]", "remind = [7, 7]", "sweep[1].remind"),
    ] {
        let text = good.replace(line, by);
        assert_ne!(text, good);
        let faults = Overlay::parse(&text).expect_err(by);
        assert!(
            faults.iter().any(|fault| fault.key == expected),
            "{faults:#?}"
        );
    }
}
