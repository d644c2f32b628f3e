//! The notices that were sent: to whom, about what, by which clause, with their text.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use congvu_governance::{Law, Role, rights};
use congvu_store::address::{self, Lookup, Target};
use congvu_store::notice::{self, Audience, Notice};
use congvu_store::{NoticeId, OrganisationId, Tx, mailbox, organisation};

use super::super::{Chip, SHOWN, number};
use crate::console::Officer;
use crate::console::cited::Cited;
use crate::console::shell::{self, Here, Shell};
use crate::site::{Fields, Frame, Lang, Oops, Page, Site, full, html, short};

/// Kinds whose words are for their reader alone: what opens an account, and what somebody wrote.
const PRIVATE: [&str; 3] = ["reset-link", "reset-address", "not-sent"];

#[derive(Template)]
#[template(path = "console/rules/notices.html")]
struct SentPage {
    frame: Frame,
    shell: Shell,
    address: String,
    trouble: &'static str,
    lines: Vec<Line>,
    next: String,
    has_stops: bool,
}

struct Line {
    id: NoticeId,
    subject: String,
    to: String,
    cited: Cited,
    at: String,
    chip: Chip,
}

/// Whom a notice is for, and the place it is about; none: all, or an address that is not ours.
fn whom(
    tx: &mut Tx<'_>,
    of: &Notice,
    lang: Lang,
) -> Result<(String, Option<OrganisationId>), Oops> {
    Ok(match &of.audience {
        Audience::All => (lang.t("mọi hộp thư").to_owned(), None),
        Audience::Address(address) => (address.clone(), None),
        Audience::Mailbox(id) => (
            address::primary(tx, *id)?.unwrap_or_else(|| lang.t("(hộp thư đã xóa)").to_owned()),
            mailbox::organisation(tx, *id)?,
        ),
        Audience::Organisation(id) => (
            organisation::get(tx, *id)?.map_or_else(String::new, |place| place.name),
            Some(*id),
        ),
    })
}

fn chip(of: &Notice, lang: Lang) -> Chip {
    let chip = |state, icon, words| Chip { state, icon, words };
    if !of.failed.is_empty() {
        return chip("locked", "alert", lang.t("Không gửi được"));
    }
    match (of.sent_at, of.received_at) {
        (_, Some(_)) => chip("active", "ok", lang.t("Đã ghi nhận ngày nhận")),
        (Some(_), None) => chip("sent", "send", lang.t("Đã gửi")),
        (None, None) => chip("must-change", "hourglass", lang.t("Đang chờ gửi")),
    }
}

fn is_private(of: &Notice) -> bool {
    PRIVATE.contains(&of.kind.as_str())
}

pub(super) async fn page(
    State(site): State<Site>,
    officer: Officer,
    RawQuery(query): RawQuery,
) -> Page {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let law = site.law;
    let page = site
        .store
        .read(move |tx| read(tx, law, &officer, &query))
        .await?;
    Ok(html(&page))
}

