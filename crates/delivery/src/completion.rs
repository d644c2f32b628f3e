//! What a submission lacks is added (RFC 6409 §8): Date, Message-ID, From.

use congvu_message::{date, header};

use crate::TraceId;

/// Adds missing fields to a submitted message.
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
    /// The lines to put before `header` (with its empty line).
    pub(crate) fn lines(&self, header: &[u8]) -> Vec<u8> {
        let has = |name: &str| header::fields(header).any(|field| field.is(name));
        let mut lines = String::new();
        if !has("From") && !self.sender.is_empty() {
            lines.push_str(&format!("From: <{}>\r\n", self.sender));
        }
        if !has("Date") {
            lines.push_str(&format!(
                "Date: {}\r\n",
                date::rfc5322(self.at_ms.div_euclid(1000), 7 * 60)
            ));
        }
        if !has("Message-ID") {
            lines.push_str(&format!(
                "Message-ID: <{}@{}>\r\n",
                self.trace.as_str(),
                self.hostname
            ));
        }
        lines.into_bytes()
    }
}
