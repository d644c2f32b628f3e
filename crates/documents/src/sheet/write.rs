//! Tables written as XLSX and CSV.

use std::collections::BTreeSet;

use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet,
    XlsxError,
};

use super::{Align, Table};
use crate::DocumentError;
use crate::fold::fold;

/// The characters of a cell in XLSX, at most (ECMA-376); more are cut.
const LONGEST_CELL: usize = 32_767;
/// The widest column, in characters: more is wrapped.
const WIDEST: usize = 60;

/// Writes an XLSX with one sheet for each table: every cell a text, so leading zeros stay and nothing is calculated; the header stands still
/// when the rest is scrolled, and filters. The same tables make the same bytes.
///
/// # Errors
/// When the file cannot be made: our own fault.
pub fn write(tables: &[Table]) -> Result<Vec<u8>, DocumentError> {
    let mut book = new_book().map_err(internal)?;
    let mut taken = BTreeSet::new();
    for table in tables {
        let name = sheet_name(&table.title, &mut taken);
        let sheet = book.add_worksheet();
        sheet.set_name(&name).map_err(internal)?;
        fill(sheet, table).map_err(internal)?;
    }
    book.save_to_buffer().map_err(internal)
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
pub(super) fn internal(error: XlsxError) -> DocumentError {
    DocumentError::Internal(error.to_string())
}

/// A book whose properties do not tell when it was made: the same content is the same file.
pub(super) fn new_book() -> Result<Workbook, XlsxError> {
    let mut book = Workbook::new();
    let made = ExcelDateTime::from_ymd(2020, 3, 5)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&made));
    Ok(book)
}

