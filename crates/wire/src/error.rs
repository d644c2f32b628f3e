//! What can go wrong on a connection and with TLS material.

use std::io::{self, ErrorKind};
use std::path::PathBuf;

/// Why an operation on a connection failed.
#[derive(Debug, thiserror::Error)]
pub enum WireError {
    /// The peer ended the connection, orderly or not.
    #[error("connection closed by the peer")]
    Closed,
    /// The operation did not end within the time it was given.
    #[error("timed out")]
    TimedOut,
    /// The peer sent more than the caller allowed.
    #[error("input longer than allowed")]
    TooLong,
    /// The system failed; not the peer's doing.
    #[error("input/output: {0}")]
    Io(#[source] io::Error),
    /// The TLS handshake or record layer failed.
    #[error("TLS: {0}")]
    Tls(#[source] TlsError),
}

impl From<io::Error> for WireError {
    fn from(error: io::Error) -> Self {
        let error = match error.downcast::<rustls::Error>() {
            Ok(tls) => return Self::Tls(TlsError::Protocol(tls)),
            Err(error) => error,
        };
        match error.kind() {
            ErrorKind::UnexpectedEof
            | ErrorKind::ConnectionReset
            | ErrorKind::ConnectionAborted
            | ErrorKind::BrokenPipe
            | ErrorKind::NotConnected
            | ErrorKind::WriteZero => Self::Closed,
            ErrorKind::TimedOut => Self::TimedOut,
            _ => Self::Io(error),
        }
    }
}

impl From<tokio::time::error::Elapsed> for WireError {
    fn from(_: tokio::time::error::Elapsed) -> Self {
        Self::TimedOut
    }
}

/// What is wrong with certificates, keys or a TLS session.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A certificate or key file could not be read.
    #[error("cannot read {path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The text is not well-formed PEM (RFC 7468).
    #[error("malformed PEM: {0}")]
    Pem(#[source] rustls_pki_types::pem::Error),
    /// The PEM text holds no certificate.
    #[error("no certificate in the PEM text")]
    NoCertificate,
    /// The PEM text holds no private key.
    #[error("no private key in the PEM text")]
    NoKey,
    /// rustls refuses the certificate or key, or the session failed.
    #[error("{0}")]
    Protocol(#[from] rustls::Error),
    /// A certificate could not be made.
    #[error("cannot make a certificate: {0}")]
    Generate(#[from] rcgen::Error),
    /// TLS was asked for on a connection whose endpoint has no certificate.
    #[error("this endpoint has no TLS")]
    NotConfigured,
    /// TLS was asked for on a connection that has it already.
    #[error("TLS is already active")]
    AlreadyActive,
}
