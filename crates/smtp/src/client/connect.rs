//! From an address to a connection that is ready for a message.

use std::net::{IpAddr, SocketAddr};

use congvu_delivery::outbound::{Hop, Protocol, Tls, TransportError};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

use super::auth;
use super::channel::{Channel, Stream};
use super::config::ClientConfig;
use super::extensions::Extensions;
use super::fault::{Fault, own, temporary};
use super::reply::ServerReply;
use super::tls::TlsClient;

/// A server that was greeted.
pub(super) struct Greeted {
    pub(super) channel: Channel,
    pub(super) extensions: Extensions,
    pub(super) protocol: Protocol,
}

/// How an attempt ended.
enum Failed {
    /// In TLS: with [`Tls::Opportunistic`] there is another way.
    InTls(Fault),
    For(TransportError),
}

impl From<TransportError> for Failed {
    fn from(error: TransportError) -> Self {
        Self::For(error)
    }
}

/// Connects, greets, starts TLS, signs in.
pub(super) async fn connect(
    config: &ClientConfig,
    tls: &TlsClient,
    hop: &Hop,
) -> Result<Greeted, TransportError> {
    let wanted = wanted(hop)?;
    match attempt(config, tls, hop, wanted).await {
        Ok(greeted) => Ok(greeted),
        Err(Failed::For(error)) => Err(error),
        Err(Failed::InTls(fault)) if wanted == Tls::Opportunistic => {
            tracing::debug!(error = %fault, "TLS failed; in clear (RFC 7435)");
            match attempt(config, tls, hop, Tls::Never).await {
                Ok(greeted) => Ok(greeted),
                Err(Failed::For(error)) => Err(error),
                Err(Failed::InTls(fault)) => Err(fault.ends("STARTTLS")),
            }
        }
        Err(Failed::InTls(fault)) => {
            let fault = match fault {
                fault @ Fault::Tls(_) => fault,
                other => Fault::Tls(std::io::Error::other(other.to_string())),
            };
            Err(fault.ends("STARTTLS"))
        }
    }
}

/// What is asked of TLS. Where a password is sent, who gets it matters: then nothing less than a valid
/// certificate will do.
fn wanted(hop: &Hop) -> Result<Tls, TransportError> {
    match (hop.tls, &hop.credentials) {
        (Tls::Opportunistic, Some(_)) => Ok(Tls::Required),
        (Tls::Never, Some(_)) => {
            let text = "a password is sent over TLS only, and TLS is switched off";
            Err(temporary(own(421, "4.7.11", text)))
        }
        (tls, _) => Ok(tls),
    }
}

async fn attempt(
    config: &ClientConfig,
    tls: &TlsClient,
    hop: &Hop,
    wanted: Tls,
) -> Result<Greeted, Failed> {
    let times = &config.timeouts;
    let tcp = dial(config, hop.address).await?;
    let stream = if wanted == Tls::Implicit {
        let secured = tls.handshake(tcp, &hop.name, true, times.tls).await;
        let (secured, verified) = secured.map_err(Failed::InTls)?;
        Stream::Tls(Box::new(secured), verified)
    } else {
        Stream::Plain(tcp)
    };
    let mut channel = Channel::new(stream);
    greeting(&mut channel, config).await?;
    let mut extensions = hello(&mut channel, hop.protocol, config).await?;
    if matches!(wanted, Tls::Opportunistic | Tls::Required) {
        let verify = wanted == Tls::Required;
        if let Some(reply) = refused_tls(&mut channel, &extensions, config).await? {
            if verify {
                return Err(temporary(reply).into());
            }
        } else {
            let Some(tcp) = channel.into_plain() else {
                return Err(Failed::InTls(Fault::Closed));
            };
            let secured = tls.handshake(tcp, &hop.name, verify, times.tls).await;
            let (secured, verified) = secured.map_err(Failed::InTls)?;
            channel = Channel::new(Stream::Tls(Box::new(secured), verified));
            // What was told in clear is forgotten (RFC 3207 §4.2). With TLS 1.3 a server that ends the
            // handshake is heard here first.
            extensions = again(&mut channel, hop.protocol, config).await?;
        }
    }
    if let Some(who) = &hop.credentials {
        auth::sign_in(&mut channel, &extensions, who, times).await?;
    }
    Ok(Greeted {
        channel,
        extensions,
        protocol: hop.protocol,
    })
}

