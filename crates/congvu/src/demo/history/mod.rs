//! `congvu demo --history`: a province as it stands after a year, made through the use cases that officials use, on a clock that is
//! driven day by day.

mod days;
mod names;
mod places;
mod traffic;

use anyhow::{Context, Result, bail};
use congvu_governance::Law;
use congvu_regulation::{Date, Moment, Profile};
use congvu_store::{AccountId, Clock, MailboxId, OrganisationId, Store, now_ms};
use tokio::runtime::Runtime;

use super::mail;
use crate::config::Config;
use crate::{console, profiles, wiring};

/// How long the history is, in days.
const DAYS: i64 = 365;
/// The first people of so many organisations have letters.
const LETTERS: usize = 20;
/// The hours at which something happens.
const NIGHT: u16 = 1;
const MORNING: u16 = 9;

/// What is to be built.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan {
    pub(super) profile: &'static Profile,
    /// Organisations below the top.
    pub(super) agencies: usize,
    /// Mailboxes, those of organisations among them.
    pub(super) mailboxes: usize,
}

impl Plan {
    /// Under the regulation of this name.
    pub(super) fn new(profile: &str, agencies: usize, mailboxes: usize) -> Result<Self> {
        let Some(profile) = profiles::find(profile) else {
            bail!("không có quy chế “{profile}”");
        };
        Ok(Self {
            profile,
            agencies,
            mailboxes: mailboxes.max(agencies * 2),
        })
    }
}

/// Somebody of the province, and how they use their mailbox.
#[derive(Clone, Debug)]
struct Official {
    mailbox: MailboxId,
    account: AccountId,
    address: String,
    habit: Habit,
}

/// How somebody uses a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Habit {
    /// Some times a month.
    Often,
    /// Every other month.
    Seldom,
    /// Not any more from this day of the history on.
    StopsOn(i64),
    /// The one-time password was never changed.
    Never,
}

impl Habit {
    /// Of the `n`th person: most work with it.
    fn of(n: usize) -> Self {
        match n * 37 % 100 {
            0..=89 => Self::Often,
            90..=93 => Self::Seldom,
            94..=97 => Self::StopsOn(i64::try_from(n * 7 % 150).unwrap_or(0)),
            _ => Self::Never,
        }
    }

    /// Whether it is used on this day of the history by the `n`th person.
    fn uses(self, n: usize, day: i64) -> bool {
        let turn = i64::try_from(n).unwrap_or(0) + day;
        match self {
            Self::Often => turn % 9 == 0,
            Self::Seldom => turn % 60 == 0,
            Self::StopsOn(last) => day < last && turn % 9 == 0,
            Self::Never => false,
        }
    }
}

/// An organisation with its people; the first two are its head and its contact.
#[derive(Clone, Debug)]
struct Agency {
    place: OrganisationId,
    name: String,
    people: Vec<Official>,
}

/// The province while its year is lived.
struct World {
    store: Store,
    clock: Clock,
    law: Law,
    profile: &'static Profile,
    /// Whoever decides.
    admin: Official,
    agencies: Vec<Agency>,
    /// The hash of the password that all have.
    phc: String,
    /// The day before the first of the history.
    before: Date,
}

impl World {
    /// Sets the clock to an hour of a day of the history.
    fn set(&self, day: i64, hour: u16) -> Date {
        let date = self.before.plus_days(day);
        self.clock.set(date.start().plus_hours(hour).0);
        date
    }
}

/// Lives the year that ends now, in a store that is empty, and closes it.
pub(super) fn build(runtime: &Runtime, config: &Config, plan: Plan, password: &str) -> Result<()> {
    let today = Moment(now_ms()).date();
    let before = today.plus_days(-DAYS);
    let clock = Clock::driven(before.start().plus_hours(MORNING).0);
    let mut settings = wiring::store(config, true);
    settings.clock = clock.clone();
    let store = Store::open(&settings).context("không mở được kho dữ liệu")?;
    runtime.block_on(live(store, clock, plan, password, (before, today)))
}

async fn live(
    store: Store,
    clock: Clock,
    plan: Plan,
    password: &str,
    (before, today): (Date, Date),
) -> Result<()> {
    let mut world = places::found(store, clock, plan, password, before).await?;
    for day in 1..DAYS {
        if day % 30 == 0 {
            console::note(&format!("  … {} tháng", day / 30));
        }
        days::live(&mut world, day).await?;
    }
    traffic::write(&world, today).await?;
    let officials = world
        .agencies
        .iter()
        .take(LETTERS)
        .flat_map(|agency| agency.people.iter().take(3).map(|one| (one, &agency.name)));
    let mut receivers = vec![("quantri".to_owned(), "Quản trị hệ thống".to_owned())];
    receivers.extend(officials.filter_map(|(one, name)| {
        let (local_part, _) = one.address.split_once('@')?;
        Some((local_part.to_owned(), name.clone()))
    }));
    mail::fill_for(&world.store, &receivers).await
}
