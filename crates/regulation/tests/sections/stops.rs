//! Planned stops and checks of mailboxes.

use congvu_regulation::calendar::{Calendar, Term};
use congvu_regulation::{MailboxKind, Refusal};

use super::{PROFILES, check, clause, day, sixth, the};

fn refused(id: &str, announced: &str, begins: &str, tells_recovery: bool) -> Vec<String> {
    let calendar = Calendar::viet_nam();
    the(id)
        .check_planned_stop(day(announced), day(begins), tells_recovery, calendar)
        .err()
        .unwrap_or_default()
        .iter()
        .map(Refusal::to_string)
        .collect()
}

#[test]
fn qn_9_1_c_three_working_days_before() {
    check(
        the("quang-ninh").planned_stop().notice().expect("a term"),
        Term::WorkingDays(3),
        "QN.9.1.c",
    );
    // Monday: Thursday at the earliest.
    assert!(refused("quang-ninh", "2026-03-02", "2026-03-05", true).is_empty());
    assert_eq!(
        refused("quang-ninh", "2026-03-02", "2026-03-04", true),
        [
            "Ngừng dịch vụ có kế hoạch phải thông báo trước tối thiểu 03 ngày làm việc; thông báo ngày 02/03/2026 thì sớm nhất là ngày 05/03/2026. (QN.9.1.c)"
        ]
    );
    // Over Tết: announced on 12 February 2026, on 24 February at the earliest.
    assert_eq!(
        refused("quang-ninh", "2026-02-12", "2026-02-23", true).len(),
        1
    );
    assert!(refused("quang-ninh", "2026-02-12", "2026-02-24", true).is_empty());
}

#[test]
fn tq_10_2_a_sl_14_6_a_the_recovery_time_is_told() {
    for (id, source) in [("tuyen-quang", "TQ.10.2.a"), ("son-la", "SL.14.6.a")] {
        assert_eq!(
            refused(id, "2026-03-02", "2026-03-09", false),
            [format!(
                "Thông báo ngừng dịch vụ phải nêu rõ thời gian phục hồi hệ thống. ({source})"
            )]
        );
        assert!(refused(id, "2026-03-02", "2026-03-09", true).is_empty());
        assert_eq!(refused(id, "2026-03-02", "2026-03-02", false).len(), 2);
    }
    for id in PROFILES {
        assert!(the(id).planned_stop().recovery_time().value);
    }
    let sixth = sixth();
    let calendar = Calendar::viet_nam();
    assert!(
        sixth
            .check_planned_stop(day("2026-03-02"), day("2026-03-04"), false, calendar)
            .is_ok()
    );
}

const fn at(hour: u16, minute: u16) -> u16 {
    hour * 60 + minute
}

#[test]
fn hcm_8_2_a_four_windows() {
    let checks = the("hcm-donre").checks();
    assert_eq!(checks.mailboxes(), [MailboxKind::Unit]);
    check(checks.per_day().expect("a number"), 4, "HCM.8.2.a");
    let labels: Vec<&str> = checks
        .windows()
        .iter()
        .map(|window| window.label.as_str())
        .collect();
    assert_eq!(
        labels,
        [
            "đầu buổi sáng",
            "cuối buổi sáng",
            "đầu buổi chiều",
            "cuối buổi chiều"
        ]
    );
    let met = |times: &[u16]| -> (Vec<bool>, bool) {
        let met = checks.met(times);
        (
            met.windows.iter().map(|(_, met)| *met).collect(),
            met.enough,
        )
    };
    assert_eq!(
        met(&[at(16, 45), at(7, 30), at(11, 29), at(13, 5)]),
        (vec![true; 4], true)
    );
    // Four checks, but two windows.
    assert_eq!(
        met(&[at(7, 0), at(7, 10), at(8, 59), at(13, 0)]),
        (vec![true, false, true, false], false)
    );
    // A window ends before its last minute.
    assert_eq!(met(&[at(9, 0)]), (vec![false; 4], false));
    assert_eq!(met(&[]), (vec![false; 4], false));
    assert_eq!(checks.windows()[0].to_string(), "07:00–09:00");
}

#[test]
fn bs_iii_11_four_times_a_day_at_any_hour() {
    let checks = the("bim-son").checks();
    check(checks.per_day().expect("a number"), 4, "BS.III.11");
    assert!(checks.windows().is_empty());
    assert!(checks.met(&[60, 61, 62, 63]).enough);
    // One minute is one check; what is no minute of a day is none.
    let met = checks.met(&[60, 60, 60, 61, 5000]);
    assert_eq!((met.checks, met.enough), (2, false));
}

#[test]
fn qn_10_counts_nothing() {
    for id in ["quang-ninh", "tuyen-quang", "son-la"] {
        let checks = the(id).checks();
        assert!(checks.per_day().is_none());
        assert!(checks.met(&[]).enough);
    }
    let duty = the("quang-ninh")
        .checks()
        .duty()
        .clause()
        .map(ToString::to_string);
    assert_eq!(duty.as_deref(), Some("QN.10"));
    assert_eq!(clause(&the("son-la").access().delegation), "SL.9.2");
}
