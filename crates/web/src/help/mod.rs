//! `/tro-giup`: how one uses one's mail, in plain words. Read signed out, too; whoever is signed in reads what the regulation says at
//! their own place, others what it says at the top. What the regulation says is taken from it, with its clauses.

mod said;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use axum::{Router, response::IntoResponse};
use congvu_governance::mailbox::Subject;
use congvu_governance::{Law, Refused};
use congvu_regulation::Profile;
use congvu_store::{Tx, address, organisation, person};

use self::said::{About, Said};
use crate::setup::{MailServer, Service};
use crate::site::{Frame, Lang, Oops, Page, Site, User, Visitor, html, not_found};

pub(crate) fn routes() -> Router<Site> {
    Router::new()
        .route("/tro-giup", get(index))
        .route("/tro-giup/{topic}", get(topic))
        .route("/tro-giup/cai-dat/{program}", get(program))
}

/// A page of help: its name in addresses, its icon, its title, and what of the regulation stands below it.
struct Topic {
    slug: &'static str,
    icon: &'static str,
    about: &'static [About],
}

const TOPICS: [Topic; 11] = [
    topic_of(
        "dang-nhap-lan-dau",
        "key",
        &[About::Password, About::Duties],
    ),
    topic_of("quen-mat-khau", "lock", &[About::NewPassword]),
    topic_of("soan-thu", "pen", &[About::Documents]),
    topic_of("tep-kem", "clip", &[About::Files]),
    topic_of("tim-thu", "search", &[]),
    topic_of("bo-loc", "filter", &[About::Forwarding]),
    topic_of("hop-thu-co-quan", "unit", &[About::Units]),
    topic_of(
        "khoa-va-thoi-han",
        "hourglass",
        &[About::Life, About::Restore],
    ),
    topic_of("phim-tat", "list", &[]),
    topic_of("cai-dat", "get", &[]),
    topic_of("hoi-ai", "phone", &[About::Advice]),
];

const fn topic_of(slug: &'static str, icon: &'static str, about: &'static [About]) -> Topic {
    Topic { slug, icon, about }
}

fn title(slug: &str, lang: Lang) -> &'static str {
    match slug {
        "dang-nhap-lan-dau" => lang.t("Đăng nhập lần đầu"),
        "quen-mat-khau" => lang.t("Quên hoặc lộ mật khẩu"),
        "soan-thu" => lang.t("Soạn và gửi thư"),
        "tep-kem" => lang.t("Tệp kèm: gửi được gì, vì sao bị từ chối"),
        "tim-thu" => lang.t("Tìm thư"),
        "bo-loc" => lang.t("Bộ lọc và chuyển thư"),
        "hop-thu-co-quan" => lang.t("Hộp thư cơ quan"),
        "khoa-va-thoi-han" => lang.t("Tạm khóa, khôi phục và các thời hạn"),
        "phim-tat" => lang.t("Phím tắt"),
        "cai-dat" => lang.t("Cài vào Outlook, Thunderbird, điện thoại"),
        "outlook" => "Outlook",
        "thunderbird" => "Thunderbird",
        "iphone" => "iPhone, iPad",
        "android" => "Android",
        _ => lang.t("Hỏi ai"),
    }
}

const PROGRAMS: [&str; 4] = ["outlook", "thunderbird", "iphone", "android"];

/// A way to another page.
struct Link {
    href: String,
    icon: &'static str,
    title: &'static str,
    is_here: bool,
}

fn links(here: &str, lang: Lang) -> Vec<Link> {
    TOPICS
        .iter()
        .map(|topic| Link {
            href: format!("/tro-giup/{}", topic.slug),
            icon: topic.icon,
            title: title(topic.slug, lang),
            is_here: topic.slug == here,
        })
        .collect()
}

/// Whom one asks.
#[derive(Default)]
struct Contact {
    place: String,
    hotline: String,
    managing: String,
    operating: String,
    /// The contact person of one's own agency.
    person: String,
    agency: String,
}

/// What a page knows of whoever reads it.
struct Reader {
    contact: Contact,
    profile: Option<&'static Profile>,
    /// Their own address; of somebody who is not signed in an example.
    address: String,
}

