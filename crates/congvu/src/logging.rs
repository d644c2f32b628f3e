//! The program's log: structured, on standard error.

use tracing_subscriber::EnvFilter;

use crate::config::LogFormat;

/// Starts the log. `CONGVU_LOG` refines the level (`info,congvu_imap=debug`).
pub(crate) fn start(format: LogFormat, level: &str) {
    // The parser of HTML warns of every mail whose HTML is wrong: senders would write our log.
    let filter = EnvFilter::try_from_env("CONGVU_LOG")
        .unwrap_or_else(|_| EnvFilter::new(format!("{level},html5ever=error")));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    // A second start in one process (tests) keeps the first.
    let started = match format {
        LogFormat::Text => builder.with_ansi(false).try_init(),
        LogFormat::Json => builder.json().try_init(),
    };
    drop(started);
}
