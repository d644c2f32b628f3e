//! What the rows of a list say, and what is wrong with them before anything is looked at in turn.

use std::collections::{BTreeMap, HashMap, HashSet};

use congvu_regulation::naming::{fold, is_local_part};
use congvu_store::address::{Lookup, Target};
use congvu_store::organisation::Organisation;
use congvu_store::{MailboxId, OrganisationId, Tx, address, organisation};

use super::super::{COLUMNS, Kind};
use crate::lists::{Fault, Row};
use crate::{Law, Refused};

/// Where a row hangs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Parent {
    Top,
    /// Another row, by its position.
    Row(usize),
    /// A place that the list need not name.
    Place(OrganisationId),
}

/// What a row says, as far as it can be read.
pub(super) struct Asked {
    pub(super) kind: Kind,
    pub(super) parent: Parent,
    pub(super) domain: Option<congvu_store::DomainId>,
    pub(super) mailbox: Option<MailboxId>,
}

fn label(id: &str) -> &'static str {
    COLUMNS
        .iter()
        .find(|column| column.id == id)
        .map_or("", |column| column.label)
}

pub(super) fn fault(row: &Row, column: &str, what: impl Into<String>) -> Fault {
    Fault {
        row: row.number,
        column: label(column),
        what: what.into(),
    }
}

/// What a parent may be called: by code, short name, full name; what stands for several is no name.
pub(super) struct Known {
    rows: HashMap<String, Option<Parent>>,
    places: HashMap<String, Option<Parent>>,
    top: Option<Parent>,
}

impl Known {
    pub(super) fn new(places: &[Organisation], rows: &[Row]) -> Self {
        let mut known = Self {
            rows: HashMap::new(),
            places: HashMap::new(),
            top: places
                .iter()
                .find(|place| place.parent.is_none())
                .map(|root| Parent::Place(root.id)),
        };
        for (at, row) in rows.iter().enumerate() {
            let names = ["code", "short_name", "name"].map(|id| row.get(id).unwrap_or_default());
            note(&mut known.rows, names, Parent::Row(at));
            if row.get("kind").and_then(Kind::parse) == Some(Kind::Province) {
                known.top = Some(Parent::Row(at));
            }
        }
        for place in places.iter().filter(|place| place.ended_at.is_none()) {
            let names = [
                place.code.as_deref().unwrap_or_default(),
                &place.short_name,
                &place.name,
            ];
            note(&mut known.places, names, Parent::Place(place.id));
        }
        known
    }

    /// What a cell names: a row before a place, for the row may be that place.
    fn find(&self, text: &str) -> Option<Option<Parent>> {
        ["code", "short", "name"].iter().find_map(|kind| {
            let key = key(kind, text);
            self.rows
                .get(&key)
                .or_else(|| self.places.get(&key))
                .copied()
        })
    }
}

fn key(kind: &str, text: &str) -> String {
    match kind {
        "name" => format!("name {}", fold(text)),
        kind => format!("{kind} {}", text.to_lowercase()),
    }
}

fn note(to: &mut HashMap<String, Option<Parent>>, names: [&str; 3], parent: Parent) {
    for (kind, text) in ["code", "short", "name"].into_iter().zip(names) {
        if text.is_empty() {
            continue;
        }
        let entry = to.entry(key(kind, text)).or_insert(Some(parent));
        // The same code twice is a fault of its own.
        if *entry != Some(parent) && kind != "code" {
            *entry = None;
        }
    }
}

