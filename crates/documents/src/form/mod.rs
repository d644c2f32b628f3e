//! The printed forms (QN Mẫu 01–04): what is filled in, as data, as PDF with the data in it, and as a list.
//!
//! The form itself is the regulation's ([`congvu_regulation::forms::Form`]): its labels, columns and order are printed as they stand there.

mod attached;
mod check;
mod lists;
mod pdf;
mod placeholders;

use std::collections::BTreeMap;

use congvu_regulation::Date;
use serde::{Deserialize, Serialize};

use crate::day;
use crate::letter::Letterhead;
pub use attached::{MAX_PDF, read_form};
pub use check::check;
pub use lists::{blank_lists, from_list, from_lists, to_xlsx};
pub use pdf::render;

/// What stands in a row of a form's table, by the ids of its columns.
pub type FormRow = BTreeMap<String, String>;

/// What is filled into a form.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FormData {
    /// The form's id in its profile: `mau-01`.
    pub form: String,
    /// Who issues it, number, place and day.
    pub letterhead: Letterhead,
    /// Behind "V/v", on forms that have it.
    pub about: Option<String>,
    /// Behind "Kính gửi:", where it is not who is printed (the department is called otherwise today).
    pub recipient: Option<String>,
    /// What the dots in the printed text stand for.
    pub placeholders: Placeholders,
    /// The fields' values, by their ids.
    pub fields: BTreeMap<String, String>,
    /// The tables' rows, by the ids of the tables.
    pub tables: BTreeMap<String, Vec<FormRow>>,
    /// The lines under "Nơi nhận:", where they are not those printed.
    pub receivers: Vec<String>,
    /// The office of who signs, where it is not the one printed.
    pub signer_title: Option<String>,
    /// The name of who signs.
    pub signer_name: String,
}

/// What the printed text leaves open: "năm ....", "Quy chế số... ngày...", "6 tháng".
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Placeholders {
    /// The year that is reported.
    pub year: Option<u16>,
    /// The number of the decision: `40/2022/QĐ-UBND`.
    pub decision: Option<String>,
    /// Its day.
    #[serde(with = "day")]
    pub decided: Option<Date>,
    /// Instead of "6 tháng", which Mẫu 04 prints although QN.13.10 asks once a year: `năm 2026`.
    pub period: Option<String>,
}

impl FormData {
    /// A form with nothing filled in.
    #[must_use]
    pub fn empty(form: &str) -> Self {
        Self {
            form: form.to_owned(),
            ..Self::default()
        }
    }

    /// The value of a field, empty where it is not filled in.
    #[must_use]
    pub fn field(&self, id: &str) -> &str {
        self.fields.get(id).map_or("", String::as_str)
    }

    /// The rows of a table.
    #[must_use]
    pub fn rows(&self, table: &str) -> &[FormRow] {
        self.tables.get(table).map_or(&[], Vec::as_slice)
    }
}
