//! The figures beside what needs doing. Each passes over many rows, so they are kept for some minutes, and counted again while
//! the page is shown with the last ones.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use congvu_governance::Law;
use congvu_governance::request::kind_of;
use congvu_regulation::requests::RequestKind;
use congvu_regulation::{Date, Moment};
use congvu_store::census::{self, Heeded};
use congvu_store::{
    OrganisationId, Store, StoreError, StoreResult, Tx, mail_log, proposal, queue, request,
};

/// So long (ms) figures serve.
const KEPT: i64 = 5 * 60_000;
/// Days of the chart of mail.
const DAYS: i64 = 14;
/// Days of the chart of requests.
const CLOSED_DAYS: i64 = 30;
/// What rules call idle begins with so many days: soon enough to tell people.
const IDLE_DAYS: i64 = 150;

/// What is told beside the jobs.
#[derive(Clone, Debug, Default)]
pub(super) struct Figures {
    /// When they were counted (ms).
    pub(super) at: i64,
    pub(super) heeded: Heeded,
    /// Of the whole system; only for who runs it.
    pub(super) system: Option<System>,
    /// Requests that were closed: their kind, how many, and the working days they took on average, in tenths.
    pub(super) closed: Vec<(RequestKind, u64, u64)>,
}

/// How the system stands.
#[derive(Clone, Debug, Default)]
pub(super) struct System {
    pub(super) waiting: u64,
    pub(super) held: u64,
    /// Since when the oldest message waits (ms).
    pub(super) oldest_at: Option<i64>,
    /// When what is due was last carried out (ms), and how much of it waits to be let through.
    pub(super) swept: Option<(i64, u32)>,
    /// Deliveries into mailboxes and submissions, by day.
    pub(super) days: Vec<(Date, u64, u64)>,
}

/// Figures by place, and whether those of the whole system are among them.
#[derive(Clone, Default)]
pub(crate) struct Kept(Arc<Mutex<HashMap<(OrganisationId, bool), Figures>>>);

impl Kept {
    /// The figures of a place: at once where there are any, and then counted again behind the page where they are old.
    pub(super) async fn of(
        &self,
        store: &Store,
        law: Law,
        (top, whole): (OrganisationId, bool),
        now: i64,
    ) -> Result<Figures, StoreError> {
        let known = self.lock().get(&(top, whole)).cloned();
        match known {
            Some(known) if now - known.at < KEPT => Ok(known),
            Some(known) => {
                let shown = Figures { at: now, ..known };
                // Whoever asks meanwhile need not count as well.
                self.lock().insert((top, whole), shown.clone());
                let days = shown.system.clone().unwrap_or_default().days;
                let (kept, store) = (self.clone(), store.clone());
                tokio::spawn(async move {
                    if let Err(error) = kept.count(&store, law, (top, whole), days).await {
                        tracing::warn!(%error, "figures could not be counted again");
                    }
                });
                Ok(shown)
            }
            None => self.count(store, law, (top, whole), Vec::new()).await,
        }
    }

    async fn count(
        &self,
        store: &Store,
        law: Law,
        (top, whole): (OrganisationId, bool),
        days: Vec<(Date, u64, u64)>,
    ) -> Result<Figures, StoreError> {
        let found = store
            .read(move |tx| read(tx, law, top, whole, &days))
            .await?;
        self.lock().insert((top, whole), found.clone());
        Ok(found)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<(OrganisationId, bool), Figures>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn read(
    tx: &mut Tx<'_>,
    law: Law,
    top: OrganisationId,
    whole: bool,
    known: &[(Date, u64, u64)],
) -> StoreResult<Figures> {
    let now = tx.now();
    let today = Moment(now).date();
    let heeded = census::heeded(tx, top, today.epoch_day() - IDLE_DAYS)?;
    let since = today.plus_days(-CLOSED_DAYS).start().0;
    let mut closed: HashMap<RequestKind, (u64, u64)> = HashMap::new();
    for (kind, received, ended) in request::closed_below(tx, top, since)? {
        let Some(kind) = kind_of(&kind) else { continue };
        let sum = closed.entry(kind).or_default();
        sum.0 += 1;
        sum.1 += working_days(law, Moment(received).date(), Moment(ended).date());
    }
    let closed = RequestKind::ALL.into_iter().filter_map(|kind| {
        let (number, days) = closed.get(&kind)?;
        Some((kind, *number, days * 10 / number))
    });
    Ok(Figures {
        at: now,
        heeded,
        system: if whole {
            Some(system(tx, today, known)?)
        } else {
            None
        },
        closed: closed.collect(),
    })
}

fn system(tx: &mut Tx<'_>, today: Date, known: &[(Date, u64, u64)]) -> StoreResult<System> {
    let depth = queue::depth(tx)?;
    let mut days = Vec::new();
    for back in (1..=DAYS).rev() {
        let day = today.plus_days(-back);
        // A day that is over does not change.
        let counted = match known.iter().find(|(known, _, _)| *known == day) {
            Some((_, arrived, sent)) => (*arrived, *sent),
            None => mail_log::volume(tx, day.start().0, day.plus_days(1).start().0)?,
        };
        days.push((day, counted.0, counted.1));
    }
    Ok(System {
        waiting: depth.waiting,
        held: depth.held,
        oldest_at: depth.oldest_at,
        swept: proposal::last_run(tx)?.map(|run| (run.started_at, run.held)),
        days,
    })
}

/// Working days after one day up to another.
fn working_days(law: Law, from: Date, to: Date) -> u64 {
    let days = from.epoch_day() + 1..=to.epoch_day();
    let working = days
        .map(Date::from_epoch_day)
        .filter(|day| law.calendar().is_working_day(*day).value);
    u64::try_from(working.count()).unwrap_or(0)
}
