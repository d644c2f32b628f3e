//! BINARY and BINARY.SIZE (RFC 9051 §6.4.5, RFC 3516): a part without its
//! Content-Transfer-Encoding.

use congvu_message::Kind;
use congvu_message::encoding::Decoder;
use congvu_store::StoreResult;

use super::page::{Gap, Message, Shown, Source, slices};
use super::section::{Piece, cut, locate};
use crate::response::{literal_header, literal8_header, number};
use crate::types::{Partial, Section};

/// A Content-Transfer-Encoding that can be taken off (RFC 2045 §6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// `7bit`, `8bit`, `binary`: nothing is to be done.
    Identity,
    Base64,
    QuotedPrintable,
}

impl Encoding {
    fn parse(name: &str) -> Option<Self> {
        Some(match name.trim().to_ascii_lowercase().as_str() {
            "" | "7bit" | "8bit" | "binary" => Self::Identity,
            "base64" => Self::Base64,
            "quoted-printable" => Self::QuotedPrintable,
            _ => return None,
        })
    }

    pub(super) fn decoder(self) -> Decoder {
        Decoder::new(match self {
            Self::Identity => "binary",
            Self::Base64 => "base64",
            Self::QuotedPrintable => "quoted-printable",
        })
    }
}

/// What is known of a decoded part before its bytes are sent.
#[derive(Debug, Default)]
pub(super) struct Measure {
    /// All its bytes.
    pub(super) size: u64,
    /// Whether NUL occurs among those wanted.
    pub(super) nul: bool,
}

impl Measure {
    /// Takes note of the next decoded bytes.
    pub(super) fn feed(&mut self, bytes: &[u8], partial: Option<Partial>) {
        let end = self.size + bytes.len() as u64;
        let (from, to) = window(partial, self.size, end);
        self.nul |= bytes[from..to].contains(&0);
        self.size = end;
    }
}

/// Of decoded bytes that lie from `start` to before `end` in their part, those
/// that are wanted: from and to before which, counted from `start`.
pub(super) fn window(partial: Option<Partial>, start: u64, end: u64) -> (usize, usize) {
    let (from, to) = cut(partial, 0, end);
    // Both are at most the length of a slice.
    let of_slice = |at: u64| at.clamp(start, end).saturating_sub(start) as usize;
    (of_slice(from), of_slice(to))
}

/// Announces the bytes of a literal.
pub(super) fn announce(out: &mut Vec<u8>, size: u64, nul: bool) {
    if nul {
        literal8_header(out, size);
    } else {
        literal_header(out, size);
    }
}

/// Where the encoded bytes lie, and how they are encoded.
struct Encoded {
    start: u64,
    end: u64,
    encoding: Encoding,
}

impl Message<'_> {
    /// `None` where there is no such part or no knowing its encoding.
    fn encoded(&mut self, section: &Section) -> StoreResult<Option<Encoded>> {
        let layout = self.layout()?;
        let mut encoding = Some(Encoding::Identity);
        if !section.part.is_empty() {
            let path: Vec<u32> = section.part.iter().map(|number| number.get()).collect();
            if let Some(part) = self.structure()?.section(&path)
                // RFC 2045 §6.4: what has parts of its own is not encoded.
                && part.kind == Kind::Leaf
            {
                encoding = Encoding::parse(&part.encoding);
            }
        }
        let Piece::Octets(start, end) = locate(section, layout, self.structure.as_ref()) else {
            return Ok(None);
        };
        self.unknown_cte |= encoding.is_none();
        Ok(encoding.map(|encoding| Encoded {
            start,
            end,
            encoding,
        }))
    }

    pub(super) fn binary(
        &mut self,
        out: &mut Vec<u8>,
        section: &Section,
        partial: Option<Partial>,
    ) -> StoreResult<()> {
        let Some(part) = self.encoded(section)? else {
            out.extend_from_slice(b"NIL");
            return Ok(());
        };
        match self.source {
            Source::Here(bytes) => {
                let decoded = decode(&part, self.row.prefix()?, bytes);
                let (from, to) = window(partial, 0, decoded.len() as u64);
                let wanted = &decoded[from..to];
                announce(out, wanted.len() as u64, wanted.contains(&0));
                out.extend_from_slice(wanted);
            }
            _ => self.gap(out, &part, Shown::Decoded(part.encoding, partial)),
        }
        Ok(())
    }

    pub(super) fn binary_size(&mut self, out: &mut Vec<u8>, section: &Section) -> StoreResult<()> {
        let Some(part) = self.encoded(section)? else {
            out.push(b'0');
            return Ok(());
        };
        match self.source {
            _ if part.encoding == Encoding::Identity => number(out, part.end - part.start),
            Source::Here(bytes) => {
                let size = decode(&part, self.row.prefix()?, bytes).len();
                number(out, size as u64);
            }
            _ => self.gap(out, &part, Shown::DecodedSize(part.encoding)),
        }
        Ok(())
    }

    fn gap(&mut self, out: &[u8], part: &Encoded, shown: Shown) {
        self.gaps.push(Gap {
            at: out.len(),
            start: part.start,
            end: part.end,
            shown,
        });
    }
}

/// All bytes of a part that lies in memory.
fn decode(part: &Encoded, prefix: &[u8], blob: &[u8]) -> Vec<u8> {
    let (own, stored) = slices(prefix, blob, part.start, part.end);
    let mut decoded = Vec::new();
    let mut decoder = part.encoding.decoder();
    decoder.push(own, &mut decoded);
    decoder.push(stored, &mut decoded);
    decoder.finish(&mut decoded);
    decoded
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU64;

    use super::*;

    #[test]
    fn encodings() {
        for (name, encoding) in [
            ("BASE64", Some(Encoding::Base64)),
            (" quoted-printable ", Some(Encoding::QuotedPrintable)),
            ("8Bit", Some(Encoding::Identity)),
            ("binary", Some(Encoding::Identity)),
            ("x-uuencode", None),
        ] {
            assert_eq!(Encoding::parse(name), encoding, "{name}");
        }
    }

    #[test]
    fn windows_over_pieces() {
        let partial = |offset, length| {
            Some(Partial {
                offset,
                length: NonZeroU64::new(length).unwrap(),
            })
        };
        // Whatever the pieces, together they give what one would.
        let bytes: Vec<u8> = (0..50).collect();
        for wanted in [
            None,
            partial(0, 1),
            partial(7, 20),
            partial(49, 9),
            partial(60, 1),
        ] {
            for piece in [1, 3, 50] {
                let (mut got, mut at) = (Vec::new(), 0);
                let mut measure = Measure::default();
                for some in bytes.chunks(piece) {
                    let end = at + some.len() as u64;
                    let (from, to) = window(wanted, at, end);
                    got.extend_from_slice(&some[from..to]);
                    measure.feed(some, wanted);
                    at = end;
                }
                let (from, to) = cut(wanted, 0, 50);
                assert_eq!(got, bytes[from as usize..to as usize], "{wanted:?} {piece}");
                assert_eq!((measure.size, measure.nul), (50, got.contains(&0)));
            }
        }
    }
}
