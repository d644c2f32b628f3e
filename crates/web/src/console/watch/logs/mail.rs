//! The mail log by its fields: time, from, to, the sender's IP, size, result or error (TQ.9.1, SL.11.1).

use askama::Template;
use axum::extract::{RawQuery, State};
use congvu_governance::logs::Log;
use congvu_message::date;
use congvu_store::Tx;
use congvu_store::mail_log::{self, Filter, Logged};

use super::super::asked::Asked;
use super::super::said::{self, Said};
use super::super::trace::party;
use super::super::whole_system;
use super::{PAGE, noted, stream};
use crate::console::chart::number;
use crate::console::cited::Cited;
use crate::console::officer::Officer;
use crate::console::shell::{self, Here, Shell};
use crate::site::{Frame, Lang, Oops, Page, Site, full, html};

pub(super) const HERE: &str = "/quan-ly/nhat-ky";
const FIELDS: &[&str] = &[
    "tu", "den", "may", "tu-ngay", "den-ngay", "chieu", "ma", "ket-qua", "lon-tu", "lon-den",
];
/// Those that stand folded away: few ask for them.
const MORE: &[&str] = &["may", "chieu", "ma", "ket-qua", "lon-tu", "lon-den"];
/// Lines looked at in one transaction, whether they fit or not.
const LOOK: i64 = 20_000;
const KILOBYTE: u64 = 1024;
const VIETNAM_MINUTES: i16 = 7 * 60;

#[derive(Template)]
#[template(path = "console/watch/mail_log.html")]
struct MailLogPage {
    frame: Frame,
    shell: Shell,
    asked: Asked,
    /// One of the fields is asked for that stand folded away.
    has_more: bool,
    ways: Vec<(&'static str, String)>,
    rows: Vec<Row>,
    next: Option<String>,
    reached: String,
    csv: String,
    kept: Cited,
}

struct Row {
    trace: String,
    when: String,
    way: String,
    sender: String,
    recipient: String,
    client_ip: String,
    size: String,
    said: Said,
}

fn filter(asked: &Asked) -> Filter {
    let (sender, sender_is) = party(asked.some("tu"));
    let (recipient, recipient_is) = party(asked.some("den"));
    let bytes = |name| asked.number::<u64>(name).map(|kilo| kilo * KILOBYTE);
    Filter {
        from: asked.from_day("tu-ngay"),
        until: asked.to_day("den-ngay"),
        sender,
        sender_is,
        recipient,
        recipient_is,
        client_ip: asked.some("may"),
        size_least: bytes("lon-tu"),
        size_most: bytes("lon-den"),
        code: asked.number("ma"),
        result: asked.some("ket-qua"),
        direction: asked.some("chieu"),
    }
}

/// The clause of the regulation at the top that has logs kept.
pub(super) fn kept(tx: &mut Tx<'_>, site: &Site) -> Result<Cited, Oops> {
    let Some(root) = congvu_store::organisation::root(tx)? else {
        return Ok(Cited::none());
    };
    let Ok(profile) = site.law.at(tx, root.id) else {
        return Ok(Cited::none());
    };
    let id = match profile.code() {
        "TQ" => "TQ.9.1",
        "SL" => "SL.11.1",
        _ => "",
    };
    Ok(Cited::of(profile, id))
}

pub(super) async fn page(
    State(site): State<Site>,
    officer: Officer,
    RawQuery(query): RawQuery,
) -> Page {
    let asked = Asked::read(query.as_deref());
    let of = site.clone();
    // Who turns a page goes on with the same search.
    let is_first = asked.after().is_none();
    let (actor, words) = (officer.actor(), asked.at("", FIELDS));
    let page = site
        .store
        .read(move |tx| {
            whole_system(tx, &officer)?;
            let lang = officer.lang();
            let (frame, shell) =
                shell::read(tx, &officer, lang.t("Nhật ký gửi nhận thư"), Here::Logs)?;
            let found = mail_log::search(tx, &filter(&asked), asked.after(), PAGE, LOOK)?;
            let reached = found
                .next
                .map_or_else(String::new, |(at, _)| full(at, lang));
            Ok::<_, Oops>(MailLogPage {
                frame,
                shell,
                ways: ["in", "submit", "local", "out", "notice"]
                    .map(|name| (name, said::way(name, lang).to_owned()))
                    .to_vec(),
                rows: found.lines.iter().map(|line| row(line, lang)).collect(),
                next: found.next.map(|next| asked.next(HERE, FIELDS, next)),
                reached,
                csv: asked.at("/quan-ly/nhat-ky/thu.csv", FIELDS),
                kept: kept(tx, &of)?,
                has_more: asked.has(MORE),
                asked,
            })
        })
        .await?;
    if is_first {
        noted(&site, actor, Log::Mail, (words, false)).await?;
    }
    Ok(html(&page))
}

fn row(line: &Logged, lang: Lang) -> Row {
    Row {
        trace: line.trace.clone(),
        when: full(line.at, lang),
        way: said::way(&line.direction, lang).to_owned(),
        sender: line.sender.clone(),
        recipient: line.recipient.clone(),
        client_ip: line.client_ip.clone(),
        size: number(line.size),
        said: said::of(line, lang),
    }
}

/// All that fits, as a file with the log's own words.
pub(super) async fn file(
    State(site): State<Site>,
    officer: Officer,
    RawQuery(query): RawQuery,
) -> Page {
    let asked = Asked::read(query.as_deref());
    let reader = officer.user.clone();
    let officer = std::sync::Arc::new(officer);
    let first = std::sync::Arc::clone(&officer);
    site.store.read(move |tx| whole_system(tx, &first)).await?;
    let words = asked.at("", FIELDS);
    noted(&site, officer.actor(), Log::Mail, (words, true)).await?;
    let filter = filter(&asked);
    let head = [
        "time",
        "direction",
        "trace",
        "sender",
        "recipient",
        "client_ip",
        "size",
        "code",
        "result",
    ];
    Ok(stream::csv(
        site,
        reader,
        "nhat-ky-thu.csv",
        &head,
        move |tx, before| {
            whole_system(tx, &officer)?;
            let found = mail_log::search(tx, &filter, before, super::ROWS, LOOK)?;
            Ok((found.lines.iter().map(cells).collect(), found.next))
        },
    ))
}

fn cells(line: &Logged) -> Vec<String> {
    vec![
        date::imap(line.at.div_euclid(1000), VIETNAM_MINUTES),
        line.direction.clone(),
        line.trace.clone(),
        line.sender.clone(),
        line.recipient.clone(),
        line.client_ip.clone(),
        line.size.to_string(),
        line.code.to_string(),
        line.result.clone(),
    ]
}
