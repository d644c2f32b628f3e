//! Charsets to UTF-8.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252, WINDOWS_1258};
use mail_parser::decoders::charsets::map::charset_decoder;
use unicode_normalization::UnicodeNormalization;

/// `bytes` in the charset `label` as UTF-8. No label means UTF-8, or windows-1258 where the bytes are not that;
/// unknown labels mean UTF-8, lossy.
pub fn to_utf8(label: Option<&str>, bytes: &[u8]) -> String {
    let Some(label) = label else {
        return text(bytes);
    };
    let label = label.trim().trim_matches('"');
    if label.eq_ignore_ascii_case("us-ascii") || label.eq_ignore_ascii_case("ascii") {
        // Programs that do not know their charset say us-ascii.
        return match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => decode(WINDOWS_1252, bytes),
        };
    }
    match Encoding::for_label_no_replacement(label.as_bytes()) {
        Some(encoding) => decode(encoding, bytes),
        None => match charset_decoder(label.as_bytes()) {
            Some(decoder) => decoder(bytes),
            None => decode(UTF_8, bytes),
        },
    }
}

/// Whether the charset of this name is known, so that its text can be read with certainty.
pub(crate) fn is_known(label: &str) -> bool {
    let label = label.trim().trim_matches('"');
    Encoding::for_label_no_replacement(label.as_bytes()).is_some()
        || charset_decoder(label.as_bytes()).is_some()
}

/// Unlabelled text: UTF-8 where it is that, else windows-1258, the old charset of Vietnamese programs.
pub(crate) fn text(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => decode(WINDOWS_1258, bytes),
    }
}

fn decode(encoding: &'static Encoding, bytes: &[u8]) -> String {
    let (text, _) = encoding.decode_with_bom_removal(bytes);
    if encoding == WINDOWS_1258 {
        // It writes tone marks apart from their letters.
        return text.nfc().collect();
    }
    text.into_owned()
}
