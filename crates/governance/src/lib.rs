//! Use cases on the store under a regulation: each act is carried out in one transaction with its record.

pub mod access_order;
pub mod access_view;
pub mod act;
pub mod audit;
pub mod directory;
pub mod group;
pub mod identity;
pub mod incident;
pub mod joint;
mod law;
pub mod life;
pub mod lists;
pub mod mailbox;
pub mod naming;
pub mod notice;
pub mod order;
pub mod organisation;
mod refused;
pub mod rename;
pub mod report;
pub mod request;
pub mod retention;
pub mod rights;
pub mod stop;
pub mod takedown;
pub mod texts;
pub mod token;
mod trial;
pub mod unit;

pub use act::{Act, Action, Actor, record};
pub use law::{Law, now, today};
pub use refused::Refused;
pub use rights::Role;
pub use trial::trial;
