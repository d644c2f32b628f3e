//! TLS towards a server.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    ClientConfig, ClientConnection, DigitallySignedStruct, RootCertStore, SignatureScheme,
};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::fault::Fault;

/// The client's settings hold something that is no certificate.
#[derive(Debug)]
pub struct ClientError(String);

impl std::fmt::Display for ClientError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ClientError {}

/// How certificates are looked at.
pub(super) struct TlsClient {
    /// Any will do (RFC 7435).
    any: TlsConnector,
    /// Valid for the name, under the system's authorities and those of the settings.
    valid: TlsConnector,
}

impl TlsClient {
    /// Reads the system's authorities from its files, so it blocks for a moment.
    pub(super) fn new(extra_roots_pem: &[u8]) -> Result<Self, ClientError> {
        let mut roots = RootCertStore::empty();
        let native = rustls_native_certs::load_native_certs();
        roots.add_parsable_certificates(native.certs);
        if roots.is_empty() {
            tracing::warn!("the system has no certificate authorities to trust");
        }
        for extra in CertificateDer::pem_slice_iter(extra_roots_pem) {
            let added = extra
                .map_err(|error| error.to_string())
                .and_then(|extra| roots.add(extra).map_err(|error| error.to_string()));
            added.map_err(|error| {
                ClientError(format!("a certificate authority to trust: {error}"))
            })?;
        }
        let provider = Arc::new(ring::default_provider());
        let builder = || {
            ClientConfig::builder_with_provider(Arc::clone(&provider))
                .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
                .map_err(|error| ClientError(error.to_string()))
        };
        let valid = builder()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let any = builder()?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Any(Arc::clone(&provider))))
            .with_no_client_auth();
        Ok(Self {
            any: TlsConnector::from(Arc::new(any)),
            valid: TlsConnector::from(Arc::new(valid)),
        })
    }

    /// Does the client's side of a handshake with the server of this name.
    pub(super) async fn handshake(
        &self,
        tcp: TcpStream,
        name: &str,
        verify: bool,
        wait: Duration,
    ) -> Result<TlsStream<TcpStream>, Fault> {
        let server = match ServerName::try_from(name.trim_end_matches('.').to_owned()) {
            Ok(server) => server,
            Err(_) if !verify => ServerName::IpAddress(tcp.peer_addr()?.ip().into()),
            Err(error) => return Err(Fault::Tls(io::Error::other(error))),
        };
        let connector = if verify { &self.valid } else { &self.any };
        match timeout(wait, connector.connect(server, tcp)).await {
            Ok(stream) => stream.map_err(Fault::Tls),
            Err(_) => Err(Fault::Tls(io::ErrorKind::TimedOut.into())),
        }
    }
}

/// `TLSv1.3 TLS_AES_256_GCM_SHA384`.
pub(super) fn described(session: &ClientConnection) -> String {
    let version = match session.protocol_version() {
        Some(rustls::ProtocolVersion::TLSv1_3) => "TLSv1.3",
        Some(rustls::ProtocolVersion::TLSv1_2) => "TLSv1.2",
        _ => "TLS",
    };
    let cipher = session
        .negotiated_cipher_suite()
        .map(|suite| format!("{:?}", suite.suite()))
        .unwrap_or_default();
    // rustls marks the suites of TLS 1.3 in their names; the registry does not (RFC 8446 §B.4).
    format!("{version} {}", cipher.replacen("TLS13_", "TLS_", 1))
}

/// Takes any certificate: most MX hosts have none that names them, and their names come from a DNS
/// that anybody on the way can change. It keeps out those who only listen (RFC 7435 §1.2). As nobody
/// is authenticated, what the handshake is signed with does not matter either; were it looked at,
/// an odd certificate would lead to mail in clear.
#[derive(Debug)]
struct Any(Arc<CryptoProvider>);

impl ServerCertVerifier for Any {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
