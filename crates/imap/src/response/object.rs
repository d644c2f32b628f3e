//! Object identifiers (RFC 8474). Each kind has a letter of its own, so that
//! none is ever taken for another.

pub use congvu_search::Conversation;

use super::number;

/// Writes the identifier of a mailbox in parentheses: a folder's row, which
/// no other folder ever gets and which a new name does not change.
pub fn mailbox_id(out: &mut Vec<u8>, folder: i64) {
    out.extend_from_slice(b"(F");
    number(out, folder.unsigned_abs());
    out.push(b')');
}

/// Writes the identifier of a message's content in parentheses.
pub fn email_id(out: &mut Vec<u8>, object: i64) {
    out.extend_from_slice(b"(M");
    number(out, object.unsigned_abs());
    out.push(b')');
}

/// Writes the identifier of a conversation in parentheses; of a message that belongs to none, one of its own.
pub fn thread_id(out: &mut Vec<u8>, thread: Option<i64>, object: i64) {
    match thread {
        Some(thread) => {
            out.extend_from_slice(b"(T");
            number(out, thread.unsigned_abs());
        }
        None => {
            out.extend_from_slice(b"(TM");
            number(out, object.unsigned_abs());
        }
    }
    out.push(b')');
}

/// The conversation that an identifier names, if it can be one of ours.
#[must_use]
pub fn parse_thread_id(text: &str) -> Option<Conversation> {
    let rest = text.strip_prefix('T')?;
    if rest.starts_with('M') {
        return parse_email_id(rest).map(Conversation::Alone);
    }
    own_number(rest).map(Conversation::Thread)
}

/// A number as we write it.
fn own_number(digits: &str) -> Option<i64> {
    let plain = digits.bytes().all(|b| b.is_ascii_digit());
    let own = plain && (digits == "0" || !digits.starts_with('0'));
    digits.parse().ok().filter(|_| own)
}

/// The content that an identifier names, if it can be one of ours.
#[must_use]
pub fn parse_email_id(text: &str) -> Option<i64> {
    own_number(text.strip_prefix('M')?).filter(|object| *object > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_read_as_they_are_written() {
        for object in [1, 4_294_967_297, i64::MAX] {
            let mut out = Vec::new();
            email_id(&mut out, object);
            let text = std::str::from_utf8(&out).unwrap();
            let text = text.trim_matches(['(', ')']);
            assert_eq!(parse_email_id(text), Some(object));
        }
        for text in [
            "",
            "M",
            "m1",
            "M01",
            "M+1",
            "M-1",
            "M1x",
            "F1",
            "M9223372036854775808",
        ] {
            assert_eq!(parse_email_id(text), None, "{text}");
            assert_eq!(parse_thread_id(text), None, "{text}");
        }
        for (thread, object, conversation) in [
            (Some(0), 7, Conversation::Thread(0)),
            (Some(i64::MAX), 7, Conversation::Thread(i64::MAX)),
            (None, 7, Conversation::Alone(7)),
        ] {
            let mut out = Vec::new();
            thread_id(&mut out, thread, object);
            let text = std::str::from_utf8(&out).unwrap();
            let text = text.trim_matches(['(', ')']);
            assert_eq!(parse_thread_id(text), Some(conversation));
        }
        for text in [
            "T",
            "T01",
            "T-1",
            "TM",
            "TM0",
            "T1x",
            "TT1",
            "64b478a75b7ea9",
        ] {
            assert_eq!(parse_thread_id(text), None, "{text}");
        }
    }
}
