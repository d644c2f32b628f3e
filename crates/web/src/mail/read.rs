//! One message.

use axum::extract::{Path, RawQuery, State};
use congvu_delivery::content;
use congvu_message::search::envelope::{self, Field};
use congvu_message::{Kind, Located, Part, Shown, header};
use congvu_store::delegation::Rights;
use congvu_store::entry::{self, FlagChange};
use congvu_store::folder::Folder;
use congvu_store::keyword::{self, flag};
use congvu_store::{FolderId, MailboxId, Tx, folder, organisation, sent_message};

use super::label::{Chip, Labels};
use super::later::UNANSWERED;
use super::later::times;
use super::list::{self, At, MailPage, is_outside};
use super::look::{self, Concern};
use super::meeting::{self, Card};
use super::open::{self, Opened};
use super::origin::{self, Doubt};
use super::part::{self, Stored};
use super::receipt::{self, Asking, Bar, Notice};
use super::search::{self, Finding};
use super::smime::{self, Seal};
use super::together::{self, Together};
use super::{desk, draft, granted, live, text, tree};
use crate::site::{Fields, Frame, Lang, Oops, Page, Site, User, full, html};

/// So much of a plain text is shown in place, in bytes as it is encoded.
const TEXT: u64 = 1 << 20;
/// So many texts are shown one after another.
const TEXTS: usize = 20;
/// So much of a file is read to know what it is, in bytes as it is encoded: a third more than tells it, and line ends.
pub(super) const TELLING: u64 = content::TELLING as u64 * 7 / 5;

/// A text of the message.
pub(super) enum Body {
    /// Letters, as safe HTML.
    Plain(String),
    /// The address of a frame.
    Frame(String),
}

/// A file of the message.
pub(super) struct File {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) size: String,
    pub(super) href: String,
    /// Where it can be looked at.
    pub(super) view: Option<String>,
    /// What it really is, where it says otherwise or does harm. What a scan for malware says of a file belongs into the same row,
    /// beside it: its styles are there (`.attach[data-scan]`).
    pub(super) concern: Option<Concern>,
}

/// A folder that the message may be moved to.
pub(super) struct Place {
    pub(super) id: i64,
    pub(super) label: String,
}

/// A message as the page shows it.
pub(super) struct Reading {
    pub(super) uid: u32,
    pub(super) here: String,
    pub(super) together: Together,
    /// What is done is done to all of its conversation in the folder.
    pub(super) by_conversation: bool,
    pub(super) subject: String,
    pub(super) from_name: String,
    pub(super) from_address: String,
    pub(super) initials: String,
    pub(super) to: String,
    pub(super) cc: String,
    pub(super) when: String,
    pub(super) outside: bool,
    /// It may not come from whom it names.
    pub(super) doubt: Option<Doubt>,
    /// It is signed, or encrypted (S/MIME).
    pub(super) seal: Option<Seal>,
    pub(super) starred: bool,
    pub(super) labels: Vec<Chip>,
    /// This page, for what leaves the message open.
    pub(super) stay: String,
    pub(super) bodies: Vec<Body>,
    pub(super) files: Vec<File>,
    pub(super) places: Vec<Place>,
    pub(super) may_organise: bool,
    pub(super) is_draft: bool,
    pub(super) write: String,
    /// The sender asks to be told that it was read (RFC 8098).
    pub(super) receipt: Option<Bar>,
    /// The invitation that it brings.
    pub(super) meeting: Option<Card>,
    /// Who read what was sent from here, and when.
    pub(super) told: Vec<String>,
    pub(super) back: String,
    /// What became of it, in a unit mailbox.
    pub(super) desk: Option<desk::Panel>,
    /// It came back because nobody answered it.
    pub(super) unanswered: bool,
    /// It was sent from here: it can be asked where it is.
    pub(super) is_sent: bool,
    /// Who sent it on as it is (RFC 5322 §3.6.6), or nothing.
    pub(super) resent: String,
}

impl Reading {
    /// `/1/2/3`
    pub(super) fn place(&self) -> String {
        let here = self.here.strip_prefix("/thu").unwrap_or_default();
        format!("{here}/{}", self.uid)
    }
}

