//! The sweep: what fell due is carried out, once, by one node, each act in a transaction of its own.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use congvu_regulation::lifecycle::{Due, What};
use congvu_regulation::{Moment, Profile};
use congvu_store::life::{self, Life};
use congvu_store::proposal::{self, Run};
use congvu_store::{MailboxId, OrganisationId, Store, StoreError, lease, organisation};

use super::due::{Outcome, carry_out, is_felt};
use super::facts;
use crate::notice::{self, Notice};
use crate::{Law, Refused, mailbox};

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
    /// The most acts that people feel in one run; were there more, none is carried out.
    pub most: usize,
    /// Somebody looked at the list: as many acts may be carried out.
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
        if let Ok(swept) = &swept {
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
    let mut full = Vec::new();
    let mut standing = Standing::default();
    let mut after = MailboxId(0);
    let profiles = Arc::new(profiles(store, law).await?);
    loop {
        let known = Arc::clone(&profiles);
        let page = store.read(move |tx| look(tx, law, &known, after, as_of));
        let page: Looked = page.await?;
        let Some(last) = page.last else { break };
        after = last;
        swept.run.mailboxes += page.mailboxes;
        swept.items.extend(page.items);
        full.extend(page.fuller);
        standing.mailboxes.extend(page.standing.mailboxes);
        standing.keys.extend(page.standing.keys);
    }
    if options.dry_run {
        return Ok(swept);
    }
    lapse(store, &standing).await?;
    let felt = swept.items.iter().filter(|item| is_felt(&item.due)).count();
    let most = options.confirmed.unwrap_or(0).max(options.most);
    if felt > most {
        swept.run.held = u32::try_from(felt).unwrap_or(u32::MAX);
        hold(store, law, felt, options.most, as_of).await?;
        return Ok(swept);
    }
    for (position, item) in swept.items.iter().enumerate() {
        if position % 100 == 0 && !take_lease(store, holder).await? {
            swept.busy = true;
            break;
        }
        let (id, key) = (item.mailbox, item.due.key());
        let done = store.write_bulk(move |tx| carry_out(tx, law, id, &key, as_of));
        match done.await {
            Ok(Outcome::Done) => swept.run.acts += 1,
            Ok(Outcome::Proposed) => swept.run.proposals += 1,
            Ok(Outcome::Told) => swept.run.notices += 1,
            Ok(Outcome::Nothing) => {}
            Err(Refused::Store(error @ (StoreError::DiskFull | StoreError::Unavailable(_)))) => {
                return Err(error.into());
            }
            Err(error) => {
                tracing::warn!(%error, mailbox = item.mailbox.0, "what fell due was not carried out");
                swept.failed.push((item.address.clone(), error.to_string()));
            }
        }
    }
    for id in full {
        let warned = store.write_bulk(move |tx| mailbox::warn_of_quota(tx, law, id));
        match warned.await {
            Ok(true) => swept.run.notices += 1,
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, mailbox = id.0, "no warning of the quota"),
        }
    }
    Ok(swept)
}

/// A page of mailboxes.
struct Looked {
    last: Option<MailboxId>,
    mailboxes: u32,
    items: Vec<Item>,
    /// Whose quota is to be looked at in a transaction of its own.
    fuller: Vec<MailboxId>,
    /// Proposals that still hold, and all of the page's mailboxes under a regulation.
    standing: Standing,
}

#[derive(Default)]
struct Standing {
    mailboxes: HashSet<MailboxId>,
    keys: HashSet<(MailboxId, String)>,
}

fn look(
    tx: &mut congvu_store::Tx<'_>,
    law: Law,
    profiles: &HashMap<OrganisationId, &'static Profile>,
    after: MailboxId,
    as_of: Moment,
) -> Result<Looked, Refused> {
    let lives = life::page(tx, after, PAGE)?;
    let mut looked = Looked {
        last: lives.last().map(|life| life.mailbox),
        mailboxes: u32::try_from(lives.len()).unwrap_or(u32::MAX),
        items: Vec::new(),
        fuller: Vec::new(),
        standing: Standing::default(),
    };
    for life in lives {
        let Some(profile) = profiles.get(&life.organisation) else {
            continue;
        };
        looked.standing.mailboxes.insert(life.mailbox);
        let warnings = profile.quota_warnings();
        let level = warnings.look(life.quota_level, life.used, life.quota).level;
        if level != life.quota_level {
            looked.fuller.push(life.mailbox);
        }
        for due in due_of(law, profile, &life, as_of) {
            let key = due.key();
            if matches!(due.what, What::Propose(_)) {
                looked.standing.keys.insert((life.mailbox, key.clone()));
            }
            if !life.done.contains(&key) {
                looked.items.push(Item {
                    mailbox: life.mailbox,
                    address: life.address.clone(),
                    organisation: life.organisation,
                    due,
                });
            }
        }
    }
    Ok(looked)
}

fn due_of(law: Law, profile: &Profile, life: &Life, as_of: Moment) -> Vec<Due> {
    profile.lifecycle().due(&facts(life), law.calendar(), as_of)
}

/// What was proposed and is not due any more waits for nobody.
async fn lapse(store: &Store, standing: &Standing) -> Result<(), Refused> {
    let waiting: Vec<(MailboxId, String)> = store
        .read(proposal::waiting)
        .await
        .map_err(|error: StoreError| error)?;
    for waiting in waiting {
        if standing.mailboxes.contains(&waiting.0) && !standing.keys.contains(&waiting) {
            let id = waiting.0;
            let lapsed = store.write_bulk(move |tx| proposal::lapse(tx, id));
            lapsed.await.map_err(|error: StoreError| error)?;
        }
    }
    Ok(())
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
    felt: usize,
    most: usize,
    as_of: Moment,
) -> Result<(), Refused> {
    tracing::error!(
        due = felt,
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
            let values = [("count", felt.to_string()), ("most", most.to_string())];
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
