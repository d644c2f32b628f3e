//! congvu: hệ thống thư điện tử công vụ, in one program.

mod cli;
mod command;
mod config;
mod console;
mod demo;
mod directory;
mod logging;
mod profiles;
mod server;
mod wiring;

use std::process::ExitCode;

use clap::Parser;

/// Gives memory back to the system: one password hash takes 19 MiB for 20 ms, and the system's
/// allocator would keep one such piece for each thread that ever hashed.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

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
