//! What is wrong with what is filled in.

use congvu_regulation::forms::Form;
use congvu_regulation::requests::Field;

use super::FormData;
use crate::Fault;
use crate::sheet::{MAX_CELL, MAX_ROWS};

/// Checks what is filled in against the form: all faults at once, in the order of the form. None: it can be handed in. Whether a value is true
/// (the mailbox exists, the name fits) is for others to say.
#[must_use]
pub fn check(form: &Form, data: &FormData) -> Vec<Fault> {
    let mut faults = Vec::new();
    if data.form != form.id() {
        let what = format!("Dữ liệu không phải của {} ({}).", form.name(), data.form);
        return vec![Fault::whole(what)];
    }
    if data.letterhead.body.trim().is_empty() {
        faults.push(Fault::of("Tên cơ quan, đơn vị", "Chưa điền."));
    }
    if data.letterhead.date.is_none() {
        faults.push(Fault::of("Ngày tháng năm", "Chưa điền."));
    }
    for field in form.fields() {
        let label = field.label.trim_end_matches(':');
        if let Some(what) = wrong(field, data.fields.get(&field.id)) {
            faults.push(Fault::of(label, what));
        }
    }
    let known = |id: &str| form.fields().iter().any(|field| field.id == id);
    for id in data.fields.keys().filter(|id| !known(id)) {
        faults.push(Fault::of(id, "Biểu mẫu không có mục này."));
    }
    for id in data.tables.keys() {
        if !form.tables().iter().any(|table| table.id == *id) {
            faults.push(Fault::whole("Biểu mẫu không có bảng này.").in_table(id));
        }
    }
    for table in form.tables() {
        let rows = data.rows(&table.id);
        if rows.len() > MAX_ROWS {
            let what = format!("Bảng có hơn {MAX_ROWS} dòng.");
            faults.push(Fault::whole(what).in_table(&table.title));
        }
        for (number, row) in (1..).zip(rows.iter().take(MAX_ROWS)) {
            for column in &table.columns {
                if let Some(what) = wrong(column, row.get(&column.id)) {
                    let fault = Fault::at(number, &column.label, what);
                    faults.push(fault.in_table(&table.title));
                }
            }
            let known = |id: &str| table.columns.iter().any(|column| column.id == id);
            for id in row.keys().filter(|id| !known(id)) {
                let fault = Fault::at(number, id, "Bảng không có cột này.");
                faults.push(fault.in_table(&table.title));
            }
        }
    }
    let empty = |table: &congvu_regulation::forms::FormTable| data.rows(&table.id).is_empty();
    if !form.tables().is_empty() && form.tables().iter().all(empty) {
        faults.push(Fault::whole("Chưa điền dòng nào vào các bảng."));
    }
    faults
}

fn wrong(field: &Field, value: Option<&String>) -> Option<String> {
    let value = value.map_or("", |value| value.trim());
    if value.is_empty() && field.required {
        return Some("Chưa điền.".to_owned());
    }
    // Bytes first: what is far too long is not counted.
    let long = value.len() > 4 * MAX_CELL || value.chars().count() > MAX_CELL;
    long.then(|| format!("Dài hơn {MAX_CELL} ký tự."))
}
