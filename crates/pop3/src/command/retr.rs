//! RETR (RFC 1939 §5). TOP sends a message the same way.

use congvu_store::activity::Kind;
use congvu_wire::Conn;

use crate::content::Content;
use crate::input::End;
use crate::maildrop::Item;
use crate::reply;
use crate::server::Shared;
use crate::session::{FLUSH_AT, Flow, Outcome, Transaction};
use crate::stuffing::Stuffing;
use crate::top::Top;

/// Octets stuffed at a time.
const SLICE: usize = 8 * 1024;

/// Sends a message. It counts as fetched (inactivity rules), but is not marked \Seen: programs
/// that copy mail do not read it.
pub(crate) async fn run(
    shared: &Shared,
    conn: &mut Conn,
    open: &mut Transaction,
    number: u32,
) -> Outcome {
    let item = match open.maildrop.get(number) {
        Ok(item) => item,
        Err(absent) => {
            reply::err(conn, absent);
            return Ok(Flow::Continue);
        }
    };
    if let Some(content) = find(shared, conn, open, item).await {
        reply::ok(conn, format_args!("{} octets", item.size));
        send(shared, conn, open, content, None).await?;
        shared.access.note(open.mailbox, Kind::Fetched);
        // HCM.8.2.a, BS.III.11
        shared.access.note_look(open.mailbox, open.account);
    }
    Ok(Flow::Continue)
}

/// Opens a message, or says why it cannot be had.
pub(super) async fn find(
    shared: &Shared,
    conn: &mut Conn,
    open: &Transaction,
    item: Item,
) -> Option<Content> {
    match Content::open(&shared.store, open.maildrop.folder, item.uid).await {
        Ok(Some(content)) => return Some(content),
        Ok(None) => reply::err(conn, "Message was removed by another program"),
        Err(error) => reply::trouble(conn, &error),
    }
    None
}

/// Sends a message or the top of it. Where it cannot be sent whole, the connection is broken off:
/// a terminating dot would pass the half for the whole.
pub(super) async fn send(
    shared: &Shared,
    conn: &mut Conn,
    open: &mut Transaction,
    mut content: Content,
    mut top: Option<Top>,
) -> Result<(), End> {
    let mut stuffing = Stuffing::new();
    'message: loop {
        let piece = match content.next().await {
            Ok(Some(piece)) => piece,
            Ok(None) => break,
            Err(error) => {
                tracing::error!(conn = conn.id(), %error, "a message cannot be read to its end");
                return Err(End::Lost);
            }
        };
        for slice in piece.chunks(SLICE) {
            let end = top.as_mut().and_then(|top| top.end(slice));
            stuffing.push(&slice[..end.unwrap_or(slice.len())], conn.out());
            if end.is_some() {
                break 'message;
            }
            tokio::select! {
                biased;
                _ = open.until_over() => return Err(End::Lost),
                sent = conn.flush_if_over(FLUSH_AT, shared.config.write_timeout) => sent?,
            }
        }
    }
    stuffing.finish(conn.out());
    Ok(())
}
