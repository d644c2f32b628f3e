//! Reports, lists sent with a letter, records of hand-over: one model, written as PDF, XLSX and CSV.

use serde::{Deserialize, Serialize};

use crate::DocumentError;
use crate::layout::{MANY, Page, Text};
use crate::letter::{Letterhead, Signer};
use crate::sheet::{self, Align, Table, TableColumn};

/// A document of the department or an agency.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Report {
    /// Who issues it, number, place and day.
    pub letterhead: Letterhead,
    /// What kind of document it is: `BÁO CÁO`, `THÔNG BÁO`, `BIÊN BẢN`.
    pub kind: String,
    /// What it is about, below its kind.
    pub about: String,
    /// Behind "Kính gửi:"; none for a record.
    pub recipients: Vec<String>,
    /// The text before the tables.
    pub paragraphs: Vec<String>,
    /// The tables, each with its title.
    pub tables: Vec<Table>,
    /// Figures that stand by themselves below the tables: label, value.
    pub sums: Vec<(String, String)>,
    /// The text behind the tables.
    pub closing: Vec<String>,
    /// The lines under "Nơi nhận:"; none: it is not printed.
    pub receivers: Vec<String>,
    /// Who signs: one on the right, or several side by side.
    pub signers: Vec<Signer>,
}

/// What lies in a hand-over besides the names: who gives, who takes (TQ.11.3, HCM.12.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// Given name and surname.
    pub name: String,
    /// Office and body.
    pub title: String,
}

impl Report {
    /// A record of hand-over (biên bản bàn giao) with two signers: who hands over on the left, who takes on the right. `handed` is what is handed over,
    /// with how many of each.
    #[must_use]
    pub fn hand_over(
        letterhead: Letterhead,
        about: &str,
        from: &Party,
        to: &Party,
        handed: Table,
    ) -> Self {
        let person = |party: &Party| match party.title.trim() {
            "" => format!("Ông (bà): {}", party.name),
            title => format!("Ông (bà): {}; chức vụ: {title}", party.name),
        };
        let signer = |title: &str, party: &Party| Signer {
            title: title.to_owned(),
            hint: Some("(Ký, ghi rõ họ tên)".to_owned()),
            name: party.name.clone(),
        };
        Self {
            letterhead,
            kind: "BIÊN BẢN".to_owned(),
            about: about.to_owned(),
            paragraphs: vec![
                format!("Bên giao: {}.", person(from)),
                format!("Bên nhận: {}.", person(to)),
                "Hai bên thống nhất bàn giao các nội dung sau:".to_owned(),
            ],
            tables: vec![handed],
            closing: vec![
                "Biên bản được lập thành 02 bản có giá trị như nhau, mỗi bên giữ 01 bản."
                    .to_owned(),
            ],
            signers: vec![signer("BÊN GIAO", from), signer("BÊN NHẬN", to)],
            ..Self::default()
        }
    }

    /// The document as PDF. Tables with 8 columns or more are set across the page; long ones go on over pages with their header. The same report
    /// makes the same bytes.
    ///
    /// # Errors
    /// When the PDF cannot be made: our own fault.
    pub fn to_pdf(&self) -> Result<Vec<u8>, DocumentError> {
        let title = format!("{} {}", self.kind, self.about);
        let mut page = Page::new(&self.letterhead, title.trim(), &self.kind, &self.signers);
        page.landscape = self
            .tables
            .iter()
            .any(|table| table.all_columns().len() >= MANY);
        if !self.about.trim().is_empty() {
            page.summary = Some(Text::new(&self.about));
        }
        page.to = self.recipients.iter().map(|to| Text::new(to)).collect();
        for text in &self.paragraphs {
            page.paragraph(text);
        }
        for table in &self.tables {
            page.table(table);
        }
        for (label, value) in &self.sums {
            page.field(&format!("{}:", label.trim_end_matches(':')), value);
        }
        for text in &self.closing {
            page.paragraph(text);
        }
        if !self.receivers.is_empty() {
            page.receivers = Some(self.receivers.iter().map(|line| Text::new(line)).collect());
        }
        page.pdf(None)
    }

    /// The tables as XLSX, a sheet each, and the sums on a sheet of their own.
    ///
    /// # Errors
    /// When the file cannot be made: our own fault.
    pub fn to_xlsx(&self) -> Result<Vec<u8>, DocumentError> {
        let mut tables = self.tables.clone();
        if !self.sums.is_empty() || tables.is_empty() {
            tables.push(Table {
                title: "Tổng hợp".to_owned(),
                columns: vec![
                    TableColumn::left("Chỉ tiêu"),
                    TableColumn {
                        align: Align::Right,
                        ..TableColumn::left("Số liệu")
                    },
                ],
                rows: self
                    .sums
                    .iter()
                    .map(|(label, value)| vec![label.clone(), value.clone()])
                    .collect(),
                ..Table::default()
            });
        }
        sheet::write(&tables)
    }

    /// One of the tables as CSV, counted from 0; `None` where there are not so many.
    #[must_use]
    pub fn to_csv(&self, table: usize) -> Option<Vec<u8>> {
        self.tables.get(table).map(sheet::write_csv)
    }
}
