//! The server's TLS material, which can be renewed while the server runs.

use crate::TlsError;
use parking_lot::RwLock;
use rustls::crypto::ring;
use rustls::server::ServerSessionMemoryCache;
use rustls::{ProtocolVersion, ServerConfig, ServerConnection};
use rustls_pki_types::pem::{Error as PemError, PemObject};
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Sessions kept for clients that resume TLS 1.2 by session id (RFC 5246 §7.3) rather than ticket.
const SESSIONS: usize = 1024;

/// A certificate and key ready to serve TLS 1.2 and 1.3. Clones share one state, so
/// [`Tls::reload`] on any of them is seen by all; running sessions keep what they began with.
#[derive(Clone)]
pub struct Tls {
    shared: Arc<Shared>,
}

struct Shared {
    files: Option<(PathBuf, PathBuf)>,
    current: RwLock<Arc<ServerConfig>>,
}

impl Tls {
    /// From PEM text: the server certificate followed by its chain, and its private key
    /// (PKCS #8, PKCS #1 or SEC 1).
    ///
    /// # Errors
    /// Malformed PEM, nothing in it, or a key that does not fit the certificate.
    pub fn from_pem(cert_pem: &[u8], key_pem: &[u8]) -> Result<Self, TlsError> {
        Self::with(None, cert_pem, key_pem)
    }

    /// From two PEM files, as [`Tls::from_pem`]; [`Tls::reload`] reads them again.
    /// Reads files, so it blocks for a moment.
    ///
    /// # Errors
    /// As [`Tls::from_pem`], or a file cannot be read.
    pub fn from_files(cert: &Path, key: &Path) -> Result<Self, TlsError> {
        let (cert_pem, key_pem) = (read(cert)?, read(key)?);
        Self::with(Some((cert.into(), key.into())), &cert_pem, &key_pem)
    }

    fn with(
        files: Option<(PathBuf, PathBuf)>,
        cert_pem: &[u8],
        key_pem: &[u8],
    ) -> Result<Self, TlsError> {
        let current = RwLock::new(config(cert_pem, key_pem)?);
        Ok(Self {
            shared: Arc::new(Shared { files, current }),
        })
    }

    /// Reads the files again; new handshakes use what they hold. Without files it does nothing.
    /// Tickets given out before no longer resume.
    ///
    /// # Errors
    /// As [`Tls::from_files`]; the old certificate then stays in use.
    pub fn reload(&self) -> Result<(), TlsError> {
        let Some((cert, key)) = &self.shared.files else {
            return Ok(());
        };
        self.replace(&read(cert)?, &read(key)?)
    }

    /// Puts other PEM text in use, as [`Tls::reload`] does with files.
    ///
    /// # Errors
    /// As [`Tls::from_pem`]; the old certificate then stays in use.
    pub fn replace(&self, cert_pem: &[u8], key_pem: &[u8]) -> Result<(), TlsError> {
        let fresh = config(cert_pem, key_pem)?;
        *self.shared.current.write() = fresh;
        Ok(())
    }

    /// What the next handshake is to use.
    pub(crate) fn current(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.shared.current.read())
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls")
            .field("files", &self.shared.files)
            .finish_non_exhaustive()
    }
}

fn read(path: &Path) -> Result<Vec<u8>, TlsError> {
    std::fs::read(path).map_err(|source| TlsError::File {
        path: path.into(),
        source,
    })
}

fn config(cert_pem: &[u8], key_pem: &[u8]) -> Result<Arc<ServerConfig>, TlsError> {
    let chain = CertificateDer::pem_slice_iter(cert_pem)
        .collect::<Result<Vec<_>, _>>()
        .map_err(TlsError::Pem)?;
    if chain.is_empty() {
        return Err(TlsError::NoCertificate);
    }
    let key = PrivateKeyDer::from_pem_slice(key_pem).map_err(|error| match error {
        PemError::NoItemsFound => TlsError::NoKey,
        other => TlsError::Pem(other),
    })?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    // Resumption saves the costly part of a handshake: mail programs reconnect all day.
    // Tickets (RFC 5077, RFC 8446 §4.6.1) leave no state on the server.
    config.ticketer = ring::Ticketer::new()?;
    config.session_storage = ServerSessionMemoryCache::new(SESSIONS);
    // No early data (RFC 8446 §8): a replayed command must never run twice.
    config.max_early_data_size = 0;
    Ok(Arc::new(config))
}

/// What was agreed in a TLS handshake, for the trace line of a message (RFC 8314 §4.3) and logs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsInfo {
    /// `TLSv1.3` or `TLSv1.2`.
    pub version: &'static str,
    /// The IANA name of the cipher suite, for example `TLS_AES_256_GCM_SHA384`.
    pub cipher: String,
}

impl TlsInfo {
    pub(crate) fn of(session: &ServerConnection) -> Self {
        let version = match session.protocol_version() {
            Some(ProtocolVersion::TLSv1_3) => "TLSv1.3",
            Some(ProtocolVersion::TLSv1_2) => "TLSv1.2",
            _ => "TLS",
        };
        let cipher = session
            .negotiated_cipher_suite()
            .map(|suite| format!("{:?}", suite.suite()))
            .unwrap_or_default();
        // rustls marks the suites of TLS 1.3 in their names; the registry does not (RFC 8446 §B.4).
        let cipher = match cipher.strip_prefix("TLS13_") {
            Some(rest) => format!("TLS_{rest}"),
            None => cipher,
        };
        Self { version, cipher }
    }
}

/// Makes ring the process's TLS provider for libraries that ask for a default one (the S3
/// client). Our own servers name theirs.
pub fn install_crypto() {
    // Installed already is as good.
    drop(rustls::crypto::ring::default_provider().install_default());
}
