//! Mail to other servers.

mod dns;
mod reachable;
mod route;
mod transport;

pub use dns::{Dns, DnsConfig, DnsError, Family, Mx, Resolver};
pub use reachable::{Prefix, Reach};
pub use route::{RouteConfig, RouteError, Router, SmartHost};
pub use transport::{
    Body, Connection, Content, Credentials, Hop, Notify, Outcome, Parcel, ParcelRecipient, Reply,
    Return, Tls, Transport, TransportError,
};
