//! The HTTP client for systems that are named in the configuration. It goes where it is sent and nowhere else: it follows no answer that
//! sends it on, and asks no proxy that the environment names.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client};

/// For a connection.
const CONNECT: Duration = Duration::from_secs(10);
/// For a whole answer.
const ANSWER: Duration = Duration::from_secs(20);

/// A client that also trusts the authorities in `ca`, and speaks in the clear only where that is allowed.
pub(crate) fn client(ca: Option<&Path>, allow_http: bool) -> Result<Client> {
    let mut builder = Client::builder()
        .redirect(Policy::none())
        .no_proxy()
        .https_only(!allow_http)
        .connect_timeout(CONNECT)
        .timeout(ANSWER)
        .user_agent("congvu");
    if let Some(path) = ca {
        let pem = std::fs::read(path)
            .with_context(|| format!("không đọc được identity.ca_file {}", path.display()))?;
        let certificates = Certificate::from_pem_bundle(&pem)
            .with_context(|| format!("identity.ca_file {} không phải PEM", path.display()))?;
        builder = builder.tls_certs_merge(certificates);
    }
    builder
        .build()
        .context("không dựng được kết nối HTTP ra ngoài")
}
