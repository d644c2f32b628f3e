//! The header of a submission: what it lacks is added (RFC 6409 §8: Date, Message-ID, From), and
//! what recipients must not see or would take for ours is taken out.

use congvu_message::{date, header};

use crate::TraceId;
use crate::authors::Authors;

/// Fields that no recipient gets: Bcc names the others (RFC 5322 §3.6.3), Return-Path and
/// Delivered-To are written by the last server (RFC 5321 §4.4).
const REMOVED: [&str; 4] = ["Bcc", "Resent-Bcc", "Return-Path", "Delivered-To"];

/// Completes the header of a submitted message.
#[derive(Clone, Debug)]
pub struct Completion {
    /// The right side of a Message-ID made here.
    pub hostname: String,
    /// The left side of it.
    pub trace: TraceId,
    /// Now (ms).
    pub at_ms: i64,
    /// The From of a message without one: the envelope sender.
    pub sender: String,
}

impl Completion {
    /// The header as it goes on, with all that follows it in `bytes`, and who it says wrote it.
    pub(crate) fn complete(&self, bytes: &[u8]) -> (Vec<u8>, Authors) {
        let mut authors = Authors::default();
        // It would go on with the last of our own lines.
        authors.unclear = matches!(bytes.first(), Some(b' ' | b'\t'));
        let (mut has_date, mut has_id) = (false, false);
        let mut kept = Vec::with_capacity(bytes.len() + 256);
        let mut end = 0;
        for field in header::fields(bytes) {
            authors.take(&field);
            has_date |= field.is("Date");
            has_id |= field.is("Message-ID");
            if !REMOVED.iter().any(|name| field.is(name)) {
                kept.extend_from_slice(field.raw);
            }
            end = field.end;
        }
        let mut lines = String::new();
        if !authors.has_from() && !self.sender.is_empty() {
            let from = format!("From: <{}>\r\n", self.sender);
            header::fields(from.as_bytes()).for_each(|field| authors.take(&field));
            lines.push_str(&from);
        }
        if !has_date {
            let date = date::rfc5322(self.at_ms.div_euclid(1000), 7 * 60);
            lines.push_str(&format!("Date: {date}\r\n"));
        }
        if !has_id {
            let id = self.trace.as_str();
            lines.push_str(&format!("Message-ID: <{id}@{}>\r\n", self.hostname));
        }
        let mut completed = lines.into_bytes();
        completed.append(&mut kept);
        completed.extend_from_slice(&bytes[end..]);
        (completed, authors)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(message: &str, completed: &str) {
        let completion = Completion {
            hostname: "mx.example".into(),
            trace: TraceId::new(),
            at_ms: 0,
            sender: "an@example".into(),
        };
        let (bytes, _) = completion.complete(message.as_bytes());
        assert_eq!(String::from_utf8_lossy(&bytes), completed, "{message:?}");
    }

    #[test]
    fn what_recipients_must_not_see_is_taken_out() {
        let ours = "From: a@b\r\nDate: x\r\nMessage-ID: <x@y>\r\n";
        check(
            &format!(
                "bcc: c@d,\r\n\te@f\r\n{ours}BCC : g@h\r\nReturn-Path: <x>\r\nTo: i@j\r\n\r\nBcc: body\r\n"
            ),
            &format!("{ours}To: i@j\r\n\r\nBcc: body\r\n"),
        );
        check(&format!("{ours}Delivered-To: x\r\nResent-Bcc: y\r\n"), ours);
        check(ours, ours);
    }

    #[test]
    fn what_it_lacks_is_added() {
        check(
            "Date: x\r\nMessage-ID: <x@y>\r\n\r\n.\r\n",
            "From: <an@example>\r\nDate: x\r\nMessage-ID: <x@y>\r\n\r\n.\r\n",
        );
    }

    /// Whatever comes: the body stays, nothing hidden is left, and a second reading finds the same.
    #[test]
    fn any_header() {
        const PIECES: [&str; 16] = [
            "From", "Bcc", "Sender", ":", " ", "\r\n", "\t", "\"", "(", ")", "<", ">", "@", ",",
            "a", "\\",
        ];
        let completion = Completion {
            hostname: "mx.example".into(),
            trace: TraceId::new(),
            at_ms: 0,
            sender: "an@example".into(),
        };
        for _ in 0..5_000 {
            let drawn = congvu_store::random::<48>().map(|byte| PIECES[usize::from(byte % 16)]);
            let message = format!("{}\r\n\r\nBcc: body\r\n", drawn.concat());
            let (once, _) = completion.complete(message.as_bytes());
            assert!(once.ends_with(b"\r\n\r\nBcc: body\r\n"), "{message:?}");
            assert!(!header::fields(&once).any(|field| field.is("Bcc")));
            let (twice, _) = completion.complete(&once);
            assert_eq!(once, twice, "{message:?}");
        }
    }
}
