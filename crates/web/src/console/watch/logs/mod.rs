//! `/quan-ly/nhat-ky`: the mail log, the record of sign-ins, the record of acts; searched, taken out, checked (TQ.9.1, SL.11.1).

mod acts;
mod detail;
mod mail;
mod sign_ins;
mod stream;
mod verify;

use axum::Router;
use axum::routing::get;
use congvu_governance::Actor;
use congvu_governance::logs::{Log, looked_into};
use congvu_store::audit::{self, Chain, Recorded};
use congvu_store::{StoreResult, Tx};

pub(crate) use verify::Verifying;

use super::asked::Asked;
use crate::site::{Oops, Site};

/// Records read at once.
const CHUNK: i64 = 1_000;
/// Records looked at for a page, whether they fit or not.
const LOOK: usize = 20_000;
/// Records on a page.
const PAGE: usize = 100;
/// Records of a file that are read in one transaction.
const ROWS: usize = 1_000;

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route(mail::HERE, get(mail::page))
        .route("/quan-ly/nhat-ky/thu.csv", get(mail::file))
        .route(sign_ins::HERE, get(sign_ins::page))
        .route("/quan-ly/nhat-ky/dang-nhap.csv", get(sign_ins::file))
        .route(acts::HERE, get(acts::page))
        .route("/quan-ly/nhat-ky/quan-tri.csv", get(acts::file))
        .route(verify::HERE, get(verify::page).post(verify::begin))
}

/// Records that somebody looks into a log: by what it is searched, and whether it is taken along.
pub(super) async fn noted(
    site: &Site,
    actor: Actor,
    log: Log,
    (asked, as_file): (String, bool),
) -> Result<(), Oops> {
    let write = site.store.write(move |tx| {
        looked_into(tx, &actor, log, (&asked, as_file))?;
        Ok::<_, Oops>(())
    });
    write.await
}

/// What records are sought by.
#[derive(Clone, Debug, Default)]
struct Sought {
    from: Option<i64>,
    until: Option<i64>,
    /// Part of who did it, whatever its case.
    actor: Option<String>,
    client_ip: Option<String>,
    action: Option<String>,
    /// Part of what it was done to, of its document or its clause.
    about: Option<String>,
}

impl Sought {
    fn of(asked: &Asked) -> Self {
        Self {
            from: asked.from_day("tu-ngay"),
            until: asked.to_day("den-ngay"),
            actor: asked.some("ai"),
            client_ip: asked.some("may"),
            action: asked.some("viec"),
            about: asked.some("ve"),
        }
    }

    fn fits(&self, recorded: &Recorded) -> bool {
        let record = &recorded.record;
        let part = |wanted: &Option<String>, texts: &[&str]| {
            wanted.as_ref().is_none_or(|wanted| {
                let wanted = wanted.to_lowercase();
                let mut texts = texts.iter();
                texts.any(|text| text.to_lowercase().contains(&wanted))
            })
        };
        let same = |wanted: &Option<String>, text: &str| {
            wanted.as_ref().is_none_or(|wanted| wanted == text)
        };
        self.until.is_none_or(|until| record.at < until)
            && same(&self.client_ip, &record.client_ip)
            && same(&self.action, &record.action)
            && part(&self.actor, &[&record.actor, &record.subject_name])
            && part(
                &self.about,
                &[
                    &record.subject,
                    &record.subject_name,
                    &record.document,
                    &record.clause,
                ],
            )
    }
}

/// What a search found, and where it goes on.
type Found = (Vec<Recorded>, Option<(i64, i64)>);

/// The newest records that fit, before this time and row, at most `limit`; so many as [`LOOK`] are looked at.
fn search(
    tx: &mut Tx<'_>,
    chain: Chain,
    sought: &Sought,
    before: Option<(i64, i64)>,
    limit: usize,
    mut is_seen: impl FnMut(&mut Tx<'_>, &Recorded) -> StoreResult<bool>,
) -> StoreResult<Found> {
    let end = (sought.until.unwrap_or(i64::MAX), i64::MAX);
    let mut before = before.map_or(end, |before| before.min(end));
    let (mut found, mut looked) = (Vec::new(), 0);
    loop {
        let page = audit::page(tx, chain, before, CHUNK)?;
        let is_last = page.len() < usize::try_from(CHUNK).unwrap_or(usize::MAX);
        for recorded in page {
            if sought.from.is_some_and(|from| recorded.record.at < from) {
                return Ok((found, None));
            }
            if found.len() >= limit || looked >= LOOK {
                return Ok((found, Some(before)));
            }
            looked += 1;
            before = (recorded.record.at, recorded.id);
            if sought.fits(&recorded) && is_seen(tx, &recorded)? {
                found.push(recorded);
            }
        }
        if is_last {
            return Ok((found, None));
        }
    }
}
