//! Incidents (QN.9.1.a, SL.13, TQ.12.5, SL.17.4): reported by a user, an agency or the system itself, handled, fixed, closed, with
//! their history. A report names what it is about by its numbers; it never carries the message.

use congvu_store::delegation::{self, Rights};
use congvu_store::incident::{self, Incident, NewIncident};
use congvu_store::notice::Audience;
use congvu_store::{
    AccountId, FolderId, IncidentId, MailboxId, OrganisationId, Tx, access_grant, address, mailbox,
    organisation, role,
};
use serde_json::json;

use crate::notice::{self, Notice};
use crate::takedown::hex;
use crate::{Act, Action, Actor, Law, Refused, Role, record, rights};

macro_rules! words {
    ($(#[$top:meta])* $name:ident: $($(#[$doc:meta])* $variant:ident $text:literal $label:literal),* $(,)?) => {
        $(#[$top])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$doc])* $variant),* }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// As the store has it: never changes.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }

            /// For people.
            #[must_use]
            pub fn label(self) -> &'static str {
                match self { $(Self::$variant => $label),* }
            }

            /// By its name.
            #[must_use]
            pub fn parse(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.name() == name)
            }
        }
    };
}

words! {
    /// What kind of incident it is.
    Kind:
    /// The service does not work, or not well.
    Outage "outage" "gián đoạn dịch vụ",
    /// Malware, strange links (TQ.12.5, SL.17.4).
    Malware "malware" "mã độc, liên kết lạ",
    /// A message that pretends to be another's, to get passwords or money (QN.15.7, TQ.12.5, SL.17.4).
    Phishing "phishing" "thư lừa đảo, giả mạo",
    /// Somebody else uses the mailbox (TQ.8.2.b).
    Hijacked "hijacked" "hộp thư bị chiếm quyền, lộ mật khẩu",
    /// More mail goes out than a person writes (TQ.8.2.b).
    Burst "burst" "gửi thư bất thường",
    /// Secret material in a mailbox (QN.13.9).
    Secret "secret" "tài liệu mật trong hộp thư",
    /// The service was stopped without a plan.
    EmergencyStop "emergency-stop" "ngừng dịch vụ khẩn cấp",
    /// Anything else.
    Other "other" "sự cố khác",
}

words! {
    /// How far an incident is.
    State:
    /// Told; nobody has taken it in hand.
    Reported "reported" "đã báo",
    /// Somebody has.
    Handling "handling" "đang xử lý",
    /// The cause is gone.
    Fixed "fixed" "đã khắc phục",
    /// Nothing is left to do.
    Closed "closed" "đã đóng",
}

impl State {
    /// Whether one may follow another: forward, and back to being handled where the cause came again.
    #[must_use]
    pub fn may_become(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::Reported, Self::Handling | Self::Fixed | Self::Closed)
                | (Self::Handling, Self::Fixed | Self::Closed)
                | (Self::Fixed, Self::Closed | Self::Handling)
        )
    }
}

/// An incident to report.
#[derive(Clone, Debug)]
pub struct NewReport<'a> {
    /// Its kind.
    pub kind: Kind,
    /// Where; the mailbox's place where that is told.
    pub place: Option<OrganisationId>,
    /// The mailbox concerned.
    pub mailbox: Option<MailboxId>,
    /// In words.
    pub description: &'a str,
    /// When it happened (ms); now where nobody knows.
    pub happened_at: Option<i64>,
}

/// The clause at a place under which incidents of a kind are reported.
fn clause(tx: &mut Tx<'_>, law: Law, place: OrganisationId, kind: Kind) -> String {
    let ids: &[&str] = match kind {
        Kind::Secret => &["QN.14.10", "BS.III.10.2"],
        Kind::Malware => &["TQ.12.5", "SL.17.4"],
        Kind::Phishing => &["QN.15.7", "TQ.12.5", "SL.17.4", "HCM.11.4"],
        Kind::Hijacked | Kind::Burst => &["TQ.8.2.b", "SL.8.2.b", "SL.13"],
        Kind::Outage | Kind::EmergencyStop | Kind::Other => &["QN.9.1.a", "SL.13"],
    };
    let code = law.at(tx, place).map(|profile| profile.code().to_owned());
    let code = code.unwrap_or_default();
    let own = ids
        .iter()
        .find(|id| id.split('.').next() == Some(code.as_str()));
    own.map_or_else(String::new, |id| (*id).to_owned())
}

