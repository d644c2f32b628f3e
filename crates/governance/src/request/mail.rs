//! Requests by mail (HCM.6.1, HCM.6.2): what comes to the mailbox that takes them becomes a request, or is answered with why it does not.
//!
//! Only who signed in to send it is answered: mail from elsewhere proves nothing of who sent it. The mail itself stays where it was
//! delivered, whatever becomes of it here.

use congvu_message::address::Address;
use congvu_regulation::requests::{RequestKind, RequestRule, Way};
use congvu_regulation::{Date, MailboxKind, Origin, Profile, Refusal, Source};
use congvu_store::address::{self, Lookup, Target};
use congvu_store::notice::Audience;
use congvu_store::organisation::{self, Organisation};
use congvu_store::{AccountId, FolderId, MailboxId, Tx, account, mailbox};

use super::letter::Letter;
use super::{Attached, Checked, NewRequest, Opened, check, from_rows, open_checked};
use crate::lists::{Fault, Row};
use crate::notice::{self, Notice};
use crate::{Actor, Law, Refused};

/// So many things that are wrong are told in one answer.
const TOLD: usize = 300;

/// A mailbox that takes requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Door {
    /// The mailbox.
    pub mailbox: MailboxId,
    /// Its INBOX.
    pub inbox: FolderId,
    /// The address that is told to agencies.
    pub address: String,
}

/// The mailboxes that take requests: those that a regulation in force names (HCM.6.1: stnmt@tphcm.gov.vn), and those that the
/// installation adds.
///
/// # Errors
/// What the store answers.
pub fn doors(tx: &mut Tx<'_>, law: Law, also: &[String]) -> Result<Vec<Door>, Refused> {
    let mut wanted: Vec<&str> = also.iter().map(String::as_str).collect();
    for (_, id) in organisation::profiles(tx)? {
        let Some(profile) = law.profile(&id) else {
            continue;
        };
        let channels = profile.requests().iter().flat_map(RequestRule::channels);
        let named = channels
            .filter(|channel| channel.value.way == Way::UnitMailbox)
            .filter_map(|channel| channel.value.to.as_deref());
        wanted.extend(named);
    }
    let mut doors: Vec<Door> = Vec::new();
    for text in wanted {
        // A regulation may name a mailbox that lies on another system.
        let Some(target) = target(tx, text)? else {
            continue;
        };
        if doors.iter().all(|door| door.mailbox != target.mailbox) {
            doors.push(Door {
                mailbox: target.mailbox,
                inbox: target.inbox,
                address: text.to_owned(),
            });
        }
    }
    Ok(doors)
}

fn target(tx: &mut Tx<'_>, text: &str) -> Result<Option<address::MailboxTarget>, Refused> {
    let Ok(parsed) = Address::parse(text.trim()) else {
        return Ok(None);
    };
    let (local, domain) = parsed.lookup_key();
    Ok(match address::lookup(tx, &local, &domain)? {
        Lookup::Found(Target::Mailbox(target)) => Some(target),
        _ => None,
    })
}

/// The list that comes with a mail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Enclosed {
    /// None is there.
    #[default]
    None,
    /// Its rows, and what is wrong with them already.
    Rows(Vec<Row>, Vec<Fault>),
    /// It cannot be read, and why (a sentence for people).
    Unreadable(String),
}

/// A mail that somebody who signed in sent to a door.
#[derive(Clone, Debug)]
pub struct Mailed {
    /// What names this acceptance (the trace id): the same mail looked at twice is one request.
    pub trace: String,
    /// Who sent it, and from where.
    pub account: AccountId,
    /// Their address on the net.
    pub client_ip: String,
    /// Addresses in From.
    pub from: Vec<String>,
    /// Addresses in To and Cc.
    pub to: Vec<String>,
    /// Its subject.
    pub subject: String,
    /// What it says.
    pub letter: Letter,
    /// What the form that comes with it asks for, where one does.
    pub form: Option<RequestKind>,
    /// Number and day on that form.
    pub document: (String, Option<Date>),
    /// Its list.
    pub enclosed: Enclosed,
    /// Its files, to be kept with the request.
    pub files: Vec<Attached>,
}

