//! `congvu dns`: the records that let mail come, and mail programs find the servers (RFC 5321 §5.1, RFC 6186, RFC 8314 §5.1).

use std::net::SocketAddr;

use anyhow::Result;
use congvu_store::{Store, organisation};

use crate::config::Config;
use crate::console;

pub(super) async fn run(store: &Store, config: &Config) -> Result<()> {
    let domains = store.read(organisation::domains).await?;
    for line in records(config, &domains) {
        console::line(&line);
    }
    Ok(())
}

/// The records of all domains, as a zone file has them.
fn records(config: &Config, domains: &[String]) -> Vec<String> {
    let host = &config.server.hostname;
    let port = |listen: &[SocketAddr]| listen.first().map(SocketAddr::port);
    // What is enciphered from the start is told alone, where it listens.
    let services = [
        ("imaps", port(&config.imap.listen_tls)),
        ("imap", port(&config.imap.listen)),
        ("submissions", port(&config.submission.listen_tls)),
        ("submission", port(&config.submission.listen)),
        ("pop3s", port(&config.pop3.listen_tls)),
        ("pop3", port(&config.pop3.listen)),
    ];
    let has_tls = config.tls.is_some();
    let mut lines = vec![format!("; {host}. A/AAAA <địa chỉ máy chủ>")];
    for domain in domains {
        lines.push(String::new());
        lines.push(format!("{domain}. MX 10 {host}."));
        for pair in services.chunks_exact(2) {
            let [(secure, secure_port), (clear, clear_port)] = pair else {
                continue;
            };
            let srv = |name: &str, port: Option<u16>| match port.filter(|_| has_tls) {
                Some(port) => format!("_{name}._tcp.{domain}. SRV 0 1 {port} {host}."),
                // RFC 6186 §3.4: it is not offered.
                None => format!("_{name}._tcp.{domain}. SRV 0 0 0 ."),
            };
            lines.push(srv(secure, *secure_port));
            let other = clear_port.filter(|_| secure_port.is_none());
            lines.push(srv(clear, other));
        }
        lines.push(format!("autoconfig.{domain}. CNAME {host}."));
        lines.push(format!("autodiscover.{domain}. CNAME {host}."));
        lines.push(format!("_autodiscover._tcp.{domain}. SRV 0 0 443 {host}."));
    }
    lines.push(String::new());
    lines.push(format!(
        "; chứng thư TLS phải có tên {host}; thêm autoconfig. và autodiscover. của từng tên miền thì chương trình thư cấu hình êm nhất"
    ));
    lines
}
