//! A PostgreSQL server for tests and benches: in a temporary folder, on loopback, gone afterwards.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::run::{carry_out, has};

/// Where Linux keeps files in memory.
const MEMORY: &str = "/dev/shm";
/// What the databases of the tests never fill (bytes).
const ENOUGH: u64 = 6 << 30;

/// A running server; stopped and removed when dropped.
pub(crate) struct Postgres {
    bin: PathBuf,
    dir: PathBuf,
    /// Where it is.
    pub(crate) url: String,
    as_user: Option<&'static str>,
}

impl Postgres {
    /// Starts one for tests, in memory where there is room. It waits for its "disk" as ever, but each of the many databases that are
    /// made and dropped costs a tenth of the time.
    pub(crate) fn for_tests() -> Result<Self> {
        let memory = Path::new(MEMORY);
        if room(memory).is_some_and(|bytes| bytes >= ENOUGH) {
            return Self::start_in(memory);
        }
        Self::start()
    }

    /// Starts one on disk.
    pub(crate) fn start() -> Result<Self> {
        Self::start_in(&std::env::temp_dir())
    }

    /// PostgreSQL refuses to run as root, so root starts it as `postgres`.
    fn start_in(folder: &Path) -> Result<Self> {
        let bin = newest()?;
        let dir = tempfile::Builder::new()
            .prefix("congvu-pg-")
            .tempdir_in(folder)?
            .keep();
        fs::set_permissions(&dir, fs::Permissions::from_mode(0o755))?;
        let root = has("id") && crate::run::output(Command::new("id").arg("-u"))?.trim() == "0";
        let as_user = root.then_some("postgres");
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let server = Self {
            url: format!("postgres://postgres@127.0.0.1:{port}/postgres"),
            bin,
            dir,
            as_user,
        };
        if root {
            carry_out(Command::new("chown").arg("postgres").arg(&server.dir))?;
        }
        carry_out(
            server
                .command("initdb")
                .args([
                    "--auth=trust",
                    "--username=postgres",
                    "--encoding=UTF8",
                    "--locale=C.UTF-8",
                    "-D",
                ])
                .arg(server.dir.join("data"))
                .stdout(std::process::Stdio::null()),
        )?;
        let options = format!(
            "-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={} -c max_connections=400",
            server.dir.display()
        );
        carry_out(
            server
                .command("pg_ctl")
                .arg("-D")
                .arg(server.dir.join("data"))
                .arg("-l")
                .arg(server.dir.join("log"))
                .arg("-o")
                .arg(options)
                .args(["-w", "start"])
                .stdout(std::process::Stdio::null()),
        )?;
        Ok(server)
    }

    fn command(&self, program: &str) -> Command {
        let program = self.bin.join(program);
        match self.as_user {
            Some(user) => {
                let mut command = Command::new("runuser");
                command.args(["-u", user, "--"]).arg(program);
                command.current_dir(&self.dir);
                command
            }
            None => Command::new(program),
        }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let stopped = self
            .command("pg_ctl")
            .arg("-D")
            .arg(self.dir.join("data"))
            .args(["-m", "immediate", "stop"])
            .stdout(std::process::Stdio::null())
            .status();
        drop(stopped);
        drop(fs::remove_dir_all(&self.dir));
    }
}

/// The bytes that are free below a folder; none where nobody can say.
fn room(folder: &Path) -> Option<u64> {
    let mut asked = Command::new("df");
    asked.args(["--output=avail", "--block-size=1"]).arg(folder);
    let said = crate::run::output(&mut asked).ok()?;
    said.lines().last()?.trim().parse().ok()
}

/// The programs of the newest installed version.
fn newest() -> Result<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .context("PostgreSQL is not installed: run .ci/prepare, or apt-get install postgresql")?
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .filter(|bin| bin.join("initdb").is_file())
        .collect();
    found.sort();
    match found.pop() {
        Some(bin) => Ok(bin),
        None => {
            bail!("PostgreSQL is not installed: run .ci/prepare, or apt-get install postgresql")
        }
    }
}
