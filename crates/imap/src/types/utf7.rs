//! Modified UTF-7, the wire form of mailbox names in IMAP4rev1
//! (RFC 3501 §5.1.3).

use std::borrow::Cow;

use base64::Engine as _;
use base64::alphabet::IMAP_MUTF7;
use base64::engine::general_purpose::NO_PAD;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};

const ENGINE: GeneralPurpose = GeneralPurpose::new(&IMAP_MUTF7, CONFIG);
const CONFIG: GeneralPurposeConfig = NO_PAD;

/// The text is not modified UTF-7, or not the one form that RFC 3501 §5.1.3
/// allows for what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("invalid modified UTF-7")]
pub struct Utf7Error;

fn is_direct(c: char) -> bool {
    (' '..='~').contains(&c) && c != '&'
}

/// Writes `text` in modified UTF-7. Control characters are encoded, although
/// no mailbox name has any.
#[must_use]
pub fn encode(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_direct) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() * 2);
    let mut shifted: Vec<u8> = Vec::new();
    for c in text.chars() {
        if c == '&' || is_direct(c) {
            flush(&mut shifted, &mut out);
            out.push(c);
            if c == '&' {
                out.push('-');
            }
        } else {
            let mut units = [0u16; 2];
            for unit in c.encode_utf16(&mut units) {
                shifted.extend_from_slice(&unit.to_be_bytes());
            }
        }
    }
    flush(&mut shifted, &mut out);
    Cow::Owned(out)
}

fn flush(shifted: &mut Vec<u8>, out: &mut String) {
    if !shifted.is_empty() {
        out.push('&');
        ENGINE.encode_string(&*shifted, out);
        out.push('-');
        shifted.clear();
    }
}

/// Reads modified UTF-7.
///
/// # Errors
/// [`Utf7Error`] for anything but the text that [`encode`] writes: 8-bit
/// bytes, control characters, unpaired surrogates, stray bits, printable
/// US-ASCII in base64, and superfluous shifts.
pub fn decode(wire: &[u8]) -> Result<String, Utf7Error> {
    let wire = std::str::from_utf8(wire).map_err(|_| Utf7Error)?;
    let mut out = String::with_capacity(wire.len());
    let mut rest = wire;
    while let Some((direct, shifted)) = rest.split_once('&') {
        out.push_str(direct);
        let (base64, after) = shifted.split_once('-').ok_or(Utf7Error)?;
        if base64.is_empty() {
            out.push('&');
        } else {
            unshift(base64, &mut out)?;
        }
        rest = after;
    }
    out.push_str(rest);
    // One form only for each name, so that two names never mean one mailbox.
    if encode(&out) == wire {
        Ok(out)
    } else {
        Err(Utf7Error)
    }
}

fn unshift(base64: &str, out: &mut String) -> Result<(), Utf7Error> {
    let bytes = ENGINE.decode(base64).map_err(|_| Utf7Error)?;
    let (units, []) = bytes.as_chunks::<2>() else {
        return Err(Utf7Error);
    };
    for c in char::decode_utf16(units.iter().map(|&unit| u16::from_be_bytes(unit))) {
        out.push(c.map_err(|_| Utf7Error)?);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn writes_and_reads() {
        for (text, wire) in [
            ("INBOX", "INBOX"),
            ("", ""),
            ("A&B", "A&-B"),
            ("&&", "&-&-"),
            // RFC 3501 §5.1.3
            ("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
            ("☺!", "&Jjo-!"),
            ("é&", "&AOk-&-"),
            ("Công văn đến", "C&APQ-ng v&AQM-n &AREevw-n"),
            ("😀", "&2D3eAA-"),
        ] {
            assert_eq!(encode(text), wire);
            assert_eq!(decode(wire.as_bytes()).as_deref(), Ok(text));
        }
    }

    #[test]
    fn refuses_all_other_forms() {
        for wire in [
            "&",
            "a&b",
            "&AOk",
            "&AO-",
            "&AOl-",      // open, odd, stray bits
            "&AEE-",      // a printable letter in base64
            "&Jjo-&Jjo-", // RFC 3501 §5.1.3: superfluous shift
            "&ACY-",      // `&` must be `&-`
            "&2D0-",
            "&3gA-",
            "&3gDYPQ-", // surrogates alone or reversed
            "&AOk=-",
            "&A/k-",
            "é",
            "a\tb",
            "\u{7f}",
            "&Zz!-",
        ] {
            assert_eq!(decode(wire.as_bytes()), Err(Utf7Error), "{wire}");
        }
        assert_eq!(decode(&[0xff]), Err(Utf7Error));
    }

    proptest! {
        #[test]
        fn every_text_round_trips(text in any::<String>()) {
            let wire = encode(&text);
            prop_assert!(wire.bytes().all(|b| (0x20..0x7f).contains(&b)));
            prop_assert_eq!(decode(wire.as_bytes()), Ok(text.clone()));
        }

        #[test]
        fn what_is_read_is_written_the_same(wire in "[&A-Za-z,+\\-/ ]{0,20}") {
            if let Ok(text) = decode(wire.as_bytes()) {
                prop_assert_eq!(encode(&text), wire);
            }
        }
    }
}
