//! Names of people and of those who certify them (RFC 5280 §4.1.2.4).

use super::der::{OID, Reader, SEQUENCE, SET};

const COMMON_NAME: &[u8] = &[0x55, 4, 3];
const ORGANISATION: &[u8] = &[0x55, 4, 10];
/// `emailAddress` of PKCS #9.
const ADDRESS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 1];

/// The longest that is shown, in letters.
const LONGEST: usize = 200;

/// What of a name is shown or compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) common: String,
    pub(super) organisation: String,
    pub(super) addresses: Vec<String>,
}

impl Name {
    /// Of the values within a `Name`. What cannot be read is left out: signatures do not hang on it.
    pub(super) fn read(name: &[u8]) -> Self {
        let mut read = Self::default();
        for part in Reader::new(name).filter(|part| part.tag == SET) {
            for pair in Reader::new(part.body).filter(|pair| pair.tag == SEQUENCE) {
                let mut pair = Reader::new(pair.body);
                let (Some(kind), Some(value)) = (pair.body(OID), pair.any()) else {
                    continue;
                };
                let text = letters(value.tag, value.body);
                match kind {
                    COMMON_NAME if read.common.is_empty() => read.common = text,
                    ORGANISATION if read.organisation.is_empty() => read.organisation = text,
                    ADDRESS => read.addresses.push(text),
                    _ => {}
                }
            }
        }
        read
    }

    /// As one line: the name, and the organisation where it says more.
    pub(super) fn line(&self) -> String {
        match (self.common.as_str(), self.organisation.as_str()) {
            ("", organisation) => organisation.to_owned(),
            (common, organisation) if organisation.is_empty() || organisation == common => {
                common.to_owned()
            }
            (common, organisation) => format!("{common}, {organisation}"),
        }
    }
}

/// A text of any of the kinds that names have, without what could play tricks on a page.
pub(super) fn letters(tag: u8, body: &[u8]) -> String {
    let text: String = match tag {
        // UTF8String, PrintableString, IA5String and the like.
        0x0c | 0x12 | 0x13 | 0x16 | 0x1a => String::from_utf8_lossy(body).into_owned(),
        // TeletexString: as everybody uses it, ISO 8859-1.
        0x14 => body.iter().copied().map(char::from).collect(),
        // BMPString
        0x1e => {
            let units = body.chunks_exact(2);
            let units = units.map(|unit| u16::from_be_bytes([unit[0], unit[1]]));
            char::decode_utf16(units)
                .map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER))
                .collect()
        }
        _ => String::new(),
    };
    let shown = text.chars().filter(|letter| {
        !letter.is_control()
            && !matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    });
    shown
        .take(LONGEST)
        .collect::<String>()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}
