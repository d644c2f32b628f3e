//! A client that speaks transcripts.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::support::World;

/// Longer than anything here takes.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// AUTH PLAIN with an initial response.
pub(crate) fn plain(name: &str, password: &str) -> String {
    format!("AUTH PLAIN {}", base64(&format!("\0{name}\0{password}")))
}

pub(crate) fn base64(text: &str) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(text)
}

pub(crate) struct Client<S> {
    pub(crate) stream: S,
    buffer: Vec<u8>,
}

impl Client<TcpStream> {
    pub(crate) async fn to(addr: SocketAddr) -> Self {
        Self::over(TcpStream::connect(addr).await.expect("connects"))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Client<S> {
    pub(crate) fn over(stream: S) -> Self {
        Self {
            stream,
            buffer: Vec::new(),
        }
    }

    pub(crate) async fn send(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.expect("sent");
    }

    async fn line(&mut self) -> Option<String> {
        loop {
            if let Some(at) = self.buffer.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.buffer.drain(..=at).collect();
                let line = String::from_utf8(line).expect("UTF-8");
                return Some(line.strip_suffix("\r\n").expect("CR LF").to_owned());
            }
            let mut chunk = [0; 4096];
            let read = tokio::time::timeout(PATIENCE, self.stream.read(&mut chunk));
            match read.await.expect("an answer in time") {
                Ok(0) | Err(_) => return None,
                Ok(count) => self.buffer.extend_from_slice(&chunk[..count]),
            }
        }
    }

    /// The next reply, its lines joined by LF.
    pub(crate) async fn reply(&mut self) -> String {
        let mut reply = String::new();
        loop {
            let line = self.line().await.expect("a reply");
            reply.push_str(&line);
            if line.as_bytes().get(3) != Some(&b'-') {
                return reply;
            }
            reply.push('\n');
        }
    }

    /// The next reply begins with this.
    pub(crate) async fn expect(&mut self, expected: &str) -> String {
        let reply = self.reply().await;
        assert!(reply.starts_with(expected), "{reply:?}, not {expected:?}");
        reply
    }

    /// Sends a line; the reply begins with `expected`.
    pub(crate) async fn say(&mut self, line: &str, expected: &str) -> String {
        self.send(format!("{line}\r\n").as_bytes()).await;
        let reply = self.reply().await;
        assert!(
            reply.starts_with(expected),
            "{line:?} is answered {reply:?}, not {expected:?}"
        );
        reply
    }

    /// Lines `C: …` are sent, each `S: …` is the beginning of the next reply.
    pub(crate) async fn talk(&mut self, transcript: &str) {
        let mut said = String::new();
        for line in transcript.trim().lines() {
            let line = line.trim_start();
            if let Some(line) = line.strip_prefix("C:") {
                said = line.strip_prefix(' ').unwrap_or(line).to_owned();
                self.send(format!("{said}\r\n").as_bytes()).await;
            } else if let Some(expected) = line.strip_prefix("S: ") {
                let reply = self.reply().await;
                assert!(
                    reply.starts_with(expected),
                    "{said:?} is answered {reply:?}, not {expected:?}"
                );
            } else {
                panic!("{line:?} is neither C: nor S:");
            }
        }
    }

    /// Brings a message by DATA; gives the reply to it.
    pub(crate) async fn mail(&mut self, from: &str, to: &str, data: &[u8]) -> String {
        self.say(&format!("MAIL FROM:<{from}>"), "250 2.1.0").await;
        self.say(&format!("RCPT TO:<{to}>"), "250 2.1.5").await;
        self.say("DATA", "354").await;
        self.send(data).await;
        self.reply().await
    }

    /// Nothing more comes: the server closed.
    pub(crate) async fn closed(&mut self) {
        assert_eq!(self.line().await, None);
    }

    /// STARTTLS and the handshake.
    pub(crate) async fn start_tls(
        self,
        world: &World,
    ) -> Client<tokio_rustls::client::TlsStream<S>> {
        let mut roots = RootCertStore::empty();
        for ca in CertificateDer::pem_slice_iter(world.certificates.ca_pem.as_bytes()) {
            roots.add(ca.expect("PEM")).expect("a CA");
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_root_certificates(roots)
            .with_no_client_auth();
        let name = ServerName::try_from("mx.tinh.example").expect("a name");
        let connector = TlsConnector::from(Arc::new(config));
        Client {
            stream: connector.connect(name, self.stream).await.expect("TLS"),
            buffer: self.buffer,
        }
    }
}

/// A small message as DATA takes it.
pub(crate) fn message(subject: &str) -> Vec<u8> {
    format!("From: <nguoi@ngoai.example>\r\nSubject: {subject}\r\n\r\nXin chao.\r\n.\r\n")
        .into_bytes()
}
