//! `congvu sweep`, `congvu proposal`

use anyhow::{Result, bail};
use congvu_governance::life::{self, Confirmed, Item, Options, Swept, sweep};
use congvu_regulation::{Date, Moment};
use congvu_store::{Store, StoreError, proposal};
use serde_json::json;

use crate::acting;
use crate::cli::{ProposalCommand, Sweep};
use crate::config::Config;
use crate::console::{self, Columns};
use crate::directory;
use crate::profiles::law;

pub(super) async fn run(store: &Store, config: &Config, asked: Sweep) -> Result<()> {
    let at: Option<Moment> = asked.at.map(|text| text.parse()).transpose()?;
    let options = Options {
        as_of: at,
        dry_run: asked.dry_run,
        most: config.governance.sweep_most,
        confirmed: asked.confirm,
    };
    if let Some(most) = asked.confirm.filter(|_| !asked.dry_run) {
        let actor = acting::actor(store, &asked.who).await?;
        directory::change(store, move |tx| Ok(life::let_through(tx, &actor, most)?)).await?;
    }
    let swept = sweep(store, law(), options).await?;
    if swept.busy {
        bail!("một máy khác đang rà soát; hãy chạy lại sau");
    }
    let mut items: Vec<&Item> = swept.items.iter().collect();
    items.sort_by(|one, other| {
        let rank = |item: &Item| (!super::mailbox::is_felt(&item.due), item.due.at);
        rank(one)
            .cmp(&rank(other))
            .then_with(|| one.address.cmp(&other.address))
    });
    if asked.json {
        for item in items {
            console::line(
                &json!({
                    "address": item.address, "what": super::mailbox::what(&item.due),
                    "due": item.due.at.to_string(), "since": item.due.since.to_string(),
                    "by": item.due.origin.to_string(),
                })
                .to_string(),
            );
        }
        return Ok(());
    }
    if items.is_empty() {
        console::line(&format!(
            "Đã xem {} hộp thư: không có gì đến hạn.",
            swept.run.mailboxes
        ));
        return Ok(());
    }
    let columns = Columns::new(&[12, 40, 40, 20]);
    columns.line(&["Đến hạn", "Hộp thư", "Việc", "Căn cứ"]);
    columns.rule();
    for item in items {
        columns.line(&[
            &item.due.at.date().to_string(),
            &item.address,
            &super::mailbox::what(&item.due),
            &item.due.origin.to_string(),
        ]);
    }
    told(&swept, asked.dry_run);
    Ok(())
}

fn told(swept: &Swept, dry_run: bool) {
    let run = swept.run;
    if dry_run {
        console::note(&format!(
            "Xem trước: {} hộp thư, {} việc đến hạn; chưa làm gì.",
            run.mailboxes,
            swept.items.len()
        ));
    } else if run.held > 0 {
        console::note(&format!(
            "CHƯA LÀM GÌ: {0} việc đến hạn cùng lúc, nhiều hơn mức cho một lần chạy. Hãy kiểm tra ngày giờ của máy, xem danh sách trên, rồi chạy congvu sweep --confirm {0}.",
            run.held
        ));
    } else {
        console::note(&format!(
            "Đã xem {} hộp thư: thực hiện {} việc, đề xuất {}, gửi {} thông báo.",
            run.mailboxes, run.acts, run.proposals, run.notices
        ));
    }
    for (address, why) in &swept.failed {
        console::error(&format!("{address}: {why}"));
    }
}

pub(super) async fn proposals(store: &Store, command: ProposalCommand) -> Result<()> {
    match command {
        ProposalCommand::List { json } => list(store, json).await,
        ProposalCommand::Confirm { ids, document, who } => {
            let actor = acting::actor(store, &who).await?;
            for id in ids {
                let (actor, document) = (actor.clone(), document.document.clone());
                let done = directory::change(store, move |tx| {
                    Ok(life::confirm(tx, law(), &actor, id, document.as_deref())?)
                })
                .await?;
                console::line(&match done {
                    Confirmed::CarriedOut => format!("{id}: đã thực hiện."),
                    Confirmed::Lapsed => {
                        format!("{id}: không còn đến hạn (đã có đề nghị hoặc lý do); không làm gì.")
                    }
                });
            }
            Ok(())
        }
        ProposalCommand::PutOff {
            id,
            reason,
            until,
            document,
            who,
        } => {
            let actor = acting::actor(store, &who).await?;
            let until: Date = until.parse()?;
            directory::change(store, move |tx| {
                let document = document.document.as_deref();
                Ok(life::put_off(
                    tx,
                    law(),
                    &actor,
                    id,
                    (&reason, until),
                    document,
                )?)
            })
            .await?;
            console::line(&format!("{id}: chưa thu hồi, đến hết ngày {until}."));
            Ok(())
        }
    }
}

async fn list(store: &Store, as_json: bool) -> Result<()> {
    let columns = Columns::new(&[8, 40, 14, 14, 20, 30]);
    let (mut after, mut count) = (0, 0);
    loop {
        let page = store.read(move |tx| proposal::open(tx, after, 500));
        let page: Result<_, StoreError> = page.await;
        let page = page?;
        let Some(last) = page.last() else { break };
        after = last.id;
        for known in page {
            let due = Moment(known.due_at).date().to_string();
            if as_json {
                console::line(
                    &json!({
                        "id": known.id, "address": known.address, "act": known.act, "due": due,
                        "clause": known.clause, "note": known.note,
                    })
                    .to_string(),
                );
                continue;
            }
            if count == 0 {
                columns.line(&["Số", "Hộp thư", "Việc", "Đến hạn", "Căn cứ", "Ghi chú"]);
                columns.rule();
            }
            count += 1;
            let act = if known.act == "delete" {
                "xóa"
            } else {
                "thu hồi"
            };
            columns.line(&[
                &known.id.to_string(),
                &known.address,
                act,
                &due,
                &known.clause,
                &known.note,
            ]);
        }
    }
    if count == 0 && !as_json {
        console::line("Không có đề xuất nào đang chờ.");
    }
    Ok(())
}
