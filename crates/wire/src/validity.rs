//! Until when a certificate is valid: of X.509 (RFC 5280 §4.1) no more is read than that.

use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;

/// When the first certificate of PEM text stops being valid (ms since 1970 UTC); `None` where there is none that can be read.
#[must_use]
pub fn valid_until(cert_pem: &[u8]) -> Option<i64> {
    let der = CertificateDer::from_pem_slice(cert_pem).ok()?;
    let (_, certificate, _) = element(&der)?;
    let (_, mut fields, _) = element(certificate)?;
    // Version (0xA0), serial number, algorithm, issuer; then the two times.
    if let (0xa0, _, rest) = element(fields)? {
        fields = rest;
    }
    for _ in 0..3 {
        (_, _, fields) = element(fields)?;
    }
    let (_, validity, _) = element(fields)?;
    let (_, _, rest) = element(validity)?;
    let (tag, text, _) = element(rest)?;
    time(tag, text)
}

/// The first element of DER: its tag, what is in it, and what stands behind it.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = der.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        short @ 0..=0x7f => (usize::from(*short), rest),
        0x81..=0x84 => {
            let (bytes, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            let length = bytes
                .iter()
                .fold(0_usize, |sum, byte| sum << 8 | usize::from(*byte));
            (length, rest)
        }
        _ => return None,
    };
    let (content, behind) = rest.split_at_checked(length)?;
    Some((*tag, content, behind))
}

/// `UTCTime` (0x17, the years 1950 to 2049) or `GeneralizedTime` (0x18), both to the second and in UTC.
fn time(tag: u8, text: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(text).ok()?.strip_suffix('Z')?;
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<i64>().ok();
    let (year, at) = match tag {
        0x17 => {
            let year = number(0, 2)?;
            (if year < 50 { 2000 + year } else { 1900 + year }, 2)
        }
        0x18 => (number(0, 4)?, 4),
        _ => return None,
    };
    let (month, day) = (number(at, at + 2)?, number(at + 2, at + 4)?);
    let (hour, minute) = (number(at + 4, at + 6)?, number(at + 6, at + 8)?);
    let second = number(at + 8, at + 10)?;
    // Days since 1970: years begin in March, so that a leap day is their last.
    let years = if month < 3 { year - 1 } else { year };
    let in_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = 365 * years + years / 4 - years / 100 + years / 400 + in_year - 719_468;
    Some((((days * 24 + hour) * 60 + minute) * 60 + second) * 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{SystemTime, UNIX_EPOCH};

    #[test]
    fn a_certificate_tells_how_long_it_is_valid() {
        let made = crate::self_signed(&["mail.sonla.gov.vn".to_owned()]).unwrap();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let left = valid_until(made.cert_pem.as_bytes()).unwrap() / 1_000
            - i64::try_from(now.as_secs()).unwrap();
        assert!((729 * 86_400..=730 * 86_400).contains(&left), "{left}");
        assert_eq!(valid_until(b"nothing"), None);
    }

    #[test]
    fn both_forms_of_times_are_read() {
        assert_eq!(time(0x17, b"261123010203Z"), Some(1_795_395_723_000));
        assert_eq!(time(0x18, b"20261123010203Z"), Some(1_795_395_723_000));
        assert_eq!(time(0x17, b"700101000000Z"), Some(0));
        assert_eq!(time(0x18, b"20240229000000Z"), Some(1_709_164_800_000));
        assert_eq!(time(0x17, b"26112301020"), None);
    }
}
