//! What this server knows of where a message came from. What other servers wrote on it proves nothing: only the lines are read that
//! this one put before the message when it came.

use congvu_message::trace::{hops, results};

use super::list::is_outside;

/// Why it may not come from whom it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doubt {
    /// The domain it names says of itself that its mail does not come so (RFC 7489, DMARC).
    Forged,
    /// It names an address of ours and came from a server that is not ours, unproven.
    Ours,
    /// Neither the server it came from nor a signature speaks for the domain it names (RFC 7208, RFC 6376).
    Unproven,
}

/// The doubt about a message whose own lines of this server are `prefix`, that names a sender at `domain`.
pub(super) fn doubt(prefix: &[u8], domain: &str, ours: &[String], hostname: &str) -> Option<Doubt> {
    let hops = hops(prefix);
    let last = hops.last()?;
    if !last.by.eq_ignore_ascii_case(hostname) || last.is_signed_in() || last.with == "local" {
        return None;
    }
    let found = results(prefix);
    let own = found
        .iter()
        .find(|one| one.server.eq_ignore_ascii_case(hostname));
    let of = |method: &str| own.and_then(|own| own.of(method)).unwrap_or_default();
    let failed = |method: &str| matches!(of(method), "fail" | "softfail" | "permerror");
    if of("dmarc") == "pass" {
        None
    } else if failed("dmarc") {
        Some(Doubt::Forged)
    } else if !domain.is_empty() && !is_outside(domain, ours) {
        Some(Doubt::Ours)
    } else {
        let speaks = of("spf") == "pass" || of("dkim") == "pass";
        (!speaks && (failed("spf") || failed("dkim"))).then_some(Doubt::Unproven)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(lines: &str, with: &str, domain: &str) -> Option<Doubt> {
        let prefix = format!(
            "Delivered-To: an@tinh.gov.vn\r\n{lines}Received: from a ([192.0.2.1])\r\n\tby mx.tinh.gov.vn with {with} id 1;\r\n\tMon, 23 Nov 2026 08:00:00 +0700\r\n"
        );
        doubt(
            prefix.as_bytes(),
            domain,
            &["tinh.gov.vn".to_owned()],
            "mx.tinh.gov.vn",
        )
    }

    #[test]
    fn only_what_this_server_found_counts() {
        let says = |results: &str| format!("Authentication-Results: mx.tinh.gov.vn; {results}\r\n");
        for (lines, with, domain, doubt) in [
            ("", "ESMTPS", "ngoai.example", None),
            ("", "ESMTPS", "Tinh.gov.vn", Some(Doubt::Ours)),
            ("", "ESMTPSA", "tinh.gov.vn", None),
            ("", "local", "tinh.gov.vn", None),
            (
                says("dmarc=pass header.from=tinh.gov.vn").as_str(),
                "ESMTPS",
                "tinh.gov.vn",
                None,
            ),
            (
                says("dmarc=fail").as_str(),
                "ESMTPS",
                "ngoai.example",
                Some(Doubt::Forged),
            ),
            (
                says("spf=fail; dkim=pass").as_str(),
                "ESMTPS",
                "ngoai.example",
                None,
            ),
            (
                says("spf=softfail; dkim=none").as_str(),
                "ESMTPS",
                "ngoai.example",
                Some(Doubt::Unproven),
            ),
            (says("spf=none").as_str(), "ESMTPS", "ngoai.example", None),
            // Another's word, in the place of ours.
            (
                "Authentication-Results: mx.ke-xau.example; dmarc=pass\r\n",
                "ESMTPS",
                "tinh.gov.vn",
                Some(Doubt::Ours),
            ),
        ] {
            assert_eq!(of(lines, with, domain), doubt, "{lines} {with} {domain}");
        }
        assert_eq!(doubt(b"", "tinh.gov.vn", &[], "mx"), None);
    }
}
