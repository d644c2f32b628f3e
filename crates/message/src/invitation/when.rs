//! When an event takes place: days, moments, hours on no clock in particular, and how often.

use std::collections::HashMap;
use std::str::FromStr as _;

use calcard::common::PartialDateTime;
use calcard::common::timezone::Tz;
use calcard::icalendar::{
    ICalendar, ICalendarComponent, ICalendarEntry, ICalendarFrequency, ICalendarProperty,
    ICalendarValue, ICalendarWeekday,
};

const DAY: i64 = 86_400;

/// A time in a calendar (RFC 5545 §3.3.4, §3.3.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// A whole day: its beginning in unix seconds, were it in UTC.
    Day(i64),
    /// A moment, in unix seconds.
    At(i64),
    /// An hour on the reader's own clock, wherever they are: in unix seconds, were it in UTC.
    Local(i64),
}

/// How often something is repeated (RFC 5545 §3.3.10).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frequency {
    /// Each day.
    Daily,
    /// Each week.
    Weekly,
    /// Each month.
    Monthly,
    /// Each year.
    Yearly,
    /// By a rule that has no short words.
    Other,
}

/// A rule of repetition, as far as it has short words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repeats {
    /// The unit.
    pub frequency: Frequency,
    /// So many units lie between two.
    pub interval: u16,
    /// On which days of the week, Monday 0; none where the rule names none, or does so in another way.
    pub weekdays: Vec<u8>,
    /// How many times.
    pub count: Option<u32>,
    /// Until when.
    pub until: Option<When>,
}

/// The zones that a calendar names.
pub(super) struct Zones<'c> {
    calendar: &'c ICalendar,
    known: HashMap<String, Option<Tz>>,
}

impl<'c> Zones<'c> {
    pub(super) fn new(calendar: &'c ICalendar) -> Self {
        Self {
            calendar,
            known: HashMap::new(),
        }
    }

    /// A zone by its name: as the calendar explains it, or as the world calls it. Outlook has names of its own.
    fn find(&mut self, name: &str) -> Option<Tz> {
        if let Some(found) = self.known.get(name) {
            return *found;
        }
        let mut explained = self.calendar.timezones();
        let explained = explained.find_map(|zone| zone.timezone().filter(|(id, _)| *id == name));
        let found = explained
            .map(|(_, zone)| zone)
            .or_else(|| Tz::from_str(name).ok());
        self.known.insert(name.to_owned(), found);
        found
    }

    /// One that nobody knows.
    pub(super) fn unknown(&self) -> Option<String> {
        let mut unknown = self.known.iter().filter(|(_, found)| found.is_none());
        unknown
            .next()
            .map(|(name, _)| super::line(name, super::LINE))
    }

    /// The time that a line of an event tells.
    pub(super) fn of(&mut self, entry: Option<&ICalendarEntry>) -> Option<When> {
        let entry = entry?;
        let time = entry.values.first()?.as_partial_date_time()?;
        let zone = entry.tz_id().map(|name| self.find(name));
        when(time, zone.flatten())
    }

    /// When an event ends that begins so; of days the last.
    pub(super) fn end(&mut self, start: Option<When>, event: &ICalendarComponent) -> Option<When> {
        if let Some(end) = self.of(event.property(&ICalendarProperty::Dtend)) {
            return Some(match end {
                // RFC 5545 §3.6.1: the day behind it.
                When::Day(end) => When::Day(end.saturating_sub(DAY)),
                end => end,
            });
        }
        let lasts = event.property(&ICalendarProperty::Duration)?;
        let Some(ICalendarValue::Duration(lasts)) = lasts.values.first() else {
            return None;
        };
        let seconds = lasts.as_seconds();
        Some(match start? {
            When::Day(start) => When::Day(start.saturating_add(seconds.saturating_sub(DAY).max(0))),
            When::At(start) => When::At(start.saturating_add(seconds)),
            When::Local(start) => When::Local(start.saturating_add(seconds)),
        })
    }
}

