//! Times as people write them on the command line, in Vietnam's time.

use anyhow::{Result, anyhow};
use congvu_regulation::{Date, Moment};

/// Reads `2026-11-23` (its beginning) or `2026-11-23 08:00` (also with `T`), in ms.
pub(super) fn time(text: &str) -> Result<i64> {
    let wrong = || anyhow!("“{text}” không phải thời điểm; hãy viết như 2026-11-23 08:00");
    let text = text.trim();
    let (day, clock) = text.split_once([' ', 'T']).unwrap_or((text, "00:00"));
    let mut parts = day.splitn(3, '-');
    let mut next = || parts.next().ok_or_else(wrong);
    let (year, month, day) = (next()?, next()?, next()?);
    let date = Date::new(
        year.parse().map_err(|_| wrong())?,
        month.parse().map_err(|_| wrong())?,
        day.parse().map_err(|_| wrong())?,
    )
    .ok_or_else(wrong)?;
    let (hour, minute) = clock.split_once(':').ok_or_else(wrong)?;
    let (hour, minute): (i64, i64) = (
        hour.parse().map_err(|_| wrong())?,
        minute.parse().map_err(|_| wrong())?,
    );
    if !(0..24).contains(&hour) || !(0..60).contains(&minute) {
        return Err(wrong());
    }
    Ok(date.start().0 + (hour * 60 + minute) * 60_000)
}

/// A time as it is written, to the minute.
pub(super) fn show(at: i64) -> String {
    let moment = Moment(at);
    let (date, minute) = (moment.date(), moment.minute_of_day());
    format!(
        "{:04}-{:02}-{:02} {:02}:{:02}",
        date.year(),
        date.month(),
        date.day(),
        minute / 60,
        minute % 60
    )
}

#[cfg(test)]
mod tests {
    #[test]
    fn times_are_read_as_they_are_shown() {
        for text in ["2026-11-23 08:05", "2024-02-29 23:59"] {
            assert_eq!(super::show(super::time(text).expect(text)), text);
        }
        assert_eq!(
            super::time("2026-11-22T16:00").expect("a time"),
            1_795_338_000_000
        );
        for wrong in ["2026-11-31", "2026-11-23 24:00", "mai", "2026-11-23 8h"] {
            assert!(super::time(wrong).is_err(), "{wrong}");
        }
    }
}
