//! Messages, servers to send them to, and what became of them as text.

use std::io::{self, Cursor};
use std::net::SocketAddr;
use std::time::Duration;

use congvu_delivery::outbound::{
    Body, Connection, Content, Hop, Outcome, Parcel, ParcelRecipient, Protocol, Tls, Transport,
    TransportError,
};
use congvu_smtp::client::{ClientConfig, SmtpClient, Timeouts};
use futures_util::future::BoxFuture;

/// Longer than anything here takes.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);
/// What a client waits that a script leaves hanging.
const SHORT: Duration = Duration::from_millis(150);

/// A client that waits long.
pub(crate) fn config() -> ClientConfig {
    ClientConfig::new("mx.tinh.example")
}

/// A client that gives up soon.
pub(crate) fn hasty() -> ClientConfig {
    ClientConfig {
        timeouts: Timeouts {
            connect: PATIENCE,
            tls: SHORT,
            greeting: SHORT,
            hello: SHORT,
            mail: SHORT,
            rcpt: SHORT,
            data: SHORT,
            block: SHORT,
            message: PATIENCE,
            done: SHORT,
            quit: SHORT,
        },
        ..config()
    }
}

pub(crate) fn hop(address: SocketAddr) -> Hop {
    Hop {
        name: "mx.ngoai.example".into(),
        address,
        protocol: Protocol::Smtp,
        tls: Tls::Opportunistic,
        credentials: None,
    }
}

pub(crate) async fn connect(
    config: ClientConfig,
    hop: &Hop,
) -> Result<Box<dyn Connection>, TransportError> {
    let client = SmtpClient::new(config).expect("a client");
    client.connect(hop).await
}

/// The error of a connection that is refused: code, status, text, whether for good.
pub(crate) async fn refused(config: ClientConfig, hop: &Hop) -> String {
    match connect(config, hop).await {
        Ok(_) => "connected".into(),
        Err(error) => {
            let reply = error.reply;
            let lasting = if error.permanent { " for good" } else { "" };
            format!("{} {} {}{lasting}", reply.code, reply.status, reply.text)
        }
    }
}

/// Octets in memory.
pub(crate) struct Octets(pub(crate) Vec<u8>);

impl Content for Octets {
    fn open(&self) -> BoxFuture<'_, io::Result<Body>> {
        let body: Body = Box::pin(Cursor::new(self.0.clone()));
        Box::pin(async move { Ok(body) })
    }
}

pub(crate) const TEXT: &[u8] = b"Subject: thu\r\n\r\n.mot dong\r\n..hai\r\n.\r\n";
/// The same behind DATA, without its end.
pub(crate) const STUFFED: &[u8] = b"Subject: thu\r\n\r\n..mot dong\r\n...hai\r\n..\r\n";

pub(crate) fn recipient(address: &str) -> ParcelRecipient {
    ParcelRecipient {
        address: address.into(),
        notify: None,
        original: None,
    }
}

pub(crate) fn parcel(recipients: &[&str]) -> Parcel {
    Parcel {
        sender: "an@tinh.example".into(),
        recipients: recipients
            .iter()
            .map(|address| recipient(address))
            .collect(),
        ret: None,
        envelope_id: None,
        size: TEXT.len() as u64,
        eight_bit: false,
        utf8: false,
        content: Box::new(Octets(TEXT.to_vec())),
    }
}

/// `delivered 250 2.0.0 OK`, `deferred …`, `failed …`, `in flight …`.
pub(crate) fn told(outcomes: &[Outcome]) -> Vec<String> {
    let one = |outcome: &Outcome| {
        let (what, reply) = match outcome {
            Outcome::Delivered { reply, dsn: false } => ("delivered", reply),
            Outcome::Delivered { reply, dsn: true } => ("delivered, DSN", reply),
            Outcome::Deferred(reply) => ("deferred", reply),
            Outcome::Failed(reply) => ("failed", reply),
            Outcome::InFlight(reply) => ("in flight", reply),
        };
        format!("{what} {} {} {}", reply.code, reply.status, reply.text)
    };
    outcomes.iter().map(one).collect()
}

/// Connects and sends one message; what became of it, and whether the connection is usable.
pub(crate) async fn send(config: ClientConfig, hop: &Hop, parcel: &Parcel) -> (Vec<String>, bool) {
    let mut connection = connect(config, hop).await.expect("connects");
    let outcomes = connection.send(parcel).await;
    assert_eq!(outcomes.len(), parcel.recipients.len());
    let usable = connection.is_usable();
    connection.quit().await;
    (told(&outcomes), usable)
}
