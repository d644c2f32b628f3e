//! `congvu sync`: what the e-government platform has still to be told, and why it has not been.

use anyhow::Result;
use congvu_governance::identity;
use congvu_regulation::Moment;
use congvu_store::identity::Identity;
use congvu_store::{PersonId, Store, StoreError, identity as stored};
use serde_json::json;

use super::identity::find;
use crate::cli::SyncCommand;
use crate::{acting, console, directory};

const PAGE: i64 = 500;

pub(super) async fn run(store: &Store, command: SyncCommand) -> Result<()> {
    match command {
        SyncCommand::List { stopped, json } => {
            let mut shown = 0;
            let mut after = PersonId(0);
            loop {
                let page = page(store, after).await?;
                let Some(last) = page.last() else { break };
                after = last.person;
                for one in page.iter().filter(|one| !stopped || one.push.stopped) {
                    shown += 1;
                    line(one, json);
                }
            }
            if shown == 0 && !json {
                console::line("Nền tảng đã biết mọi tài khoản, không có ai chờ.");
            }
        }
        SyncCommand::Retry { name, who } => {
            let actor = acting::actor(store, &who).await?;
            let mut people = Vec::new();
            match name {
                Some(name) => {
                    let (name, actor) = (name.clone(), actor.clone());
                    let found = directory::change(store, move |tx| Ok(find(tx, &actor, &name)?));
                    people.push(found.await?.person);
                }
                None => {
                    let mut after = PersonId(0);
                    loop {
                        let page = page(store, after).await?;
                        let Some(last) = page.last() else { break };
                        after = last.person;
                        people.extend(page.iter().map(|one| one.person));
                    }
                }
            }
            let count = people.len();
            for person in people {
                let actor = actor.clone();
                directory::change(store, move |tx| Ok(identity::retry(tx, &actor, person)?))
                    .await?;
            }
            console::line(&format!("Gửi lại: {count} người."));
        }
    }
    Ok(())
}

async fn page(store: &Store, after: PersonId) -> Result<Vec<Identity>, StoreError> {
    store
        .read(move |tx| {
            let mut page = Vec::new();
            for person in stored::waiting(tx, after, PAGE)? {
                page.extend(stored::get(tx, person)?);
            }
            Ok(page)
        })
        .await
}

fn line(one: &Identity, as_json: bool) {
    let account = one.account.as_deref().unwrap_or_default();
    let push = &one.push;
    if as_json {
        let next = (!push.stopped).then(|| Moment(push.next_at).to_string());
        console::line(
            &json!({
                "account": account, "address": one.address, "version": one.version, "taken": push.version,
                "attempts": push.attempts, "stopped": push.stopped, "next_at": next, "told": push.told,
            })
            .to_string(),
        );
        return;
    }
    let state = match (push.stopped, push.attempts) {
        (true, _) => "đã thôi thử".to_owned(),
        (false, 0) => "đang chờ".to_owned(),
        (false, attempts) => format!("thử {attempts} lần, lần tới {}", Moment(push.next_at)),
    };
    console::line(&format!("{account}: {state}. {}", push.told));
}
