//! POP3 server.
