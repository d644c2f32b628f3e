//! Passing a request on to who decides (HCM.3, HCM.9), and taking it back: each says before what comes of it.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use congvu_governance::request::{self as cases, is_with_who_decides};
use congvu_governance::{Law, Refused, Role, rights};
use congvu_store::{RequestId, Tx};

use super::words;
use crate::console::cited::Cited;
use crate::console::officer::Officer;
use crate::console::shell::{self, Here, Shell};
use crate::site::{Fields, Frame, Oops, Page, Site, html};

/// What is done with a whole request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    Forward,
    Withdraw,
}

#[derive(Template)]
#[template(path = "console/requests/act.html")]
struct ActPage {
    frame: Frame,
    shell: Shell,
    href: String,
    /// Where the form goes.
    to: &'static str,
    crumb: String,
    summary: String,
    /// What comes of it.
    follows: Vec<&'static str>,
    /// Who gets it next.
    next: String,
    cited: Cited,
    /// The number of the document with which it is passed on; none is asked for where it is taken back.
    document: Option<String>,
    button: &'static str,
    keep: &'static str,
    fault: String,
}

pub(super) async fn forward_page(
    State(site): State<Site>,
    officer: Officer,
    Path(id): Path<String>,
) -> Page {
    show(&site, officer, &id, Act::Forward).await
}

pub(super) async fn withdraw_page(
    State(site): State<Site>,
    officer: Officer,
    Path(id): Path<String>,
) -> Page {
    show(&site, officer, &id, Act::Withdraw).await
}

async fn show(site: &Site, officer: Officer, id: &str, act: Act) -> Page {
    let id = super::number(id, officer.lang())?;
    let law = site.law;
    let page = site
        .store
        .read(move |tx| read(tx, law, &officer, id, act, (String::new(), String::new())))
        .await?;
    Ok(html(&page))
}

fn read(
    tx: &mut Tx<'_>,
    law: Law,
    officer: &Officer,
    id: RequestId,
    act: Act,
    (document, fault): (String, String),
) -> Result<ActPage, Oops> {
    let lang = officer.lang();
    let found = super::seen(tx, officer, id)?;
    let (roles, title): (&[Role], _) = match act {
        Act::Forward => (
            &[Role::Forward],
            lang.t("Chuyển đề nghị đến nơi giải quyết"),
        ),
        Act::Withdraw => (&[Role::Ask, Role::Decide], lang.t("Rút đề nghị")),
    };
    rights::need(tx, &officer.actor(), roles, found.organisation)?;
    let is_over =
        found.state != "open" || (act == Act::Forward && is_with_who_decides(law, &found));
    if is_over && fault.is_empty() {
        return Err(Oops::State(
            lang.t("Đề nghị này đã kết thúc, hoặc đã ở nơi có thẩm quyền giải quyết.")
                .to_owned(),
        ));
    }
    let rule = words::rule(law, &found);
    let step = rule.and_then(|(profile, rule)| {
        let step = rule.steps().get(found.step as usize + 1)?;
        Some((step.value.clone(), words::by(profile, &step.source)))
    });
    let (frame, shell) = shell::read(tx, officer, title, Here::Requests)?;
    let (next, cited) = step
        .filter(|_| act == Act::Forward)
        .unwrap_or_else(|| (String::new(), Cited::none()));
    Ok(ActPage {
        frame,
        shell,
        href: super::href(id),
        to: match act {
            Act::Forward => "chuyen",
            Act::Withdraw => "rut",
        },
        crumb: words::crumb(&found, lang),
        summary: format!(
            "{}: {}, {}",
            words::kind_named(&found.kind, lang),
            super::one::lines_named(found.lines, lang),
            found.organisation_name
        ),
        follows: match act {
            Act::Forward => vec![
                lang.t("Nơi tiếp theo quyết định từng dòng; hạn giải quyết không đổi."),
                lang.t("Việc chuyển được ghi vào nhật ký quản trị với tên bạn."),
            ],
            Act::Withdraw => vec![
                lang.t("Không dòng nào được thực hiện; muốn làm lại phải lập đề nghị mới."),
                lang.t("Việc rút được ghi vào nhật ký quản trị với tên bạn."),
            ],
        },
        next,
        cited,
        document: (act == Act::Forward).then_some(document),
        button: match act {
            Act::Forward => lang.t("Chuyển đề nghị"),
            Act::Withdraw => lang.t("Rút đề nghị"),
        },
        keep: match act {
            Act::Forward => lang.t("Chưa chuyển"),
            Act::Withdraw => lang.t("Giữ đề nghị"),
        },
        fault,
    })
}

pub(super) async fn forward(
    State(site): State<Site>,
    officer: Officer,
    Path(id): Path<String>,
    fields: Fields,
) -> Page {
    done(&site, officer, &id, &fields, Act::Forward).await
}

pub(super) async fn withdraw(
    State(site): State<Site>,
    officer: Officer,
    Path(id): Path<String>,
    fields: Fields,
) -> Page {
    done(&site, officer, &id, &fields, Act::Withdraw).await
}

async fn done(site: &Site, officer: Officer, id: &str, fields: &Fields, act: Act) -> Page {
    officer.user.check(fields)?;
    let id = super::number(id, officer.lang())?;
    let law = site.law;
    let officer = site
        .store
        .read(move |tx| super::seen(tx, &officer, id).map(|_| officer))
        .await?;
    let actor = officer.actor();
    let document = fields.get("so").trim().to_owned();
    let said = document.clone();
    let done = site
        .store
        .write(move |tx| match act {
            Act::Forward => {
                let document = Some(said.as_str()).filter(|said| !said.is_empty());
                cases::forward(tx, law, &actor, id, document)
            }
            Act::Withdraw => cases::withdraw(tx, law, &actor, id),
        })
        .await;
    let told = match done {
        Ok(()) => {
            let note = match act {
                Act::Forward => "chuyen",
                Act::Withdraw => "rut",
            };
            let to = format!("{}?xong={note}", super::href(id));
            return Ok(Redirect::to(&to).into_response());
        }
        Err(refused @ (Refused::Store(_) | Refused::Forbidden(_) | Refused::Missing(_))) => {
            return Err(refused.into());
        }
        Err(refused) => refused.to_string(),
    };
    let page = site
        .store
        .read(move |tx| read(tx, law, &officer, id, act, (document, told)))
        .await?;
    Ok((StatusCode::CONFLICT, html(&page)).into_response())
}
