//! What happens to a mailbox in a year, line by line, as `congvu simulate` prints it.

use congvu_regulation::Overlay;
use congvu_regulation::calendar::Calendar;
use congvu_regulation::lifecycle::{Case, Rules, simulate};

use super::{at, rules, sixth};

fn table(rules: &Rules, case: Case, from: &str, to: &str) -> String {
    let span = (at(from), at(to));
    let rows = simulate(rules, Calendar::viet_nam(), case.facts, &case.events, span);
    let mut text = String::new();
    for row in rows {
        let line = [
            row.at.to_string(),
            row.sentence(rules),
            row.origin(),
            row.state.to_string(),
        ];
        text.push_str(&line.join(" | "));
        text.push('\n');
    }
    text
}

/// What was given, and what a person has read and found right.
struct Golden {
    facts: &'static str,
    timeline: &'static str,
}

macro_rules! golden {
    ($name:literal) => {
        Golden {
            facts: include_str!(concat!("golden/", $name, ".json")),
            timeline: include_str!(concat!("golden/", $name, ".txt")),
        }
    };
}

fn check(rules: &Rules, golden: &Golden, from: &str, to: &str) {
    let case: Case = serde_json::from_str(golden.facts).expect("facts");
    let found = table(rules, case, from, to);
    assert!(
        found == golden.timeline,
        "found:\n{found}\nexpected:\n{}",
        golden.timeline
    );
}

/// QN.15.2 the password expires; QN.7.1 six months unused lock; QN.7.2 the agency's fifteen working days from the
/// receipt, then it is proposed and confirmed.
#[test]
fn qn_7_1_qn_7_2_qn_15_2_unused_locked_told_and_revoked() {
    check(
        rules("quang-ninh"),
        &golden!("quang-ninh-unused"),
        "2026-02-01",
        "2027-01-31",
    );
}

/// QN.7.1.đ: a request in time stops the clock, is answered within three working days, and the password is changed
/// at the first access.
#[test]
fn qn_7_1_đ_restored_on_request() {
    check(
        rules("quang-ninh"),
        &golden!("quang-ninh-restored"),
        "2026-07-01",
        "2027-01-31",
    );
}

/// QN.7.2: without a receipt nothing is revoked; the department is asked for it.
#[test]
fn qn_7_2_never_without_a_receipt() {
    check(
        rules("quang-ninh"),
        &golden!("quang-ninh-no-receipt"),
        "2026-07-01",
        "2028-12-31",
    );
}

/// QN.15.2 passes a unit mailbox by that its keepers open by delegation.
#[test]
fn qn_15_2_no_password_of_its_own() {
    check(
        rules("quang-ninh"),
        &golden!("quang-ninh-unit"),
        "2026-01-05",
        "2027-01-04",
    );
}

/// BS.7.đ4: three months from the issue, where it was never used; taken back with no lock between, and kept.
#[test]
fn bs_7_đ4_never_used_and_taken_back() {
    check(
        rules("bim-son"),
        &golden!("bim-son-never-used"),
        "2026-03-31",
        "2027-03-30",
    );
}

/// BS.7.đ4: what was taken back is kept, and its holder gets the same mailbox again on request, with a new password.
#[test]
fn bs_7_đ4_taken_back_and_issued_again() {
    check(
        rules("bim-son"),
        &golden!("bim-son-issued-again"),
        "2026-06-01",
        "2027-05-31",
    );
}

/// BS.7.đ4: a reason stops it until its end.
#[test]
fn bs_7_đ4_a_reason_is_told() {
    check(
        rules("bim-son"),
        &golden!("bim-son-reason"),
        "2026-03-01",
        "2027-02-28",
    );
}

/// TQ.8.2.d the default password; TQ.8.4 three years locked without a break.
#[test]
fn tq_8_2_d_tq_8_4_default_password_to_the_end() {
    check(
        rules("tuyen-quang"),
        &golden!("tuyen-quang-default-password"),
        "2026-01-21",
        "2029-12-31",
    );
}

/// TQ.8.2.a unused; TQ.8.3 restored; TQ.6.1 passwords do not expire.
#[test]
fn tq_8_2_a_tq_8_3_tq_6_1_unused_and_restored() {
    check(
        rules("tuyen-quang"),
        &golden!("tuyen-quang-unused"),
        "2026-02-01",
        "2027-01-31",
    );
}

/// HCM.8.3.b: locked when the first session ends; a request is handled from the sixth day on, and cannot be granted
/// before; then the password expires every three months.
#[test]
fn hcm_8_3_b_first_session() {
    check(
        rules("hcm-donre"),
        &golden!("hcm-donre-first-session"),
        "2026-03-02",
        "2026-12-31",
    );
}

/// HCM.8.1.a locked after three months, HCM.8.1.b deleted after six, both from the last use; a reason is told to who
/// decides.
#[test]
fn hcm_8_1_a_hcm_8_1_b_unused() {
    check(
        rules("hcm-donre"),
        &golden!("hcm-donre-unused"),
        "2026-01-05",
        "2026-12-31",
    );
}

