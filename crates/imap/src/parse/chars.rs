//! Character classes (RFC 9051 §9).

/// `ATOM-CHAR`: anything but `atom-specials`.
#[must_use]
pub fn is_atom_char(b: u8) -> bool {
    matches!(b, 0x21..=0x7e) && !matches!(b, b'(' | b')' | b'{' | b'%' | b'*' | b'"' | b'\\' | b']')
}

/// `ASTRING-CHAR`: `ATOM-CHAR` or `]`.
#[must_use]
pub fn is_astring_char(b: u8) -> bool {
    is_atom_char(b) || b == b']'
}

/// `list-char`: `ATOM-CHAR`, wildcards or `]`.
#[must_use]
pub fn is_list_char(b: u8) -> bool {
    is_astring_char(b) || matches!(b, b'%' | b'*')
}
