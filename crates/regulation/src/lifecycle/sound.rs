//! Whether facts and a script can be: what cannot be would be told as if it were.

use super::rules::{Act, Rules};
use super::{Case, Event};
use crate::clauses;
use crate::{ClauseId, Moment, Profile};

impl Case {
    /// All that cannot be by this profile and these rules, in Vietnamese; nothing where all can.
    #[must_use]
    pub fn faults(&self, profile: &Profile, rules: &Rules) -> Vec<String> {
        let mut faults = Vec::new();
        faults.extend(mailbox(&self.facts.mailbox, profile));
        self.times(&mut faults);
        let facts = &self.facts;
        if let Some(id) = facts.lock.as_ref().and_then(|lock| lock.sweep.as_deref())
            && rules.sweep(id).is_none_or(|sweep| sweep.act() != Act::Lock)
        {
            faults.push(format!(
                "lock.sweep: quy chế không có quy tắc khóa nào tên «{id}»"
            ));
        }
        let locked = facts.lock.as_ref().and_then(|lock| lock.clause.as_ref());
        let by_people = self.events.iter().filter_map(|script| match &script.event {
            Event::Locked { clause } => Some(clause),
            _ => None,
        });
        for clause in locked.into_iter().chain(by_people) {
            if !is_clause_of(clause, profile) {
                let code = profile.code();
                faults.push(format!("clause: {code} không có điều khoản {clause}"));
            }
        }
        faults
    }

    /// What comes before what it follows from.
    fn times(&self, faults: &mut Vec<String>) {
        let facts = &self.facts;
        let issued = ("issued", Some(facts.issued));
        let lock = facts.lock.as_ref();
        let notice = lock.and_then(|lock| lock.notice);
        let session = facts.first_session;
        let since = ("lock.since", lock.map(|lock| lock.since));
        let sent = ("lock.notice.sent", notice.map(|notice| notice.sent));
        let began = ("first_session.began", session.map(|session| session.began));
        let received = notice.and_then(|notice| notice.received);
        let ended = session.and_then(|session| session.ended);
        let must_change = facts.must_change.map(|change| change.since);
        for (earlier, later) in [
            (issued, ("password_changed", facts.password_changed)),
            (issued, ("must_change.since", must_change)),
            (issued, began),
            (began, ("first_session.ended", ended)),
            (issued, since),
            (since, sent),
            (sent, ("lock.notice.received", received)),
            (issued, ("restored", facts.restored)),
            (issued, ("sign_in_disabled", facts.sign_in_disabled)),
            (issued, ("sign_in_enabled", facts.sign_in_enabled)),
            (issued, ("revoked", facts.revoked)),
            (issued, ("deleted", facts.deleted)),
            (("revoked", facts.revoked), ("deleted", facts.deleted)),
        ] {
            faults.extend(order(earlier, later));
        }
        for at in facts.activity.values() {
            faults.extend(order(issued, ("activity", Some(*at))));
        }
        for request in &facts.requests {
            let received = ("requests.received", Some(request.received));
            faults.extend(order(received, ("requests.decided", request.decided)));
        }
        for script in &self.events {
            faults.extend(order(issued, ("events.at", Some(script.at))));
        }
    }
}

fn order(
    (before, earlier): (&str, Option<Moment>),
    (after, later): (&str, Option<Moment>),
) -> Option<String> {
    let (earlier, later) = earlier.zip(later)?;
    (later < earlier).then(|| format!("{after} ({later}) đứng trước {before} ({earlier})"))
}

/// The profile's domain, and its ending where it governs only a part of that.
fn mailbox(address: &str, profile: &Profile) -> Option<String> {
    let ours = &profile.domain().value;
    let Some((local_part, domain)) = address.rsplit_once('@') else {
        return Some(format!("mailbox: “{address}” không phải địa chỉ thư"));
    };
    if local_part.is_empty() || !domain.eq_ignore_ascii_case(ours) {
        return Some(format!(
            "mailbox: {address} không thuộc tên miền {ours} của quy chế"
        ));
    }
    let ending = &profile.address_suffix()?.value;
    let own = local_part.to_ascii_lowercase();
    let is_ours = own == *ending || own.ends_with(&format!(".{ending}"));
    (!is_ours).then(|| format!("mailbox: {address} không có đuôi .{ending} của quy chế"))
}

/// By the index of clauses; a regulation that has none there is known by what its profile cites.
fn is_clause_of(clause: &ClauseId, profile: &Profile) -> bool {
    if clause.regulation() != profile.code() {
        return false;
    }
    if clauses::of(profile.id()).is_some_and(|indexed| indexed.profile() == profile) {
        return clauses::known().any(|known| known == clause);
    }
    let sections = profile.sections();
    let cited = sections.iter().flat_map(|section| &section.rows);
    cited
        .filter_map(|row| row.origin.clause())
        .any(|known| known == clause)
}
