//! `/quan-ly/nhom/them`: a group is registered under the address that the rules make of its name (QN.4.3), or the one that people
//! agreed on.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect};
use congvu_governance::group::{self, Registration};
use congvu_governance::{Law, Refused, Role};
use congvu_store::{OrganisationId, Tx, organisation};

use super::posting;
use crate::console::Officer;
use crate::console::cited::Cited;
use crate::console::places::aid::{self, Fault, filled};
use crate::console::shell::{self, Here, Shell};
use crate::site::{Fields, Frame, Oops, Page, Site, html};

/// A step on the way to an address.
struct Why {
    what: String,
    cited: Cited,
}

#[derive(Template)]
#[template(path = "console/groups/new.html")]
struct NewPage {
    frame: Frame,
    shell: Shell,
    place: String,
    place_id: OrganisationId,
    name: String,
    domain: String,
    /// The address that is proposed, or was chosen.
    local_part: String,
    candidates: Vec<String>,
    why: Vec<Why>,
    postings: Vec<(&'static str, &'static str, bool)>,
    document: String,
    fault: Option<Fault>,
}

fn build(
    tx: &mut Tx<'_>,
    law: Law,
    officer: &Officer,
    (fields, mut fault): (&Fields, Option<Fault>),
) -> Result<NewPage, Oops> {
    let lang = officer.lang();
    let id = match fields.get("noi").parse() {
        Ok(id) => OrganisationId(id),
        Err(_) => officer.scope(tx, &[Role::Decide], None)?,
    };
    let mut place = aid::acted_on(tx, officer, &[Role::Decide], id)?;
    // Another place, as it was written.
    if let Some(text) = filled(fields, "co-quan").filter(|text| *text != place.name) {
        let root = organisation::root(tx)?.map_or(id, |root| root.id);
        match aid::meant(tx, root, &text)? {
            Ok(found) => place = aid::acted_on(tx, officer, &[Role::Decide], found.id)?,
            Err(several) => fault = fault.or(Some(aid::unclear(&text, &several, lang))),
        }
    }
    let (frame, shell) = shell::read(tx, officer, lang.t("Lập nhóm thư"), Here::Groups)?;
    let name = fields.get("ten").trim().to_owned();
    let mut local_part = fields.get("dia-chi").trim().to_owned();
    let (mut candidates, mut why) = (Vec::new(), Vec::new());
    if !name.is_empty() {
        match group::propose(tx, law, place.id, &name) {
            Ok(proposal) => {
                let profile = aid::profile_at(tx, law, place.id)?;
                for step in &proposal.why {
                    why.push(Why {
                        what: step.what.clone(),
                        cited: match (profile, step.clause()) {
                            (Some(profile), Some(clause)) => Cited::of(profile, clause.as_str()),
                            _ => Cited::none(),
                        },
                    });
                }
                candidates = proposal.candidates;
                if local_part.is_empty() {
                    local_part = proposal.local_part.unwrap_or_default();
                }
            }
            Err(Refused::Store(error)) => return Err(error.into()),
            Err(refused) => fault = fault.or(Some(Fault::of(refused, None)?)),
        }
    }
    let chosen = match fields.get("gui") {
        "" => "inside",
        chosen => chosen,
    };
    Ok(NewPage {
        frame,
        shell,
        domain: organisation::domain_of(tx, place.id)?.map_or_else(String::new, |(_, name)| name),
        place_id: place.id,
        place: place.name,
        name,
        local_part,
        candidates,
        why,
        postings: group::POSTING
            .iter()
            .map(|name| (*name, posting(name, lang), *name == chosen))
            .collect(),
        document: fields.get("van-ban").to_owned(),
        fault,
    })
}

pub(super) async fn form(
    State(site): State<Site>,
    officer: Officer,
    RawQuery(asked): RawQuery,
) -> Page {
    let fields = Fields::parse(asked.unwrap_or_default().as_bytes());
    let law = site.law;
    let page = site
        .store
        .read(move |tx| build(tx, law, &officer, (&fields, None)))
        .await?;
    Ok(html(&page))
}

pub(super) async fn register(State(site): State<Site>, officer: Officer, fields: Fields) -> Page {
    officer.user.check(&fields)?;
    let law = site.law;
    let (asked, actor, document) = (fields.clone(), officer.actor(), filled(&fields, "van-ban"));
    let made = site.store.write(move |tx| {
        let id = OrganisationId(asked.get("noi").parse().unwrap_or(0));
        let chosen = filled(&asked, "dia-chi").map(|text| text.to_lowercase());
        let proposed = match chosen {
            // What the rules say themselves is recorded with their clause.
            Some(chosen) => match group::propose(tx, law, id, asked.get("ten")) {
                Ok(found) if !found.agree && found.local_part.as_ref() == Some(&chosen) => None,
                Ok(_) | Err(Refused::Naming(_)) => {
                    organisation::domain_of(tx, id)?.map(|(domain, _)| (domain, chosen))
                }
                Err(refused) => return Err(refused),
            },
            None => None,
        };
        let new = Registration {
            organisation: id,
            name: asked.get("ten").to_owned(),
            posting: asked.get("gui").to_owned(),
            address: proposed,
        };
        group::register(tx, law, &actor, &new, document.as_deref())
    });
    let refused = match made.await {
        Ok((id, _)) => {
            return Ok(Redirect::to(&format!("/quan-ly/nhom/{id}?xong=lap")).into_response());
        }
        Err(refused) => refused,
    };
    let id = OrganisationId(fields.get("noi").parse().unwrap_or(0));
    let profile = site
        .store
        .read(move |tx| aid::profile_at(tx, law, id))
        .await?;
    let fault = Fault::of(refused, profile)?;
    let told = fault.clone();
    let page = site
        .store
        .read(move |tx| build(tx, law, &officer, (&fields, Some(fault))))
        .await?;
    Ok(told.on(&page))
}
