//! What the DNS says of this system, asked now.

use std::time::Duration;

use askama::Template;
use axum::extract::State;
use congvu_delivery::outbound::{DnsConfig, Resolver};
use congvu_store::organisation;
use futures_util::{StreamExt, stream};

use super::super::shell::{self, Here, Shell};
use super::whole_system;
use crate::console::Officer;
use crate::setup::{Record, Says, Standing, of_domain, of_host};
use crate::site::{Frame, Lang, Page, Site, html};

/// For one answer: somebody waits for the page.
const PATIENCE: Duration = Duration::from_secs(2);
/// So many questions are asked at once.
const AT_ONCE: usize = 16;

/// A record, and how it stands.
pub(super) struct Checked {
    pub(super) record: Record,
    pub(super) standing: Standing,
}

impl Checked {
    pub(super) fn is_there(&self) -> bool {
        self.standing == Standing::There
    }

    fn chip(&self, lang: Lang) -> Chip {
        let (state, icon, words) = match (&self.standing, self.record.says.is_needed()) {
            (Standing::There, _) if self.record.says == Says::NotOffered => {
                ("active", "ok", lang.t("Không bắt buộc"))
            }
            (Standing::There, _) => ("active", "ok", lang.t("Đã có")),
            (Standing::Missing, true) => ("locked", "alert", lang.t("Chưa có")),
            (Standing::Missing, false) => ("must-change", "info", lang.t("Chưa có, nên có")),
            (Standing::Other(_), _) => ("locked", "alert", lang.t("Khác")),
            (Standing::Unknown, _) => ("must-change", "help", lang.t("Máy chủ DNS không trả lời")),
        };
        Chip { state, icon, words }
    }
}

struct Chip {
    state: &'static str,
    icon: &'static str,
    words: &'static str,
}

/// How the records of these domains stand, and that of the server; those alone without which mail does not go, or all. A resolver of
/// its own: what was just declared is to be seen.
pub(super) async fn check(site: &Site, domains: &[String], only_needed: bool) -> Vec<Checked> {
    let host = &site.config.hostname;
    let mut records = vec![of_host(host)];
    for domain in domains {
        records.extend(of_domain(host, &site.servers, domain));
    }
    records.retain(|record| !only_needed || record.says.is_needed());
    let config = DnsConfig {
        servers: site.name_servers.to_vec(),
        timeout: PATIENCE,
        attempts: 1,
    };
    let resolver = Resolver::new(&config).ok();
    let asked = records.into_iter().map(|record| {
        let resolver = resolver.clone();
        async move {
            let name = record.name.trim_end_matches('.');
            let found = match &resolver {
                Some(resolver) => resolver.published(name, record.says.published()).await.ok(),
                None => None,
            };
            let standing = found.map_or(Standing::Unknown, |found| record.against(found));
            Checked { record, standing }
        }
    });
    stream::iter(asked).buffered(AT_ONCE).collect().await
}

#[derive(Template)]
#[template(path = "console/start/dns.html")]
struct DnsPage {
    frame: Frame,
    shell: Shell,
    lines: Vec<Line>,
    wanting: usize,
}

struct Line {
    record: Record,
    chip: Chip,
    found: Vec<String>,
}

pub(super) async fn page(State(site): State<Site>, officer: Officer) -> Page {
    let lang = officer.lang();
    let (frame, shell, domains) = site
        .store
        .read(move |tx| {
            whole_system(tx, &officer)?;
            let (frame, shell) = shell::read(tx, &officer, lang.t("Bản ghi DNS"), Here::Start)?;
            Ok::<_, crate::site::Oops>((frame, shell, organisation::domains(tx)?))
        })
        .await?;
    let checked = check(&site, &domains, false).await;
    let wanting = checked.iter().filter(|one| !one.is_there()).count();
    let lines = checked.into_iter().map(|one| Line {
        chip: one.chip(lang),
        found: match one.standing {
            Standing::Other(found) => found,
            _ => Vec::new(),
        },
        record: one.record,
    });
    Ok(html(&DnsPage {
        frame,
        shell,
        lines: lines.collect(),
        wanting,
    }))
}
