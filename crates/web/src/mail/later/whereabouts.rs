//! What became of a message for each of its recipients, and taking it back: `/thu/…/den-dau`, `/thu/…/thu-hoi`.
//!
//! Who sent it sees where it arrived. That it was read they see of what they wrote in a unit's name alone (BS.III.9: what people do with
//! their own mail is theirs; what a unit sends is the unit's business), and of what they took back, for that is what taking back means.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use congvu_governance::{Act, Action, record};
use congvu_message::address::Address;
use congvu_store::address::{Lookup, Target};
use congvu_store::delegation::{self, Rights};
use congvu_store::later::{self, Kind, New};
use congvu_store::queue::WITHDRAWN;
use congvu_store::sent_message::{self, Outcome, RECALLED, Sent};
use congvu_store::{
    FolderId, MailboxId, MessageId, StoreResult, Tx, address, mailbox, organisation,
};
use serde_json::json;

use crate::mail::{open, part};
use crate::site::{Fields, Frame, Lang, Oops, Page, Site, User, full, html};

/// Recipients on a page.
const PAGE: i64 = 100;
/// Rows read at once for a file.
const ROWS: i64 = 1_000;

/// What became of a message for a recipient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Became {
    Delivered,
    Read,
    /// The recipient has removed it.
    Gone,
    Recalled,
    /// It was taken back before it went out.
    Withdrawn,
    /// It was read before it was taken back.
    Kept,
    Waiting,
    Group,
    Outside,
    Bounced,
}

impl Became {
    fn label(self, lang: Lang) -> &'static str {
        match self {
            Self::Delivered => lang.t("đã đến hộp thư"),
            Self::Read => lang.t("đã đọc"),
            Self::Gone => lang.t("đã đến, người nhận đã xóa"),
            Self::Recalled => lang.t("đã thu hồi khi chưa đọc"),
            Self::Withdrawn => lang.t("đã rút lại, chưa ra ngoài"),
            Self::Kept => lang.t("đã đọc trước khi thu hồi"),
            Self::Waiting => lang.t("đang chờ gửi đi"),
            Self::Group => lang.t("nhóm thư, xem từng thành viên"),
            Self::Outside => lang.t("đã đến máy chủ ngoài hệ thống"),
            Self::Bounced => lang.t("không đến được"),
        }
    }

    /// By the last line of the mail log.
    fn of(outcome: &Outcome) -> Self {
        let is_out = outcome.direction == "out";
        match outcome.code {
            200..300 if outcome.result == RECALLED => Self::Recalled,
            200..300 if outcome.result.starts_with("queued") => Self::Waiting,
            200..300 if outcome.result == "accepted for a group" => Self::Group,
            200..300 if is_out => Self::Outside,
            200..300 => Self::Delivered,
            500..600 if outcome.result == WITHDRAWN => Self::Withdrawn,
            500..600 => Self::Bounced,
            _ => Self::Waiting,
        }
    }
}

/// What is looked at.
struct Looked {
    message: MessageId,
    sent: Sent,
    subject: String,
    /// It was sent in a unit's name.
    official: bool,
    may_recall: bool,
}

type At = (i64, i64, u32);

fn look(tx: &mut Tx<'_>, user: &User, (mailbox, folder, uid): At) -> Result<Looked, Oops> {
    let (mailbox, folder) = (MailboxId(mailbox), FolderId(folder));
    let (opened, _) = open::folder(tx, user, mailbox, folder)?;
    let found = sent_message::of_copy(tx, folder, uid)?;
    let (message, sent) = found.ok_or_else(|| {
        Oops::Missing(
            user.lang
                .t("Chỉ theo dõi được thư gửi từ web, trong thư mục Đã gửi.")
                .to_owned(),
        )
    })?;
    let stored = part::find(tx, folder, uid)?.ok_or_else(open::gone)?;
    let is_own = mailbox == user.mailbox;
    Ok(Looked {
        message,
        subject: stored.subject,
        official: mailbox::kind(tx, mailbox)?.as_deref() == Some("unit"),
        may_recall: sent.recalled_at.is_none() && (is_own || opened.rights.has(Rights::SEND)),
        sent,
    })
}

