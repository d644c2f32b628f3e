//! Bodies for fuzzing: each takes any bytes and must come back.

use crate::deflate::Inflater;
use bytes::BytesMut;

/// So much is looked at of what a few bytes may inflate to.
const MOST: usize = 64 * 1024;

/// Inflates `bytes` as a connection would, with the bytes arriving in pieces and the output taken in
/// pieces. Whatever the pieces, the same comes out, and never more than was asked for.
pub fn inflate(bytes: &[u8]) {
    let whole = inflated(bytes, bytes.len().max(1), MOST);
    for (piece, want) in [(1, 4096), (7, 3), (5, 1)] {
        let got = inflated(bytes, piece, want);
        assert!(
            got == whole,
            "pieces of {piece} change what comes out: {} bytes, {} before",
            got.0.len(),
            whole.0.len()
        );
    }
}

/// What comes out, and whether it ended well.
fn inflated(bytes: &[u8], piece: usize, want: usize) -> (Vec<u8>, bool) {
    let mut inflater = Inflater::new();
    let mut out = BytesMut::new();
    for piece in bytes.chunks(piece) {
        inflater.raw().extend_from_slice(piece);
        loop {
            let before = out.len();
            match inflater.pull(&mut out, want) {
                Ok(0) => break,
                Ok(count) => {
                    assert!(count <= want && out.len() == before + count);
                    if out.len() >= MOST {
                        out.truncate(MOST);
                        return (out.to_vec(), true);
                    }
                }
                Err(_) => return (Vec::new(), false),
            }
        }
        inflater.give_back();
    }
    (out.to_vec(), true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compress, Compression, FlushCompress};

    fn deflated(text: &[u8], flush: FlushCompress) -> Vec<u8> {
        let mut out = Vec::with_capacity(text.len() + 1024);
        Compress::new(Compression::fast(), false)
            .compress_vec(text, &mut out, flush)
            .expect("a Vec takes it");
        out
    }

    fn corpus() -> Vec<Vec<u8>> {
        vec![
            Vec::new(),
            deflated(b"", FlushCompress::Sync),
            deflated(b"a NOOP\r\n", FlushCompress::Sync),
            deflated(b"a NOOP\r\nb UNAUTHENTICATE\r\n", FlushCompress::Finish),
            deflated(&[b'a'; 100_000], FlushCompress::Sync),
            // A stored block, an empty one, one of a type there is not.
            b"\x00\x03\x00\xfc\xffabc\x00\x00\x00\xff\xff".to_vec(),
            b"\x07abc".to_vec(),
        ]
    }

    #[test]
    fn corpus_and_its_beginnings() {
        for bytes in corpus() {
            for end in 0..=bytes.len() {
                inflate(&bytes[..end]);
            }
        }
    }

    /// Bytes changed here and there, by a seed that is always the same.
    #[test]
    fn nearly_deflated() {
        let mut seed = 1_u64;
        let mut next = move |end: usize| {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            // Below `end`.
            (seed % end as u64) as usize
        };
        let corpus = corpus();
        for _ in 0..500 {
            let mut bytes = corpus[next(corpus.len())].clone();
            for _ in 0..=next(4) {
                let at = next(bytes.len() + 1);
                bytes.insert(at, next(256) as u8);
            }
            inflate(&bytes);
        }
    }
}
