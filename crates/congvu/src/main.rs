//! congvu: hệ thống thư điện tử công vụ, in one program.

mod acting;
mod arriving;
mod attaching;
mod by_mail;
mod cli;
mod command;
mod config;
mod console;
mod demo;
mod directory;
mod files;
mod governing;
mod keepers;
mod logging;
mod memory;
mod platform;
mod profiles;
mod runtime;
mod server;
mod wiring;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let arguments = cli::Cli::parse();
    match command::run(arguments) {
        Ok(code) => code,
        Err(error) => {
            console::error(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}
