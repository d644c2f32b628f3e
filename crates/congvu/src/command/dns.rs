//! `congvu dns`: the records that let mail come, and mail programs find the servers (RFC 5321 §5.1, RFC 6186, RFC 8314 §5.1).

use anyhow::Result;
use congvu_store::{Store, organisation};
use congvu_web::{of_domain, of_host};

use crate::config::Config;
use crate::{console, wiring};

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
    let servers = wiring::mail_servers(config);
    let mut lines = vec![format!("; {}", of_host(host))];
    for domain in domains {
        lines.push(String::new());
        let of_it = of_domain(host, &servers, domain);
        lines.extend(of_it.iter().map(ToString::to_string));
    }
    lines.push(String::new());
    lines.push(
        "; TXT v=spf1: nếu thư còn đi qua máy trung chuyển thì ghi thêm máy đó trước -all"
            .to_owned(),
    );
    lines.push(format!(
        "; chứng thư TLS phải có tên {host}; thêm autoconfig. và autodiscover. của từng tên miền thì chương trình thư cấu hình êm nhất"
    ));
    lines
}
