//! `/quan-ly/co-quan/{id}/dung-luong`: how much the mailboxes of a place hold and their messages carry (TQ.9.2.a–c, SL.11.2).

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use congvu_governance::organisation::{self as places, Measure};
use congvu_governance::{Law, Role};
use congvu_regulation::{MailboxKind, Profile, parse_size};
use congvu_store::{OrganisationId, Tx, organisation, place_limit};

use super::aid::{self, Fault, filled, href};
use crate::console::Officer;
use crate::console::cited::Cited;
use crate::console::shell::{self, Here, Shell};
use crate::mail::bytes;
use crate::site::{Fields, Frame, Lang, Oops, Page, Site, html};

/// Who sets them.
const SET: &[Role] = &[Role::Decide, Role::Operate];

/// What is limited, as addresses have it.
const ALL: [(&str, MailboxKind, Measure); 4] = [
    ("ca-nhan", MailboxKind::Personal, Measure::Quota),
    ("co-quan", MailboxKind::Unit, Measure::Quota),
    ("tep-ca-nhan", MailboxKind::Personal, Measure::Attachment),
    ("tep-co-quan", MailboxKind::Unit, Measure::Attachment),
];

/// A limit in force.
pub(super) struct Limit {
    pub(super) code: &'static str,
    pub(super) label: &'static str,
    pub(super) size: String,
    /// Where it is set, if not by the regulation.
    pub(super) from: String,
    /// The most without a document that approves more.
    pub(super) most: String,
    pub(super) cited: Cited,
}

fn label(kind: MailboxKind, measure: Measure, lang: Lang) -> &'static str {
    match (kind, measure) {
        (MailboxKind::Personal, Measure::Quota) => lang.t("Hộp thư cá nhân"),
        (MailboxKind::Unit, Measure::Quota) => lang.t("Hộp thư cơ quan"),
        (MailboxKind::Personal, Measure::Attachment) => lang.t("Tệp kèm thư cá nhân"),
        (MailboxKind::Unit, Measure::Attachment) => lang.t("Tệp kèm thư cơ quan"),
    }
}

/// The limits in force at a place.
pub(super) fn read(
    tx: &mut Tx<'_>,
    profile: &Profile,
    id: OrganisationId,
    lang: Lang,
) -> Result<Vec<Limit>, Oops> {
    let mut limits = Vec::new();
    for (code, kind, measure) in ALL {
        let name = match kind {
            MailboxKind::Personal => "personal",
            MailboxKind::Unit => "unit",
        };
        let (given, most) = match measure {
            Measure::Quota => {
                let bounds = profile.quota_bounds(kind);
                (&bounds.default, &bounds.maximum)
            }
            Measure::Attachment => {
                let limit = profile.attachment_limit(kind);
                (limit, limit)
            }
        };
        let set = place_limit::at(tx, id, (name, measure))?;
        let mut from = String::new();
        if let Some(set) = &set {
            from = match set.place == id {
                true => lang.t("đặt riêng tại đây").to_owned(),
                false => {
                    let above = organisation::get(tx, set.place)?;
                    let name = above.map_or_else(String::new, |above| above.name);
                    format!("{} {name}", lang.t("theo"))
                }
            };
            if !set.document.is_empty() {
                from = format!("{from}, {}", set.document);
            }
        }
        let clause = if set.is_some() { most } else { given };
        let cited = clause
            .clause()
            .map_or_else(Cited::none, |clause| Cited::of(profile, clause.as_str()));
        limits.push(Limit {
            code,
            label: label(kind, measure, lang),
            size: bytes(set.map_or(given.value, |set| set.bytes)),
            from,
            most: bytes(most.value),
            cited,
        });
    }
    Ok(limits)
}

#[derive(Template)]
#[template(path = "console/places/limits.html")]
struct LimitsPage {
    frame: Frame,
    shell: Shell,
    place: String,
    here: String,
    limits: Vec<Limit>,
    chosen: String,
    size: String,
    document: String,
    raise: bool,
    fault: Option<Fault>,
}