/// What a transaction finds of a message.
struct Found {
    page: (Vec<tree::Trunk>, list::Quota, list::List, String),
    together: Together,
    finding: Finding,
    desk: Option<desk::Panel>,
    labels: Labels,
    stored: Stored,
    asking: Asking,
    notices: Vec<Notice>,
    meeting: Option<meeting::Known>,
    folders: Vec<Folder>,
    domains: Vec<String>,
    unanswered: i64,
    is_sent: bool,
}

fn find(
    tx: &mut Tx<'_>,
    user: &User,
    (mailbox, folder): (MailboxId, FolderId),
    (uid, at): (u32, At),
) -> Result<(Opened, Found), Oops> {
    let (opened, here) = granted::folder(tx, user, mailbox, folder)?;
    let stored = part::find(tx, folder, uid)?.ok_or_else(open::gone)?;
    let folders = folder::list(tx, mailbox)?;
    let listed = at.beside.filter(|_| user.conversations);
    let beside = folders
        .iter()
        .find(|folder| Some(folder.id) == listed)
        .unwrap_or(&here);
    let together = if user.conversations {
        together::read(tx, user, &folders, (&here, uid), (beside, &at.suffix()))?
    } else {
        Together::default()
    };
    // The list begins where it was left; a message that is not on that page is shown all the same.
    let current = if beside.id == folder {
        Some(uid)
    } else {
        together.listed.last().copied()
    };
    let list = list::read(tx, user, (&opened, beside), at, current)?;
    let page = (
        tree::read(tx, user, beside.id)?,
        list::quota(tx, mailbox)?,
        list,
        organisation::root(tx)?.map_or_else(String::new, |root| root.name),
    );
    let found = Found {
        page,
        together,
        asking: receipt::find(tx, user, (&opened, &here), stored.flags)?,
        meeting: meeting::find(tx, &opened, &stored)?,
        notices: receipt::notices(tx, &folders, (&here, uid))?,
        finding: search::beside(tx, user, mailbox)?,
        desk: desk::of_message(tx, user, &opened, (folder, uid))?,
        labels: Labels::load(tx, mailbox, user.lang)?,
        stored,
        folders,
        domains: organisation::domains(tx)?,
        unanswered: keyword::find(tx, mailbox, UNANSWERED)?.unwrap_or(0),
        is_sent: sent_message::of_copy(tx, folder, uid)?.is_some(),
    };
    Ok((opened, found))
}

pub(super) async fn page(
    State(site): State<Site>,
    user: User,
    Path((mailbox, folder, uid)): Path<(i64, i64, u32)>,
    RawQuery(query): RawQuery,
) -> Page {
    let asked = query.unwrap_or_default();
    let query = Fields::parse(asked.as_bytes());
    let at = At::parse(&query, &user);
    let (mailbox, folder) = (MailboxId(mailbox), FolderId(folder));
    let reader = user.clone();
    let what = format!("đọc thư UID {uid} trong thư mục");
    granted::witness(&site, &user, (mailbox, folder), what).await?;
    let (opened, mut found) = site
        .store
        .read(move |tx| find(tx, &reader, (mailbox, folder), (uid, at)))
        .await?;
    if found
        .desk
        .as_ref()
        .is_some_and(|desk| desk.opened.is_none())
    {
        let reader = user.clone();
        found.desk = site
            .store
            .write(move |tx| {
                let (opened, _) = open::folder(tx, &reader, mailbox, folder)?;
                desk::opened(tx, &reader, (folder, uid))?;
                Ok::<_, Oops>(desk::of_message(tx, &reader, &opened, (folder, uid))?)
            })
            .await?;
    }
    let may_organise = opened.rights.has(Rights::ORGANISE);
    if may_organise && found.stored.flags & flag::SEEN == 0 {
        let now = site
            .store
            .write(move |tx| {
                let change = FlagChange::Add(flag::SEEN);
                entry::store_flags(tx, folder, &[(uid, uid)], change, None)?;
                folder::get(tx, folder)?.ok_or_else(open::gone)
            })
            .await?;
        if found.page.2.folder == folder.0 {
            found.page.2.state = live::state(&now);
            found.page.2.unseen = now.unseen;
        }
        let others = found.together.before.iter().chain(&found.together.after);
        if !others.into_iter().any(|other| other.unseen) {
            for row in &mut found.page.2.rows {
                row.unseen &= !row.is_here;
            }
        }
    }
    if opened.grant.is_none() {
        site.access
            .note(mailbox, congvu_store::activity::Kind::Fetched);
        // HCM.8.2.a, BS.III.11
        site.access.note_look(mailbox, user.account);
    }
    let base = format!("/thu/{mailbox}/{folder}/{uid}");
    let mut reading = reading(&site, &user, &opened, &found, (uid, &base)).await?;
    reading.together = found.together;
    reading.desk = found.desk;
    reading.stay = staying(&base, &asked);
    reading.receipt = if query.has("da-bao") {
        Some(Bar::Told)
    } else {
        let place = (folder, uid);
        receipt::bar(&site, &user, (&opened, &found.asking), &found.stored, place).await?
    };
    let way_back = search::way_back(&query);
    if let Some(way_back) = &way_back {
        reading.back.clone_from(way_back);
    }
    let (trunks, quota, list, place) = found.page;
    let frame = Frame::of(&user, &place, &reading.subject);
    Ok(html(&MailPage {
        frame,
        trunks,
        quota,
        list,
        reading: Some(reading),
        finding: found.finding,
        found: way_back,
        done: list::done(&query, user.lang),
        undo: None,
        times: times::offered(site.law.calendar(), site.store.now(), user.lang),
    }))
}

