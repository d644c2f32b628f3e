//! Working days and terms, as the texts and the law count them.

use congvu_regulation::Date;
use congvu_regulation::calendar::{Calendar, Day, DayOff, Term};

fn day(text: &str) -> Date {
    text.parse().expect(text)
}

fn calendar() -> &'static Calendar {
    Calendar::viet_nam()
}

/// The days from `first` to `last` are off; the days beside them are worked.
fn check_off(first: &str, last: &str) {
    let (mut at, last) = (day(first), day(last));
    assert!(
        calendar().is_working_day(at.plus_days(-1)).value,
        "before {at}"
    );
    while at <= last {
        assert!(!calendar().is_working_day(at).value, "{at}");
        at = at.plus_days(1);
    }
    assert!(calendar().is_working_day(at).value, "after {last}");
}

fn check_worked(date: &str) {
    let found = calendar().day(day(date)).value;
    assert!(matches!(found, Day::Worked(_)), "{date}: {found:?}");
}

fn check_deadline(event: &str, term: Term, day_off: DayOff, end: &str) {
    let found = calendar().deadline(day(event), term, day_off);
    assert_eq!(found.value, day(end), "{event} + {term}");
}

#[test]
fn the_days_off_of_2025() {
    check_off("2025-01-01", "2025-01-01");
    check_off("2025-01-25", "2025-02-02");
    check_off("2025-04-05", "2025-04-07");
    check_off("2025-04-27", "2025-04-27");
    check_off("2025-04-30", "2025-05-04");
    check_off("2025-08-30", "2025-09-02");
    check_worked("2025-04-26");
    assert!(calendar().is_working_day(day("2025-11-24")).value);
}

#[test]
fn the_days_off_of_2026() {
    check_off("2026-01-01", "2026-01-04");
    check_worked("2026-01-10");
    check_off("2026-01-11", "2026-01-11");
    check_off("2026-02-14", "2026-02-22");
    check_off("2026-04-25", "2026-04-27");
    check_off("2026-04-30", "2026-05-03");
    check_worked("2026-08-22");
    check_off("2026-08-29", "2026-09-02");
    check_off("2026-11-24", "2026-11-24");
    let lieu = calendar().day(day("2026-04-27"));
    assert_eq!(lieu.value, Day::InLieu("Giỗ Tổ Hùng Vương".into()));
    assert!(lieu.decided());
    let swapped = calendar().day(day("2026-01-02")).value;
    assert_eq!(
        swapped,
        Day::Off("Văn bản số 12729/VPCP-KGVX ngày 25/12/2025 của Văn phòng Chính phủ".into())
    );
}

#[test]
fn the_days_off_of_2027_are_the_laws_and_not_decided() {
    check_off("2027-01-01", "2027-01-03");
    // Five days about mùng 1 on 6/2, two of them on the weekend: two working days in lieu.
    check_off("2027-02-04", "2027-02-10");
    check_off("2027-04-16", "2027-04-18");
    check_off("2027-04-30", "2027-05-03");
    check_off("2027-09-02", "2027-09-05");
    check_off("2027-11-24", "2027-11-24");
    assert_eq!(
        calendar().day(day("2027-05-03")).value,
        Day::InLieu("Ngày Quốc tế lao động".into())
    );
    let asked = calendar().is_working_day(day("2027-03-10"));
    assert!(asked.value && !asked.decided());
    assert!(
        asked
            .note()
            .expect("a note")
            .contains("năm 2027 chưa có quyết định")
    );
    assert!(
        calendar()
            .is_working_day(day("2026-03-10"))
            .note()
            .is_none()
    );
}

#[test]
fn three_working_days() {
    for (event, end) in [
        ("2025-12-31", "2026-01-07"),
        ("2026-02-12", "2026-02-24"),
        ("2026-08-20", "2026-08-24"),
        ("2026-11-20", "2026-11-26"),
    ] {
        let found = calendar().add_working_days(day(event), 3);
        assert_eq!(found.value, day(end), "{event}");
        assert!(found.decided(), "{event}");
        check_deadline(event, Term::WorkingDays(3), DayOff::Stays, end);
    }
}

