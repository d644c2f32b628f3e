//! New moons and the place of the sun.
//!
//! Source: Jean Meeus, *Astronomical Algorithms*, 2nd edition: chapter 49 (phases of the moon; good to some seconds) and
//! chapter 25 (apparent longitude of the sun; good to 0.01°, which it passes in 15 minutes).

use std::f64::consts::PI;

/// The Julian day number of 1 January 1970, which begins half a day after the Julian day 2440587.5.
const EPOCH: i64 = 2_440_588;
/// Vietnam's clock is seven hours ahead of universal time.
const OFFSET: f64 = 7.0 / 24.0;
/// The mean time from new moon to new moon, in days.
const MONTH: f64 = 29.530_588_861;
/// The Julian day of the new moon of January 2000, which has number 0.
const FIRST: f64 = 2_451_550.097_66;

/// Terms of the new moon: days; then the multiples of the anomaly of the sun, that of the moon and the moon's argument
/// of latitude. A term takes the factor E as often as it has the sun's anomaly.
const TERMS: [(f64, i8, i8, i8); 24] = [
    (-0.40720, 0, 1, 0),
    (0.17241, 1, 0, 0),
    (0.01608, 0, 2, 0),
    (0.01039, 0, 0, 2),
    (0.00739, -1, 1, 0),
    (-0.00514, 1, 1, 0),
    (0.00208, 2, 0, 0),
    (-0.00111, 0, 1, -2),
    (-0.00057, 0, 1, 2),
    (0.00056, 1, 2, 0),
    (-0.00042, 0, 3, 0),
    (0.00042, 1, 0, 2),
    (0.00038, 1, 0, -2),
    (-0.00024, -1, 2, 0),
    (-0.00007, 2, 1, 0),
    (0.00004, 0, 2, -2),
    (0.00004, 3, 0, 0),
    (0.00003, 1, 1, -2),
    (0.00003, 0, 2, 2),
    (-0.00003, 1, 1, 2),
    (0.00003, -1, 1, 2),
    (-0.00002, -1, 1, -2),
    (-0.00002, 1, 3, 0),
    (0.00002, 0, 4, 0),
];

/// What the planets add: days, the angle at moon 0 and its growth a moon, in degrees.
const PLANETS: [(f64, f64, f64); 14] = [
    (0.000_325, 299.77, 0.107_408),
    (0.000_165, 251.88, 0.016_321),
    (0.000_164, 251.83, 26.651_886),
    (0.000_126, 349.42, 36.412_478),
    (0.000_110, 84.66, 18.206_239),
    (0.000_062, 141.74, 53.303_771),
    (0.000_060, 207.14, 2.453_732),
    (0.000_056, 154.84, 7.306_860),
    (0.000_047, 34.52, 27.261_239),
    (0.000_042, 207.19, 0.121_824),
    (0.000_040, 291.34, 1.844_379),
    (0.000_037, 161.72, 24.198_154),
    (0.000_035, 239.56, 25.513_099),
    (0.000_023, 331.55, 3.592_518),
];

/// How far the clock of the planets is ahead of universal time, in seconds, by year (observed to 2020).
const AHEAD: [(f64, f64); 9] = [
    (1900.0, -2.8),
    (1920.0, 21.2),
    (1940.0, 24.3),
    (1960.0, 33.2),
    (1980.0, 50.5),
    (2000.0, 63.8),
    (2020.0, 69.4),
    (2050.0, 80.0),
    (2150.0, 200.0),
];

/// The number of the last new moon at about this day or before it; a neighbour of the true one at most.
pub(super) fn moon_near(epoch_day: i64) -> i32 {
    #[expect(clippy::cast_precision_loss, reason = "a day is far below 2^52")]
    let days = (epoch_day + EPOCH) as f64 - FIRST;
    #[expect(clippy::cast_possible_truncation, reason = "the years end at 65535")]
    let number = (days / MONTH).floor() as i32;
    number
}

