//! Reports as files: PDF in the layout of administrative documents, XLSX, CSV, and QN's Mẫu 04 with its data in it.

use congvu_documents::DocumentError;
use congvu_documents::form::{self, FormData, Placeholders};
use congvu_documents::letter::{Letterhead, SIGN_AND_SEAL, Signer};
use congvu_documents::report::Report as Document;
use congvu_documents::sheet::{self, Table, TableColumn};
use congvu_governance::report::{self as made, Made, Report};
use congvu_regulation::{Date, Profile};

/// A table of governance as documents write it.
fn table(of: &made::Table) -> Table {
    let columns = of.columns.iter().map(|column| match column.number {
        true => TableColumn::right(&column.label),
        false => TableColumn::left(&column.label),
    });
    let mut rows = of.rows.clone();
    let total = if of.total { rows.pop() } else { None };
    Table {
        title: of.title.clone(),
        numbered: true,
        columns: columns.collect(),
        rows,
        total,
        ..Table::default()
    }
}

fn day(text: &str) -> String {
    text.parse()
        .map_or_else(|_| text.to_owned(), Date::vietnamese)
}

fn document(made: &Made) -> Document {
    Document {
        letterhead: Letterhead {
            body: made.organisation.clone(),
            ..Letterhead::default()
        },
        kind: "BÁO CÁO".to_owned(),
        about: format!("{}, {}", made.title, made.period),
        recipients: vec![made.to.clone()],
        paragraphs: vec![format!(
            "Số liệu từ ngày {} đến hết ngày {}, lập từ hệ thống thư điện tử công vụ{}.",
            day(&made.from),
            day(&made.until),
            match made.clause.as_str() {
                "" => String::new(),
                clause => format!(" (căn cứ {clause})"),
            }
        )],
        tables: made.tables.iter().map(table).collect(),
        sums: made
            .sums
            .iter()
            .map(|sum| (sum.label.clone(), sum.value.to_string()))
            .collect(),
        receivers: vec!["- Như trên;".to_owned(), "- Lưu: VT.".to_owned()],
        signers: vec![Signer {
            title: "THỦ TRƯỞNG ĐƠN VỊ".to_owned(),
            hint: Some(SIGN_AND_SEAL.to_owned()),
            name: String::new(),
        }],
        ..Document::default()
    }
}

/// A report filled into the form that its regulation prints for it, as it stands with what its agency filled in.
fn on_form(profile: &Profile, report: &Report) -> Option<(FormData, String)> {
    let form = profile.form(report.made.form.as_deref()?)?;
    let mut data = FormData::empty(form.id());
    data.letterhead.body.clone_from(&report.made.organisation);
    let submitted = report.kept.submitted.as_ref();
    data.letterhead.date = submitted.map(|(at, _)| congvu_regulation::Moment(*at).date());
    let now = profile.body_now(form.recipient());
    data.recipient = (now != form.recipient()).then(|| now.to_owned());
    for field in form.fields() {
        if let Some(text) = report.field(&field.id) {
            data.fields.insert(field.id.clone(), text.to_owned());
        }
    }
    data.placeholders = Placeholders {
        year: report.made.from.parse().ok().map(Date::year),
        decision: profile.head().printed_as().first().cloned(),
        period: Some(report.made.period.clone()),
        ..Placeholders::default()
    };
    Some((data, form.id().to_owned()))
}

/// A report as PDF: on its form where it has one.
///
/// # Errors
/// The PDF cannot be made: our own fault.
pub fn to_pdf(profile: Option<&Profile>, report: &Report) -> Result<Vec<u8>, DocumentError> {
    if let Some(profile) = profile
        && let Some((data, id)) = on_form(profile, report)
        && let Some(form) = profile.form(&id)
    {
        return form::render(form, &data);
    }
    document(&report.made).to_pdf()
}

/// A report as XLSX: a sheet for each table, and one for its numbers.
///
/// # Errors
/// The file cannot be made: our own fault.
pub fn to_xlsx(report: &Report) -> Result<Vec<u8>, DocumentError> {
    document(&report.made).to_xlsx()
}

/// One table of a report as CSV, by its name; the first where none is named. A report without tables tells its numbers. `None`: it has no such
/// table.
#[must_use]
pub fn to_csv(report: &Report, name: Option<&str>) -> Option<Vec<u8>> {
    let found = match name {
        Some(name) => Some(report.made.table(name)?),
        None => report.made.tables.first(),
    };
    Some(match found {
        Some(found) => sheet::write_csv(&table(found)),
        None => sheet::write_csv(&Table {
            columns: vec![TableColumn::left("Chỉ tiêu"), TableColumn::right("Số liệu")],
            rows: report
                .made
                .sums
                .iter()
                .map(|sum| vec![sum.label.clone(), sum.value.to_string()])
                .collect(),
            ..Table::default()
        }),
    })
}

/// A table that stands by itself (a summary, statistics, what is past its term) as a file of a body.
///
/// # Errors
/// The file cannot be made: our own fault.
pub fn alone(body: &str, of: &made::Table, format: Format) -> Result<Vec<u8>, DocumentError> {
    let made = Document {
        letterhead: Letterhead {
            body: body.to_owned(),
            ..Letterhead::default()
        },
        kind: "BÁO CÁO".to_owned(),
        about: of.title.clone(),
        tables: vec![table(of)],
        ..Document::default()
    };
    match format {
        Format::Pdf => made.to_pdf(),
        Format::Xlsx => made.to_xlsx(),
        Format::Csv => Ok(made.to_csv(0).unwrap_or_default()),
    }
}

/// What kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// To print and sign.
    Pdf,
    /// To reckon on with.
    Xlsx,
    /// For other programs.
    Csv,
}

impl Format {
    /// Its media type.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => crate::PDF,
            Self::Xlsx => crate::XLSX,
            Self::Csv => crate::CSV,
        }
    }

    /// How names of such files end.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Xlsx => "xlsx",
            Self::Csv => "csv",
        }
    }

    /// The format of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Pdf, Self::Xlsx, Self::Csv]
            .into_iter()
            .find(|format| format.extension() == name)
    }
}
