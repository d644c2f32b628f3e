//! `Received` (RFC 5321 §4.4).

use super::words::{Word, words};
use crate::date::parse_rfc5322;
use crate::header;

/// So many servers are told of.
const MOST: usize = 100;

/// A server that passed a message on, as the one behind it tells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hop {
    /// What the sending side called itself.
    pub from: String,
    /// Its network address, as the receiving side saw it.
    pub from_ip: Option<String>,
    /// The receiving side.
    pub by: String,
    /// The protocol: `ESMTPS` (RFC 3848).
    pub with: String,
    /// The receiving side's own number of the message.
    pub id: String,
    /// The version where the way was enciphered (`TLS 1.3`), or `TLS` where it is not told.
    pub tls: Option<String>,
    /// When it came there, in unix seconds.
    pub at: Option<i64>,
}

impl Hop {
    /// The sending side had signed in (RFC 3848, RFC 6531 §4.3): what it says of the sender is known to the receiving one.
    pub fn is_signed_in(&self) -> bool {
        let with = self.with.to_ascii_uppercase();
        ["ESMTPA", "ESMTPSA", "UTF8SMTPA", "UTF8SMTPSA"].contains(&with.as_str())
    }
}

/// The way of a message by its header, the first server first.
pub fn hops(block: &[u8]) -> Vec<Hop> {
    let received = header::fields(block).filter(|field| field.is("Received"));
    let mut hops: Vec<Hop> = received.take(MOST).map(|field| hop(field.value)).collect();
    hops.reverse();
    hops
}

fn hop(value: &[u8]) -> Hop {
    let mut hop = Hop::default();
    let mut words = words(value);
    if let Some(last) = words.iter().rposition(|word| *word == Word::End) {
        let when: Vec<String> = words
            .split_off(last)
            .into_iter()
            .filter_map(|word| match word {
                Word::Plain(text) => Some(text),
                Word::Comment(_) | Word::End => None,
            })
            .collect();
        hop.at = parse_rfc5322(&when.join(" "));
    }
    let mut clause = String::new();
    for word in words {
        match word {
            Word::Plain(text) => {
                let name = text.to_ascii_lowercase();
                let names = ["from", "by", "via", "with", "id", "for"].contains(&name.as_str());
                let place = match clause.as_str() {
                    "from" => Some(&mut hop.from),
                    "by" => Some(&mut hop.by),
                    "with" => Some(&mut hop.with),
                    "id" => Some(&mut hop.id),
                    _ => None,
                };
                match place {
                    // What follows a name is its value, even where it looks like a name.
                    Some(place) if place.is_empty() => *place = text,
                    _ if names => clause = name,
                    _ => {}
                }
            }
            Word::Comment(text) => {
                if clause == "from" && hop.from_ip.is_none() {
                    hop.from_ip = address(&text);
                }
                if hop.tls.is_none() {
                    hop.tls = tls(&text);
                }
            }
            Word::End => {}
        }
    }
    if hop.from_ip.is_none() {
        hop.from_ip = address(&hop.from);
    }
    let secret = [
        "ESMTPS",
        "ESMTPSA",
        "UTF8SMTPS",
        "UTF8SMTPSA",
        "LMTPS",
        "LMTPSA",
        "HTTPS",
    ];
    if hop.tls.is_none()
        && secret
            .iter()
            .any(|with| hop.with.eq_ignore_ascii_case(with))
    {
        hop.tls = Some("TLS".to_owned());
    }
    hop
}

/// The address literal in a text: `mail.example ([192.0.2.1])`, `[IPv6:2001:db8::1]`.
fn address(text: &str) -> Option<String> {
    let (_, rest) = text.split_once('[')?;
    let (inner, _) = rest.split_once(']')?;
    let inner = inner.strip_prefix("IPv6:").unwrap_or(inner);
    let address: std::net::IpAddr = inner.parse().ok()?;
    Some(address.to_string())
}

/// The version that a comment tells: `using TLSv1.3 with cipher …`, `version=TLS1_2 cipher=…`.
fn tls(comment: &str) -> Option<String> {
    let upper = comment.to_ascii_uppercase();
    let digit = |at: usize| {
        upper
            .as_bytes()
            .get(at)
            .filter(|byte| byte.is_ascii_digit())
    };
    for (at, _) in upper.match_indices("TLS") {
        let rest = &upper[at + 3..];
        let from = at + 3 + usize::from(rest.starts_with('V')) + usize::from(rest.starts_with(" "));
        let Some(first) = digit(from) else { continue };
        let second = digit(from + 2).copied().unwrap_or(b'0');
        return Some(format!("TLS {}.{}", char::from(*first), char::from(second)));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_server_stands_first() {
        let block = b"Received: from mail.ngoai.example ([203.0.113.9])\r\n\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))\r\n\t\
by mx.tinh.gov.vn with ESMTPS id 06abc\r\n\tfor <an@tinh.gov.vn>;\r\n\tMon, 23 Nov 2026 08:14:09 +0700\r\n\
Subject: a\r\n\
Received: from [IPv6:2001:db8::5] (helo=may) by mail.ngoai.example\r\n with esmtpsa (TLS1.2) (Exim 4.96) id 1abc-00; Mon, 23 Nov 2026 01:14:00 +0000 (GMT)\r\n\r\n\
Received: from trong-noi-dung by x; Mon, 23 Nov 2026 01:14:00 +0000\r\n";
        let hops = hops(block);
        assert_eq!(hops.len(), 2);
        assert_eq!(hops[0].from_ip.as_deref(), Some("2001:db8::5"));
        assert_eq!(hops[0].tls.as_deref(), Some("TLS 1.2"));
        assert!(hops[0].is_signed_in() && !hops[1].is_signed_in());
        assert_eq!(
            hops[1],
            Hop {
                from: "mail.ngoai.example".into(),
                from_ip: Some("203.0.113.9".into()),
                by: "mx.tinh.gov.vn".into(),
                with: "ESMTPS".into(),
                id: "06abc".into(),
                tls: Some("TLS 1.3".into()),
                at: Some(hops[0].at.unwrap() + 9),
            }
        );
    }

    #[test]
    fn broken_fields_are_read_as_far_as_they_go() {
        for (value, from, by) in [
            ("", "", ""),
            ("from", "", ""),
            ("from by by by", "by", "by"),
            ("(((((((((((((((((((((((((((((((((( from x", "", ""),
            ("from \"a b", "a b", ""),
            ("by mx (\\", "", "mx"),
            ("from a; ; ;", "a", ""),
        ] {
            let hop = hop(value.as_bytes());
            assert_eq!(
                (hop.from.as_str(), hop.by.as_str(), hop.at),
                (from, by, None),
                "{value}"
            );
        }
        let many = "Received: from a by b\r\n".repeat(500);
        assert_eq!(hops(many.as_bytes()).len(), MOST);
        assert_eq!(tls("cipher TLS_AES, no version"), None);
        assert_eq!(tls("version=TLS1_3"), Some("TLS 1.3".into()));
    }
}