/// The address of the page, without what was just done.
fn staying(base: &str, asked: &str) -> String {
    let pairs = asked.split('&').filter(|pair| !pair.starts_with("xong="));
    let pairs = pairs.collect::<Vec<_>>().join("&");
    let mark = if pairs.is_empty() { "" } else { "?" };
    format!("{base}{mark}{pairs}")
}

async fn reading(
    site: &Site,
    user: &User,
    opened: &Opened,
    found: &Found,
    (uid, base): (u32, &str),
) -> Result<Reading, Oops> {
    let stored = &found.stored;
    let lang = user.lang;
    let from = envelope::first(&stored.envelope, Field::From).unwrap_or_default();
    let from_address = sender(stored);
    let looked = smime::look(site, stored, &from_address, lang).await?;
    let read = looked.inside.as_ref().unwrap_or(stored);
    let shown = read.structure.shown();
    // What is nothing but a signature was looked at, and is no file to anybody.
    let attached: Vec<_> = shown
        .attached()
        .filter(|located| Some(located.part.header_start) != looked.signature)
        .collect();
    let bodies = bodies(site, read, &shown, base).await?;
    let files = files(site, read, &attached, base, lang).await?;
    let places = found
        .folders
        .iter()
        .filter(|folder| !folder_is(folder, base))
        .map(|folder| Place {
            id: folder.id.0,
            label: tree::label(folder, lang),
        })
        .collect();
    let name = from.name.trim();
    let who = if name.is_empty() { &from_address } else { name };
    Ok(Reading {
        uid,
        here: format!("/thu/{}/{}", opened.mailbox, base_folder(base)),
        together: Together::default(),
        by_conversation: found.page.2.by_conversation,
        subject: if stored.subject.trim().is_empty() {
            lang.t("(không có tiêu đề)").to_owned()
        } else {
            stored.subject.clone()
        },
        from_name: name.to_owned(),
        initials: initial(who),
        from_address,
        to: people(&stored.envelope, Field::To),
        cc: people(&stored.envelope, Field::Cc),
        when: full(stored.sent_at.unwrap_or(stored.internal_at), lang),
        outside: is_outside(&from.host, &found.domains),
        doubt: origin::doubt(
            &stored.prefix,
            &from.host,
            &found.domains,
            &site.config.hostname,
        ),
        seal: looked.seal,
        starred: stored.flags & flag::FLAGGED != 0,
        labels: found.labels.of(stored.flags),
        stay: base.to_owned(),
        bodies,
        files,
        places,
        may_organise: opened.rights.has(Rights::ORGANISE),
        is_draft: stored.flags & flag::DRAFT != 0,
        write: format!("/soan?thu={}/{}/{uid}", opened.mailbox, base_folder(base)),
        receipt: None,
        meeting: match &found.meeting {
            Some(known) => meeting::card(site, stored, known, base, lang).await?,
            None => None,
        },
        told: receipt::told(site, stored, &found.notices, lang).await?,
        back: found.page.2.back.clone(),
        desk: None,
        unanswered: stored.flags & found.unanswered != 0,
        is_sent: found.is_sent,
        resent: resent(site, stored).await?,
    })
}

