//! Requests from a list: one row, one line; all faults told with their rows.

use std::collections::{BTreeSet, HashMap};

use congvu_regulation::parse_size;
use congvu_regulation::requests::RequestKind;
use congvu_store::organisation::{self, Organisation};
use congvu_store::{OrganisationId, Tx};

use super::Ask;
use crate::Refused;
use crate::identity::{Platform, split};
use crate::lists::{Column, Fault, Row};
use crate::mailbox::{Holder, Issue, Person};

const fn column(
    id: &'static str,
    label: &'static str,
    accepts: &'static [&'static str],
    required: bool,
) -> Column {
    Column {
        id,
        label,
        accepts,
        required,
    }
}

const FULL_NAME: Column = column("full-name", "Họ và tên", &["Họ tên", "Tên cán bộ"], false);
const TITLE: Column = column("title", "Chức vụ", &["Chức danh"], false);
const PHONE: Column = column(
    "telephone",
    "Số ĐT",
    &["Số điện thoại", "Điện thoại", "SĐT"],
    false,
);
const ADDRESS: Column = column(
    "address",
    "Địa chỉ thư điện tử công vụ",
    &["Địa chỉ thư", "Email", "Hộp thư", "Thư điện tử"],
    true,
);
const REASON: Column = column("reason", "Lý do", &["Nội dung", "Ghi chú"], false);

const UNIT: Column = column(
    "organisation",
    "Tên cơ quan đơn vị",
    &["Tên cơ quan, đơn vị", "Cơ quan, đơn vị", "Tên đơn vị"],
    false,
);

const ISSUE: &[Column] = &[
    FULL_NAME,
    column("family", "Họ", &[], false),
    column("middle", "Đệm", &["Tên đệm", "Chữ đệm"], false),
    column("given", "Tên", &["Tên gọi"], false),
    TITLE,
    column(
        "subunit",
        "Bộ phận công tác",
        &["Phòng ban", "Phòng, ban", "Đơn vị", "Phòng ban - đơn vị"],
        false,
    ),
    PHONE,
    column("born", "Năm sinh", &["Ngày sinh"], false),
    column(
        "code",
        "Mã cán bộ",
        &["Mã số", "Số định danh", "CCCD"],
        false,
    ),
    column(
        "account",
        "Tài khoản công chức (nếu có)",
        &["Tài khoản công chức", "Tài khoản"],
        false,
    ),
    column(
        "wanted",
        "Địa chỉ đề nghị",
        &["Địa chỉ thư đề nghị", "Tên hộp thư"],
        false,
    ),
    UNIT,
];
const CHANGE: &[Column] = &[
    UNIT,
    FULL_NAME,
    TITLE,
    column(
        "account",
        "Tài khoản công chức (nếu có)",
        &["Tài khoản"],
        false,
    ),
    ADDRESS,
    column(
        "what",
        "Thông tin cần thay đổi",
        &["Nội dung thay đổi"],
        true,
    ),
    column("new", "Thông tin mới", &["Nội dung mới"], true),
    PHONE,
];
const REVOKE: &[Column] = &[
    FULL_NAME,
    TITLE,
    column("subunit", "Bộ phận công tác", &["Phòng ban"], false),
    ADDRESS,
    REASON,
];
const ABOUT: &[Column] = &[FULL_NAME, ADDRESS, REASON];
const QUOTA: &[Column] = &[
    FULL_NAME,
    ADDRESS,
    column("size", "Dung lượng đề nghị", &["Dung lượng"], true),
    REASON,
];
const SYNC: &[Column] = &[
    column("full-name", "Họ và tên", &["Họ tên"], true),
    column(
        "subunit",
        "Phòng ban - đơn vị",
        &["Phòng ban", "Bộ phận công tác"],
        true,
    ),
    column("title", "Chức vụ", &["Chức danh"], true),
    column(
        "telephone",
        "Số điện thoại",
        &["Số ĐT", "Điện thoại", "SĐT"],
        true,
    ),
    column(
        "account",
        "Tài khoản thư điện tử công vụ (nếu có)",
        &["Tài khoản"],
        false,
    ),
    column(
        "address",
        "Địa chỉ thư điện tử công vụ (nếu có)",
        &["Địa chỉ thư"],
        false,
    ),
    // QN.5.2
    column(
        "mail-only",
        "Chỉ dùng thư",
        &["Chỉ dùng thư điện tử", "Chỉ sử dụng thư điện tử công vụ"],
        false,
    ),
];

