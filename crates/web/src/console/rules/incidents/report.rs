//! Reporting an incident: by an officer about a place or a mailbox, or by anybody about their own mailbox (SL.13, QN.14.10, TQ.12.5).

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect};
use congvu_governance::incident::{self as cases, Kind, NewReport, Place};
use congvu_governance::{Law, Refused, Role};
use congvu_regulation::Moment;
use congvu_store::address::{self, Lookup, Target};
use congvu_store::{
    FolderId, IncidentId, MailboxId, OrganisationId, Tx, incident, mailbox, organisation,
};

use super::super::{Choice, Trouble, choices, number, told};
use crate::console::Officer;
use crate::console::cited::Cited;
use crate::console::shell::{self, Here, Shell};
use crate::site::{Fields, Frame, Lang, Oops, Page, Site, User, html};

/// What an officer reports; secret material is reported with its message, an emergency stop where it is announced.
const BY_OFFICERS: [Kind; 6] = [
    Kind::Outage,
    Kind::Malware,
    Kind::Phishing,
    Kind::Hijacked,
    Kind::Burst,
    Kind::Other,
];
/// What anybody reports.
const BY_ALL: [Kind; 5] = [
    Kind::Outage,
    Kind::Malware,
    Kind::Phishing,
    Kind::Hijacked,
    Kind::Other,
];