/// What became of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Received {
    /// It is no request.
    Ordinary,
    /// It is one now.
    Opened(Opened),
    /// It was answered with why not.
    Refused,
}

impl Mailed {
    fn kind(&self) -> Option<RequestKind> {
        self.form.or(self.letter.kind)
    }

    /// An answer to an answer of ours is no request by its subject alone: one with a list is, corrected.
    fn is_request(&self) -> bool {
        self.kind().is_some() && (!self.letter.is_answer || self.enclosed != Enclosed::None)
    }
}

/// The organisation in whose name an address writes, and the regulation there; `None` where it is no mailbox of ours.
///
/// # Errors
/// What the store answers; no regulation in force.
pub fn sender(
    tx: &mut Tx<'_>,
    law: Law,
    from: &str,
) -> Result<Option<(MailboxId, Organisation, &'static Profile)>, Refused> {
    let Some(found) = target(tx, from)? else {
        return Ok(None);
    };
    let Some(place) = mailbox::organisation(tx, found.mailbox)? else {
        return Ok(None);
    };
    let Some(place) = organisation::get(tx, place)? else {
        return Ok(None);
    };
    let profile = law.at(tx, place.id)?;
    Ok(Some((found.mailbox, place, profile)))
}

/// Takes a mail in: opens the request that it is, with its receipt, or answers why it is none. In the transaction that notes that the
/// mail was looked at.
///
/// # Errors
/// What the store answers: then nothing was done.
pub fn receive(tx: &mut Tx<'_>, law: Law, door: &Door, mail: &Mailed) -> Result<Received, Refused> {
    receive_checked(tx, law, door, mail, None)
}

/// Looks at a mail before it is taken in, in a read: what is known of the lines of the request that it is.
///
/// # Errors
/// What the store answers.
pub fn look_at(
    tx: &mut Tx<'_>,
    law: Law,
    door: &Door,
    mail: &Mailed,
) -> Result<Option<Checked>, Refused> {
    let Some((kind, mailbox, place, profile)) = written(tx, law, door, mail)? else {
        return Ok(None);
    };
    let asked = asked(tx, door, mail, (kind, &place, profile, mailbox));
    match asked.and_then(|(actor, new)| check(tx, law, &actor, &new)) {
        Ok(checked) => Ok(Some(checked)),
        Err(Refused::Store(error)) => Err(error.into()),
        // Whoever takes it in tells why.
        Err(_) => Ok(None),
    }
}

