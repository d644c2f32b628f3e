//! Mailboxes and places as they stood at the end of a day, and what happened in the days before: gathered once for all reports
//! about the same days, in pieces, so that no read lasts long; of one place and below, where only that is asked for.

use std::collections::{HashMap, HashSet};

use congvu_regulation::Date;
use congvu_store::activity::Kind;
use congvu_store::census::{self, Asked, Counted, Locked, Stretch};
use congvu_store::former::{self, Former};
use congvu_store::{MailboxId, OrganisationId, Store, Tx};

use super::Scope;
use super::shape::{Place, Shape};
use crate::Refused;

/// So many mailboxes are read at once.
const PAGE: i64 = 1_000;

/// How a mailbox was used in the days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Use {
    /// Days on which somebody signed in.
    pub(super) days: i64,
    /// Messages sent.
    pub(super) sent: i64,
}

/// What happened to a mailbox.
#[derive(Clone, Debug)]
pub(super) struct Happened {
    pub(super) mailbox: usize,
    pub(super) at: i64,
    /// `added`, `name`, `address`, `place`, `restored`, `revoked`, `deleted`.
    pub(super) what: &'static str,
    pub(super) before: String,
}

/// What is known.
#[derive(Debug)]
pub(super) struct Survey {
    /// The first and the last day.
    pub(super) days: (Date, Date),
    /// The first moment (ms), and the first one that does not count any more.
    pub(super) span: (i64, i64),
    pub(super) mailboxes: Vec<Counted>,
    pub(super) uses: HashMap<MailboxId, Use>,
    /// Bytes held and allowed at the end, where somebody noted them then.
    pub(super) storage: HashMap<MailboxId, (u64, u64)>,
    /// What kinds of documents each mailbox sent in the days (HCM.7.1).
    pub(super) categories: HashMap<MailboxId, Vec<(String, i64)>>,
    pub(super) happened: Vec<Happened>,
    pub(super) locks: Vec<Locked>,
    pub(super) requests: Vec<Asked>,
    places: HashMap<OrganisationId, Place>,
    shape: Shape,
    /// By place: positions of mailboxes, of what happened to them, of their locks, of requests.
    at: HashMap<OrganisationId, At>,
}

/// What belongs to a place itself.
#[derive(Debug, Default)]
struct At {
    mailboxes: Vec<usize>,
    happened: Vec<usize>,
    locks: Vec<usize>,
    requests: Vec<usize>,
}

type Values<'f> = HashMap<(&'f str, i64, &'f str), &'f str>;

/// The value that stood at a time is the first one replaced then or later.
fn stood(formers: &[Former], end: i64) -> Values<'_> {
    let mut stood: Values<'_> = HashMap::new();
    for former in formers.iter().filter(|former| former.until >= end) {
        let key = (former.kind.as_str(), former.subject, former.fact.as_str());
        stood.entry(key).or_insert(&former.value);
    }
    stood
}

/// A survey on its way.
struct Gathering {
    survey: Survey,
    /// What is still to be read.
    left: Vec<Stretch>,
}

impl Gathering {
    /// Places and requests. `below`: of that place and below alone.
    fn begin(
        tx: &mut Tx<'_>,
        days: (Date, Date),
        below: Option<OrganisationId>,
    ) -> Result<Self, Refused> {
        let (from, end) = (days.0.start().0, days.1.plus_days(1).start().0);
        let formers = former::of_places(tx, from)?;
        let stood = stood(&formers, end);
        let places: HashMap<OrganisationId, Place> = census::places(tx)?
            .into_iter()
            .filter(|place| place.created_at < end)
            .map(|place| {
                let was = |fact| stood.get(&("organisation", place.id.0, fact)).copied();
                let parent = match was("parent") {
                    Some(text) => text.parse().ok().map(OrganisationId),
                    None => place.parent,
                };
                let now = Place {
                    parent,
                    kind: was("sort").map_or(place.kind.clone(), str::to_owned),
                    name: was("name").map_or(place.name.clone(), str::to_owned),
                    profile: place.profile.clone(),
                };
                (place.id, now)
            })
            .collect();
        let shape = Shape::of(&places);
        let mut left = Vec::new();
        let mut requests = Vec::new();
        match below {
            None => {
                left.push(Stretch::all(None));
                requests = census::requests(tx, None, from, end)?;
            }
            Some(top) => {
                let members = shape.members(top, Scope::Units);
                for place in &members {
                    left.push(Stretch::all(Some(*place)));
                    requests.extend(census::requests(tx, Some(*place), from, end)?);
                    // Who was there then and is elsewhere now.
                    for (mailbox, now) in former::gone_from(tx, *place, end)? {
                        if !members.contains(&now) && !left.contains(&Stretch::one(mailbox)) {
                            left.push(Stretch::one(mailbox));
                        }
                    }
                }
                requests.sort_by_key(|asked| (asked.request, asked.number));
            }
        }
        Ok(Self {
            survey: Survey {
                days,
                span: (from, end),
                mailboxes: Vec::new(),
                uses: HashMap::new(),
                storage: HashMap::new(),
                categories: HashMap::new(),
                happened: Vec::new(),
                locks: Vec::new(),
                requests,
                places,
                shape,
                at: HashMap::new(),
            },
            left,
        })
    }

