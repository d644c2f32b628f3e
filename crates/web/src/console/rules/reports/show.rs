//! One report: what stands in it, what became of it, what is done with it, and its files.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use congvu_governance::report::{self as cases, Content, Report, Sum};
use congvu_governance::{Law, Refused, Role, rights, today};
use congvu_papers::reports::{self as papers, Format};
use congvu_regulation::{Date, Moment};
use congvu_store::{OrganisationId, ReportId, Tx};

use super::super::{Chip, Trouble, aside, file as saved, name_of, told, weekday};
use crate::console::Officer;
use crate::console::chart::number;
use crate::console::cited::Cited;
use crate::console::clock::Clock;
use crate::console::shell::{self, Here, Shell};
use crate::site::{Fields, Frame, Lang, Oops, Page, Site, full, html};

/// So many rows of a table are shown; its file has all.
const ROWS: usize = 25;

#[derive(Template)]
#[template(path = "console/rules/report.html")]
struct ReportPage {
    frame: Frame,
    shell: Shell,
    id: ReportId,
    place: OrganisationId,
    organisation: String,
    period: String,
    to: String,
    chip: Chip,
    cited: Cited,
    clock: Option<Clock>,
    due: String,
    sums: Vec<(String, String)>,
    fields: Vec<Field>,
    form: String,
    tables: Vec<Table>,
    steps: Vec<Step>,
    data: String,
    hash: String,
    may_submit: bool,
    may_accept: bool,
    notes: String,
    typed: Typed,
    done: &'static str,
}

/// A field of the form, with what is to be printed in it.
struct Field {
    id: String,
    label: String,
    heading: String,
    value: String,
    is_required: bool,
    is_long: bool,
}

struct Table {
    id: String,
    title: String,
    heads: Vec<(String, bool)>,
    rows: Vec<Vec<(String, String, bool)>>,
    all: String,
    is_cut: bool,
}

/// Something that became of it.
struct Step {
    at: String,
    words: &'static str,
    by: String,
}

/// What was typed into a form that was not taken.
#[derive(Default)]
pub(super) struct Typed {
    pub(super) answers: BTreeMap<String, String>,
    pub(super) text: String,
    pub(super) act: String,
    pub(super) trouble: Option<Trouble>,
}

/// There is none, or none that the officer may see.
pub(super) fn hidden(refused: Refused) -> Oops {
    match refused {
        Refused::Forbidden(_) => Oops::missing("Không có báo cáo này."),
        refused => refused.into(),
    }
}

pub(super) async fn page(
    State(site): State<Site>,
    officer: Officer,
    Path(id): Path<i64>,
    RawQuery(query): RawQuery,
) -> Page {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    shown(
        site,
        officer,
        ReportId(id),
        Typed::default(),
        query.get("xong").to_owned(),
    )
    .await
}

/// The page, with what was typed where that was not taken.
pub(super) async fn shown(
    site: Site,
    officer: Officer,
    id: ReportId,
    typed: Typed,
    done: String,
) -> Page {
    let law = site.law;
    let status = typed.trouble.as_ref().map(|trouble| trouble.status);
    let page = site
        .store
        .read(move |tx| read(tx, law, &officer, id, typed, &done))
        .await?;
    Ok(told(html(&page), status))
}

fn read(
    tx: &mut Tx<'_>,
    law: Law,
    officer: &Officer,
    id: ReportId,
    typed: Typed,
    done: &str,
) -> Result<ReportPage, Oops> {
    let lang = officer.lang();
    let actor = officer.actor();
    let report = cases::get(tx, &actor, id).map_err(hidden)?;
    let (made, kept) = (&report.made, &report.kept);
    let place = kept.organisation;
    let (frame, shell) = shell::read(tx, officer, &made.title, Here::Reports)?;
    let profile = law.profile(&kept.profile);
    let content = Content::of(&kept.report);
    let is_open = kept.state == "made" && content.is_submitted();
    let answering = [Role::Ask, Role::Decide, Role::Operate];
    let may_submit = is_open && rights::has(tx, &actor, &answering, place)?;
    let may_accept = kept.state == "submitted" && rights::has(tx, &actor, &[Role::Decide], place)?;
    let due = kept.due_day.map(Date::from_epoch_day);
    let clock = due.filter(|_| is_open).map(|due| {
        let from = Moment(kept.made_at).date().min(due);
        Clock::of(law, (from, due), today(tx), lang)
    });
    let cited = profile.map_or_else(Cited::none, |profile| Cited::of(profile, &made.clause));
    let data = [kept.days.0, kept.days.1].map(|day| Date::from_epoch_day(day).vietnamese());
    Ok(ReportPage {
        id,
        place,
        organisation: name_of(tx, place)?,
        period: made.period.clone(),
        to: made.to.clone(),
        chip: super::state(kept, lang),
        cited,
        clock,
        due: due.map_or_else(String::new, weekday),
        sums: made.sums.iter().map(sum).collect(),
        fields: fields(law, &report, &typed),
        form: profile
            .zip(made.form.as_deref())
            .and_then(|(profile, form)| profile.form(form))
            .map_or_else(String::new, |form| form.name().to_owned()),
        tables: made.tables.iter().map(table).collect(),
        steps: steps(&report, lang),
        data: format!("{} – {}", data[0], data[1]),
        hash: kept.hash.clone(),
        may_submit,
        may_accept,
        notes: kept.notes.clone(),
        done: match done {
            "lap" => lang.t("Đã lập báo cáo từ số liệu."),
            "nop" => lang.t("Đã nộp báo cáo. Cơ quan nhận báo cáo thấy ngay ở trang này."),
            "tiep-nhan" => lang.t("Đã tiếp nhận báo cáo."),
            "tra-lai" => lang.t("Đã trả lại báo cáo; cơ quan được báo bằng thư kèm lý do."),
            "cap-nhat" => lang.t("Đã cập nhật số liệu đến hết hôm qua, hoặc đến hết kỳ báo cáo."),
            _ => "",
        },
        typed,
        frame,
        shell,
    })
}

