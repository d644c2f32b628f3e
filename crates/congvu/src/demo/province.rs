//! The invented province Sơn Minh: its organisations, accounts and groups.

use anyhow::Result;
use congvu_access::hash_password;
use congvu_governance::directory as book;
use congvu_governance::organisation::{self as places, Details, Kind, Spokesmen};
use congvu_governance::{Actor, Role, rights};
use congvu_regulation::profile;
use congvu_store::account::{self, NewAccount};
use congvu_store::address::{self, Holder};
use congvu_store::group::{self, Member, NewGroup};
use congvu_store::mailbox::{self, NewMailbox};
use congvu_store::organisation::{self, NewPerson};
use congvu_store::{DomainId, GroupId, MailboxId, OrganisationId, PersonId, Store, StoreError, Tx};

use super::DOMAIN;
use super::people::{People, Person};
use crate::{directory, profiles};

/// Sơn Minh's own rules are borrowed from Quảng Ninh's.
const PROFILE: &str = "quang-ninh";
/// Persons in each organisation.
const STAFF: usize = 13;

/// Organisations below the province: kind, short name, name.
pub(super) const ORGANISATIONS: [(&str, &str, &str); 17] = [
    (
        "provincial",
        "vpubnd",
        "Văn phòng Ủy ban nhân dân tỉnh Sơn Minh",
    ),
    ("provincial", "skhcn", "Sở Khoa học và Công nghệ"),
    ("provincial", "snv", "Sở Nội vụ"),
    ("provincial", "stc", "Sở Tài chính"),
    ("provincial", "sxd", "Sở Xây dựng"),
    ("provincial", "snnvmt", "Sở Nông nghiệp và Môi trường"),
    ("provincial", "syt", "Sở Y tế"),
    ("provincial", "sgdvdt", "Sở Giáo dục và Đào tạo"),
    ("provincial", "sct", "Sở Công Thương"),
    ("provincial", "stp", "Sở Tư pháp"),
    ("provincial", "thanhtra", "Thanh tra tỉnh"),
    ("commune", "ubndminhhoa", "Ủy ban nhân dân phường Minh Hòa"),
    (
        "commune",
        "ubndtrungtam",
        "Ủy ban nhân dân phường Trung Tâm",
    ),
    ("commune", "ubndnason", "Ủy ban nhân dân xã Nà Sơn"),
    ("commune", "ubndbancat", "Ủy ban nhân dân xã Bản Cát"),
    ("commune", "ubndtaphin", "Ủy ban nhân dân xã Tả Phìn"),
    (
        "attached",
        "ttcntt",
        "Trung tâm Công nghệ thông tin và Truyền thông",
    ),
];

/// Who has a role for the whole province, by organisation and position among its staff; the administrator has the first two.
const DUTIES: [(&str, usize, Role); 3] = [
    ("skhcn", 0, Role::Decide),
    ("ttcntt", 3, Role::Operate),
    ("thanhtra", 3, Role::Audit),
];

/// Everything a mailbox is made with.
struct Maker {
    domain: DomainId,
    phc: String,
    personal_quota: u64,
    unit_quota: u64,
}

impl Maker {
    fn mailbox(
        &self,
        tx: &mut Tx<'_>,
        place: OrganisationId,
        person: Option<PersonId>,
        name: &str,
        local_part: &str,
        role: &str,
    ) -> Result<MailboxId> {
        let account = account::create(
            tx,
            &NewAccount {
                login: &format!("{local_part}@{DOMAIN}"),
                organisation: place,
                person,
                role,
                password: Some(&self.phc),
                must_change: None,
            },
        )?;
        let (kind, quota) = match person {
            Some(_) => ("personal", self.personal_quota),
            None => ("unit", self.unit_quota),
        };
        let made = mailbox::create(
            tx,
            &NewMailbox {
                kind,
                organisation: place,
                account: Some(account),
                person,
                name,
                quota,
                local_part,
                domain: self.domain,
            },
        )?;
        book::refresh(tx, made)?;
        Ok(made)
    }

