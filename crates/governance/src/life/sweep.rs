//! The sweep: what fell due is carried out, once, by one node, each act in a transaction of its own.

use std::collections::HashMap;
use std::sync::Arc;

use congvu_regulation::lifecycle::{Due, What};
use congvu_regulation::{Moment, Profile};
use congvu_store::life::{self, Life};
use congvu_store::proposal::{self, Run};
use congvu_store::{MailboxId, OrganisationId, Store, StoreError, lease, organisation};
use serde_json::json;

use super::due::{Outcome, carry_out, is_done, is_felt};
use super::facts;
use crate::notice::{self, Notice};
use crate::{Act, Action, Actor, Law, Refused, Role, mailbox, record, rights};

/// Mailboxes looked at in one read.
const PAGE: i64 = 500;
/// So long (ms) a node has the sweep to itself, unless it says so again.
const LEASE: i64 = 60_000;
const LEASE_NAME: &str = "sweep";

/// How a sweep is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// The time it is run for; none: now. Only a dry run may look ahead.
    pub as_of: Option<Moment>,
    /// Only tells what would be done.
    pub dry_run: bool,
    /// The most that one run may do to people: acts they feel and proposals, ten notices counted as one; were there more,
    /// nothing is carried out.
    pub most: usize,
    /// Somebody looked at the list: so much may be done.
    pub confirmed: Option<usize>,
}

/// One thing that fell due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// For which mailbox.
    pub mailbox: MailboxId,
    /// Its address.
    pub address: String,
    /// Where it belongs.
    pub organisation: OrganisationId,
    /// What, when, by which clause.
    pub due: Due,
}

/// What a sweep found and did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// What fell due, by mailbox.
    pub items: Vec<Item>,
    /// What was done.
    pub run: Run,
    /// Why single acts failed; they are tried in the next run.
    pub failed: Vec<(String, String)>,
    /// Another node is at it.
    pub busy: bool,
}

impl Swept {
    /// Notes what could not be done for one mailbox; the others go on, unless the store itself is away.
    fn fail(&mut self, whose: String, error: Refused) -> Result<(), Refused> {
        match error {
            Refused::Store(error) if error.is_outage() => Err(error.into()),
            error => {
                tracing::warn!(%error, mailbox = whose, "what fell due was not carried out");
                self.failed.push((whose, error.to_string()));
                Ok(())
            }
        }
    }
}

/// Records who lets a sweep do up to so much ([`Options::confirmed`]), before it is run.
///
/// # Errors
/// Whoever lets it neither operates nor decides for all of the system.
pub fn let_through(
    tx: &mut congvu_store::Tx<'_>,
    actor: &Actor,
    most: usize,
) -> Result<(), Refused> {
    let root =
        organisation::root(tx)?.ok_or_else(|| Refused::state("Hệ thống chưa có cơ quan nào."))?;
    rights::need(tx, actor, &[Role::Operate, Role::Decide], root.id)?;
    let act = Act::new(Action::SweepConfirm, "sweep".to_owned(), &root.name)
        .at(root.id)
        .with(json!({ "most": most }));
    Ok(record(tx, actor, &act)?)
}

/// Looks at all mailboxes and carries out what is due.
///
/// # Errors
/// The store cannot be read, or somebody wants acts carried out for a time that has not come.
pub async fn sweep(store: &Store, law: Law, options: Options) -> Result<Swept, Refused> {
    let started = store.now();
    let as_of = options.as_of.unwrap_or(Moment(started));
    if as_of.0 > started && !options.dry_run {
        return Err(Refused::bad(
            "Chỉ xem trước được cho ngày chưa đến: thêm --dry-run.",
        ));
    }
    let holder = i64::from_ne_bytes(congvu_store::random::<8>());
    if !options.dry_run && !take_lease(store, holder).await? {
        return Ok(Swept {
            busy: true,
            ..Swept::default()
        });
    }
    let swept = run(store, law, options, as_of, holder).await;
    if !options.dry_run {
        release_lease(store, holder).await?;
        // What another node took over is that node's run.
        if let Ok(swept) = &swept
            && !swept.busy
        {
            let run = swept.run;
            let noted = store.write(move |tx| proposal::add_run(tx, started, &run));
            noted.await.map_err(|error: StoreError| error)?;
        }
    }
    swept
}

