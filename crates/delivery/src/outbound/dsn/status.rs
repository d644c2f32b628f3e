//! The part for programs: `message/delivery-status` (RFC 3464 §2), `message/global-delivery-status` where
//! anything in it is UTF-8 (RFC 6533 §3).

use std::fmt::Write as _;

use congvu_message::date;

use super::{Action, Report, Told, plain};

pub(super) fn fields(report: &Report<'_>, utf8: bool) -> String {
    let about = report.about;
    let mut out = format!("Reporting-MTA: dns; {}\r\n", plain(report.hostname));
    if let Some(id) = about.envelope_id {
        line(&mut out, "Original-Envelope-Id", &xtext(id), utf8);
    }
    line(&mut out, "Arrival-Date", &when(about.arrival), utf8);
    for told in about.told {
        out.push_str("\r\n");
        recipient(&mut out, told, utf8);
    }
    out
}

fn recipient(out: &mut String, told: &Told, utf8: bool) {
    if let Some(original) = &told.original {
        // RFC 3461 §6.3.d: as the sender gave it, its xtext read.
        let given = match original.split_once(';') {
            Some((kind, address)) => format!("{kind}; {}", xtext(address)),
            None => format!("rfc822; {}", xtext(original)),
        };
        line(out, "Original-Recipient", &given, utf8);
    }
    let kind = if told.address.is_ascii() {
        "rfc822"
    } else {
        "utf-8"
    };
    line(
        out,
        "Final-Recipient",
        &format!("{kind}; {}", told.address),
        utf8,
    );
    line(out, "Action", told.action.name(), utf8);
    line(out, "Status", &told.status, utf8);
    if let Some(last) = &told.last {
        if let Some(host) = &last.host {
            line(out, "Remote-MTA", &format!("dns; {host}"), utf8);
        }
        let said = format!("smtp; {} {} {}", last.code, last.status, last.text);
        line(out, "Diagnostic-Code", &said, utf8);
        line(out, "Last-Attempt-Date", &when(last.at), utf8);
    }
    if let (Action::Delayed, Some(until)) = (told.action, told.retry_until) {
        line(out, "Will-Retry-Until", &when(until), utf8);
    }
}

fn line(out: &mut String, name: &str, value: &str, utf8: bool) {
    let mut value = plain(value);
    if !utf8 {
        value = value
            .chars()
            .map(|c| if c.is_ascii() { c } else { '?' })
            .collect();
    }
    // Writing into a String cannot fail.
    let _ = write!(out, "{name}: {value}\r\n");
}

fn when(ms: i64) -> String {
    date::rfc5322(ms.div_euclid(1000), 7 * 60)
}

/// Reads xtext (RFC 3461 §4): `+3D` is `=`. What is not xtext stays as it is.
pub(super) fn xtext(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let code = (*first == b'+')
            .then(|| tail.get(..2))
            .flatten()
            .and_then(|two| std::str::from_utf8(two).ok())
            .and_then(|two| u8::from_str_radix(two, 16).ok());
        if let Some(code) = code {
            bytes.push(code);
            rest = &tail[2..];
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
