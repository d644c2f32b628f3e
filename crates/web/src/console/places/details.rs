//! A place is added, or changed: what it is called, where it hangs, what governs it. A change is shown before it is made.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use congvu_governance::organisation::{self as places, Added, Details, Kind, kind_of};
use congvu_governance::{Law, Refused, Role, trial};
use congvu_store::place_view::{self, Addressed, Extent};
use congvu_store::{MailboxId, OrganisationId, Tx, organisation};

use super::aid::{self, Fault, count, filled, href, kind_label, query};
use crate::console::Officer;
use crate::console::shell::{self, Here, Shell};
use crate::site::{Fields, Frame, Lang, Oops, Page, Site, html};

/// So many of the mailboxes that it concerns are shown by name.
const SHOWN: i64 = 20;

/// Something to choose in a list.
struct Pick {
    value: String,
    label: String,
    is_chosen: bool,
}

/// What is typed on the form.
#[derive(Clone, Debug, Default)]
struct Typed {
    name: String,
    kind: String,
    above: String,
    short_name: String,
    suffix: String,
    code: String,
    domain: String,
    profile: String,
    document: String,
}

impl Typed {
    fn of(fields: &Fields) -> Self {
        let text = |name: &str| fields.get(name).trim().to_owned();
        Self {
            name: text("ten"),
            kind: text("loai"),
            above: text("cap-tren"),
            short_name: text("ten-viet-tat"),
            suffix: text("duoi"),
            code: text("ma"),
            domain: text("ten-mien"),
            profile: text("quy-che"),
            document: text("van-ban"),
        }
    }

    /// As a place has it now.
    fn as_is(tx: &mut Tx<'_>, place: &organisation::Organisation) -> Result<Self, Oops> {
        let above = match place.parent {
            Some(parent) => organisation::get(tx, parent)?.map(|above| above.name),
            None => None,
        };
        let domain = match place.domain {
            Some(domain) => organisation::domain_name(tx, domain)?,
            None => String::new(),
        };
        Ok(Self {
            name: place.name.clone(),
            kind: kind_of(place).name().to_owned(),
            above: above.unwrap_or_default(),
            short_name: place.short_name.clone(),
            suffix: place.suffix.clone().unwrap_or_default(),
            code: place.code.clone().unwrap_or_default(),
            domain,
            profile: place.profile.clone().unwrap_or_default(),
            document: String::new(),
        })
    }

    /// As a use case takes it, below a place.
    fn details(&self, tx: &mut Tx<'_>, parent: Option<OrganisationId>) -> Result<Details, Refused> {
        let some = |text: &String| (!text.is_empty()).then(|| text.clone());
        let domain =
            match &*self.domain {
                "" => None,
                name => Some(organisation::domain(tx, name)?.ok_or_else(|| {
                    Refused::bad(format!("Hệ thống này không có tên miền {name}."))
                })?),
            };
        Ok(Details {
            parent,
            kind: Kind::parse(&self.kind)
                .ok_or_else(|| Refused::bad("Chọn loại cơ quan, đơn vị."))?,
            name: self.name.clone(),
            short_name: self.short_name.to_lowercase(),
            suffix: some(&self.suffix).map(|text| text.to_lowercase()),
            profile: some(&self.profile),
            domain,
            code: some(&self.code),
        })
    }
}

#[derive(Template)]
#[template(path = "console/places/details.html")]
struct DetailsPage {
    frame: Frame,
    shell: Shell,
    place: String,
    here: String,
    /// Where the form goes.
    action: String,
    is_new: bool,
    is_top: bool,
    typed: Typed,
    kinds: Vec<Pick>,
    domains: Vec<Pick>,
    profiles: Vec<Pick>,
    fault: Option<Fault>,
}

/// What differs, in words.
struct Difference {
    label: &'static str,
    was: String,
    is: String,
}

#[derive(Template)]
#[template(path = "console/places/preview.html")]
struct PreviewPage {
    frame: Frame,
    shell: Shell,
    place: String,
    here: String,
    typed: Typed,
    /// The place above, as it was written.
    above: String,
    differences: Vec<Difference>,
    told: Vec<String>,
    moves: bool,
    renames: bool,
    readdresses: bool,
    extent: Extent,
    mailboxes: Vec<Addressed>,
    more: String,
}

