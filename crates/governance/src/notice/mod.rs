//! Notices to people: templates filled in, put into the outbox in the transaction of what they tell of. A notice's key says
//! what it is about, so that none is sent twice.

mod template;

use congvu_regulation::{Date, Origin, Profile, Source};
use congvu_store::notice::{Audience, NewNotice};
use congvu_store::{MailboxId, OrganisationId, Tx, notice, organisation};

use crate::mailbox::Subject;
use crate::{Law, Refused};
pub use template::Notice;

/// What fills a template.
pub type Values<'a> = [(&'a str, String)];

/// Puts a notice into the outbox; false where one about the same was there already.
///
/// # Errors
/// What the store answers.
pub fn send(
    tx: &mut Tx<'_>,
    profile: &Profile,
    kind: Notice,
    key: &str,
    audience: Audience,
    origin: &Origin,
    values: &Values<'_>,
) -> Result<bool, Refused> {
    send_with(tx, profile, (kind, ""), key, audience, origin, values)
}

/// As [`send`]; the notice goes when its files are there, which are made of what `papers` names (`report/12`).
///
/// # Errors
/// What the store answers.
pub fn send_with(
    tx: &mut Tx<'_>,
    profile: &Profile,
    (kind, papers): (Notice, &str),
    key: &str,
    audience: Audience,
    origin: &Origin,
    values: &Values<'_>,
) -> Result<bool, Refused> {
    let mut all: Vec<(&str, String)> = vec![
        ("day", crate::today(tx).vietnamese()),
        ("clause", cited(profile, origin)),
        ("managing", managing(profile)),
        ("contact", contact(profile)),
    ];
    all.extend(values.iter().map(|(name, value)| (*name, value.clone())));
    let (subject, body) = template::fill(profile.id(), kind, &all);
    let key = format!("{} {key}", kind.name());
    let clause = origin.clause().map(ToString::to_string).unwrap_or_default();
    let added = notice::add(
        tx,
        &NewNotice {
            key: &key,
            kind: kind.name(),
            audience,
            subject: &subject,
            body: &body,
            clause: &clause,
            papers,
        },
    )?;
    Ok(added.is_some())
}

/// Puts a notice that stands on a clause by its name (or on none) into the outbox, in the words of the regulation in force at a place.
///
/// # Errors
/// What the store answers.
pub(crate) fn write(
    tx: &mut Tx<'_>,
    place: OrganisationId,
    (kind, key): (Notice, &str),
    audience: Audience,
    clause: &str,
    values: &Values<'_>,
) -> Result<bool, Refused> {
    let law = Law::in_force();
    let id = organisation::profile(tx, place)?;
    let profile = id.and_then(|id| law.profile(&id));
    // A clause of another regulation (BS.III.9, which holds everywhere) is cited with that one's decision.
    let code = clause.split('.').next().unwrap_or_default();
    let decision = law.profile(code).map(|of| of.head().cited_as());
    let cited = match (clause, decision, profile) {
        ("", _, Some(profile)) => cited(profile, &local(profile)),
        ("", _, None) => "thiết lập tại chỗ".to_owned(),
        (clause, Some(decision), _) => format!("{clause}, {decision}"),
        (clause, None, _) => clause.to_owned(),
    };
    let mut all: Vec<(&str, String)> =
        vec![("day", crate::today(tx).vietnamese()), ("clause", cited)];
    if let Some(profile) = profile {
        all.extend([
            ("managing", managing(profile)),
            ("contact", contact(profile)),
        ]);
    }
    all.extend(values.iter().map(|(name, value)| (*name, value.clone())));
    let (subject, body) = template::fill(profile.map_or("", Profile::id), kind, &all);
    let new = NewNotice {
        key: &format!("{} {key}", kind.name()),
        kind: kind.name(),
        audience,
        subject: &subject,
        body: &body,
        clause,
        papers: "",
    };
    Ok(notice::add(tx, &new)?.is_some())
}

