//! Reports and the days on which they are due.

use congvu_regulation::Date;
use congvu_regulation::calendar::Calendar;
use congvu_regulation::reports::Every;

use super::{PROFILES, clause, day, sixth, the};

/// The due days of one report in a span, with their periods.
fn due(id: &str, report: &str, from: &str, to: &str) -> Vec<(String, String)> {
    the(id)
        .reports_due(day(from), day(to), Calendar::viet_nam())
        .into_iter()
        .filter(|due| due.report.id() == report)
        .map(|due| (due.period.to_string(), due.due.value.to_string()))
        .collect()
}

#[track_caller]
fn expect(found: &[(String, String)], expected: &[(&str, &str)]) {
    let found: Vec<(&str, &str)> = found
        .iter()
        .map(|(period, day)| (period.as_str(), day.as_str()))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn hcm_14_1_the_office_on_the_10th_of_the_quarters_last_month() {
    expect(
        &due("hcm-donre", "office", "2026-01-01", "2026-12-31"),
        &[
            ("quý I/2026", "2026-03-10"),
            ("quý II/2026", "2026-06-10"),
            ("quý III/2026", "2026-09-10"),
            ("quý IV/2026", "2026-12-10"),
        ],
    );
}

#[test]
fn hcm_14_2_the_units_on_the_5th_and_on_a_day_off_the_next_working_day() {
    expect(
        &due("hcm-donre", "units", "2026-01-01", "2026-12-31"),
        &[
            ("quý I/2026", "2026-03-05"),
            ("quý II/2026", "2026-06-05"),
            // The 5th is a Saturday, here and in December.
            ("quý III/2026", "2026-09-07"),
            ("quý IV/2026", "2026-12-07"),
        ],
    );
    let reports =
        the("hcm-donre").reports_due(day("2026-09-01"), day("2026-09-30"), Calendar::viet_nam());
    let units = reports
        .iter()
        .find(|due| due.report.id() == "units")
        .expect("the units' report");
    assert_eq!(units.named, day("2026-09-05"));
    assert_eq!(units.reminders(), [day("2026-08-31"), day("2026-09-06")]);
}

#[test]
fn hcm_10_the_change_list_each_quarter() {
    let report = the("hcm-donre").report("change-list").expect("a report");
    assert_eq!(report.every().value, Every::Months(3));
    assert_eq!(clause(report.every()), "HCM.10");
    assert_eq!(report.due_day().map(clause), Some("local"));
    assert_eq!(
        due("hcm-donre", "change-list", "2026-01-01", "2026-12-31").len(),
        4
    );
}

#[test]
fn qn_13_10_yearly_in_december_on_mau_04() {
    let report = the("quang-ninh").report("yearly").expect("a report");
    assert_eq!(report.every().value, Every::Months(12));
    assert_eq!(report.form(), Some("mau-04"));
    expect(
        &due("quang-ninh", "yearly", "2026-01-01", "2027-12-31"),
        &[("năm 2026", "2026-12-31"), ("năm 2027", "2027-12-31")],
    );
    // 31 December 2028 is a Sunday, 1 January a holiday.
    expect(
        &due("quang-ninh", "yearly", "2029-01-01", "2029-01-31"),
        &[("năm 2028", "2029-01-02")],
    );
}

#[test]
fn qn_9_1_e_monthly_list_after_the_month() {
    expect(
        &due("quang-ninh", "monthly-list", "2026-01-01", "2026-03-31"),
        &[
            ("tháng 12/2025", "2026-01-05"),
            ("tháng 1/2026", "2026-02-05"),
            ("tháng 2/2026", "2026-03-05"),
        ],
    );
}

#[test]
fn sl_7_3_summary_and_sl_16_3_tq_11_6_bs_7_without_a_day() {
    expect(
        &due("son-la", "summary", "2026-01-01", "2026-06-30"),
        // 10 January 2026 is a Saturday that is worked.
        &[("quý IV/2025", "2026-01-10"), ("quý I/2026", "2026-04-10")],
    );
    for (id, report, every, source) in [
        ("son-la", "on-request", Every::Request, "SL.16.3"),
        ("tuyen-quang", "on-request", Every::Request, "TQ.11.6"),
        ("bim-son", "change-list", Every::Change, "BS.7"),
    ] {
        let report = the(id).report(report).expect(id);
        assert_eq!(report.every().value, every);
        assert_eq!(clause(report.every()), source);
        assert!(report.due_day().is_none() && report.period_of(day("2026-01-01")).is_none());
        let all = the(id).reports_due(day("2026-01-01"), day("2026-12-31"), Calendar::viet_nam());
        assert!(all.iter().all(|due| due.report.id() != report.id()));
    }
}

#[test]
fn hcm_14_1_hcm_14_2_due_days_come_in_order_and_none_is_lost_between_spans() {
    let calendar = Calendar::viet_nam();
    for id in PROFILES {
        let whole = the(id).reports_due(day("2024-01-01"), day("2028-12-31"), calendar);
        assert!(whole.is_sorted_by_key(|due| due.due.value));
        let mut pieces = 0;
        let mut at = day("2024-01-01");
        while at <= day("2028-12-31") {
            pieces += the(id).reports_due(at, at, calendar).len();
            at = at.plus_days(1);
        }
        assert_eq!(pieces, whole.len(), "{id}");
    }
    let never = the("hcm-donre").reports_due(day("2026-12-31"), day("2026-01-01"), calendar);
    assert!(never.is_empty());
}

#[test]
fn a_half_year_ends_on_its_last_day_and_stays_there() {
    let sixth = sixth();
    let due = sixth.reports_due(day("2026-01-01"), day("2028-12-31"), Calendar::viet_nam());
    let halves: Vec<_> = due.iter().filter(|due| due.report.id() == "half").collect();
    let told: Vec<(String, Date)> = halves
        .iter()
        .map(|due| (due.period.to_string(), due.due.value))
        .collect();
    assert_eq!(
        told[0],
        ("6 tháng đầu năm 2026".to_owned(), day("2026-06-30"))
    );
    assert_eq!(
        told[5],
        ("6 tháng cuối năm 2028".to_owned(), day("2028-12-31"))
    );
    assert_eq!(halves[0].period.last(), day("2026-06-30"));
}

#[test]
fn the_ends_of_the_calendar_do_no_harm() {
    let calendar = Calendar::viet_nam();
    let (first, last) = (
        Date::from_epoch_day(i64::MIN),
        Date::from_epoch_day(i64::MAX),
    );
    let _ = the("quang-ninh").reports_due(first, first.plus_days(400), calendar);
    let _ = the("quang-ninh").reports_due(last.plus_days(-400), last, calendar);
}
