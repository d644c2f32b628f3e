//! Content transfer encodings (RFC 2045 §6), streaming and lenient: what is no code is passed over.

/// Decodes a body in any chunking.
#[derive(Debug)]
pub struct Decoder {
    state: State,
}

#[derive(Debug)]
enum State {
    Identity,
    Base64 {
        bits: u32,
        count: u8,
    },
    QuotedPrintable {
        /// `=` and what followed it so far.
        escape: Vec<u8>,
        /// White space that a line end would strip (RFC 2045 §6.7 rule 3).
        blanks: Vec<u8>,
    },
}

/// Longest white space held back; no line of a mail may be longer (RFC 5322 §2.1.1).
const BLANKS: usize = 998;

/// No digit of the base64 alphabet.
const NONE: u8 = 0xff;

/// Values of the base64 digits (RFC 4648 §4).
const BASE64: [u8; 256] = {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut table = [NONE; 256];
    let mut value = 0;
    while value < 64 {
        table[alphabet[value] as usize] = value as u8;
        value += 1;
    }
    table
};

impl Decoder {
    /// For the value of `Content-Transfer-Encoding`, any case; unknown ones pass unchanged.
    pub fn new(encoding: &str) -> Self {
        let encoding = encoding.trim();
        let state = if encoding.eq_ignore_ascii_case("base64") {
            State::Base64 { bits: 0, count: 0 }
        } else if encoding.eq_ignore_ascii_case("quoted-printable") {
            State::QuotedPrintable {
                escape: Vec::new(),
                blanks: Vec::new(),
            }
        } else {
            State::Identity
        };
        Self { state }
    }

    /// Appends what `input` decodes to.
    pub fn push(&mut self, input: &[u8], out: &mut Vec<u8>) {
        match &mut self.state {
            State::Identity => out.extend_from_slice(input),
            State::Base64 { bits, count } => base64(input, bits, count, out),
            State::QuotedPrintable { escape, blanks } => {
                for &byte in input {
                    quoted_printable(byte, escape, blanks, out);
                }
            }
        }
    }

    /// The body has ended: appends what was still held back.
    pub fn finish(self, out: &mut Vec<u8>) {
        match self.state {
            State::Identity => {}
            State::Base64 { bits, count } => end_of_base64(bits, count, out),
            // A lone `=` at the end is a soft line break.
            State::QuotedPrintable { escape, .. } => {
                if escape.len() > 1 && escape[1..] != *b"\r" {
                    out.extend(escape);
                }
            }
        }
    }
}

fn base64(input: &[u8], bits: &mut u32, count: &mut u8, out: &mut Vec<u8>) {
    out.reserve(input.len() / 4 * 3 + 3);
    for &byte in input {
        let value = BASE64[usize::from(byte)];
        if value != NONE {
            *bits = *bits << 6 | u32::from(value);
            *count += 1;
            if *count == 4 {
                let [_, a, b, c] = bits.to_be_bytes();
                out.extend_from_slice(&[a, b, c]);
                (*bits, *count) = (0, 0);
            }
        } else if byte == b'=' {
            end_of_base64(*bits, *count, out);
            (*bits, *count) = (0, 0);
        }
    }
}

/// The bytes of an unfinished quantum (RFC 4648 §4).
fn end_of_base64(bits: u32, count: u8, out: &mut Vec<u8>) {
    match count {
        2 => out.push((bits >> 4) as u8),
        3 => out.extend_from_slice(&[(bits >> 10) as u8, (bits >> 2) as u8]),
        _ => {}
    }
}

fn quoted_printable(byte: u8, escape: &mut Vec<u8>, blanks: &mut Vec<u8>, out: &mut Vec<u8>) {
    if escape.is_empty() {
        match byte {
            b'=' => {
                out.append(blanks);
                escape.push(byte);
            }
            b' ' | b'\t' => {
                if blanks.len() == BLANKS {
                    out.append(blanks);
                }
                blanks.push(byte);
            }
            b'\n' => {
                blanks.retain(|byte| *byte == b'\r');
                out.append(blanks);
                out.push(byte);
            }
            // Held with the blanks: `\r\n` ends a line, `\r` alone does not.
            b'\r' => {
                if blanks.last() == Some(&b'\r') || blanks.len() == BLANKS {
                    out.append(blanks);
                }
                blanks.push(byte);
            }
            _ => {
                out.append(blanks);
                out.push(byte);
            }
        }
        return;
    }
    match (escape.len(), byte) {
        (_, b'\n') => {
            // `=`, perhaps white space, line end: a soft line break.
            if escape[1..].iter().any(|byte| !byte.is_ascii_whitespace()) {
                out.append(escape);
                out.push(byte);
            }
            escape.clear();
        }
        (1, b' ' | b'\t' | b'\r') => escape.push(byte),
        (1, _) if byte.is_ascii_hexdigit() => escape.push(byte),
        (2, _) if byte.is_ascii_hexdigit() && escape[1].is_ascii_hexdigit() => {
            out.extend(hex(escape[1], byte));
            escape.clear();
        }
        (2..BLANKS, b' ' | b'\t' | b'\r') if escape[1].is_ascii_whitespace() => escape.push(byte),
        _ => {
            // No escape at all: it stands as written.
            out.append(escape);
            quoted_printable(byte, escape, blanks, out);
        }
    }
}

/// The byte that two hexadecimal digits write.
pub(crate) fn hex(high: u8, low: u8) -> Option<u8> {
    let high = char::from(high).to_digit(16)?;
    let low = char::from(low).to_digit(16)?;
    u8::try_from(high << 4 | low).ok()
}
