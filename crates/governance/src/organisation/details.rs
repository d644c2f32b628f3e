//! What a place is called, where it hangs, what governs it; and its end.

use congvu_regulation::Profile;
use congvu_regulation::naming::is_local_part;
use congvu_store::organisation::{self, NewOrganisation, Organisation};
use congvu_store::{DomainId, OrganisationId, Tx, place, place_list};
use serde_json::{Map, Value, json};

use super::kind::{check_covered, of as kind_of};
use super::{Kind, View};
use crate::{Act, Action, Actor, Law, Refused, Role, directory, naming, record, rights};

/// The longest name of a place, in characters.
const LONGEST: usize = 300;

/// What a place is called, where it hangs, what governs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Details {
    /// The place above; none for the top.
    pub parent: Option<OrganisationId>,
    /// Its kind.
    pub kind: Kind,
    /// Full name, as in documents.
    pub name: String,
    /// What its addresses are made of, and that of its main mailbox; empty: as the naming rules propose.
    pub short_name: String,
    /// The short name of the place, where it differs from its address (`hl` of `ubndhalong`).
    pub suffix: Option<String>,
    /// The regulation bound here; none: the parent's.
    pub profile: Option<String>,
    /// Where its addresses lie; none: as the parent's.
    pub domain: Option<DomainId>,
    /// Its identifier on paper.
    pub code: Option<String>,
}

impl Details {
    /// Of a place as it is.
    #[must_use]
    pub fn of(place: &Organisation) -> Self {
        Self {
            parent: place.parent,
            kind: kind_of(place),
            name: place.name.clone(),
            short_name: place.short_name.clone(),
            suffix: place.suffix.clone(),
            profile: place.profile.clone(),
            domain: place.domain,
            code: place.code.clone(),
        }
    }

    /// As [`Self::from_value`] reads them.
    pub(super) fn value(&self) -> Map<String, Value> {
        let value = json!({
            "parent": self.parent.map(|id| id.0), "kind": self.kind.name(), "name": self.name,
            "short_name": self.short_name, "suffix": self.suffix, "profile": self.profile,
            "domain": self.domain.map(|id| id.0), "code": self.code,
        });
        value.as_object().cloned().unwrap_or_default()
    }

    /// Those that were written so; nothing where no place has such.
    pub(super) fn from_value(value: &Map<String, Value>) -> Option<Self> {
        let text = |key: &str| value.get(key)?.as_str().map(str::to_owned);
        let id = |key: &str| value.get(key)?.as_i64();
        Some(Self {
            parent: id("parent").map(OrganisationId),
            kind: Kind::parse(&text("kind")?)?,
            name: text("name")?,
            short_name: text("short_name")?,
            suffix: text("suffix"),
            profile: text("profile"),
            domain: id("domain").map(DomainId),
            code: text("code"),
        })
    }
}

/// A place that was added or changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Added {
    /// Its row.
    pub id: OrganisationId,
    /// Its short name, as given or proposed.
    pub short_name: String,
    /// What whoever decides should know, for people.
    pub told: Vec<String>,
}

/// Adds a place. Who decides at the place above may; the top is made by who has the machine.
///
/// # Errors
/// Whoever adds it may not; the regulation does not cover its kind (TQ.2, SL.1.2.a); a name or a short name that is there
/// already; a name that the naming rules cannot decide on.
pub fn add(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    new: &Details,
    document: Option<&str>,
) -> Result<Added, Refused> {
    hold(tx)?;
    let (details, told) = check_new(tx, &View::Stored, law, actor, new)?;
    put_new(tx, actor, details, told, document)
}

/// What a new place would be, and what is to be told.
///
/// # Errors
/// As for [`add`].
pub(super) fn check_new(
    tx: &mut Tx<'_>,
    view: &View,
    law: Law,
    actor: &Actor,
    new: &Details,
) -> Result<(Details, Vec<String>), Refused> {
    need(tx, actor, view.standing(new.parent))?;
    checked(tx, view, law, new, None)
}

