//! Sockets: listeners, TLS, lines, limits, time-outs.
//!
//! What the SMTP, IMAP and POP3 servers share below their protocols. [`serve`] accepts
//! connections for an [`Endpoint`] and hands each, as a [`Conn`], to a handler; [`Limiter`]
//! decides who is let in; [`Shutdown`] tells everybody when to end. Nothing here knows a
//! protocol or the store.
//!
//! * Every wait on a peer has a time-out and every buffer a bound, both given by the caller.
//! * A connection that waits for input holds no empty buffers.
//! * Only ids and endpoint names are logged, never addresses.

mod conn;
mod deflate;
mod error;
#[doc(hidden)]
pub mod fuzzing;
mod limiter;
mod listen;
mod network;
mod refuse;
mod self_signed;
mod serve;
mod shutdown;
mod stream;
mod tls;
mod validity;

pub use conn::{Conn, ConnIo, Ending, Line};
pub use error::{TlsError, WireError};
pub use limiter::{Limiter, Limits, Permit, Refusal};
pub use listen::listen;
pub use network::{Network, NetworkError};
pub use self_signed::{SelfSigned, is_self_signed, self_signed};
pub use serve::{Endpoint, serve};
pub use shutdown::{Shutdown, Stopper};
pub use tls::{Tls, TlsInfo, install_crypto};
pub use validity::valid_until;
