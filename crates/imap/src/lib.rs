//! IMAP server.
