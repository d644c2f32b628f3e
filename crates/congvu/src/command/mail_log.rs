//! `congvu mail-log` (TQ.9.1, SL.11.1)

use anyhow::Result;
use congvu_message::date;
use congvu_store::{Store, mail_log};

use crate::console;

pub(super) async fn run(store: &Store, lines: i64) -> Result<()> {
    let mut page = store
        .read(move |tx| mail_log::page(tx, i64::MAX, lines))
        .await?;
    page.reverse();
    for line in page {
        console::line(&format!(
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
        ));
    }
    Ok(())
}