/// Writes a place that was checked, with its record.
pub(super) fn put_new(
    tx: &mut Tx<'_>,
    actor: &Actor,
    details: Details,
    told: Vec<String>,
    document: Option<&str>,
) -> Result<Added, Refused> {
    let id = organisation::create(
        tx,
        &NewOrganisation {
            parent: details.parent,
            kind: details.kind.name(),
            name: &details.name,
            short_name: &details.short_name,
            profile: details.profile.as_deref(),
        },
    )?;
    write(tx, id, &details)?;
    let act = Act::new(
        Action::OrganisationAdd,
        format!("organisation/{id}"),
        &details.name,
    )
    .at(id)
    .by_document(document)
    .with(json!({ "after": details.value(), "told": told }));
    record(tx, actor, &act)?;
    Ok(Added {
        id,
        short_name: details.short_name,
        told,
    })
}

/// Changes a place. Nothing is recorded where nothing differs.
///
/// # Errors
/// As for [`add`]; a place below itself; one that ended.
pub fn change(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    id: OrganisationId,
    new: &Details,
    document: Option<&str>,
) -> Result<Added, Refused> {
    hold(tx)?;
    let (before, details, told) = check_change(tx, &View::Stored, law, actor, id, new)?;
    if details == before {
        return Ok(Added {
            id,
            short_name: details.short_name,
            told,
        });
    }
    let done = put_changed(tx, actor, id, (&before, details), told, document)?;
    directory::refresh_place(tx, id)?;
    Ok(done)
}

/// What a place is, what it would be, and what is to be told.
///
/// # Errors
/// As for [`change`].
pub(super) fn check_change(
    tx: &mut Tx<'_>,
    view: &View,
    law: Law,
    actor: &Actor,
    id: OrganisationId,
    new: &Details,
) -> Result<(Details, Details, Vec<String>), Refused> {
    let before = Details::of(&view.live(tx, id)?);
    need(tx, actor, view.standing(Some(id)))?;
    if before.parent != new.parent {
        need(tx, actor, view.standing(before.parent))?;
        need(tx, actor, view.standing(new.parent))?;
    }
    if (&before.profile, &before.domain) != (&new.profile, &new.domain) {
        // Nobody chooses the regulation they are under, nor whose names they give.
        need(tx, actor, view.standing(before.parent))?;
    }
    let (details, told) = checked(tx, view, law, new, Some(id))?;
    Ok((before, details, told))
}

/// Writes a change that was checked, with its record; the directory is the caller's.
pub(super) fn put_changed(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: OrganisationId,
    (before, details): (&Details, Details),
    told: Vec<String>,
    document: Option<&str>,
) -> Result<Added, Refused> {
    write(tx, id, &details)?;
    let (mut was, mut is) = (before.value(), details.value());
    let same: Vec<String> = is
        .iter()
        .filter(|(key, value)| was.get(*key) == Some(value))
        .map(|(key, _)| key.clone())
        .collect();
    for key in same {
        was.remove(&key);
        is.remove(&key);
    }
    let act = Act::new(
        Action::OrganisationChange,
        format!("organisation/{id}"),
        &details.name,
    )
    .at(id)
    .by_document(document)
    .with(json!({ "before": was, "after": is, "told": told }));
    record(tx, actor, &act)?;
    Ok(Added {
        id,
        short_name: details.short_name,
        told,
    })
}

/// Ends a place that nothing hangs on any more; it stays in the record.
///
/// # Errors
/// Whoever ends it may not; it still has places below it, mailboxes in use or groups.
pub fn end(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: OrganisationId,
    document: Option<&str>,
) -> Result<(), Refused> {
    hold(tx)?;
    let place = live(tx, id)?;
    need(tx, actor, place.parent)?;
    let holds = place::holds(tx, id)?;
    if holds.children + holds.mailboxes + holds.groups > 0 {
        return Err(Refused::state(format!(
            "“{}” còn {} đơn vị cấp dưới, {} hộp thư, {} nhóm thư: sáp nhập vào cơ quan khác, hoặc thu hồi trước.",
            place.name, holds.children, holds.mailboxes, holds.groups
        )));
    }
    place::end(tx, id)?;
    let act = Act::new(
        Action::OrganisationEnd,
        format!("organisation/{id}"),
        &place.name,
    )
    .at(id)
    .by_document(document);
    Ok(record(tx, actor, &act)?)
}

