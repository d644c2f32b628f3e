//! Thay đổi thông tin: of a mailbox's holder, and of its address, which keeps the old one as an alias (QN.6.3.b).

use congvu_regulation::requests::RequestKind;
use congvu_regulation::{Origin, Source};
use congvu_store::notice::Audience;
use congvu_store::{
    MailboxId, OrganisationId, StoreError, Tx, mailbox, organisation, person, place, rename,
};
use serde_json::json;

use super::Subject;
use crate::notice::{self, Notice};
use crate::organisation::left;
use crate::{Action, Actor, Law, Refused, Role, directory, naming, record};

/// What changes; what is left out stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// Title of its holder.
    pub title: Option<String>,
    /// Telephone of its holder.
    pub phone: Option<String>,
    /// Family, middle and given name of its holder.
    pub name: Option<(String, String, String)>,
    /// The address before the @; the old one stays an alias.
    pub local_part: Option<String>,
    /// Where its holder works now.
    pub organisation: Option<OrganisationId>,
}

/// Changes a mailbox and its holder; returns its address then. Mail, sessions and the old address go on.
///
/// # Errors
/// Whoever asks may not, the address is taken (TQ.5), the place does not exist, or nobody holds the mailbox whose title or
/// telephone could change.
pub fn change(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    id: MailboxId,
    change: &Change,
    document: Option<&str>,
) -> Result<String, Refused> {
    let subject = Subject::hold(tx, law, id)?;
    subject.must_exist()?;
    subject.need(tx, actor, &[Role::Decide])?;
    let before = subject.life.address.clone();
    let (was, is) = of_holder(tx, &subject, change)?;
    if let Some(place) = change.organisation {
        to_place(tx, actor, id, place, document)?;
    }
    if let Some(wanted) = &change.local_part {
        let wanted = wanted.trim().to_lowercase();
        let domain = organisation::domain_of(tx, subject.organisation.id)?;
        let (domain, _) = domain.ok_or_else(|| Refused::state("Hệ thống chưa có tên miền."))?;
        naming::check_free(tx, domain, &wanted, Some(id))?;
        let now = Subject::load(tx, law, id)?;
        naming::check_form(tx, now.profile, &now.organisation, now.kind(), &wanted)?;
        rename::readdress(tx, id, domain, &wanted, None).map_err(|error| match error {
            StoreError::Conflict(_) => {
                Refused::state(format!("Địa chỉ “{wanted}” đã có người dùng."))
            }
            error => error.into(),
        })?;
    }
    directory::refresh(tx, id)?;
    let after = Subject::load(tx, law, id)?;
    let rule = subject.profile.request(RequestKind::Change);
    let origin = Origin::Profile {
        code: subject.profile.code().to_owned(),
        source: rule.map_or(Source::Local, |rule| rule.kind().source.clone()),
    };
    let mut detail = json!({
        "address": { "before": before, "after": after.life.address },
        "organisation": { "before": subject.organisation.name, "after": after.organisation.name },
    });
    for (key, (before, after)) in HOLDER.iter().zip(was.into_iter().zip(is)) {
        if before != after {
            detail[key] = json!({ "before": before, "after": after });
        }
    }
    let mut act = after
        .act(Action::MailboxChange)
        .by_document(document)
        .with(detail);
    act.clause = origin.clause().map(ToString::to_string);
    record(tx, actor, &act)?;
    if before != after.life.address {
        let mut values = after.values();
        values.push(("old", before.clone()));
        let key = format!("mailbox/{id} {}", after.life.address);
        let to = Audience::Mailbox(id);
        notice::send(
            tx,
            after.profile,
            Notice::Renamed,
            &key,
            to,
            &origin,
            &values,
        )?;
    }
    Ok(after.life.address)
}

/// What is recorded of a holder, by these names.
const HOLDER: [&str; 3] = ["name", "title", "phone"];

fn recorded(holder: &person::Person) -> [String; 3] {
    let parts = [&holder.family, &holder.middle, &holder.given].map(String::as_str);
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    [parts.join(" "), holder.title.clone(), holder.phone.clone()]
}

/// Changes the holder; what is recorded of them, before and after.
fn of_holder(
    tx: &mut Tx<'_>,
    subject: &Subject,
    change: &Change,
) -> Result<([String; 3], [String; 3]), Refused> {
    if change.title.is_none() && change.phone.is_none() && change.name.is_none() {
        return Ok(<_>::default());
    }
    let holder = mailbox::person(tx, subject.id())?;
    let holder = holder.map(|id| person::get(tx, id)).transpose()?.flatten();
    let Some(mut holder) = holder else {
        return Err(Refused::state(
            "Hộp thư này không phải của một cá nhân: không có họ tên, chức vụ, điện thoại để đổi.",
        ));
    };
    let before = recorded(&holder);
    let told = |text: &String| text.trim().to_owned();
    if let Some(title) = &change.title {
        holder.title = told(title);
    }
    if let Some(phone) = &change.phone {
        holder.phone = told(phone);
    }
    if let Some((family, middle, given)) = &change.name {
        if given.trim().is_empty() {
            return Err(Refused::bad("Họ tên mới chưa có tên."));
        }
        (holder.family, holder.middle, holder.given) = (told(family), told(middle), told(given));
        let [name, ..] = recorded(&holder);
        mailbox::set_name(tx, subject.id(), &name)?;
    }
    person::update(tx, &holder)?;
    Ok((before, recorded(&holder)))
}

fn to_place(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: MailboxId,
    to: OrganisationId,
    document: Option<&str>,
) -> Result<(), Refused> {
    let found = organisation::get(tx, to)?.filter(|found| found.ended_at.is_none());
    if found.is_none() {
        return Err(Refused::missing("Không có cơ quan, đơn vị này."));
    }
    crate::rights::need(tx, actor, &[Role::Decide], to)?;
    let Some(holder) = mailbox::person(tx, id)? else {
        return Err(Refused::state(
            "Hộp thư cơ quan không chuyển sang cơ quan khác.",
        ));
    };
    place::move_person(tx, holder, to)?;
    for other in mailbox::of_person(tx, holder)? {
        directory::refresh(tx, other)?;
    }
    left(tx, actor, holder, document)
}
