//! An empty list to fill in.

use rust_xlsxwriter::{Color, XlsxError};

use super::write::{cell_format, header_format, index, internal, new_book, print_setup};
use super::{Align, Columns};
use crate::DocumentError;

/// How many empty rows are styled, so that what is typed stays text.
const ROWS: u32 = 200;

/// Writes an XLSX to fill in: the first sheet has the columns, those that must be filled in with `*` behind their names; the second
/// explains each. [`super::open`] and [`super::read`] take it back.
///
/// # Errors
/// When the file cannot be made: our own fault.
pub fn blank(title: &str, columns: &Columns) -> Result<Vec<u8>, DocumentError> {
    made(title, columns).map_err(internal)
}

fn made(title: &str, columns: &Columns) -> Result<Vec<u8>, XlsxError> {
    let mut book = new_book()?;
    let (header, text) = (header_format(), cell_format(Align::Left));
    let must = header.clone().set_font_color(Color::RGB(0x00A0_1010));
    let list = book.add_worksheet();
    list.set_name("Danh sách")?;
    list.write_string_with_format(0, 0, "STT", &header)?;
    list.set_column_width(0, 6)?;
    for (place, column) in columns.columns.iter().enumerate() {
        let place = index(place + 1)?;
        let (label, format) = if column.required {
            (format!("{} *", column.label), &must)
        } else {
            (column.label.clone(), &header)
        };
        list.write_string_with_format(0, place, &label, format)?;
        let length = u16::try_from(label.chars().count()).unwrap_or(30);
        list.set_column_width(place, f64::from(length.clamp(14, 34) + 4))?;
    }
    let last = index(columns.columns.len())?;
    for row in 1..=ROWS {
        for place in 0..=last {
            list.write_blank(row, place, &text)?;
        }
    }
    list.set_freeze_panes(1, 0)?;
    print_setup(list, columns.columns.len() + 1)?;

    let help = book.add_worksheet();
    help.set_name("Hướng dẫn")?;
    help.write_string_with_format(0, 0, title, &cell_format(Align::Left).set_bold())?;
    let note =
        "Điền vào trang “Danh sách”, mỗi dòng một mục. Không đổi tên cột. Cột có dấu * phải điền.";
    help.write_string_with_format(1, 0, note, &text)?;
    for (place, (label, width)) in [("Cột", 34), ("Bắt buộc", 12), ("Giải thích", 70)]
        .into_iter()
        .enumerate()
    {
        let place = index(place)?;
        help.write_string_with_format(3, place, label, &header)?;
        help.set_column_width(place, width)?;
    }
    for (row, column) in (4..).zip(&columns.columns) {
        help.write_string_with_format(row, 0, &column.label, &text)?;
        let must = if column.required { "Có" } else { "Không" };
        help.write_string_with_format(row, 1, must, &text)?;
        let mut explained: Vec<String> = column.help.iter().cloned().collect();
        if !column.also.is_empty() {
            explained.push(format!("Cũng nhận tên cột: {}.", column.also.join(", ")));
        }
        help.write_string_with_format(row, 2, explained.join(" "), &text)?;
    }
    book.save_to_buffer()
}
