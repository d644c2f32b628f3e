//! Tables for whoever looks: how mailboxes are used, and what is past its term.

use std::collections::HashMap;

use congvu_regulation::{Date, Moment};
use congvu_store::{
    OrganisationId, RequestId, Tx, organisation, proposal, report as kept, request,
};

use super::due::SEEN_BY;
use super::duties::check;
use super::survey::Survey;
use super::{Scope, Table, numbers};
use crate::{Actor, Law, Refused, rights, today};

/// Rows read at once.
const PAGE: i64 = 500;

/// What can be counted over some days that are over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statistic {
    /// How mailboxes are used, place by place (QN.10, QN.13.8, QN.17.1.b, SL.16.2).
    Use,
    /// How often mailboxes are looked into (HCM.8.2.a, BS.III.11).
    Checks,
    /// What kinds of documents go by mail (HCM.7.1).
    Categories,
}

impl Statistic {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Use, Self::Checks, Self::Categories];

    /// Its name, which never changes.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Use => "use",
            Self::Checks => "checks",
            Self::Categories => "categories",
        }
    }

    /// What it is called.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Use => "Tình hình sử dụng hộp thư",
            Self::Checks => "Kiểm tra hộp thư hằng ngày",
            Self::Categories => "Thư gửi theo loại văn bản",
        }
    }

    /// The one of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == name)
    }
}

/// Counts what is asked of a place and all below, over some days that are over.
///
/// # Errors
/// Whoever asks may not see it; the days are not over, or too many.
pub fn measure(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    what: Statistic,
    (place, days): (OrganisationId, (Date, Date)),
) -> Result<Table, Refused> {
    let table = match what {
        Statistic::Use => statistics(tx, actor, place, days),
        Statistic::Checks => super::checking(tx, law, actor, place, days),
        Statistic::Categories => super::categories(tx, law, actor, place, days),
    };
    let days = format!("từ {} đến {}", days.0.vietnamese(), days.1.vietnamese());
    table.map(|table| Table {
        title: format!("{} {days}", what.title()),
        ..table
    })
}

/// How the mailboxes of a place and all below are used over some days that are over: what a head sees of their own (QN.10,
/// QN.13.8, QN.17.1.b), place by place.
///
/// # Errors
/// Whoever asks may not see it; the days are not over, or too many.
pub fn statistics(
    tx: &mut Tx<'_>,
    actor: &Actor,
    place: OrganisationId,
    days: (Date, Date),
) -> Result<Table, Refused> {
    check(tx, actor, place, days)?;
    let survey = Survey::take(tx, days, place)?;
    let members = survey.members(place, Scope::Units);
    let mut table = numbers::by_place(&survey, &members);
    table.sum_up();
    Ok(table)
}

/// What is past its term at a place and below it: requests, reports; and what waits for a decision.
///
/// # Errors
/// Whoever asks may not see it.
pub fn overdue(tx: &mut Tx<'_>, actor: &Actor, place: OrganisationId) -> Result<Table, Refused> {
    rights::need(tx, actor, &SEEN_BY, place)?;
    let today = today(tx).epoch_day();
    let columns = [
        ("what", "Việc"),
        ("organisation", "Cơ quan, đơn vị"),
        ("about", "Nội dung"),
        ("due", "Hạn"),
        ("days", "#Số ngày quá hạn"),
        ("clause", "Căn cứ"),
    ];
    let mut table = Table::new("overdue", "Quá hạn", &columns);
    let below = organisation::subtree(tx, place)?;
    let names: HashMap<OrganisationId, &str> = below
        .iter()
        .map(|place| (place.id, place.name.as_str()))
        .collect();
    let name = |id: OrganisationId| names.get(&id).copied();
    let mut add = |what: &str, organisation: &str, about: String, due: i64, clause: &str| {
        table.rows.push(vec![
            what.to_owned(),
            organisation.to_owned(),
            about,
            Date::from_epoch_day(due).vietnamese(),
            (today - due).to_string(),
            clause.to_owned(),
        ]);
    };
    let mut after = RequestId(0);
    loop {
        let page = request::page(tx, after, "open", PAGE)?;
        let Some(last) = page.last() else { break };
        after = last.id;
        for request in page {
            if let (Some(due), Some(at)) = (request.due_day, name(request.organisation))
                && due < today
            {
                let kind = crate::request::kind_of(&request.kind);
                let kind = kind.map_or(request.kind.as_str(), |kind| kind.title());
                let about = format!("Số {}: {kind}, {}", request.id, request.document);
                let clause = match request.due_clause.as_str() {
                    "" => "thiết lập tại chỗ",
                    clause => clause,
                };
                add("Đề nghị", at, about, due, clause);
            }
        }
    }
    for late in kept::late(tx, today)? {
        if let (Some(due), Some(at)) = (late.due_day, name(late.organisation)) {
            let made = super::due::read(tx, late.id)?;
            let (about, clause) = made.map_or((late.report.clone(), String::new()), |made| {
                (format!("{}, {}", made.title, made.period), made.clause)
            });
            add("Báo cáo", at, about, due, &clause);
        }
    }
    let mut after = 0;
    loop {
        let page = proposal::open(tx, after, PAGE)?;
        let Some(last) = page.last() else { break };
        after = last.id;
        for waiting in page {
            if let Some(at) = name(waiting.organisation) {
                let due = Moment(waiting.due_at).date().epoch_day();
                add(
                    "Đề xuất chờ xác nhận",
                    at,
                    waiting.address.clone(),
                    due,
                    &waiting.clause,
                );
            }
        }
    }
    Ok(table)
}
