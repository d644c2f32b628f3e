//! The part for people: Vietnamese, then English.

use std::fmt::Write as _;

use time::{OffsetDateTime, UtcOffset};

use super::advice::advice;
use super::{Action, Report, Told, plain};

/// Characters of a subject that are repeated.
const SUBJECT: usize = 120;

/// The worst of what is told decides.
fn worst(report: &Report<'_>) -> Action {
    let actions = report.about.told.iter().map(|told| told.action);
    actions.min().unwrap_or(Action::Delivered)
}

fn short(subject: &str) -> String {
    plain(subject).chars().take(SUBJECT).collect()
}

pub(super) fn subject(report: &Report<'_>) -> String {
    let what = match worst(report) {
        Action::Failed => "Không gửi được thư",
        Action::Delayed => "Thư chưa gửi được, còn thử tiếp",
        Action::Relayed => "Thư đã chuyển đến máy chủ bên nhận",
        Action::Expanded | Action::Delivered => "Thư đã đến",
    };
    let subject = short(report.about.subject);
    if subject.is_empty() {
        what.to_owned()
    } else {
        format!("{what}: {subject}")
    }
}

pub(super) fn words(report: &Report<'_>) -> String {
    let mut out = String::new();
    vietnamese(&mut out, report);
    out.push_str("\r\n----------------------------------------\r\n\r\n");
    english(&mut out, report);
    out
}

/// `13:05 ngày 22/11/2026`; everybody here lives in one zone (UTC+7).
fn when(ms: i64) -> Option<(String, String)> {
    let zone = UtcOffset::from_hms(7, 0, 0).ok()?;
    let at = OffsetDateTime::from_unix_timestamp(ms.div_euclid(1000)).ok()?;
    let at = at.to_offset(zone);
    let (hour, minute, day) = (at.hour(), at.minute(), at.day());
    let (month, year) = (u8::from(at.month()), at.year());
    Some((
        format!("{hour:02}:{minute:02} ngày {day:02}/{month:02}/{year}"),
        format!("{year}-{month:02}-{day:02} {hour:02}:{minute:02} (UTC+7)"),
    ))
}

fn said(told: &Told) -> Option<(String, String)> {
    let last = told.last.as_ref()?;
    let words = format!("{} {} {}", last.code, last.status, plain(&last.text));
    Some(match &last.host {
        Some(host) => (
            format!("Máy chủ {host} trả lời: {words}"),
            format!("The server {host} said: {words}"),
        ),
        None => (format!("Lý do: {words}"), format!("Reason: {words}")),
    })
}

/// Writing into a String cannot fail: what `write!` returns is dropped here.
fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    let _ = write!(out, "{text}\r\n");
}

fn vietnamese(out: &mut String, report: &Report<'_>) {
    let about = report.about;
    let at = when(about.arrival).map_or_else(String::new, |when| format!(" lúc {}", when.0));
    line(
        out,
        format_args!(
            "Đây là thông báo tự động của hệ thống thư {}.",
            report.hostname
        ),
    );
    let subject = short(about.subject);
    if subject.is_empty() {
        line(out, format_args!("Về thư gửi{at}."));
    } else {
        line(out, format_args!("Về thư «{subject}» gửi{at}."));
    }
    for told in about.told {
        out.push_str("\r\n");
        let to = plain(&told.address);
        match told.action {
            Action::Failed => line(out, format_args!("KHÔNG gửi được đến: {to}")),
            Action::Delayed => line(out, format_args!("CHƯA gửi được đến: {to}")),
            Action::Relayed => line(out, format_args!("Đã chuyển đến máy chủ của: {to}")),
            Action::Expanded => line(
                out,
                format_args!("Đã gửi cho các thành viên của nhóm: {to}"),
            ),
            Action::Delivered => line(out, format_args!("Đã đến hộp thư: {to}")),
        }
        if let (Some((said, _)), Action::Failed | Action::Delayed) = (said(told), told.action) {
            line(out, format_args!("  {said}"));
        }
        match told.action {
            Action::Failed => line(out, format_args!("  {}", advice(told).0)),
            Action::Delayed => {
                let until = told.retry_until.and_then(when);
                let until = until.map_or_else(String::new, |when| format!(" đến {}", when.0));
                line(
                    out,
                    format_args!("  Hệ thống còn tự thử lại{until}. Chưa cần gửi lại thư này."),
                );
            }
            Action::Relayed => line(
                out,
                format_args!(
                    "  Máy chủ đó không báo tiếp; hệ thống không biết thư đã được đọc hay chưa."
                ),
            ),
            Action::Expanded | Action::Delivered => {}
        }
    }
}

fn english(out: &mut String, report: &Report<'_>) {
    let about = report.about;
    let at = when(about.arrival).map_or_else(String::new, |when| format!(" of {}", when.1));
    line(
        out,
        format_args!(
            "This is an automatic notice of the mail system {}.",
            report.hostname
        ),
    );
    let subject = short(about.subject);
    if subject.is_empty() {
        line(out, format_args!("It is about your message{at}."));
    } else {
        line(
            out,
            format_args!("It is about your message “{subject}”{at}."),
        );
    }
    for told in about.told {
        out.push_str("\r\n");
        let to = plain(&told.address);
        match told.action {
            Action::Failed => line(out, format_args!("NOT delivered to: {to}")),
            Action::Delayed => line(out, format_args!("NOT YET delivered to: {to}")),
            Action::Relayed => line(out, format_args!("Passed on to the server of: {to}")),
            Action::Expanded => line(out, format_args!("Sent to the members of the group: {to}")),
            Action::Delivered => line(out, format_args!("Delivered to: {to}")),
        }
        if let (Some((_, said)), Action::Failed | Action::Delayed) = (said(told), told.action) {
            line(out, format_args!("  {said}"));
        }
        match told.action {
            Action::Failed => line(out, format_args!("  {}", advice(told).1)),
            Action::Delayed => {
                let until = told.retry_until.and_then(when);
                let until = until.map_or_else(String::new, |when| format!(" until {}", when.1));
                line(
                    out,
                    format_args!(
                        "  The system keeps trying{until}. There is no need to send it again yet."
                    ),
                );
            }
            Action::Relayed => line(
                out,
                format_args!(
                    "  That server tells nothing further: whether it was read is not known."
                ),
            ),
            Action::Expanded | Action::Delivered => {}
        }
    }
}