fn sum(sum: &Sum) -> (String, String) {
    let value = u64::try_from(sum.value).map_or_else(|_| sum.value.to_string(), number);
    (sum.label.clone(), value)
}

fn fields(law: Law, report: &Report, typed: &Typed) -> Vec<Field> {
    let form = law
        .profile(&report.kept.profile)
        .zip(report.made.form.as_deref())
        .and_then(|(profile, form)| profile.form(form));
    let Some(form) = form else { return Vec::new() };
    form.fields()
        .iter()
        .map(|field| {
            let kept = report.field(&field.id).unwrap_or_default();
            let value = typed.answers.get(&field.id).map_or(kept, String::as_str);
            let is_number = report
                .made
                .fields
                .get(&field.id)
                .is_some_and(|value| value.parse::<i64>().is_ok());
            Field {
                id: field.id.clone(),
                label: field.label.trim_start_matches("- ").to_owned(),
                heading: field.heading.clone().unwrap_or_default(),
                value: value.to_owned(),
                is_required: field.required,
                is_long: !is_number,
            }
        })
        .collect()
}

fn table(table: &cases::Table) -> Table {
    let rows = table.rows.iter().take(ROWS).map(|row| {
        let cells = row.iter().zip(&table.columns);
        cells
            .map(|(cell, column)| (cell.clone(), column.label.clone(), column.number))
            .collect()
    });
    let heads = table.columns.iter();
    Table {
        id: table.id.clone(),
        title: table.title.clone(),
        heads: heads
            .map(|column| (column.label.clone(), column.number))
            .collect(),
        rows: rows.collect(),
        all: number(u64::try_from(table.rows.len()).unwrap_or(u64::MAX)),
        is_cut: table.rows.len() > ROWS,
    }
}

/// What became of it, the newest first.
fn steps(report: &Report, lang: Lang) -> Vec<Step> {
    let kept = &report.kept;
    let mut steps = Vec::new();
    if let Some((at, by)) = &kept.accepted {
        steps.push(Step {
            at: full(*at, lang),
            words: lang.t("Tiếp nhận"),
            by: by.clone(),
        });
    }
    if let Some((at, by)) = &kept.submitted {
        steps.push(Step {
            at: full(*at, lang),
            words: lang.t("Nộp báo cáo"),
            by: by.clone(),
        });
    }
    steps.push(Step {
        at: full(kept.made_at, lang),
        words: lang.t("Lập từ số liệu"),
        by: String::new(),
    });
    steps
}

/// The report as a file: `dang` is `pdf`, `xlsx` or `csv`, `bang` the table of a CSV.
pub(super) async fn file(
    State(site): State<Site>,
    officer: Officer,
    Path(id): Path<i64>,
    RawQuery(query): RawQuery,
) -> Page {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let format = Format::parse(query.get("dang"))
        .ok_or_else(|| Oops::missing("Báo cáo lấy được dạng PDF, XLSX hoặc CSV."))?;
    let id = ReportId(id);
    let report = site
        .store
        .read(move |tx| cases::get(tx, &officer.actor(), id).map_err(hidden))
        .await?;
    let (law, wanted) = (site.law, query.find("bang").map(str::to_owned));
    let bytes = aside(move || match format {
        Format::Pdf => papers::to_pdf(law.profile(&report.kept.profile), &report).map(Some),
        Format::Xlsx => papers::to_xlsx(&report).map(Some),
        Format::Csv => Ok(papers::to_csv(&report, wanted.as_deref())),
    })
    .await?;
    made(bytes, &format!("bao-cao-{id}"), format)
}

/// A paper as it is sent, or why there is none.
pub(super) fn made(
    bytes: Result<Option<Vec<u8>>, congvu_papers::DocumentError>,
    name: &str,
    format: Format,
) -> Result<Response, Oops> {
    let bytes = bytes.map_err(|error| {
        tracing::error!(%error, "a report cannot be printed");
        Oops::Busy
    })?;
    let bytes = bytes.ok_or_else(|| Oops::missing("Báo cáo không có bảng này."))?;
    let name = format!("{name}.{}", format.extension());
    Ok(saved(&name, format.media_type(), bytes))
}