fn build(
    tx: &mut Tx<'_>,
    law: Law,
    officer: &Officer,
    id: OrganisationId,
    (fields, fault): (&Fields, Option<Fault>),
) -> Result<LimitsPage, Oops> {
    let lang = officer.lang();
    let place = aid::acted_on(tx, officer, SET, id)?;
    let profile = law.at(tx, id)?;
    let (frame, shell) = shell::read(
        tx,
        officer,
        lang.t("Dung lượng, tệp đính kèm"),
        Here::Places,
    )?;
    Ok(LimitsPage {
        frame,
        shell,
        place: place.name,
        here: href(id),
        limits: read(tx, profile, id, lang)?,
        chosen: fields.get("muc").to_owned(),
        size: fields.get("dung-luong").to_owned(),
        document: fields.get("van-ban").to_owned(),
        raise: fields.has("tang"),
        fault,
    })
}

pub(super) async fn form(
    State(site): State<Site>,
    officer: Officer,
    Path(id): Path<String>,
) -> Page {
    let id = OrganisationId(aid::number(&id)?);
    let law = site.law;
    let page = site
        .store
        .read(move |tx| build(tx, law, &officer, id, (&Fields::default(), None)))
        .await?;
    Ok(html(&page))
}

pub(super) async fn set(
    State(site): State<Site>,
    officer: Officer,
    Path(id): Path<String>,
    fields: Fields,
) -> Page {
    officer.user.check(&fields)?;
    let id = OrganisationId(aid::number(&id)?);
    let law = site.law;
    let lang = officer.lang();
    let chosen = ALL.iter().find(|(code, _, _)| *code == fields.get("muc"));
    // A number alone is of MB, as regulations speak.
    let size = filled(&fields, "dung-luong").map(|text| {
        let text = text.replace(['.', ' '], "").to_uppercase();
        match text.chars().all(|letter| letter.is_ascii_digit()) {
            true => parse_size(&format!("{text}MB")),
            false => parse_size(&text),
        }
    });
    let checked = match (chosen, size) {
        (None, _) => Err(lang.t("Chọn mức cần đặt.")),
        (_, Some(None)) => Err(lang.t("Ghi dung lượng như “2 GB” hoặc “500 MB”.")),
        (Some((_, kind, measure)), size) => Ok((*kind, *measure, size.flatten())),
    };
    let (fault, done) = match checked {
        Err(text) => (Some(Fault::bad(text)), None),
        Ok((kind, measure, bytes)) => {
            let actor = officer.actor();
            let document = filled(&fields, "van-ban");
            let set = site.store.write(move |tx| {
                places::set_limit(
                    tx,
                    law,
                    &actor,
                    (id, kind, measure),
                    bytes,
                    document.as_deref(),
                )
            });
            match set.await {
                Ok(()) => (None, Some((kind, measure, bytes))),
                Err(refused) => {
                    let profile = site
                        .store
                        .read(move |tx| aid::profile_at(tx, law, id))
                        .await?;
                    (Some(Fault::of(refused, profile)?), None)
                }
            }
        }
    };
    if let Some((kind, measure, bytes)) = done {
        if measure == Measure::Quota && bytes.is_some() && fields.has("tang") {
            let (store, actor) = (site.store.clone(), officer.actor());
            tokio::spawn(async move {
                let raised = places::raise_quotas(&store, law, &actor, (id, kind)).await;
                if let Err(error) = raised {
                    tracing::warn!(%error, place = id.0, "mailboxes were not all raised");
                }
            });
        }
        return Ok(Redirect::to(&format!("{}?xong=muc", href(id))).into_response());
    }
    let told = fault.clone();
    let page = site
        .store
        .read(move |tx| build(tx, law, &officer, id, (&fields, fault)))
        .await?;
    Ok(told.map_or_else(|| html(&page), |told| told.on(&page)))
}
