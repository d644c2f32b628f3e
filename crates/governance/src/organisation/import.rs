//! The tree brought in line with a list: all faults by row, or everything done, in one transaction.

use std::collections::{BTreeMap, HashMap, HashSet};

use congvu_regulation::naming::{fold, is_local_part};
use congvu_store::address::{Lookup, Target};
use congvu_store::{
    MailboxId, OrganisationId, Store, StoreError, Tx, address, organisation, place,
};
use serde_json::json;

use super::details::{self, Details};
use super::spokesmen::{self, Spokesmen};
use super::{COLUMNS, Kind};
use crate::lists::{Fault, Row};
use crate::{Act, Action, Actor, Law, Refused, record};

/// So many rows are taken.
const MOST: usize = 5_000;

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Imported {
    /// A place was added.
    Added,
    /// It was changed.
    Changed,
    /// It is as the row says.
    Unchanged,
}

/// What came of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Everything that is wrong, by row; where there is anything, nothing was done.
    pub faults: Vec<Fault>,
    /// Each row: its number, its name, what became of it (or would, where it was only tried).
    pub rows: Vec<(u32, String, Imported)>,
    /// Places that the list does not name; they stay as they are.
    pub missing: Vec<String>,
    /// What whoever decides should know.
    pub told: Vec<String>,
}

impl Outcome {
    /// How many rows came to this.
    #[must_use]
    pub fn count(&self, what: Imported) -> usize {
        self.rows
            .iter()
            .filter(|(_, _, came)| *came == what)
            .count()
    }
}

/// Brings the tree in line with a list. A row is the place with its code, else the one of its name below its parent; else a new
/// one. An empty cell leaves what is there. `dry`: only says what would come of it.
///
/// # Errors
/// What the store answers; what is wrong with the list is in the outcome.
pub async fn import(
    store: &Store,
    law: Law,
    actor: &Actor,
    rows: Vec<Row>,
    document: Option<&str>,
    dry: bool,
) -> Result<Outcome, Refused> {
    let (actor, document) = (actor.clone(), document.map(str::to_owned));
    let done = store
        .write_bulk(move |tx| {
            let outcome = run(tx, law, &actor, &rows, document.as_deref())?;
            // A transaction that ends with an error leaves nothing.
            if dry || !outcome.faults.is_empty() {
                return Err(Ended::Left(outcome));
            }
            Ok(outcome)
        })
        .await;
    match done {
        Ok(outcome) | Err(Ended::Left(outcome)) => Ok(outcome),
        Err(Ended::Refused(refused)) => Err(refused),
    }
}

enum Ended {
    Left(Outcome),
    Refused(Refused),
}

impl From<StoreError> for Ended {
    fn from(error: StoreError) -> Self {
        Self::Refused(error.into())
    }
}

impl From<Refused> for Ended {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

/// Where a row hangs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Parent {
    Top,
    /// Another row, by its position.
    Row(usize),
    /// A place that the list need not name.
    Place(OrganisationId),
}

/// What a row says, as far as it can be read.
struct Asked {
    kind: Kind,
    parent: Parent,
    domain: Option<congvu_store::DomainId>,
    mailbox: Option<MailboxId>,
}

fn label(id: &str) -> &'static str {
    COLUMNS
        .iter()
        .find(|column| column.id == id)
        .map_or("", |column| column.label)
}

fn fault(row: &Row, column: &str, what: impl Into<String>) -> Fault {
    Fault {
        row: row.number,
        column: label(column),
        what: what.into(),
    }
}

fn run(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    rows: &[Row],
    document: Option<&str>,
) -> Result<Outcome, Refused> {
    let mut outcome = Outcome::default();
    if rows.len() > MOST || rows.is_empty() {
        outcome.faults.push(Fault {
            row: 0,
            column: "",
            what: match rows.len() {
                0 => "Danh sách không có dòng nào.".to_owned(),
                count => format!("Danh sách có {count} dòng, nhiều hơn {MOST}."),
            },
        });
        return Ok(outcome);
    }
    let known = Known::new(tx, rows)?;
    let mut asked = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        asked.push(read(tx, law, &known, (at, row), &mut outcome.faults)?);
    }
    twice(rows, &asked, &mut outcome.faults);
    let mut bad: HashSet<u32> = outcome.faults.iter().map(|fault| fault.row).collect();
    let mut made: Vec<Option<OrganisationId>> = vec![None; rows.len()];
    for at in order(rows, &asked, &mut outcome.faults) {
        let (Some(row), Some(Some(asked))) = (rows.get(at), asked.get(at)) else {
            continue;
        };
        let parent = match asked.parent {
            Parent::Top => None,
            Parent::Place(id) => Some(id),
            Parent::Row(above) => match made.get(above).copied().flatten() {
                Some(id) => Some(id),
                None => {
                    let above = rows.get(above).map_or(0, |row| row.number);
                    let what = format!("Chưa kiểm tra được: cấp trên ở dòng {above} còn sai.");
                    outcome.faults.push(fault(row, "", what));
                    bad.insert(row.number);
                    continue;
                }
            },
        };
        if bad.contains(&row.number) {
            continue;
        }
        match carry_out(tx, law, actor, (row, asked, parent), document) {
            Ok((id, came, told)) => {
                if let Some(slot) = made.get_mut(at) {
                    *slot = Some(id);
                }
                let name = row.get("name").unwrap_or_default().to_owned();
                outcome.rows.push((row.number, name, came));
                outcome.told.extend(told);
            }
            Err(Refused::Store(error)) => return Err(error.into()),
            Err(refused) => {
                outcome.faults.push(fault(row, "", refused.to_string()));
                bad.insert(row.number);
            }
        }
    }
    outcome.faults.sort();
    outcome.rows.sort_by_key(|(number, _, _)| *number);
    let listed: HashSet<OrganisationId> = made.into_iter().flatten().collect();
    let all = place::all(tx)?;
    outcome.missing = all
        .into_iter()
        .filter(|place| place.parent.is_some() && !listed.contains(&place.id))
        .map(|place| place.name)
        .collect();
    finish(tx, actor, &outcome, document)?;
    Ok(outcome)
}

