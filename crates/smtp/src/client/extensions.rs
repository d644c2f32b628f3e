//! What a server can do, by its reply to EHLO (RFC 5321 §4.1.1.1).

use super::reply::ServerReply;

/// What a server can do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Extensions {
    /// RFC 2920
    pub(super) pipelining: bool,
    /// RFC 1870: what it takes at most; 0 where it offers SIZE and tells no limit.
    pub(super) size: Option<u64>,
    /// RFC 6152
    pub(super) eight_bit_mime: bool,
    /// RFC 6531
    pub(super) smtp_utf8: bool,
    /// RFC 3207
    pub(super) start_tls: bool,
    /// RFC 3461
    pub(super) dsn: bool,
    /// RFC 4954, RFC 4616
    pub(super) auth_plain: bool,
    /// AUTH LOGIN, which no RFC tells; large providers know nothing else.
    pub(super) auth_login: bool,
}

impl Extensions {
    /// From a reply of 250 to EHLO. Its first line is a greeting; words that are not known are no
    /// matter.
    pub(super) fn of(reply: &ServerReply) -> Self {
        let mut found = Self::default();
        for line in reply.lines.iter().skip(1) {
            let line = String::from_utf8_lossy(line).to_ascii_uppercase();
            // AUTH=LOGIN PLAIN is how servers before RFC 2554 said it.
            let line = line.replacen("AUTH=", "AUTH ", 1);
            let mut words = line.split_ascii_whitespace();
            match words.next() {
                Some("PIPELINING") => found.pipelining = true,
                Some("SIZE") => {
                    found.size = Some(words.next().and_then(|n| n.parse().ok()).unwrap_or(0));
                }
                Some("8BITMIME") => found.eight_bit_mime = true,
                Some("SMTPUTF8") => found.smtp_utf8 = true,
                Some("STARTTLS") => found.start_tls = true,
                Some("DSN") => found.dsn = true,
                Some("AUTH") => {
                    for word in words {
                        found.auth_plain |= word == "PLAIN";
                        found.auth_login |= word == "LOGIN";
                    }
                }
                _ => {}
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(lines: &[&str]) -> Extensions {
        let lines = lines.iter().map(|line| line.as_bytes().to_vec()).collect();
        Extensions::of(&ServerReply { code: 250, lines })
    }

    #[test]
    fn words_in_any_case() {
        let all = of(&[
            "mx.example STARTTLS",
            "PIPELINING",
            "size 52428800",
            "8bitmime",
            "SMTPUTF8",
            "StartTLS",
            "DSN",
            "AUTH CRAM-MD5 plain",
            "AUTH=LOGIN",
            "X-ODD",
            "",
        ]);
        let expected = Extensions {
            pipelining: true,
            size: Some(52_428_800),
            eight_bit_mime: true,
            smtp_utf8: true,
            start_tls: true,
            dsn: true,
            auth_plain: true,
            auth_login: true,
        };
        assert_eq!(all, expected);
    }

    #[test]
    fn the_greeting_is_no_extension() {
        assert_eq!(of(&["STARTTLS"]), Extensions::default());
        assert_eq!(of(&["x", "DSNX", "XDSN"]), Extensions::default());
    }

    #[test]
    fn sizes() {
        assert_eq!(of(&["x", "SIZE"]).size, Some(0));
        assert_eq!(of(&["x", "SIZE 0"]).size, Some(0));
        assert_eq!(of(&["x", "SIZE 99999999999999999999999"]).size, Some(0));
        assert_eq!(of(&["x"]).size, None);
    }
}
