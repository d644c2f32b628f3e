//! `congvu unit waiting|take|return|assign|answer|done`: what becomes of a unit mailbox's messages.

use anyhow::{Result, anyhow};
use congvu_governance::{Actor, Law, Refused, request, unit};
use congvu_store::assignment::{Assignment, By};
use congvu_store::{AccountId, MailboxId, Store, StoreError, Tx, account};
use serde_json::json;

use super::when;
use crate::acting::{self, As};
use crate::cli::UnitMessage;
use crate::console;
use crate::directory;
use crate::profiles::law;

/// Messages read in one transaction.
const PAGE: i64 = 500;

/// What is done with a message.
pub(super) enum Step {
    Take,
    Return,
    /// To whom.
    Assign(AccountId),
    Answer,
    Done,
}

impl Step {
    fn carry_out(
        &self,
        tx: &mut Tx<'_>,
        law: Law,
        actor: &Actor,
        (mailbox, object): (MailboxId, i64),
        note: &str,
    ) -> Result<(), Refused> {
        let of = (mailbox, object);
        Ok(match self {
            Self::Take => unit::take(tx, law, actor, mailbox, object),
            Self::Return => unit::give_back(tx, law, actor, mailbox, object),
            Self::Assign(to) => unit::assign(tx, law, actor, of, *to, note),
            Self::Answer => unit::answered(tx, law, actor, mailbox, object),
            Self::Done => unit::done(tx, law, actor, of, note),
        }?)
    }
}

pub(super) async fn step(store: &Store, asked: UnitMessage, step: Step) -> Result<()> {
    let actor = acting::actor(store, &asked.who).await?;
    let text = &asked.message;
    let object: i64 = text
        .strip_prefix('M')
        .and_then(|digits| digits.parse().ok())
        .ok_or_else(|| anyhow!("“{text}” không phải mã thư, ví dụ M123"))?;
    directory::change(store, move |tx| {
        let id = request::find(tx, &asked.mailbox)?;
        Ok(step.carry_out(tx, law(), &actor, (id, object), &asked.note)?)
    })
    .await?;
    console::line("Đã ghi.");
    Ok(())
}

/// The account of a person's address.
pub(super) async fn account(store: &Store, address: &str) -> Result<AccountId> {
    let who = directory::address(address)?;
    directory::change(store, move |tx| Ok(directory::find(tx, &who)?.id)).await
}

pub(super) async fn waiting(store: &Store, mailbox: String, as_json: bool, who: &As) -> Result<()> {
    let actor = acting::actor(store, who).await?;
    let mut after = 0;
    loop {
        let (actor, mailbox) = (actor.clone(), mailbox.clone());
        let page = directory::change(store, move |tx| {
            let id = request::find(tx, &mailbox)?;
            let found = unit::waiting(tx, &actor, id, (after, PAGE))?;
            let mut lines = Vec::new();
            for one in found {
                lines.push((one.object, line(tx, &one, as_json)?));
            }
            Ok(lines)
        })
        .await?;
        let Some((last, _)) = page.last() else {
            return Ok(());
        };
        after = *last;
        for (_, line) in &page {
            console::line(line);
        }
    }
}

fn line(tx: &mut Tx<'_>, one: &Assignment, as_json: bool) -> Result<String, StoreError> {
    let mut named = |by: Option<By>| -> Result<Option<(String, i64)>, StoreError> {
        let Some((id, at)) = by else {
            return Ok(None);
        };
        let login = account::get(tx, id)?.map_or_else(|| id.to_string(), |account| account.login);
        Ok(Some((login, at)))
    };
    let (taken, assigned, answered) = (
        named(one.taken)?,
        named(one.assigned)?,
        named(one.answered)?,
    );
    if as_json {
        let by = |by: &Option<(String, i64)>| {
            by.as_ref()
                .map(|(login, at)| json!({ "account": login, "at": at }))
        };
        return Ok(json!({
            "message": format!("M{}", one.object), "taken": by(&taken), "assigned": by(&assigned),
            "assigned_by": one.assigned_by, "answered": by(&answered), "note": one.note,
        })
        .to_string());
    }
    let mut line = format!("M{}", one.object);
    for (what, by) in [("giao", assigned), ("nhận", taken), ("trả lời", answered)] {
        if let Some((login, at)) = by {
            line.push_str(&format!("  {what}: {login} {}", when::show(at)));
        }
    }
    if !one.note.is_empty() {
        line.push_str(&format!("  {}", one.note));
    }
    Ok(line.replace(char::is_control, " "))
}