/// Reads a row; nothing where something is wrong with it.
pub(super) fn read(
    tx: &mut Tx<'_>,
    law: Law,
    known: &Known,
    (at, row): (usize, &Row),
    faults: &mut Vec<Fault>,
) -> Result<Option<Asked>, Refused> {
    let before = faults.len();
    for column in COLUMNS.iter().filter(|column| column.required) {
        if row.get(column.id).is_none() {
            faults.push(fault(row, column.id, "Chưa điền."));
        }
    }
    let kind = row.get("kind").and_then(|text| {
        let kind = Kind::parse(text);
        if kind.is_none() {
            let all: Vec<&str> = Kind::ALL.iter().map(|kind| kind.label()).collect();
            let what = format!("“{text}” không phải loại cơ quan; có: {}.", all.join(", "));
            faults.push(fault(row, "kind", what));
        }
        kind
    });
    let parent = match (row.get("parent"), kind) {
        (None, Some(Kind::Province)) => Some(Parent::Top),
        (None, _) => known.top.filter(|top| *top != Parent::Row(at)),
        (Some(text), _) => match known.find(text) {
            Some(Some(parent)) if parent != Parent::Row(at) => Some(parent),
            Some(Some(_)) => {
                faults.push(fault(row, "parent", "Là chính cơ quan này."));
                None
            }
            Some(None) => {
                let what = format!("“{text}” là tên của nhiều cơ quan: ghi mã hoặc tên viết tắt.");
                faults.push(fault(row, "parent", what));
                None
            }
            None => {
                faults.push(fault(row, "parent", format!("Không có “{text}”.")));
                None
            }
        },
    };
    if parent.is_none() && row.get("parent").is_none() {
        faults.push(fault(row, "parent", "Chưa có cơ quan đứng đầu cây."));
    }
    for column in ["short_name", "suffix"] {
        if let Some(text) = row.get(column)
            && !is_local_part(text)
        {
            let what = format!(
                "“{text}” không dùng được trong địa chỉ: cần chữ thường a–z, chữ số, dấu chấm."
            );
            faults.push(fault(row, column, what));
        }
    }
    if let Some(id) = row.get("profile")
        && law.profile(id).is_none()
    {
        let what = format!("Hệ thống này không có quy chế “{id}”.");
        faults.push(fault(row, "profile", what));
    }
    let mut domain = None;
    if let Some(name) = row.get("domain") {
        domain = organisation::domain(tx, &name.to_lowercase())?;
        if domain.is_none() {
            let what = format!("Hệ thống này không có tên miền “{name}”.");
            faults.push(fault(row, "domain", what));
        }
    }
    let mailbox = match row.get("mailbox") {
        Some(text) => {
            let found = mailbox(tx, text)?;
            if found.is_none() {
                faults.push(fault(row, "mailbox", format!("Không có hộp thư “{text}”.")));
            }
            found
        }
        None => None,
    };
    let (Some(kind), Some(parent), true) = (kind, parent, faults.len() == before) else {
        return Ok(None);
    };
    Ok(Some(Asked {
        kind,
        parent,
        domain,
        mailbox,
    }))
}

fn mailbox(tx: &mut Tx<'_>, text: &str) -> Result<Option<MailboxId>, Refused> {
    let Some((local_part, domain)) = text.rsplit_once('@') else {
        return Ok(None);
    };
    let found = address::lookup(tx, &local_part.to_lowercase(), &domain.to_lowercase())?;
    Ok(match found {
        Lookup::Found(Target::Mailbox(target)) => Some(target.mailbox),
        _ => None,
    })
}

/// The same code, or the same name below the same parent, on two rows.
pub(super) fn twice(rows: &[Row], asked: &[Option<Asked>], faults: &mut Vec<Fault>) {
    let mut codes = HashMap::new();
    let mut names = HashMap::new();
    for (row, asked) in rows.iter().zip(asked) {
        if let Some(code) = row.get("code")
            && let Some(first) = codes.insert(code, row.number)
        {
            let what = format!("Mã {code} đã có ở dòng {first}.");
            faults.push(fault(row, "code", what));
        }
        if let (Some(name), Some(asked)) = (row.get("name"), asked)
            && let Some(first) = names.insert((format!("{:?}", asked.parent), name), row.number)
        {
            let what = format!("“{name}” đã có ở dòng {first}, dưới cùng cấp trên.");
            faults.push(fault(row, "name", what));
        }
    }
}

/// Positions of the rows, each behind its parent's; rows that go round in a circle are faults.
pub(super) fn order(rows: &[Row], asked: &[Option<Asked>], faults: &mut Vec<Fault>) -> Vec<usize> {
    let mut below: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut sorted = Vec::new();
    let mut waits = HashSet::new();
    for (at, asked) in asked.iter().enumerate() {
        match asked.as_ref().map(|asked| asked.parent) {
            Some(Parent::Row(above)) => {
                below.entry(above).or_default().push(at);
                waits.insert(at);
            }
            _ => sorted.push(at),
        }
    }
    let mut next = 0;
    while let Some(at) = sorted.get(next).copied() {
        for child in below.remove(&at).unwrap_or_default() {
            waits.remove(&child);
            sorted.push(child);
        }
        next += 1;
    }
    for at in waits {
        if let Some(row) = rows.get(at) {
            let what = "Các cơ quan này là cấp trên của nhau thành vòng tròn.";
            faults.push(fault(row, "parent", what));
        }
    }
    sorted
}