async fn run(
    store: &Store,
    law: Law,
    options: Options,
    as_of: Moment,
    holder: i64,
) -> Result<Swept, Refused> {
    let mut swept = Swept {
        run: Run {
            as_of: as_of.0,
            ..Run::default()
        },
        ..Swept::default()
    };
    let mut found = Found::behind(MailboxId(0));
    let profiles = Arc::new(profiles(store, law).await?);
    while let Some(page) = next_page(store, law, &profiles, found.after, as_of).await? {
        found.add(page);
    }
    swept.run.mailboxes = found.mailboxes;
    swept.items = found.items;
    swept.failed = found.unread;
    if options.dry_run {
        return Ok(swept);
    }
    let weight = weight(&swept.items, found.stale.len());
    let most = options.confirmed.unwrap_or(0).max(options.most);
    if weight > most {
        swept.run.held = u32::try_from(weight).unwrap_or(u32::MAX);
        hold(store, law, weight, options.most, as_of).await?;
        return Ok(swept);
    }
    for id in found.stale {
        let lapsed = store.write_bulk(move |tx| super::lapse(tx, law, id, as_of));
        if let Err(error) = lapsed.await {
            let name = format!("mailbox/{id}");
            swept.fail(name, error)?;
        }
    }
    for (position, item) in swept.items.clone().into_iter().enumerate() {
        if position % 100 == 0 && !take_lease(store, holder).await? {
            swept.busy = true;
            return Ok(swept);
        }
        let (id, key) = (item.mailbox, item.due.key());
        let done = store.write_bulk(move |tx| carry_out(tx, law, id, &key, as_of));
        match done.await {
            Ok(Outcome::Done) => swept.run.acts += 1,
            Ok(Outcome::Proposed) => swept.run.proposals += 1,
            Ok(Outcome::Told) => swept.run.notices += 1,
            Ok(Outcome::Nothing) => {}
            Err(error) => swept.fail(item.address, error)?,
        }
    }
    for id in found.fuller {
        let warned = store.write_bulk(move |tx| mailbox::warn_of_quota(tx, law, id));
        match warned.await {
            Ok(true) => swept.run.notices += 1,
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, mailbox = id.0, "no warning of the quota"),
        }
    }
    Ok(swept)
}

/// So many notices weigh as much as one act.
const NOTICES_OF_AN_ACT: usize = 10;

/// How much a run would do to people, as [`Options::most`] bounds it: each act they feel, each proposal made or given up
/// counts as one, and ten notices do. What a broken clock must not do to a province.
fn weight(items: &[Item], stale: usize) -> usize {
    let (acts, notices): (Vec<&Item>, Vec<&Item>) = items
        .iter()
        .partition(|item| is_felt(&item.due) || matches!(item.due.what, What::Propose(_)));
    acts.len() + stale + notices.len() / NOTICES_OF_AN_ACT
}

/// What lies in mailboxes that were looked at.
struct Found {
    /// The last of them.
    after: MailboxId,
    mailboxes: u32,
    items: Vec<Item>,
    /// Whose quota is to be looked at in a transaction of its own.
    fuller: Vec<MailboxId>,
    /// For which something is proposed that is not due any more.
    stale: Vec<MailboxId>,
    /// Which could not be read, and why.
    unread: Vec<(String, String)>,
}

impl Found {
    /// Nothing yet, of the mailboxes after one.
    fn behind(after: MailboxId) -> Self {
        Self {
            after,
            mailboxes: 0,
            items: Vec::new(),
            fuller: Vec::new(),
            stale: Vec::new(),
            unread: Vec::new(),
        }
    }

    fn add(&mut self, page: Self) {
        self.after = page.after;
        self.mailboxes += page.mailboxes;
        self.items.extend(page.items);
        self.fuller.extend(page.fuller);
        self.stale.extend(page.stale);
        self.unread.extend(page.unread);
    }
}

