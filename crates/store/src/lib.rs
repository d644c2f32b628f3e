//! Tables, transactions and blobs, on SQLite (the default) or PostgreSQL.
//!
//! Storage functions are synchronous and take a transaction; the async world calls
//! [`Store::read`] and [`Store::write`], which run them on database threads. SQL lives in
//! this crate alone. What the world must hear after a commit ([`Change`]) is told to the
//! transaction and published by the store once the commit is durable.
//!
//! # Invariants
//! * A write closure is repeatable and has no side effects outside its transaction.
//! * `Ok` from [`Store::write`] means committed **and** synced.
//! * No transaction stays open while anything waits on a socket.

pub mod access_grant;
pub mod access_list;
pub mod account;
pub mod activity;
pub mod address;
pub mod app_password;
pub mod assignment;
pub mod audit;
pub mod begun;
pub mod blob;
pub mod bulk;
pub mod census;
pub mod change;
mod clock;
pub mod contact;
pub mod delegation;
pub mod desk;
pub mod directory;
pub mod ending;
pub mod engine;
pub mod entry;
mod error;
pub mod exemption;
pub mod fanout;
pub mod filter;
pub mod folder;
pub mod form_sent;
pub mod former;
pub mod group;
pub mod group_list;
pub mod halfway;
pub mod hand_over;
pub mod held;
pub mod identity;
pub mod ids;
pub mod incident;
pub mod joint_order;
pub mod keyword;
pub mod label;
pub mod later;
pub mod lease;
pub mod life;
pub mod lock;
pub mod mail_log;
pub mod mailbox;
pub mod mailbox_list;
pub mod message;
pub mod metadata;
pub mod notice;
pub mod organisation;
pub mod passkey;
pub mod password_reset;
pub mod person;
pub mod place;
pub mod place_limit;
pub mod place_list;
pub mod place_view;
pub mod proposal;
pub mod push;
pub mod queue;
pub mod reading;
pub mod recovery;
pub mod removed;
pub mod rename;
pub mod report;
pub mod request;
pub mod request_about;
pub mod request_desk;
pub mod request_door;
pub mod role;
pub mod role_list;
pub mod saved_search;
mod schema;
pub mod search;
pub mod second_factor;
pub mod sent_category;
pub mod sent_message;
mod sql;
pub mod sso_session;
pub mod stop;
mod store;
pub mod succession;
pub mod takedown;
pub mod token;
mod tx;
pub mod unit_check;
pub mod upload;
pub mod vacation;
pub mod verify;
pub mod violation;
pub mod web_session;
pub mod writing;

pub use change::{Change, Hub};
pub use clock::{Clock, now_ms};
pub use error::{StoreError, StoreResult};
pub use ids::*;
pub use sql::{Row, Value};
pub use store::{BlobPlace, Bucket, Engine, Store, StoreConfig, random};
pub use tx::Tx;
