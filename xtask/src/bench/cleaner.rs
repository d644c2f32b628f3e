//! Nothing stays behind, however the measurement ends.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};

/// A shell that waits for our end: its input is a pipe that closes when we are gone, even killed. It then ends the
/// servers that are still on its list, and removes the folder.
pub(super) struct Cleaner {
    child: Child,
    list: PathBuf,
}

/// `$1` is the folder. A number that was given to another process meanwhile is left alone: our servers have the
/// folder in their command line or environment.
const SCRIPT: &str = r#"
cat >/dev/null
for list in "$1"/servers/*; do
    pid=${list##*/}
    tr '\0' '\n' <"/proc/$pid/cmdline" 2>/dev/null | cat - "/proc/$pid/environ" 2>/dev/null | grep -qaF "$1" || continue
    kill "$pid" 2>/dev/null
    for wait in 1 2 3 4 5 6 7 8 9 10; do kill -0 "$pid" 2>/dev/null && sleep 0.5; done
    kill -9 "$pid" 2>/dev/null
done
rm -rf "$1"
"#;

impl Cleaner {
    pub(super) fn start(folder: &Path) -> Result<Self> {
        let list = folder.join("servers");
        fs::create_dir(&list)?;
        let child = Command::new("sh")
            .args(["-c", SCRIPT, "sh"])
            .arg(folder)
            // Ctrl-C at the terminal is for us alone.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("cannot start sh")?;
        Ok(Self { child, list })
    }

    /// This server is to end with us.
    pub(super) fn watch(&self, pid: u32) -> Result<()> {
        Ok(fs::write(self.list.join(pid.to_string()), "")?)
    }

    /// It has ended.
    pub(super) fn forget(&self, pid: u32) {
        drop(fs::remove_file(self.list.join(pid.to_string())));
    }
}

impl Drop for Cleaner {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        drop(self.child.wait());
    }
}
