//! All mailboxes and places as they stood at the end of a day, and what happened in the days before: taken once for all
//! reports about the same days.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use congvu_regulation::Date;
use congvu_store::activity::Kind;
use congvu_store::census::{self, Asked, Counted, Locked};
use congvu_store::former::{self, Former};
use congvu_store::{MailboxId, OrganisationId, Tx, sent_category};

use crate::Refused;

/// How a mailbox was used in the days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Use {
    /// Days on which somebody signed in.
    pub(super) days: i64,
    /// Messages sent.
    pub(super) sent: i64,
}

/// A place as it was.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) parent: Option<OrganisationId>,
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) profile: Option<String>,
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

/// How many messages of each kind of document a mailbox sent.
type Categories = HashMap<MailboxId, Vec<(String, i64)>>;

/// What is known of all.
pub(super) struct Survey {
    /// The first and the last day.
    pub(super) days: (Date, Date),
    /// The first moment (ms), and the first one that does not count any more.
    pub(super) span: (i64, i64),
    pub(super) mailboxes: Vec<Counted>,
    pub(super) uses: HashMap<MailboxId, Use>,
    /// Bytes held and allowed at the end, where somebody noted them then.
    pub(super) storage: HashMap<MailboxId, (u64, u64)>,
    pub(super) happened: Vec<Happened>,
    pub(super) locks: Vec<Locked>,
    pub(super) requests: Vec<Asked>,
    pub(super) places: HashMap<OrganisationId, Place>,
    by_place: HashMap<OrganisationId, Vec<usize>>,
    categories: OnceCell<Categories>,
}

type Values<'f> = HashMap<(&'f str, i64, &'f str), &'f str>;

impl Survey {
    pub(super) fn take(tx: &mut Tx<'_>, days: (Date, Date)) -> Result<Self, Refused> {
        let (from, end) = (days.0.start().0, days.1.plus_days(1).start().0);
        let end_day = days.1.epoch_day() + 1;
        let formers = former::since(tx, from)?;
        // The first value replaced at the end or later is the one that stood then.
        let mut stood: Values<'_> = HashMap::new();
        for former in formers.iter().filter(|former| former.until >= end) {
            let key = (former.kind.as_str(), former.subject, former.fact.as_str());
            stood.entry(key).or_insert(&former.value);
        }
        let mut mailboxes = census::mailboxes(tx, end, end_day)?;
        for counted in &mut mailboxes {
            restore(counted, &stood, end);
        }
        let mut uses: HashMap<MailboxId, Use> = HashMap::new();
        for used in census::uses(tx, days.0.epoch_day(), end_day)? {
            let entry = uses.entry(used.mailbox).or_default();
            if used.kind == Kind::Sent.name() {
                entry.sent += used.times;
            } else if used.kind == Kind::Interactive.name() || used.kind == Kind::App.name() {
                entry.days = entry.days.max(used.days);
            }
        }
        let storage = census::storage(tx, days.1.epoch_day())?;
        let places = census::places(tx)?
            .into_iter()
            .filter(|place| place.created_at < end);
        let places = places.map(|place| {
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
        });
        let mut survey = Self {
            days,
            span: (from, end),
            uses,
            storage: storage
                .into_iter()
                .map(|(id, used, quota)| (id, (used, quota)))
                .collect(),
            happened: Vec::new(),
            locks: census::locks(tx, from, end)?,
            requests: census::requests(tx, from, end)?,
            places: places.collect(),
            by_place: HashMap::new(),
            categories: OnceCell::new(),
            mailboxes,
        };
        survey.happened = survey.changes(&formers);
        for (at, counted) in survey.mailboxes.iter().enumerate() {
            survey
                .by_place
                .entry(counted.organisation)
                .or_default()
                .push(at);
        }
        Ok(survey)
    }

    /// What kinds of documents each mailbox sent in the days (HCM.7.1); read once, for those reports that ask.
    pub(super) fn categories(&self, tx: &mut Tx<'_>) -> Result<&Categories, Refused> {
        if let Some(known) = self.categories.get() {
            return Ok(known);
        }
        let (first, last) = (self.days.0.epoch_day(), self.days.1.epoch_day());
        let mut found = Categories::new();
        for (mailbox, category, messages) in sent_category::of_days(tx, first, last)? {
            found.entry(mailbox).or_default().push((category, messages));
        }
        Ok(self.categories.get_or_init(|| found))
    }