    /// The next mailboxes; false where there are none left.
    fn next(&mut self, tx: &mut Tx<'_>) -> Result<bool, Refused> {
        let Some(mut here) = self.left.pop() else {
            return Ok(false);
        };
        let survey = &mut self.survey;
        let (from, end) = survey.span;
        let (from_day, last_day) = (survey.days.0.epoch_day(), survey.days.1.epoch_day());
        let mut mailboxes = census::mailboxes(tx, &here, PAGE, end, last_day + 1)?;
        let is_full = i64::try_from(mailboxes.len()).is_ok_and(|count| count >= PAGE);
        if let Some(last) = mailboxes.last().filter(|_| is_full) {
            let behind = Stretch {
                after: last.mailbox,
                ..here
            };
            here.last = last.mailbox;
            self.left.push(behind);
        }
        let formers = former::of_stretch(tx, &here, from)?;
        let stood = stood(&formers, end);
        for counted in &mut mailboxes {
            restore(counted, &stood, end);
        }
        for used in census::uses(tx, &here, from_day, last_day + 1)? {
            let entry = survey.uses.entry(used.mailbox).or_default();
            if used.kind == Kind::Sent.name() {
                entry.sent += used.times;
            } else if used.kind == Kind::Interactive.name() || used.kind == Kind::App.name() {
                entry.days = entry.days.max(used.days);
            }
        }
        let storage = census::storage(tx, &here, last_day)?;
        let storage = storage
            .into_iter()
            .map(|(id, used, quota)| (id, (used, quota)));
        survey.storage.extend(storage);
        for (mailbox, category, messages) in census::categories(tx, &here, from_day, last_day)? {
            let of = survey.categories.entry(mailbox).or_default();
            of.push((category, messages));
        }
        survey.locks.extend(census::locks(tx, &here, from, end)?);
        survey.add(mailboxes, &formers);
        Ok(true)
    }

    fn finish(self) -> Survey {
        let mut survey = self.survey;
        let mailboxes = std::mem::take(&mut survey.mailboxes);
        let whose = |at: usize| mailboxes.get(at).map(|counted| counted.mailbox);
        survey
            .happened
            .sort_by_key(|happened| (happened.at, whose(happened.mailbox)));
        survey.locks.sort_by_key(|lock| (lock.at, lock.mailbox));
        let mut at: HashMap<OrganisationId, At> = HashMap::new();
        let mut place_of: HashMap<MailboxId, OrganisationId> = HashMap::new();
        for (position, counted) in mailboxes.iter().enumerate() {
            place_of.insert(counted.mailbox, counted.organisation);
            at.entry(counted.organisation)
                .or_default()
                .mailboxes
                .push(position);
        }
        for (position, happened) in survey.happened.iter().enumerate() {
            if let Some(counted) = mailboxes.get(happened.mailbox) {
                let place = at.entry(counted.organisation).or_default();
                place.happened.push(position);
            }
        }
        for (position, lock) in survey.locks.iter().enumerate() {
            if let Some(place) = place_of.get(&lock.mailbox) {
                at.entry(*place).or_default().locks.push(position);
            }
        }
        for (position, asked) in survey.requests.iter().enumerate() {
            at.entry(asked.organisation)
                .or_default()
                .requests
                .push(position);
        }
        (survey.at, survey.mailboxes) = (at, mailboxes);
        survey
    }
}

impl Survey {
    /// Of a place and below, in one read.
    pub(super) fn take(
        tx: &mut Tx<'_>,
        days: (Date, Date),
        below: OrganisationId,
    ) -> Result<Self, Refused> {
        let mut gathering = Gathering::begin(tx, days, Some(below))?;
        while gathering.next(tx)? {}
        Ok(gathering.finish())
    }

    /// Of a place and below, or of all, in several reads. The days are over, so between two of them nothing changes in it.
    pub(super) async fn gather(
        store: &Store,
        days: (Date, Date),
        below: Option<OrganisationId>,
    ) -> Result<Self, Refused> {
        let begun = store.read(move |tx| Gathering::begin(tx, days, below));
        let mut gathering = begun.await?;
        loop {
            let step = store.read(move |tx| {
                let more = gathering.next(tx)?;
                Ok::<_, Refused>((gathering, more))
            });
            let (gathered, more) = step.await?;
            gathering = gathered;
            if !more {
                return Ok(gathering.finish());
            }
        }
    }

