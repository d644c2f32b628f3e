//! Signing in at a smart host (RFC 4954), over TLS alone.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use congvu_delivery::outbound::{Credentials, TransportError};

use super::channel::Channel;
use super::config::Timeouts;
use super::extensions::Extensions;
use super::fault::{Fault, own, temporary};
use super::reply::ServerReply;

/// Octets of a command line with its end (RFC 5321 §4.5.3.1.4): a longer initial response waits to be
/// asked for.
const COMMAND: usize = 512;

/// Signs in. Every refusal is temporary: a password that was changed is no reason to return mail.
pub(super) async fn sign_in(
    channel: &mut Channel,
    extensions: &Extensions,
    who: &Credentials,
    times: &Timeouts,
) -> Result<(), TransportError> {
    if channel.security().is_none() {
        let text = "a password is sent over TLS only, and there is none (AUTH)";
        return Err(temporary(own(421, "4.7.11", text)));
    }
    if who.user.contains('\0') || who.password.contains('\0') {
        return Err(temporary(own(
            421,
            "4.7.0",
            "name or password hold an octet 0",
        )));
    }
    let said = if extensions.auth_plain {
        plain(channel, who, times).await
    } else if extensions.auth_login {
        login(channel, who, times).await
    } else {
        let text = "the server offers no way to sign in that we know (AUTH)";
        return Err(temporary(own(421, "4.7.0", text)));
    };
    match said {
        Ok(reply) if reply.code == 235 => Ok(()),
        Ok(reply) if reply.class() >= 4 => Err(temporary(reply.told())),
        Ok(reply) => Err(Fault::Unexpected(reply.code).ends("AUTH")),
        Err(fault) => Err(fault.ends("AUTH")),
    }
}

/// RFC 4616
async fn plain(
    channel: &mut Channel,
    who: &Credentials,
    times: &Timeouts,
) -> Result<ServerReply, Fault> {
    let response = STANDARD.encode(format!("\0{}\0{}", who.user, who.password));
    let command = format!("AUTH PLAIN {response}");
    if command.len() + 2 <= COMMAND {
        return channel.ask(&command, times.hello).await;
    }
    let asked = channel.ask("AUTH PLAIN", times.hello).await?;
    if asked.code != 334 {
        return Ok(asked);
    }
    channel.ask(&response, times.hello).await
}

async fn login(
    channel: &mut Channel,
    who: &Credentials,
    times: &Timeouts,
) -> Result<ServerReply, Fault> {
    let mut asked = channel.ask("AUTH LOGIN", times.hello).await?;
    for answer in [&who.user, &who.password] {
        if asked.code != 334 {
            return Ok(asked);
        }
        asked = channel.ask(&STANDARD.encode(answer), times.hello).await?;
    }
    Ok(asked)
}
