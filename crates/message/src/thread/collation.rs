//! The order of texts: i;unicode-casemap (RFC 5051).

use unicode_normalization::char::decompose_compatible;

/// Bytes that are in the order of the texts: those of two texts are the same where only case, or the way marks are
/// written, tells them apart. Marks count, after the letter that has them: `an`, `ân` and `ấn` are different and come
/// in this order, all before `b`; `đ`, which is no `d` with a mark, comes after `z`.
pub fn collation_key(text: &str) -> Vec<u8> {
    let mut key = Vec::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() {
            key.push(c.to_ascii_uppercase() as u8);
        } else {
            decompose_compatible(titlecase(c), |piece| {
                key.extend_from_slice(piece.encode_utf8(&mut [0; 4]).as_bytes());
            });
        }
    }
    key
}

/// The simple titlecase mapping of the Unicode character database (RFC 5051 §2).
fn titlecase(c: char) -> char {
    match c {
        'Ǆ'..='ǆ' => 'ǅ',
        'Ǉ'..='ǉ' => 'ǈ',
        'Ǌ'..='ǌ' => 'ǋ',
        'Ǳ'..='ǳ' => 'ǲ',
        // Georgian has capitals, but no titles.
        '\u{10d0}'..='\u{10ff}' => c,
        // Their full capitals are two letters; their titles are one.
        '\u{1f80}'..='\u{1f87}' | '\u{1f90}'..='\u{1f97}' | '\u{1fa0}'..='\u{1fa7}' => up(c, 8),
        '\u{1fb3}' | '\u{1fc3}' | '\u{1ff3}' => up(c, 9),
        c => {
            let mut upper = c.to_uppercase();
            match (upper.next(), upper.next()) {
                (Some(one), None) => one,
                // Such as ß: no single letter is its capital.
                _ => c,
            }
        }
    }
}

fn up(c: char, places: u32) -> char {
    char::from_u32(c as u32 + places).unwrap_or(c)
}
