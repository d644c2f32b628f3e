//! How much a message carries.

use super::{Kind, Part};

impl Part {
    /// Bytes that the files of the message have together, decoded: every part but the text that is read. Told from the lengths in
    /// the tree alone: base64 whose lines are of one length is exact to its padding, other encodings count as they are written.
    pub fn attached(&self) -> u64 {
        match &self.kind {
            Kind::Multipart(parts) => parts
                .iter()
                .fold(0, |sum: u64, part| sum.saturating_add(part.attached())),
            Kind::Message { .. } => self.body_len(),
            Kind::Leaf if self.is_read() => 0,
            Kind::Leaf if self.encoding.trim().eq_ignore_ascii_case("base64") => {
                let ends = u64::from(self.lines).saturating_mul(2);
                self.body_len().saturating_sub(ends) / 4 * 3
            }
            Kind::Leaf => self.body_len(),
        }
    }

    /// Text that a mail program shows as the message itself.
    fn is_read(&self) -> bool {
        let attached = |kind: &str| kind.eq_ignore_ascii_case("attachment");
        self.is_type("text")
            && self.name.is_none()
            && !self
                .disposition
                .as_ref()
                .is_some_and(|(kind, _)| attached(kind))
    }
}

#[cfg(test)]
mod tests {
    use crate::Analyzer;

    fn attached(message: &str) -> u64 {
        let mut analyzer = Analyzer::new();
        analyzer.feed(message.replace('\n', "\r\n").as_bytes());
        analyzer.finish().structure.attached()
    }

    #[test]
    fn files_count_decoded_and_text_does_not() {
        assert_eq!(attached("Subject: a\n\nxin chao\n"), 0);
        let line = "QUJDRUZHSElKS0xNTk9QUVJTVFVWV1hZWkFCQ0RFRkdISUpLTE1OT1BRUlNUVVZXWFla\n";
        let one = (line.len() as u64 - 1) / 4 * 3;
        let file = format!("Content-Transfer-Encoding: base64\n\n{}", line.repeat(10));
        let of = |kind: &str| {
            attached(&format!(
                "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nđọc\n--b\nContent-Type: {kind}\n{file}\n--b--\n"
            ))
        };
        for kind in [
            "application/pdf",
            "image/png",
            "text/plain; name=a.txt",
            "text/csv\nContent-Disposition: attachment",
        ] {
            let size = of(kind);
            assert!(size.abs_diff(one * 10) <= 3, "{kind}: {size}");
        }
        assert_eq!(of("text/html"), 0);
    }

    #[test]
    fn a_message_within_counts_whole() {
        let inner = "Subject: trong\n\nchữ\n";
        let whole = format!("Content-Type: message/rfc822\n\n{inner}");
        assert_eq!(attached(&whole), inner.replace('\n', "\r\n").len() as u64);
    }
}