fn build(
    tx: &mut Tx<'_>,
    law: Law,
    officer: &Officer,
    (id, is_new): (OrganisationId, bool),
    (typed, fault): (Option<Typed>, Option<Fault>),
) -> Result<DetailsPage, Oops> {
    let lang = officer.lang();
    let place = aid::acted_on(tx, officer, &[Role::Decide], id)?;
    let title = match is_new {
        true => lang.t("Thêm đơn vị cấp dưới"),
        false => lang.t("Đổi tên, sửa thông tin"),
    };
    let (frame, shell) = shell::read(tx, officer, title, Here::Places)?;
    let typed = match (typed, is_new) {
        (Some(typed), _) => typed,
        (None, false) => Typed::as_is(tx, &place)?,
        (None, true) => Typed {
            kind: Kind::Subunit.name().to_owned(),
            ..Typed::default()
        },
    };
    let kinds = Kind::ALL
        .into_iter()
        .filter(|kind| (*kind == Kind::Province) == (!is_new && place.parent.is_none()))
        .map(|kind| Pick {
            value: kind.name().to_owned(),
            label: kind_label(kind, lang).to_owned(),
            is_chosen: kind.name() == typed.kind,
        })
        .collect();
    let mut domains = vec![Pick {
        value: String::new(),
        label: lang.t("Theo cấp trên").to_owned(),
        is_chosen: typed.domain.is_empty(),
    }];
    for name in organisation::domains(tx)? {
        domains.push(Pick {
            is_chosen: name == typed.domain,
            label: name.clone(),
            value: name,
        });
    }
    let mut profiles = vec![Pick {
        value: String::new(),
        label: lang.t("Theo cấp trên").to_owned(),
        is_chosen: typed.profile.is_empty(),
    }];
    for profile in law.profiles() {
        profiles.push(Pick {
            value: profile.id().to_owned(),
            label: profile.head().cited_as().to_owned(),
            is_chosen: profile.id() == typed.profile,
        });
    }
    Ok(DetailsPage {
        frame,
        shell,
        here: href(id),
        action: match is_new {
            true => format!("{}/them", href(id)),
            false => format!("{}/sua", href(id)),
        },
        is_new,
        is_top: place.parent.is_none(),
        place: place.name,
        typed,
        kinds,
        domains,
        profiles,
        fault,
    })
}

async fn form(site: &Site, officer: Officer, of: (OrganisationId, bool)) -> Page {
    let law = site.law;
    let page = site
        .store
        .read(move |tx| build(tx, law, &officer, of, (None, None)))
        .await?;
    Ok(html(&page))
}

async fn again(
    site: &Site,
    officer: Officer,
    of: (OrganisationId, bool),
    (typed, fault): (Typed, Fault),
) -> Page {
    let law = site.law;
    let told = fault.clone();
    let page = site
        .store
        .read(move |tx| build(tx, law, &officer, of, (Some(typed), Some(fault))))
        .await?;
    Ok(told.on(&page))
}

/// `/quan-ly/co-quan/{id}/them`
pub(super) async fn new(
    State(site): State<Site>,
    officer: Officer,
    Path(id): Path<String>,
) -> Page {
    form(&site, officer, (OrganisationId(aid::number(&id)?), true)).await
}

/// `/quan-ly/co-quan/{id}/sua`
pub(super) async fn edit(
    State(site): State<Site>,
    officer: Officer,
    Path(id): Path<String>,
) -> Page {
    form(&site, officer, (OrganisationId(aid::number(&id)?), false)).await
}

pub(super) async fn add(
    State(site): State<Site>,
    officer: Officer,
    Path(id): Path<String>,
    fields: Fields,
) -> Page {
    officer.user.check(&fields)?;
    let id = OrganisationId(aid::number(&id)?);
    let law = site.law;
    let typed = Typed::of(&fields);
    let (asked, actor, document) = (typed.clone(), officer.actor(), filled(&fields, "van-ban"));
    let added = site.store.write(move |tx| {
        let details = asked.details(tx, Some(id))?;
        places::add(tx, law, &actor, &details, document.as_deref())
    });
    match added.await {
        Ok(added) => Ok(to(added.id, "them", &added.told)),
        Err(refused) => {
            let profile = site
                .store
                .read(move |tx| aid::profile_at(tx, law, id))
                .await?;
            let fault = Fault::of(refused, profile)?;
            again(&site, officer, (id, true), (typed, fault)).await
        }
    }
}

/// Back to a place, with what whoever decides should know.
pub(super) fn to(id: OrganisationId, done: &str, told: &[String]) -> Response {
    let mut pairs = vec![("xong", done)];
    pairs.extend(told.iter().map(|line| ("bao", line.as_str())));
    Redirect::to(&format!("{}?{}", href(id), query(&pairs))).into_response()
}

/// Changes it; with another name, and a document, that is a step in its history.
fn carry_out(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &congvu_governance::Actor,
    (id, new): (OrganisationId, &Details),
    document: Option<&str>,
) -> Result<Added, Refused> {
    let was = organisation::get(tx, id)?
        .ok_or_else(|| Refused::missing("Không có cơ quan, đơn vị này."))?;
    if was.name == new.name {
        return places::change(tx, law, actor, id, new, document);
    }
    places::rename(tx, law, actor, id, new, document.unwrap_or_default())
}