/// What became of it, with what the recipient's own mailbox tells.
fn became(tx: &mut Tx<'_>, looked: &Looked, outcome: &Outcome) -> StoreResult<Became> {
    let became = Became::of(outcome);
    let tells = looked.official || looked.sent.recalled_at.is_some();
    if became != Became::Delivered || !tells {
        return Ok(became);
    }
    let Ok(parsed) = Address::parse(&outcome.recipient) else {
        return Ok(became);
    };
    let (local, domain) = parsed.lookup_key();
    let Lookup::Found(Target::Mailbox(target)) = address::lookup(tx, &local, &domain)? else {
        return Ok(became);
    };
    let is_own = target.mailbox == looked.sent.mailbox;
    let recalled = looked.sent.recalled_at.is_some() && !is_own;
    let read = sent_message::is_read(tx, looked.message, target.mailbox)?;
    Ok(match read {
        Some(true) if recalled => Became::Kept,
        Some(true) => Became::Read,
        Some(false) => Became::Delivered,
        None => Became::Gone,
    })
}

/// A recipient.
struct Row {
    recipient: String,
    became: &'static str,
    is_bad: bool,
    /// Why it did not arrive, as the other server says.
    words: String,
    when: String,
}

#[derive(Default)]
struct Counts {
    delivered: u64,
    waiting: u64,
    bounced: u64,
    recalled: u64,
    read: Option<u64>,
}

fn count(tx: &mut Tx<'_>, looked: &Looked) -> StoreResult<Counts> {
    let mut counts = Counts::default();
    for (outcome, recipients) in sent_message::outcomes(tx, &looked.sent.trace)? {
        match Became::of(&outcome) {
            Became::Waiting => counts.waiting += recipients,
            Became::Bounced => counts.bounced += recipients,
            Became::Recalled | Became::Withdrawn => counts.recalled += recipients,
            Became::Group => {}
            _ => counts.delivered += recipients,
        }
    }
    if looked.official || looked.sent.recalled_at.is_some() {
        let read = sent_message::count_read(tx, looked.message, looked.sent.mailbox)?;
        counts.read = Some(read);
    }
    Ok(counts)
}

#[derive(Template)]
#[template(path = "mail/later/whereabouts.html")]
struct WhereaboutsPage {
    frame: Frame,
    here: String,
    subject: String,
    sent: String,
    counts: Counts,
    rows: Vec<Row>,
    more: Option<String>,
    may_recall: bool,
    /// When, and by whom it was taken back.
    recalled: Option<(String, String)>,
    /// It is being taken back just now.
    running: bool,
}

fn row(tx: &mut Tx<'_>, looked: &Looked, outcome: Outcome, lang: Lang) -> StoreResult<Row> {
    let became = became(tx, looked, &outcome)?;
    let is_bad = became == Became::Bounced;
    Ok(Row {
        became: became.label(lang),
        is_bad,
        words: if is_bad {
            outcome.result
        } else {
            String::new()
        },
        when: full(outcome.at, lang),
        recipient: outcome.recipient,
    })
}

pub(super) async fn page(
    State(site): State<Site>,
    user: User,
    Path(at): Path<At>,
    RawQuery(query): RawQuery,
) -> Page {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    if query.get("dang") == "csv" {
        return file(&site, user, at).await;
    }
    let after = query.get("sau").to_owned();
    let reader = user.clone();
    let (looked, counts, mut rows, running, place) = site
        .store
        .read(move |tx| {
            let looked = look(tx, &reader, at)?;
            let outcomes = sent_message::recipients(tx, &looked.sent.trace, &after, PAGE + 1)?;
            let mut rows = Vec::new();
            for outcome in outcomes {
                rows.push(row(tx, &looked, outcome, reader.lang)?);
            }
            let counts = count(tx, &looked)?;
            let running = later::count(tx, looked.sent.mailbox, Kind::Recall)? > 0
                && looked.sent.recalled_at.is_some();
            let place = organisation::root(tx)?.map_or_else(String::new, |root| root.name);
            Ok::<_, Oops>((looked, counts, rows, running, place))
        })
        .await?;
    let (mailbox, folder, uid) = at;
    let here = format!("/thu/{mailbox}/{folder}/{uid}");
    let has_more = rows.len() > PAGE as usize;
    rows.truncate(PAGE as usize);
    let last = rows.last().filter(|_| has_more);
    let more = last.map(|last| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("sau", &last.recipient);
        format!("{here}/den-dau?{}", query.finish())
    });
    let lang = user.lang;
    Ok(html(&WhereaboutsPage {
        frame: Frame::of(&user, &place, lang.t("Thư đã đến đâu")),
        here,
        subject: looked.subject,
        sent: full(looked.sent.sent_at, lang),
        counts,
        rows,
        more,
        may_recall: looked.may_recall,
        recalled: looked
            .sent
            .recalled_at
            .map(|at| (full(at, lang), looked.sent.recalled_by)),
        running,
    }))
}