#[derive(Template)]
#[template(path = "console/rules/incident_new.html")]
struct NewPage {
    frame: Frame,
    shell: Shell,
    kinds: Vec<(&'static str, String, bool)>,
    places: Vec<Choice>,
    mailbox: String,
    at: String,
    text: String,
    cited: Cited,
    trouble: Option<Trouble>,
}

fn kinds(lang: Lang, of: &[Kind], said: &Fields) -> Vec<(&'static str, String, bool)> {
    of.iter()
        .map(|kind| {
            let name = kind.name();
            (name, super::kind(lang, name), name == said.get("loai"))
        })
        .collect()
}

pub(super) async fn form(
    State(site): State<Site>,
    officer: Officer,
    RawQuery(query): RawQuery,
) -> Page {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    shown(site, officer, query, None).await
}

async fn shown(site: Site, officer: Officer, said: Fields, trouble: Option<Trouble>) -> Page {
    let law = site.law;
    let status = trouble.as_ref().map(|trouble| trouble.status);
    let page = site
        .store
        .read(move |tx| {
            let lang = officer.lang();
            let asked = number(said.get("co-quan")).map(OrganisationId);
            let place = officer.scope(tx, super::RUN, asked)?;
            let (frame, shell) = shell::read(tx, &officer, lang.t("Báo sự cố"), Here::Incidents)?;
            Ok::<_, Oops>(NewPage {
                kinds: kinds(lang, &BY_OFFICERS, &said),
                places: choices(tx, &officer, place)?,
                mailbox: said.get("hop-thu").to_owned(),
                at: said.get("luc").to_owned(),
                text: said.get("mo-ta").to_owned(),
                cited: cited(tx, law, place)?,
                trouble,
                frame,
                shell,
            })
        })
        .await?;
    Ok(told(html(&page), status))
}

/// The clause that asks for incidents to be handled, where the regulation at a place has one.
fn cited(tx: &mut Tx<'_>, law: Law, place: OrganisationId) -> Result<Cited, Oops> {
    let profile = law.at(tx, place)?;
    let own = ["QN.9.1.a", "SL.13"]
        .into_iter()
        .find(|id| id.split('.').next() == Some(profile.code()));
    Ok(own.map_or_else(Cited::none, |id| Cited::of(profile, id)))
}

/// The mailbox at an address.
fn mailbox_at(tx: &mut Tx<'_>, text: &str) -> Result<MailboxId, Refused> {
    let missing = || Refused::bad(format!("Không có hộp thư “{text}”."));
    let address = text.trim().to_lowercase();
    let (local, domain) = match address.split_once('@') {
        Some((local, domain)) => (local.to_owned(), domain.to_owned()),
        None => {
            let domains = organisation::domains(tx)?;
            let domain = domains.into_iter().next().unwrap_or_default();
            (address, domain)
        }
    };
    match address::lookup(tx, &local, &domain)? {
        Lookup::Found(Target::Mailbox(target)) => Ok(target.mailbox),
        _ => Err(missing()),
    }
}

pub(super) async fn send(State(site): State<Site>, officer: Officer, fields: Fields) -> Page {
    officer.user.check(&fields)?;
    let (law, actor) = (site.law, officer.actor());
    let said = fields.clone();
    let done = site
        .store
        .write(move |tx| {
            let kind = Kind::parse(said.get("loai"))
                .filter(|kind| BY_OFFICERS.contains(kind))
                .ok_or_else(|| Refused::bad("Chọn loại sự cố."))?;
            let happened_at = match said.get("luc") {
                "" => None,
                text => Some(at(text, tx.now())?),
            };
            let mailbox = match said.get("hop-thu").trim() {
                "" => None,
                address => Some(mailbox_at(tx, address)?),
            };
            let place = number(said.get("co-quan")).map(OrganisationId);
            let about = match mailbox {
                Some(mailbox) => mailbox::organisation(tx, mailbox)?,
                None => place,
            };
            let roles = [Role::Decide, Role::Operate];
            if let Some(about) = about {
                congvu_governance::rights::need(tx, &actor, &roles, about)?;
            }
            let new = NewReport {
                kind,
                place,
                mailbox,
                description: said.get("mo-ta").trim(),
                happened_at,
            };
            cases::report(tx, law, &actor, &new)
        })
        .await;
    match done {
        Ok(id) => Ok(Redirect::to(&format!("/quan-ly/su-co/{id}?xong=bao")).into_response()),
        Err(refused) => {
            let trouble = Trouble::of(refused, None)?;
            shown(site, officer, fields, Some(trouble)).await
        }
    }
}

/// A time that somebody wrote, not ahead of now (ms).
fn at(text: &str, now: i64) -> Result<i64, Refused> {
    let moment: Moment = text
        .parse()
        .map_err(|_| Refused::bad("Ghi ngày và giờ xảy ra, ví dụ 08:30 ngày 23/11/2026."))?;
    if moment.0 > now {
        return Err(Refused::bad("Lúc xảy ra không thể ở sau lúc này."));
    }
    Ok(moment.0)
}

#[derive(Template)]
#[template(path = "console/rules/incident_own.html")]
struct OwnPage {
    frame: Frame,
    kinds: Vec<(&'static str, String, bool)>,
    text: String,
    /// The message that it is about, as its address names it.
    message: String,
    subject: String,
    hotline: String,
    managing: String,
    cited: Cited,
    trouble: Option<Trouble>,
    done: Option<Done>,
}

/// What was reported.
struct Done {
    id: IncidentId,
    kind: String,
}

pub(super) async fn own(State(site): State<Site>, user: User, RawQuery(query): RawQuery) -> Page {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let done = number(query.get("xong")).map(IncidentId);
    shown_own(site, user, query, done, None).await
}

/// The mailbox, folder and UID that a message's address names: `/thu/1/2/3`.
fn named(text: &str) -> Option<Place> {
    let mut parts = text.strip_prefix("/thu/")?.split('/').map(number);
    let (mailbox, folder, uid) = (parts.next()??, parts.next()??, parts.next()??);
    Some(Place {
        mailbox: MailboxId(mailbox),
        folder: FolderId(folder),
        uid: u32::try_from(uid).ok()?,
    })
}

async fn shown_own(
    site: Site,
    user: User,
    said: Fields,
    done: Option<IncidentId>,
    trouble: Option<Trouble>,
) -> Page {
    let law = site.law;
    let status = trouble.as_ref().map(|trouble| trouble.status);
    let page = site
        .store
        .read(move |tx| read_own(tx, law, &user, &said, done, trouble))
        .await?;
    Ok(told(html(&page), status))
}

fn read_own(
    tx: &mut Tx<'_>,
    law: Law,
    user: &User,
    said: &Fields,
    done: Option<IncidentId>,
    trouble: Option<Trouble>,
) -> Result<OwnPage, Oops> {
    let lang = user.lang;
    let root = organisation::root(tx)?;
    let place = match mailbox::organisation(tx, user.mailbox)? {
        Some(place) => place,
        None => root.as_ref().map(|root| root.id).ok_or(Oops::Busy)?,
    };
    let profile = law.at(tx, place)?;
    let message = match named(said.get("thu")) {
        Some(at) if crate::mail::open::one(tx, user, at.mailbox).is_ok() => {
            incident::message(tx, at.mailbox, at.folder, at.uid)?
                .map(|_| said.get("thu").to_owned())
        }
        _ => None,
    };
    let mut of = BY_ALL.to_vec();
    if message.is_some() {
        of.insert(0, Kind::Secret);
    }
    let done = match done {
        // Only what they reported themselves.
        Some(id) => incident::get(tx, id)?
            .filter(|found| found.told_by == user.actor().name)
            .map(|found| Done {
                id,
                kind: super::kind(lang, &found.kind),
            }),
        None => None,
    };
    let head = profile.head();
    let managing = head.successor().unwrap_or(profile.managing());
    let name = root.map_or_else(String::new, |root| root.name);
    Ok(OwnPage {
        frame: Frame::of(user, &name, lang.t("Báo sự cố")),
        kinds: kinds(lang, &of, said),
        text: said.get("mo-ta").to_owned(),
        subject: subject(lang, message.is_some()),
        message: message.unwrap_or_default(),
        hotline: head
            .hotline()
            .map(|line| line.value.clone())
            .unwrap_or_default(),
        managing: managing.value.clone(),
        cited: cited(tx, law, place)?,
        trouble,
        done,
    })
}

/// What is said of the message that a report is about.
fn subject(lang: Lang, is_known: bool) -> String {
    match is_known {
        true => lang
            .t("Báo cáo chỉ nêu số hiệu của thư; nội dung và tiêu đề thư không rời hộp thư của bạn.")
            .to_owned(),
        false => String::new(),
    }
}

pub(super) async fn send_own(State(site): State<Site>, user: User, fields: Fields) -> Page {
    user.check(&fields)?;
    let (law, who, said) = (site.law, user.clone(), fields.clone());
    let done = site
        .store
        .write(move |tx| report_own(tx, law, &who, &said))
        .await;
    match done {
        Ok(id) => Ok(Redirect::to(&format!("/bao-su-co?xong={id}")).into_response()),
        Err(refused) => {
            let trouble = Trouble::of(refused, None)?;
            shown_own(site, user, fields, None, Some(trouble)).await
        }
    }
}

fn report_own(
    tx: &mut Tx<'_>,
    law: Law,
    user: &User,
    said: &Fields,
) -> Result<IncidentId, Refused> {
    let actor = user.actor();
    let message = named(said.get("thu"));
    let kind = Kind::parse(said.get("loai"));
    match (kind, message) {
        (Some(Kind::Secret), Some(at)) => cases::report_secret(tx, law, &actor, at, None),
        (Some(Kind::Phishing), Some(at)) => cases::report_phishing(tx, law, &actor, at),
        (Some(kind), _) if BY_ALL.contains(&kind) => {
            let new = NewReport {
                kind,
                place: None,
                mailbox: Some(user.mailbox),
                description: said.get("mo-ta").trim(),
                happened_at: None,
            };
            cases::report(tx, law, &actor, &new)
        }
        _ => Err(Refused::bad("Chọn loại sự cố.")),
    }
}