/// Shows what would change, then changes it.
pub(super) async fn change(
    State(site): State<Site>,
    officer: Officer,
    Path(id): Path<String>,
    fields: Fields,
) -> Page {
    officer.user.check(&fields)?;
    let id = OrganisationId(aid::number(&id)?);
    let (law, lang) = (site.law, officer.lang());
    let typed = Typed::of(&fields);
    let document = filled(&fields, "van-ban");
    let who = officer.actor();
    // The place above, as it was written.
    let above = typed.above.clone();
    let meant = site.store.read(move |tx| {
        let place = organisation::get(tx, id)?
            .ok_or_else(|| Oops::missing("Không có cơ quan, đơn vị này."))?;
        let (Some(parent), Some(root)) = (place.parent, organisation::root(tx)?) else {
            return Ok::<_, Oops>(Ok(None));
        };
        let now = organisation::get(tx, parent)?;
        if above.is_empty() || now.is_some_and(|now| now.name == above) {
            return Ok(Ok(Some(parent)));
        }
        Ok(aid::meant(tx, root.id, &above)?.map(|found| Some(found.id)))
    });
    let parent = match meant.await? {
        Ok(parent) => parent,
        Err(several) => {
            let fault = aid::unclear(&typed.above, &several, lang);
            return again(&site, officer, (id, false), (typed, fault)).await;
        }
    };
    let (asked, actor, by) = (typed.clone(), who.clone(), document.clone());
    let act = move |tx: &mut Tx<'_>| {
        let details = asked.details(tx, parent)?;
        carry_out(tx, law, &actor, (id, &details), by.as_deref())
    };
    let is_sure = fields.get("viec") == "lam";
    let came = match is_sure {
        true => site.store.write(act).await,
        false => trial(&site.store, act).await,
    };
    let added = match came {
        Ok(added) => added,
        Err(refused) => {
            let profile = site
                .store
                .read(move |tx| aid::profile_at(tx, law, id))
                .await?;
            let fault = Fault::of(refused, profile)?;
            return again(&site, officer, (id, false), (typed, fault)).await;
        }
    };
    if is_sure {
        let done = if fields.get("doi-ten") == "1" {
            "ten"
        } else {
            "sua"
        };
        return Ok(to(id, done, &added.told));
    }
    let typed = Typed {
        short_name: added.short_name,
        ..typed
    };
    let page = site
        .store
        .read(move |tx| {
            preview(
                tx,
                &officer,
                (id, parent),
                typed.clone(),
                added.told.clone(),
            )
        })
        .await?;
    Ok(html(&page))
}

fn preview(
    tx: &mut Tx<'_>,
    officer: &Officer,
    (id, parent): (OrganisationId, Option<OrganisationId>),
    mut typed: Typed,
    told: Vec<String>,
) -> Result<PreviewPage, Oops> {
    let lang = officer.lang();
    let above = typed.above.clone();
    let place = aid::acted_on(tx, officer, &[Role::Decide], id)?;
    let was = Typed::as_is(tx, &place)?;
    if let Some(parent) = parent
        && let Some(found) = organisation::get(tx, parent)?
    {
        typed.above = found.name;
    }
    let (frame, shell) = shell::read(tx, officer, lang.t("Xem trước thay đổi"), Here::Places)?;
    let extent = place_view::extent(tx, id)?;
    let mailboxes = place_view::addressed(tx, (id, true), MailboxId(0), SHOWN)?;
    let left = extent.mailboxes.saturating_sub(mailboxes.len() as u64);
    Ok(PreviewPage {
        frame,
        shell,
        here: href(id),
        above,
        differences: differences(&was, &typed, lang),
        told,
        moves: place.parent != parent,
        renames: was.name != typed.name,
        readdresses: (&was.short_name, &was.domain, &was.profile)
            != (&typed.short_name, &typed.domain, &typed.profile),
        place: place.name,
        typed,
        extent,
        mailboxes,
        more: if left > 0 { count(left) } else { String::new() },
    })
}

fn differences(was: &Typed, is: &Typed, lang: Lang) -> Vec<Difference> {
    let kind = |name: &str| {
        let kind = Kind::parse(name);
        kind.map_or_else(String::new, |kind| kind_label(kind, lang).to_owned())
    };
    [
        (lang.t("Tên"), was.name.clone(), is.name.clone()),
        (lang.t("Loại"), kind(&was.kind), kind(&is.kind)),
        (lang.t("Cấp trên"), was.above.clone(), is.above.clone()),
        (
            lang.t("Tên viết tắt"),
            was.short_name.clone(),
            is.short_name.clone(),
        ),
        (
            lang.t("Viết tắt địa danh"),
            was.suffix.clone(),
            is.suffix.clone(),
        ),
        (lang.t("Mã"), was.code.clone(), is.code.clone()),
        (lang.t("Tên miền"), was.domain.clone(), is.domain.clone()),
        (lang.t("Quy chế"), was.profile.clone(), is.profile.clone()),
    ]
    .into_iter()
    .filter(|(_, was, is)| was != is)
    .map(|(label, was, is)| {
        let shown = |text: String| match text.is_empty() {
            true => lang.t("theo cấp trên hoặc không có").to_owned(),
            false => text,
        };
        Difference {
            label,
            was: shown(was),
            is: shown(is),
        }
    })
    .collect()
}