/// The mailboxes after one; `None` where there is none. One that cannot be read is told and passed over.
async fn next_page(
    store: &Store,
    law: Law,
    profiles: &Arc<HashMap<OrganisationId, &'static Profile>>,
    after: MailboxId,
    as_of: Moment,
) -> Result<Option<Found>, Refused> {
    let known = Arc::clone(profiles);
    let read = store.read(move |tx| look(tx, law, &known, (after, PAGE), as_of));
    match read.await {
        Err(Refused::Store(error)) if !error.is_outage() => {}
        page => return page,
    }
    // One of them is at fault: each by itself.
    let mut page = Found::behind(after);
    for _ in 0..PAGE {
        let (known, after) = (Arc::clone(profiles), page.after);
        let read = store.read(move |tx| look(tx, law, &known, (after, 1), as_of));
        match read.await {
            Ok(Some(one)) => page.add(one),
            Ok(None) => break,
            Err(Refused::Store(error)) if !error.is_outage() => {
                let next = store.read(move |tx| congvu_store::mailbox::after(tx, after));
                let Some(next) = next.await.map_err(|error: StoreError| error)? else {
                    break;
                };
                tracing::error!(%error, mailbox = next.0, "a mailbox cannot be read: nothing falls due for it");
                page.unread
                    .push((format!("mailbox/{next}"), error.to_string()));
                page.after = next;
            }
            Err(error) => return Err(error),
        }
    }
    Ok((page.after != after).then_some(page))
}

fn look(
    tx: &mut congvu_store::Tx<'_>,
    law: Law,
    profiles: &HashMap<OrganisationId, &'static Profile>,
    (after, limit): (MailboxId, i64),
    as_of: Moment,
) -> Result<Option<Found>, Refused> {
    let lives = life::page(tx, after, limit)?;
    let Some(last) = lives.last() else {
        return Ok(None);
    };
    let mut found = Found::behind(last.mailbox);
    found.mailboxes = u32::try_from(lives.len()).unwrap_or(u32::MAX);
    for life in lives {
        let Some(profile) = profiles.get(&life.organisation) else {
            continue;
        };
        let warnings = profile.quota_warnings();
        let level = warnings.look(life.quota_level, life.used, life.quota).level;
        if level != life.quota_level {
            found.fuller.push(life.mailbox);
        }
        let due = due_of(law, profile, &life, as_of);
        let is_stale = |proposed: &life::Proposed| {
            proposed.until_day.is_none() && !due.iter().any(|due| due.key() == proposed.key)
        };
        if life.proposed.iter().any(is_stale) {
            found.stale.push(life.mailbox);
        }
        for due in due {
            if !is_done(&life, &due.key(), as_of) {
                found.items.push(Item {
                    mailbox: life.mailbox,
                    address: life.address.clone(),
                    organisation: life.organisation,
                    due,
                });
            }
        }
    }
    Ok(Some(found))
}

fn due_of(law: Law, profile: &Profile, life: &Life, as_of: Moment) -> Vec<Due> {
    profile.lifecycle().due(&facts(life), law.calendar(), as_of)
}

/// The profile in force at each place.
async fn profiles(
    store: &Store,
    law: Law,
) -> Result<HashMap<OrganisationId, &'static Profile>, Refused> {
    store
        .read(move |tx| {
            let mut known = HashMap::new();
            for (place, id) in organisation::profiles(tx)? {
                match law.profile(&id) {
                    Some(profile) => {
                        known.insert(place, profile);
                    }
                    None => tracing::warn!(
                        place = place.0,
                        profile = id,
                        "no such profile: nothing falls due there"
                    ),
                }
            }
            Ok(known)
        })
        .await
}

/// Tells who decides at the top that nothing was done, once a day.
async fn hold(
    store: &Store,
    law: Law,
    weight: usize,
    most: usize,
    as_of: Moment,
) -> Result<(), Refused> {
    tracing::error!(
        weight,
        most,
        "more falls due than a sweep may carry out: nothing is done until somebody confirms it (is the clock right?)"
    );
    store
        .write(move |tx| {
            let Some(root) = organisation::root(tx)? else {
                return Ok(());
            };
            let profile = law.at(tx, root.id)?;
            let to = notice::deciders(tx, root.id)?;
            let values = [("count", weight.to_string()), ("most", most.to_string())];
            let key = as_of.date().to_string();
            let origin = congvu_regulation::Origin::System;
            notice::send(tx, profile, Notice::SweepHeld, &key, to, &origin, &values)?;
            Ok(())
        })
        .await
}

async fn take_lease(store: &Store, holder: i64) -> Result<bool, StoreError> {
    store
        .write(move |tx| lease::take(tx, LEASE_NAME, holder, LEASE))
        .await
}

async fn release_lease(store: &Store, holder: i64) -> Result<(), StoreError> {
    store
        .write(move |tx| lease::release(tx, LEASE_NAME, holder))
        .await
}
