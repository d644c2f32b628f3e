//! Times of certificates and signatures (RFC 5280 §4.1.2.5, RFC 5652 §11.3).

use super::der::Value;
use crate::date::civil::Civil;

const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// Unix seconds of a `UTCTime` or a `GeneralizedTime` in UTC.
pub(super) fn read(value: Value<'_>) -> Option<i64> {
    let digits = value.body.strip_suffix(b"Z")?;
    let (year, rest) = match (value.tag, digits.len()) {
        (UTC_TIME, 12) => match number(&digits[..2])? {
            year @ 0..50 => (2000 + year, &digits[2..]),
            year => (1900 + year, &digits[2..]),
        },
        (GENERALIZED_TIME, 14) => {
            let century = number(&digits[..2])?;
            (century * 100 + number(&digits[2..4])?, &digits[4..])
        }
        _ => return None,
    };
    let two = |at: usize| number(&rest[at..at + 2]).and_then(|number| u8::try_from(number).ok());
    let civil = Civil {
        year,
        month: two(0)?,
        day: two(2)?,
        hour: two(4)?,
        minute: two(6)?,
        second: two(8)?,
    };
    civil.unix()
}

fn number(digits: &[u8]) -> Option<i64> {
    digits.iter().try_fold(0, |number, digit| {
        digit
            .is_ascii_digit()
            .then(|| number * 10 + i64::from(digit - b'0'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        for (tag, text, wanted) in [
            (UTC_TIME, "700101000000Z", Some(0)),
            (UTC_TIME, "491231235959Z", Some(2_524_607_999)),
            (UTC_TIME, "500101000000Z", Some(-631_152_000)),
            (GENERALIZED_TIME, "20261123013000Z", Some(1_795_397_400)),
            (GENERALIZED_TIME, "20260229000000Z", None),
            (GENERALIZED_TIME, "2026112301300Z", None),
            (UTC_TIME, "2611230130+7Z", None),
            (UTC_TIME, "261123013000", None),
            (4, "261123013000Z", None),
        ] {
            let body = text.as_bytes();
            let value = Value {
                tag,
                body,
                whole: body,
            };
            assert_eq!(read(value), wanted, "{text}");
        }
    }
}