fn when(time: &PartialDateTime, zone: Option<Tz>) -> Option<When> {
    let as_utc = || {
        let mut plain = time.clone();
        (plain.tz_hour, plain.tz_minute) = (None, None);
        Some(plain.to_date_time_with_tz(Tz::UTC)?.timestamp())
    };
    if time.hour.is_none() {
        return Some(When::Day(as_utc()?));
    }
    if time.tz_hour.is_some() {
        return Some(When::At(time.to_date_time_with_tz(Tz::UTC)?.timestamp()));
    }
    // An hour that a change of clocks leaves out, or has twice, is on no clock.
    let moment = zone.and_then(|zone| time.to_date_time_with_tz(zone));
    Some(match moment {
        Some(moment) => When::At(moment.timestamp()),
        None => When::Local(as_utc()?),
    })
}

/// How an event is repeated.
pub(super) fn repeats(zones: &mut Zones<'_>, entry: Option<&ICalendarEntry>) -> Option<Repeats> {
    let entry = entry?;
    let Some(ICalendarValue::RecurrenceRule(rule)) = entry.values.first() else {
        return None;
    };
    let has_numbers = rule.byday.iter().any(|day| day.ordwk.is_some());
    let is_plain = rule.bysetpos.is_empty()
        && rule.byyearday.is_empty()
        && rule.byweekno.is_empty()
        && rule.byhour.is_empty()
        && rule.byminute.is_empty()
        && rule.bymonthday.len() <= 1
        && rule.bymonth.len() <= 1
        && !has_numbers;
    let frequency = match rule.freq {
        _ if !is_plain => Frequency::Other,
        ICalendarFrequency::Daily => Frequency::Daily,
        ICalendarFrequency::Weekly => Frequency::Weekly,
        ICalendarFrequency::Monthly if rule.byday.is_empty() => Frequency::Monthly,
        ICalendarFrequency::Yearly if rule.byday.is_empty() => Frequency::Yearly,
        _ => Frequency::Other,
    };
    let zone = entry.tz_id().map(|name| zones.find(name));
    let mut weekdays: Vec<u8> = rule.byday.iter().map(|day| number(day.weekday)).collect();
    weekdays.sort_unstable();
    weekdays.dedup();
    if frequency == Frequency::Other {
        weekdays.clear();
    }
    Some(Repeats {
        frequency,
        interval: rule.interval.unwrap_or(1).max(1),
        weekdays,
        count: rule.count,
        until: rule
            .until
            .as_ref()
            .and_then(|until| when(until, zone.flatten())),
    })
}

fn number(day: ICalendarWeekday) -> u8 {
    match day {
        ICalendarWeekday::Monday => 0,
        ICalendarWeekday::Tuesday => 1,
        ICalendarWeekday::Wednesday => 2,
        ICalendarWeekday::Thursday => 3,
        ICalendarWeekday::Friday => 4,
        ICalendarWeekday::Saturday => 5,
        ICalendarWeekday::Sunday => 6,
    }
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::*;

    fn of(lines: &str) -> (Option<When>, Option<When>, Option<String>) {
        let read = read(&format!(
            "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\n{lines}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        ));
        let read = read.unwrap();
        (read.start, read.end, read.unknown_zone)
    }

    #[test]
    fn days_moments_and_hours_on_any_clock() {
        // 24 November 2026
        const NIGHT: i64 = 1_795_478_400;
        assert_eq!(
            of("DTSTART;VALUE=DATE:20261124\r\nDTEND;VALUE=DATE:20261126"),
            (Some(When::Day(NIGHT)), Some(When::Day(NIGHT + DAY)), None)
        );
        assert_eq!(
            of("DTSTART:20261124T010000Z\r\nDURATION:PT90M").1,
            Some(When::At(NIGHT + 9_000))
        );
        assert_eq!(
            of("DTSTART:20261124T080000").0,
            Some(When::Local(NIGHT + 8 * 3_600))
        );
        assert_eq!(
            of("DTSTART;TZID=Asia/Ho_Chi_Minh:20261124T080000").0,
            Some(When::At(NIGHT + 3_600))
        );
        assert_eq!(
            of("DTSTART;TZID=America/New_York:20261124T080000").0,
            Some(When::At(NIGHT + 13 * 3_600))
        );
        let (start, _, unknown) = of("DTSTART;TZID=Sao Hoa:20261124T080000");
        assert_eq!(
            (start, unknown.as_deref()),
            (Some(When::Local(NIGHT + 8 * 3_600)), Some("Sao Hoa"))
        );
        // The clocks in New York go forward: there is no half past two.
        assert!(matches!(
            of("DTSTART;TZID=America/New_York:20270314T023000").0,
            Some(When::Local(_))
        ));
    }
}
