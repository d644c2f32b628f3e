//! HTTP: webmail, the REST API and the operations endpoints; console and public directory come here.

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod api;
mod door;
mod mail;
pub mod operations;
mod order;
mod peer;
mod people;
pub mod scim;
mod site;
mod status;

pub use door::{Settings as SsoSettings, Sso};
pub use site::{Site, SiteConfig, router};
