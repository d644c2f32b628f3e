//! Bad rules are told with their lines.

use congvu_regulation::{Overlay, Profile};

const GOOD: &str = include_str!("../../../../regulations/hcm-donre.toml");

/// The faults of the good file with this line changed, as `key: text`.
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
        .map(|fault| format!("{}: {}", fault.key, fault.text))
        .collect()
}

#[test]
fn each_bad_rule_is_told() {
    const TERM: &str =
        "cần một thời hạn ít nhất là 1 (\"3 working days\", \"30 days\", \"6 months\", \"1 year\")";
    let quote = "quote = \"Nếu người dùng không đổi mật khẩu mới thì hộp thư sẽ bị khóa.\"\n";
    for (line, by, expected) in [
        ("after = \"6 months\"", "after = \"0 days\"", format!("sweep[2].after: {TERM}")),
        (
            "after = \"6 months\"",
            "after = \"6 weeks\"",
            "sweep[2].after: cần một thời hạn tính bằng working days, days, months hoặc years".to_owned(),
        ),
        ("after = \"6 months\"", "after = 6", format!("sweep[2].after: {TERM}")),
        (
            "id = \"unused-long\"",
            "id = \"unused\"",
            "sweep[2].id: \"unused\" đã có ở dòng ".to_owned(),
        ),
        (
            "hours = 24",
            "hours = 0",
            "sweep[3].hours: cần một số giờ từ 1 đến 720".to_owned(),
        ),
        (
            "hours = 24",
            "hours = 24\nafter = \"1 day\"",
            "sweep[3].after: không có khóa này".to_owned(),
        ),
        (
            "clock = \"first-session\"",
            "clock = \"moon\"",
            "sweep[3].clock: cần \"unused\", \"default-password\", \"first-session\", \"locked\" hoặc \"notice-received\""
                .to_owned(),
        ),
        (
            "act = \"delete\"",
            "act = \"burn\"",
            "sweep[2].act: cần \"lock\", \"disable-sign-in\", \"revoke\" hoặc \"delete\"".to_owned(),
        ),
        (
            "by = \"department\"",
            "by = \"nobody\"",
            "sweep[2].by: cần \"system\" hoặc \"department\"".to_owned(),
        ),
        (quote, "", "sweep[3].quote: thiếu khóa này".to_owned()),
        (
            "sweep = \"first-session\"",
            "sweep = \"unused-long\"",
            "restore.wait[1].sweep: cần id của một [[sweep]] có act = \"lock\"".to_owned(),
        ),
        (
            "after = \"5 days\"",
            "after = \"-5 days\"",
            format!("restore.wait[1].after: {TERM}"),
        ),
        (
            "value = [14, 7, 1]",
            "value = [1, 7]",
            "password_reminders.days.value: cần danh sách số ngày báo trước từ 1 đến 365, giảm dần ([30, 7, 1])"
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

/// What depends on the clock is not told where the clock itself is not known.
#[test]
fn an_unknown_clock_is_one_fault() {
    let found = faults("clock = \"first-session\"", "clock = \"moon\"");
    assert_eq!(found.len(), 1, "{found:#?}");
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