/// The columns of a list of requests of a kind, as the forms of QN print them and as people write them.
#[must_use]
pub fn columns(kind: RequestKind) -> &'static [Column] {
    match kind {
        RequestKind::Issue => ISSUE,
        RequestKind::Change | RequestKind::Directory => CHANGE,
        RequestKind::Revoke => REVOKE,
        RequestKind::Restore | RequestKind::Password => ABOUT,
        RequestKind::Quota => QUOTA,
        RequestKind::Sync => SYNC,
    }
}

/// The lines of a list; all its faults otherwise.
///
/// # Errors
/// [`Refused::Lines`]; what the store answers.
pub fn from_rows(
    tx: &mut Tx<'_>,
    kind: RequestKind,
    organisation: OrganisationId,
    rows: &[Row],
) -> Result<Vec<(u32, Ask)>, Refused> {
    let places = Places::of(organisation::subtree(tx, organisation)?);
    let mut faults = Vec::new();
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        for column in columns(kind) {
            if column.required && row.get(column.id).is_none() {
                faults.push(fault(row, column.label, "Chưa điền."));
            }
        }
        match line(kind, &places, organisation, row) {
            Ok(ask) => lines.push((row.number, ask)),
            Err(fault) => faults.push(fault),
        }
    }
    if faults.is_empty() {
        return Ok(lines);
    }
    faults.sort();
    Err(Refused::Lines(faults))
}

fn fault(row: &Row, column: &'static str, what: &str) -> Fault {
    Fault {
        row: row.number,
        column,
        what: what.to_owned(),
    }
}

fn line(
    kind: RequestKind,
    places: &Places,
    organisation: OrganisationId,
    row: &Row,
) -> Result<Ask, Fault> {
    let text = |id: &str| row.get(id).unwrap_or_default().to_owned();
    let address = || text("address");
    Ok(match kind {
        RequestKind::Issue => {
            let (at, holder) = match (row.get("organisation"), is_person(row)) {
                (Some(named), false) => {
                    // Its keepers come in under their own accounts, by delegation.
                    let unit = Holder::Unit { own_account: false };
                    (unit_named(places, named, row)?, unit)
                }
                _ => (
                    place(places, organisation, row)?,
                    Holder::Person(person(row)?),
                ),
            };
            Ask::Issue(Issue {
                organisation: at.0,
                holder,
                local_part: row.get("wanted").map(local_part),
                former: None,
                quota: None,
            })
        }
        RequestKind::Change | RequestKind::Directory => change(row)?,
        RequestKind::Revoke => Ask::Revoke {
            address: address(),
            reason: text("reason"),
        },
        RequestKind::Restore => Ask::Restore { address: address() },
        RequestKind::Password => Ask::Password { address: address() },
        RequestKind::Quota => Ask::Quota {
            address: address(),
            bytes: row.get("size").and_then(parse_size).ok_or_else(|| {
                fault(row, "Dung lượng đề nghị", "Cần dạng “2 GB” hoặc “1500 MB”.")
            })?,
            reason: text("reason"),
        },
        RequestKind::Sync => Ask::Sync {
            full_name: text("full-name"),
            sub_unit: text("subunit"),
            title: text("title"),
            phone: text("telephone"),
            account: row.get("account").map(str::to_owned),
            address: row.get("address").map(str::to_owned),
            mail_only: row.get("mail-only").is_some_and(is_yes),
        },
    })
}

/// Whether a cell that is ticked or left empty is ticked.
fn is_yes(text: &str) -> bool {
    matches!(
        congvu_regulation::naming::fold(text).as_str(),
        "x" | "co" | "dung" | "1" | "yes" | "true"
    )
}

fn is_person(row: &Row) -> bool {
    row.get("full-name").is_some() || row.get("given").is_some()
}

fn local_part(wanted: &str) -> String {
    wanted.split('@').next().unwrap_or_default().to_lowercase()
}