fn read(tx: &mut Tx<'_>, law: Law, officer: &Officer, query: &Fields) -> Result<SentPage, Oops> {
    let lang = officer.lang();
    let (frame, shell) = shell::read(tx, officer, lang.t("Thông báo đã gửi"), Here::Notices)?;
    let asked = query.get("hop-thu").trim().to_lowercase();
    let place = number(query.get("co-quan")).map(OrganisationId);
    let before = number(query.get("truoc")).map(NoticeId);
    let actor = officer.actor();
    let root = organisation::root(tx)?.ok_or(Oops::Busy)?;
    let sees_all = rights::has(tx, &actor, super::RUN, root.id)?;
    let mut trouble = "";
    let mut found = Vec::new();
    if !asked.is_empty() {
        let (local, domain) = match asked.split_once('@') {
            Some((local, domain)) => (local.to_owned(), domain.to_owned()),
            None => {
                let domain = organisation::domains(tx)?.into_iter().next();
                (asked.clone(), domain.unwrap_or_default())
            }
        };
        let target = match address::lookup(tx, &local, &domain)? {
            Lookup::Found(Target::Mailbox(target)) => Some(target.mailbox),
            _ => None,
        };
        let at = match target {
            Some(id) => mailbox::organisation(tx, id)?,
            None => None,
        };
        match (target, at) {
            (Some(id), Some(at)) if rights::has(tx, &actor, super::RUN, at)? => {
                found = notice::of_mailbox(tx, id, before, SHOWN + 1)?;
            }
            _ => trouble = lang.t("Không có hộp thư này."),
        }
    } else if let Some(place) = place {
        officer.scope(tx, &Role::ALL, Some(place))?;
        found = notice::of_organisation(tx, place, before, SHOWN + 1)?;
    } else if sees_all {
        found = notice::newest(tx, before, SHOWN + 1)?;
    } else {
        let place = officer.scope(tx, &Role::ALL, None)?;
        found = notice::of_organisation(tx, place, before, SHOWN + 1)?;
    }
    let shown = usize::try_from(SHOWN).unwrap_or(usize::MAX);
    let more = found.len() > shown;
    found.truncate(shown);
    let next = match found.last().filter(|_| more) {
        Some(last) => {
            let mut next = form_urlencoded::Serializer::new(String::new());
            for name in ["hop-thu", "co-quan"] {
                if !query.get(name).is_empty() {
                    next.append_pair(name, query.get(name));
                }
            }
            next.append_pair("truoc", &last.id.to_string());
            next.finish()
        }
        None => String::new(),
    };
    let now = tx.now();
    let mut lines = Vec::new();
    for one in found {
        let (to, place) = whom(tx, &one, lang)?;
        let profile = law.at(tx, place.unwrap_or(root.id))?;
        lines.push(Line {
            id: one.id,
            chip: chip(&one, lang),
            cited: Cited::of(profile, &one.clause),
            at: short(one.created_at, now, lang),
            subject: match is_private(&one) {
                true => lang.t("(chỉ người nhận được xem)").to_owned(),
                false => one.subject,
            },
            to,
        });
    }
    Ok(SentPage {
        frame,
        shell,
        address: asked,
        trouble,
        lines,
        next,
        has_stops: sees_all,
    })
}

#[derive(Template)]
#[template(path = "console/rules/notice.html")]
struct NoticePage {
    frame: Frame,
    shell: Shell,
    to: String,
    at: String,
    sent: String,
    received: String,
    failed: String,
    body: String,
    is_private: bool,
    cited: Cited,
    chip: Chip,
}

pub(super) async fn one(State(site): State<Site>, officer: Officer, Path(id): Path<i64>) -> Page {
    let law = site.law;
    let page = site
        .store
        .read(move |tx| text(tx, law, &officer, NoticeId(id)))
        .await?;
    Ok(html(&page))
}

fn text(tx: &mut Tx<'_>, law: Law, officer: &Officer, id: NoticeId) -> Result<NoticePage, Oops> {
    let lang = officer.lang();
    let missing = || Oops::missing("Không có thông báo này.");
    let found = notice::get(tx, id)?.ok_or_else(missing)?;
    let (to, place) = whom(tx, &found, lang)?;
    let root = organisation::root(tx)?.ok_or(Oops::Busy)?;
    let at = place.unwrap_or(root.id);
    let roles: &[Role] = match found.audience {
        Audience::Organisation(_) => &Role::ALL,
        _ => super::RUN,
    };
    if !rights::has(tx, &officer.actor(), roles, at)? {
        return Err(missing());
    }
    let is_private = is_private(&found);
    let title = match is_private {
        true => lang.t("(chỉ người nhận được xem)").to_owned(),
        false => found.subject.clone(),
    };
    let (frame, shell) = shell::read(tx, officer, &title, Here::Notices)?;
    let profile = law.at(tx, at)?;
    let time = |at: Option<i64>| at.map_or_else(String::new, |at| full(at, lang));
    Ok(NoticePage {
        to,
        at: full(found.created_at, lang),
        sent: time(found.sent_at),
        received: time(found.received_at),
        cited: Cited::of(profile, &found.clause),
        chip: chip(&found, lang),
        failed: found.failed,
        body: match is_private {
            true => String::new(),
            false => found.body,
        },
        is_private,
        frame,
        shell,
    })
}
