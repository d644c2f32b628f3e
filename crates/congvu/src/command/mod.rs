//! The subcommands.

mod access;
mod account;
mod audit;
mod check;
mod clauses;
mod directory;
mod dns;
mod group;
mod identity;
mod incident;
mod init;
mod mail_log;
mod mailbox;
mod name;
mod org;
mod profile;
mod queue;
mod rename;
mod report;
mod request;
mod role;
mod serve;
mod simulate;
mod statistics;
mod stop;
mod sweep;
mod sync;
mod takedown;
mod token;
mod undelete;
mod unit;
mod unit_messages;
mod verify;
mod when;

use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;
use congvu_store::Store;

use crate::cli::{Cli, Command, ConfigCommand};
use crate::config::{self, Config};
use crate::{console, demo, logging, profiles, runtime, wiring};

/// Carries out what was asked.
pub(crate) fn run(arguments: Cli) -> Result<ExitCode> {
    congvu_wire::install_crypto();
    match arguments.command {
        Command::Demo(demo) => demo::run(&demo)?,
        Command::Init(init) => init::run(&init)?,
        Command::Serve(file) => serve::run(&file.config)?,
        Command::Config {
            command: ConfigCommand::Check(file),
        } => return Ok(check::run(&file.config)),
        Command::Config {
            command: ConfigCommand::Page,
        } => console::line(&config::render_page()),
        Command::Account { file, command } => {
            with_store(&file.config, |store| async move {
                account::run(&store, command).await
            })?;
        }
        Command::Group { file, command } => {
            with_store(&file.config, |store| async move {
                group::run(&store, command).await
            })?;
        }
        Command::Org { file, command } => {
            with_store(&file.config, |store| async move {
                org::run(&store, command).await
            })?;
        }
        Command::Directory { file, command } => {
            let config = load(&file.config)?;
            return with_store(&file.config, |store| async move {
                directory::run(&store, &config, command).await
            });
        }
        Command::Unit { file, command } => {
            let config = load(&file.config)?;
            with_store(&file.config, |store| async move {
                unit::run(&store, &config, command).await
            })?;
        }
        Command::Mailbox { file, command } => {
            with_store(&file.config, |store| async move {
                mailbox::run(&store, command).await
            })?;
        }
        Command::Sweep { file, sweep: asked } => {
            let config = load(&file.config)?;
            with_store(&file.config, |store| async move {
                sweep::run(&store, &config, asked).await
            })?;
        }
        Command::Proposal { file, command } => {
            with_store(&file.config, |store| async move {
                sweep::proposals(&store, command).await
            })?;
        }
        Command::Request { file, command } => {
            with_store(&file.config, |store| async move {
                request::run(&store, command).await
            })?;
        }
        Command::Report { file, command } => {
            with_store(&file.config, |store| async move {
                report::run(&store, command).await
            })?;
        }
        Command::Role { file, command } => {
            with_store(&file.config, |store| async move {
                role::run(&store, command).await
            })?;
        }
        Command::Identity { file, command } => {
            with_store(&file.config, |store| async move {
                identity::run(&store, command).await
            })?;
        }
        Command::Sync { file, command } => {
            with_store(&file.config, |store| async move {
                sync::run(&store, command).await
            })?;
        }
        Command::Token { file, command } => {
            with_store(&file.config, |store| async move {
                token::run(&store, command).await
            })?;
        }
        Command::Name(name) => {
            profiles::install_for_tools(name.config.config.as_deref())?;
            name::run(&name)?;
        }
        Command::Profile { file, command } => {
            profiles::install_for_tools(file.config.as_deref())?;
            return profile::run(&command);
        }
        Command::Simulate(simulate) => {
            profiles::install_for_tools(simulate.config.config.as_deref())?;
            simulate::run(&simulate)?;
        }
        Command::Clauses(asked) => clauses::run(&asked)?,
        Command::Dns(file) => {
            let config = load(&file.config)?;
            with_store(&file.config, |store| async move {
                dns::run(&store, &config).await
            })?;
        }
        Command::Verify(file) => {
            return with_store(
                &file.config,
                |store| async move { verify::run(&store).await },
            );
        }
        Command::MailLog { file, asked } => {
            with_store(&file.config, |store| async move {
                mail_log::run(&store, *asked).await
            })?;
        }
        Command::Undelete { file, command } => {
            with_store(&file.config, |store| async move {
                undelete::run(&store, command).await
            })?;
        }
        Command::Audit { file, command } => {
            let config = load(&file.config)?;
            return with_store(&file.config, |store| async move {
                audit::run(&store, &config, command).await
            });
        }
        Command::Takedown { file, command } => {
            with_store(&file.config, |store| async move {
                takedown::run(&store, command).await
            })?;
        }
        Command::Access { file, command } => {
            with_store(&file.config, |store| async move {
                access::run(&store, command).await
            })?;
        }
        Command::Statistics { file, command } => {
            with_store(&file.config, |store| async move {
                statistics::run(&store, command).await
            })?;
        }
        Command::Incident { file, command } => {
            with_store(&file.config, |store| async move {
                incident::run(&store, command).await
            })?;
        }
        Command::Stop { file, command } => {
            with_store(&file.config, |store| async move {
                stop::run(&store, command).await
            })?;
        }
        Command::Queue { file, command } => {
            let config = load(&file.config)?;
            return with_store(&file.config, |store| async move {
                queue::run(&store, &config, command).await
            });
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The configuration, or all that is wrong with it; the regulations that it adds are known from then on.
fn load(path: &Path) -> Result<Config> {
    let config = config::load(path, std::env::vars_os())?;
    profiles::install(&config.server.profiles)?;
    Ok(config)
}

/// Runs a tool on the store, beside a server that may be running.
fn with_store<T, F>(path: &Path, work: impl FnOnce(Store) -> F) -> Result<T>
where
    F: Future<Output = Result<T>>,
{
    let config = load(path)?;
    logging::start(config.server.log_format, "warn");
    let store = wiring::open_store(&config, false)?;
    let done = runtime::start(&config)?.block_on(work(store.clone()));
    store.close();
    done
}
