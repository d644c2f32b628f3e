//! How a message reaches the next server: what a protocol crate implements.

use std::net::SocketAddr;
use std::pin::Pin;

use futures_util::future::BoxFuture;
use tokio::io::AsyncRead;

/// What is asked of TLS on the way to a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tls {
    /// STARTTLS where the server offers it, whatever its certificate; in clear where it does not, or where the
    /// handshake fails (RFC 7435): what MX hosts are.
    Opportunistic,
    /// STARTTLS with a certificate that is valid for [`Hop::name`], or nothing is sent.
    Required,
    /// TLS from the first octet on, with a valid certificate (RFC 8314).
    Implicit,
    /// Never: a server on the same machine or in a closed net.
    Never,
}

/// What a server speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// SMTP (RFC 5321).
    #[default]
    Smtp,
    /// LMTP (RFC 2033): a message is answered for each of its recipients apart. Only where it is set;
    /// no MX speaks it.
    Lmtp,
}

/// Name and password for a smart host.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Credentials {
    /// The name.
    pub user: String,
    /// The password.
    pub password: String,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Credentials({})", self.user)
    }
}

/// A server to speak to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Hop {
    /// Its name: for the certificate, the log and notices.
    pub name: String,
    /// Where it listens.
    pub address: SocketAddr,
    /// What it speaks.
    pub protocol: Protocol,
    /// What is asked of TLS.
    pub tls: Tls,
    /// Who signs in; AUTH is sent over TLS alone.
    pub credentials: Option<Credentials>,
}

/// When a sender wants a notice (RFC 3461 §4.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Notify {
    /// Never; excludes the others.
    pub never: bool,
    /// On delivery.
    pub success: bool,
    /// On failure.
    pub failure: bool,
    /// On delay.
    pub delay: bool,
}

/// What of the message a notice returns (RFC 3461 §4.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Return {
    /// `FULL`
    Full,
    /// `HDRS`
    Headers,
}

/// A recipient of a parcel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParcelRecipient {
    /// Its address.
    pub address: String,
    /// NOTIFY, where the sender gave it.
    pub notify: Option<Notify>,
    /// ORCPT as given, in xtext: `rfc822;a@b.vn`.
    pub original: Option<String>,
}

/// A message's octets, from the start, with CR LF line ends.
pub type Body = Pin<Box<dyn AsyncRead + Send>>;

/// Opens a message's octets as often as it is tried.
pub trait Content: Send + Sync {
    /// The octets from the start.
    fn open(&self) -> BoxFuture<'_, std::io::Result<Body>>;

    /// Told before the end of the message is handed over: from then on the server may have taken it.
    fn ends(&self) {}
}

/// A message on its way to one server.
pub struct Parcel {
    /// Reverse path; empty for the null sender.
    pub sender: String,
    /// Recipients at this server; at least one.
    pub recipients: Vec<ParcelRecipient>,
    /// RET, where the sender gave it.
    pub ret: Option<Return>,
    /// ENVID as given, in xtext.
    pub envelope_id: Option<String>,
    /// Octets that [`Content::open`] gives.
    pub size: u64,
    /// It has octets above 127 in its body (RFC 6152).
    pub eight_bit: bool,
    /// Addresses or header fields are UTF-8 (RFC 6531): a server without SMTPUTF8 cannot take it.
    pub utf8: bool,
    /// The octets.
    pub content: Box<dyn Content>,
}

impl std::fmt::Debug for Parcel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Parcel({} octets from <{}> to {:?})",
            self.size, self.sender, self.recipients
        )
    }
}

/// A server's reply, or what took its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The code; 421 where the connection broke, 5xx or 4xx of our own where nothing was asked.
    pub code: u16,
    /// The enhanced status code (RFC 3463), given or made from the code: `5.1.1`.
    pub status: String,
    /// The text, its lines joined, bounded in length, without control characters.
    pub text: String,
}

/// What became of one recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The server has taken the message for it.
    Delivered {
        /// Its last reply.
        reply: Reply,
        /// The server speaks DSN and was given NOTIFY: it answers for the notices now (RFC 3461 §5.2.1).
        dsn: bool,
    },
    /// To be tried again.
    Deferred(Reply),
    /// Never to be tried again.
    Failed(Reply),
    /// The end of the message was sent and the reply never came: it may have been taken. Tried again, and counted.
    InFlight(Reply),
}

/// The server could not be spoken to; nothing of the message was sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", reply.text)]
pub struct TransportError {
    /// What was said, or what happened.
    pub reply: Reply,
    /// The server refuses us for good (5xx to the greeting or EHLO): the next one is tried all the same.
    pub permanent: bool,
}

/// An open connection to a server, ready for a message.
pub trait Connection: Send {
    /// Sends one message; one outcome for each recipient, in their order. A connection that broke says so to each.
    fn send<'a>(&'a mut self, parcel: &'a Parcel) -> BoxFuture<'a, Vec<Outcome>>;

    /// Whether another message can be sent.
    fn is_usable(&self) -> bool;

    /// TLS version, cipher and whether the server's certificate is valid for its name, for the mail log:
    /// `TLSv1.3 TLS_AES_256_GCM_SHA384, verified`; `None` in clear.
    fn security(&self) -> Option<String>;

    /// Says goodbye.
    fn quit(self: Box<Self>) -> BoxFuture<'static, ()>;
}

/// Opens connections.
pub trait Transport: Send + Sync {
    /// Connects, greets, starts TLS, signs in.
    fn connect<'a>(
        &'a self,
        hop: &'a Hop,
    ) -> BoxFuture<'a, Result<Box<dyn Connection>, TransportError>>;
}
