//! Taking messages down, orders of two persons, access to a mailbox, incidents, stops of the service.

#![allow(clippy::unwrap_used, unreachable_pub)]

mod access;
mod cases;
mod deleted;
mod incidents;
mod killed;
mod stops;
mod world;
