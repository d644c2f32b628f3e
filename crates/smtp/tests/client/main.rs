//! The client against servers that do what a script says, odd things most of all; and against a real
//! one.

mod breaking;
mod dialogue;
mod fake;
mod lmtp;
mod messages;
mod octets;
mod peer;
mod postfix;
mod signing_in;
mod tls;
