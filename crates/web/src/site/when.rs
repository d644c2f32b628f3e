//! Times as people read them, in Vietnam's time.

use time::{OffsetDateTime, UtcOffset, Weekday};

use super::Lang;

const ZONE: UtcOffset = match UtcOffset::from_hms(7, 0, 0) {
    Ok(zone) => zone,
    Err(_) => UtcOffset::UTC,
};

fn local(ms: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(ms.div_euclid(1000))
        .ok()
        // The last hours of the year 9999 are in none that can be told here.
        .and_then(|then| then.checked_to_offset(ZONE))
        .unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

fn weekday(day: Weekday, lang: Lang) -> &'static str {
    let at = usize::from(day.number_days_from_monday());
    match lang {
        Lang::Vietnamese => [
            "thứ Hai",
            "thứ Ba",
            "thứ Tư",
            "thứ Năm",
            "thứ Sáu",
            "thứ Bảy",
            "Chủ nhật",
        ][at],
        Lang::English => [
            "Monday",
            "Tuesday",
            "Wednesday",
            "Thursday",
            "Friday",
            "Saturday",
            "Sunday",
        ][at],
    }
}

/// As short as it can be told at `now`: `08:14`, `Hôm qua`, `20/11`, `20/11/2025`.
pub(crate) fn short(ms: i64, now: i64, lang: Lang) -> String {
    let (then, today) = (local(ms), local(now));
    let days = (today.date() - then.date()).whole_days();
    match days {
        0 => format!("{:02}:{:02}", then.hour(), then.minute()),
        1 => lang.t("Hôm qua").to_owned(),
        _ if then.year() == today.year() => {
            format!("{:02}/{:02}", then.day(), u8::from(then.month()))
        }
        _ => day(ms),
    }
}

/// `20/11/2025`
fn day(ms: i64) -> String {
    let then = local(ms);
    format!(
        "{:02}/{:02}/{}",
        then.day(),
        u8::from(then.month()),
        then.year()
    )
}

/// `08:40 thứ Năm 26/11/2026`
pub(crate) fn full(ms: i64, lang: Lang) -> String {
    format!("{} {}", hour(ms), named_day(ms, lang))
}

/// `08:40`
pub(crate) fn hour(ms: i64) -> String {
    let then = local(ms);
    format!("{:02}:{:02}", then.hour(), then.minute())
}

/// `thứ Năm 26/11/2026`
pub(crate) fn named_day(ms: i64, lang: Lang) -> String {
    format!("{} {}", weekday(local(ms).weekday(), lang), day(ms))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 20:30 on Monday 23 November 2026 in Vietnam.
    const NOW: i64 = 1_795_440_600_000;

    #[test]
    fn times() {
        let vi = Lang::Vietnamese;
        const HOUR: i64 = 3_600_000;
        assert_eq!(full(NOW, vi), "20:30 thứ Hai 23/11/2026");
        assert_eq!(short(NOW - 20 * HOUR, NOW, vi), "00:30");
        assert_eq!(short(NOW - 21 * HOUR, NOW, vi), "Hôm qua");
        assert_eq!(short(NOW - 60 * HOUR, NOW, vi), "21/11");
        // The last second of the year 9999.
        assert_eq!(full(253_402_300_799_000, vi), "00:00 thứ Năm 01/01/1970");
        assert_eq!(short(NOW - 365 * 24 * HOUR, NOW, vi), "23/11/2025");
    }
}
