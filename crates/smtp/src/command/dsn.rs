//! Values of the parameters of RFC 3461: xtext, NOTIFY, ORCPT.

use congvu_delivery::outbound::Notify;

/// Longest ENVID, characters (RFC 3461 §4.4).
pub(super) const ENVELOPE_ID: usize = 100;
/// Longest ORCPT, characters (RFC 3461 §4.2).
pub(super) const ORIGINAL: usize = 500;

/// The value, if it is xtext (RFC 3461 §4) of printable characters, at most `longest` of them.
pub(super) fn xtext(value: &str, longest: usize) -> Option<&str> {
    if value.is_empty() || value.len() > longest {
        return None;
    }
    let mut rest = value.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        rest = match first {
            b'+' => {
                let two = std::str::from_utf8(tail.get(..2)?).ok()?;
                let upper = two
                    .bytes()
                    .all(|c| c.is_ascii_digit() || (b'A'..=b'F').contains(&c));
                let code = u8::from_str_radix(two, 16).ok()?;
                // What is not printable could break out of a line once it is read.
                if !upper || !(b' '..=b'~').contains(&code) {
                    return None;
                }
                &tail[2..]
            }
            b'=' => return None,
            b'!'..=b'~' => tail,
            _ => return None,
        };
    }
    Some(value)
}

/// NOTIFY (RFC 3461 §4.1): NEVER, or some of the others.
pub(super) fn notify(value: &str) -> Option<Notify> {
    let mut notify = Notify::default();
    for word in value.split(',') {
        let given = match word.to_ascii_uppercase().as_str() {
            "NEVER" if value.len() == word.len() => &mut notify.never,
            "SUCCESS" => &mut notify.success,
            "FAILURE" => &mut notify.failure,
            "DELAY" => &mut notify.delay,
            _ => return None,
        };
        *given = true;
    }
    Some(notify)
}

/// ORCPT (RFC 3461 §4.2): a kind of address, a semicolon, the address in xtext, or in UTF-8 where the
/// kind says so (RFC 6533 §3).
pub(super) fn original(value: &str) -> Option<&str> {
    let (kind, address) = value.split_once(';')?;
    let atom = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
    if kind.is_empty() || !kind.chars().all(atom) || value.len() > ORIGINAL {
        return None;
    }
    if kind.eq_ignore_ascii_case("utf-8") {
        let plain = !address.is_empty() && !address.chars().any(|c| c.is_control() || c == ' ');
        return plain.then_some(value);
    }
    xtext(address, ORIGINAL)?;
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xtext_is_printable() {
        for good in ["QQ314159", "a+2Bb+3Dc", "+20"] {
            assert_eq!(xtext(good, 100), Some(good));
        }
        for bad in [
            "", "a b", "a=b", "+", "+2", "+2b", "+0A", "+7F", "thư", "+xx",
        ] {
            assert_eq!(xtext(bad, 100), None, "{bad}");
        }
        assert_eq!(xtext(&"x".repeat(101), 100), None);
    }

    #[test]
    fn notify_is_never_or_some() {
        let read = |value: &str| notify(value).map(|n| (n.never, n.success, n.failure, n.delay));
        assert_eq!(read("never"), Some((true, false, false, false)));
        assert_eq!(read("SUCCESS,Delay"), Some((false, true, false, true)));
        assert_eq!(read("failure"), Some((false, false, true, false)));
        for bad in [
            "NEVER,DELAY",
            "DELAY,NEVER",
            "",
            "X",
            "DELAY,",
            "DELAY DELAY",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn original_recipients() {
        for good in ["rfc822;a+2Bb@c.vn", "utf-8;thủ@x.vn"] {
            assert_eq!(original(good), Some(good));
        }
        for bad in [
            "a@b.vn",
            "rfc822;",
            ";a@b.vn",
            "rfc822;a@b vn",
            "rfc822;thủ@x.vn",
            "rfc822;a+0Ab",
        ] {
            assert_eq!(original(bad), None, "{bad}");
        }
    }
}
