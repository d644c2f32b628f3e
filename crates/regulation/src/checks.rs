//! The section `[checks]`: how often a mailbox is looked into, and in which parts of the day.

use std::fmt;

use toml::de::DeValue;

use crate::read::{Reader, Table, number, words};
use crate::requests::mailbox;
use crate::show::Rows;
use crate::{Cited, MailboxKind, Profile, Source};

/// A part of the day in which a mailbox is looked into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// What it is called: "đầu buổi sáng".
    pub label: String,
    /// Its first minute, counted from midnight.
    pub from: u16,
    /// The minute before which it ends.
    pub until: u16,
}

/// How often mailboxes of some kinds are looked into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checks {
    mailboxes: Vec<MailboxKind>,
    per_day: Option<Cited<u16>>,
    windows: Vec<Window>,
    duty: Source,
}

/// What a day's checks amount to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Met<'p> {
    /// How many checks there were; several in one minute are one.
    pub checks: u16,
    /// Each window, and whether it was met.
    pub windows: Vec<(&'p Window, bool)>,
    /// Whether the day is as the text asks: often enough, and in every window. Always so where nothing is counted.
    pub enough: bool,
}

impl Checks {
    /// The mailboxes that are counted.
    #[must_use]
    pub fn mailboxes(&self) -> &[MailboxKind] {
        &self.mailboxes
    }

    /// The least number of checks a day (HCM.8.2.a, BS.III.11); none where the text counts none (QN.10).
    #[must_use]
    pub fn per_day(&self) -> Option<&Cited<u16>> {
        self.per_day.as_ref()
    }

    /// The parts of the day; their hours are a local setting.
    #[must_use]
    pub fn windows(&self) -> &[Window] {
        &self.windows
    }

    /// What asks that mailboxes are looked into.
    #[must_use]
    pub fn duty(&self) -> &Source {
        &self.duty
    }

    /// What the checks of one day amount to; `times` are minutes from midnight in any order.
    #[must_use]
    pub fn met(&self, times: &[u16]) -> Met<'_> {
        let mut times: Vec<u16> = times.iter().copied().filter(|time| *time < DAY).collect();
        times.sort_unstable();
        times.dedup();
        let checks = u16::try_from(times.len()).unwrap_or(u16::MAX);
        let windows: Vec<(&Window, bool)> = self
            .windows
            .iter()
            .map(|window| {
                (
                    window,
                    times
                        .iter()
                        .any(|time| (window.from..window.until).contains(time)),
                )
            })
            .collect();
        let often = self
            .per_day
            .as_ref()
            .is_none_or(|least| checks >= least.value);
        Met {
            checks,
            enough: often && windows.iter().all(|(_, met)| *met),
            windows,
        }
    }

    pub(crate) fn rows(&self, rows: &mut Rows<'_>) {
        let label = "Số lần kiểm tra hộp thư tối thiểu";
        match &self.per_day {
            Some(least) => {
                let kinds: Vec<&str> = self
                    .mailboxes
                    .iter()
                    .map(|kind| match kind {
                        MailboxKind::Personal => "hộp thư cá nhân",
                        MailboxKind::Unit => "hộp thư cơ quan, đơn vị",
                    })
                    .collect();
                let value = format!("{:02} lần mỗi ngày ({})", least.value, kinds.join(", "));
                rows.add("checks.per_day", label, value, &least.source);
            }
            None => rows.add(
                "checks.per_day",
                label,
                "thường xuyên, không quy định số lần",
                &self.duty,
            ),
        }
        for (at, window) in self.windows.iter().enumerate() {
            let key = format!("checks.windows.{}", at + 1);
            let label = format!("Giờ kiểm tra {}", window.label);
            rows.add(key, label, window.to_string(), &Source::Local);
        }
    }
}

const DAY: u16 = 24 * 60;

/// "07:00–09:00".
impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (from, until) = (self.from, self.until);
        write!(
            f,
            "{:02}:{:02}–{:02}:{:02}",
            from / 60,
            from % 60,
            until / 60,
            until % 60
        )
    }
}

impl Profile {
    /// How often mailboxes are looked into.
    #[must_use]
    pub fn checks(&self) -> &Checks {
        &self.checks
    }
}

/// Reads `[checks]`.
pub(crate) fn checks<'t>(reader: &mut Reader<'t>, top: &mut Table<'t>) -> Option<Checks> {
    let mut table = reader.table(top, "checks")?;
    let mailboxes = reader.plain(&mut table, "mailboxes", mailboxes);
    let per_day = reader.optional_cited(&mut table, "per_day", times);
    let mut last = 0;
    let windows = reader.each(&mut table, "windows", Some("label"), |reader, table| {
        let label = reader.plain(table, "label", words);
        let from = reader.plain(table, "from", minute);
        let line = reader.line_of(table, "until");
        let until = reader.plain(table, "until", minute);
        let (label, from, until) = (label?, from?, until?);
        if until <= from {
            reader.needs(line, table.name("until"), "một giờ sau from");
            return None;
        }
        if from < last {
            let what = "các khung giờ theo thứ tự, không chồng lên nhau";
            reader.needs(table.line, table.path.clone(), what);
            return None;
        }
        last = until;
        Some(Window { label, from, until })
    });
    let duty = reader.source(&mut table);
    reader.close(&table);
    Some(Checks {
        mailboxes: mailboxes?,
        per_day: per_day?,
        windows: windows?,
        duty: duty?,
    })
}

fn mailboxes(value: &DeValue<'_>) -> Result<Vec<MailboxKind>, &'static str> {
    let what = "danh sách chọn từ \"personal\", \"unit\"";
    let kinds: Result<Vec<MailboxKind>, _> = value
        .as_array()
        .ok_or(what)?
        .iter()
        .map(|item| mailbox(item.get_ref()))
        .collect();
    kinds.map_err(|_| what)
}

fn times(value: &DeValue<'_>) -> Result<u16, &'static str> {
    number(value)
        .and_then(|number| u16::try_from(number).ok())
        .filter(|number| (1..=100).contains(number))
        .ok_or("số lần kiểm tra mỗi ngày từ 1 đến 100")
}

fn minute(value: &DeValue<'_>) -> Result<u16, &'static str> {
    let what = "một giờ trong ngày (\"07:30\")";
    let (hours, minutes) = value
        .as_str()
        .and_then(|text| text.split_once(':'))
        .ok_or(what)?;
    let two = |text: &str, below: u16| {
        let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<u16>()
            .ok()
            .filter(|number| digits && *number < below)
    };
    let minute = two(hours, 24).zip(two(minutes, 60));
    minute
        .map(|(hours, minutes)| hours * 60 + minutes)
        .ok_or(what)
}
