//! `congvu mail-log` (TQ.9.1, SL.11.1)

use anyhow::{Result, bail};
use congvu_message::date;
use congvu_store::mail_log::{self, Logged};
use congvu_store::{Store, StoreError};

use crate::console;

pub(super) async fn run(store: &Store, lines: i64) -> Result<()> {
    let mut page = store
        .read(move |tx| mail_log::page(tx, i64::MAX, lines))
        .await?;
    page.reverse();
    for line in page {
        console::line(&words(&line));
    }
    Ok(())
}

/// Lines of one message read in one transaction.
const PAGE: i64 = 1000;

/// One message's whole way, from acceptance to the far server's reply.
pub(super) async fn of_trace(store: &Store, trace: String) -> Result<()> {
    let mut after = 0;
    loop {
        let (of, from) = (trace.clone(), after);
        let page = store
            .read(move |tx| mail_log::of_trace(tx, &of, from, PAGE))
            .await
            .map_err(|error: StoreError| error)?;
        let Some(last) = page.last() else { break };
        after = last.id;
        for line in &page {
            console::line(&words(line));
        }
    }
    if after == 0 {
        bail!("nhật ký không có thư nào mang mã {trace}");
    }
    Ok(())
}

fn words(line: &Logged) -> String {
    format!(
        "{}  {}  {}  từ <{}>  đến <{}>  máy {}  {} byte  {} {}",
        date::rfc5322(line.at.div_euclid(1000), 7 * 60),
        line.direction,
        line.trace,
        line.sender,
        line.recipient,
        line.client_ip,
        line.size,
        line.code,
        line.result
    )
}
