//! The Gregorian calendar.

const DAY: i64 = 86_400;
/// Days from 1 March of year 0 to 1 January 1970.
const EPOCH: i64 = 719_468;
/// Days of 400 years.
const ERA: i64 = 146_097;

/// A date and a time of day, without a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Civil {
    pub(crate) year: i64,
    /// 1 to 12.
    pub(crate) month: u8,
    /// 1 to 31.
    pub(crate) day: u8,
    pub(crate) hour: u8,
    pub(crate) minute: u8,
    /// 0 to 60.
    pub(crate) second: u8,
}

/// Days since 1 January 1970. Years are counted from March, so that the leap day is the last of its year.
fn days(year: i64, month: u8, day: u8) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = (i64::from(month) + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + i64::from(day) - 1;
    era * ERA + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - EPOCH
}

impl Civil {
    /// Unix seconds, the fields being those of UTC; none where there is no such day or time.
    pub(crate) fn unix(self) -> Option<i64> {
        let leap = self.year % 4 == 0 && (self.year % 100 != 0 || self.year % 400 == 0);
        let last = match self.month {
            2 => 28 + u8::from(leap),
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return None,
        };
        let valid = (1..=last).contains(&self.day)
            && (0..=9999).contains(&self.year)
            && self.hour < 24
            && self.minute < 60
            && self.second <= 60;
        let seconds =
            i64::from(self.hour) * 3600 + i64::from(self.minute) * 60 + i64::from(self.second);
        valid.then(|| days(self.year, self.month, self.day) * DAY + seconds)
    }

    /// The fields and the day of the week, 0 being Sunday. Years beyond four digits are held at their ends.
    pub(crate) fn from_unix(unix: i64) -> (Self, usize) {
        // 0000-01-01 to 9999-12-31, the years that both formats can write.
        let unix = unix.clamp(-62_167_219_200, 253_402_300_799);
        let second_of_day = unix.rem_euclid(DAY);
        let since_epoch = unix.div_euclid(DAY);
        let shifted = since_epoch + EPOCH;
        let era = shifted.div_euclid(ERA);
        let day_of_era = shifted.rem_euclid(ERA);
        let year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let month = (month_from_march + 2) % 12 + 1;
        let civil = Self {
            year: era * 400 + year_of_era + i64::from(month <= 2),
            month: small(month),
            day: small(day_of_year - (153 * month_from_march + 2) / 5 + 1),
            hour: small(second_of_day / 3600),
            minute: small(second_of_day / 60 % 60),
            second: small(second_of_day % 60),
        };
        // 1 January 1970 was a Thursday.
        (civil, usize::from(small((since_epoch + 4).rem_euclid(7))))
    }
}

fn small(value: i64) -> u8 {
    u8::try_from(value).expect("a calendar field is below 60")
}
