//! A new case: what is looked for, and on what ground.

use std::time::Duration;

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect};
use congvu_governance::Refused;
use congvu_governance::takedown::{self as cases, NewTakedown};
use congvu_regulation::{Moment, Profile};
use congvu_store::takedown::Criteria;
use congvu_store::{IncidentId, Store, TakedownId, incident};

use super::super::{Trouble, number, told};
use crate::console::Officer;
use crate::console::cited::Cited;
use crate::console::shell::{self, Here, Shell};
use crate::site::{Fields, Frame, Oops, Page, Site, html};

/// Clauses that messages are taken down by, of all regulations.
const GROUNDS: [&str; 6] = [
    "QN.13.9",
    "QN.14.10",
    "BS.III.10.2",
    "TQ.12.5",
    "SL.17.4",
    "HCM.11.4",
];
/// So long the answer waits for the search; what is not found by then is found behind it.
const PATIENCE: Duration = Duration::from_secs(2);

#[derive(Template)]
#[template(path = "console/rules/takedown_new.html")]
struct NewPage {
    frame: Frame,
    shell: Shell,
    said: Said,
    grounds: Vec<(Cited, bool)>,
    trouble: Option<Trouble>,
}

/// What stands in the form.
#[derive(Default)]
struct Said {
    incident: String,
    message_id: String,
    content: String,
    attachment: String,
    sender: String,
    from: String,
    until: String,
    document: String,
    clause: String,
    reason: String,
    contact: String,
}

impl Said {
    fn of(fields: &Fields) -> Self {
        let get = |name| fields.get(name).trim().to_owned();
        Self {
            incident: get("su-co"),
            message_id: get("message-id"),
            content: get("noi-dung"),
            attachment: get("tep"),
            sender: get("nguoi-gui"),
            from: get("tu"),
            until: get("den"),
            document: get("van-ban"),
            clause: get("can-cu"),
            reason: get("ly-do"),
            contact: get("lien-he"),
        }
    }
}

/// The clauses of a regulation by which messages are taken down.
fn grounds(profile: &Profile, chosen: &str) -> Vec<(Cited, bool)> {
    let own = GROUNDS
        .iter()
        .filter(|id| id.split('.').next() == Some(profile.code()));
    let mut found: Vec<(Cited, bool)> = own
        .map(|id| (Cited::of(profile, id), *id == chosen))
        .collect();
    if found.iter().all(|(_, is_chosen)| !is_chosen)
        && let Some((_, is_chosen)) = found.first_mut()
    {
        *is_chosen = true;
    }
    found
}

pub(super) async fn form(
    State(site): State<Site>,
    officer: Officer,
    RawQuery(query): RawQuery,
) -> Page {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    shown(site, officer, Said::of(&query), None).await
}

async fn shown(site: Site, officer: Officer, mut said: Said, trouble: Option<Trouble>) -> Page {
    let law = site.law;
    let status = trouble.as_ref().map(|trouble| trouble.status);
    let is_new = trouble.is_none();
    let page = site
        .store
        .read(move |tx| {
            let lang = officer.lang();
            let top = super::top(tx, &officer)?;
            let title = lang.t("Lập hồ sơ gỡ bỏ");
            let (frame, shell) = shell::read(tx, &officer, title, Here::Takedown)?;
            let profile = law.at(tx, top)?;
            let mut said = std::mem::take(&mut said);
            let found = match number(&said.incident) {
                Some(id) => incident::get(tx, IncidentId(id))?,
                None => None,
            };
            if let Some(found) = found.filter(|_| is_new) {
                let data: serde_json::Value = serde_json::from_str(&found.data).unwrap_or_default();
                let fact = |name: &str| data[name].as_str().unwrap_or_default().to_owned();
                said.content = fact("content");
                said.clause = found.clause;
            }
            if is_new && said.contact.is_empty() {
                let head = profile.head();
                let managing = head.successor().unwrap_or(profile.managing());
                said.contact = match head.hotline() {
                    Some(hotline) => format!("{}, {}", managing.value, hotline.value),
                    None => managing.value.clone(),
                };
            }
            Ok::<_, Oops>(NewPage {
                grounds: grounds(profile, &said.clause),
                said,
                trouble,
                frame,
                shell,
            })
        })
        .await?;
    Ok(told(html(&page), status))
}

/// 64 digits of base 16.
fn hash(text: &str) -> Result<Option<[u8; 32]>, Refused> {
    let digits = text.trim();
    if digits.is_empty() {
        return Ok(None);
    }
    let bytes: Option<Vec<u8>> = (digits.len() == 64 && digits.is_ascii())
        .then(|| {
            (0..32)
                .map(|n| u8::from_str_radix(&digits[2 * n..2 * n + 2], 16).ok())
                .collect()
        })
        .flatten();
    bytes
        .and_then(|bytes| bytes.try_into().ok())
        .map(Some)
        .ok_or_else(|| {
            Refused::bad(format!(
                "“{digits}” không phải mã băm: cần 64 chữ số hệ 16."
            ))
        })
}

fn time(text: &str) -> Result<Option<i64>, Refused> {
    if text.is_empty() {
        return Ok(None);
    }
    let moment: Moment = text
        .parse()
        .map_err(|_| Refused::bad("Ghi ngày và giờ thư đến, ví dụ 08:30 ngày 23/11/2026."))?;
    Ok(Some(moment.0))
}

fn asked(said: &Said) -> Result<NewTakedown, Refused> {
    let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Ok(NewTakedown {
        criteria: Criteria {
            message_id: given(&said.message_id),
            content: hash(&said.content)?,
            attachment: hash(&said.attachment)?,
            sender: given(&said.sender),
            from_at: time(&said.from)?,
            until_at: time(&said.until)?,
        },
        document: said.document.clone(),
        clause: said.clause.clone(),
        reason: said.reason.clone(),
        contact: said.contact.clone(),
        incident: number(&said.incident).map(IncidentId),
    })
}

pub(super) async fn open(State(site): State<Site>, officer: Officer, fields: Fields) -> Page {
    officer.user.check(&fields)?;
    let said = Said::of(&fields);
    let actor = officer.actor();
    let opened = match asked(&said) {
        Ok(new) => {
            site.store
                .write(move |tx| cases::open(tx, &actor, &new))
                .await
        }
        Err(refused) => Err(refused),
    };
    match opened {
        Ok(id) => {
            look(&site.store, id).await;
            Ok(Redirect::to(&format!("/quan-ly/go-bo/{id}?xong=lap")).into_response())
        }
        Err(refused) => {
            let trouble = Trouble::of(refused, None)?;
            shown(site, officer, said, Some(trouble)).await
        }
    }
}

/// Looks for the messages of a case; what takes long goes on behind the answer.
pub(super) async fn look(store: &Store, id: TakedownId) {
    let store = store.clone();
    let looking = tokio::spawn(async move {
        if let Err(error) = cases::find(&store, id).await {
            tracing::warn!(%error, takedown = id.0, "the messages of a takedown are not all found");
        }
    });
    drop(tokio::time::timeout(PATIENCE, looking).await);
}
