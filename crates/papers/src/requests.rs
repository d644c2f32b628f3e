//! Requests on paper: what is sent in, list or form, becomes rows; a request becomes its form, or a letter where the regulation has none.

use congvu_documents::DocumentError;
use congvu_documents::form::{self, FormData, FormRow};
use congvu_documents::letter::{Letterhead, SIGN_AND_SEAL, Signer};
use congvu_documents::report::Report;
use congvu_documents::sheet::{Table, TableColumn, write_csv};
use congvu_governance::lists::{Fault, Row};
use congvu_governance::request::{Paper, PaperLine, columns};
use congvu_regulation::forms::Form;
use congvu_regulation::naming::fold;
use congvu_regulation::requests::RequestKind;
use congvu_regulation::{Date, Profile};

use crate::lists::{self, List};

/// A request that came on paper.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sent {
    /// Its rows and what is wrong with them.
    pub list: List,
    /// Number on its form; empty for a list.
    pub number: String,
    /// Day on its form.
    pub day: Option<Date>,
    /// What it is about, on its form.
    pub about: String,
}

/// Whether bytes are a PDF.
#[must_use]
pub fn is_pdf(bytes: &[u8]) -> bool {
    let start = bytes.get(..bytes.len().min(1024)).unwrap_or_default();
    start.windows(5).any(|at| at == b"%PDF-")
}

/// The form in a PDF, and the kind of request that it is for at a place with this regulation.
///
/// # Errors
/// It is none of ours, or of another regulation.
pub fn form_in(
    profile: &Profile,
    pdf: &[u8],
) -> Result<(FormData, Option<RequestKind>), DocumentError> {
    let data = form::read_form(pdf)?;
    let kind = profile
        .form(&data.form)
        .and_then(|form| form.requests().first().copied());
    Ok((data, kind))
}

/// Reads what was sent in for a request of a kind by this organisation: a list (XLSX, CSV), or the PDF of a form with its data.
///
/// # Errors
/// It cannot be read at all.
pub fn read(
    profile: &Profile,
    kind: RequestKind,
    organisation: &str,
    bytes: &[u8],
) -> Result<Sent, DocumentError> {
    if !is_pdf(bytes) {
        return Ok(Sent {
            list: lists::read(bytes, columns(kind))?,
            ..Sent::default()
        });
    }
    let data = form::read_form(bytes)?;
    Ok(from_form(profile, kind, organisation, &data))
}

/// What is filled into a form. Its rows are counted on through its tables.
#[must_use]
pub fn from_form(
    profile: &Profile,
    kind: RequestKind,
    organisation: &str,
    data: &FormData,
) -> Sent {
    let mut sent = Sent {
        number: data.letterhead.number.trim().to_owned(),
        day: data.letterhead.date,
        about: data.about.clone().unwrap_or_default().trim().to_owned(),
        ..Sent::default()
    };
    let whole = |what: String| Fault {
        row: 0,
        column: "",
        what,
    };
    let accepted = profile
        .request(kind)
        .is_some_and(|rule| rule.accepts_form(&data.form));
    let Some(form) = profile.form(&data.form).filter(|_| accepted) else {
        let what = format!(
            "Biểu mẫu này ({}) không dùng cho đề nghị {}.",
            data.form,
            kind.title()
        );
        sent.list.faults.push(whole(what));
        return sent;
    };
    let known = columns(kind);
    let faults = form::check(form, data);
    sent.list.faults = faults
        .iter()
        .map(|fault| lists::told(fault, known))
        .collect();
    let named = data.letterhead.body.trim();
    if !named.is_empty() && fold(named) != fold(organisation) {
        let what = format!("Biểu mẫu ghi cơ quan “{named}”, không phải “{organisation}”.");
        sent.list.faults.push(whole(what));
    }
    let rows = form.tables().iter().flat_map(|table| data.rows(&table.id));
    sent.list.rows = (1..)
        .zip(rows)
        .map(|(number, values)| {
            let row = Row {
                number,
                ..Row::default()
            };
            known
                .iter()
                .filter_map(|column| Some((column.id, values.get(column.id)?)))
                .fold(row, |row, (id, value)| row.with(id, value))
        })
        .collect();
    sent
}

/// A request as PDF: on the form that its regulation prints, with the data in it, or as a letter with its list.
///
/// # Errors
/// The PDF cannot be made: our own fault.
pub fn to_pdf(paper: &Paper) -> Result<Vec<u8>, DocumentError> {
    match form_of(paper) {
        Some(form) => form::render(form, &to_form(paper, form)),
        None => letter(paper).to_pdf(),
    }
}

/// The lines of a request as XLSX.
///
/// # Errors
/// The file cannot be made: our own fault.
pub fn to_xlsx(paper: &Paper) -> Result<Vec<u8>, DocumentError> {
    letter(paper).to_xlsx()
}

