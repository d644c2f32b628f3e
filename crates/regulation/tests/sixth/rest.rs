//! Its reports, forms, requests and violations.

use congvu_regulation::calendar::Calendar;
use congvu_regulation::requests::RequestKind;
use congvu_regulation::violations::Effect;

use super::{day, shows, sixth};

/// 15 January 2028 is a Saturday: the year's report is due on Monday; the half year's stays where it falls.
#[test]
fn sau_9_reports_fall_due() {
    let (from, to) = (day("2027-01-01"), day("2028-07-31"));
    let due = sixth().reports_due(from, to, Calendar::viet_nam());
    let told: Vec<(&str, String, String)> = due
        .iter()
        .map(|due| {
            let id = due.report.id();
            (id, due.period.to_string(), due.due.value.to_string())
        })
        .collect();
    let row = |id, period: &str, day: &str| (id, period.to_owned(), day.to_owned());
    assert_eq!(
        told,
        [
            row("year", "năm 2026", "2027-01-15"),
            row("half", "6 tháng đầu năm 2027", "2027-06-30"),
            row("half", "6 tháng cuối năm 2027", "2027-12-31"),
            row("year", "năm 2027", "2028-01-17"),
            row("half", "6 tháng đầu năm 2028", "2028-06-30"),
        ]
    );
}

/// Asked on Friday 29 May 2026: the next working day is Monday; a new mailbox has five days of the calendar, to
/// Wednesday 3 June.
#[test]
fn sau_7_a_term_for_each_request() {
    let calendar = Calendar::viet_nam();
    for (kind, last) in [
        (RequestKind::Password, "2026-06-01"),
        (RequestKind::Restore, "2026-06-02"),
        (RequestKind::Issue, "2026-06-03"),
    ] {
        let rule = sixth().request(kind).expect("a rule");
        let due = rule.due(day("2026-05-29"), calendar).expect("a term");
        assert_eq!(due.value, day(last), "{kind:?}");
    }
    let revoke = sixth().request(RequestKind::Revoke).expect("a rule");
    assert!(revoke.due(day("2026-05-29"), calendar).is_none());
    assert!(sixth().request(RequestKind::Sync).is_none());
    shows(
        "form.mau-b",
        "ĐỀ NGHỊ CẤP LẠI MẬT KHẨU (cấp lại mật khẩu); gửi Sở Khoa học và Công nghệ",
        "SAU.7",
    );
}

#[test]
fn sau_10_a_lock_for_spam_and_none_for_a_password_told() {
    let effect = |id| sixth().violation(id).expect(id).effect().clone();
    let lock = "SAU.10".parse().expect("a clause");
    assert_eq!(effect("spam"), Effect::MayLock(lock));
    assert_eq!(effect("password-told"), Effect::Record);
}
