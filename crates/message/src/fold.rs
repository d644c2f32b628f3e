//! Folding of text for search: marks and case do not matter.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// `text` without marks and case: `Đường`, `đường` and `duong` fold alike, and so do `Hòa` and `Hoà`, however
/// their marks are written (composed or apart).
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold_into(text, &mut out);
    out
}

/// Appends the folded `text`.
pub fn fold_into(text: &str, out: &mut String) {
    if text.is_ascii() {
        let start = out.len();
        out.push_str(text);
        out[start..].make_ascii_lowercase();
        return;
    }
    // Lower-casing may give marks again (İ), so the second decomposition.
    let lower = text.nfd().flat_map(char::to_lowercase).nfd();
    out.extend(lower.filter(|c| !is_combining_mark(*c)).map(|c| match c {
        // The bar of đ is no combining mark; mail programs write ð (Icelandic) and ɖ for it too.
        'đ' | 'ð' | 'ɖ' => 'd',
        other => other,
    }));
}
