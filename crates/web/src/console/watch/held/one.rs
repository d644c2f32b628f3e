//! One held message: who wrote to whom, why it is held, what it consists of; and what may be done with it.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use congvu_governance::held::{decides, last_day};
use congvu_message::header::{decode_text, fields};
use congvu_store::held::{self, Fate, Part};
use congvu_store::{HeldId, HeldRecipientId, StoreResult, blob::BlobRef, queue};

use super::super::asked::Asked;
use super::super::watched;
use super::{cite, seen};
use crate::console::chart::number;
use crate::console::cited::Cited;
use crate::console::clock::Clock;
use crate::console::officer::Officer;
use crate::console::shell::{self, Here, Shell};
use crate::site::{Frame, Lang, Oops, Page, Site, full, html};

/// So much of the header is looked through.
const HEADER: u64 = 64 << 10;
/// The fields that are shown.
const SHOWN: [&str; 7] = [
    "From",
    "To",
    "Cc",
    "Reply-To",
    "Date",
    "Subject",
    "Message-ID",
];
/// Letters of a field.
const LONGEST: usize = 400;

#[derive(Template)]
#[template(path = "console/watch/held_one.html")]
struct OnePage {
    frame: Frame,
    shell: Shell,
    id: HeldId,
    done: String,
    fault: String,
    reason: String,
    trace: String,
    sender: String,
    client_ip: String,
    size: String,
    since: String,
    /// Until when, in working days.
    clock: Option<Clock>,
    until: String,
    header: Vec<(String, String)>,
    parts: Vec<Shown>,
    recipients: Vec<To>,
    /// Somebody waits whom they decide about.
    may_decide: bool,
    has_sender: bool,
}

struct Shown {
    name: String,
    /// What it is by its content, then what it is said to be.
    kind: String,
    declared: String,
    size: String,
    state: &'static str,
    inside: &'static str,
}

struct To {
    id: HeldRecipientId,
    address: String,
    why: Vec<(String, Cited)>,
    fate: &'static str,
    decided: String,
    reason: String,
    may_decide: bool,
}

/// What became of a recipient's copy.
pub(super) fn fate(fate: Fate, lang: Lang) -> &'static str {
    match fate {
        Fate::Waits => lang.t("đang giữ"),
        Fate::Released => lang.t("đã cho qua"),
        Fate::SentBack => lang.t("đã trả lại người gửi"),
        Fate::Dropped => lang.t("đã bỏ, không báo người gửi"),
        Fate::Lapsed => lang.t("quá hạn, đã trả lại"),
    }
}

pub(super) async fn page(
    State(site): State<Site>,
    officer: Officer,
    Path(id): Path<i64>,
    RawQuery(query): RawQuery,
) -> Page {
    let asked = Asked::read(query.as_deref());
    let done = match asked.get("xong") {
        "cho-qua" => officer
            .lang()
            .t("Đã cho qua: thư nằm trong hộp thư của người nhận đã chọn."),
        "tra-lai" => officer
            .lang()
            .t("Đã trả lại: người gửi được báo là thư không được nhận."),
        "bo" => officer.lang().t("Đã bỏ thư; không ai được báo."),
        _ => "",
    };
    shown(&site, officer, HeldId(id), (done, "", ""), StatusCode::OK).await
}

/// The page; beside what was done, or what was refused and the reason that was typed.
pub(super) async fn shown(
    site: &Site,
    officer: Officer,
    id: HeldId,
    (done, fault, reason): (&str, &str, &str),
    status: StatusCode,
) -> Page {
    let (done, fault, reason) = (done.to_owned(), fault.to_owned(), reason.to_owned());
    let law = site.law;
    let (mut page, content) = site
        .store
        .read(move |tx| {
            let lang = officer.lang();
            let places = watched(tx, &officer)?;
            let missing = || Oops::missing("Không có thư đang giữ này.");
            let found = held::get(tx, id)?.ok_or_else(missing)?;
            let recipients = seen(tx, places.as_ref(), id)?;
            if recipients.is_empty() {
                return Err(missing());
            }
            let (frame, shell) = shell::read(tx, &officer, lang.t("Một thư bị giữ"), Here::Held)?;
            let actor = officer.actor();
            let mut to = Vec::new();
            for one in recipients {
                let may_decide = one.fate == Fate::Waits && decides(tx, &actor, &one)?;
                let mut why = Vec::new();
                for finding in &one.findings {
                    let cited = cite(tx, law, one.organisation, &finding.clause);
                    why.push((finding.says.clone(), cited));
                }
                to.push(To {
                    id: one.id,
                    address: one.address,
                    why,
                    fate: fate(one.fate, lang),
                    decided: one.decided_at.map_or_else(String::new, |at| {
                        format!("{} · {}", full(at, lang), one.decided_by)
                    }),
                    reason: one.reason,
                    may_decide,
                });
            }
            let content = queue::content(tx, found.message)?;
            let last = last_day(&found);
            let clock = (found.waits > 0).then(|| {
                let from = congvu_regulation::Moment(found.held_at).date();
                let today = congvu_governance::today(tx);
                Clock::of(law, (from, last), today, lang)
            });
            let page = OnePage {
                frame,
                shell,
                id,
                done: done.clone(),
                fault: fault.clone(),
                reason: reason.clone(),
                has_sender: !found.sender.is_empty(),
                trace: found.trace,
                sender: found.sender,
                client_ip: found.client_ip,
                size: number(found.size),
                since: full(found.held_at, lang),
                clock,
                until: format!("{} {}", last.weekday(), last.vietnamese()),
                header: Vec::new(),
                parts: held::parts(tx, id)?
                    .into_iter()
                    .map(|part| part_shown(part, lang))
                    .collect(),
                may_decide: to.iter().any(|to| to.may_decide),
                recipients: to,
            };
            Ok::<_, Oops>((page, content))
        })
        .await?;
    if let Some((blob, header)) = content {
        page.header = header_of(site, &blob, header).await?;
    }
    let mut response: Response = html(&page);
    *response.status_mut() = status;
    Ok(response)
}

fn part_shown(part: Part, lang: Lang) -> Shown {
    let (state, inside) = match part.inside.as_str() {
        "locked" => ("bad", lang.t("có mật khẩu, không xem được bên trong")),
        "unseen" => ("held", lang.t("không kiểm tra được bên trong")),
        _ => ("", ""),
    };
    Shown {
        name: match part.name.as_str() {
            "" => lang.t("(phần chữ của thư, không hiện ở đây)").to_owned(),
            name => name.to_owned(),
        },
        kind: part.kind,
        declared: part.declared,
        size: number(part.size),
        state,
        inside,
    }
}

/// The fields of the header that are shown, decoded.
async fn header_of(site: &Site, blob: &BlobRef, length: u64) -> StoreResult<Vec<(String, String)>> {
    let mut reader = site.store.blobs().open_blob(blob).await?;
    let most = usize::try_from(length.min(HEADER)).unwrap_or(usize::MAX);
    let mut bytes = Vec::new();
    while bytes.len() < most
        && let Some(chunk) = reader.next().await?
    {
        bytes.extend_from_slice(&chunk);
    }
    bytes.truncate(most);
    let mut shown = Vec::new();
    for name in SHOWN {
        for field in fields(&bytes).filter(|field| field.is(name)) {
            let text = decode_text(field.value);
            let text: String = text
                .chars()
                .map(|c| if c.is_control() { ' ' } else { c })
                .take(LONGEST)
                .collect();
            shown.push((name.to_owned(), text.trim().to_owned()));
        }
    }
    Ok(shown)
}