/// The TCP connection, from the address of the settings.
async fn dial(config: &ClientConfig, to: SocketAddr) -> Result<TcpStream, TransportError> {
    let failed = |text: String| {
        temporary(own(
            421,
            "4.4.1",
            &format!("cannot connect to {to}: {text}"),
        ))
    };
    let (socket, from): (_, Option<IpAddr>) = if to.is_ipv4() {
        (TcpSocket::new_v4(), config.source_v4.map(IpAddr::from))
    } else {
        (TcpSocket::new_v6(), config.source_v6.map(IpAddr::from))
    };
    let connecting = async {
        let socket = socket?;
        if let Some(from) = from {
            socket.bind((from, 0).into())?;
        }
        let tcp = socket.connect(to).await?;
        tcp.set_nodelay(true)?;
        Ok::<_, std::io::Error>(tcp)
    };
    match timeout(config.timeouts.connect, connecting).await {
        Ok(tcp) => tcp.map_err(|error| failed(error.to_string())),
        Err(_) => Err(failed("no answer in time".into())),
    }
}

/// RFC 5321 §3.1: 220, or 554 where nobody is served.
async fn greeting(channel: &mut Channel, config: &ClientConfig) -> Result<(), TransportError> {
    match channel.reply(config.timeouts.greeting).await {
        Ok(reply) if reply.code == 220 => Ok(()),
        Ok(reply) => Err(refused(&reply, "greeting")),
        Err(fault) => Err(fault.ends("greeting")),
    }
}

/// The word that greets and asks what a server can do (RFC 5321 §4.1.1.1, RFC 2033 §4.1).
fn hello_word(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Smtp => "EHLO",
        Protocol::Lmtp => "LHLO",
    }
}

/// EHLO; HELO where the server does not know it (RFC 5321 §3.2). LMTP has LHLO alone.
async fn hello(
    channel: &mut Channel,
    protocol: Protocol,
    config: &ClientConfig,
) -> Result<Extensions, TransportError> {
    let wait = config.timeouts.hello;
    let name = &config.hostname;
    let word = hello_word(protocol);
    let ehlo = channel.ask(&format!("{word} {name}"), wait).await;
    let ehlo = ehlo.map_err(|fault| fault.ends(word))?;
    match ehlo.class() {
        2 => return Ok(Extensions::of(&ehlo)),
        5 if protocol == Protocol::Smtp => {}
        // Whoever set it up took an SMTP server for one of LMTP: no fault of the message.
        5 => {
            let text = format!("the server does not speak LMTP: {}", ehlo.told().text);
            return Err(temporary(own(421, "4.5.1", &text)));
        }
        _ => return Err(refused(&ehlo, word)),
    }
    match channel.ask(&format!("HELO {name}"), wait).await {
        Ok(reply) if reply.class() == 2 => Ok(Extensions::default()),
        Ok(reply) => Err(refused(&reply, "HELO")),
        // It said its word to EHLO already.
        Err(Fault::Closed) => Err(refused(&ehlo, "EHLO")),
        Err(fault) => Err(fault.ends("HELO")),
    }
}

/// EHLO under TLS. A server that breaks here has failed in TLS; one that says something is believed.
async fn again(
    channel: &mut Channel,
    protocol: Protocol,
    config: &ClientConfig,
) -> Result<Extensions, Failed> {
    let word = hello_word(protocol);
    let command = format!("{word} {}", config.hostname);
    match channel.ask(&command, config.timeouts.hello).await {
        Ok(reply) if reply.class() == 2 => Ok(Extensions::of(&reply)),
        Ok(reply) => Err(refused(&reply, word).into()),
        Err(fault) => Err(Failed::InTls(fault)),
    }
}

/// Asks for TLS; gives the refusal, our own where the server does not offer it.
async fn refused_tls(
    channel: &mut Channel,
    extensions: &Extensions,
    config: &ClientConfig,
) -> Result<Option<congvu_delivery::outbound::Reply>, Failed> {
    if !extensions.start_tls {
        let text = "TLS is required, and the server does not offer it";
        return Ok(Some(own(421, "4.7.4", text)));
    }
    match channel.ask("STARTTLS", config.timeouts.hello).await {
        Ok(reply) if reply.code == 220 => Ok(None),
        Ok(reply) if reply.class() >= 4 && reply.code != 421 => Ok(Some(reply.told())),
        Ok(reply) => Err(Failed::InTls(Fault::Unexpected(reply.code))),
        Err(fault) => Err(Failed::InTls(fault)),
    }
}

fn refused(reply: &ServerReply, step: &str) -> TransportError {
    match reply.class() {
        5 => TransportError {
            reply: reply.told(),
            permanent: true,
        },
        4 => temporary(reply.told()),
        _ => Fault::Unexpected(reply.code).ends(step),
    }
}
