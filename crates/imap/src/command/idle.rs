//! IDLE (RFC 9051 §6.3.13).

/// Whether a line, with its CRLF, ends an IDLE.
#[must_use]
pub fn is_done(line: &[u8]) -> bool {
    line.eq_ignore_ascii_case(b"DONE\r\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn done() {
        assert!(is_done(b"DONE\r\n") && is_done(b"done\r\n"));
        for other in ["DONE", "DONE\n", "DONE \r\n", "a DONE\r\n", "\r\n"] {
            assert!(!is_done(other.as_bytes()), "{other:?}");
        }
    }
}
