//! The kinds of reports, and one made for a past time.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect};
use congvu_governance::report::{self as cases, Known, Scope};
use congvu_governance::{Law, Role, today};
use congvu_regulation::Date;
use congvu_regulation::reports::Every;
use congvu_store::{OrganisationId, Tx};

use super::super::{Choice, Trouble, choices, number, told};
use crate::console::Officer;
use crate::console::cited::Cited;
use crate::console::shell::{self, Here, Shell};
use crate::site::{Fields, Frame, Lang, Oops, Page, Site, html};

/// So many past periods are offered.
const PERIODS: usize = 13;
const MAKERS: [Role; 3] = [Role::Ask, Role::Decide, Role::Operate];

#[derive(Template)]
#[template(path = "console/rules/report_make.html")]
struct MakePage {
    frame: Frame,
    shell: Shell,
    place: OrganisationId,
    places: Vec<Choice>,
    kinds: Vec<Kind>,
    from: String,
    to: String,
    trouble: Option<Trouble>,
}

/// A kind of report.
struct Kind {
    id: String,
    title: String,
    every: String,
    by: String,
    to: String,
    whose: &'static str,
    is_submitted: bool,
    is_here: bool,
    /// It is made by itself, and only so.
    is_automatic: bool,
    /// Past periods: their first day and their name; none: any days.
    periods: Vec<(String, String, bool)>,
    cited: Cited,
}

pub(super) async fn form(
    State(site): State<Site>,
    officer: Officer,
    RawQuery(query): RawQuery,
) -> Page {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    shown(site, officer, query, None).await
}

async fn shown(site: Site, officer: Officer, said: Fields, trouble: Option<Trouble>) -> Page {
    let law = site.law;
    let status = trouble.as_ref().map(|trouble| trouble.status);
    let page = site
        .store
        .read(move |tx| read(tx, law, &officer, &said, trouble))
        .await?;
    Ok(told(html(&page), status))
}

fn read(
    tx: &mut Tx<'_>,
    law: Law,
    officer: &Officer,
    said: &Fields,
    trouble: Option<Trouble>,
) -> Result<MakePage, Oops> {
    let lang = officer.lang();
    let asked = number(said.get("co-quan")).map(OrganisationId);
    let place = officer.scope(tx, &MAKERS, asked)?;
    let title = lang.t("Các loại báo cáo, lập báo cáo");
    let (frame, shell) = shell::read(tx, officer, title, Here::Reports)?;
    let profile = law.at(tx, place)?;
    let today = today(tx);
    let kinds = cases::known(tx, law, place)?.into_iter().map(|known| {
        let report = profile.report(&known.id);
        let cited = Cited::of(profile, &known.clause);
        kind(known, report, cited, (said, today), lang)
    });
    Ok(MakePage {
        frame,
        shell,
        place,
        places: choices(tx, officer, place)?,
        kinds: kinds.collect(),
        from: said.get("tu").to_owned(),
        to: said.get("den").to_owned(),
        trouble,
    })
}

fn kind(
    known: Known,
    report: Option<&congvu_regulation::reports::Report>,
    cited: Cited,
    (said, today): (&Fields, Date),
    lang: Lang,
) -> Kind {
    let mut periods = Vec::new();
    // Not the one that runs now: that is made when it is over, or before it is due.
    let mut at = today;
    while let Some(period) = report.and_then(|report| report.period_of(at)) {
        at = period.first().plus_days(-1);
        if periods.len() >= PERIODS {
            break;
        }
        if period.last() < today {
            let first = period.first().to_string();
            let is_here = first == said.get("ky");
            periods.push((first, period.to_string(), is_here));
        }
    }
    Kind {
        every: super::every(known.every, lang),
        whose: match known.scope {
            Scope::Agencies => lang.t("của từng cơ quan"),
            Scope::Units => lang.t("của từng đơn vị trực thuộc"),
            Scope::Whole => lang.t("của toàn hệ thống"),
        },
        is_here: known.id == said.get("loai"),
        is_automatic: known.every == Every::Change,
        id: known.id,
        title: known.title,
        by: known.by,
        to: known.to,
        is_submitted: known.is_submitted,
        periods,
        cited,
    }
}

pub(super) async fn make(State(site): State<Site>, officer: Officer, fields: Fields) -> Page {
    officer.user.check(&fields)?;
    let lang = officer.lang();
    let Some(place) = number(fields.get("co-quan")).map(OrganisationId) else {
        return Err(Oops::missing("Không có cơ quan này."));
    };
    let named: Option<Date> = fields.get("ky").parse().ok();
    let from = named.or_else(|| fields.get("tu").parse().ok());
    let to = named.or_else(|| fields.get("den").parse().ok()).or(from);
    let (Some(from), Some(to)) = (from, to) else {
        let trouble = Trouble::bad(lang.t("Chọn ngày đầu và ngày cuối của số liệu."));
        return shown(site, officer, fields, Some(trouble)).await;
    };
    let (law, actor) = (site.law, officer.actor());
    let asked = (place, fields.get("loai"));
    match cases::ask(&site.store, law, &actor, asked, (from, to)).await {
        Ok(id) => Ok(Redirect::to(&format!("/quan-ly/bao-cao/{id}?xong=lap")).into_response()),
        Err(refused) => {
            let trouble = Trouble::of(refused, None)?;
            shown(site, officer, fields, Some(trouble)).await
        }
    }
}