    /// Adds some mailboxes with what happened to them in the days.
    fn add(&mut self, mailboxes: Vec<Counted>, formers: &[Former]) {
        let (from, end) = self.span;
        let within = |at: &i64| (from..end).contains(at);
        let mut positions: HashMap<MailboxId, usize> = HashMap::new();
        let mut happened = Vec::new();
        let mut add = |mailbox, at, what, before: &str| {
            let before = before.to_owned();
            happened.push(Happened {
                mailbox,
                at,
                what,
                before,
            });
        };
        for (at, counted) in (self.mailboxes.len()..).zip(&mailboxes) {
            positions.insert(counted.mailbox, at);
            for (what, when) in [
                ("added", Some(counted.created_at)),
                ("revoked", counted.revoked_at),
                ("deleted", counted.deleted_at),
            ] {
                if let Some(when) = when.filter(within) {
                    add(at, when, what, "");
                }
            }
        }
        for former in formers {
            if former.kind != "mailbox" || former.until >= end {
                continue;
            }
            let Some(at) = positions.get(&MailboxId(former.subject)).copied() else {
                continue;
            };
            match former.fact.as_str() {
                "name" => add(at, former.until, "name", &former.value),
                "address" => add(at, former.until, "address", &former.value),
                "place" => {
                    let place = former.value.parse().ok().map(OrganisationId);
                    let name = place.map_or("", |place| self.name(place));
                    add(at, former.until, "place", name);
                }
                "revoked" => {
                    if let Some(when) = former.value.parse().ok().filter(within) {
                        add(at, when, "revoked", "");
                    }
                    add(at, former.until, "restored", "");
                }
                _ => {}
            }
        }
        self.happened.extend(happened);
        self.mailboxes.extend(mailboxes);
    }

    pub(super) fn name(&self, place: OrganisationId) -> &str {
        self.places
            .get(&place)
            .map_or("", |place| place.name.as_str())
    }

    /// Which places a report of a place is about.
    pub(super) fn members(&self, place: OrganisationId, scope: Scope) -> HashSet<OrganisationId> {
        self.shape.members(place, scope)
    }

    /// What belongs to some places, in order.
    fn chosen<'s, T>(
        &'s self,
        members: &HashSet<OrganisationId>,
        which: impl Fn(&At) -> &Vec<usize>,
        all: &'s [T],
    ) -> Vec<&'s T> {
        let at = members.iter().filter_map(|place| self.at.get(place));
        let mut positions: Vec<usize> = at.flat_map(|at| which(at).iter().copied()).collect();
        positions.sort_unstable();
        positions.into_iter().filter_map(|at| all.get(at)).collect()
    }

    /// The mailboxes of some places, by address.
    pub(super) fn of(&self, members: &HashSet<OrganisationId>) -> Vec<&Counted> {
        let mut of = self.chosen(members, |at| &at.mailboxes, &self.mailboxes);
        of.sort_by(|one, other| (&one.address, one.mailbox).cmp(&(&other.address, other.mailbox)));
        of
    }

    /// What happened to them, in order.
    pub(super) fn happened_at(
        &self,
        members: &HashSet<OrganisationId>,
    ) -> impl Iterator<Item = (&Happened, &Counted)> {
        let happened = self.chosen(members, |at| &at.happened, &self.happened);
        happened
            .into_iter()
            .filter_map(|happened| Some((happened, self.mailboxes.get(happened.mailbox)?)))
    }

    /// Their locks, in order.
    pub(super) fn locks_at(&self, members: &HashSet<OrganisationId>) -> Vec<&Locked> {
        self.chosen(members, |at| &at.locks, &self.locks)
    }

    /// What some places asked for, in order.
    pub(super) fn requests_at(&self, members: &HashSet<OrganisationId>) -> Vec<&Asked> {
        self.chosen(members, |at| &at.requests, &self.requests)
    }
}

/// Puts back what was replaced since.
fn restore(counted: &mut Counted, stood: &Values<'_>, end: i64) {
    let was = |fact| stood.get(&("mailbox", counted.mailbox.0, fact)).copied();
    let (name, address) = (was("name"), was("address"));
    let place = was("place").and_then(|text| text.parse().ok());
    let revoked = was("revoked").and_then(|text| text.parse().ok());
    if let Some(name) = name {
        name.clone_into(&mut counted.name);
    }
    if let Some(address) = address {
        address.clone_into(&mut counted.address);
    }
    if let Some(place) = place {
        counted.organisation = OrganisationId(place);
    }
    counted.revoked_at = revoked.or(counted.revoked_at).filter(|at| *at < end);
    counted.deleted_at = counted.deleted_at.filter(|at| *at < end);
    if let Some(account) = counted.account {
        if let Some(own) = stood.get(&("account", account.0, "own")) {
            counted.own_at = own.parse().ok();
        }
        if let Some(must) = stood.get(&("account", account.0, "must")) {
            counted.must_change = *must != "0";
        }
    }
}
