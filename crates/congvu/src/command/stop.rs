//! `congvu stop`

use anyhow::{Result, anyhow};
use congvu_governance::Refused;
use congvu_governance::stop::{self, NewPlan};
use congvu_store::{StopId, Store, organisation, stop as store_stop};

use super::when;
use crate::acting;
use crate::cli::StopCommand;
use crate::console::{self, Columns};
use crate::profiles::law;

pub(super) async fn run(store: &Store, command: StopCommand) -> Result<()> {
    match command {
        StopCommand::Plan(new) => {
            let from_at = when::time(&new.from)?;
            let until_at = new.until.as_deref().map(when::time).transpose()?;
            let actor = acting::actor(store, &new.who).await?;
            let id = store
                .write(move |tx| {
                    let root = organisation::root(tx)?
                        .ok_or_else(|| Refused::state("Hệ thống chưa có cơ quan nào."))?;
                    let plan = NewPlan {
                        place: root.id,
                        what: &new.what,
                        document: &new.document,
                        from_at,
                        until_at,
                    };
                    if new.emergency {
                        stop::emergency(tx, law(), &actor, &plan)
                    } else {
                        stop::plan(tx, law(), &actor, &plan)
                    }
                })
                .await
                .map_err(|refused: Refused| anyhow!("{refused}"))?;
            console::line(&format!("Đã ghi và thông báo lần ngừng dịch vụ số {id}."));
        }
        StopCommand::Cancel {
            stop: id,
            reason,
            who,
        } => {
            let actor = acting::actor(store, &who).await?;
            let id = StopId(id);
            store
                .write(move |tx| stop::cancel(tx, &actor, id, &reason))
                .await?;
            console::line(&format!("Đã hủy lần ngừng dịch vụ số {id}."));
        }
        StopCommand::Done { stop: id, who } => {
            let actor = acting::actor(store, &who).await?;
            let id = StopId(id);
            store.write(move |tx| stop::done(tx, &actor, id)).await?;
            console::line(&format!("Lần ngừng dịch vụ số {id} đã kết thúc."));
        }
        StopCommand::List => {
            let found = store
                .read(|tx| store_stop::page(tx, StopId(i64::MAX), 100))
                .await?;
            let columns = Columns::new(&[1, 3, 3, 2, 6]);
            columns.line(&["SỐ", "TỪ", "ĐẾN", "", "NỘI DUNG"]);
            columns.rule();
            for one in found {
                let state = match (one.cancelled_at, one.done_at, one.emergency) {
                    (Some(_), ..) => "đã hủy",
                    (_, Some(_), _) => "đã xong",
                    (.., true) => "khẩn cấp",
                    _ => "kế hoạch",
                };
                let until = one.until_at.map(when::show).unwrap_or_default();
                let from = when::show(one.from_at);
                columns.line(&[&one.id.to_string(), &from, &until, state, &one.what]);
            }
        }
    }
    Ok(())
}
