//! Reports are seen, filled up, submitted, accepted, summed up.

use std::collections::BTreeMap;

use congvu_regulation::Date;
use congvu_store::report::{self as kept, Kept};
use congvu_store::{OrganisationId, ReportId, Tx, organisation, person};

use super::due::{SEEN_BY, read};
use super::make::{about, note, origin, values, whom};
use super::{Content, Made, Table};
use crate::notice::{self, Notice};
use crate::{Action, Actor, Law, Refused, Role, rights};

/// A report with what stands in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// What became of it.
    pub kept: Kept,
    /// What stands in it.
    pub made: Made,
    /// What the agency filled in, by the ids of the form's fields.
    pub answers: BTreeMap<String, String>,
}

impl Report {
    /// What stands in a field of its form: what the agency says counts.
    #[must_use]
    pub fn field(&self, id: &str) -> Option<&str> {
        let found = self.answers.get(id).or_else(|| self.made.fields.get(id));
        found.map(String::as_str)
    }
}

/// A report.
///
/// # Errors
/// There is none; whoever asks may not see it.
pub fn get(tx: &mut Tx<'_>, actor: &Actor, id: ReportId) -> Result<Report, Refused> {
    let found = load(tx, id)?;
    rights::need(tx, actor, &SEEN_BY, found.kept.organisation)?;
    Ok(found)
}

fn load(tx: &mut Tx<'_>, id: ReportId) -> Result<Report, Refused> {
    let missing = || Refused::missing(format!("Không có báo cáo số {id}."));
    let found = kept::get(tx, id)?.ok_or_else(missing)?;
    let made = read(tx, id)?.ok_or_else(missing)?;
    let answers = serde_json::from_str(&found.answers).unwrap_or_default();
    Ok(Report {
        kept: found,
        made,
        answers,
    })
}

/// The newest reports of a place before a row, without what stands in them.
///
/// # Errors
/// Whoever asks may not see them.
pub fn of_place(
    tx: &mut Tx<'_>,
    actor: &Actor,
    place: OrganisationId,
    before: Option<ReportId>,
    limit: i64,
) -> Result<Vec<Kept>, Refused> {
    rights::need(tx, actor, &SEEN_BY, place)?;
    Ok(kept::of_organisation(tx, place, before, limit)?)
}

/// Submits a report with what the agency fills in on its form; what is not filled in stands as it was made, and the contact
/// as the agency's contact person.
///
/// # Errors
/// A field that the form requires is empty; whoever submits it may not; it is submitted already.
pub fn submit(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    id: ReportId,
    answers: &BTreeMap<String, String>,
) -> Result<(), Refused> {
    let mut report = get(tx, actor, id)?;
    let place = report.kept.organisation;
    rights::need(tx, actor, &[Role::Ask, Role::Decide, Role::Operate], place)?;
    if report.kept.state != "made" {
        return Err(Refused::state("Báo cáo này đã nộp."));
    }
    if !Content::of(&report.kept.report).is_submitted() {
        return Err(Refused::state(
            "Danh sách này do cơ quan quản lý gửi, không phải nộp lại.",
        ));
    }
    let profile = about(law, &report.kept)?.profile;
    // What was filled in before it was given back stands where nothing else is said.
    let said = answers.iter();
    let said = said.map(|(id, text)| (id.clone(), text.trim().to_owned()));
    report.answers.extend(said);
    report.answers.retain(|_, text| !text.is_empty());
    if let Some(form) = report
        .made
        .form
        .as_deref()
        .and_then(|form| profile.form(form))
    {
        let unknown = |id: &&String| form.fields().iter().all(|field| field.id != **id);
        if let Some(id) = report.answers.keys().find(unknown) {
            return Err(Refused::bad(format!(
                "{} không có mục “{id}”.",
                form.name()
            )));
        }
        let asks = form.fields().iter().any(|field| field.id == "contact");
        if asks
            && report.field("contact").is_none()
            && let Some(contact) = contact(tx, place)?
        {
            report.answers.insert("contact".to_owned(), contact);
        }
        let empty = form
            .fields()
            .iter()
            .filter(|field| field.required && report.field(&field.id).is_none());
        let empty: Vec<&str> = empty
            .map(|field| field.label.trim_start_matches("- "))
            .collect();
        if !empty.is_empty() {
            return Err(Refused::bad(format!(
                "{} còn thiếu: {}.",
                form.name(),
                empty.join("; ")
            )));
        }
    }
    let answers = serde_json::to_string(&report.answers).unwrap_or_default();
    kept::submit(tx, id, &answers, &actor.name)?;
    note(
        tx,
        actor,
        Action::ReportSubmit,
        (id, place),
        &report.made,
        &report.kept.hash,
    )
}

/// The contact person of a place: name, title, telephone.
fn contact(tx: &mut Tx<'_>, place: OrganisationId) -> Result<Option<String>, Refused> {
    let Some(id) = organisation::get(tx, place)?.and_then(|found| found.contact.or(found.head))
    else {
        return Ok(None);
    };
    let Some(found) = person::get(tx, id)? else {
        return Ok(None);
    };
    let parts = [&found.family, &found.middle, &found.given];
    let name: Vec<&str> = parts
        .into_iter()
        .map(String::as_str)
        .filter(|part| !part.is_empty())
        .collect();
    let mut text = name.join(" ");
    for more in [&found.title, &found.phone] {
        if !more.is_empty() {
            text.push_str(", ");
            text.push_str(more);
        }
    }
    Ok(Some(text))
}

