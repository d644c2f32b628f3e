//! TLS towards a server.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{Resumption, WebPkiServerVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
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
    /// Any will do (RFC 7435); each handshake has a copy with a verifier of its own.
    any: ClientConfig,
    /// Says what is noted of a certificate that any other would do for as well; `None`: no authority is
    /// known.
    judge: Option<Arc<WebPkiServerVerifier>>,
    provider: Arc<CryptoProvider>,
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
        let roots = Arc::new(roots);
        let judge =
            WebPkiServerVerifier::builder_with_provider(Arc::clone(&roots), Arc::clone(&provider));
        let judge = judge.build().ok();
        let builder = || {
            ClientConfig::builder_with_provider(Arc::clone(&provider))
                .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
                .map_err(|error| ClientError(error.to_string()))
        };
        let valid = builder()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let mut any = builder()?
            .with_root_certificates(RootCertStore::empty())
            .with_no_client_auth();
        // A session taken up again shows no certificate, so nothing could be noted of it.
        any.resumption = Resumption::disabled();
        Ok(Self {
            any,
            judge,
            provider,
            valid: TlsConnector::from(Arc::new(valid)),
        })
    }

    /// Does the client's side of a handshake with the server of this name; says as well whether it showed
    /// a certificate that is valid for its name, which it must where `verify` asks for it.
    pub(super) async fn handshake(
        &self,
        tcp: TcpStream,
        name: &str,
        verify: bool,
        wait: Duration,
    ) -> Result<(TlsStream<TcpStream>, bool), Fault> {
        let server = match ServerName::try_from(name.trim_end_matches('.').to_owned()) {
            Ok(server) => server,
            Err(_) if !verify => ServerName::IpAddress(tcp.peer_addr()?.ip().into()),
            Err(error) => return Err(Fault::Tls(io::Error::other(error))),
        };
        let noted = Arc::new(Noted::default());
        let connector = if verify {
            self.valid.clone()
        } else {
            let mut any = self.any.clone();
            any.dangerous()
                .set_certificate_verifier(Arc::new(self.any_noting(&noted)));
            TlsConnector::from(Arc::new(any))
        };
        match timeout(wait, connector.connect(server, tcp)).await {
            Ok(stream) => Ok((stream.map_err(Fault::Tls)?, verify || noted.is_good())),
            Err(_) => Err(Fault::Tls(io::ErrorKind::TimedOut.into())),
        }
    }

    fn any_noting(&self, noted: &Arc<Noted>) -> Any {
        Any {
            judge: self.judge.clone(),
            provider: Arc::clone(&self.provider),
            noted: Arc::clone(noted),
        }
    }
}

/// What would have been said of a server, had it been asked for.
#[derive(Debug, Default)]
struct Noted {
    certificate: AtomicBool,
    signature: AtomicBool,
}

impl Noted {
    /// The certificate is valid for the name, and the server has its key.
    fn is_good(&self) -> bool {
        self.certificate.load(Ordering::Relaxed) && self.signature.load(Ordering::Relaxed)
    }
}

/// `TLSv1.3 TLS_AES_256_GCM_SHA384, verified`.
pub(super) fn described(session: &ClientConnection, verified: bool) -> String {
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
    let cipher = cipher.replacen("TLS13_", "TLS_", 1);
    let verified = if verified { "verified" } else { "unverified" };
    format!("{version} {cipher}, {verified}")
}

/// Takes any certificate: most MX hosts have none that names them, and their names come from a DNS
/// that anybody on the way can change. It keeps out those who only listen (RFC 7435 §1.2). As nobody
/// is authenticated, what the handshake is signed with does not matter either; were it insisted on,
/// an odd certificate would lead to mail in clear. What it was worth is noted for the mail log.
#[derive(Debug)]
struct Any {
    judge: Option<Arc<WebPkiServerVerifier>>,
    provider: Arc<CryptoProvider>,
    noted: Arc<Noted>,
}

impl ServerCertVerifier for Any {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let good = self.judge.as_ref().is_some_and(|judge| {
            judge
                .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
                .is_ok()
        });
        self.noted.certificate.store(good, Ordering::Relaxed);
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        let good = verify_tls12_signature(message, cert, dss, algorithms).is_ok();
        self.noted.signature.store(good, Ordering::Relaxed);
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        let good = verify_tls13_signature(message, cert, dss, algorithms).is_ok();
        self.noted.signature.store(good, Ordering::Relaxed);
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}