/// Adds a mail domain; a system may have several (a province that took in another keeps its addresses).
///
/// # Errors
/// Whoever adds it does not have the whole system; no name of a domain; one that is there.
pub fn add_domain(
    tx: &mut Tx<'_>,
    actor: &Actor,
    name: &str,
    document: Option<&str>,
) -> Result<DomainId, Refused> {
    match organisation::root(tx)? {
        Some(root) => rights::need(tx, actor, &[Role::Decide], root.id)?,
        None => need(tx, actor, None)?,
    }
    let name = name.trim().to_lowercase();
    let is_label = |part: &str| {
        !part.is_empty()
            && part.len() <= 63
            && !part.starts_with('-')
            && !part.ends_with('-')
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    if name.len() > 253 || !name.contains('.') || !name.split('.').all(is_label) {
        return Err(Refused::bad(format!("“{name}” không phải tên miền.")));
    }
    if organisation::domain(tx, &name)?.is_some() {
        return Err(Refused::state(format!("Đã có tên miền {name}.")));
    }
    let id = organisation::create_domain(tx, &name)?;
    let act = Act::new(Action::DomainAdd, format!("domain/{id}"), &name).by_document(document);
    record(tx, actor, &act)?;
    Ok(id)
}

/// Until this transaction ends nobody else changes the tree.
///
/// # Errors
/// A list is being carried out: until it is done, what was checked for it must hold.
pub(super) fn hold(tx: &mut Tx<'_>) -> Result<(), Refused> {
    place::lock(tx)?;
    match place_list::open(tx)? {
        None => Ok(()),
        Some(list) => Err(Refused::state(format!(
            "Đang nhập danh sách cơ quan, đơn vị số {list}; hãy làm lại việc này sau ít phút, khi nhập xong."
        ))),
    }
}

/// The place, if it has not ended.
pub(super) fn live(tx: &mut Tx<'_>, id: OrganisationId) -> Result<Organisation, Refused> {
    View::Stored.live(tx, id)
}

/// Whoever decides at a place; at the top, who has the machine.
pub(super) fn need(
    tx: &mut Tx<'_>,
    actor: &Actor,
    place: Option<OrganisationId>,
) -> Result<(), Refused> {
    match place {
        Some(place) => rights::need(tx, actor, &[Role::Decide], place),
        None if actor.is_console() => Ok(()),
        None => Err(Refused::forbidden(
            "Cơ quan cao nhất của hệ thống chỉ người quản trị máy chủ được thêm, chuyển hoặc kết thúc.",
        )),
    }
}

fn write(tx: &mut Tx<'_>, id: OrganisationId, details: &Details) -> Result<(), Refused> {
    let place = organisation::get(tx, id)?
        .ok_or_else(|| Refused::missing("Không có cơ quan, đơn vị này."))?;
    Ok(place::update(
        tx,
        &Organisation {
            parent: details.parent,
            kind: details.kind.name().to_owned(),
            name: details.name.clone(),
            short_name: details.short_name.clone(),
            suffix: details.suffix.clone(),
            profile: details.profile.clone(),
            domain: details.domain,
            code: details.code.clone(),
            ..place
        },
    )?)
}

/// The details as they are written, the short name proposed where it was left out, and what is to be told.
fn checked(
    tx: &mut Tx<'_>,
    view: &View,
    law: Law,
    new: &Details,
    own: Option<OrganisationId>,
) -> Result<(Details, Vec<String>), Refused> {
    let mut details = new.clone();
    details.name = details
        .name
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    if details.name.is_empty() || details.name.chars().count() > LONGEST {
        return Err(Refused::bad(format!(
            "Cần tên cơ quan, đơn vị, không quá {LONGEST} ký tự."
        )));
    }
    check_parent(tx, view, &details, own)?;
    let (profile, told) = check_profile(tx, view, law, &details)?;
    check_covered(tx, view, profile, details.kind, details.parent)?;
    let named = view.by_name(tx, details.parent, &details.name)?;
    if named.is_some_and(|named| Some(named.id) != own) {
        return Err(Refused::state(format!(
            "Đã có “{}” dưới cùng một cấp trên.",
            details.name
        )));
    }
    if let Some(code) = &details.code
        && let Some(other) = view.by_code(tx, code)?
        && Some(other.id) != own
    {
        return Err(Refused::state(format!(
            "Mã {code} đã là của “{}”.",
            other.name
        )));
    }
    if let Some(suffix) = &details.suffix
        && !is_local_part(suffix)
    {
        return Err(Refused::bad(format!(
            "“{suffix}” không dùng được trong địa chỉ: cần chữ thường a–z và chữ số."
        )));
    }
    let domain = match (details.domain, own.or(details.parent)) {
        (Some(domain), _) => Some(domain),
        // Its own domain may be taken from it: then it is the parent's.
        (None, _) => match details.parent {
            Some(parent) => view.domain_of(tx, parent)?,
            None => None,
        },
    };
    if details.short_name.is_empty() {
        details.short_name = proposed(tx, view, profile, domain, &details)?;
    }
    check_short_name(tx, view, &details, domain, own)?;
    Ok((details, told))
}

fn check_parent(
    tx: &mut Tx<'_>,
    view: &View,
    details: &Details,
    own: Option<OrganisationId>,
) -> Result<(), Refused> {
    match details.parent {
        Some(parent) => {
            let above = view.live(tx, parent)?;
            if details.kind == Kind::Province {
                return Err(Refused::bad(
                    "Loại “Cấp cao nhất” chỉ dành cho cơ quan đứng đầu cây.",
                ));
            }
            let path = view.path(tx, parent)?;
            if own.is_some_and(|own| path.contains(&own)) {
                return Err(Refused::bad(format!(
                    "“{}” nằm dưới chính “{}”: không thể là cấp trên của nó.",
                    above.name, details.name
                )));
            }
            Ok(())
        }
        None => match view.root(tx)? {
            Some(root) if Some(root) != own => {
                let name = view.get(tx, root)?.map(|root| root.name);
                Err(Refused::bad(format!(
                    "Cần cơ quan cấp trên; đứng đầu cây đã có “{}”.",
                    name.unwrap_or_default()
                )))
            }
            _ => Ok(()),
        },
    }
}

/// The profile in force at the place to be, and in what it is looser than that above (QN.1.2: what is stricter above goes on).
fn check_profile(
    tx: &mut Tx<'_>,
    view: &View,
    law: Law,
    details: &Details,
) -> Result<(&'static Profile, Vec<String>), Refused> {
    let above = match details.parent {
        Some(parent) => Some(view.profile(tx, law, parent)?),
        None => None,
    };
    let Some(id) = &details.profile else {
        return above
            .map(|profile| (profile, Vec::new()))
            .ok_or_else(|| Refused::no_profile(None));
    };
    let own = law
        .profile(id)
        .ok_or_else(|| Refused::bad(format!("Hệ thống này không có quy chế “{id}”.")))?;
    let looser = above.map_or_else(Vec::new, |above| own.looser_than(above));
    let told = (!looser.is_empty()).then(|| {
        format!(
            "Quy chế {id} lỏng hơn quy chế của cấp trên ở: {}.",
            looser.join(", ")
        )
    });
    Ok((own, told.into_iter().collect()))
}

fn proposed(
    tx: &mut Tx<'_>,
    view: &View,
    profile: &Profile,
    domain: Option<DomainId>,
    details: &Details,
) -> Result<String, Refused> {
    let lacks = || Refused::bad("Cần tên viết tắt của cơ quan, đơn vị.");
    let domain = domain.ok_or_else(lacks)?;
    let asked = (details.kind, details.name.as_str());
    let below = (view, details.parent);
    let proposal = naming::of_organisation(tx, below, profile, domain, asked)?;
    match proposal.local_part {
        Some(local_part) if !proposal.agree => Ok(local_part),
        first => {
            let offered: Vec<String> = first.into_iter().chain(proposal.candidates).collect();
            Err(Refused::bad(format!(
                "Cần chọn tên viết tắt; có thể chọn: {}.",
                offered.join(", ")
            )))
        }
    }
}

fn check_short_name(
    tx: &mut Tx<'_>,
    view: &View,
    details: &Details,
    domain: Option<DomainId>,
    own: Option<OrganisationId>,
) -> Result<(), Refused> {
    let short = &details.short_name;
    if !is_local_part(short) {
        return Err(Refused::bad(format!(
            "“{short}” không dùng được trong địa chỉ: cần chữ thường a–z, chữ số, các phần cách nhau bằng dấu chấm."
        )));
    }
    for other in view.by_short_name(tx, short)? {
        if Some(other) == own {
            continue;
        }
        let theirs = view.domain_of(tx, other)?;
        if theirs == domain || domain.is_none() {
            let name = view.get(tx, other)?.map(|place| place.name);
            return Err(Refused::state(format!(
                "Tên viết tắt “{short}” đã là của “{}”.",
                name.unwrap_or_default()
            )));
        }
    }
    Ok(())
}