/// What a program of tables takes for a formula is none.
fn cell(text: &str) -> String {
    let guard = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let guard = if guard { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

/// All recipients as a file, read a page at a time.
async fn file(site: &Site, user: User, at: At) -> Page {
    let lang = user.lang;
    let mut text = format!(
        "\u{feff}{},{},{},{}\r\n",
        cell(lang.t("Người nhận")),
        cell(lang.t("Tình trạng")),
        cell(lang.t("Lúc")),
        cell(lang.t("Lý do"))
    );
    let mut after = String::new();
    loop {
        let (reader, from) = (user.clone(), after.clone());
        let rows = site.store.read(move |tx| {
            let looked = look(tx, &reader, at)?;
            let mut rows = Vec::new();
            for outcome in sent_message::recipients(tx, &looked.sent.trace, &from, ROWS)? {
                rows.push(row(tx, &looked, outcome, reader.lang)?);
            }
            Ok::<_, Oops>(rows)
        });
        let rows: Vec<Row> = rows.await?;
        let Some(last) = rows.last() else { break };
        after.clone_from(&last.recipient);
        for row in &rows {
            let cells = [&row.recipient, row.became, &row.when, &row.words].map(cell);
            text.push_str(&cells.join(","));
            text.push_str("\r\n");
        }
    }
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/csv; charset=utf-8"),
        ),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_static("attachment; filename=\"nguoi-nhan.csv\""),
        ),
    ];
    let response: Response = (headers, text).into_response();
    Ok(response)
}

/// Takes it back from who has not read it; the copies go behind, and what is done is on record under who did it.
pub(super) async fn recall(
    State(site): State<Site>,
    user: User,
    Path(at): Path<At>,
    fields: Fields,
) -> Page {
    user.check(&fields)?;
    site.store
        .write(move |tx| {
            let looked = look(tx, &user, at)?;
            if !looked.may_recall {
                return Err(Oops::State(
                    user.lang
                        .t("Thư này đã được thu hồi, hoặc bạn không được thu hồi thư của hộp thư này.")
                        .to_owned(),
                ));
            }
            if !sent_message::recall(tx, looked.message, &user.login)? {
                return Ok(());
            }
            let (mailbox, folder, uid) = at;
            later::add(
                tx,
                &New {
                    kind: Kind::Recall,
                    place: (FolderId(folder), uid),
                    account: user.account,
                    client_ip: &user.ip.to_string(),
                    home: None,
                    days: 0,
                    due_at: tx.now(),
                },
            )?;
            let id = MailboxId(mailbox);
            let name = address::primary(tx, id)?.unwrap_or_default();
            let place = delegation::subject(tx, id)?.map(|subject| subject.organisation);
            let act = Act {
                organisation: place,
                ..Act::new(Action::MailRecall, format!("mailbox/{mailbox}"), &name)
                    .with(json!({ "trace": looked.sent.trace, "sent_at": looked.sent.sent_at }))
            };
            record(tx, &user.actor(), &act)?;
            Ok(())
        })
        .await?;
    let (mailbox, folder, uid) = at;
    Ok(Redirect::to(&format!("/thu/{mailbox}/{folder}/{uid}/den-dau")).into_response())
}