/// The address of the one it says to be from.
pub(super) fn sender(stored: &Stored) -> String {
    let from = envelope::first(&stored.envelope, Field::From).unwrap_or_default();
    if from.host.is_empty() {
        from.mailbox
    } else {
        format!("{}@{}", from.mailbox, from.host)
    }
}

fn base_folder(base: &str) -> &str {
    base.split('/').nth(3).unwrap_or_default()
}

fn folder_is(folder: &Folder, base: &str) -> bool {
    folder.id.0.to_string() == base_folder(base)
}

fn initial(who: &str) -> String {
    let last = who.split_whitespace().last().unwrap_or_default();
    last.chars()
        .next()
        .map(|letter| letter.to_uppercase().collect())
        .unwrap_or_default()
}

/// Those a field names, as one line.
pub(super) fn people(line: &[u8], field: Field) -> String {
    let people: Vec<String> = envelope::addresses(line, field)
        .iter()
        .map(|person| person.trim().to_owned())
        .collect();
    people.join(", ")
}

/// The texts of a message, one after another.
pub(super) async fn bodies(
    site: &Site,
    stored: &Stored,
    shown: &Shown<'_>,
    base: &str,
) -> Result<Vec<Body>, Oops> {
    let mut bodies = Vec::new();
    for located in shown.texts.iter().take(TEXTS) {
        let section = located.section();
        bodies.push(if located.part.subtype.eq_ignore_ascii_case("html") {
            Body::Frame(format!("{base}/noi-dung/{section}"))
        } else {
            let letters = stored.text(&site.store, located.part, TEXT).await?;
            Body::Plain(text::to_html(&letters))
        });
    }
    Ok(bodies)
}