/// The lines of a request as CSV.
#[must_use]
pub fn to_csv(paper: &Paper) -> Vec<u8> {
    write_csv(&table(paper))
}

fn form_of(paper: &Paper) -> Option<&'static Form> {
    let rule = paper.profile.request(paper.kind)?;
    paper.profile.form(rule.form()?)
}

fn letterhead(paper: &Paper) -> Letterhead {
    Letterhead {
        parent: paper.above.clone(),
        body: paper.request.organisation_name.clone(),
        number: paper.request.document.clone(),
        place: String::new(),
        date: paper.day,
    }
}

fn about(paper: &Paper) -> String {
    match paper.request.reason.lines().next() {
        Some(reason) if !reason.trim().is_empty() => {
            format!("đề nghị {}: {}", paper.kind.title(), reason.trim())
        }
        _ => format!("đề nghị {}", paper.kind.title()),
    }
}

/// A request filled into its form.
fn to_form(paper: &Paper, form: &Form) -> FormData {
    let mut data = FormData::empty(form.id());
    data.letterhead = letterhead(paper);
    data.about = form.about().then(|| about(paper));
    let now = paper.profile.body_now(form.recipient());
    data.recipient = (now != form.recipient()).then(|| now.to_owned());
    data.signer_name.clone_from(&paper.head);
    let asks = &paper.requester;
    for (id, value) in [
        ("requester", &asks.name),
        ("title", &asks.title),
        ("organisation", &paper.request.organisation_name),
        ("telephone", &asks.phone),
    ] {
        let has = form.fields().iter().any(|field| field.id == id);
        if has && !value.is_empty() {
            data.fields.insert(id.to_owned(), value.clone());
        }
    }
    let units = form.tables().iter().any(|table| table.id == "units");
    for table in form.tables() {
        let of_units = table.id == "units";
        let lines = paper
            .lines
            .iter()
            .filter(|line| !units || line.of_unit == of_units);
        let rows: Vec<FormRow> = lines.map(|line| form_row(line, &table.columns)).collect();
        if !rows.is_empty() {
            data.tables.insert(table.id.clone(), rows);
        }
    }
    data
}

fn form_row(line: &PaperLine, columns: &[congvu_regulation::requests::Field]) -> FormRow {
    columns
        .iter()
        .filter_map(|column| {
            let own = line.values.get(column.id.as_str());
            // A form without a table of its own for units names them where persons stand.
            let instead = (column.id == "full-name").then_some("organisation");
            let value = own.or_else(|| line.values.get(instead?))?;
            Some((column.id.clone(), value.clone()))
        })
        .collect()
}

fn table(paper: &Paper) -> Table {
    let told: Vec<_> = columns(paper.kind)
        .iter()
        .filter(|column| {
            let mut lines = paper.lines.iter();
            column.required || lines.any(|line| line.values.contains_key(column.id))
        })
        .collect();
    let cells = |line: &PaperLine| {
        let cells = told.iter();
        let cells = cells.map(|column| line.values.get(column.id).cloned().unwrap_or_default());
        cells.collect()
    };
    Table {
        title: "Danh sách".to_owned(),
        numbered: true,
        columns: told
            .iter()
            .map(|column| TableColumn::left(column.label))
            .collect(),
        rows: paper.lines.iter().map(cells).collect(),
        ..Table::default()
    }
}

/// A request as a letter, where the regulation prints no form for it.
fn letter(paper: &Paper) -> Report {
    let asks = &paper.requester;
    let mut paragraphs = vec![format!(
        "{} đề nghị {} theo danh sách sau:",
        paper.request.organisation_name,
        paper.kind.title()
    )];
    if !paper.request.reason.trim().is_empty() {
        paragraphs.insert(0, format!("Lý do: {}", paper.request.reason.trim()));
    }
    let known = [&asks.name, &asks.title, &asks.phone];
    let known: Vec<&str> = known
        .into_iter()
        .map(String::as_str)
        .filter(|part| !part.is_empty())
        .collect();
    let closing = (!known.is_empty()).then(|| format!("Đầu mối liên hệ: {}.", known.join(", ")));
    let managing = paper.profile.managing().value.as_str();
    Report {
        letterhead: letterhead(paper),
        kind: "ĐỀ NGHỊ".to_owned(),
        about: about(paper),
        recipients: vec![paper.profile.body_now(managing).to_owned()],
        paragraphs,
        tables: vec![table(paper)],
        closing: closing.into_iter().collect(),
        receivers: vec!["- Như trên;".to_owned(), "- Lưu: VT.".to_owned()],
        signers: vec![Signer {
            title: "THỦ TRƯỞNG ĐƠN VỊ".to_owned(),
            hint: Some(SIGN_AND_SEAL.to_owned()),
            name: paper.head.clone(),
        }],
        ..Report::default()
    }
}
