//! `congvu serve`

use std::path::Path;

use anyhow::{Context, Result};
use congvu_wire::Tls;

use crate::server::Signals;
use crate::{logging, runtime, server, wiring};

pub(super) fn run(path: &Path) -> Result<()> {
    let config = super::load(path)?;
    logging::start(config.server.log_format, &config.server.log_level);
    let tls = match &config.tls {
        Some(files) => Some(
            Tls::from_files(&files.certificate, &files.key)
                .context("không dùng được chứng thư TLS")?,
        ),
        None => {
            tracing::warn!("no certificate: STARTTLS is not offered and nobody can sign in");
            None
        }
    };
    let store = wiring::open_store(&config, true)?;
    runtime::run_out(runtime::start(&config)?, async {
        wiring::check_bucket(&config, &store).await?;
        let running = server::start(&config, &store, tls).await?;
        running.until(Signals::listen()?).await
    })
}
