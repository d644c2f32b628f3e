//! A running congvu, stopped in the end.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::program::{binary, clean, log_file};

/// Sends a signal to a process, or to a group of them (`-ID`).
pub fn signal(name: &str, id: &str) {
    let sent = Command::new("sh")
        .args(["-c", &format!("kill -{name} {id}")])
        .status();
    drop(sent);
}

/// A server of the program under test.
pub struct Server {
    child: Child,
    log: PathBuf,
    over: bool,
}

impl Server {
    /// Starts `congvu ARGUMENTS`; what it prints goes to `log`.
    pub fn start(arguments: &[&str], settings: &[(&str, &str)], log: &Path) -> Self {
        let mut command = Command::new(binary());
        clean(&mut command);
        let child = command
            .args(arguments)
            .envs(settings.iter().copied())
            .stdin(Stdio::null())
            .stdout(log_file(log))
            .stderr(log_file(log))
            .spawn()
            .unwrap();
        Self {
            child,
            log: log.to_owned(),
            over: false,
        }
    }

    pub fn id(&self) -> String {
        self.child.id().to_string()
    }

    /// What it has printed.
    pub fn printed(&self) -> String {
        String::from_utf8_lossy(&fs::read(&self.log).unwrap_or_default()).into_owned()
    }

    /// Kilobytes by a line of /proc/ID/status: `VmRSS` is what is in RAM, `VmHWM` the most there ever was.
    pub fn memory_kb(&self, line: &str) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|have| have.starts_with(line)).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }

    /// `VmHWM` counts from now on (proc(5), clear_refs).
    pub fn forget_peak(&self) {
        fs::write(format!("/proc/{}/clear_refs", self.child.id()), "5").unwrap();
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        let status = self.child.try_wait().unwrap();
        self.over |= status.is_some();
        status
    }

    /// SIGKILL; it is gone when this returns.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.over = true;
    }

    /// Waits for its end.
    #[track_caller]
    pub fn wait(&mut self, within: Duration) -> ExitStatus {
        let start = Instant::now();
        loop {
            if let Some(status) = self.ended() {
                return status;
            }
            assert!(
                start.elapsed() < within,
                "the server runs on after {within:?}:\n{}",
                self.printed()
            );
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// SIGTERM: it ends with 0 and never panicked.
    #[track_caller]
    pub fn stop(&mut self) {
        signal("TERM", &self.id());
        let status = self.wait(Duration::from_secs(30));
        let printed = self.printed();
        assert_eq!(status.code(), Some(0), "a graceful stop:\n{printed}");
        assert!(
            !printed.contains("panicked at"),
            "the server panicked:\n{printed}"
        );
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.over {
            return;
        }
        if thread::panicking() {
            drop(self.child.kill());
            drop(self.child.wait());
            eprintln!("--- the server printed\n{}", self.printed());
        } else {
            self.stop();
        }
    }
}
