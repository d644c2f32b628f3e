//! Mail to other servers.

mod transport;

pub use transport::{
    Body, Connection, Content, Credentials, Hop, Notify, Outcome, Parcel, ParcelRecipient, Reply,
    Return, Tls, Transport, TransportError,
};
