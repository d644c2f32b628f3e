//! Numbers for whoever watches over a place: how its mailboxes are used and looked into, what goes by mail, what is past its term
//! (QN.10, QN.13.8, QN.17.1.b, SL.16.2, HCM.7.1, HCM.8.2.a, BS.III.11). On the page, and as files.

use askama::Template;
use axum::extract::{RawQuery, State};
use congvu_governance::report::{self as cases, Statistic};
use congvu_governance::{Role, today};
use congvu_papers::reports::{self as papers, Format};
use congvu_regulation::Date;
use congvu_store::OrganisationId;

use super::super::{Choice, Trouble, aside, choices, name_of, number, told};
use crate::console::Officer;
use crate::console::shell::{self, Here, Shell};
use crate::site::{Fields, Frame, Lang, Oops, Page, Site, html};

/// What is past its term, beside the statistics.
const OVERDUE: &str = "overdue";
/// So many rows stand on the page; files have them all.
const SHOWN: usize = 200;

#[derive(Template)]
#[template(path = "console/rules/report_numbers.html")]
struct NumbersPage {
    frame: Frame,
    shell: Shell,
    places: Vec<Choice>,
    /// What can be looked at: name, words, whether it is what stands here.
    kinds: Vec<(&'static str, &'static str, bool)>,
    kind: &'static str,
    heading: &'static str,
    from: String,
    until: String,
    /// The last day that can be asked for.
    yesterday: String,
    table: cases::Table,
    /// Rows that only files have.
    left: usize,
    /// What files of the same are asked for by.
    same: String,
    trouble: Option<Trouble>,
}

fn words(statistic: Statistic, lang: Lang) -> &'static str {
    match statistic {
        Statistic::Use => lang.t("Tình hình sử dụng hộp thư"),
        Statistic::Checks => lang.t("Kiểm tra hộp thư hằng ngày"),
        Statistic::Categories => lang.t("Thư gửi theo loại văn bản"),
    }
}

/// The month until yesterday; on its first day the month before.
fn usual(today: Date) -> (Date, Date) {
    let yesterday = today.plus_days(-1);
    let first = yesterday.plus_days(1 - i64::from(yesterday.day()));
    (first, yesterday)
}

pub(super) async fn page(
    State(site): State<Site>,
    officer: Officer,
    RawQuery(query): RawQuery,
) -> Page {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let format = Format::parse(query.get("dang"));
    let law = site.law;
    let (page, body) = site
        .store
        .read(move |tx| {
            let lang = officer.lang();
            let asked = number(query.get("co-quan")).map(OrganisationId);
            let place = officer.scope(tx, &Role::ALL, asked)?;
            let (first, yesterday) = usual(today(tx));
            let day = |name: &str, usual: Date| query.get(name).parse().unwrap_or(usual);
            let days = (day("tu", first), day("den", yesterday));
            let statistic = Statistic::named(query.get("ve"));
            let late = query.get("ve") == OVERDUE;
            let statistic = statistic.unwrap_or(Statistic::Use);
            let kind = if late { OVERDUE } else { statistic.name() };
            let actor = officer.actor();
            let made = match late {
                true => cases::overdue(tx, &actor, place),
                false => cases::measure(tx, law, &actor, statistic, (place, days)),
            };
            let (table, trouble) = match made {
                Ok(table) => (Some(table), None),
                Err(refused) => (None, Some(Trouble::of(refused, None)?)),
            };
            let known = Statistic::ALL.map(|one| (one.name(), words(one, lang)));
            let overdue = (OVERDUE, lang.t("Việc quá hạn"));
            let known: Vec<_> = known.into_iter().chain([overdue]).collect();
            let heading = known.iter().find(|(name, _)| *name == kind);
            let heading = heading.map_or("", |(_, words)| *words);
            let kinds = known
                .iter()
                .map(|(name, words)| (*name, *words, *name == kind));
            let title = lang.t("Số liệu, việc quá hạn");
            let (frame, shell) = shell::read(tx, &officer, title, Here::Reports)?;
            let mut same = form_urlencoded::Serializer::new(String::new());
            same.append_pair("co-quan", &place.to_string());
            same.append_pair("ve", kind);
            if !late {
                same.append_pair("tu", &days.0.to_string());
                same.append_pair("den", &days.1.to_string());
            }
            let page = NumbersPage {
                places: choices(tx, &officer, place)?,
                kinds: kinds.collect(),
                kind,
                heading,
                from: days.0.to_string(),
                until: days.1.to_string(),
                yesterday: yesterday.to_string(),
                table: table.unwrap_or_default(),
                left: 0,
                same: same.finish(),
                trouble,
                frame,
                shell,
            };
            Ok::<_, Oops>((page, name_of(tx, place)?))
        })
        .await?;
    let wrong = page.trouble.as_ref().map(|trouble| trouble.status);
    let Some(format) = format.filter(|_| wrong.is_none()) else {
        return Ok(told(html(&shortened(page)), wrong));
    };
    let name = match page.kind {
        OVERDUE => "qua-han".to_owned(),
        kind => format!("so-lieu-{kind}-{}-{}", page.from, page.until),
    };
    let bytes = aside(move || papers::alone(&body, &page.table, format)).await?;
    super::show::made(bytes.map(Some), &name, format)
}

/// With no more rows than a page bears; the sum of all stays.
fn shortened(mut page: NumbersPage) -> NumbersPage {
    let rows = &mut page.table.rows;
    let total = if page.table.total { rows.pop() } else { None };
    page.left = rows.len().saturating_sub(SHOWN);
    rows.truncate(SHOWN);
    rows.extend(total);
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_that_is_over_or_runs() {
        let of = |day: &str| {
            let (first, last) = usual(day.parse().unwrap());
            (first.to_string(), last.to_string())
        };
        let days = |first: &str, last: &str| (first.to_owned(), last.to_owned());
        assert_eq!(of("2026-11-23"), days("2026-11-01", "2026-11-22"));
        assert_eq!(of("2026-11-01"), days("2026-10-01", "2026-10-31"));
        assert_eq!(of("2027-01-02"), days("2027-01-01", "2027-01-01"));
    }
}