fn place_of(tx: &mut Tx<'_>, report: &NewReport<'_>) -> Result<OrganisationId, Refused> {
    if let Some(mailbox) = report.mailbox {
        let owner = access_grant::owner(tx, mailbox)?;
        return owner
            .map(|owner| owner.1)
            .ok_or_else(|| Refused::missing("Không có hộp thư này."));
    }
    match report.place {
        Some(place) => Ok(place),
        None => organisation::root(tx)?
            .map(|root| root.id)
            .ok_or_else(|| Refused::state("Hệ thống chưa có cơ quan nào.")),
    }
}

fn act(action: Action, id: IncidentId, kind: Kind, place: OrganisationId, clause: &str) -> Act {
    let act = Act::new(action, format!("incident/{id}"), kind.label()).at(place);
    if clause.is_empty() {
        act
    } else {
        act.by_clause(clause)
    }
}

/// Reports an incident: anybody who is signed in, the system, who has the machine. The operators there are told.
///
/// # Errors
/// It is not described, or its place does not exist.
pub fn report(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    report: &NewReport<'_>,
) -> Result<IncidentId, Refused> {
    if report.description.trim().is_empty() {
        return Err(Refused::bad("Phải mô tả sự cố."));
    }
    let place = place_of(tx, report)?;
    let clause = clause(tx, law, place, report.kind);
    let happened_at = report.happened_at.unwrap_or_else(|| tx.now());
    let new = NewIncident {
        key: None,
        kind: report.kind.name(),
        clause: &clause,
        organisation: Some(place),
        mailbox: report.mailbox,
        told_by: &actor.name,
        description: report.description,
        data: "",
        happened_at,
    };
    let id = incident::add(tx, &new)?.ok_or_else(|| Refused::state("Sự cố này đã được báo."))?;
    record(
        tx,
        actor,
        &act(Action::IncidentReport, id, report.kind, place, &clause),
    )?;
    let values = [
        ("number", id.to_string()),
        ("what", report.kind.label().to_owned()),
        ("who", format!("Người báo: {}.", actor.name)),
        ("text", report.description.to_owned()),
    ];
    tell(
        tx,
        id,
        place,
        &HANDLES,
        (Notice::Incident, &clause, &values),
    )?;
    Ok(id)
}

/// Who hears of an incident.
const HANDLES: [Role; 2] = [Role::Operate, Role::Decide];
/// So many are taken up at once.
const TAKEN_UP: i64 = 100;

/// Takes up bursts of mail that its way noted: those who operate and decide at the mailbox's place are told, under the clause in
/// force there, and it is in the record. Whether to lock the mailbox is theirs to say (TQ.8.2.b, SL.8.2.b). How many there were.
///
/// # Errors
/// What the store answers.
pub fn take_up_bursts(tx: &mut Tx<'_>, law: Law) -> Result<u32, Refused> {
    let mut taken = 0;
    for found in incident::untold_bursts(tx, TAKEN_UP)? {
        let place = match (found.organisation, organisation::root(tx)?) {
            (Some(place), _) => place,
            (None, Some(root)) => root.id,
            (None, None) => continue,
        };
        let clause = clause(tx, law, place, Kind::Burst);
        let cited = match clause.as_str() {
            "" => String::new(),
            clause => format!(" ({clause})"),
        };
        let description = format!(
            "{} Đề nghị kiểm tra, tạm khóa nếu cần{cited}.",
            found.description
        );
        if !incident::take_up(tx, found.id, &clause, &description)? {
            continue;
        }
        let reported = act(
            Action::IncidentReport,
            found.id,
            Kind::Burst,
            place,
            &clause,
        );
        record(tx, &Actor::system(), &reported)?;
        let address = match found.mailbox {
            Some(mailbox) => address::primary(tx, mailbox)?.unwrap_or_default(),
            None => String::new(),
        };
        let values = [
            ("number", found.id.to_string()),
            ("what", Kind::Burst.label().to_owned()),
            ("who", format!("Hộp thư: {address}.")),
            ("text", description),
        ];
        let text = (Notice::Incident, clause.as_str(), &values[..]);
        tell(tx, found.id, place, &HANDLES, text)?;
        taken += 1;
    }
    Ok(taken)
}

/// Brings an incident forward.
///
/// # Errors
/// Whoever does it neither operates nor decides there; one state does not follow the other.
pub fn advance(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: IncidentId,
    to: State,
    note: &str,
) -> Result<(), Refused> {
    let incident = get(tx, id)?;
    let place = match incident.organisation {
        Some(place) => place,
        None => place_of(
            tx,
            &NewReport {
                kind: Kind::Other,
                place: None,
                mailbox: None,
                description: "",
                happened_at: None,
            },
        )?,
    };
    rights::need(tx, actor, &[Role::Operate, Role::Decide], place)?;
    let from = State::parse(&incident.state).unwrap_or(State::Reported);
    if !from.may_become(to) {
        return Err(Refused::state(format!(
            "Sự cố số {id} {}, không chuyển sang “{}” được.",
            from.label(),
            to.label()
        )));
    }
    if !incident::advance(tx, id, (from.name(), to.name()), &actor.name, note)? {
        return Err(Refused::state(
            "Người khác vừa chuyển trạng thái sự cố này.",
        ));
    }
    let kind = Kind::parse(&incident.kind).unwrap_or(Kind::Other);
    let detail = json!({ "before": from.name(), "after": to.name(), "note": note });
    let act = act(Action::IncidentStep, id, kind, place, &incident.clause).with(detail);
    Ok(record(tx, actor, &act)?)
}

