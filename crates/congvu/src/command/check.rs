//! `congvu config check`

use std::path::Path;
use std::process::ExitCode;

use crate::{config, console, profiles};

pub(super) fn run(path: &Path) -> ExitCode {
    match config::load(path, std::env::vars_os()) {
        Ok(config) => {
            if let Err(error) = profiles::read(&config.server.profiles) {
                console::note(&format!("{error:#}"));
                return ExitCode::FAILURE;
            }
            console::line(&format!("{}: cấu hình dùng được.", path.display()));
            ExitCode::SUCCESS
        }
        Err(findings) => {
            console::note(&findings.to_string());
            ExitCode::FAILURE
        }
    }
}