fn reader(tx: &mut Tx<'_>, law: Law, user: Option<&User>) -> Result<Reader, Refused> {
    let root = organisation::root(tx)?;
    let domains = organisation::domains(tx)?;
    let mut reader = Reader {
        contact: Contact {
            place: root
                .as_ref()
                .map_or_else(String::new, |root| root.name.clone()),
            ..Contact::default()
        },
        profile: root.and_then(|root| law.at(tx, root.id).ok()),
        address: format!("ten@{}", domains.first().map_or("…", String::as_str)),
    };
    if let Some(user) = user {
        if let Some(address) = address::primary(tx, user.mailbox)? {
            reader.address = address;
        }
        if let Ok(subject) = Subject::load(tx, law, user.mailbox) {
            reader.profile = Some(subject.profile);
            if let Some(contact) = subject.organisation.contact {
                reader.contact.person = person::get(tx, contact)?.map_or_else(String::new, |one| {
                    let parts = [one.family, one.middle, one.given];
                    let parts = parts
                        .iter()
                        .map(|part| part.trim())
                        .filter(|part| !part.is_empty());
                    parts.collect::<Vec<_>>().join(" ")
                });
            }
            reader.contact.agency = subject.organisation.name;
        }
    }
    if let Some(profile) = reader.profile {
        let head = profile.head();
        reader.contact.hotline = head
            .hotline()
            .map_or_else(String::new, |one| one.value.clone());
        reader
            .contact
            .managing
            .clone_from(&profile.managing().value);
        reader
            .contact
            .operating
            .clone_from(&profile.operating().value);
    }
    Ok(reader)
}

async fn read(site: &Site, visitor: &Visitor) -> Result<(Reader, Frame), Oops> {
    // Who has to choose a password first is nobody yet.
    let user = visitor.user.clone().filter(|user| !user.limited);
    let (law, asks) = (site.law, user.clone());
    let reader = site
        .store
        .read(move |tx| reader(tx, law, asks.as_ref()))
        .await?;
    let frame = match &user {
        Some(user) => Frame::of(user, &reader.contact.place, ""),
        None => Frame {
            place: reader.contact.place.clone(),
            ..Frame::plain("", visitor.lang)
        },
    };
    Ok((reader, frame))
}

#[derive(Template)]
#[template(path = "help/index.html")]
struct IndexPage {
    frame: Frame,
    links: Vec<Link>,
    contact: Contact,
}

async fn index(State(site): State<Site>, visitor: Visitor) -> Page {
    let (reader, mut frame) = read(&site, &visitor).await?;
    frame.title = frame.t("Trợ giúp").to_owned();
    Ok(html(&IndexPage {
        links: links("", visitor.lang),
        contact: reader.contact,
        frame,
    }))
}

/// A server as a table shows it.
struct Shown {
    service: &'static str,
    tls: &'static str,
    port: u16,
}

impl From<&MailServer> for Shown {
    fn from(server: &MailServer) -> Self {
        Self {
            service: server.service.name(),
            tls: server.tls(),
            port: server.port,
        }
    }
}

/// A page of help.
#[derive(Template)]
#[template(path = "help/page.html")]
struct HelpPage {
    frame: Frame,
    slug: String,
    vi: bool,
    links: Vec<Link>,
    programs: Vec<Link>,
    /// A page about a program: back to all of them.
    is_program: bool,
    said: Vec<Said>,
    regulation: String,
    contact: Contact,
    address: String,
    host: String,
    servers: Vec<Shown>,
    incoming: Option<Shown>,
    outgoing: Option<Shown>,
}

async fn topic(State(site): State<Site>, visitor: Visitor, Path(slug): Path<String>) -> Response {
    match TOPICS.iter().find(|topic| topic.slug == slug) {
        Some(topic) => page(&site, visitor, topic.slug, topic.about, false)
            .await
            .into_response(),
        None => not_found(State(site), visitor).await.into_response(),
    }
}

async fn program(State(site): State<Site>, visitor: Visitor, Path(slug): Path<String>) -> Response {
    match PROGRAMS.iter().find(|program| **program == slug) {
        Some(program) => page(&site, visitor, program, &[], true)
            .await
            .into_response(),
        None => not_found(State(site), visitor).await.into_response(),
    }
}

async fn page(
    site: &Site,
    visitor: Visitor,
    slug: &'static str,
    about: &'static [About],
    is_program: bool,
) -> Page {
    let (reader, mut frame) = read(site, &visitor).await?;
    let lang = visitor.lang;
    frame.title = title(slug, lang).to_owned();
    let programs = PROGRAMS.iter().map(|program| Link {
        href: format!("/tro-giup/cai-dat/{program}"),
        icon: "get",
        title: title(program, lang),
        is_here: *program == slug,
    });
    let best = |service| site.servers.best(service).map(Shown::from);
    Ok(html(&HelpPage {
        slug: slug.to_owned(),
        vi: lang == Lang::Vietnamese,
        links: links(if is_program { "cai-dat" } else { slug }, lang),
        programs: programs.collect(),
        is_program,
        said: reader
            .profile
            .map_or_else(Vec::new, |profile| said::of(profile, about, lang)),
        regulation: reader
            .profile
            .map_or_else(String::new, |profile| profile.head().cited_as().to_owned()),
        contact: reader.contact,
        address: reader.address,
        host: site.config.hostname.clone(),
        servers: site.servers.all().iter().map(Shown::from).collect(),
        incoming: best(Service::Imap),
        outgoing: best(Service::Submission),
        frame,
    }))
}
