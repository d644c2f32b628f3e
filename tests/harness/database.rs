//! A PostgreSQL database of a case's own, made and dropped through psql.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

use super::program::Program;

/// Whether the cases on PostgreSQL run. Without `CONGVU_TEST_PG` they fail, unless
/// `CONGVU_TEST_SKIP_PG=1` says that leaving them out is meant.
pub fn postgres_wanted() -> bool {
    std::env::var_os("CONGVU_TEST_SKIP_PG").is_none_or(|value| value != "1")
}

/// A database with a name no other case has; dropped in the end.
pub struct Database {
    server: String,
    name: String,
    /// Where it is.
    pub url: String,
}

impl Database {
    pub fn create() -> Self {
        let server = std::env::var("CONGVU_TEST_PG").expect(
            "CONGVU_TEST_PG is not set: run cargo xtask test, which starts a PostgreSQL, or give a server of \
             your own (postgres://USER@HOST:PORT/postgres), or leave these cases out with CONGVU_TEST_SKIP_PG=1",
        );
        let name = format!("congvu_e2e_{:016x}", RandomState::new().hash_one(0));
        let (base, _) = server.rsplit_once('/').expect("a URL with a database");
        let url = format!("{base}/{name}");
        psql(&server, &format!("CREATE DATABASE {name}"));
        Self { server, name, url }
    }

    /// Runs one statement in it.
    pub fn execute(&self, statement: &str) {
        psql(&self.url, statement);
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let drop_it = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        let done = Program::new("psql")
            .args([&self.server, "-qXc", &drop_it])
            .run();
        if done.code != Some(0) {
            eprintln!("{done}");
        }
    }
}

fn psql(url: &str, statement: &str) {
    Program::new("psql")
        .args([url, "-qXv", "ON_ERROR_STOP=1", "-c", statement])
        .run()
        .ok();
}
