//! What the tests share: a server to talk to and a client that trusts it.

use congvu_wire::{
    Conn, Endpoint, Limiter, Limits, SelfSigned, Shutdown, Stopper, Tls, listen, self_signed, serve,
};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// Long enough never to be reached.
pub(crate) const LONG: Duration = Duration::from_secs(20);
/// Short enough to wait for.
pub(crate) const SHORT: Duration = Duration::from_millis(80);

pub(crate) const BUSY: &[u8] = b"421 4.7.0 busy\r\n";

/// A server on a free port.
pub(crate) struct Server {
    pub(crate) addr: SocketAddr,
    pub(crate) limits: Arc<Limiter>,
    pub(crate) stopper: Stopper,
    pub(crate) ended: JoinHandle<()>,
}

pub(crate) struct Settings {
    pub(crate) limits: Limits,
    pub(crate) tls: Option<Tls>,
    pub(crate) implicit_tls: bool,
    pub(crate) grace: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            tls: None,
            implicit_tls: false,
            grace: LONG,
        }
    }
}

impl Server {
    pub(crate) fn start<H, F>(settings: Settings, handler: H) -> Self
    where
        H: Fn(Conn, Shutdown) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        let listener = listen(([127, 0, 0, 1], 0).into()).expect("a free port");
        let addr = listener.local_addr().expect("bound");
        let limits = Arc::new(Limiter::new(settings.limits));
        let endpoint = Endpoint {
            name: "test",
            limits: Arc::clone(&limits),
            tls: settings.tls,
            implicit_tls: settings.implicit_tls,
            tls_handshake_timeout: LONG,
        };
        let (stopper, shutdown) = Shutdown::new();
        let told = shutdown.clone();
        let handler = move |conn| handler(conn, told.clone());
        let ended = tokio::spawn(serve(
            listener,
            endpoint,
            BUSY,
            shutdown,
            settings.grace,
            handler,
        ));
        Self {
            addr,
            limits,
            stopper,
            ended,
        }
    }

    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.addr).await.expect("connects")
    }

    pub(crate) async fn stop(self) {
        self.stopper.stop();
        self.ended.await.expect("the accept loop ends well");
    }
}

/// Fresh certificates, ready to serve.
pub(crate) fn certificates() -> (SelfSigned, Tls) {
    let made = self_signed(&["mail.example".into()]).expect("certificates");
    let tls = Tls::from_pem(made.cert_pem.as_bytes(), made.key_pem.as_bytes()).expect("fits");
    (made, tls)
}

/// A client that trusts this CA and nothing else.
pub(crate) fn client(ca_pem: &str) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    for ca in CertificateDer::pem_slice_iter(ca_pem.as_bytes()) {
        roots.add(ca.expect("PEM")).expect("a CA");
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    TlsConnector::from(Arc::new(config))
}

pub(crate) async fn handshake(
    client: &TlsConnector,
    name: &str,
    tcp: TcpStream,
) -> std::io::Result<TlsStream<TcpStream>> {
    let name = ServerName::try_from(name.to_owned()).expect("name");
    client.connect(name, tcp).await
}

/// Reads one line, with its ending.
pub(crate) async fn line<S: AsyncRead + Unpin>(stream: &mut S) -> String {
    let mut line = Vec::new();
    while line.last() != Some(&b'\n') {
        line.push(stream.read_u8().await.expect("a line"));
    }
    String::from_utf8(line).expect("UTF-8")
}

/// Reads to the end.
pub(crate) async fn rest<S: AsyncRead + Unpin>(stream: &mut S) -> String {
    let mut rest = String::new();
    stream
        .read_to_string(&mut rest)
        .await
        .expect("an orderly end");
    rest
}

/// Waits until `condition` holds.
pub(crate) async fn until(condition: impl Fn() -> bool) {
    for _ in 0..500 {
        if condition() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("still not so");
}
