//! Terms: what a search index knows of texts, and how needles are found among them.
//!
//! A term is a run of letters, digits and their marks, in the plain form that [`Needle`] compares: lower case, NFC.
//! A needle is a substring, so its runs are looked for among all terms: the first as the end of one, the last as the
//! beginning of one, those between as whole ones, and a needle that is one run alone anywhere in one. That last answer
//! is exact; the others name candidates.
//!
//! No term is longer than [`LONGEST`]. Longer runs of ASCII (base64, identifiers in links) are cut into pieces that overlap
//! by [`PIECE`], so that a needle run up to that length lies whole in one of them; whatever else is longer leaves the text
//! open: always a candidate.

mod needle;

use unicode_normalization::char::is_combining_mark;

use super::{Needle, plain};
pub use needle::{Run, Runs};

/// Characters of the longest term.
pub const LONGEST: usize = 64;
/// Characters by which the pieces of a longer run overlap.
pub const PIECE: usize = 32;
/// Bytes of the longest run that is cut into pieces.
const LONGEST_CUT: usize = 1024;

/// What a term was found in, as its byte in the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Field {
    /// The message's subject.
    Subject = 1,
    /// Addresses of the ENVELOPE.
    From = 2,
    /// Addresses of the ENVELOPE.
    To = 3,
    /// Addresses of the ENVELOPE.
    Cc = 4,
    /// Addresses of the ENVELOPE.
    Bcc = 5,
    /// Message-ID of the ENVELOPE.
    MessageId = 6,
    /// In-Reply-To of the ENVELOPE.
    InReplyTo = 7,
    /// Lines of the header: `name: value`.
    Header = 8,
    /// Names of header fields, lower case, whole.
    Name = 9,
    /// Texts.
    Body = 10,
    /// Days of the Date field: [`day`].
    Sent = 11,
    /// Sizes: [`size`].
    Size = 12,
    /// Which fields are open: their bytes. A message is listed where its terms do not tell all.
    Open = 13,
    /// Names of files.
    FileName = 14,
    /// What a message has: [`A_FILE`].
    Has = 15,
}

/// The term of a message that has a file, as people see it.
pub const A_FILE: &[u8] = b"file";

/// The term of a day since 1970; in the order of days.
#[must_use]
pub fn day(day: i64) -> [u8; 8] {
    ((day as u64) ^ (1 << 63)).to_be_bytes()
}

/// The term of a size; in the order of sizes.
#[must_use]
pub fn size(bytes: u64) -> [u8; 8] {
    bytes.to_be_bytes()
}

/// The term of a header field's name; `None` where the name is longer than any real one.
#[must_use]
pub fn name(name: &[u8]) -> Option<Vec<u8>> {
    (name.len() <= 4 * LONGEST).then(|| name.to_ascii_lowercase())
}

/// What runs consist of.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c)
}

/// Gives the terms of a text, some of them repeatedly. False where it holds a run that terms cannot tell.
pub fn each(text: &str, mut found: impl FnMut(&str)) -> bool {
    let text = plain(text);
    let mut whole = true;
    for run in text.split(|c| !is_word(c)) {
        if run.is_empty() {
            continue;
        }
        if run.is_ascii() {
            whole &= each_piece(run, &mut found);
        } else if run.len() <= LONGEST || run.chars().count() <= LONGEST {
            // Marks alone are in no folded text.
            if !run.chars().all(is_combining_mark) {
                found(run);
            }
        } else {
            whole = false;
        }
    }
    whole
}

fn each_piece(run: &str, found: &mut impl FnMut(&str)) -> bool {
    if run.len() <= LONGEST {
        found(run);
        return true;
    }
    if run.len() > LONGEST_CUT {
        return false;
    }
    let mut start = 0;
    while start + LONGEST < run.len() {
        found(&run[start..start + LONGEST]);
        start += PIECE;
    }
    found(&run[run.len() - LONGEST..]);
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::fold;

    fn all(text: &str) -> (Vec<String>, bool) {
        let mut terms = Vec::new();
        let whole = each(text, |term| terms.push(term.to_owned()));
        (terms, whole)
    }

    #[test]
    fn runs_with_their_marks() {
        let (terms, whole) = all("Hợp ĐỒNG số 12/2026-HĐND: ho\u{300}a, x\u{301}y \u{301}");
        assert_eq!(
            terms,
            [
                "hợp",
                "đồng",
                "số",
                "12",
                "2026",
                "hđnd",
                "hòa",
                "x\u{301}y"
            ]
        );
        assert!(whole);
    }

    #[test]
    fn long_runs_overlap_or_leave_the_text_open() {
        for len in [1, 64, 65, 96, 97, 128, 1000, 1024] {
            let run: String = (0..len)
                .map(|n| (b'a' + (n * 7 % 26) as u8) as char)
                .collect();
            let (terms, whole) = all(&run);
            assert!(whole && terms.iter().all(|term| term.len() <= LONGEST));
            for start in 0..len {
                let needle = &run[start..len.min(start + PIECE)];
                assert!(
                    terms.iter().any(|term| term.contains(needle)),
                    "{len} {start}"
                );
            }
            assert!(run.starts_with(&terms[0]) && run.ends_with(&terms[terms.len() - 1]));
        }
        assert!(!all(&"a".repeat(1025)).1);
        assert!(!all(&"ă".repeat(65)).1);
        assert!(all(&"ă".repeat(64)).1);
    }

    /// What makes runs of plain text those of folded text: of each character, all that folding leaves is of its kind.
    #[test]
    fn folding_keeps_runs() {
        for c in '\0'..=char::MAX {
            for c in plain(&c.to_string()).chars() {
                if is_combining_mark(c) {
                    continue;
                }
                let folded = fold(&c.to_string());
                assert!(!folded.is_empty(), "{c:?}");
                assert!(
                    folded.chars().all(|f| is_word(f) == is_word(c)),
                    "{c:?} {folded:?}"
                );
            }
            let text = c.to_string();
            assert_eq!(fold(&plain(&text)), fold(&text), "{c:?}");
        }
    }

    #[test]
    fn numbers_keep_their_order() {
        assert!(day(-1) < day(0) && day(0) < day(20_779) && size(9) < size(256));
    }
}
