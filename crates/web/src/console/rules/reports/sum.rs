//! One report of all agencies, summed up (QN.13.10).

use askama::Template;
use axum::extract::{RawQuery, State};
use congvu_governance::report as cases;
use congvu_governance::{Refused, Role};
use congvu_papers::reports::{self as papers, Format};
use congvu_regulation::Date;
use congvu_store::OrganisationId;

use super::super::{aside, name_of, number};
use crate::console::Officer;
use crate::console::cited::Cited;
use crate::console::shell::{self, Here, Shell};
use crate::site::{Fields, Frame, Oops, Page, Site, html};

#[derive(Template)]
#[template(path = "console/rules/report_sum.html")]
struct SumPage {
    frame: Frame,
    shell: Shell,
    place: OrganisationId,
    organisation: String,
    kind: String,
    period: String,
    cited: Cited,
    table: cases::Table,
}

pub(super) async fn page(
    State(site): State<Site>,
    officer: Officer,
    RawQuery(query): RawQuery,
) -> Page {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let format = Format::parse(query.get("dang"));
    let law = site.law;
    let page = site
        .store
        .read(move |tx| {
            let asked = number(query.get("co-quan")).map(OrganisationId);
            let roles = [Role::Decide, Role::Operate, Role::Audit];
            let place = officer.scope(tx, &roles, asked)?;
            let profile = law.at(tx, place)?;
            let kind = query.get("loai").to_owned();
            let report = profile
                .report(&kind)
                .ok_or_else(|| Refused::missing("Quy chế không có báo cáo này."))?;
            let first: Date = query
                .get("ky")
                .parse()
                .map_err(|_| Refused::bad("Chọn kỳ báo cáo."))?;
            let table = cases::sum_up(tx, &officer.actor(), (place, &kind), first)?;
            let (frame, shell) = shell::read(tx, &officer, &table.title, Here::Reports)?;
            Ok::<_, Oops>(SumPage {
                organisation: name_of(tx, place)?,
                cited: Cited::from(profile, &report.every().source),
                period: first.to_string(),
                place,
                kind,
                table,
                frame,
                shell,
            })
        })
        .await?;
    let Some(format) = format else {
        return Ok(html(&page));
    };
    let name = format!("tong-hop-{}-{}", page.kind, page.period);
    let bytes = aside(move || papers::alone(&page.organisation, &page.table, format)).await?;
    super::show::made(bytes.map(Some), &name, format)
}
