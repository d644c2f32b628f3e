//! LIST (RFC 1939 §5).

use congvu_wire::Conn;

use crate::reply;
use crate::server::Shared;
use crate::session::{FLUSH_AT, Flow, Outcome, Transaction};

/// Numbers and sizes of the messages that are not marked deleted, or of one.
pub(crate) async fn run(
    shared: &Shared,
    conn: &mut Conn,
    open: &Transaction,
    number: Option<u32>,
) -> Outcome {
    let maildrop = &open.maildrop;
    if let Some(number) = number {
        match maildrop.get(number) {
            Ok(item) => reply::ok(conn, format_args!("{number} {}", item.size)),
            Err(absent) => reply::err(conn, absent),
        }
        return Ok(Flow::Continue);
    }
    let (count, octets) = (maildrop.count(), maildrop.octets());
    reply::ok(conn, format_args!("{count} messages ({octets} octets)"));
    let mut next = 1;
    while let Some((number, item)) = maildrop.next(next) {
        reply::put(conn, format_args!("{number} {}\r\n", item.size));
        conn.flush_if_over(FLUSH_AT, shared.config.write_timeout)
            .await?;
        next = number + 1;
    }
    reply::put(conn, ".\r\n");
    Ok(Flow::Continue)
}