/// QN.7.1.đ: "Trong vòng 15 ngày làm việc kể từ ngày nhận được thông báo".
#[test]
fn qn_7_1_đ_fifteen_working_days_over_tet() {
    check_deadline(
        "2026-02-05",
        Term::WorkingDays(15),
        DayOff::Stays,
        "2026-03-05",
    );
    let far = calendar().add_working_days(day("2026-12-28"), 15);
    assert_eq!(far.undecided, Some(2027));
    assert_eq!(
        calendar().add_working_days(day("2026-12-28"), 0).value,
        day("2026-12-28")
    );
}

/// SL.8.1, SL.8.2.a: 30 and 90 days of the calendar, holidays among them.
#[test]
fn sl_8_1_and_sl_8_2_a_thirty_and_ninety_calendar_days() {
    check_deadline("2026-01-10", Term::Days(30), DayOff::Stays, "2026-02-09");
    check_deadline("2026-01-20", Term::Days(30), DayOff::Stays, "2026-02-19");
    check_deadline("2026-01-10", Term::Days(90), DayOff::Stays, "2026-04-10");
    let found = calendar().deadline(day("2027-01-10"), Term::Days(90), DayOff::Stays);
    assert!(found.decided(), "no calendar of days off was asked");
}

/// HCM.8.3.b: "sau 05 ngày, kể từ ngày hộp thư bị khóa": from day D+6 on.
#[test]
fn hcm_8_3_b_a_request_is_handled_from_the_sixth_day() {
    let from = calendar().first_day_after(day("2026-02-12"), Term::Days(5), DayOff::Stays);
    assert_eq!(from.value, day("2026-02-18"));
}

/// HCM.14: a report due on a day off is due on the next working day (Bộ luật Dân sự 2015, Điều 148.5).
#[test]
fn hcm_14_1_hcm_14_2_a_term_that_ends_on_a_day_off_ends_on_the_next_working_day() {
    check_deadline(
        "2026-01-20",
        Term::Days(30),
        DayOff::NextWorkingDay,
        "2026-02-23",
    );
    check_deadline(
        "2026-08-12",
        Term::Days(10),
        DayOff::NextWorkingDay,
        "2026-08-22",
    );
    check_deadline(
        "2026-03-26",
        Term::Months(1),
        DayOff::NextWorkingDay,
        "2026-04-28",
    );
    assert_eq!(
        calendar().working_day_from(day("2026-06-15")).value,
        day("2026-06-15")
    );
    assert_eq!(
        calendar().working_day_from(day("2026-12-20")).value,
        day("2026-12-21")
    );
}

/// TQ.8.4, QN.7.1: months are calendar months.
#[test]
fn tq_8_4_and_qn_7_1_months_and_years() {
    check_deadline("2026-08-31", Term::Months(6), DayOff::Stays, "2027-02-28");
    check_deadline("2027-08-31", Term::Months(6), DayOff::Stays, "2028-02-29");
    check_deadline("2028-02-29", Term::Years(1), DayOff::Stays, "2029-02-28");
}

/// The government's choices of other years follow from the rule alone.
#[test]
fn the_rule_alone_gives_the_days_off_of_years_without_swaps() {
    check_off("2021-02-10", "2021-02-16");
    check_off("2021-09-02", "2021-09-05");
    check_off("2022-09-01", "2022-09-04");
    check_off("2023-01-20", "2023-01-26");
    check_off("2023-04-29", "2023-05-03");
    check_off("2023-09-01", "2023-09-04");
    check_off("2024-02-08", "2024-02-14");
    check_off("2024-08-31", "2024-09-03");
}