/// An incident by its number.
///
/// # Errors
/// There is none.
pub fn get(tx: &mut Tx<'_>, id: IncidentId) -> Result<Incident, Refused> {
    incident::get(tx, id)?.ok_or_else(|| Refused::missing(format!("Không có sự cố số {id}.")))
}

/// A notice to the mailboxes of those entrusted with something at a place or above it.
fn tell(
    tx: &mut Tx<'_>,
    id: IncidentId,
    place: OrganisationId,
    roles: &[Role],
    (kind, clause, values): (Notice, &str, &notice::Values<'_>),
) -> Result<(), Refused> {
    let mut told: Vec<AccountId> = Vec::new();
    for above in organisation::path(tx, place)? {
        for role in roles {
            told.extend(role::holders(tx, role.name(), above)?);
        }
    }
    told.sort_unstable();
    told.dedup();
    for account in told {
        if let Some(mailbox) = mailbox::of_account(tx, account)? {
            let key = format!("incident/{id}/mailbox/{mailbox}");
            let audience = Audience::Mailbox(mailbox);
            notice::write(tx, place, (kind, &key), audience, clause, values)?;
        }
    }
    Ok(())
}

/// Where a message lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The mailbox.
    pub mailbox: MailboxId,
    /// Its folder.
    pub folder: FolderId,
    /// The message's UID.
    pub uid: u32,
}

/// Reports secret material in a mailbox (QN.13.9, QN.14.10, BS.III.10.2): user → head of the agency → managing department, the agency that
/// sent it, and the competent authority where its address is given. The report names the message by its numbers and the hash of its
/// content, from which a case of takedown is opened; nothing of what it says, nor its subject, leaves the mailbox.
///
/// # Errors
/// Whoever reports it is not the mailbox's owner, its agency's head or contact, nor one who decides there; there is no such message.
pub fn report_secret(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    at: Place,
    authority: Option<&str>,
) -> Result<IncidentId, Refused> {
    let (owner, place) = access_grant::owner(tx, at.mailbox)?
        .ok_or_else(|| Refused::missing("Không có hộp thư này."))?;
    let own = owner.is_some() && actor.account == owner;
    if !own {
        rights::need(tx, actor, &[Role::Ask, Role::Decide], place)?;
    }
    let message = incident::message(tx, at.mailbox, at.folder, at.uid)?
        .ok_or_else(|| Refused::missing("Không có thư này trong hộp thư."))?;
    let clause = clause(tx, law, place, Kind::Secret);
    let key = format!("secret/{}/{}", at.mailbox, hex(&message.content));
    let data = json!({
        "folder": at.folder.0, "uid": at.uid, "message_id": message.message_id, "content": hex(&message.content),
    });
    let new = NewIncident {
        key: Some(&key),
        kind: Kind::Secret.name(),
        clause: &clause,
        organisation: Some(place),
        mailbox: Some(at.mailbox),
        told_by: &actor.name,
        description: "Phát hiện tài liệu mật trong hộp thư.",
        data: &data.to_string(),
        happened_at: tx.now(),
    };
    let id = incident::add(tx, &new)?
        .ok_or_else(|| Refused::state("Thư này đã được báo từ hộp thư này."))?;
    let detail = json!({ "content": hex(&message.content) });
    let act = act(Action::IncidentReport, id, Kind::Secret, place, &clause).with(detail);
    record(tx, actor, &act)?;

    let owner = address::primary(tx, at.mailbox)?.unwrap_or_default();
    let values = [("address", owner.clone()), ("number", id.to_string())];
    let found = |to: &str| (Notice::SecretFound, format!("incident/{id}/{to}"));
    let (kind, key) = found(&format!("organisation/{place}"));
    let at_home = Audience::Organisation(place);
    notice::write(tx, place, (kind, &key), at_home, &clause, &values)?;
    // Who sent it is told at their agency, where that is one of ours. An address elsewhere is what the message claims: whoever forged
    // it would learn what was found. Who handles the case learns of it and writes there.
    let mut elsewhere = Vec::new();
    for sender in crate::takedown::writers(&message.envelope) {
        let Some(at) = sender_place(tx, &sender)? else {
            elsewhere.push(sender);
            continue;
        };
        let key = format!("incident/{id}/sender/{sender}");
        let values = [
            ("address", owner.clone()),
            ("number", id.to_string()),
            ("sender", sender.clone()),
        ];
        let kind = Notice::SecretSent;
        let audience = Audience::Organisation(at);
        notice::write(tx, place, (kind, &key), audience, &clause, &values)?;
    }
    let mut to_decide = values.to_vec();
    if !elsewhere.is_empty() {
        let told = format!(
            "Thư ghi người gửi ở ngoài hệ thống: {}. Địa chỉ này chưa được xác minh nên hệ thống không tự báo; cơ quan quản lý xác minh rồi báo \
             nơi gửi bằng văn bản.\n",
            elsewhere.join(", ")
        );
        to_decide.push(("elsewhere", told));
    }
    let text = (Notice::SecretDecide, clause.as_str(), &to_decide[..]);
    tell(tx, id, place, &[Role::Decide], text)?;
    if let Some(authority) = authority {
        let (kind, key) = found("authority");
        let audience = Audience::Address(authority.to_owned());
        notice::write(tx, place, (kind, &key), audience, &clause, &values)?;
    }
    Ok(id)
}

