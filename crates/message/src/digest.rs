//! SHA-256 of what a message carries, each part as it is decoded: so a known document is found again in whatever message it was
//! sent, under whatever name.

use ring::digest::{Context, SHA256};

use crate::encoding::Decoder;
use crate::{Kind, Part};

/// Digests of the parts of a message, from its bytes as they come.
pub struct PartDigests {
    /// By their beginning.
    waiting: Vec<Reading>,
    reading: Vec<Reading>,
    done: Vec<[u8; 32]>,
    at: u64,
}

impl std::fmt::Debug for PartDigests {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PartDigests")
            .field("done", &self.done.len())
            .finish_non_exhaustive()
    }
}

struct Reading {
    start: u64,
    end: u64,
    decoder: Decoder,
    digest: Context,
}

impl PartDigests {
    /// Of every leaf, in nested messages too, and of every nested message as it stands.
    #[must_use]
    pub fn new(structure: &Part) -> Self {
        let mut waiting = Vec::new();
        let mut open = vec![structure];
        while let Some(part) = open.pop() {
            match &part.kind {
                Kind::Leaf => waiting.push(Reading::of(part)),
                Kind::Multipart(parts) => open.extend(parts),
                Kind::Message { part: nested, .. } => {
                    waiting.push(Reading::of(part));
                    open.push(nested);
                }
            }
        }
        // The next one is at the end.
        waiting.sort_by_key(|part| std::cmp::Reverse(part.start));
        Self {
            waiting,
            reading: Vec::new(),
            done: Vec::new(),
            at: 0,
        }
    }

    /// Takes the next bytes of the message.
    pub fn push(&mut self, chunk: &[u8]) {
        let end = self.at + chunk.len() as u64;
        while self.waiting.last().is_some_and(|part| part.start < end) {
            self.reading.extend(self.waiting.pop());
        }
        for part in &mut self.reading {
            part.take(self.at, chunk);
        }
        self.at = end;
        for part in self.reading.extract_if(.., |part| part.end <= end) {
            self.done.push(part.finish());
        }
    }

    /// The digests of all parts, in no order that means anything. Parts that the bytes did not reach are digested as far as they
    /// came.
    #[must_use]
    pub fn finish(mut self) -> Vec<[u8; 32]> {
        let rest = self.reading.into_iter().chain(self.waiting);
        self.done.extend(rest.map(Reading::finish));
        self.done
    }
}

impl Reading {
    fn of(part: &Part) -> Self {
        Self {
            start: part.body_start,
            end: part.body_end,
            decoder: Decoder::new(&part.encoding),
            digest: Context::new(&SHA256),
        }
    }

    /// Takes what is its own of a chunk that begins at `at`.
    fn take(&mut self, at: u64, chunk: &[u8]) {
        let within = |place: u64| {
            let past = place.saturating_sub(at).min(chunk.len() as u64);
            usize::try_from(past).unwrap_or(chunk.len())
        };
        let own = chunk.get(within(self.start)..within(self.end));
        let mut decoded = Vec::new();
        self.decoder.push(own.unwrap_or_default(), &mut decoded);
        self.digest.update(&decoded);
    }

    fn finish(mut self) -> [u8; 32] {
        let mut rest = Vec::new();
        self.decoder.finish(&mut rest);
        self.digest.update(&rest);
        let mut sum = [0; 32];
        sum.copy_from_slice(self.digest.finish().as_ref());
        sum
    }
}

#[cfg(test)]
mod tests {
    use ring::digest::{SHA256, digest};

    use super::PartDigests;
    use crate::Analyzer;

    const MESSAGE: &str = "Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n\
        --a\r\n\r\nthe text\r\n--a\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n\
        JVBERi0x\r\nLjQK\r\n--a\r\nContent-Type: message/rfc822\r\n\r\nSubject: y\r\nMIME-Version: 1.0\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nt=\r\nwo=20\r\n--a--\r\n";

    #[test]
    fn parts_are_digested_as_they_are_decoded_however_they_come() {
        let wanted = [
            "the text",
            "%PDF-1.4\n",
            "two ",
            "Subject: y\r\nMIME-Version: 1.0\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nt=\r\nwo=20",
        ];
        let wanted = wanted.map(|text| digest(&SHA256, text.as_bytes()));
        let mut analyzer = Analyzer::new();
        analyzer.feed(MESSAGE.as_bytes());
        let structure = analyzer.finish().structure;
        for size in [1, 2, 7, 64, 10_000] {
            let mut digests = PartDigests::new(&structure);
            MESSAGE
                .as_bytes()
                .chunks(size)
                .for_each(|chunk| digests.push(chunk));
            let found = digests.finish();
            assert_eq!(found.len(), wanted.len());
            for want in &wanted {
                let known = found.iter().any(|sum| sum == want.as_ref());
                assert!(known, "{size}");
            }
        }
    }
}
