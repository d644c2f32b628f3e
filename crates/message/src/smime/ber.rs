//! BER made into DER, as far as programs that sign mail use it: lengths that an end stands for, and octet strings in pieces
//! (X.690 §8.1.3.6, §8.7.3). Certificates and signed attributes are DER anyway, and stay byte by byte.

use std::borrow::Cow;

use super::der::{CONSTRUCTED, Head, OCTET_STRING, Reader};

/// Values within values, so deep.
const DEEPEST: usize = 32;
/// What stands where a length is not told.
const END: &[u8] = &[0, 0];

/// The first value of the bytes, with definite lengths; what follows it is left out. None where it is no BER, or too deep.
pub(super) fn definite(bytes: &[u8]) -> Option<Cow<'_, [u8]>> {
    if let Some(value) = Reader::new(bytes).any()
        && is_definite(value.whole, DEEPEST)
    {
        return Some(Cow::Borrowed(value.whole));
    }
    let mut out = Vec::with_capacity(bytes.len());
    copy(bytes, DEEPEST, &mut out)?;
    Some(Cow::Owned(out))
}

/// Whether nothing is to be done.
fn is_definite(bytes: &[u8], depth: usize) -> bool {
    let mut left = bytes;
    while !left.is_empty() {
        let mut reader = Reader::new(left);
        let Some(value) = reader.any() else {
            return false;
        };
        let is_constructed = value.tag & CONSTRUCTED != 0;
        if value.tag == OCTET_STRING | CONSTRUCTED
            || is_constructed && (depth == 0 || !is_definite(value.body, depth - 1))
        {
            return false;
        }
        left = &left[value.whole.len()..];
    }
    true
}

/// Writes the first value; what stands behind it.
fn copy<'a>(bytes: &'a [u8], depth: usize, out: &mut Vec<u8>) -> Option<&'a [u8]> {
    let head = Head::read(bytes)?;
    let rest = bytes.get(head.start..)?;
    let is_constructed = head.tag & CONSTRUCTED != 0;
    if let Some(length) = head.length
        && (!is_constructed || {
            let body = rest.get(..length)?;
            head.tag != OCTET_STRING | CONSTRUCTED && is_definite(body, depth)
        })
    {
        let (whole, behind) = bytes.split_at_checked(head.start.checked_add(length)?)?;
        out.extend_from_slice(whole);
        return Some(behind);
    }
    if !is_constructed || depth == 0 {
        return None;
    }
    let mut inner = Vec::new();
    let behind = match head.length {
        Some(length) => {
            let (mut body, behind) = rest.split_at_checked(length)?;
            while !body.is_empty() {
                body = copy(body, depth - 1, &mut inner)?;
            }
            behind
        }
        None => {
            let mut left = rest;
            while !left.starts_with(END) {
                left = copy(left, depth - 1, &mut inner)?;
            }
            &left[END.len()..]
        }
    };
    if head.tag == OCTET_STRING | CONSTRUCTED {
        write(OCTET_STRING, &joined(&inner)?, out);
    } else {
        write(head.tag, &inner, out);
    }
    Some(behind)
}

/// An octet string of its pieces.
fn joined(pieces: &[u8]) -> Option<Vec<u8>> {
    let (mut left, mut whole) = (pieces, Vec::with_capacity(pieces.len()));
    while !left.is_empty() {
        let piece = Reader::new(left).value(OCTET_STRING)?;
        whole.extend_from_slice(piece.body);
        left = &left[piece.whole.len()..];
    }
    Some(whole)
}

fn write(tag: u8, body: &[u8], out: &mut Vec<u8>) {
    out.push(tag);
    let digits = body.len().to_be_bytes();
    let unused = digits.iter().take_while(|digit| **digit == 0).count();
    match body.len() {
        0..0x80 => out.push(digits[digits.len() - 1]),
        _ => {
            let digits = &digits[unused..];
            // A usize has at most eight bytes.
            out.push(0x80 | digits.len() as u8);
            out.extend_from_slice(digits);
        }
    }
    out.extend_from_slice(body);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_told_and_pieces_joined() {
        let table: &[(&[u8], Option<&[u8]>)] = &[
            (&[4, 1, 7], Some(&[4, 1, 7])),
            // What follows is no part of it.
            (&[4, 1, 7, 0, 0], Some(&[4, 1, 7])),
            (&[0x30, 0x80, 2, 1, 5, 0, 0], Some(&[0x30, 3, 2, 1, 5])),
            (
                &[0x30, 0x80, 0x24, 0x80, 4, 1, 1, 4, 2, 2, 3, 0, 0, 0, 0],
                Some(&[0x30, 5, 4, 3, 1, 2, 3]),
            ),
            (&[0x24, 6, 4, 1, 1, 0x24, 0, 0], None),
            (&[0x24, 5, 4, 1, 1, 0x24, 0], Some(&[4, 1, 1])),
            // A length that could be told with less stays as it is.
            (&[0x30, 0x81, 3, 2, 1, 5], Some(&[0x30, 0x81, 3, 2, 1, 5])),
            (
                &[0x31, 0x80, 0x30, 0x81, 3, 2, 1, 5, 0, 0],
                Some(&[0x31, 6, 0x30, 0x81, 3, 2, 1, 5]),
            ),
            (&[0x30, 0x80, 2, 1, 5, 0], None),
            (&[4, 0x80, 0, 0], None),
            (&[0x30, 5, 2, 1], None),
            (&[], None),
        ];
        for (bytes, wanted) in table {
            assert_eq!(definite(bytes).as_deref(), *wanted, "{bytes:x?}");
        }
        let deep = [0x30_u8, 0x80].repeat(100_000);
        assert_eq!(definite(&deep), None);
        let long = [[0x24, 0x80].as_slice(), &[4, 0x81, 200], &[9; 200], END].concat();
        let wanted = [[4, 0x81, 200].as_slice(), &[9; 200]].concat();
        assert_eq!(definite(&long).as_deref(), Some(wanted.as_slice()));
    }
}
