//! `/quan-ly/co-quan/{id}`: all about a place, and for its head and contact the home of their agency.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use congvu_governance::group;
use congvu_governance::organisation::kind_of;
use congvu_governance::{Law, Role, rights};
use congvu_store::organisation::{self, Organisation};
use congvu_store::place_view::{self, States};
use congvu_store::{GroupId, OrganisationId, PersonId, Tx, address, person, place};

use super::aid::{self, Link, count, href, kind_label};
use super::history::{self, Step};
use super::limits::{self, Limit};
use super::tree::Row;
use super::work::{self, Work};
use crate::console::Officer;
use crate::console::cited::Cited;
use crate::console::shell::{self, Here, Shell};
use crate::site::{Fields, Frame, Lang, Oops, Page, Site, html, named_day};

/// So many groups and places below are shown; the rest has pages of its own.
const SHOWN: i64 = 10;

/// Somebody who speaks for it.
struct Spokesman {
    name: String,
    title: String,
}

/// The mailboxes in a state.
struct Numbered {
    label: &'static str,
    number: String,
    href: String,
    state: &'static str,
    icon: &'static str,
}

/// Something that can be done here.
struct Do {
    title: &'static str,
    href: String,
    icon: &'static str,
}

/// What is known of the place itself.
struct About {
    kind: &'static str,
    above: String,
    address: String,
    head: Option<Spokesman>,
    contact: Option<Spokesman>,
    domain: String,
    domain_is_own: bool,
    profile: String,
    profile_href: String,
    /// The place whose regulation it is; empty where it is its own.
    profile_from: String,
    short_name: String,
    suffix: String,
    code: String,
    ended: String,
}

#[derive(Template)]
#[template(path = "console/places/page.html")]
struct PlacePage {
    frame: Frame,
    shell: Shell,
    done: String,
    told: Vec<String>,
    crumbs: Vec<Link>,
    about: About,
    /// Naming of head and contact (QN.13.11).
    contact_clause: Cited,
    work: Work,
    states: Vec<Numbered>,
    total: String,
    all: String,
    limits: Vec<Limit>,
    groups: Vec<Link>,
    groups_href: String,
    parts: Vec<Row>,
    parts_more: String,
    history: Vec<Step>,
    audit: String,
    primary: Option<Do>,
    acts: Vec<Do>,
    id: OrganisationId,
}

pub(super) async fn page(
    State(site): State<Site>,
    officer: Officer,
    Path(id): Path<String>,
    RawQuery(asked): RawQuery,
) -> Page {
    let id = OrganisationId(aid::number(&id)?);
    let fields = Fields::parse(asked.unwrap_or_default().as_bytes());
    let law = site.law;
    let page = site
        .store
        .read(move |tx| read(tx, law, &officer, id, &fields))
        .await?;
    Ok(html(&page))
}

fn read(
    tx: &mut Tx<'_>,
    law: Law,
    officer: &Officer,
    id: OrganisationId,
    fields: &Fields,
) -> Result<PlacePage, Oops> {
    let lang = officer.lang();
    let place = aid::seen(tx, officer, &Role::ALL, id)?;
    let (frame, shell) = shell::read(tx, officer, &place.name, Here::Places)?;
    let profile = aid::profile_at(tx, law, id)?;
    let (primary, acts) = doable(tx, officer, &place, lang)?;
    let states = place_view::states(tx, id)?;
    let groups = group::listed(tx, id, "", ("", GroupId(0)), SHOWN)?;
    let sees_records = rights::has(
        tx,
        &officer.actor(),
        &[Role::Decide, Role::Operate, Role::Audit],
        id,
    )?;
    let (parts, parts_more) = parts(tx, id, lang)?;
    Ok(PlacePage {
        frame,
        shell,
        done: done(fields.get("xong"), lang).to_owned(),
        told: fields.all("bao").map(str::to_owned).collect(),
        crumbs: aid::crumbs(tx, officer, id)?,
        about: about(tx, law, &place, lang)?,
        contact_clause: profile.map_or_else(Cited::none, |profile| match profile.code() {
            "QN" => Cited::of(profile, "QN.13.11"),
            _ => Cited::none(),
        }),
        work: work::read(tx, law, officer, &place)?,
        total: count(states.in_use()),
        states: numbered(&states, id, lang),
        all: format!("/quan-ly/hop-thu?co-quan={id}"),
        limits: match profile {
            Some(profile) => limits::read(tx, profile, id, lang)?,
            None => Vec::new(),
        },
        groups: groups
            .into_iter()
            .map(|(_, group)| Link {
                name: format!("{} ({})", group.name, group.address),
                href: format!("/quan-ly/nhom/{}", group.id),
            })
            .collect(),
        groups_href: format!("/quan-ly/nhom?noi={id}"),
        parts,
        parts_more,
        history: history::read(tx, id, sees_records, lang)?,
        audit: if sees_records {
            format!("/quan-ly/nhat-ky/quan-tri?ve=organisation/{id}")
        } else {
            String::new()
        },
        primary,
        acts,
        id,
    })
}

