//! A request as it is being filled in: nothing of it is kept anywhere but on the page itself.

use axum::extract::Multipart;
use axum::extract::multipart::Field;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use congvu_governance::lists::Row;
use congvu_governance::request::{columns, kind_of};
use congvu_regulation::requests::RequestKind;
use congvu_store::{OrganisationId, random};
use ring::digest::{Context, SHA256};

use crate::site::{Fields, Lang, Oops};

/// Lines on the page at first, those that are added at once, and the most.
const ROWS: u32 = 3;
const MORE: u32 = 5;
const MOST: u32 = 60;
/// A file up to this size (bytes) travels with the page until it is sent.
const KEPT: usize = 3 << 20;

/// A file that was chosen.
#[derive(Clone)]
pub(super) struct Chosen {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
}

impl Chosen {
    /// As it travels with the page; nothing where it is too large for that and must be chosen again.
    pub(super) fn kept(&self) -> String {
        match self.bytes.len() <= KEPT {
            true => STANDARD.encode(&self.bytes),
            false => String::new(),
        }
    }
}

/// What was filled in.
#[derive(Clone)]
pub(super) struct Draft {
    /// Tells the same form sent twice.
    pub(super) key: String,
    pub(super) kind: RequestKind,
    pub(super) place: OrganisationId,
    pub(super) way: String,
    pub(super) number: String,
    pub(super) day: String,
    pub(super) reason: String,
    /// Lines that were typed, those left empty among them.
    pub(super) rows: Vec<Row>,
    /// The list, or the form.
    pub(super) list: Option<Chosen>,
    /// The signed letter.
    pub(super) paper: Option<Chosen>,
    /// What was pressed.
    pub(super) does: String,
    /// What was seen before, in short.
    pub(super) seen: String,
    /// What the list says, once it was read.
    pub(super) sent: Option<congvu_papers::requests::Sent>,
    /// Why it cannot be read.
    pub(super) unread: Option<String>,
}

impl Draft {
    /// An empty one.
    pub(super) fn new(kind: RequestKind, place: OrganisationId) -> Self {
        Self {
            key: URL_SAFE_NO_PAD.encode(random::<16>()),
            kind,
            place,
            way: String::new(),
            number: String::new(),
            day: String::new(),
            reason: String::new(),
            rows: empty(ROWS),
            list: None,
            paper: None,
            does: String::new(),
            seen: String::new(),
            sent: None,
            unread: None,
        }
    }

    /// Whether more lines may be added to the page.
    pub(super) fn may_add(&self) -> bool {
        self.rows.len() < MOST as usize
    }

    /// Lines in which something was typed.
    pub(super) fn typed(&self) -> Vec<Row> {
        let rows = self.rows.iter().filter(|row| !row.values.is_empty());
        rows.cloned().collect()
    }

    /// All of it, in short: what was seen is what is sent.
    pub(super) fn digest(&self) -> String {
        let mut digest = Context::new(&SHA256);
        let mut add = |bytes: &[u8]| {
            digest.update(&bytes.len().to_be_bytes());
            digest.update(bytes);
        };
        for text in [
            self.kind.id(),
            &self.place.to_string(),
            &self.way,
            &self.number,
            &self.day,
            &self.reason,
        ] {
            add(text.as_bytes());
        }
        for row in self.typed() {
            for (id, value) in &row.values {
                add(id.as_bytes());
                add(value.as_bytes());
            }
        }
        for file in [&self.list, &self.paper].into_iter().flatten() {
            add(file.name.as_bytes());
            add(&file.bytes);
        }
        let digest = digest.finish();
        URL_SAFE_NO_PAD.encode(&digest.as_ref()[..12])
    }
}

fn empty(rows: u32) -> Vec<Row> {
    let numbers = 1..=rows;
    numbers
        .map(|number| Row {
            number,
            ..Row::default()
        })
        .collect()
}

/// Reads the form.
pub(super) async fn read(mut form: Multipart, lang: Lang) -> Result<(Fields, Draft), Oops> {
    let unreadable = || {
        let words =
            lang.t("Không đọc được biểu mẫu. Mỗi tệp nhiều nhất 8 MB; hãy chọn lại tệp rồi gửi.");
        Oops::Bad(words.to_owned())
    };
    let mut fields = Fields::default();
    let (mut list, mut paper) = (None, None);
    while let Some(field) = form.next_field().await.map_err(|_| unreadable())? {
        let name = field.name().unwrap_or_default().to_owned();
        match name.as_str() {
            "tep" => list = chosen(field).await.map_err(|()| unreadable())?.or(list),
            "kem" => paper = chosen(field).await.map_err(|()| unreadable())?.or(paper),
            _ => {
                let text = field.text().await.map_err(|_| unreadable())?;
                fields.push(name, text.replace('\0', ""));
            }
        }
    }
    let kind = kind_of(fields.get("viec"));
    let place = fields.get("co-quan").parse().map(OrganisationId);
    let (Some(kind), Ok(place)) = (kind, place) else {
        return Err(unreadable());
    };
    let does = fields.get("lam").to_owned();
    let said = fields.get("so-dong").parse().unwrap_or(ROWS);
    let more = if does == "them" { MORE } else { 0 };
    let known = columns(kind);
    let rows = empty((said + more).clamp(1, MOST)).into_iter().map(|row| {
        let number = row.number;
        known.iter().fold(row, |row, column| {
            row.with(column.id, fields.get(&format!("d{number}-{}", column.id)))
        })
    });
    let rows = rows.collect();
    let kept = |what: &str| {
        let bytes = STANDARD.decode(fields.get(what)).ok()?;
        (!bytes.is_empty()).then(|| Chosen {
            name: fields.get(&format!("{what}-ten")).to_owned(),
            bytes,
        })
    };
    let list = list.or_else(|| kept("giu").filter(|_| does != "bo-tep"));
    let paper = paper.or_else(|| kept("giu-kem").filter(|_| does != "bo-kem"));
    let text = |name: &str| fields.get(name).trim().to_owned();
    let draft = Draft {
        key: text("khoa"),
        way: text("hinh-thuc"),
        number: text("so"),
        day: text("ngay"),
        reason: text("ly-do"),
        seen: text("da-xem"),
        rows,
        list,
        paper,
        does,
        ..Draft::new(kind, place)
    };
    Ok((fields, draft))
}

/// A file, where one was chosen.
async fn chosen(field: Field<'_>) -> Result<Option<Chosen>, ()> {
    let name = field.file_name().unwrap_or_default().to_owned();
    let bytes = field.bytes().await.map_err(|_| ())?;
    // Some browsers tell the folder.
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    Ok((!bytes.is_empty()).then(|| Chosen {
        name: name.replace('\0', ""),
        bytes: bytes.to_vec(),
    }))
}
