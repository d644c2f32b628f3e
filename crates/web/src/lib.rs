//! HTTP: webmail, the console, the public directory, the REST API, SCIM and the operations endpoints.

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod api;
mod console;
mod door;
mod help;
mod mail;
pub mod operations;
mod order;
mod peer;
mod people;
mod public;
mod push;
pub mod scim;
mod setup;
mod site;
mod status;

pub use console::START;
pub use console::{Setting, Settings, SettingsSection};
pub use door::{Settings as SsoSettings, Sso};
pub use push::Push;
pub use setup::{MailServer, Record, Says, Servers, Service, of_domain, of_host};
pub use site::{Site, SiteConfig, router};
