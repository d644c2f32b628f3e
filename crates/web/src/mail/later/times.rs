//! Times that somebody may choose, in Vietnam's time.

use congvu_regulation::calendar::Calendar;
use congvu_regulation::{Date, Moment};

use crate::site::{Fields, Lang, full};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
/// Nothing waits for longer (days).
const LONGEST: i64 = 365;

/// A time to choose.
#[derive(Clone, Debug)]
pub(in crate::mail) struct Time {
    pub(in crate::mail) at: i64,
    pub(in crate::mail) label: &'static str,
    /// `08:00 thứ Hai 30/11/2026`
    pub(in crate::mail) when: String,
}

/// The times that are offered: this afternoon, tomorrow morning, the morning of the next working week, each on a day that offices work where it
/// is not tomorrow itself.
pub(in crate::mail) fn offered(calendar: &Calendar, now: i64, lang: Lang) -> Vec<Time> {
    let today = Moment(now).date();
    let at = |date: Date, hour: i64| date.start().0 + hour * HOUR;
    let tomorrow = today.plus_days(1);
    let next_worked = calendar.working_day_from(tomorrow).value;
    let to_monday = 7 - (today.epoch_day() + 3).rem_euclid(7);
    let week = calendar.working_day_from(today.plus_days(to_monday)).value;
    let all = [
        (at(today, 14), lang.t("Chiều nay")),
        (at(tomorrow, 8), lang.t("Sáng mai")),
        (at(next_worked, 8), lang.t("Ngày làm việc tới")),
        (at(week, 8), lang.t("Đầu tuần tới")),
    ];
    let mut offered: Vec<Time> = Vec::new();
    for (at, label) in all {
        if at > now + 30 * MINUTE && offered.iter().all(|known| known.at != at) {
            offered.push(Time {
                at,
                label,
                when: full(at, lang),
            });
        }
    }
    offered
}

/// The time that a form has: one that was offered (`luc`), or another (`luc-khac`); none where it is past, or too far.
pub(in crate::mail) fn chosen(fields: &Fields, now: i64) -> Option<i64> {
    let at = match fields.find("luc") {
        Some(offered) => offered.parse().ok()?,
        None => fields.get("luc-khac").get(..16)?.parse::<Moment>().ok()?.0,
    };
    (at > now && at < now + LONGEST * 24 * HOUR).then_some(at)
}

/// As a field of the form has it: `2026-11-30T08:00`.
pub(in crate::mail) fn field(at: i64) -> String {
    let moment = Moment(at);
    let minute = moment.minute_of_day();
    format!("{}T{:02}:{:02}", moment.date(), minute / 60, minute % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> i64 {
        text.parse::<Moment>().unwrap().0
    }

    fn labels(now: &str) -> Vec<(String, &'static str)> {
        let times = offered(Calendar::viet_nam(), moment(now), Lang::Vietnamese);
        times
            .into_iter()
            .map(|time| (field(time.at), time.label))
            .collect()
    }

    #[test]
    fn sensible_times_are_offered_once_each() {
        // A Monday.
        let monday = labels("2026-11-23T09:00");
        let shown: Vec<(&str, &str)> = monday
            .iter()
            .map(|(at, label)| (at.as_str(), *label))
            .collect();
        // 24 November is a holiday from 2026 on.
        assert_eq!(
            shown,
            [
                ("2026-11-23T14:00", "Chiều nay"),
                ("2026-11-24T08:00", "Sáng mai"),
                ("2026-11-25T08:00", "Ngày làm việc tới"),
                ("2026-11-30T08:00", "Đầu tuần tới"),
            ]
        );
        // A Friday, late: tomorrow is no working day, the next one begins the week.
        let friday = labels("2026-11-27T16:00");
        assert_eq!(friday.len(), 2, "{friday:?}");
        assert_eq!(friday[1].0, "2026-11-30T08:00");
    }

    #[test]
    fn a_time_is_to_come() {
        let now = moment("2026-11-23T09:00");
        let of = |query: &str| chosen(&Fields::parse(query.as_bytes()), now);
        assert_eq!(of("luc-khac=2026-11-23T09:30"), Some(now + 30 * MINUTE));
        assert_eq!(of("luc-khac=2026-11-23T09:30:00"), Some(now + 30 * MINUTE));
        for wrong in [
            "luc-khac=2026-11-23T09:00",
            "luc-khac=2028-01-01T08:00",
            "luc-khac=2026-11-31T08:00",
            "luc-khac=",
            "luc=x",
            "luc=1",
            "",
        ] {
            assert_eq!(of(wrong), None, "{wrong}");
        }
    }
}
