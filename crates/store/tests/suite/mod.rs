#[macro_use]
mod harness;
mod fixture;

mod accounts;
mod addresses;
mod append;
mod blobs;
mod changes;
mod disk_full;
mod fanout;
mod flags;
mod folders;
mod groups;
mod lost_commit;
mod mailboxes;
mod model;
mod opening;
mod organisations;
mod queue;
mod records;
mod search;
mod sweep;
mod transactions;
mod vanished;
mod verify;
