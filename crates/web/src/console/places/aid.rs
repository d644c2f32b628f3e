//! What the pages of places, groups, roles and orders share: who may look at what, refusals on forms, people to choose from.

use axum::http::StatusCode;
use axum::response::Response;
use congvu_governance::directory::{self, Search};
use congvu_governance::{Law, Refused, Role, rights};
use congvu_message::fold::fold;
use congvu_regulation::Profile;
use congvu_store::address::Holder;
use congvu_store::organisation::{self, Organisation};
use congvu_store::{MailboxId, OrganisationId, Tx};

use crate::console::Officer;
use crate::console::cited::Cited;
use crate::site::{Fields, Lang, Oops, html};

/// So many are offered to choose from; who looks for others writes more of the name.
const OFFERED: i64 = 20;

/// A way to another page.
#[derive(Clone, Debug)]
pub(in crate::console) struct Link {
    pub(in crate::console) name: String,
    pub(in crate::console) href: String,
}

/// The page of a place.
pub(in crate::console) fn href(place: OrganisationId) -> String {
    format!("/quan-ly/co-quan/{place}")
}

/// A number that stands in an address.
pub(in crate::console) fn number(text: &str) -> Result<i64, Oops> {
    text.parse()
        .map_err(|_| Oops::missing("Không có trang này."))
}

/// The place with a number, an ended one too. One outside of the places of who asks is none.
pub(in crate::console) fn seen(
    tx: &mut Tx<'_>,
    officer: &Officer,
    roles: &[Role],
    id: OrganisationId,
) -> Result<Organisation, Oops> {
    let none = || Oops::missing("Không có cơ quan, đơn vị này, hoặc không thuộc phạm vi của bạn.");
    let found = organisation::get(tx, id)?.ok_or_else(none)?;
    match rights::has(tx, &officer.actor(), roles, id)? {
        true => Ok(found),
        false => Err(none()),
    }
}

/// The same, for a page on which something is done to it.
pub(in crate::console) fn acted_on(
    tx: &mut Tx<'_>,
    officer: &Officer,
    roles: &[Role],
    id: OrganisationId,
) -> Result<Organisation, Oops> {
    let place = seen(tx, officer, &Role::ALL, id)?;
    rights::need(tx, &officer.actor(), roles, id)?;
    match place.ended_at {
        None => Ok(place),
        Some(_) => Err(Oops::State(format!(
            "“{}” đã kết thúc hoạt động.",
            place.name
        ))),
    }
}

/// The highest places at which somebody has one of these roles: none lies below another.
pub(in crate::console) fn tops(
    tx: &mut Tx<'_>,
    officer: &Officer,
    roles: &[Role],
) -> Result<Vec<OrganisationId>, Oops> {
    let all = officer.places(roles);
    let mut tops = Vec::new();
    for place in &all {
        let path = organisation::path(tx, *place)?;
        let is_below = path.iter().skip(1).any(|above| all.contains(above));
        if !is_below && !tops.contains(place) {
            tops.push(*place);
        }
    }
    Ok(tops)
}

/// The places above one, from the top down, as far as who looks may see them.
pub(in crate::console) fn crumbs(
    tx: &mut Tx<'_>,
    officer: &Officer,
    place: OrganisationId,
) -> Result<Vec<Link>, Oops> {
    let mine = officer.places(&Role::ALL);
    let mut path = organisation::path(tx, place)?;
    path.reverse();
    let from = path.iter().position(|above| mine.contains(above));
    let mut crumbs = Vec::new();
    for above in path.into_iter().skip(from.unwrap_or(usize::MAX)) {
        if above != place
            && let Some(found) = organisation::get(tx, above)?
        {
            crumbs.push(Link {
                href: href(found.id),
                name: found.name,
            });
        }
    }
    Ok(crumbs)
}

/// Why a form was not taken, for people, with the clause where one refuses it.
#[derive(Clone, Debug)]
pub(in crate::console) struct Fault {
    pub(in crate::console) text: String,
    pub(in crate::console) cited: Cited,
    status: StatusCode,
}

impl Fault {
    /// Something is missing on the form.
    pub(in crate::console) fn bad(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            cited: Cited::none(),
            status: StatusCode::BAD_REQUEST,
        }
    }

    /// What a use case refused.
    ///
    /// # Errors
    /// What no form can help with: the store is busy, somebody may not, it is not there.
    pub(in crate::console) fn of(
        refused: Refused,
        profile: Option<&Profile>,
    ) -> Result<Self, Oops> {
        let status = match &refused {
            Refused::Store(_) | Refused::Missing(_) => return Err(refused.into()),
            Refused::Forbidden(_) => StatusCode::FORBIDDEN,
            Refused::State(_) => StatusCode::CONFLICT,
            Refused::Rule(_) | Refused::Rules(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Refused::Bad(_) | Refused::Lines(_) | Refused::Naming(_) => StatusCode::BAD_REQUEST,
        };
        let (text, cited) = match (&refused, profile) {
            (Refused::Rule(rule), Some(profile)) => {
                (rule.text.clone(), Cited::by(profile, &rule.origin))
            }
            _ => (refused.to_string(), Cited::none()),
        };
        Ok(Self {
            text,
            cited,
            status,
        })
    }

    /// The page of a form, with this on it.
    pub(in crate::console) fn on(&self, page: &impl askama::Template) -> Response {
        let mut response = html(page);
        *response.status_mut() = self.status;
        response
    }
}

