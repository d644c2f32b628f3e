//! The program from outside: the real binary, driven by mail programs no one here wrote.
//! How it works and how to add a case: `tests/README.md`.

#![allow(clippy::unwrap_used, unreachable_pub)]

#[macro_use]
mod harness;

mod access;
mod audit;
mod broadcast;
mod command_line;
mod curl;
mod desk;
mod dovecot;
mod durability;
mod far;
mod first_run;
mod granted;
mod held;
mod identity;
mod imapflow;
mod kill;
mod killed;
mod large;
mod later;
mod life;
mod mailbox_order;
mod mailboxes;
mod mbsync;
mod mutt;
mod octets;
mod offlineimap;
mod operations;
mod outbound;
mod places;
mod platform;
mod push;
mod python;
mod queue;
mod reading;
mod regulations;
mod requests;
mod s3;
mod second_factor;
mod setup;
mod sign_in;
mod single_sign_on;
mod swaks;
mod takedown;
mod undelete;
mod webmail;
