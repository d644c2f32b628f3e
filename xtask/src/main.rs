//! The project's own chores.

mod bench;
mod clauses;
mod conformance;
mod docs;
mod postgres;
mod run;
mod soak;
mod test;
mod tidy;

use anyhow::Result;
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The project's own chores")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run every test, on both engines; starts a PostgreSQL of its own
    Test {
        /// Passed on to the test runner (a filter, for example)
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        rest: Vec<String>,
    },
    /// Renew the pages and schemas made from the code, from regulations/clauses and from docs/sources.toml
    Docs {
        /// Only say whether they are up to date
        #[arg(long)]
        check: bool,
    },
    /// Check the house rules: directions of dependencies, pure crates, clauses and their tests, file lengths
    Tidy,
    /// Kill the server again and again under load, and count what is lost or doubled
    Soak {
        /// How many kills
        #[arg(long, default_value_t = 50)]
        kills: u32,
        /// Run on PostgreSQL instead of SQLite
        #[arg(long)]
        postgres: bool,
        /// Exchange mail with Postfix and kill both sides, each so often (as root)
        #[arg(long)]
        outbound: bool,
        /// Instead of kills: IMAP sessions that do at random what mail programs do, for so many minutes; what they
        /// were told is compared with the store
        #[arg(long, value_name = "MINUTES", conflicts_with_all = ["kills", "outbound"])]
        imap: Option<u32>,
        /// How many IMAP sessions
        #[arg(long, default_value_t = 50, requires = "imap")]
        connections: u32,
        /// Instead of kills: the pages in a browser on PostgreSQL, which the tests look at on SQLite alone
        #[arg(long, conflicts_with_all = ["kills", "outbound", "imap", "postgres"])]
        pages: bool,
    },
    /// Measure congvu and Postfix + Dovecot with the same load programs, and renew the table of docs/BENCHMARKS.md
    #[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
    Bench(bench::Options),
}

fn main() -> Result<()> {
    std::env::set_current_dir(run::root())?;
    match Cli::parse().command {
        Command::Test { rest } => test::run(&rest),
        Command::Docs { check } => docs::run(check),
        Command::Tidy => tidy::run(),
        Command::Soak {
            kills,
            postgres,
            outbound,
            imap,
            connections,
            pages,
        } => match imap {
            _ if pages => soak::pages(),
            Some(minutes) => soak::sessions(minutes, connections, postgres),
            None => soak::kills(kills, postgres, outbound),
        },
        Command::Bench(options) => bench::run(&options),
    }
}