#[test]
fn years_far_away_have_an_answer() {
    let far = calendar().add_working_days(day("9999-12-20"), 20);
    assert_eq!(far.undecided, Some(9999));
    assert!(far.value > day("9999-12-31"));
    let last = Date::from_epoch_day(i64::MAX);
    assert_eq!(calendar().add_working_days(last, 9).value, last);
    assert_eq!(
        calendar().is_working_day(day("1925-03-03")).undecided,
        Some(1925)
    );
}

#[test]
fn decisions_and_laws_are_named() {
    let decided: Vec<u16> = calendar()
        .decisions()
        .map(|decision| decision.year)
        .collect();
    assert_eq!(decided, [2025, 2026]);
    assert!(
        calendar()
            .decisions()
            .all(|decision| decision.text.contains("ngày"))
    );
    assert_eq!(
        calendar().law("Quốc khánh"),
        Some("Bộ luật Lao động 2019, Điều 112.1.đ")
    );
    let special = calendar().special_days(2026).value;
    assert_eq!(special.len(), 17, "{special:#?}");
}

#[test]
fn a_bad_calendar_is_told_all_its_faults_by_line() {
    let text = r#"colour = 1
[[holiday]]
name = "Tết"
law = "Luật"
lunar = "30/13"
days_before = 99

[[holiday]]
name = "Quốc khánh"
law = "Luật"
day = "29/2"
one_before_on = ["today"]

[[holiday]]
name = "Lễ"
law = "Luật"
day = "1/5"

[[year]]
year = 2026
decided = "yes"
decision = ""
verified = true

[[year.span]]
holiday = "Noel"
days_before = 1

[[year]]
year = 2027
decided = true
decision = "Văn bản"
verified = true

[[year.swap]]
off = 2027-05-01
worked = 2027-03-10
decision = "Văn bản"

[[year.swap]]
off = 2026-03-10
decision = "Văn bản"

[[year.swap]]
decision = "Văn bản"
"#;
    let faults: Vec<String> = Calendar::parse(text)
        .expect_err("faults")
        .iter()
        .map(ToString::to_string)
        .collect();
    let expected = [
        "dòng 1: colour: không có khóa này",
        "dòng 5: holiday.lunar: cần ngày/tháng âm lịch, ngày từ 1 đến 29, tháng từ 1 đến 12 (\"10/3\")",
        "dòng 6: holiday.days_before: cần một số ngày từ 0 đến 10",
        "dòng 11: holiday.day: cần ngày/tháng mà năm nào cũng có (\"30/4\")",
        "dòng 12: holiday.one_before_on: cần danh sách thứ trong tuần ([\"mon\", \"tue\", …])",
        "dòng 21: year.decided: cần true hoặc false",
        "dòng 22: year.decision: cần một chuỗi không rỗng",
        "dòng 25: year.span.days_after: thiếu khóa này",
        "dòng 25: year.span.holiday: cần name của một [[holiday]]",
        "dòng 35: year.swap.off: cần một ngày làm việc (2027-05-01 là ngày nghỉ)",
        "dòng 35: year.swap.worked: cần một ngày nghỉ (2027-03-10 là ngày làm việc)",
        "dòng 40: year.swap.off: cần một ngày của năm 2027",
        "dòng 44: year.swap: cần off, worked, hoặc cả hai",
    ];
    assert_eq!(faults, expected);
}

/// No text makes the reader panic: the good file with every line left out, cut and doubled.
#[test]
fn mutilated_calendars_never_panic() {
    const GOOD: &str = include_str!("../../../regulations/calendar/viet-nam.toml");
    let lines: Vec<&str> = GOOD.lines().collect();
    for position in 0..lines.len() {
        let mut left_out = lines.clone();
        left_out.remove(position);
        let mut doubled = lines.clone();
        doubled.insert(position, lines[position]);
        let cut: String =
            lines[..position].join("\n") + &lines[position].chars().take(9).collect::<String>();
        for text in [left_out.join("\n"), doubled.join("\n"), cut] {
            let _ = Calendar::parse(&text);
        }
    }
}