/// The profile in force at a place, for quotations; nothing where none is.
pub(in crate::console) fn profile_at(
    tx: &mut Tx<'_>,
    law: Law,
    place: OrganisationId,
) -> Result<Option<&'static Profile>, Oops> {
    match law.at(tx, place) {
        Ok(profile) => Ok(Some(profile)),
        Err(Refused::Store(error)) => Err(error.into()),
        Err(_) => Ok(None),
    }
}

/// Somebody to choose.
#[derive(Clone, Debug)]
pub(in crate::console) struct Choice {
    /// `m12`: a mailbox, `g7`: a group.
    pub(in crate::console) code: String,
    pub(in crate::console) name: String,
    pub(in crate::console) about: String,
    pub(in crate::console) address: String,
}

/// Those whom a search finds at a place and below (`None`: anywhere): persons, units and groups, or persons alone.
pub(in crate::console) fn choices(
    tx: &mut Tx<'_>,
    text: &str,
    place: Option<OrganisationId>,
    persons: bool,
) -> Result<Vec<Choice>, Oops> {
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let asked = Search {
        text: text.to_owned(),
        place,
        after: 0,
        limit: OFFERED,
        phones: false,
    };
    let found = directory::search(tx, &asked)?;
    let mut choices = Vec::new();
    for entry in found.entries {
        if persons && entry.kind != "person" {
            continue;
        }
        let code = match entry.holder {
            Holder::Mailbox(id) => format!("m{id}"),
            Holder::Group(id) => format!("g{id}"),
        };
        let about = [entry.title.as_str(), entry.place.as_str()]
            .into_iter()
            .filter(|text| !text.is_empty())
            .collect::<Vec<_>>()
            .join(", ");
        choices.push(Choice {
            code,
            name: directory::name(&entry),
            about,
            address: entry.address,
        });
    }
    Ok(choices)
}

/// The mailbox that somebody chose.
pub(in crate::console) fn chosen_mailbox(text: &str) -> Option<MailboxId> {
    text.strip_prefix('m')?.parse().ok().map(MailboxId)
}

/// A field without white space around it; nothing where it is empty.
pub(in crate::console) fn filled(fields: &Fields, name: &str) -> Option<String> {
    let text = fields.get(name).trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// A query as an address has it.
pub(in crate::console) fn query(pairs: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in pairs {
        if !value.is_empty() {
            query.append_pair(name, value);
        }
    }
    query.finish()
}

/// A number as people read it: `1.234`.
pub(in crate::console) fn count(number: u64) -> String {
    crate::mail::thousands(number)
}

/// What a kind of organisation is called.
pub(in crate::console) fn kind_label(
    kind: congvu_governance::organisation::Kind,
    lang: Lang,
) -> &'static str {
    use congvu_governance::organisation::Kind;
    match kind {
        Kind::Province => lang.t("Cấp cao nhất"),
        Kind::Provincial => lang.t("Cấp tỉnh"),
        Kind::Commune => lang.t("Cấp xã"),
        Kind::Subunit => lang.t("Phòng, ban"),
        Kind::Attached => lang.t("Đơn vị trực thuộc"),
        Kind::Party => lang.t("Tổ chức đảng"),
        Kind::Mass => lang.t("Đoàn thể"),
        Kind::Other => lang.t("Khác"),
    }
}

/// The place that a person means: by its code, its short name, its name, or a part of it that only one has, without regard to
/// marks. Among those alone that `near` and the places below it are.
///
/// # Errors
/// None is meant, or several are: which, up to ten.
pub(in crate::console) fn meant(
    tx: &mut Tx<'_>,
    near: OrganisationId,
    text: &str,
) -> Result<Result<Organisation, Vec<Organisation>>, Oops> {
    let wanted = fold(text.trim());
    let all: Vec<Organisation> = organisation::subtree(tx, near)?
        .into_iter()
        .filter(|place| place.ended_at.is_none())
        .collect();
    let is_exact = |place: &&Organisation| {
        place
            .code
            .as_deref()
            .is_some_and(|code| fold(code) == wanted)
            || place.short_name == wanted
            || fold(&place.name) == wanted
    };
    let words: Vec<&str> = wanted.split_whitespace().collect();
    let is_like = |place: &&Organisation| {
        let code = place.code.as_deref().unwrap_or_default();
        let text = fold(&format!("{} {} {code}", place.name, place.short_name));
        !words.is_empty() && words.iter().all(|word| text.contains(word))
    };
    let mut found: Vec<&Organisation> = all.iter().filter(is_exact).collect();
    if found.is_empty() {
        found = all.iter().filter(is_like).collect();
    }
    Ok(match found.as_slice() {
        [one] => Ok((*one).clone()),
        several => Err(several
            .iter()
            .take(10)
            .map(|place| (*place).clone())
            .collect()),
    })
}

/// Why no place was meant by a text.
pub(in crate::console) fn unclear(text: &str, several: &[Organisation], lang: Lang) -> Fault {
    if several.is_empty() {
        return Fault::bad(&format!(
            "{} “{text}”.",
            lang.t("Không có cơ quan, đơn vị nào có mã, tên viết tắt hoặc tên như")
        ));
    }
    let names: Vec<String> = several
        .iter()
        .map(|place| format!("{} ({})", place.name, place.short_name))
        .collect();
    Fault::bad(&format!(
        "{} “{text}”: {}. {}",
        lang.t("Nhiều nơi có tên như"),
        names.join("; "),
        lang.t("Ghi tên viết tắt hoặc mã của một nơi.")
    ))
}