fn fill(sheet: &mut Worksheet, table: &Table) -> Result<(), XlsxError> {
    let columns = table.all_columns();
    let header = header_format();
    let formats: Vec<Format> = columns
        .iter()
        .map(|column| cell_format(column.align))
        .collect();
    let total: Vec<Format> = formats
        .iter()
        .map(|format| format.clone().set_bold())
        .collect();
    for (place, (column, length)) in columns.iter().zip(table.lengths()).enumerate() {
        let place = index(place)?;
        sheet.write_string_with_format(0, place, &column.label, &header)?;
        let wanted = length.text.max(length.word).max(length.label.min(24)) + 3;
        sheet.set_column_width(
            place,
            f64::from(u16::try_from(wanted.clamp(6, WIDEST)).unwrap_or(60)),
        )?;
    }
    for (at, row) in table.all_rows().enumerate() {
        let line = u32::try_from(at + 1).map_err(|_| XlsxError::RowColumnLimitError)?;
        let formats = if at < table.rows.len() {
            &formats
        } else {
            &total
        };
        for (place, (text, format)) in row.into_iter().zip(formats).enumerate() {
            let number = if place == 0 { table.number(at) } else { None };
            let text = number.as_deref().unwrap_or(text);
            sheet.write_string_with_format(line, index(place)?, cut(text), format)?;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    if let Some(last) = columns.len().checked_sub(1) {
        let rows = u32::try_from(table.rows.len()).map_err(|_| XlsxError::RowColumnLimitError)?;
        sheet.autofilter(0, 0, rows, index(last)?)?;
    }
    print_setup(sheet, columns.len())
}

/// A4, as wide as the page, the header on each page.
pub(super) fn print_setup(sheet: &mut Worksheet, columns: usize) -> Result<(), XlsxError> {
    sheet.set_paper_size(9);
    if columns > 6 {
        sheet.set_landscape();
    }
    sheet.set_print_fit_to_pages(1, 0);
    sheet.set_repeat_rows(0, 0)?;
    Ok(())
}

pub(super) fn header_format() -> Format {
    cell_format(Align::Center)
        .set_bold()
        .set_align(FormatAlign::VerticalCenter)
        .set_background_color(Color::RGB(0x00DD_E7F0))
}

pub(super) fn cell_format(align: Align) -> Format {
    Format::new()
        .set_font_name("Times New Roman")
        .set_font_size(12)
        .set_text_wrap()
        .set_border(FormatBorder::Thin)
        .set_align(FormatAlign::Top)
        .set_align(match align {
            Align::Left => FormatAlign::Left,
            Align::Center => FormatAlign::Center,
            Align::Right => FormatAlign::Right,
        })
        // Text: what somebody types into the cell later keeps its leading zeros too.
        .set_num_format("@")
}

pub(super) fn index(place: usize) -> Result<u16, XlsxError> {
    u16::try_from(place).map_err(|_| XlsxError::RowColumnLimitError)
}

fn cut(text: &str) -> &str {
    match text.char_indices().nth(LONGEST_CELL) {
        Some((end, _)) => text.get(..end).unwrap_or_default(),
        None => text,
    }
}

/// A name that Excel takes (1 to 31 characters, none of `[]:*?/\`, no apostrophe at its ends) and no other sheet has.
fn sheet_name(title: &str, taken: &mut BTreeSet<String>) -> String {
    let plain: String = title
        .chars()
        .map(|c| {
            if c.is_control() || "[]:*?/\\'".contains(c) {
                ' '
            } else {
                c
            }
        })
        .collect();
    let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    let plain = if plain.is_empty() { "Trang" } else { &plain };
    // Excel counts UTF-16 units.
    let short = |units: usize| -> String {
        let mut left = units;
        plain
            .chars()
            .take_while(|c| {
                let fits = c.len_utf16() <= left;
                left = left.saturating_sub(c.len_utf16());
                fits
            })
            .collect::<String>()
            .trim_end()
            .to_owned()
    };
    let mut name = short(31);
    let mut further = 2;
    // "History" is a name that Excel keeps for itself.
    while name.eq_ignore_ascii_case("history") || !taken.insert(name.to_lowercase()) {
        name = format!("{} ({further})", short(24));
        further += 1;
    }
    name
}

/// Writes one table as CSV (RFC 4180): UTF-8 with its mark, which Excel needs to see Vietnamese; CR LF. What a spreadsheet would calculate gets
/// an apostrophe before it.
#[must_use]
pub fn write_csv(table: &Table) -> Vec<u8> {
    let mut bytes = "\u{feff}".as_bytes().to_vec();
    let labels: Vec<String> = table
        .all_columns()
        .into_iter()
        .map(|column| column.label)
        .collect();
    line(&mut bytes, labels.iter().map(String::as_str));
    for (at, row) in table.all_rows().enumerate() {
        let number = table.number(at);
        let skip = usize::from(number.is_some());
        line(
            &mut bytes,
            number
                .as_deref()
                .into_iter()
                .chain(row.into_iter().skip(skip)),
        );
    }
    bytes
}

/// One line of [`write_csv`], without its end: for what is written as it is read.
#[must_use]
pub fn csv_line<'a>(fields: impl IntoIterator<Item = &'a str>) -> String {
    let mut bytes = Vec::new();
    line(&mut bytes, fields.into_iter());
    let text = String::from_utf8_lossy(&bytes);
    text.strip_suffix("\r\n").unwrap_or(&text).to_owned()
}

fn line<'a>(bytes: &mut Vec<u8>, fields: impl Iterator<Item = &'a str>) {
    for (place, field) in fields.enumerate() {
        if place > 0 {
            bytes.push(b',');
        }
        let apostrophe = if defuses(field) { "'" } else { "" };
        let quoted = field.contains(['"', ',', ';', '\t', '\r', '\n'])
            || field.starts_with(' ')
            || field.ends_with(' ');
        if quoted {
            bytes.push(b'"');
        }
        bytes.extend_from_slice(apostrophe.as_bytes());
        bytes.extend_from_slice(field.replace('"', "\"\"").as_bytes());
        if quoted {
            bytes.push(b'"');
        }
    }
    bytes.extend_from_slice(b"\r\n");
}

/// Whether the text gets an apostrophe: what would be calculated, and what would look like such a text that got one.
pub(super) fn defuses(text: &str) -> bool {
    calculates(text.trim_start_matches('\''))
}

/// Whether a spreadsheet would take the text for a formula. Full-width signs count too: some locales read them so.
fn calculates(text: &str) -> bool {
    let first = text.trim_start_matches(' ').chars().next();
    first.is_some_and(|c| "=+-@\t\r\n＝＋－＠".contains(c))
}

/// Whether two sheets' names mean the same.
pub(crate) fn same_name(one: &str, other: &str) -> bool {
    fold(one) == fold(other)
}
