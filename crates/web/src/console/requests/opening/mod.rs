//! `/quan-ly/de-nghi/lap`: an agency, or who takes its requests in, opens one: lines typed on the page, or a list, or the filled-in form. All
//! that is wrong is told at once, what was typed stays, and every address is seen before anything is sent.

mod cells;
mod check;
mod draft;
mod form;

use axum::extract::{Multipart, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use congvu_governance::request::kind_of;
use congvu_governance::{Law, Refused, rights};
use congvu_regulation::Profile;
use congvu_store::organisation::{self, Organisation};
use congvu_store::{OrganisationId, Tx};

use super::OPENS;
use crate::console::officer::Officer;
use crate::site::{Fields, Oops, Page, Site, html};
use check::Checked;
use draft::Draft;

/// The largest form, in bytes: two files, and once more what was kept of them.
pub(super) const LARGEST: usize = 24 << 20;

pub(super) async fn page(
    State(site): State<Site>,
    officer: Officer,
    RawQuery(query): RawQuery,
) -> Page {
    let fields = Fields::parse(query.unwrap_or_default().as_bytes());
    let law = site.law;
    let page = site
        .store
        .read(move |tx| {
            if !officer.has(&OPENS) {
                let words = officer
                    .lang()
                    .t("Đề nghị do thủ trưởng, đầu mối cơ quan hoặc nơi tiếp nhận lập.");
                return Err(Oops::Forbidden(words.to_owned()));
            }
            let asked = fields.get("co-quan").parse().ok().map(OrganisationId);
            let only = form::only_place(tx, &officer)?;
            let kind = kind_of(fields.get("viec"));
            match asked.or(only) {
                None => form::choose_place(tx, &officer).map(|page| html(&page)),
                Some(id) => {
                    let (place, profile) = at(tx, law, &officer, id)?;
                    let rule = kind.and_then(|kind| profile.request(kind));
                    match (kind, rule) {
                        (Some(kind), Some(_)) => {
                            let draft = Draft::new(kind, id);
                            let shown = form::Shown::default();
                            form::fill(tx, law, &officer, (&place, profile), &draft, shown)
                                .map(|page| html(&page))
                        }
                        _ => {
                            form::choose_kind(tx, law, &officer, (&place, profile), only.is_none())
                                .map(|page| html(&page))
                        }
                    }
                }
            }
        })
        .await?;
    Ok(page)
}

/// The place for which somebody opens a request, and what holds there.
fn at(
    tx: &mut Tx<'_>,
    law: Law,
    officer: &Officer,
    id: OrganisationId,
) -> Result<(Organisation, &'static Profile), Oops> {
    let missing = || Oops::missing(officer.lang().t("Không có cơ quan này."));
    if !rights::has(tx, &officer.actor(), &OPENS, id)? {
        return Err(missing());
    }
    let place = organisation::get(tx, id)?.ok_or_else(missing)?;
    let profile = law.at(tx, id)?;
    Ok((place, profile))
}

pub(super) async fn take(State(site): State<Site>, officer: Officer, form: Multipart) -> Page {
    let lang = officer.lang();
    let (fields, draft) = draft::read(form, lang).await?;
    officer.user.check(&fields)?;
    let law = site.law;
    let place = draft.place;
    let (officer, place, profile) = site
        .store
        .read(move |tx| {
            let (place, profile) = at(tx, law, &officer, place)?;
            Ok::<_, Oops>((officer, place, profile))
        })
        .await?;
    if !matches!(draft.does.as_str(), "xem" | "gui") {
        let page = site
            .store
            .read(move |tx| {
                let shown = form::Shown::default();
                form::fill(tx, law, &officer, (&place, profile), &draft, shown)
            })
            .await?;
        return Ok(html(&page));
    }
    let draft = check::with_list(profile, &place, draft).await?;
    let (name, actor) = (place.clone(), officer.actor());
    let (draft, checked) = site
        .store
        .read(move |tx| {
            let checked = check::check(tx, law, &actor, (&name, profile), &draft, lang)?;
            Ok::<_, Oops>((draft, checked))
        })
        .await?;
    let mut checked = match checked {
        Checked::Sound(sound) => sound,
        Checked::Faulty(faults) => {
            let shown = form::Shown {
                faults,
                ..form::Shown::default()
            };
            return refuse(&site, officer, (place, profile), draft, shown).await;
        }
    };
    let is_seen = draft.seen == checked.digest;
    if draft.does == "gui" && is_seen {
        let actor = officer.actor();
        let (new, known) = (checked.new.clone(), checked.known.clone());
        let opened = site
            .store
            .write(move |tx| {
                congvu_governance::request::open_checked(tx, law, &actor, &new, Some(&known))
            })
            .await;
        match opened {
            Ok(opened) => {
                let to = format!("{}?xong=mo", super::href(opened.id));
                return Ok(Redirect::to(&to).into_response());
            }
            Err(Refused::Store(error)) => return Err(error.into()),
            Err(refused) => {
                let shown = form::Shown {
                    faults: check::faults(refused),
                    ..form::Shown::default()
                };
                return refuse(&site, officer, (place, profile), draft, shown).await;
            }
        }
    }
    let changed = draft.does == "gui";
    let page = site
        .store
        .read(move |tx| {
            let shown = form::Shown {
                preview: check::preview(tx, law, profile, &mut checked, lang)?,
                domain: checked.domain.clone(),
                digest: checked.digest.clone(),
                changed,
                ..form::Shown::default()
            };
            form::fill(tx, law, &officer, (&place, profile), &draft, shown)
        })
        .await?;
    Ok(html(&page))
}

/// The form again, as it was filled in, with what is wrong.
async fn refuse(
    site: &Site,
    officer: Officer,
    (place, profile): (Organisation, &'static Profile),
    draft: Draft,
    shown: form::Shown,
) -> Page {
    let law = site.law;
    let page = site
        .store
        .read(move |tx| form::fill(tx, law, &officer, (&place, profile), &draft, shown))
        .await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&page)).into_response())
}