    /// What happened in the days, in order.
    fn changes(&self, formers: &[Former]) -> Vec<Happened> {
        let (from, end) = self.span;
        let within = |at: &i64| (from..end).contains(at);
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
        for (at, counted) in self.mailboxes.iter().enumerate() {
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
            let id = MailboxId(former.subject);
            let Ok(at) = self
                .mailboxes
                .binary_search_by_key(&id, |counted| counted.mailbox)
            else {
                continue;
            };
            match former.fact.as_str() {
                "name" => add(at, former.until, "name", &former.value),
                "address" => add(at, former.until, "address", &former.value),
                "place" => {
                    let place = former.value.parse().ok().map(OrganisationId);
                    add(
                        at,
                        former.until,
                        "place",
                        place.map_or("", |place| self.name(place)),
                    );
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
        happened.sort_by_key(|happened| (happened.at, happened.mailbox));
        happened
    }

    pub(super) fn name(&self, place: OrganisationId) -> &str {
        self.places
            .get(&place)
            .map_or("", |place| place.name.as_str())
    }

    /// The mailboxes of some places, by address.
    pub(super) fn of(&self, members: &HashSet<OrganisationId>) -> Vec<&Counted> {
        let rows = members
            .iter()
            .filter_map(|place| self.by_place.get(place))
            .flatten();
        let mut of: Vec<&Counted> = rows.filter_map(|at| self.mailboxes.get(*at)).collect();
        of.sort_by(|one, other| (&one.address, one.mailbox).cmp(&(&other.address, other.mailbox)));
        of
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

/// The tree, for whose report something is.
pub(super) trait Tree {
    fn of(&self, place: OrganisationId) -> Option<(Option<OrganisationId>, &str, Option<&str>)>;
    fn all(&self) -> Vec<OrganisationId>;

    /// The place that the regulation in force at a place is bound to.
    fn bound(&self, place: OrganisationId) -> Option<OrganisationId> {
        self.up(place, |_, profile| profile.is_some())
    }

    /// The agency that a place belongs to: itself, or the nearest above that is no room (phòng, ban).
    fn agency(&self, place: OrganisationId) -> Option<OrganisationId> {
        self.up(place, |kind, _| kind != "subunit").or(Some(place))
    }

    fn up(
        &self,
        place: OrganisationId,
        is_it: impl Fn(&str, Option<&str>) -> bool,
    ) -> Option<OrganisationId> {
        let mut at = Some(place);
        for _ in 0..64 {
            let here = at?;
            let (parent, kind, profile) = self.of(here)?;
            if is_it(kind, profile) {
                return Some(here);
            }
            at = parent;
        }
        None
    }

    fn is_below(&self, place: OrganisationId, top: OrganisationId) -> bool {
        let mut at = Some(place);
        for _ in 0..64 {
            match at {
                Some(here) if here == top => return true,
                Some(here) => at = self.of(here).and_then(|(parent, ..)| parent),
                None => return false,
            }
        }
        false
    }

    /// Which places a report of a place is about.
    fn members(&self, place: OrganisationId, scope: super::Scope) -> HashSet<OrganisationId> {
        let all = self.all().into_iter();
        all.filter(|other| match scope {
            super::Scope::Agencies => {
                self.agency(*other) == Some(place) && self.bound(*other) == self.bound(place)
            }
            super::Scope::Units => self.is_below(*other, place),
            super::Scope::Whole => {
                self.is_below(*other, place) && self.bound(*other) == self.bound(place)
            }
        })
        .collect()
    }
}

impl Tree for Survey {
    fn of(&self, place: OrganisationId) -> Option<(Option<OrganisationId>, &str, Option<&str>)> {
        let place = self.places.get(&place)?;
        Some((place.parent, &place.kind, place.profile.as_deref()))
    }

    fn all(&self) -> Vec<OrganisationId> {
        self.places.keys().copied().collect()
    }
}

impl Tree for HashMap<OrganisationId, census::Place> {
    fn of(&self, place: OrganisationId) -> Option<(Option<OrganisationId>, &str, Option<&str>)> {
        let place = self.get(&place)?;
        Some((place.parent, &place.kind, place.profile.as_deref()))
    }

    fn all(&self) -> Vec<OrganisationId> {
        self.keys().copied().collect()
    }
}
