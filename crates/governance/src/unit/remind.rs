//! A part of the day went by in which nobody looked into a unit mailbox: its keepers are told (HCM.8.2.a), once.

use std::collections::HashMap;

use congvu_regulation::checks::Window;
use congvu_regulation::{MailboxKind, Moment, Origin, Profile};
use congvu_store::notice::Audience;
use congvu_store::unit_check::{self, Watched};
use congvu_store::{MailboxId, OrganisationId, Store, StoreError, Tx, address, organisation};

use crate::notice::{self, Notice};
use crate::{Law, Refused};

/// For so many minutes after the end of a part of the day it is still told; a server that stood still for longer tells nobody in
/// the evening of the morning.
const STILL: u16 = 30;
/// Mailboxes looked at in one transaction.
const PAGE: i64 = 200;

/// A mailbox, and the part of the day that was missed, by its place among the profile's.
type Missed = (Watched, &'static Profile, usize);

/// Tells the keepers of unit mailboxes into which nobody looked in a part of a working day that has just ended; how many were
/// told. For the scheduler, as often as it likes: nobody is told twice.
///
/// # Errors
/// What the store answers.
pub async fn remind(store: &Store, law: Law) -> Result<u64, Refused> {
    let today = Moment(store.now()).date();
    if !law.calendar().is_working_day(today).value {
        return Ok(0);
    }
    let (mut told, mut after) = (0, MailboxId(0));
    loop {
        let (last, missed) = store.read(move |tx| page(tx, law, after)).await?;
        if !missed.is_empty() {
            told += store.write_bulk(move |tx| tell(tx, &missed)).await?;
        }
        match last {
            Some(last) => after = last,
            None => return Ok(told),
        }
    }
}

/// What was missed by a page of mailboxes after `after`, and where the next goes on.
fn page(
    tx: &mut Tx<'_>,
    law: Law,
    after: MailboxId,
) -> Result<(Option<MailboxId>, Vec<Missed>), StoreError> {
    let now = Moment(tx.now());
    let (today, minute) = (now.date(), now.minute_of_day());
    let mut profiles: HashMap<OrganisationId, Option<&'static Profile>> = HashMap::new();
    let mut missed = Vec::new();
    let watched = unit_check::watched(tx, after, PAGE)?;
    for one in &watched {
        let profile = match profiles.get(&one.organisation) {
            Some(known) => *known,
            None => {
                let id = organisation::profile(tx, one.organisation)?;
                let found = id.and_then(|id| law.profile(&id));
                profiles.insert(one.organisation, found);
                found
            }
        };
        let Some(profile) = profile.filter(|profile| counts(profile)) else {
            continue;
        };
        for (at, window) in profile.checks().windows().iter().enumerate() {
            let begun = today.start().0 + i64::from(window.from) * 60_000;
            let ended = (window.until..window.until.saturating_add(STILL)).contains(&minute);
            if ended && one.created_at <= begun && !is_met(tx, one.mailbox, window)? {
                missed.push((*one, profile, at));
            }
        }
    }
    Ok((watched.last().map(|last| last.mailbox), missed))
}

fn counts(profile: &Profile) -> bool {
    profile.checks().mailboxes().contains(&MailboxKind::Unit)
}

/// Whether somebody looked in it today.
fn is_met(tx: &mut Tx<'_>, mailbox: MailboxId, window: &Window) -> Result<bool, StoreError> {
    let today = Moment(tx.now()).date().epoch_day();
    let looks = unit_check::of_days(tx, mailbox, today, today)?;
    let hours = window.from..window.until;
    Ok(looks.iter().any(|look| hours.contains(&look.minute)))
}

fn tell(tx: &mut Tx<'_>, missed: &[Missed]) -> Result<u64, Refused> {
    let today = Moment(tx.now()).date();
    let mut told = 0;
    for (one, profile, at) in missed {
        let rule = profile.checks();
        let window = &rule.windows()[*at];
        // Somebody may have looked since; what they did is written within two seconds.
        if is_met(tx, one.mailbox, window)? {
            continue;
        }
        let duty = rule.per_day().map_or(rule.duty(), |least| &least.source);
        let origin = Origin::Profile {
            code: profile.code().to_owned(),
            source: duty.clone(),
        };
        let name = organisation::get(tx, one.organisation)?.map(|place| place.name);
        let values = [
            (
                "address",
                address::primary(tx, one.mailbox)?.unwrap_or_default(),
            ),
            ("organisation", name.unwrap_or_default()),
            ("window", window.label.clone()),
            ("hours", window.to_string()),
        ];
        for looker in unit_check::lookers(tx, one.mailbox)? {
            let key = format!("{} {today} {at} {looker}", one.mailbox);
            let audience = Audience::Mailbox(looker);
            let kind = Notice::Unchecked;
            let sent = notice::send(tx, profile, kind, &key, audience, &origin, &values)?;
            told += u64::from(sent);
        }
    }
    Ok(told)
}
