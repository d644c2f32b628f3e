//! The section `[[report]]`: which reports are due, when, by whom and to whom.

mod period;
mod read;

pub use period::Period;
pub(crate) use read::reports;

use crate::calendar::{Answer, Calendar, DayOff};
use crate::show::Rows;
use crate::{Cited, Date, Profile, Source};

/// What brings a report about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Every {
    /// Each period of so many months (1, 2, 3, 4, 6 or 12), counted from January.
    Months(u8),
    /// Somebody asks for it (TQ.11.6).
    Request,
    /// Something has changed (BS.7).
    Change,
}

/// On which day of its period a report is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DueDay {
    /// The month, counted from the period's first, which is 1. Beyond the period's last it lies in the next period.
    pub month: u8,
    /// The day of that month; its last one where it has no such day.
    pub day: u8,
    /// What becomes of it on a day off.
    pub day_off: DayOff,
}

/// A report that the regulation asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    id: String,
    title: String,
    every: Cited<Every>,
    due: Option<Cited<DueDay>>,
    made_by: String,
    to: String,
    content: String,
    form: Option<String>,
    remind: Vec<u16>,
}

/// A report that falls due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueReport<'p> {
    /// The report.
    pub report: &'p Report,
    /// What it is about.
    pub period: Period,
    /// The day that the text names, working day or not.
    pub named: Date,
    /// The day by which it must be there.
    pub due: Answer<Date>,
}

impl Report {
    /// Its name in the profile: `quarterly`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What it is called, in Vietnamese.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// What brings it about, with the clause that asks for it.
    #[must_use]
    pub fn every(&self) -> &Cited<Every> {
        &self.every
    }

    /// On which day of its period it is due; none for a report on request or after a change.
    #[must_use]
    pub fn due_day(&self) -> Option<&Cited<DueDay>> {
        self.due.as_ref()
    }

    /// Who makes it.
    #[must_use]
    pub fn made_by(&self) -> &str {
        &self.made_by
    }

    /// Whom it goes to.
    #[must_use]
    pub fn to(&self) -> &str {
        &self.to
    }

    /// What stands in it.
    #[must_use]
    pub fn content(&self) -> &str {
        &self.content
    }

    /// The id of the form it is made on.
    #[must_use]
    pub fn form(&self) -> Option<&str> {
        self.form.as_deref()
    }

    /// How many days before it is due those who make it are reminded: a local setting.
    #[must_use]
    pub fn remind(&self) -> &[u16] {
        &self.remind
    }

    /// The period that a day lies in; none for a report without periods.
    #[must_use]
    pub fn period_of(&self, day: Date) -> Option<Period> {
        match self.every.value {
            Every::Months(months) => Period::of(day, months),
            Every::Request | Every::Change => None,
        }
    }

    /// When the report about a period is due: the day the text names, and the day that counts.
    #[must_use]
    pub fn due<'p>(&'p self, period: Period, calendar: &Calendar) -> Option<DueReport<'p>> {
        let due = self.due.as_ref()?.value;
        let named = period.day(due.month, due.day)?;
        let counts = match due.day_off {
            DayOff::Stays => Answer {
                value: named,
                undecided: None,
            },
            DayOff::NextWorkingDay => calendar.working_day_from(named),
        };
        Some(DueReport {
            report: self,
            period,
            named,
            due: counts,
        })
    }

    pub(crate) fn rows(&self, rows: &mut Rows<'_>) {
        let every = match self.every.value {
            Every::Months(1) => "hằng tháng".to_owned(),
            Every::Months(3) => "mỗi quý một lần".to_owned(),
            Every::Months(12) => "hằng năm".to_owned(),
            Every::Months(months) => format!("{months} tháng một lần"),
            Every::Request => "khi có yêu cầu".to_owned(),
            Every::Change => "khi có thay đổi".to_owned(),
        };
        let key = |end: &str| format!("report.{}{end}", self.id);
        let value = format!(
            "{every}; {} gửi {}: {}",
            self.made_by, self.to, self.content
        );
        rows.add(key(""), &self.title, value, &self.every.source);
        if let (Some(due), Every::Months(months)) = (&self.due, self.every.value) {
            let DueDay {
                month,
                day,
                day_off,
            } = due.value;
            let in_month = if months == 1 && month == 2 {
                "tháng sau".to_owned()
            } else if month == months {
                "tháng cuối kỳ".to_owned()
            } else {
                format!("tháng thứ {month} tính từ đầu kỳ")
            };
            let day = if day == 31 {
                "ngày cuối".to_owned()
            } else {
                format!("ngày {day}")
            };
            let off = match day_off {
                DayOff::Stays => "",
                DayOff::NextWorkingDay => "; vào ngày nghỉ thì sang ngày làm việc tiếp theo",
            };
            let label = format!("{}: hạn nộp", self.title);
            rows.add(
                key(".due"),
                label,
                format!("{day} {in_month}{off}"),
                &due.source,
            );
            let days: Vec<String> = self
                .remind
                .iter()
                .map(|days| format!("{days} ngày"))
                .collect();
            let label = format!("{}: nhắc trước", self.title);
            rows.add(key(".remind"), label, days.join(", "), &Source::Local);
        }
    }
}

impl DueReport<'_> {
    /// The days on which those who make it are reminded, in order.
    #[must_use]
    pub fn reminders(&self) -> Vec<Date> {
        let mut days: Vec<Date> = self
            .report
            .remind
            .iter()
            .map(|before| self.due.value.plus_days(-i64::from(*before)))
            .collect();
        days.sort_unstable();
        days
    }
}

impl Profile {
    /// The reports that the regulation asks for.
    #[must_use]
    pub fn reports(&self) -> &[Report] {
        &self.reports
    }

    /// The report with this id.
    #[must_use]
    pub fn report(&self, id: &str) -> Option<&Report> {
        self.reports.iter().find(|report| report.id == id)
    }

    /// All reports that are due from one day to another, both included, by day. At most 200 years are looked at.
    #[must_use]
    pub fn reports_due(&self, from: Date, to: Date, calendar: &Calendar) -> Vec<DueReport<'_>> {
        let mut found = Vec::new();
        for report in &self.reports {
            // A report may be due in a later period than its own, and on a day off be put off by some days more.
            let mut at = report.period_of(from.plus_days(-800));
            for _ in 0..2500 {
                let Some(period) = at.filter(|period| period.first() <= to) else {
                    break;
                };
                let due = report.due(period, calendar);
                found.extend(due.filter(|due| (from..=to).contains(&due.due.value)));
                at = period.next();
            }
        }
        found.sort_by_key(|due| due.due.value);
        found
    }
}
