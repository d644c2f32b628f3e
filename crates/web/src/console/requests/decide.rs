//! Deciding on a request: what comes of it is told before, and it is carried out behind it, line by line.

use askama::Template;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use congvu_governance::request::{Ask, Decision, decide_noted, kind_of, weigh};
use congvu_governance::{Law, Refused, Role, rights};
use congvu_regulation::requests::{RequestKind, Told};
use congvu_store::{RequestId, Tx};
use serde_json::json;

use super::one::{Sums, Working};
use super::words;
use crate::console::chart::number;
use crate::console::cited::Cited;
use crate::console::officer::Officer;
use crate::console::shell::{self, Here, Shell};
use crate::site::{Fields, Frame, Lang, Oops, Page, Site, html};

#[derive(Template)]
#[template(path = "console/requests/decide.html")]
struct DecidePage {
    frame: Frame,
    shell: Shell,
    href: String,
    crumb: String,
    agency: String,
    sums: Sums,
    all: bool,
    /// What comes of it.
    follows: Vec<&'static str>,
    result_cited: Cited,
    copied: bool,
    refused: Vec<Line>,
    granted: Vec<Line>,
    fault: Vec<String>,
}

struct Line {
    number: u32,
    about: String,
    what: String,
}

pub(super) async fn page(
    State(site): State<Site>,
    officer: Officer,
    Path(id): Path<String>,
) -> Page {
    let id = super::number(&id, officer.lang())?;
    let law = site.law;
    let page = site
        .store
        .read(move |tx| read(tx, law, &officer, id, Vec::new()))
        .await?;
    match page {
        Some(page) => Ok(html(&page)),
        // There is nothing to decide: what there is stands on its page.
        None => Ok(Redirect::to(&super::href(id)).into_response()),
    }
}

fn read(
    tx: &mut Tx<'_>,
    law: Law,
    officer: &Officer,
    id: RequestId,
    fault: Vec<String>,
) -> Result<Option<DecidePage>, Oops> {
    let lang = officer.lang();
    let found = super::seen(tx, officer, id)?;
    rights::need(tx, &officer.actor(), &[Role::Decide], found.organisation)?;
    let weighed = weigh(tx, law, &found, true)?;
    let sums = Sums::of(&weighed);
    if sums.grants + sums.refusals == 0 && fault.is_empty() {
        return Ok(None);
    }
    let (frame, shell) = shell::read(tx, officer, lang.t("Quyết định đề nghị"), Here::Requests)?;
    let (mut granted, mut refused) = (Vec::new(), Vec::new());
    for one in weighed.iter().filter(|one| one.is_ready()) {
        let about = one.ask.as_ref().map_or_else(String::new, Ask::about);
        let line = |what| Line {
            number: one.line.number,
            about: about.clone(),
            what,
        };
        match &one.noted {
            Some(Decision::Refuse(reason)) => refused.push(line(reason.clone())),
            _ => {
                let named = one.named.as_ref();
                let address = named.and_then(|named| {
                    Some(format!("{}@{}", named.local_part.as_ref()?, named.domain))
                });
                granted.push(line(address.unwrap_or_default()));
            }
        }
    }
    let rule = words::rule(law, &found);
    Ok(Some(DecidePage {
        frame,
        shell,
        href: super::href(id),
        crumb: words::crumb(&found, lang),
        agency: found.organisation_name.clone(),
        all: sums.undecided == 0,
        follows: follows(&found.kind, sums.grants > 0, lang),
        result_cited: rule.map_or_else(Cited::none, |(profile, rule)| {
            words::by(profile, &rule.result().source)
        }),
        copied: rule.is_some_and(|(_, rule)| rule.result().value.contains(&Told::Managing)),
        sums,
        refused,
        granted,
        fault,
    }))
}

/// What becomes of mailboxes once lines are granted.
fn follows(kind: &str, grants: bool, lang: Lang) -> Vec<&'static str> {
    let Some(kind) = kind_of(kind).filter(|_| grants) else {
        return Vec::new();
    };
    let told = match kind {
        RequestKind::Issue => lang.t("Hộp thư được cấp ngay. Mật khẩu dùng một lần chưa có cho đến khi giao cho đầu mối, và phải đổi ở lần đăng nhập đầu tiên."),
        RequestKind::Change | RequestKind::Directory => lang.t("Thông tin được sửa ngay. Địa chỉ cũ, nếu đổi, vẫn nhận thư."),
        RequestKind::Revoke => lang.t("Hộp thư bị thu hồi ngay: chủ hộp thư không đăng nhập được nữa, thư mới không vào được."),
        RequestKind::Restore => lang.t("Hộp thư được mở lại ngay; quy chế có thể đòi đổi mật khẩu ở lần đăng nhập đầu tiên."),
        RequestKind::Password => lang.t("Mật khẩu cũ và mọi mật khẩu ứng dụng hết hiệu lực ngay; mật khẩu dùng một lần có khi giao cho đầu mối."),
        RequestKind::Quota => lang.t("Dung lượng mới có hiệu lực ngay."),
        RequestKind::Sync => lang.t("Tài khoản được đồng bộ ngay."),
    };
    vec![told]
}

pub(super) async fn carry(
    State(site): State<Site>,
    officer: Officer,
    Path(id): Path<String>,
    fields: Fields,
) -> Page {
    officer.user.check(&fields)?;
    let id = super::number(&id, officer.lang())?;
    let law = site.law;
    let officer = site
        .store
        .read(move |tx| super::seen(tx, &officer, id).map(|_| officer))
        .await?;
    let actor = officer.actor();
    let decided = site
        .store
        .write(move |tx| decide_noted(tx, law, &actor, id))
        .await;
    let (status, told) = match decided {
        Ok(decided) => {
            // Whoever presses twice decided the first time.
            let note = if decided > 0 { "?xong=quyet-dinh" } else { "" };
            let to = format!("{}{note}", super::href(id));
            return Ok(Redirect::to(&to).into_response());
        }
        Err(refused @ (Refused::Store(_) | Refused::Forbidden(_) | Refused::Missing(_))) => {
            return Err(refused.into());
        }
        Err(Refused::Lines(faults)) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            faults.iter().map(ToString::to_string).collect(),
        ),
        Err(refused) => (StatusCode::CONFLICT, vec![refused.to_string()]),
    };
    let page = site
        .store
        .read(move |tx| read(tx, law, &officer, id, told))
        .await?;
    match page {
        Some(page) => Ok((status, html(&page)).into_response()),
        None => Ok(Redirect::to(&super::href(id)).into_response()),
    }
}

/// How far the carrying out is, for the bar on the page.
pub(super) async fn progress(
    State(site): State<Site>,
    officer: Officer,
    Path(id): Path<String>,
) -> Page {
    let lang = officer.lang();
    let id = super::number(&id, lang)?;
    let told = site
        .store
        .read(move |tx| {
            super::seen(tx, &officer, id)?;
            let (working, left) = Working::of(tx, id, lang)?;
            Ok::<_, Oops>(match working {
                Some(work) => {
                    json!({ "all": work.all, "done": work.done, "words": work.words, "over": false })
                }
                None => json!({ "all": 1, "done": 1, "words": number(u64::from(left)), "over": true }),
            })
        })
        .await?;
    Ok(Json(told).into_response())
}
