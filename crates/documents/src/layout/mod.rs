//! Documents set by typst.

mod text;
mod widths;
mod world;

use std::sync::{Mutex, PoisonError};

use congvu_regulation::Date;
use serde::Serialize;

use crate::DocumentError;
use crate::letter::{Letterhead, Signer};
use crate::sheet::{Align, Table};
pub(crate) use text::Text;
pub(crate) use world::pdf;

/// A document as the template takes it.
#[derive(Debug, Serialize)]
pub(crate) struct Page {
    /// Of the PDF's properties.
    title: Text,
    author: Text,
    /// Year, month, day of the PDF's properties.
    day: (u16, u8, u8),
    pub(crate) landscape: bool,
    /// Above everything: "Mẫu số 01".
    pub(crate) form: Option<Text>,
    parent: Option<Text>,
    body: Text,
    number: Text,
    pub(crate) about: Option<Text>,
    place_and_date: Text,
    pub(crate) heading: Text,
    pub(crate) summary: Option<Text>,
    pub(crate) to: Vec<Text>,
    pub(crate) blocks: Vec<Block>,
    pub(crate) receivers: Option<Vec<Text>>,
    signers: Vec<Signs>,
    /// Whether the data lie in the PDF too.
    attached: bool,
}

/// A piece of the document's text.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(crate) enum Block {
    /// A paragraph, its first line indented, both edges straight.
    Paragraph { text: Text },
    /// The same in bold, kept with what follows.
    Strong { text: Text },
    /// What is filled in: the label, and what was filled in behind it.
    Field {
        /// Whether the label is a numbered heading, in bold.
        strong: bool,
        label: Text,
        value: Text,
    },
    /// A table.
    Table {
        size: f32,
        columns: Vec<Column>,
        rows: Vec<Vec<Text>>,
        total: Option<Vec<Text>>,
    },
}

#[derive(Debug, Serialize)]
pub(crate) struct Column {
    label: Text,
    align: Align,
    /// Its share of the width.
    share: u32,
}

#[derive(Debug, Serialize)]
struct Signs {
    title: Text,
    hint: Option<Text>,
    name: Text,
}

/// The day in the properties of a document that has none yet: PDF/A-3 asks for one, and the clock is not ours. Nghị định 30/2020 is of it.
const NO_DAY: (u16, u8, u8) = (2020, 3, 5);

/// The width between the margins, in mm: A4 with 30 on the left and 15 on the right.
const PORTRAIT: u32 = 165;
const LANDSCAPE: u32 = 252;

impl Page {
    pub(crate) fn new(head: &Letterhead, title: &str, heading: &str, signers: &[Signer]) -> Self {
        let day = |date: Date| (date.year(), date.month(), date.day());
        Self {
            title: Text::plain(title),
            author: Text::plain(&head.body),
            day: head.date.map_or(NO_DAY, day),
            landscape: false,
            form: None,
            parent: head
                .parent
                .as_deref()
                .filter(|parent| !parent.trim().is_empty())
                .map(|parent| Text::new(&parent.to_uppercase())),
            body: Text::new(&head.body.to_uppercase()),
            number: Text::new(format!("Số: {}", head.number.trim()).trim_end()),
            about: None,
            place_and_date: Text::new(&head.place_and_date()),
            heading: Text::new(heading),
            summary: None,
            to: Vec::new(),
            blocks: Vec::new(),
            receivers: None,
            signers: signers.iter().map(Signs::new).collect(),
            attached: false,
        }
    }

    /// A body that has not been filled in, as the form prints it.
    pub(crate) fn unnamed(&mut self, printed: &str) {
        self.body = Text::new(printed);
    }

    pub(crate) fn paragraph(&mut self, text: &str) {
        self.blocks.push(Block::Paragraph {
            text: Text::new(text),
        });
    }

    pub(crate) fn strong(&mut self, text: &str) {
        self.blocks.push(Block::Strong {
            text: Text::new(text),
        });
    }

    pub(crate) fn field(&mut self, label: &str, value: &str) {
        self.blocks.push(Block::Field {
            strong: label.starts_with(|c: char| c.is_ascii_digit()),
            label: Text::new(label),
            value: Text::new(value),
        });
    }

    pub(crate) fn table(&mut self, table: &Table) {
        if let Some(heading) = &table.heading {
            self.strong(heading);
        }
        if !table.title.is_empty() {
            self.strong(&table.title);
        }
        let columns = table.all_columns();
        let many = columns.len() >= MANY;
        let points = if many { 11.0 } else { 12.0 };
        let width = if self.landscape { LANDSCAPE } else { PORTRAIT };
        let shares = widths::shares(table, width, points);
        let rows = table.all_rows().enumerate().map(|(at, row)| {
            let number = table.number(at);
            let skip = usize::from(number.is_some());
            let number = number.as_deref().into_iter();
            number
                .chain(row.into_iter().skip(skip))
                .map(Text::new)
                .collect::<Vec<_>>()
        });
        let mut rows: Vec<Vec<Text>> = rows.collect();
        let total = if table.total.is_some() {
            rows.pop()
        } else {
            None
        };
        if rows.is_empty() {
            rows.push(columns.iter().map(|_| Text::new("")).collect());
        }
        let columns = columns.iter().zip(shares).map(|(column, share)| Column {
            label: Text::new(&column.label),
            align: column.align,
            share,
        });
        self.blocks.push(Block::Table {
            size: points,
            columns: columns.collect(),
            rows,
            total,
        });
    }

    fn rows(&self) -> usize {
        let rows = |block: &Block| match block {
            Block::Table { rows, .. } => rows.len(),
            _ => 0,
        };
        self.blocks.iter().map(rows).sum()
    }

    /// The PDF; `data` lies in it as an attached file.
    pub(crate) fn pdf(mut self, data: Option<Vec<u8>>) -> Result<Vec<u8>, DocumentError> {
        self.attached = data.is_some();
        let page = serde_json::to_vec(&self)
            .map_err(|error| DocumentError::Internal(error.to_string()))?;
        let large = self.rows() > LARGE;
        let _alone = large.then(|| ALONE.lock().unwrap_or_else(PoisonError::into_inner));
        pdf(page, data, !large)
    }
}

impl Signs {
    fn new(signer: &Signer) -> Self {
        Self {
            title: Text::new(&signer.title.to_uppercase()),
            hint: signer.hint.as_deref().map(Text::new),
            name: Text::new(&signer.name),
        }
    }
}

/// With more rows of tables than that a document is large. It is not tagged for screen readers: the tags of 5,000 rows are ten times what they tag, 8 MB, and who
/// needs such a list read out has it as XLSX. It is set alone: 5,000 rows take half a GB while they are set.
const LARGE: usize = 1_000;
static ALONE: Mutex<()> = Mutex::new(());

/// From so many columns on, "STT" among them, a table is set across the page (Nghị định 30/2020, Phụ lục I, mục I.2: a document with tables may be).
pub(crate) const MANY: usize = 8;