fn finish(
    tx: &mut Tx<'_>,
    actor: &Actor,
    outcome: &Outcome,
    document: Option<&str>,
) -> Result<(), Refused> {
    let (added, changed) = (
        outcome.count(Imported::Added),
        outcome.count(Imported::Changed),
    );
    if added + changed == 0 || !outcome.faults.is_empty() {
        return Ok(());
    }
    let act = Act::new(
        Action::OrganisationImport,
        "organisation/0".to_owned(),
        "cây cơ quan, đơn vị",
    )
    .by_document(document)
    .with(json!({
        "rows": outcome.rows.len(), "added": added, "changed": changed,
        "unchanged": outcome.count(Imported::Unchanged), "missing": outcome.missing.len(),
    }));
    Ok(record(tx, actor, &act)?)
}

/// What a parent may be called: by code, short name, full name; what stands for several is no name.
struct Known {
    rows: HashMap<String, Option<Parent>>,
    places: HashMap<String, Option<Parent>>,
    top: Option<Parent>,
}

impl Known {
    fn new(tx: &mut Tx<'_>, rows: &[Row]) -> Result<Self, Refused> {
        let mut known = Self {
            rows: HashMap::new(),
            places: HashMap::new(),
            top: organisation::root(tx)?.map(|root| Parent::Place(root.id)),
        };
        for (at, row) in rows.iter().enumerate() {
            let names = ["code", "short_name", "name"].map(|id| row.get(id).unwrap_or_default());
            note(&mut known.rows, names, Parent::Row(at));
            if row.get("kind").and_then(Kind::parse) == Some(Kind::Province) {
                known.top = Some(Parent::Row(at));
            }
        }
        for place in place::all(tx)? {
            let names = [
                place.code.as_deref().unwrap_or_default(),
                &place.short_name,
                &place.name,
            ];
            note(&mut known.places, names, Parent::Place(place.id));
        }
        Ok(known)
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
fn read(
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
fn twice(rows: &[Row], asked: &[Option<Asked>], faults: &mut Vec<Fault>) {
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
fn order(rows: &[Row], asked: &[Option<Asked>], faults: &mut Vec<Fault>) -> Vec<usize> {
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

fn carry_out(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    (row, asked, parent): (&Row, &Asked, Option<OrganisationId>),
    document: Option<&str>,
) -> Result<(OrganisationId, Imported, Vec<String>), Refused> {
    let name = row.get("name").unwrap_or_default();
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut found = match row.get("code") {
        Some(code) => place::by_code(tx, code)?,
        None => None,
    };
    if found.is_none() {
        // One that has another code is another place.
        found = place::by_name(tx, parent, &name)?
            .filter(|found| found.code.is_none() || row.get("code").is_none());
    }
    let was = found.as_ref().map(Details::of);
    let text = |id: &str| row.get(id).map(str::to_owned);
    let kept = |new: Option<String>, old: fn(&Details) -> Option<String>| {
        new.or_else(|| was.as_ref().and_then(old))
    };
    let details = Details {
        parent,
        kind: asked.kind,
        name,
        short_name: kept(text("short_name"), |was| Some(was.short_name.clone()))
            .unwrap_or_default(),
        suffix: kept(text("suffix"), |was| was.suffix.clone()),
        profile: kept(
            text("profile")
                .and_then(|id| law.profile(&id))
                .map(|profile| profile.id().to_owned()),
            |was| was.profile.clone(),
        ),
        domain: asked.domain.or(was.as_ref().and_then(|was| was.domain)),
        code: kept(text("code"), |was| was.code.clone()),
    };
    let (id, mut came, told) = match &found {
        Some(place) if was.as_ref() == Some(&details) => {
            (place.id, Imported::Unchanged, Vec::new())
        }
        Some(place) => {
            let done = details::change(tx, law, actor, place.id, &details, document)?;
            (place.id, Imported::Changed, done.told)
        }
        None => {
            let done = details::add(tx, law, actor, &details, document)?;
            (done.id, Imported::Added, done.told)
        }
    };
    if let Some(mailbox) = asked.mailbox
        && found.as_ref().and_then(|place| place.mailbox) != Some(mailbox)
    {
        let new = Spokesmen {
            head: found.as_ref().and_then(|place| place.head),
            contact: found.as_ref().and_then(|place| place.contact),
            mailbox: Some(mailbox),
        };
        spokesmen::set_spokesmen(tx, actor, id, new, document)?;
        if came == Imported::Unchanged {
            came = Imported::Changed;
        }
    }
    Ok((id, came, told))
}
