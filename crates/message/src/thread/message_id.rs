//! Message-IDs that mean the same.

use std::borrow::Cow;

/// A Message-ID in the one form of all that mean the same: without needless quotes (RFC 5256 §3, REFERENCES).
pub fn normalized(id: &str) -> Cow<'_, str> {
    let Some(inner) = id.strip_prefix("<\"") else {
        return Cow::Borrowed(id);
    };
    let mut local = String::with_capacity(inner.len());
    let mut chars = inner.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Cow::Owned(format!("<{local}{}", &inner[at + 1..])),
            '\\' => local.extend(chars.next().map(|(_, c)| c)),
            c => local.push(c),
        }
    }
    // The quotes are never closed: it stands as written.
    Cow::Borrowed(id)
}