/// Reports a message that pretends to be another's (QN.15.7, TQ.12.5, SL.17.4): by the mailbox's owner, or a keeper who reads it. One
/// content is one incident, however many got it; who reports it later stands in its history, and the operators are told once. The
/// report names the message by its numbers and the hash of its content, from which a case of takedown is opened.
///
/// # Errors
/// Whoever reports it may not read the mailbox; there is no such message.
pub fn report_phishing(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    at: Place,
) -> Result<IncidentId, Refused> {
    let missing = || Refused::missing("Không có thư này trong hộp thư.");
    let (owner, place) = access_grant::owner(tx, at.mailbox)?.ok_or_else(missing)?;
    let account = actor.account.ok_or_else(missing)?;
    if owner != Some(account) && mailbox::of_account(tx, account)? != Some(at.mailbox) {
        let kept = delegation::open(tx, account, at.mailbox)?;
        kept.filter(|kept| kept.rights.has(Rights::READ))
            .ok_or_else(missing)?;
    }
    let message = incident::message(tx, at.mailbox, at.folder, at.uid)?.ok_or_else(missing)?;
    let clause = clause(tx, law, place, Kind::Phishing);
    let content = hex(&message.content);
    let key = format!("phishing/{content}");
    let address = address::primary(tx, at.mailbox)?.unwrap_or_default();
    let report = act_of_phishing(&content, place, &clause);
    let note = format!("Cũng được báo từ hộp thư {address}.");
    if let Some(id) = incident::again(tx, &key, &actor.name, &note)? {
        record(tx, actor, &report(id))?;
        return Ok(id);
    }
    let description = format!("Thư nghi lừa đảo trong hộp thư {address}.");
    let data = json!({
        "folder": at.folder.0, "uid": at.uid, "message_id": message.message_id, "content": content,
    });
    let new = NewIncident {
        key: Some(&key),
        kind: Kind::Phishing.name(),
        clause: &clause,
        organisation: Some(place),
        mailbox: Some(at.mailbox),
        told_by: &actor.name,
        description: &description,
        data: &data.to_string(),
        happened_at: tx.now(),
    };
    let id = incident::add(tx, &new)?.ok_or_else(|| Refused::state("Thư này đã được báo."))?;
    record(tx, actor, &report(id))?;
    let values = [
        ("number", id.to_string()),
        ("what", Kind::Phishing.label().to_owned()),
        ("who", format!("Người báo: {}.", actor.name)),
        ("text", description.clone()),
    ];
    tell(
        tx,
        id,
        place,
        &HANDLES,
        (Notice::Phishing, &clause, &values),
    )?;
    Ok(id)
}

fn act_of_phishing(
    content: &str,
    place: OrganisationId,
    clause: &str,
) -> impl Fn(IncidentId) -> Act + use<> {
    let detail = json!({ "content": content });
    let clause = clause.to_owned();
    move |id| act(Action::IncidentReport, id, Kind::Phishing, place, &clause).with(detail.clone())
}

/// Where the agency is that an address of ours belongs to.
fn sender_place(tx: &mut Tx<'_>, sender: &str) -> Result<Option<OrganisationId>, Refused> {
    let Some((local, domain)) = sender.rsplit_once('@') else {
        return Ok(None);
    };
    Ok(match address::lookup(tx, local, domain)? {
        address::Lookup::Found(address::Target::Mailbox(target)) => {
            access_grant::owner(tx, target.mailbox)?.map(|owner| owner.1)
        }
        _ => None,
    })
}