/// The files of a message, and what each really is.
pub(super) async fn files(
    site: &Site,
    stored: &Stored,
    attached: &[&Located<'_>],
    base: &str,
    lang: Lang,
) -> Result<Vec<File>, Oops> {
    if attached.is_empty() {
        return Ok(Vec::new());
    }
    let parts: Vec<&Part> = attached.iter().map(|located| located.part).collect();
    let beginnings = stored.beginnings(&site.store, &parts, TELLING).await?;
    let files = attached
        .iter()
        .zip(&beginnings)
        .map(|(located, beginning)| {
            let mut file = file(located.part, &located.section(), base);
            if located.part.kind == Kind::Leaf {
                file.concern = look::concern(&file.name, beginning, lang);
            }
            if file.concern.as_ref().is_some_and(|concern| concern.bad) {
                file.view = None;
            }
            file
        });
    Ok(files.collect())
}

/// How large a part is without its transfer encoding, as nearly as can be told without reading it.
pub(super) fn size(part: &Part) -> u64 {
    let encoded = part.body_len();
    if part.encoding.eq_ignore_ascii_case("base64") {
        encoded / 4 * 3
    } else {
        encoded
    }
}

fn file(part: &Part, section: &str, base: &str) -> File {
    let name = part::file_name(part, section);
    File {
        kind: kind(part),
        size: super::bytes(size(part)),
        view: look::View::of(part, &name).map(|_| format!("{base}/xem/{section}")),
        href: format!("{base}/tep/{section}"),
        concern: None,
        name,
    }
}

/// What people call a kind of file.
fn kind(part: &Part) -> String {
    let media = format!("{}/{}", part.type_, part.subtype).to_ascii_lowercase();
    match media.as_str() {
        "application/pdf" => "PDF".to_owned(),
        "message/rfc822" | "message/global" => "Thư".to_owned(),
        "text/calendar" => "Lịch".to_owned(),
        _ if media.contains("wordprocessing") || media == "application/msword" => "Word".to_owned(),
        _ if media.contains("spreadsheet") || media == "application/vnd.ms-excel" => {
            "Excel".to_owned()
        }
        _ if media.contains("presentation") || media == "application/vnd.ms-powerpoint" => {
            "PowerPoint".to_owned()
        }
        _ if media.starts_with("image/") => part.subtype.to_ascii_uppercase(),
        _ => {
            let name = part.file_name().unwrap_or_default();
            match name.rsplit_once('.') {
                Some((_, ending)) if ending.len() <= 5 => ending.to_ascii_uppercase(),
                _ => media,
            }
        }
    }
}

/// The fields of a message's header that answering needs.
pub(super) struct Answered {
    pub(super) message_id: String,
    pub(super) references: String,
    pub(super) reply_to: Vec<String>,
    /// The kind of document that its writer chose (HCM.7.1).
    pub(super) category: String,
    /// Its writer asks to be told that it was read (RFC 8098).
    pub(super) receipt: bool,
    /// Of a draft: what it answers, what it passes on, and after how many days without an answer its writer is reminded.
    pub(super) answers: Option<draft::Place>,
    pub(super) forwards: Option<draft::Place>,
    pub(super) remind: u16,
}

/// Reads them.
pub(super) async fn answered(site: &Site, stored: &Stored) -> Result<Answered, Oops> {
    let block = stored.header(&site.store).await?;
    let mut answered = Answered {
        message_id: String::new(),
        references: String::new(),
        reply_to: Vec::new(),
        category: String::new(),
        receipt: false,
        answers: None,
        forwards: None,
        remind: 0,
    };
    let text = |value: &[u8]| String::from_utf8_lossy(value).trim().to_owned();
    for field in header::fields(&block) {
        if field.is("Message-ID") {
            answered.message_id = one_line(field.value);
        } else if field.is("References") {
            answered.references = one_line(field.value);
        } else if field.is("Congvu-Category") {
            answered.category = header::decode_text(field.value).trim().to_owned();
        } else if field.is("Disposition-Notification-To") {
            answered.receipt = true;
        } else if field.is(draft::ANSWERS) {
            answered.answers = draft::Place::parse(&text(field.value));
        } else if field.is(draft::FORWARDS) {
            answered.forwards = draft::Place::parse(&text(field.value));
        } else if field.is(draft::REMIND) {
            answered.remind = draft::days(&text(field.value));
        } else if field.is("Reply-To") {
            answered
                .reply_to
                .extend(header::addresses(field.value).iter().map(spec));
        }
    }
    Ok(answered)
}

/// Who sent it on last: the first such field stands on top.
async fn resent(site: &Site, stored: &Stored) -> Result<String, Oops> {
    let block = stored.header(&site.store).await?;
    let field = header::fields(&block).find(|field| field.is("Resent-From"));
    let people = field.map(|field| header::addresses(field.value));
    let people: Vec<String> = people.iter().flatten().map(spec).collect();
    Ok(people.join(", "))
}

/// Whether a program reports on another message with it (RFC 6522).
pub(super) fn is_report(stored: &Stored) -> bool {
    let whole = &stored.structure;
    whole.type_.eq_ignore_ascii_case("multipart") && whole.subtype.eq_ignore_ascii_case("report")
}

fn one_line(value: &[u8]) -> String {
    let text = String::from_utf8_lossy(value);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// An address as people write it.
pub(super) fn spec(address: &congvu_message::AddressSpec) -> String {
    let name = address.name.trim();
    if name.is_empty() {
        address.addr()
    } else {
        format!("{name} <{}>", address.addr())
    }
}

/// The words that stand over what is quoted.
pub(super) fn quoting(stored: &Stored, lang: Lang) -> String {
    let when = full(stored.sent_at.unwrap_or(stored.internal_at), lang);
    let from = people(&stored.envelope, Field::From);
    format!("{} {when}, {from} {}", lang.t("Lúc"), lang.t("đã viết:"))
}
