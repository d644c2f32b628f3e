//! Delivery status notices (RFC 3464, RFC 3461 §6; UTF-8 by RFC 6533). Pure: bytes from facts.
//!
//! A `multipart/report` of three parts: words for people, Vietnamese first; the same for programs; the
//! header of the message, or all of it.

mod advice;
mod status;
#[cfg(test)]
mod tests;
mod text;

use congvu_message::date;
use congvu_store::queue::LastReply;
use mail_builder::headers::Header;
use mail_builder::headers::text::Text;
use mail_builder::mime::MimePart;

use super::notice::About;

/// Status of what an administrator dropped: no code of RFC 3463 says it.
pub(crate) const DROPPED: &str = "5.0.0";

/// What became of a recipient (RFC 3464 §2.3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Action {
    /// It will not be delivered.
    Failed,
    /// It waits and is tried again.
    Delayed,
    /// It went to a server that says nothing further.
    Relayed,
    /// It went to a group's members.
    Expanded,
    /// It lies in the mailbox.
    Delivered,
}

impl Action {
    fn name(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Delayed => "delayed",
            Self::Relayed => "relayed",
            Self::Expanded => "expanded",
            Self::Delivered => "delivered",
        }
    }
}

/// One recipient, as its sender is told of it.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    /// Its address.
    pub(crate) address: String,
    /// ORCPT, in xtext.
    pub(crate) original: Option<String>,
    /// What became of it.
    pub(crate) action: Action,
    /// Status code (RFC 3463).
    pub(crate) status: String,
    /// What the far server said last.
    pub(crate) last: Option<LastReply>,
    /// How long it is tried (ms).
    pub(crate) retry_until: Option<i64>,
}

/// What of the message goes back.
#[derive(Clone, Debug)]
pub(crate) enum Returned {
    /// All of it.
    Full(Vec<u8>),
    /// Its header, perhaps cut.
    Headers(Vec<u8>),
}

/// A notice to write.
pub(crate) struct Report<'a> {
    /// This server's name.
    pub(crate) hostname: &'a str,
    /// The domain of its postmaster.
    pub(crate) domain: &'a str,
    /// The notice's own id.
    pub(crate) id: &'a str,
    /// What it tells.
    pub(crate) about: &'a About<'a>,
}

/// The notice, with CR LF line ends.
pub(crate) fn build(report: &Report<'_>) -> Vec<u8> {
    let about = report.about;
    let utf8 = about.utf8 || about.told.iter().any(|told| !told.address.is_ascii());
    let boundary = format!("={}=", report.id);
    let mut out = header(report, &boundary);
    out.extend_from_slice(format!("\r\n--{boundary}\r\n").as_bytes());
    // Writing into memory cannot fail.
    drop(MimePart::new("text/plain", text::words(report)).write_part(&mut out));
    let mut part = |headers: &str, body: &[u8]| {
        out.extend_from_slice(format!("\r\n--{boundary}\r\n{headers}\r\n").as_bytes());
        out.extend_from_slice(body);
    };
    let kind = if utf8 {
        "Content-Type: message/global-delivery-status\r\nContent-Transfer-Encoding: 8bit\r\n"
    } else {
        "Content-Type: message/delivery-status\r\n"
    };
    part(kind, status::fields(report, utf8).as_bytes());
    let (kind, body) = match &about.returned {
        Returned::Full(bytes) if utf8 => ("message/global", bytes.as_slice()),
        Returned::Full(bytes) => ("message/rfc822", bytes.as_slice()),
        Returned::Headers(bytes) if utf8 => ("message/global-headers", whole_lines(bytes)),
        Returned::Headers(bytes) => ("text/rfc822-headers", whole_lines(bytes)),
    };
    let coding = if body.is_ascii() { "7bit" } else { "8bit" };
    part(
        &format!("Content-Type: {kind}\r\nContent-Transfer-Encoding: {coding}\r\n"),
        body,
    );
    out.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    out
}

fn header(report: &Report<'_>, boundary: &str) -> Vec<u8> {
    let (about, id) = (report.about, report.id);
    let mut out = Vec::with_capacity(4096);
    let mut line = |name: &str, value: &str| {
        out.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
    };
    line("Date", &date::rfc5322(about.at.div_euclid(1000), 7 * 60));
    line("Message-ID", &format!("<{id}.dsn@{}>", report.hostname));
    line(
        "From",
        &format!(
            "=?utf-8?B?SOG7hyB0aOG7kW5nIHRoxrAgxJFp4buHbiB04but?= <postmaster@{}>",
            report.domain
        ),
    );
    line("To", &format!("<{}>", plain(about.sender)));
    line("Auto-Submitted", "auto-replied");
    line("MIME-Version", "1.0");
    line(
        "Content-Type",
        &format!("multipart/report; report-type=delivery-status;\r\n\tboundary=\"{boundary}\""),
    );
    out.extend_from_slice(b"Subject: ");
    drop(Text::new(text::subject(report)).write_header(&mut out, 9));
    out
}

/// Up to the last line that is whole, without the empty line that ends a header.
fn whole_lines(bytes: &[u8]) -> &[u8] {
    let end = bytes.windows(2).rposition(|two| two == b"\r\n");
    let lines = &bytes[..end.map_or(0, |end| end + 2)];
    match lines.strip_suffix(b"\r\n\r\n") {
        Some(_) => &lines[..lines.len() - 2],
        None => lines,
    }
}

/// Keeps what others gave us from breaking out of its line.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(900).collect()
}
