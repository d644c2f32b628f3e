//! TOP (RFC 1939 §7).

use congvu_wire::Conn;

use super::retr;
use crate::reply;
use crate::server::Shared;
use crate::session::{Flow, Outcome, Transaction};
use crate::top::Top;

/// Sends the header and some lines of the body.
pub(crate) async fn run(
    shared: &Shared,
    conn: &mut Conn,
    open: &mut Transaction,
    number: u32,
    lines: u32,
) -> Outcome {
    let item = match open.maildrop.get(number) {
        Ok(item) => item,
        Err(absent) => {
            reply::err(conn, absent);
            return Ok(Flow::Continue);
        }
    };
    if let Some(content) = retr::find(shared, conn, open, item).await {
        reply::ok(conn, "Top of message follows");
        retr::send(shared, conn, open, content, Some(Top::new(lines))).await?;
    }
    Ok(Flow::Continue)
}