    fn group(
        &self,
        tx: &mut Tx<'_>,
        place: OrganisationId,
        name: &str,
        local_part: &str,
        posting: &str,
    ) -> Result<GroupId> {
        let made = group::create(
            tx,
            &NewGroup {
                organisation: place,
                name,
                posting,
                local_part,
                domain: self.domain,
            },
        )?;
        book::refresh_group(tx, made)?;
        Ok(made)
    }
}

/// Builds the province in an empty store. All accounts share `password`, hashed once: it is
/// printed anyway. `more` further persons go to the organisations in turn.
pub(super) async fn build(store: &Store, password: &str, more: usize) -> Result<()> {
    let password = password.to_owned();
    let phc = tokio::task::spawn_blocking(move || hash_password(&password)).await?;
    let (root, maker, everybody, units) =
        directory::change(store, move |tx| top(tx, &phc, PROFILE)).await?;
    let maker = std::sync::Arc::new(maker);
    let (mut people, mut staffs) = (People::default(), Vec::new());
    for (n, (kind, short, name)) in ORGANISATIONS.into_iter().enumerate() {
        let staff =
            STAFF + more / ORGANISATIONS.len() + usize::from(n < more % ORGANISATIONS.len());
        let drawn: Vec<_> = (0..staff).map(|_| people.next(short)).collect();
        let address = |person: &Person| format!("{}@{DOMAIN}", person.local_part);
        staffs.push(drawn.iter().map(address).collect());
        let maker = maker.clone();
        directory::change(store, move |tx| {
            let new = Details {
                parent: Some(root),
                kind: Kind::parse(kind).ok_or(StoreError::NotFound("kind"))?,
                name: name.to_owned(),
                short_name: short.to_owned(),
                suffix: None,
                profile: None,
                domain: None,
                code: Some(format!("H99.{:02}", n + 1)),
            };
            let (law, actor) = (profiles::law(), directory::actor());
            let place = places::add(tx, law, &actor, &new, None)?.id;
            let unit = maker.mailbox(tx, place, None, name, short, "unit")?;
            let mut spokesmen = Spokesmen {
                mailbox: Some(unit),
                ..Spokesmen::default()
            };
            group::add(tx, units, Member::Mailbox(unit))?;
            let title = format!("Cán bộ, công chức {name}");
            let staff_group = maker.group(tx, place, &title, &format!("cbcc.{short}"), "inside")?;
            group::add(tx, everybody, Member::Group(staff_group))?;
            for (position, person) in drawn.iter().enumerate() {
                let [family, middle, given] = person.names;
                let id = organisation::create_person(
                    tx,
                    &NewPerson {
                        organisation: place,
                        family,
                        middle,
                        given,
                        title: match position {
                            0 => "Thủ trưởng",
                            1 => "Phó thủ trưởng",
                            2 => "Đầu mối thư điện tử",
                            _ => "Chuyên viên",
                        },
                        phone: "",
                        born: None,
                        code: None,
                    },
                )?;
                let role = match position {
                    0 => {
                        spokesmen.head = Some(id);
                        "head"
                    }
                    2 => {
                        spokesmen.contact = Some(id);
                        "contact"
                    }
                    _ => "user",
                };
                let mailbox = maker.mailbox(
                    tx,
                    place,
                    Some(id),
                    &person.full_name(),
                    &person.local_part,
                    role,
                )?;
                group::add(tx, staff_group, Member::Mailbox(mailbox))?;
            }
            Ok(places::set_spokesmen(tx, &actor, place, spokesmen, None)?)
        })
        .await?;
    }
    entrust_all(store, root, &staffs).await
}

/// Gives whoever signs in with an address a role at a place.
fn entrust(
    tx: &mut Tx<'_>,
    actor: &Actor,
    address: &str,
    role: Role,
    place: OrganisationId,
) -> Result<()> {
    let account = account::by_login(tx, address)?;
    let account = account.ok_or(StoreError::NotFound("account"))?;
    rights::grant(tx, actor, (account.id, &account.login), role, place, None)?;
    Ok(())
}

