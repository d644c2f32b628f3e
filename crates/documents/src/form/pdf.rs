//! A form as PDF.

use congvu_regulation::forms::{Form, FormTable};

use super::placeholders::filled;
use super::{FormData, attached};
use crate::DocumentError;
use crate::layout::{MANY, Page, Text};
use crate::letter::{SIGN_AND_SEAL, Signer};
use crate::sheet::{Align, Columns, Table, TableColumn};

/// What the forms print where the body's name goes.
const UNNAMED: &str = "<Tên cơ quan, đơn vị>";

/// Sets the form as printed, with what is filled in, as PDF/A-3; the data lie in it as an attached file, which [`super::read_form`] reads.
///
/// It does not ask whether the data are complete ([`super::check`] does), so an empty form can be printed too. The same data make the same bytes.
///
/// # Errors
/// When the PDF cannot be made: our own fault.
pub fn render(form: &Form, data: &FormData) -> Result<Vec<u8>, DocumentError> {
    let given = |value: &Option<String>| value.clone().filter(|value| !value.trim().is_empty());
    let signer = Signer {
        title: given(&data.signer_title).unwrap_or_else(|| form.signer().to_owned()),
        hint: Some(SIGN_AND_SEAL.to_owned()),
        name: data.signer_name.clone(),
    };
    let head = &data.letterhead;
    let fill = |printed| filled(printed, &head.body, &data.placeholders);
    let title = format!("{} - {}", form.name(), form.title());
    let mut page = Page::new(head, &title, form.title(), &[signer]);
    if head.body.trim().is_empty() {
        page.unnamed(UNNAMED);
    }
    page.form = Some(Text::new(form.name()));
    page.landscape = form
        .tables()
        .iter()
        .any(|table| table.columns.len() + 1 >= MANY);
    if form.about() {
        let about = given(&data.about).unwrap_or_default();
        page.about = Some(Text::new(format!("V/v {about}").trim_end()));
    }
    page.summary = form.subtitle().map(|printed| Text::new(&fill(printed)));
    let to = given(&data.recipient);
    page.to = vec![Text::new(to.as_deref().unwrap_or(form.recipient()))];
    if let Some(opening) = form.opening() {
        page.paragraph(&fill(opening));
    }
    for field in form.fields() {
        if let Some(heading) = &field.heading {
            page.strong(heading);
        }
        let label = fill(&field.label);
        let value = data.field(&field.id).trim();
        // What the form prints without a colon gets one with its value; dots that stand for a year stay where it is not known.
        if value.is_empty() || label.ends_with(':') {
            page.field(&label, value);
        } else {
            let year = label.ends_with("....");
            let label = if year {
                &label
            } else {
                label.trim_end_matches('.')
            };
            page.field(&format!("{label}:"), value);
        }
    }
    for table in form.tables() {
        page.table(&filled_table(table, data));
    }
    let receivers = if data.receivers.is_empty() {
        form.receivers()
    } else {
        &data.receivers
    };
    page.receivers = Some(receivers.iter().map(|line| Text::new(line)).collect());
    page.pdf(Some(attached::written(data)?))
}

/// The table of the form with the rows that are filled in.
pub(super) fn filled_table(table: &FormTable, data: &FormData) -> Table {
    let columns = table.columns.iter().map(|column| TableColumn {
        label: column.label.clone(),
        align: if column.id == "telephone" {
            Align::Center
        } else {
            Align::Left
        },
        width: None,
    });
    let rows = data.rows(&table.id).iter().map(|row| {
        let cells = table.columns.iter();
        cells
            .map(|column| row.get(&column.id).cloned().unwrap_or_default())
            .collect()
    });
    Table {
        title: table.title.clone(),
        heading: table.heading.clone(),
        numbered: true,
        columns: columns.collect(),
        rows: rows.collect(),
        total: None,
    }
}

/// The columns by which the rows of the table are read.
pub(super) fn columns_of(table: &FormTable) -> Columns {
    Columns::of(&table.columns)
}
