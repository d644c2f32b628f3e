//! The octets of a message behind DATA, in constant memory.

use std::time::Duration;

use congvu_delivery::outbound::{Body, Reply};
use tokio::io::AsyncReadExt;
use tokio::time::{Instant, timeout};

use super::channel::Channel;
use super::config::Timeouts;
use super::fault::{Fault, own};
use super::reply::ReplyError;
use super::stuffing::Stuffing;

/// Octets read and written at once.
const BLOCK: usize = 32 * 1024;
/// How long a server that takes no more is listened to for the reason.
const REASON: Duration = Duration::from_secs(2);

/// The message was not handed over whole.
pub(super) enum Unsent {
    /// The server cannot have received its end; with the reason.
    Not(Reply),
    /// It may have.
    Perhaps(Fault),
}

/// The message cannot be read here.
pub(super) fn unreadable(why: &str) -> Reply {
    tracing::warn!(why, "a queued message cannot be read");
    own(451, "4.3.0", "the message cannot be read for now")
}

/// Sends a message of `size` octets and the dot behind it. One that turns out to be shorter or longer,
/// or that cannot be read to its end, never gets its dot. `ends` is called before the dot is sent.
pub(super) async fn send(
    channel: &mut Channel,
    mut content: Body,
    size: u64,
    times: &Timeouts,
    ends: impl FnOnce(),
) -> Result<(), Unsent> {
    let end = Instant::now() + times.message;
    let patience = || {
        times
            .block
            .min(end.saturating_duration_since(Instant::now()))
    };
    let mut stuffing = Stuffing::new();
    let mut input = Vec::with_capacity(BLOCK);
    let mut out = Vec::with_capacity(2 * BLOCK);
    let mut total = 0;
    loop {
        input.clear();
        let read = (&mut content).take(BLOCK as u64);
        match timeout(times.block, fill(read, &mut input)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => return Err(Unsent::Not(unreadable(&error.to_string()))),
            Err(_) => return Err(Unsent::Not(unreadable("no octets in time"))),
        }
        if input.is_empty() {
            break;
        }
        total += input.len() as u64;
        stuffing.feed(&input, &mut out);
        if out.len() >= BLOCK {
            hand_over(channel, &out, patience()).await?;
            out.clear();
        }
    }
    if total != size {
        return Err(Unsent::Not(unreadable("it is not as long as it should be")));
    }
    stuffing.finish(&mut out);
    ends();
    hand_over(channel, &out, patience()).await?;
    channel.flush(patience()).await.map_err(Unsent::Perhaps)
}

/// Reads until the limit or the end.
async fn fill(mut read: tokio::io::Take<&mut Body>, input: &mut Vec<u8>) -> std::io::Result<()> {
    while read.read_buf(input).await? > 0 && input.len() < BLOCK {}
    Ok(())
}

/// Hands a block over, unless the server has spoken: before the end there is nothing to answer, so no
/// such reply may be taken for the answer to the end.
async fn hand_over(channel: &mut Channel, out: &[u8], wait: Duration) -> Result<(), Unsent> {
    let fault = match channel.early().await {
        Ok(false) => match channel.write(out, wait).await {
            Ok(()) => return Ok(()),
            Err(fault) => fault,
        },
        Ok(true) => Fault::Reply(ReplyError::Malformed),
        Err(fault) => fault,
    };
    // A server may refuse a message in the middle (552) and hang up. Only a refusal counts: the end
    // was not sent.
    match channel.reply(REASON).await {
        Ok(reply) if reply.class() >= 4 => Err(Unsent::Not(reply.told())),
        Ok(reply) => Err(Unsent::Not(Fault::Unexpected(reply.code).told("message"))),
        Err(_) => Err(Unsent::Not(fault.told("message"))),
    }
}