/// What was done, for who comes back from doing it.
fn done(code: &str, lang: Lang) -> &'static str {
    match code {
        "them" => lang.t("Đã thêm cơ quan, đơn vị này."),
        "sua" => lang.t("Đã sửa thông tin."),
        "ten" => lang.t("Đã đổi tên. Địa chỉ thư giữ nguyên cho đến khi bạn lập bảng đổi địa chỉ."),
        "nguoi" => lang.t("Đã ghi thủ trưởng, đầu mối và hộp thư chính."),
        "muc" => lang.t("Đã đặt mức dung lượng."),
        "sap-nhap" => lang.t("Đã sáp nhập. Hộp thư, nhóm thư đã về đây; địa chỉ cũ vẫn nhận thư."),
        "tach" => lang.t("Đã chuyển. Địa chỉ cũ vẫn nhận thư."),
        "giai-the" => lang.t("Cơ quan đã kết thúc hoạt động."),
        _ => "",
    }
}

fn about(tx: &mut Tx<'_>, law: Law, place: &Organisation, lang: Lang) -> Result<About, Oops> {
    let mut profile_from = String::new();
    let mut profile_id = String::new();
    for above in organisation::path(tx, place.id)? {
        let Some(found) = organisation::get(tx, above)? else {
            continue;
        };
        if let Some(bound) = found.profile {
            profile_id = bound;
            if above != place.id {
                profile_from = found.name;
            }
            break;
        }
    }
    let profile = law.profile(&profile_id);
    let above = match place.parent {
        Some(parent) => organisation::get(tx, parent)?.map(|above| above.name),
        None => None,
    };
    Ok(About {
        kind: kind_label(kind_of(place), lang),
        above: above.unwrap_or_default(),
        address: match place.mailbox {
            Some(mailbox) => address::primary(tx, mailbox)?.unwrap_or_default(),
            None => String::new(),
        },
        head: spokesman(tx, place.head)?,
        contact: spokesman(tx, place.contact)?,
        domain: organisation::domain_of(tx, place.id)?.map_or_else(String::new, |(_, name)| name),
        domain_is_own: place.domain.is_some(),
        profile: profile.map_or_else(String::new, |profile| profile.head().cited_as().to_owned()),
        profile_href: format!("/quan-ly/quy-dinh/{profile_id}"),
        profile_from,
        short_name: place.short_name.clone(),
        suffix: place.suffix.clone().unwrap_or_default(),
        code: place.code.clone().unwrap_or_default(),
        ended: place
            .ended_at
            .map_or_else(String::new, |at| named_day(at, lang)),
    })
}

fn spokesman(tx: &mut Tx<'_>, id: Option<PersonId>) -> Result<Option<Spokesman>, Oops> {
    let Some(id) = id else { return Ok(None) };
    Ok(person::get(tx, id)?.map(|person| Spokesman {
        name: full_name(&person),
        title: person.title,
    }))
}

/// Họ, đệm, tên.
pub(super) fn full_name(person: &person::Person) -> String {
    [&person.family, &person.middle, &person.given]
        .into_iter()
        .filter(|part| !part.is_empty())
        .cloned()
        .collect::<Vec<_>>()
        .join(" ")
}