/// The day in Vietnam, since 1970, on which the new moon of this number falls.
pub(super) fn new_moon_day(number: i32) -> i64 {
    let k = f64::from(number);
    let t = k / 1236.85;
    let (t2, t3, t4) = (t * t, t * t * t, t * t * t * t);
    let mean = FIRST + MONTH * k + 0.000_154_37 * t2 - 0.000_000_150 * t3 + 0.000_000_000_73 * t4;
    let e = 1.0 - 0.002_516 * t - 0.000_007_4 * t2;
    let sun = 2.5534 + 29.105_356_70 * k - 0.000_001_4 * t2 - 0.000_000_11 * t3;
    let moon =
        201.5643 + 385.816_935_28 * k + 0.010_758_2 * t2 + 0.000_012_38 * t3 - 0.000_000_058 * t4;
    let latitude =
        160.7108 + 390.670_502_84 * k - 0.001_611_8 * t2 - 0.000_002_27 * t3 + 0.000_000_011 * t4;
    let node = 124.7746 - 1.563_755_88 * k + 0.002_067_2 * t2 + 0.000_002_15 * t3;
    let term = |&(days, of_sun, of_moon, of_latitude): &(f64, i8, i8, i8)| {
        let angle =
            f64::from(of_sun) * sun + f64::from(of_moon) * moon + f64::from(of_latitude) * latitude;
        days * e.powi(i32::from(of_sun.abs())) * sin(angle)
    };
    let planet = |&(index, (days, start, growth)): &(usize, (f64, f64, f64))| {
        let square = if index == 0 { 0.009_173 * t2 } else { 0.0 };
        days * sin(start + growth * k - square)
    };
    let terms: f64 = TERMS.iter().map(term).sum();
    let planets: f64 = PLANETS
        .into_iter()
        .enumerate()
        .map(|each| planet(&each))
        .sum();
    let at = mean + terms + planets - 0.000_17 * sin(node);
    let universal = at - ahead(at);
    #[expect(clippy::cast_possible_truncation, reason = "the years end at 65535")]
    let day = (universal + 0.5 + OFFSET).floor() as i64;
    day - EPOCH
}

/// Which twelfth of its way the sun is in as this day begins in Vietnam: 0 from the spring equinox, 9 from the winter
/// solstice.
pub(super) fn sun_twelfth(epoch_day: i64) -> u8 {
    #[expect(clippy::cast_precision_loss, reason = "a day is far below 2^52")]
    let midnight = (epoch_day + EPOCH) as f64 - 0.5 - OFFSET;
    let at = midnight + ahead(midnight);
    let t = (at - 2_451_545.0) / 36_525.0;
    let mean = 280.466_46 + 36_000.769_83 * t + 0.000_303_2 * t * t;
    let anomaly = 357.529_11 + 35_999.050_29 * t - 0.000_153_7 * t * t;
    let centre = (1.914_602 - 0.004_817 * t - 0.000_014 * t * t) * sin(anomaly)
        + (0.019_993 - 0.000_101 * t) * sin(2.0 * anomaly)
        + 0.000_289 * sin(3.0 * anomaly);
    let node = 125.04 - 1934.136 * t;
    let longitude = mean + centre - 0.005_69 - 0.004_78 * sin(node);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 to 11"
    )]
    let twelfth = (longitude.rem_euclid(360.0) / 30.0).floor() as u8;
    twelfth.min(11)
}

/// How far the clock of the planets is ahead at this Julian day, in days.
fn ahead(julian: f64) -> f64 {
    let year = 2000.0 + (julian - 2_451_545.0) / 365.25;
    let year = year.clamp(AHEAD[0].0, AHEAD[AHEAD.len() - 1].0);
    let between = AHEAD.windows(2).find_map(|pair| match pair {
        [(from, first), (to, last)] if (*from..=*to).contains(&year) => {
            Some(first + (last - first) * (year - from) / (to - from))
        }
        _ => None,
    });
    between.unwrap_or(0.0) / 86_400.0
}

fn sin(degrees: f64) -> f64 {
    (degrees.rem_euclid(360.0) * PI / 180.0).sin()
}