/// SL.8.2.a ninety days without sign-in; SL.8.1 thirty more without a request; SL.7.2 gone for good.
#[test]
fn sl_8_2_a_sl_8_1_sl_7_2_unused_to_the_end() {
    check(
        rules("son-la"),
        &golden!("son-la-unused"),
        "2026-01-05",
        "2027-01-04",
    );
}

/// SL.8.2.a: a sign-in with an expired password opens only the page where it is changed, and is none into the system; the
/// change completes it.
#[test]
fn sl_8_2_a_an_expired_password_opens_nothing() {
    check(
        rules("son-la"),
        &golden!("son-la-expired"),
        "2026-03-30",
        "2026-12-31",
    );
}

/// SL.8.1: a request that is refused shortly before the end: the reminder counts the days that are left then.
#[test]
fn sl_8_1_a_late_reminder_counts_the_days_that_are_left() {
    check(
        rules("son-la"),
        &golden!("son-la-refused-late"),
        "2026-04-13",
        "2026-12-31",
    );
}

/// SL.8.3 restored on request; SL.6.1 the password expires every three months.
#[test]
fn sl_8_3_sl_6_1_restored() {
    check(
        rules("son-la"),
        &golden!("son-la-restored"),
        "2026-01-05",
        "2027-01-04",
    );
}

/// QN.7.1, QN.14.5: locked by a person for spam; QN.7.2's term runs from the receipt, and a request in it stops that.
#[test]
fn qn_7_1_qn_14_5_locked_for_a_violation() {
    check(
        rules("quang-ninh"),
        &golden!("quang-ninh-violation"),
        "2026-03-09",
        "2026-06-30",
    );
}

/// TQ.8.2.b hijacked, TQ.8.3 restored; TQ.8.2.c locked again: nothing is sent, and TQ.8.4 counts from the second lock.
#[test]
fn tq_8_2_b_tq_8_2_c_tq_8_4_locked_by_a_person() {
    check(
        rules("tuyen-quang"),
        &golden!("tuyen-quang-violation"),
        "2026-03-09",
        "2029-12-31",
    );
}

/// SL.8.2.b: a leaked password; restored, and changed at the first access.
#[test]
fn sl_8_2_b_sl_8_3_locked_for_a_leak() {
    check(
        rules("son-la"),
        &golden!("son-la-leaked"),
        "2026-03-09",
        "2026-06-30",
    );
}

/// SL.8.2.c: locked by a person for a prohibited act; SL.8.1 counts from there.
#[test]
fn sl_8_2_c_sl_8_1_locked_for_a_violation() {
    check(
        rules("son-la"),
        &golden!("son-la-violation"),
        "2026-01-05",
        "2026-12-31",
    );
}

/// A stricter standard laid on a profile shuts sign-in off first, and says so; the regulation's own lock comes later.
#[test]
fn the_stricter_standard_comes_first_and_is_named() {
    let rules = rules("son-la").clone().with(Overlay::level_3(), true);
    check(
        &rules,
        &golden!("son-la-level-3"),
        "2026-01-05",
        "2026-12-31",
    );
}

/// SAU.5.2: changed on 6 January, 45 days later is 20 February, and from the 21st on the password opens nothing; again
/// from 27 February to 13 April. SAU.6.1: four months from 27 February, a Friday, end on Saturday 27 June, and so on
/// Monday the 29th: locked on the 30th. SAU.6.4: five days from there end on Sunday 5 July, and so on the 6th: the
/// receipt is asked for on the 7th; twenty working days from Wednesday 8 July end on Wednesday 5 August, on which a
/// request still stops it, for two working days (SAU.6.5), to Friday the 7th. Refused, it is proposed at once; revoked
/// is not destroyed.
#[test]
fn sau_5_2_sau_6_1_sau_6_4_a_persons_mailbox_of_the_sixth_province() {
    let rules = sixth();
    check(
        &rules,
        &golden!("sixth-personal"),
        "2026-02-01",
        "2026-12-31",
    );
}

/// SAU.6.2: reading is no use here; sixty days from 2 March end on 1 May and stay there, holiday or not: locked on
/// Saturday the 2nd. SAU.6.5: three working days, 4 to 6 May, pass before a request is handled; from the 7th on the
/// department has two, the 8th and Monday the 11th. Restored on 8 May, sixty days end on 7 July. A receipt is asked for
/// (SAU.6.4) when five days have passed without it: on 14 July, but not on 8 May.
#[test]
fn sau_6_2_sau_6_5_a_units_mailbox_of_the_sixth_province() {
    check(&sixth(), &golden!("sixth-unit"), "2026-03-03", "2026-07-31");
}

/// SAU.6.3: ten working days from Monday 2 March end on Monday the 16th. SAU.6.5: three, 18 to 20 March, pass before a
/// request is handled, and two more answer it, by the 24th. SAU.6.4: the receipt of the notice starts no term here; six
/// months from 17 March end on Thursday 17 September, then the department is asked, and what it confirms is gone.
#[test]
fn sau_6_3_sau_6_4_a_default_password_in_the_sixth_province() {
    let rules = sixth();
    check(
        &rules,
        &golden!("sixth-default-password"),
        "2026-03-03",
        "2026-12-31",
    );
}
