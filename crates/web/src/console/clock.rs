//! A term in working days, as boxes and as a sentence.

use congvu_governance::Law;
use congvu_regulation::Date;

use crate::site::Lang;

/// Days off that are shown at once are one stub; more boxes than this are drawn narrow.
const LONG: usize = 12;
/// More working days than this are told, not drawn.
const MOST: usize = 40;

/// The clock of something that is due.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Clock {
    /// A box a working day: `was`, `now`, ``, `over`; `off`: days off.
    pub(crate) boxes: Vec<&'static str>,
    pub(crate) is_late: bool,
    pub(crate) is_soon: bool,
    /// `Còn 2 ngày làm việc`
    pub(crate) left: String,
    /// `hạn thứ Sáu 20/11/2026`
    pub(crate) last: String,
}

impl Clock {
    pub(crate) fn is_long(&self) -> bool {
        self.boxes.len() > LONG
    }

    /// From the day after `from` to `due`, as it stands `today`.
    pub(crate) fn of(law: Law, (from, due): (Date, Date), today: Date, lang: Lang) -> Self {
        let calendar = law.calendar();
        let is_working = |day: Date| calendar.is_working_day(day).value;
        let working = |from: Date, to: Date| {
            let days = (from.epoch_day()..=to.epoch_day()).map(Date::from_epoch_day);
            days.filter(|day| is_working(*day)).count()
        };
        let is_late = today > due;
        let end = if is_late { today } else { due };
        let mut boxes = Vec::new();
        if end.epoch_day() - from.epoch_day() <= 3 * i64::try_from(MOST).unwrap_or(0) {
            for day in from.epoch_day() + 1..=end.epoch_day() {
                let day = Date::from_epoch_day(day);
                if !is_working(day) {
                    if boxes.last() != Some(&"off") {
                        boxes.push("off");
                    }
                    continue;
                }
                boxes.push(if day > due {
                    "over"
                } else if day == today {
                    "now"
                } else if day < today {
                    "was"
                } else {
                    ""
                });
            }
        }
        if boxes.len() > MOST {
            boxes.clear();
        }
        let left = if is_late {
            let over = working(due.plus_days(1), today);
            format!("{} {over} {}", lang.t("Quá"), lang.t("ngày làm việc"))
        } else if due == today {
            lang.t("Còn hôm nay").to_owned()
        } else {
            let days = working(today.plus_days(1), due);
            format!("{} {days} {}", lang.t("Còn"), lang.t("ngày làm việc"))
        };
        Self {
            boxes,
            is_late,
            is_soon: !is_late && working(today, due) <= 1,
            left,
            last: format!("{} {} {}", lang.t("hạn"), due.weekday(), due.vietnamese()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock(from: &str, due: &str, today: &str) -> Clock {
        let day = |text: &str| text.parse::<Date>().unwrap();
        let law = Law::new(Box::leak(Box::default()));
        Clock::of(law, (day(from), day(due)), day(today), Lang::Vietnamese)
    }

    #[test]
    fn a_term_counts_working_days_only() {
        // Received on a Friday, due in three working days; Saturday and Sunday are one stub.
        let monday = clock("2026-11-13", "2026-11-18", "2026-11-16");
        assert_eq!(monday.boxes, ["off", "now", "", ""]);
        assert_eq!(monday.left, "Còn 2 ngày làm việc");
        assert_eq!(monday.last, "hạn thứ Tư 18/11/2026");
        assert!(!monday.is_late && !monday.is_soon);
        let last = clock("2026-11-13", "2026-11-18", "2026-11-18");
        assert_eq!((last.left.as_str(), last.is_soon), ("Còn hôm nay", true));
        let late = clock("2026-11-13", "2026-11-18", "2026-11-20");
        assert_eq!(late.boxes, ["off", "was", "was", "was", "over", "over"]);
        assert_eq!(
            (late.left.as_str(), late.is_late),
            ("Quá 2 ngày làm việc", true)
        );
    }
}