fn local(profile: &Profile) -> Origin {
    Origin::Profile {
        code: profile.code().to_owned(),
        source: Source::Local,
    }
}

/// Tells who opens a mailbox that a message (the row that it waited in, its subject) was not sent at its time, and why: it lies among
/// their drafts.
///
/// # Errors
/// What the store answers.
pub fn tell_unsent(
    tx: &mut Tx<'_>,
    law: Law,
    mailbox: MailboxId,
    (row, subject): (i64, &str),
    reasons: &[String],
) -> Result<(), Refused> {
    let about = Subject::load(tx, law, mailbox)?;
    let mut values = about.values();
    values.push(("letter", subject.to_owned()));
    values.push(("reason", reasons.join("\n- ")));
    let (key, to) = (format!("later/{row}"), Audience::Mailbox(mailbox));
    let (profile, kind) = (about.profile, Notice::NotSent);
    send(tx, profile, kind, &key, to, &Origin::System, &values)?;
    Ok(())
}

/// Whether a notice about this is in the outbox, or went out.
///
/// # Errors
/// What the store answers.
pub fn is_sent(tx: &mut Tx<'_>, kind: Notice, key: &str) -> Result<bool, Refused> {
    Ok(notice::is_there(tx, &format!("{} {key}", kind.name()))?)
}

/// Where notices to an organisation go: itself, or the nearest place above that has a mailbox.
///
/// # Errors
/// What the store answers.
pub fn agency(tx: &mut Tx<'_>, place: OrganisationId) -> Result<Audience, Refused> {
    for above in organisation::path(tx, place)? {
        let has = organisation::get(tx, above)?.is_some_and(|found| found.mailbox.is_some());
        if has {
            return Ok(Audience::Organisation(above));
        }
    }
    Ok(Audience::Organisation(place))
}

/// Where notices to who decides about a place go: the mailbox of the nearest place above at which somebody has the role,
/// else the root's.
///
/// # Errors
/// What the store answers.
pub fn deciders(tx: &mut Tx<'_>, place: OrganisationId) -> Result<Audience, Refused> {
    let path = organisation::path(tx, place)?;
    for above in &path {
        if !congvu_store::role::holders(tx, crate::Role::Decide.name(), *above)?.is_empty() {
            return agency(tx, *above);
        }
    }
    agency(tx, path.last().copied().unwrap_or(place))
}

/// Where notices go to who passes on what a place asks for (HCM.3, HCM.9): the mailbox of the nearest place above at which somebody
/// has the role, else the place's own, whose head has it in hand.
///
/// # Errors
/// What the store answers.
pub fn forwarders(tx: &mut Tx<'_>, place: OrganisationId) -> Result<Audience, Refused> {
    for above in organisation::path(tx, place)? {
        if !congvu_store::role::holders(tx, crate::Role::Forward.name(), above)?.is_empty() {
            return agency(tx, above);
        }
    }
    agency(tx, place)
}

/// The clause in words: "điểm a khoản 2 Điều 8, Quyết định số …", or that it is a local setting.
fn cited(profile: &Profile, origin: &Origin) -> String {
    let decision = profile.head().cited_as();
    match origin {
        Origin::Profile {
            source: Source::Clause { id, quote },
            ..
        } if quote.is_empty() => format!("{id}, {decision}"),
        Origin::Profile {
            source: Source::Clause { id, quote },
            ..
        } => format!("{id}, {decision}: “{quote}”"),
        origin => format!("{origin}; {decision}"),
    }
}

fn managing(profile: &Profile) -> String {
    let managing = profile.head().successor().unwrap_or(profile.managing());
    managing.value.clone()
}

fn contact(profile: &Profile) -> String {
    let managing = managing(profile);
    match profile.head().hotline() {
        Some(hotline) => format!("Cần hỗ trợ: {managing}, điện thoại {}.", hotline.value),
        None => format!("Cần hỗ trợ: đầu mối của cơ quan, hoặc {managing}."),
    }
}

/// A day as people write it.
pub(crate) fn day(date: Date) -> String {
    date.vietnamese()
}