/// What is asked by a mail that was written to the door, from which mailbox, by whom.
type Written = (RequestKind, MailboxId, Organisation, &'static Profile);

fn written(
    tx: &mut Tx<'_>,
    law: Law,
    door: &Door,
    mail: &Mailed,
) -> Result<Option<Written>, Refused> {
    let Some(kind) = mail.kind().filter(|_| mail.is_request()) else {
        return Ok(None);
    };
    let mut direct = false;
    for to in &mail.to {
        direct |= target(tx, to)?.is_some_and(|target| target.mailbox == door.mailbox);
    }
    // What reaches the door through a group, or as a blind copy, was not written to it (RFC 3834 §2).
    if !direct {
        return Ok(None);
    }
    let [from] = mail.from.as_slice() else {
        return Ok(None);
    };
    let found = sender(tx, law, from)?;
    Ok(found.map(|(mailbox, place, profile)| (kind, mailbox, place, profile)))
}

/// As [`receive`]; what was looked at before is not looked at again.
///
/// # Errors
/// What the store answers: then nothing was done.
pub fn receive_checked(
    tx: &mut Tx<'_>,
    law: Law,
    door: &Door,
    mail: &Mailed,
    checked: Option<&Checked>,
) -> Result<Received, Refused> {
    let Some((kind, mailbox, place, profile)) = written(tx, law, door, mail)? else {
        return Ok(Received::Ordinary);
    };
    let asked = asked(tx, door, mail, (kind, &place, profile, mailbox));
    let opened = asked.and_then(|(actor, new)| open_checked(tx, law, &actor, &new, checked));
    match opened {
        Ok(opened) => Ok(Received::Opened(opened)),
        Err(Refused::Store(error)) => Err(error.into()),
        Err(refused) => {
            let origin = origin(profile, kind, &refused);
            let values = [
                ("subject", mail.subject.clone()),
                ("address", door.address.clone()),
                ("reason", reason(&refused)),
            ];
            let to = Audience::Mailbox(mailbox);
            let key = key(mail);
            let what = Notice::RequestRefusedAtDoor;
            notice::send(tx, profile, what, &key, to, &origin, &values)?;
            Ok(Received::Refused)
        }
    }
}

fn key(mail: &Mailed) -> String {
    format!("thu/{}", mail.trace)
}

/// The request that a mail is, and in whose name.
fn asked(
    tx: &mut Tx<'_>,
    door: &Door,
    mail: &Mailed,
    (kind, place, profile, from): (RequestKind, &Organisation, &'static Profile, MailboxId),
) -> Result<(Actor, NewRequest), Refused> {
    check_sender(tx, profile, kind, (place, from))?;
    let Some(rule) = profile.request(kind) else {
        return Err(Refused::bad(format!(
            "Quy chế không có yêu cầu {}.",
            kind.title()
        )));
    };
    let by_mail = |only: MailboxKind| rule.comes_by(Way::UnitMailbox, only);
    let channel = by_mail(MailboxKind::Personal).or(by_mail(MailboxKind::Unit));
    if let Some(named) = channel.and_then(|channel| channel.value.to.as_deref())
        && target(tx, named)?.is_some_and(|target| target.mailbox != door.mailbox)
    {
        return Err(Refused::bad(format!(
            "Đề nghị {} phải gửi đến {named}.",
            kind.title()
        )));
    }
    let (rows, mut wrong) = checked(rule, kind, mail);
    let lines = match from_rows(tx, kind, place.id, rows) {
        Ok(lines) => lines,
        Err(Refused::Lines(faults)) => {
            wrong.extend(faults);
            Vec::new()
        }
        Err(error) => return Err(error),
    };
    if !wrong.is_empty() {
        wrong.sort();
        wrong.dedup();
        return Err(Refused::Lines(wrong));
    }
    let login = account::get(tx, mail.account)?.map(|account| account.login);
    let login = login.unwrap_or_default();
    let actor = Actor::for_unit(mail.account, &login, &mail.client_ip, place.id);
    let (number, day) = &mail.document;
    let new = NewRequest {
        key: key(mail),
        kind,
        organisation: place.id,
        way: Way::UnitMailbox,
        document: match number.trim() {
            "" => mail.letter.number.clone(),
            number => number.to_owned(),
        },
        document_day: day.or(mail.letter.day),
        reason: mail.letter.why(),
        lines,
        files: mail.files.clone(),
    };
    Ok((actor, new))
}

/// HCM.6.2: from the unit's own mailbox and no other.
fn check_sender(
    tx: &mut Tx<'_>,
    profile: &'static Profile,
    kind: RequestKind,
    (place, from): (&Organisation, MailboxId),
) -> Result<(), Refused> {
    let by_mail = profile.request(kind).and_then(|rule| {
        let mut channels = rule.channels().iter();
        channels.find(|channel| channel.value.way == Way::UnitMailbox)
    });
    let Some(channel) = by_mail else {
        // It tells by what ways it may come.
        let refused = profile.check_channel(kind, Way::UnitMailbox, MailboxKind::Personal);
        return refused.map(|_| ()).map_err(Into::into);
    };
    let is_unit = mailbox::kind(tx, from)?.as_deref() == Some("unit");
    if is_unit && place.mailbox.is_none_or(|main| main == from) {
        return Ok(());
    }
    let main = match place.mailbox {
        Some(main) => address::primary(tx, main)?,
        None => None,
    };
    let main = main.map_or_else(String::new, |main| format!(" ({main})"));
    let text = format!("Đề nghị chỉ được nhận từ hộp thư của cơ quan, đơn vị{main}.");
    let origin = profile_origin(profile, &channel.source);
    Err(Refused::rule(text, origin))
}

/// The rows of the list, and all that is missing or wrong before they are looked at.
fn checked<'m>(rule: &RequestRule, kind: RequestKind, mail: &'m Mailed) -> (&'m [Row], Vec<Fault>) {
    let mut told = mail.letter.told();
    if mail.letter.kind.is_some() {
        // The subject says it.
        told.push("demand");
    }
    let mut wrong = Vec::new();
    let mut rows: &[Row] = &[];
    match &mail.enclosed {
        Enclosed::None => {}
        Enclosed::Rows(found, faults) => {
            told.push("list");
            rows = found;
            wrong.extend(faults.iter().cloned());
        }
        Enclosed::Unreadable(why) => {
            told.push("list");
            wrong.push(whole(format!("Tệp kèm theo: {why}")));
        }
    }
    if mail
        .form
        .is_some_and(|form| mail.letter.kind.is_some_and(|kind| kind != form))
    {
        wrong.push(whole(format!(
            "Tiêu đề thư đề nghị việc khác với biểu mẫu kèm theo ({}).",
            kind.title()
        )));
    }
    // A regulation's own fields of a list (QN.5.3) are columns.
    let of_letter = ["reason", "need", "demand"];
    let missing: Vec<String> = rule
        .missing(&told)
        .into_iter()
        .filter(|field| of_letter.contains(&field.id.as_str()))
        .map(|field| format!("dòng “{}: …”", capital(&field.label)))
        .collect();
    if !missing.is_empty() {
        wrong.push(whole(format!("Thư còn thiếu {}.", missing.join(", "))));
    }
    if !told.contains(&"list") {
        wrong.push(whole(
            "Thư chưa kèm danh sách: cần tệp XLSX, CSV theo bảng mẫu, hoặc biểu mẫu PDF do hệ thống lập."
                .to_owned(),
        ));
    }
    (rows, wrong)
}

fn whole(what: String) -> Fault {
    Fault {
        row: 0,
        column: "",
        what,
    }
}

fn capital(label: &str) -> String {
    let mut letters = label.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

fn profile_origin(profile: &Profile, source: &Source) -> Origin {
    Origin::Profile {
        code: profile.code().to_owned(),
        source: source.clone(),
    }
}

/// What the refusal stands on: its own clause, or the one that sets the request.
fn origin(profile: &Profile, kind: RequestKind, refused: &Refused) -> Origin {
    let own = |refusal: &Refusal| refusal.origin.clone();
    match refused {
        Refused::Rule(refusal) => own(refusal),
        Refused::Rules(refusals) if !refusals.is_empty() => own(&refusals[0]),
        _ => profile.request(kind).map_or(Origin::System, |rule| {
            profile_origin(profile, &rule.kind().source)
        }),
    }
}

fn reason(refused: &Refused) -> String {
    let Refused::Lines(faults) = refused else {
        return refused.to_string();
    };
    let mut lines = vec!["chưa ghi nhận dòng nào, vì:".to_owned()];
    lines.extend(faults.iter().take(TOLD).map(|fault| format!("- {fault}")));
    if let Some(more) = faults.len().checked_sub(TOLD).filter(|more| *more > 0) {
        lines.push(format!("… và {more} chỗ khác."));
    }
    lines.push("Đề nghị sửa rồi gửi lại.".to_owned());
    lines.join("\n")
}
