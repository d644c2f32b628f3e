//! Use cases on the store under a regulation: each act is carried out in one transaction with its record.

pub mod access_order;
pub mod act;
pub mod audit;
pub mod cite;
pub mod directory;
pub mod group;
pub mod held;
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
pub mod queue;
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
pub mod undelete;
pub mod unit;

pub use act::{Act, Action, Actor, record};
pub use law::{Law, now, today};
pub use refused::Refused;
pub use rights::Role;
