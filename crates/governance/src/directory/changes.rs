//! What changed in the directory between two days: the list that a part of a system sends up (BS.7), and an agency each quarter
//! (HCM.10).

use std::collections::BTreeMap;

use congvu_regulation::{Date, Moment};
use congvu_store::address::Holder;
use congvu_store::directory as kept;
use congvu_store::{OrganisationId, Tx, organisation};
use serde::Deserialize;

use crate::Refused;
use crate::lists::{Column, Row};

/// An entry as the list of changes keeps it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Said {
    /// `person`, `unit`, `group`.
    pub kind: String,
    /// Name.
    pub name: String,
    /// Chức vụ.
    pub title: String,
    /// Organisation.
    pub organisation: String,
    /// Address.
    pub address: String,
    /// Telephone; empty for those who may not see it.
    pub phone: String,
}

/// What became of an entry over a time: whatever happened between, only before and after are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// Before; nothing where it is new.
    pub former: Option<Said>,
    /// After; nothing where it is gone.
    pub latter: Option<Said>,
    /// When it changed last.
    pub at: Moment,
}

impl Changed {
    /// For people.
    #[must_use]
    pub fn label(&self) -> &'static str {
        match (&self.former, &self.latter) {
            (None, _) => "Thêm mới",
            (_, None) => "Thu hồi, xóa",
            _ => "Thay đổi",
        }
    }
}

/// What changed from the first day to the last, both counted, at a place and below it (`None`: everywhere), by address.
///
/// # Errors
/// The days are the wrong way round; what the store answers.
pub fn changes(
    tx: &mut Tx<'_>,
    (first, last): (Date, Date),
    place: Option<OrganisationId>,
    phones: bool,
) -> Result<Vec<Changed>, Refused> {
    if last < first {
        return Err(Refused::bad("Ngày cuối không được trước ngày đầu."));
    }
    let places = match place {
        Some(place) => Some(organisation::subtree(tx, place)?),
        None => None,
    };
    let is_there = |id: OrganisationId| {
        places
            .as_ref()
            .is_none_or(|places| places.iter().any(|place| place.id == id))
    };
    let (from, until) = (first.start().0, last.plus_days(1).start().0);
    let mut net: BTreeMap<(u8, i64), (Changed, bool)> = BTreeMap::new();
    for step in kept::changes(tx, from, until)? {
        let key = match step.holder {
            Holder::Mailbox(id) => (0, id.0),
            Holder::Group(id) => (1, id.0),
        };
        let read = |text: &str| {
            let said: Option<Said> = serde_json::from_str(text).ok();
            said.map(|mut said| {
                if !phones {
                    said.phone.clear();
                }
                said
            })
        };
        let at = Moment(step.at);
        // Who moved away is a change of the place left, too: it has a row of its own.
        let here = is_there(step.organisation);
        let entry = net.entry(key).or_insert_with(|| {
            let former = read(&step.former);
            let latter = None;
            (Changed { former, latter, at }, false)
        });
        entry.0.latter = read(&step.latter);
        entry.0.at = at;
        entry.1 |= here;
    }
    let mut changed: Vec<Changed> = net
        .into_values()
        .filter(|(changed, here)| *here && changed.former != changed.latter)
        .map(|(changed, _)| changed)
        .collect();
    changed.sort_by(|one, other| {
        let address = |changed: &Changed| {
            let said = changed.latter.as_ref().or(changed.former.as_ref());
            said.map(|said| said.address.clone())
        };
        address(one).cmp(&address(other))
    });
    Ok(changed)
}

/// The columns of the list.
pub const CHANGE_COLUMNS: [Column; 9] = [
    column("what", "Nội dung"),
    column("day", "Ngày"),
    column("name", "Họ và tên / Tên cơ quan, đơn vị"),
    column("title", "Chức vụ"),
    column("organisation", "Cơ quan, đơn vị"),
    column("address", "Địa chỉ thư"),
    column("phone", "Điện thoại"),
    column("former", "Địa chỉ cũ"),
    column("before", "Trước khi thay đổi"),
];

const fn column(id: &'static str, label: &'static str) -> Column {
    Column {
        id,
        label,
        accepts: &[],
        required: false,
    }
}

/// The changes as a list.
#[must_use]
pub fn change_rows(changes: &[Changed]) -> Vec<Row> {
    let mut rows = Vec::new();
    for changed in changes {
        let Some(said) = changed.latter.as_ref().or(changed.former.as_ref()) else {
            continue;
        };
        let mut row = Row {
            number: u32::try_from(rows.len() + 2).unwrap_or(u32::MAX),
            ..Row::default()
        }
        .with("what", changed.label())
        .with("day", changed.at.date().vietnamese())
        .with("name", &said.name)
        .with("title", &said.title)
        .with("organisation", &said.organisation)
        .with("address", &said.address)
        .with("phone", &said.phone);
        if let (Some(former), Some(latter)) = (&changed.former, &changed.latter) {
            if former.address != latter.address {
                row = row.with("former", &former.address);
            }
            let mut before = Vec::new();
            for (was, is) in [
                (&former.name, &latter.name),
                (&former.title, &latter.title),
                (&former.organisation, &latter.organisation),
                (&former.phone, &latter.phone),
            ] {
                if was != is && !was.is_empty() {
                    before.push(was.clone());
                }
            }
            row = row.with("before", before.join("; "));
        }
        rows.push(row);
    }
    rows
}
