//! Trace ids and the header lines that differ for each recipient.

use std::net::IpAddr;

use congvu_message::date;
use congvu_store::{now_ms, random};

/// Names one acceptance in the Received line, in the reply and in the mail log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceId(String);

impl TraceId {
    /// A fresh one: time first, so that logs sort.
    #[must_use]
    pub fn new() -> Self {
        const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
        let random = u32::from_ne_bytes(random::<4>());
        let mut bits = (u128::from(now_ms().unsigned_abs()) << 32) | u128::from(random);
        let mut letters = [0_u8; 15];
        for letter in letters.iter_mut().rev() {
            *letter = LETTERS[(bits & 31) as usize];
            bits >>= 5;
        }
        Self(String::from_utf8_lossy(&letters).into_owned())
    }

    /// One that was given before: the way of a message that was held goes on under its name.
    pub(crate) fn known(id: &str) -> Self {
        Self(id.to_owned())
    }

    /// The id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for TraceId {
    fn default() -> Self {
        Self::new()
    }
}

/// Where a message comes from.
#[derive(Clone, Debug)]
pub struct Client {
    /// The peer.
    pub ip: IpAddr,
    /// What it called itself.
    pub helo: String,
    /// `ESMTPS`, `ESMTPSA` … (RFC 3848).
    pub with: &'static str,
    /// TLS version and cipher, where there is TLS.
    pub tls: Option<String>,
}

/// Keeps what a peer says from breaking out of a header line.
pub(crate) fn one_line(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control() && !matches!(c, '(' | ')' | '<' | '>' | '\\'))
        .take(255)
        .collect()
}

/// RFC 5321 §4.4: Return-Path, then Delivered-To, then Received, newest first.
pub(crate) fn prefix(
    client: &Client,
    hostname: &str,
    id: &TraceId,
    sender: &str,
    recipient: &str,
    at_ms: i64,
) -> Vec<u8> {
    let mut lines = own_lines(recipient);
    lines.extend_from_slice(&shared_lines(
        client,
        hostname,
        id,
        sender,
        Some(recipient),
        at_ms,
    ));
    lines
}

/// The line that names the recipient it was delivered to.
pub(crate) fn own_lines(recipient: &str) -> Vec<u8> {
    format!("Delivered-To: {}\r\n", one_line(recipient)).into_bytes()
}

/// The lines that are the same for all recipients but for `for`.
pub(crate) fn shared_lines(
    client: &Client,
    hostname: &str,
    id: &TraceId,
    sender: &str,
    recipient: Option<&str>,
    at_ms: i64,
) -> Vec<u8> {
    let mut lines = format!("Return-Path: <{}>\r\n", one_line(sender)).into_bytes();
    lines.extend_from_slice(&received(client, hostname, id, recipient, at_ms));
    lines
}

/// The Received line alone: what a message for another server gets (RFC 5321 §4.4).
pub(crate) fn received(
    client: &Client,
    hostname: &str,
    id: &TraceId,
    recipient: Option<&str>,
    at_ms: i64,
) -> Vec<u8> {
    let address = match client.ip {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => format!("IPv6:{v6}"),
    };
    let tls = client.tls.as_ref().map_or_else(String::new, |tls| {
        format!("\r\n\t(using {})", one_line(tls))
    });
    let wanted = recipient.map_or_else(String::new, |to| format!("\r\n\tfor <{}>", one_line(to)));
    format!(
        "Received: from {} ([{address}]){tls}\r\n\tby {hostname} with {} id {}{wanted};\r\n\t{}\r\n",
        one_line(&client.helo),
        client.with,
        id.as_str(),
        date::rfc5322(at_ms.div_euclid(1000), 7 * 60),
    )
    .into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_helo_cannot_break_out_of_its_line() {
        let client = Client {
            ip: "2001:db8::1".parse().expect("address"),
            helo: "evil\r\nX-Spam: no (x)".into(),
            with: "ESMTPS",
            tls: Some("TLSv1.3".into()),
        };
        let id = TraceId::new();
        let lines = prefix(&client, "mx.example", &id, "a@b", "c@d", 1_795_338_000_000);
        let text = String::from_utf8(lines).expect("text");
        assert!(text.starts_with("Delivered-To: c@d\r\nReturn-Path: <a@b>\r\nReceived: from evilX-Spam: no x ([IPv6:2001:db8::1])"));
        assert!(text.lines().all(|line| line.len() < 200));
        assert!(text.ends_with("+0700\r\n"));
        assert_eq!(text.matches("\r\nX-Spam").count(), 0);
    }

    #[test]
    fn trace_ids_differ_and_sort_by_time() {
        let (a, b) = (TraceId::new(), TraceId::new());
        assert_ne!(a, b);
        assert_eq!(a.as_str().len(), 15);
        assert_eq!(a.as_str()[..6], b.as_str()[..6]);
    }
}
