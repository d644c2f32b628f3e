//! Tables about what users are asked to do: how often mailboxes are looked into (BS.III.11, HCM.8.2.a), and what kinds of documents
//! go by mail (HCM.7.1).

use std::collections::{BTreeMap, HashMap, HashSet};

use congvu_message::fold::fold;
use congvu_regulation::{Date, MailboxKind, Profile};
use congvu_store::census::Counted;
use congvu_store::{OrganisationId, Tx, organisation, unit_check};

use super::due::SEEN_BY;
use super::survey::Survey;
use super::{Scope, Table, numbers};
use crate::{Actor, Law, Refused, rights, today};

/// Whether somebody may ask for statistics of a place about some days.
pub(super) fn check(
    tx: &mut Tx<'_>,
    actor: &Actor,
    place: OrganisationId,
    days: (Date, Date),
) -> Result<(), Refused> {
    rights::need(tx, actor, &SEEN_BY, place)?;
    if days.1 < days.0 || days.1 >= today(tx) {
        return Err(Refused::bad("Kỳ thống kê phải gồm những ngày đã qua."));
    }
    if days.0.plus_days(366) < days.1 {
        return Err(Refused::bad("Kỳ thống kê không quá một năm."));
    }
    Ok(())
}

/// How often the mailboxes of a place and all below were looked into over some days that are over, mailbox by mailbox: those whose
/// regulation counts it. Of personal mailboxes the number of a day is known, not its hours.
///
/// # Errors
/// Whoever asks may not see it; the days are not over, or too many.
pub fn checking(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    place: OrganisationId,
    days: (Date, Date),
) -> Result<Table, Refused> {
    check(tx, actor, place, days)?;
    let columns = [
        ("address", "Địa chỉ"),
        ("name", "Tên"),
        ("organisation", "Cơ quan, đơn vị"),
        ("working", "#Số ngày làm việc"),
        ("enough", "#Số ngày kiểm tra đủ"),
        ("checks", "#Số lần kiểm tra"),
        ("clause", "Căn cứ"),
    ];
    let mut table = Table::new("checking", "Kiểm tra hộp thư hằng ngày", &columns);
    let survey = Survey::take(tx, days, place)?;
    let members = survey.members(place, Scope::Units);
    let mut profiles: HashMap<OrganisationId, Option<&'static Profile>> = HashMap::new();
    for counted in survey.of(&members) {
        let at = counted.organisation;
        let profile = match profiles.get(&at) {
            Some(known) => *known,
            None => {
                let id = organisation::profile(tx, at)?;
                let found = id.and_then(|id| law.profile(&id));
                *profiles.entry(at).or_insert(found)
            }
        };
        let Some(profile) = profile else {
            continue;
        };
        let rule = profile.checks();
        let kind = crate::life::kind(&counted.kind);
        let counts = rule.per_day().is_some() && rule.mailboxes().contains(&kind);
        if !counts || !numbers::stands(counted) {
            continue;
        }
        let looked = looked(tx, profile, counted, kind, days)?;
        let (mut working, mut enough, mut checks) = (0, 0, 0_u64);
        let mut day = days.0;
        while day <= days.1 {
            // On the day it was issued nothing is asked yet.
            let asked = counted.created_at < day.start().0;
            let (count, is_enough) = looked.get(&day.epoch_day()).copied().unwrap_or((0, false));
            checks += u64::from(count);
            if asked && law.calendar().is_working_day(day).value {
                working += 1;
                enough += u32::from(is_enough);
            }
            day = day.plus_days(1);
        }
        let clause = rule.per_day().and_then(|least| least.clause());
        table.rows.push(vec![
            counted.address.clone(),
            counted.name.clone(),
            survey.name(at).to_owned(),
            working.to_string(),
            enough.to_string(),
            checks.to_string(),
            clause.map(ToString::to_string).unwrap_or_default(),
        ]);
    }
    Ok(table)
}

/// Of each day on which somebody looked: how often, and whether that is as the text asks.
fn looked(
    tx: &mut Tx<'_>,
    profile: &Profile,
    counted: &Counted,
    kind: MailboxKind,
    (first, last): (Date, Date),
) -> Result<BTreeMap<i64, (u16, bool)>, Refused> {
    let rule = profile.checks();
    let (first, last) = (first.epoch_day(), last.epoch_day());
    if kind == MailboxKind::Personal {
        let least = rule.per_day().map_or(0, |least| least.value);
        let own = unit_check::own_of_days(tx, counted.mailbox, first, last)?;
        return Ok(own
            .into_iter()
            .map(|(day, checks)| (day, (checks, checks >= least)))
            .collect());
    }
    let mut minutes: BTreeMap<i64, Vec<u16>> = BTreeMap::new();
    for look in unit_check::of_days(tx, counted.mailbox, first, last)? {
        minutes.entry(look.day).or_default().push(look.minute);
    }
    let met = minutes.into_iter().map(|(day, minutes)| {
        let met = rule.met(&minutes);
        (day, (met.checks, met.enough))
    });
    Ok(met.collect())
}

/// What kinds of documents the mailboxes of a place and all below sent over some days that are over: the profile's, then what senders
/// called otherwise, then what they gave no kind.
///
/// # Errors
/// As [`checking`]; there is no profile at the place.
pub fn categories(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    place: OrganisationId,
    days: (Date, Date),
) -> Result<Table, Refused> {
    check(tx, actor, place, days)?;
    let known = law.at(tx, place)?.content().categories();
    let survey = Survey::take(tx, days, place)?;
    let members = survey.members(place, Scope::Units);
    Ok(by_category(&survey, &members, &known.value))
}

/// The same for places that a report is about, while the survey's days last.
pub(super) fn by_category(
    survey: &Survey,
    members: &HashSet<OrganisationId>,
    known: &[String],
) -> Table {
    let mut counted: HashMap<String, i64> = HashMap::new();
    let mut sent = 0;
    for mailbox in survey.of(members).iter().map(|counted| counted.mailbox) {
        sent += survey.uses.get(&mailbox).map_or(0, |used| used.sent);
        for (category, messages) in survey.categories.get(&mailbox).into_iter().flatten() {
            *counted.entry(fold(category)).or_default() += messages;
        }
    }
    let columns = [("category", "Loại văn bản"), ("messages", "#Số thư gửi")];
    let mut table = Table::new("categories", "Số thư gửi theo loại văn bản", &columns);
    let mut row = |name: &str, messages: i64| {
        table.rows.push(vec![name.to_owned(), messages.to_string()]);
    };
    let mut named = 0;
    for category in known {
        let messages = counted.remove(&fold(category)).unwrap_or_default();
        named += messages;
        row(category, messages);
    }
    let other: i64 = counted.values().sum();
    row("loại khác", other);
    row("không ghi loại", (sent - named - other).max(0));
    table
}