/// Accepts a report that was submitted. Who decides there or above does.
///
/// # Errors
/// Whoever accepts it may not; it is not submitted.
pub fn accept(tx: &mut Tx<'_>, actor: &Actor, id: ReportId, notes: &str) -> Result<(), Refused> {
    let report = get(tx, actor, id)?;
    let place = report.kept.organisation;
    rights::need(tx, actor, &[Role::Decide], place)?;
    if report.kept.state != "submitted" {
        return Err(Refused::state("Báo cáo chưa nộp hoặc đã tiếp nhận."));
    }
    kept::accept(tx, id, notes.trim(), &actor.name)?;
    note(
        tx,
        actor,
        Action::ReportAccept,
        (id, place),
        &report.made,
        &report.kept.hash,
    )
}

/// Gives a submitted report back, with the reason; its agency corrects and submits it again. Who decides there or above does.
///
/// # Errors
/// Whoever gives it back may not; it is not submitted; there is no reason.
pub fn hand_back(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    id: ReportId,
    reason: &str,
) -> Result<(), Refused> {
    let report = get(tx, actor, id)?;
    let place = report.kept.organisation;
    rights::need(tx, actor, &[Role::Decide], place)?;
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Refused::bad("Trả lại báo cáo thì phải nêu rõ lý do."));
    }
    let Some((submitted, _)) = report
        .kept
        .submitted
        .as_ref()
        .filter(|_| report.kept.state == "submitted")
    else {
        return Err(Refused::state("Báo cáo chưa nộp hoặc đã tiếp nhận."));
    };
    kept::hand_back(tx, id, reason)?;
    let found = about(law, &report.kept)?;
    let mut values = values(&report.made);
    values.push(("reason", reason.to_owned()));
    let key = format!("{id} {submitted}");
    let to = whom(tx, found)?;
    let what = Notice::ReportReturned;
    notice::send(tx, found.profile, what, &key, to, &origin(found), &values)?;
    note(
        tx,
        actor,
        Action::ReportReturn,
        (id, place),
        &report.made,
        &report.kept.hash,
    )
}

/// A report for the program itself: what its notice brings along.
///
/// # Errors
/// There is none.
pub fn to_send(tx: &mut Tx<'_>, id: ReportId) -> Result<Report, Refused> {
    load(tx, id)
}

/// One report of all places at and below one, summed up: a row a place with what it says and how far it is, and the sum of
/// the numbers (QN.13.10: "để tổng hợp, rà soát"). `first` is the first day of the period.
///
/// # Errors
/// Whoever asks may not see them.
pub fn sum_up(
    tx: &mut Tx<'_>,
    actor: &Actor,
    (place, report): (OrganisationId, &str),
    first: Date,
) -> Result<Table, Refused> {
    rights::need(
        tx,
        actor,
        &[Role::Decide, Role::Operate, Role::Audit],
        place,
    )?;
    let below: Vec<OrganisationId> = organisation::subtree(tx, place)?
        .into_iter()
        .map(|place| place.id)
        .collect();
    let mut table: Option<Table> = None;
    let mut total: Vec<i64> = Vec::new();
    for found in kept::of_period(tx, report, first.epoch_day())? {
        if !below.contains(&found.organisation) {
            continue;
        }
        let Report {
            kept,
            made,
            answers,
        } = get(tx, actor, found.id)?;
        let table = table.get_or_insert_with(|| {
            let mut columns = vec![("organisation".to_owned(), "Cơ quan, đơn vị".to_owned())];
            columns.extend(
                made.sums
                    .iter()
                    .map(|sum| (sum.id.clone(), format!("#{}", sum.label))),
            );
            columns.push(("proposals".to_owned(), "Vướng mắc, kiến nghị".to_owned()));
            columns.push(("state".to_owned(), "Tình trạng".to_owned()));
            let columns: Vec<(&str, &str)> = columns
                .iter()
                .map(|(id, label)| (id.as_str(), label.as_str()))
                .collect();
            Table::new(
                "sum",
                &format!("Tổng hợp: {}, {}", made.title, made.period),
                &columns,
            )
        });
        total.resize(made.sums.len().max(total.len()), 0);
        let mut row = vec![made.organisation.clone()];
        for (sum, total) in made.sums.iter().zip(&mut total) {
            *total += sum.value;
            row.push(sum.value.to_string());
        }
        row.push(answers.get("proposals").cloned().unwrap_or_default());
        row.push(
            match kept.state.as_str() {
                "made" => "Chưa nộp",
                "submitted" => "Đã nộp",
                _ => "Đã tiếp nhận",
            }
            .to_owned(),
        );
        table.rows.push(row);
    }
    let mut table = table.unwrap_or_else(|| Table::new("sum", "Tổng hợp", &[]));
    if !table.rows.is_empty() {
        let mut row = vec!["Tổng cộng".to_owned()];
        row.extend(total.iter().map(ToString::to_string));
        row.resize(table.columns.len(), String::new());
        table.rows.push(row);
        table.total = true;
    }
    Ok(table)
}
