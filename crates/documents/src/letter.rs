//! What stands around the text of an administrative document (Nghị định 30/2020/NĐ-CP, Phụ lục I).

use congvu_regulation::Date;
use serde::{Deserialize, Serialize};

use crate::day;

/// The head of a document.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Letterhead {
    /// The body above the one that issues it, if any.
    pub parent: Option<String>,
    /// The body that issues it.
    pub body: String,
    /// Behind "Số:": `05/ĐN-STTTT`; may be empty, for the document system gives it later.
    pub number: String,
    /// Where it is issued: `Quảng Ninh`.
    pub place: String,
    /// The day it is issued; may be written in later by hand.
    #[serde(with = "day")]
    pub date: Option<Date>,
}

impl Letterhead {
    /// `Quảng Ninh, ngày 05 tháng 02 năm 2027`, with room to write where nothing is known.
    #[must_use]
    pub fn place_and_date(&self) -> String {
        let place = if self.place.trim().is_empty() {
            "................"
        } else {
            self.place.trim()
        };
        match self.date {
            Some(date) => format!("{place}, {}", day::written(date)),
            None => format!(
                "{place}, ngày\u{a0}\u{a0}\u{a0}\u{a0} tháng\u{a0}\u{a0}\u{a0}\u{a0} năm\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}"
            ),
        }
    }
}

/// Who signs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Signer {
    /// The office: `GIÁM ĐỐC`, `BÊN GIAO`.
    pub title: String,
    /// What stands below it in brackets: `(Ký, đóng dấu, ghi rõ họ tên)`.
    pub hint: Option<String>,
    /// Given name and surname; may be empty.
    pub name: String,
}

/// What the forms print below who signs.
pub const SIGN_AND_SEAL: &str = "(Ký, đóng dấu, ghi rõ họ tên)";
