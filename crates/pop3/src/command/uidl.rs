//! UIDL (RFC 1939 §7).

use congvu_wire::Conn;

use crate::reply;
use crate::server::Shared;
use crate::session::{FLUSH_AT, Flow, Outcome, Transaction};

/// A message's unique-id is `<UIDVALIDITY>.<UID>` of the INBOX: never given to another message,
/// and the same on every node.
pub(crate) async fn run(
    shared: &Shared,
    conn: &mut Conn,
    open: &Transaction,
    number: Option<u32>,
) -> Outcome {
    let maildrop = &open.maildrop;
    let validity = maildrop.uid_validity;
    if let Some(number) = number {
        match maildrop.get(number) {
            Ok(item) => reply::ok(conn, format_args!("{number} {validity}.{}", item.uid)),
            Err(absent) => reply::err(conn, absent),
        }
        return Ok(Flow::Continue);
    }
    reply::ok(conn, "Unique-ids follow");
    let mut next = 1;
    while let Some((number, item)) = maildrop.next(next) {
        reply::put(conn, format_args!("{number} {validity}.{}\r\n", item.uid));
        conn.flush_if_over(FLUSH_AT, shared.config.write_timeout)
            .await?;
        next = number + 1;
    }
    reply::put(conn, ".\r\n");
    Ok(Flow::Continue)
}
