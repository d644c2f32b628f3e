//! One-time passwords of what a request gave: handed over once, on a sheet to print. They are kept nowhere, so that the sheet is not shown
//! a second time.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use congvu_access::hash_password;
use congvu_governance::mailbox::{self, Subject};
use congvu_governance::{Law, Refused, Role, rights, today};
use congvu_store::Tx;
use congvu_store::request::Request;
use congvu_store::request_desk::{self as desk, Unhanded};

use super::words;
use crate::console::cited::Cited;
use crate::console::officer::Officer;
use crate::console::shell::{self, Here, Shell};
use crate::site::{Fields, Frame, Oops, Page, Site, html};

/// So many on a sheet: each costs a slow hash.
const SHEET: usize = 50;
const HANDS: [Role; 3] = [Role::Decide, Role::Operate, Role::Ask];

#[derive(Template)]
#[template(path = "console/requests/hand.html")]
struct HandPage {
    frame: Frame,
    shell: Shell,
    href: String,
    crumb: String,
    agency: String,
    /// The lines of the next sheet.
    lines: Vec<Unhanded>,
    more: bool,
    cited: Cited,
}

#[derive(Template)]
#[template(path = "console/requests/sheet.html")]
struct SheetPage {
    frame: Frame,
    shell: Shell,
    href: String,
    crumb: String,
    agency: String,
    today: String,
    slips: Vec<Slip>,
    /// What could not be handed over, and why.
    faults: Vec<String>,
    more: bool,
    cited: Cited,
}

/// What somebody gets into their hand.
struct Slip {
    number: u32,
    name: String,
    address: String,
    password: String,
}

/// The lines of the next sheet, and whether others follow. What other requests are about may wait for its password, too: it is handed over
/// with the request that gave it.
pub(super) fn waiting(
    tx: &mut Tx<'_>,
    found: &Request,
    first: u32,
) -> Result<(Vec<Unhanded>, bool), Oops> {
    if !matches!(found.kind.as_str(), "issue" | "password") {
        return Ok((Vec::new(), false));
    }
    let limit = i64::try_from(SHEET + 1).unwrap_or(i64::MAX);
    let mut lines = desk::unhanded(tx, found.id, first, limit)?;
    let more = lines.len() > SHEET;
    lines.truncate(SHEET);
    Ok((lines, more))
}

/// Where the password must be changed first, the clause that says so.
fn cited(law: Law, profile: &str) -> Cited {
    law.profile(profile).map_or_else(Cited::none, |profile| {
        Cited::by(
            profile,
            &profile.password().change_at_first_sign_in().origin,
        )
    })
}

pub(super) async fn page(
    State(site): State<Site>,
    officer: Officer,
    Path(id): Path<String>,
) -> Page {
    let lang = officer.lang();
    let id = super::number(&id, lang)?;
    let law = site.law;
    let page = site
        .store
        .read(move |tx| {
            let found = super::seen(tx, &officer, id)?;
            rights::need(tx, &officer.actor(), &HANDS, found.organisation)?;
            let (lines, more) = waiting(tx, &found, 0)?;
            let (frame, shell) = shell::read(
                tx,
                &officer,
                lang.t("Giao mật khẩu dùng một lần"),
                Here::Requests,
            )?;
            Ok::<_, Oops>(HandPage {
                frame,
                shell,
                href: super::href(id),
                crumb: words::crumb(&found, lang),
                agency: found.organisation_name.clone(),
                lines,
                more,
                cited: cited(law, &found.profile),
            })
        })
        .await?;
    Ok(html(&page))
}

pub(super) async fn sheet(
    State(site): State<Site>,
    officer: Officer,
    Path(id): Path<String>,
    fields: Fields,
) -> Page {
    officer.user.check(&fields)?;
    let lang = officer.lang();
    let id = super::number(&id, lang)?;
    let law = site.law;
    // Those that the page named, and no others: a page that is loaded again hands nothing over.
    let asked: Vec<u32> = fields.all("dong").filter_map(|n| n.parse().ok()).collect();
    let (officer, found, lines) = site
        .store
        .read(move |tx| {
            let found = super::seen(tx, &officer, id)?;
            rights::need(tx, &officer.actor(), &HANDS, found.organisation)?;
            let first = asked.iter().min().copied().unwrap_or(0);
            let (mut lines, _) = waiting(tx, &found, first)?;
            lines.retain(|line| asked.contains(&line.number));
            Ok::<_, Oops>((officer, found, lines))
        })
        .await?;
    if lines.is_empty() {
        // All of them were handed over before.
        return Ok(Redirect::to(&format!("{}/mat-khau", super::href(id))).into_response());
    }
    let (mut slips, mut faults) = (Vec::new(), Vec::new());
    for line in lines {
        match handed(&site, &officer, &line).await {
            Ok(slip) => slips.push(slip),
            // What was told must reach who asked, whatever comes of the next line.
            Err(refused) => faults.push(format!("{}. {}: {refused}", line.number, line.name)),
        }
    }
    let page = site
        .store
        .read(move |tx| {
            let (frame, shell) = shell::read(
                tx,
                &officer,
                lang.t("Mật khẩu dùng một lần"),
                Here::Requests,
            )?;
            let (rest, _) = waiting(tx, &found, 0)?;
            let today = today(tx);
            Ok::<_, Oops>(SheetPage {
                frame,
                shell,
                href: super::href(id),
                crumb: words::crumb(&found, lang),
                agency: found.organisation_name.clone(),
                today: format!("{} {}", today.weekday(), today.vietnamese()),
                slips,
                faults,
                more: !rest.is_empty(),
                cited: cited(law, &found.profile),
            })
        })
        .await?;
    Ok(html(&page))
}

/// Makes a one-time password and hands it over.
async fn handed(site: &Site, officer: &Officer, line: &Unhanded) -> Result<Slip, Refused> {
    let (law, id) = (site.law, line.mailbox);
    // Who may not take it is told before a hash is worked out for them.
    let actor = officer.actor();
    let (address, password) = site
        .store
        .read(move |tx| {
            let subject = Subject::load(tx, law, id)?;
            subject.need(tx, &actor, &HANDS)?;
            let password = mailbox::one_time_password(tx, law, id)?;
            Ok::<_, Refused>((subject.life.address, password))
        })
        .await?;
    let clear = password.clone();
    let phc = tokio::task::spawn_blocking(move || hash_password(&clear))
        .await
        .map_err(|_| Refused::state("Không tạo được mật khẩu."))?;
    let actor = officer.actor();
    site.store
        .write(move |tx| mailbox::hand_over(tx, law, &actor, id, &phc))
        .await?;
    Ok(Slip {
        number: line.number,
        name: line.name.clone(),
        address,
        password,
    })
}
