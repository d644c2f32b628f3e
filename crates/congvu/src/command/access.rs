//! `congvu access`: reading another's mailbox, by consent or by an order of two persons (BS.III.9). Each of them acts as
//! themselves (`--as`); who has the machine alone can give nobody access.

use anyhow::{Result, anyhow};
use congvu_governance::access_order::{self, NewAccess};
use congvu_governance::{Refused, joint, request};
use congvu_regulation::Date;
use congvu_store::access_grant::{Grant, Use};
use congvu_store::joint_order::Order;
use congvu_store::{AccessGrantId, JointOrderId, Store, Tx};
use serde_json::json;

use super::when;
use crate::acting;
use crate::cli::{AccessCommand, AccessPeriod};
use crate::console;
use crate::directory;

pub(super) async fn run(store: &Store, command: AccessCommand) -> Result<()> {
    match command {
        AccessCommand::Consent { period, who } => {
            let actor = acting::actor(store, &who).await?;
            let asked = asked(period)?;
            let id = directory::change(store, move |tx| {
                let own = who.address.as_deref().ok_or_else(|| {
                    anyhow!("chỉ chủ hộp thư đồng ý được: hãy nêu --as ĐỊA CHỈ CỦA CHỦ HỘP THƯ (BS.III.9)")
                })?;
                let new = asked(tx, own, None)?;
                Ok(access_order::consent(tx, &actor, &new)?)
            })
            .await?;
            console::line(&format!(
                "Đã đồng ý: lần cho phép số {id}. Chấm dứt lúc nào cũng được: congvu access end {id} --as ĐỊA CHỈ"
            ));
        }
        AccessCommand::Ask {
            mailbox,
            period,
            document,
            tell_on,
            who,
        } => {
            let actor = acting::actor(store, &who).await?;
            let asked = asked(period)?;
            let tell_at = tell_on.as_deref().map(date).transpose()?;
            let order = directory::change(store, move |tx| {
                let new = asked(tx, &mailbox, tell_at.map(|day| day.start().0))?;
                Ok(access_order::propose(tx, &actor, &new, &document)?)
            })
            .await?;
            console::line(&format!(
                "Đã đề xuất lệnh số {order}. Người thứ hai xác nhận trong 7 ngày: congvu access confirm {order} --as ĐỊA CHỈ"
            ));
        }
        AccessCommand::Confirm { order, who } => {
            let actor = acting::actor(store, &who).await?;
            let id = store
                .write(move |tx| access_order::confirm(tx, &actor, JointOrderId(order)))
                .await?;
            console::line(&format!(
                "Đã xác nhận lệnh số {order}: lần cho phép số {id}. Người được phép thấy hộp thư ấy dưới Shared/ trong chương trình thư, \
                 chỉ đọc; từng lần mở được ghi lại."
            ));
        }
        AccessCommand::Withdraw { order, who } => {
            let actor = acting::actor(store, &who).await?;
            store
                .write(move |tx| joint::withdraw(tx, &actor, JointOrderId(order)))
                .await?;
            console::line(&format!("Đã rút lệnh số {order}."));
        }
        AccessCommand::List { mailbox, json, who } => {
            let actor = acting::actor(store, &who).await?;
            let (orders, grants, now) = store
                .read(move |tx| {
                    let id = request::find(tx, &mailbox)?;
                    let orders = access_order::waiting(tx, &actor, id)?;
                    let grants = access_order::seen_by_owner(tx, &actor, id)?;
                    Ok::<_, Refused>((orders, grants, tx.now()))
                })
                .await?;
            list(&orders, &grants, now, json);
        }
        AccessCommand::End { grant, who } => {
            let actor = acting::actor(store, &who).await?;
            store
                .write(move |tx| access_order::end(tx, &actor, AccessGrantId(grant)))
                .await?;
            console::line(&format!("Lần cho phép số {grant} đã chấm dứt."));
        }
    }
    Ok(())
}

fn date(text: &str) -> Result<Date> {
    text.parse()
        .map_err(|_| anyhow!("“{text}” không phải ngày, ví dụ: 2026-12-31"))
}

/// What is asked for a mailbox, once the store tells whose the addresses are.
fn asked(
    period: AccessPeriod,
) -> Result<impl Fn(&mut Tx<'_>, &str, Option<i64>) -> Result<NewAccess>> {
    let to = directory::address(&period.to)?;
    let from = period.from.as_deref().map(date).transpose()?;
    // To the end of the day.
    let until = date(&period.until)?.plus_days(1).start().0;
    Ok(move |tx: &mut Tx<'_>, mailbox: &str, tell_at| {
        Ok(NewAccess {
            mailbox: request::find(tx, mailbox)?,
            to: directory::find(tx, &to)?.id,
            purpose: period.purpose.clone(),
            from_at: from.map_or_else(|| tx.now(), |from| from.start().0),
            until_at: until,
            tell_at,
        })
    })
}

fn list(orders: &[Order], grants: &[(Grant, Vec<Use>)], now: i64, as_json: bool) {
    for order in orders {
        if as_json {
            let line = json!({
                "order": order.id.0, "document": order.document, "purpose": order.reason,
                "proposed_at": order.proposed_at, "lapses_at": order.lapses_at,
            });
            console::line(&line.to_string());
        } else {
            console::line(&format!(
                "Lệnh số {} theo {} chờ người thứ hai xác nhận trước {}: {}",
                order.id,
                order.document,
                when::show(order.lapses_at),
                order.reason
            ));
        }
    }
    for (grant, uses) in grants {
        if as_json {
            let uses: Vec<_> = uses
                .iter()
                .map(
                    |used| json!({ "at": used.at, "client_ip": used.client_ip, "what": used.what }),
                )
                .collect();
            let line = json!({
                "id": grant.id.0, "to": grant.login, "way": grant.way, "document": grant.document,
                "purpose": grant.purpose, "from_at": grant.from_at, "until_at": grant.until_at,
                "granted_by": grant.granted_by, "granted_at": grant.granted_at, "ended_at": grant.ended_at,
                "owner_told_at": grant.tell_at, "uses": uses,
            });
            console::line(&line.to_string());
            continue;
        }
        console::line(&shown(grant, now));
        for used in uses {
            let at = when::show(used.at);
            console::line(&format!("    {at}  {}  {}", used.client_ip, used.what));
        }
    }
    if !as_json && orders.is_empty() && grants.is_empty() {
        console::line("Chưa ai được phép đọc hộp thư này.");
    }
}

fn shown(grant: &Grant, now: i64) -> String {
    let by = match grant.way.as_str() {
        "consent" => "chủ hộp thư đồng ý".to_owned(),
        _ => format!("theo lệnh, văn bản {}", grant.document),
    };
    let state = match grant.ended_at {
        Some(ended) => format!("đã chấm dứt {}", when::show(ended)),
        None if grant.until_at <= now => "đã hết hạn".to_owned(),
        None if grant.from_at > now => "chưa đến ngày".to_owned(),
        None => "đang có hiệu lực".to_owned(),
    };
    let told = grant.tell_at.map_or_else(String::new, |at| {
        format!("; chủ hộp thư được báo {}", when::show(at))
    });
    format!(
        "Số {}  {}  từ {} đến {}  ({by}; {}){told}  {state}",
        grant.id,
        grant.login,
        when::show(grant.from_at),
        when::show(grant.until_at),
        grant.purpose
    )
}
