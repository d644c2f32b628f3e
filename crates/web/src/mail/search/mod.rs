//! Finding: one box with operators, a form for those who would rather fill in fields, searches that are kept.

mod asked;
mod compile;
mod find;
mod form;
mod page;
mod query;
#[cfg(test)]
mod query_tests;
mod saved;

use axum::Router;
use axum::routing::{get, post};
use congvu_search::ranges::Ranges;
use congvu_store::{FolderId, MailboxId, StoreResult, Tx, folder, saved_search};

use crate::site::{Fields, Oops, Site, User};
use asked::Asked;

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/tim", get(page::page))
        .route("/tim/theo-muc", get(form::compose))
        .route("/tim/luu", post(saved::keep))
        .route("/tim/bo", post(saved::forget))
}

/// A search that is kept, in the tree.
pub(super) struct Kept {
    pub(super) name: String,
    pub(super) href: String,
    pub(super) is_here: bool,
}

/// What every page of the mail has for finding.
pub(super) struct Finding {
    /// What stands in the box.
    pub(super) text: String,
    /// Where it looks.
    pub(super) scope: String,
    pub(super) kept: Vec<Kept>,
}

/// The address of all that has a label.
pub(super) fn of_label(mailbox: MailboxId, name: &str) -> String {
    let text = format!("nhãn:\"{name}\"");
    Asked::of_mailbox(mailbox).with_text(text).href(None)
}

/// All that a query finds in a mailbox that is open to somebody: UIDs by folder.
pub(crate) async fn everything(
    site: &Site,
    user: &User,
    fields: &Fields,
) -> Result<Vec<(FolderId, Ranges)>, Oops> {
    let asked = Asked::read(fields, user.mailbox);
    let query = query::parse(&asked.text, page::today(site.store.now()));
    let query = query.map_err(|fault| Oops::Bad(fault.text(user.lang)))?;
    let query = query.ok_or_else(crate::mail::open::gone)?;
    let reader = user.clone();
    let hunts = site.store.read(move |tx| {
        crate::mail::open::one(tx, &reader, asked.mailbox)?;
        let folders = folder::list(tx, asked.mailbox)?;
        Ok::<_, Oops>(find::hunts(tx, &asked, &query, &folders)?)
    });
    let hunts = hunts.await?;
    let hunts = hunts.map_err(|fault| Oops::Bad(fault.text(user.lang)))?;
    find::all(site, user, hunts).await
}

/// Beside a page of a mailbox.
pub(super) fn beside(tx: &mut Tx<'_>, user: &User, mailbox: MailboxId) -> StoreResult<Finding> {
    finding(tx, user, &Asked::of_mailbox(mailbox))
}

/// Beside what was asked for.
fn finding(tx: &mut Tx<'_>, user: &User, asked: &Asked) -> StoreResult<Finding> {
    let kept = saved_search::list(tx, user.account)?;
    let scope = asked.scope();
    Ok(Finding {
        kept: kept
            .into_iter()
            .map(|kept| Kept {
                href: Asked::parse(&kept.query, &kept.scope, kept.mailbox).href(None),
                is_here: kept.query == asked.text && kept.scope == scope,
                name: kept.name,
            })
            .collect(),
        text: asked.text.clone(),
        scope,
    })
}

/// The way back to what was found, from a message that was opened there.
pub(super) fn way_back(query: &Fields) -> Option<String> {
    let found = query.find("tim")?;
    Some(format!("/tim?{found}"))
}