/// Gives people of the province their duties; `people`: the addresses of each organisation's, in the order of [`ORGANISATIONS`].
pub(super) async fn entrust_all(
    store: &Store,
    root: OrganisationId,
    people: &[Vec<String>],
) -> Result<()> {
    for (short, position, role) in DUTIES {
        let at = ORGANISATIONS.iter().position(|known| known.1 == short);
        let address = at.and_then(|at| people.get(at)?.get(position)).cloned();
        if let Some(address) = address {
            directory::change(store, move |tx| {
                entrust(tx, &directory::actor(), &address, role, root)
            })
            .await?;
        }
    }
    Ok(())
}

/// The top of a province under a regulation, with its administrator.
pub(super) fn found(tx: &mut Tx<'_>, phc: &str, profile: &str) -> Result<OrganisationId> {
    top(tx, phc, profile).map(|(root, ..)| root)
}

/// The province itself, its administrator, and the two groups everybody is in.
fn top(
    tx: &mut Tx<'_>,
    phc: &str,
    profile_id: &str,
) -> Result<(OrganisationId, Maker, GroupId, GroupId)> {
    let rules = profile(profile_id).ok_or(StoreError::NotFound("profile"))?;
    let actor = directory::actor();
    let new = Details {
        parent: None,
        kind: Kind::Province,
        name: "Ủy ban nhân dân tỉnh Sơn Minh".to_owned(),
        short_name: "ubnd".to_owned(),
        suffix: None,
        profile: Some(profile_id.to_owned()),
        domain: None,
        code: None,
    };
    let root = places::add(tx, profiles::law(), &actor, &new, None)?.id;
    let maker = Maker {
        domain: places::add_domain(tx, &actor, DOMAIN, None)?,
        phc: phc.to_owned(),
        personal_quota: rules.quota(congvu_regulation::MailboxKind::Personal).value,
        unit_quota: rules.quota(congvu_regulation::MailboxKind::Unit).value,
    };
    let person = organisation::create_person(
        tx,
        &NewPerson {
            organisation: root,
            family: "Hoàng",
            middle: "Minh",
            given: "Quản",
            title: "Quản trị hệ thống",
            phone: "",
            born: None,
            code: None,
        },
    )?;
    let admin = maker.mailbox(
        tx,
        root,
        Some(person),
        "Quản trị hệ thống",
        "quantri",
        "admin",
    )?;
    for role in [Role::Decide, Role::Operate] {
        entrust(tx, &actor, &format!("quantri@{DOMAIN}"), role, root)?;
    }
    let main = maker.mailbox(
        tx,
        root,
        None,
        "Ủy ban nhân dân tỉnh Sơn Minh",
        "ubnd",
        "unit",
    )?;
    let spokesmen = Spokesmen {
        contact: Some(person),
        mailbox: Some(main),
        ..Spokesmen::default()
    };
    places::set_spokesmen(tx, &actor, root, spokesmen, None)?;
    // RFC 5321 §4.5.1, RFC 2142: these reach somebody.
    for reserved in ["postmaster", "abuse", "hostmaster", "security"] {
        address::create(
            tx,
            maker.domain,
            reserved,
            "reserved",
            Holder::Mailbox(admin),
        )?;
    }
    let everybody = maker.group(
        tx,
        root,
        "Toàn thể cán bộ, công chức tỉnh Sơn Minh",
        "toantinh",
        "inside",
    )?;
    let units = maker.group(
        tx,
        root,
        "Các cơ quan, đơn vị tỉnh Sơn Minh",
        "cacdonvi",
        "inside",
    )?;
    Ok((root, maker, everybody, units))
}

/// One account for `demo.json`.
#[derive(Clone, Debug)]
pub(super) struct Listed {
    pub(super) address: String,
    pub(super) kind: String,
    pub(super) role: String,
    pub(super) name: String,
}

/// All accounts, by address.
pub(super) async fn accounts(store: &Store) -> Result<Vec<Listed>> {
    let mut all: Vec<Listed> = Vec::new();
    loop {
        let after = all
            .last()
            .map(|account| account.address.clone())
            .unwrap_or_default();
        let page = store
            .read(move |tx| account::page(tx, &after, 1000))
            .await?;
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page.into_iter().map(|account| Listed {
            address: account.login,
            kind: account.kind,
            role: account.role,
            name: account.name,
        }));
    }
}