/// A person by three columns, or by a full name: family first, given last, as most write it.
fn person(row: &Row) -> Result<Person, Fault> {
    let text = |id: &str| row.get(id).unwrap_or_default().to_owned();
    let (family, middle, given) = match row.get("given") {
        Some(given) => (text("family"), text("middle"), given.to_owned()),
        None => split(row.get("full-name").unwrap_or_default()),
    };
    if given.is_empty() {
        return Err(fault(
            row,
            "Họ và tên",
            "Cần họ và tên, hoặc ba cột Họ, Đệm, Tên.",
        ));
    }
    let born = match row.get("born") {
        None => None,
        Some(text) => {
            // "12/03/1990" as well as "1990".
            let year = text.rsplit(['/', '-', '.']).next().unwrap_or_default();
            let year = year.trim().parse().ok();
            Some(
                year.filter(|year| (1900..2100).contains(year))
                    .ok_or_else(|| fault(row, "Năm sinh", "Không đọc được năm sinh."))?,
            )
        }
    };
    Ok(Person {
        family,
        middle,
        given,
        title: text("title"),
        phone: text("telephone"),
        born,
        code: row.get("code").map(str::to_owned),
        platform: row.get("account").map(|account| Platform {
            account: Some(account.to_owned()),
            mail_only: false,
        }),
    })
}

/// The sub-unit that is named, or the organisation itself.
fn place(
    places: &Places,
    organisation: OrganisationId,
    row: &Row,
) -> Result<OrganisationId, Fault> {
    let Some(text) = row.get("subunit") else {
        return Ok(organisation);
    };
    match places.named(text) {
        Named::One(place) => Ok(place),
        Named::Several => Err(fault(row, "Bộ phận công tác", SEVERAL)),
        // Offices that have no place of their own in the tree are told in words.
        Named::Nobody => Ok(organisation),
    }
}

/// The place whose own mailbox is asked for.
fn unit_named(places: &Places, text: &str, row: &Row) -> Result<OrganisationId, Fault> {
    match places.named(text) {
        Named::One(place) => Ok(place),
        Named::Several => Err(fault(row, UNIT.label, SEVERAL)),
        Named::Nobody => Err(fault(
            row,
            UNIT.label,
            "Không có cơ quan, đơn vị này trong cơ quan đề nghị.",
        )),
    }
}

const SEVERAL: &str = "Có nhiều đơn vị cùng tên; hãy ghi tên viết tắt trong địa chỉ.";

/// Which of some places a text names.
enum Named {
    One(OrganisationId),
    Several,
    Nobody,
}

/// The places that have not ended, by what a list may call them.
struct Places {
    /// By name, without marks, spaces and capitals.
    names: HashMap<String, BTreeSet<OrganisationId>>,
    short_names: HashMap<String, BTreeSet<OrganisationId>>,
}

impl Places {
    fn of(places: Vec<Organisation>) -> Self {
        let mut of = Self {
            names: HashMap::new(),
            short_names: HashMap::new(),
        };
        for place in places {
            if place.ended_at.is_some() {
                continue;
            }
            let name = congvu_regulation::naming::fold(&place.name);
            of.names.entry(name).or_default().insert(place.id);
            let short = of.short_names.entry(place.short_name).or_default();
            short.insert(place.id);
        }
        of
    }

    fn named(&self, text: &str) -> Named {
        let by_name = self.names.get(&congvu_regulation::naming::fold(text));
        let by_short_name = self.short_names.get(text);
        let found: BTreeSet<OrganisationId> = by_name
            .into_iter()
            .chain(by_short_name)
            .flatten()
            .copied()
            .collect();
        match (found.first(), found.len()) {
            (None, _) => Named::Nobody,
            (Some(place), 1) => Named::One(*place),
            _ => Named::Several,
        }
    }
}

/// What is to be changed is written in words on the forms; these are the words.
fn change(row: &Row) -> Result<Ask, Fault> {
    let fold = congvu_regulation::naming::fold;
    let (what, new) = (
        fold(row.get("what").unwrap_or_default()).replace(' ', ""),
        row.get("new").unwrap_or_default().to_owned(),
    );
    let address = row.get("address").unwrap_or_default().to_owned();
    let mut ask = Ask::Change {
        address,
        title: None,
        phone: None,
        name: None,
        local_part: None,
        organisation: None,
    };
    if let Ask::Change {
        title,
        phone,
        name,
        local_part: local,
        ..
    } = &mut ask
    {
        match what.as_str() {
            "chucvu" | "chucdanh" => *title = Some(new),
            "dienthoai" | "sodienthoai" | "sodt" => *phone = Some(new),
            "hoten" | "hovaten" | "ten" => *name = Some(split(&new)),
            "diachi" | "diachithu" | "diachithudientu" | "diachithudientucongvu" | "email" => {
                *local = Some(local_part(&new));
            }
            _ => {
                return Err(fault(
                    row,
                    "Thông tin cần thay đổi",
                    "Ghi một trong: Chức vụ, Số điện thoại, Họ và tên, Địa chỉ thư.",
                ));
            }
        }
    }
    Ok(ask)
}
