//! The profiles that this installation knows, and where each is in force.

use askama::Template;
use axum::extract::State;
use congvu_governance::{Role, today};
use congvu_store::{OrganisationId, organisation};

use crate::console::Officer;
use crate::console::shell::{self, Here, Shell};
use crate::site::{Frame, Oops, Page, Site, html};

#[derive(Template)]
#[template(path = "console/rules/profiles.html")]
struct ListPage {
    frame: Frame,
    shell: Shell,
    lines: Vec<Line>,
    /// The profile in force at the officer's own place.
    own: String,
    may_try: bool,
}

struct Line {
    id: String,
    code: String,
    title: String,
    decision: String,
    is_draft: bool,
    is_in_force: bool,
    places: Vec<(OrganisationId, String)>,
}

pub(super) async fn page(State(site): State<Site>, officer: Officer) -> Page {
    let law = site.law;
    let page = site
        .store
        .read(move |tx| {
            let lang = officer.lang();
            let title = lang.t("Hồ sơ quy định");
            let (frame, shell) = shell::read(tx, &officer, title, Here::Profiles)?;
            let own = officer.scope(tx, &Role::ALL, None)?;
            let own = law.at(tx, own)?.id().to_owned();
            let bound = organisation::bound(tx)?;
            let today = today(tx);
            let mut lines: Vec<Line> = law
                .profiles()
                .map(|profile| Line {
                    id: profile.id().to_owned(),
                    code: profile.code().to_owned(),
                    title: profile.title().to_owned(),
                    decision: profile.decision().to_owned(),
                    is_draft: profile.is_draft(),
                    is_in_force: profile.is_in_force_on(today),
                    places: bound
                        .iter()
                        .filter(|place| {
                            let named = place.profile.as_deref().and_then(|id| law.profile(id));
                            named.is_some_and(|named| named.id() == profile.id())
                        })
                        .map(|place| (place.id, place.name.clone()))
                        .collect(),
                })
                .collect();
            lines.sort_by_key(|line| (line.places.is_empty(), line.code.clone()));
            Ok::<_, Oops>(ListPage {
                frame,
                shell,
                lines,
                own,
                may_try: officer.has(&[Role::Decide, Role::Operate, Role::Audit]),
            })
        })
        .await?;
    Ok(html(&page))
}
