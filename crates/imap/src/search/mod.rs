//! Finding messages.