fn numbered(states: &States, id: OrganisationId, lang: Lang) -> Vec<Numbered> {
    let one = |label, number, (state, slug), icon| Numbered {
        label,
        number: count(number),
        href: format!("/quan-ly/hop-thu?co-quan={id}&tinh-trang={slug}"),
        state,
        icon,
    };
    vec![
        one(
            lang.t("Đang dùng"),
            states.active,
            ("active", "dang-dung"),
            "ok",
        ),
        one(
            lang.t("Phải đổi mật khẩu"),
            states.must_change,
            ("must-change", "doi-mat-khau"),
            "key",
        ),
        one(
            lang.t("Tạm khóa"),
            states.locked,
            ("locked", "tam-khoa"),
            "lock",
        ),
        one(
            lang.t("Chờ thu hồi"),
            states.pending,
            ("pending", "cho-thu-hoi"),
            "hourglass",
        ),
        one(
            lang.t("Đã thu hồi"),
            states.revoked,
            ("revoked", "da-thu-hoi"),
            "ban",
        ),
    ]
}

/// The first places right below, and where all of them are, if there are more.
fn parts(tx: &mut Tx<'_>, id: OrganisationId, lang: Lang) -> Result<(Vec<Row>, String), Oops> {
    let children = place::children(tx, Some(id))?;
    let shown = usize::try_from(SHOWN).unwrap_or(usize::MAX);
    let more = match children.len() > shown {
        true => format!("/quan-ly/co-quan?mo={id}#c{id}"),
        false => String::new(),
    };
    let counts = place_view::counts_below(tx, id)?;
    let rows = children.into_iter().take(shown).map(|child| {
        let found = counts.iter().find(|(place, _)| *place == child.place.id);
        super::tree::row(&child.place, 0, found.map_or(0, |(_, count)| *count), lang)
    });
    Ok((rows.collect(), more))
}

/// What whoever looks may do here: the first thing, and others.
fn doable(
    tx: &mut Tx<'_>,
    officer: &Officer,
    place: &Organisation,
    lang: Lang,
) -> Result<(Option<Do>, Vec<Do>), Oops> {
    let id = place.id;
    if place.ended_at.is_some() {
        return Ok((None, Vec::new()));
    }
    let actor = officer.actor();
    let here = href(id);
    let act = |title, path: &str, icon| Do {
        title,
        href: format!("{here}/{path}"),
        icon,
    };
    let mut acts = Vec::new();
    let ask = Do {
        title: lang.t("Lập đề nghị"),
        href: format!("/quan-ly/de-nghi/lap?co-quan={id}"),
        icon: "doc",
    };
    let asks = rights::has(tx, &actor, &[Role::Ask, Role::Forward], id)?;
    if rights::has(tx, &actor, &[Role::Decide], id)? {
        acts.push(act(lang.t("Thêm đơn vị cấp dưới"), "them", "plus"));
        acts.push(act(lang.t("Đổi tên, sửa thông tin"), "sua", "pen"));
        acts.push(act(lang.t("Thủ trưởng, đầu mối"), "nguoi", "person"));
        acts.push(act(
            lang.t("Đổi địa chỉ hàng loạt"),
            "doi-dia-chi",
            "refresh",
        ));
    }
    if rights::has(tx, &actor, &[Role::Decide, Role::Operate], id)? {
        acts.push(act(
            lang.t("Dung lượng, tệp đính kèm"),
            "dung-luong",
            "gear",
        ));
    }
    if let Some(above) = place.parent
        && rights::has(tx, &actor, &[Role::Decide], above)?
    {
        acts.push(act(
            lang.t("Sáp nhập vào cơ quan khác"),
            "sap-nhap",
            "archive",
        ));
        acts.push(act(lang.t("Tách một phần sang nơi khác"), "tach", "right"));
        acts.push(act(lang.t("Giải thể"), "giai-the", "ban"));
    }
    Ok(match asks {
        true => (Some(ask), acts),
        false => (None, acts),
    })
}
