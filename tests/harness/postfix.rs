//! A real far side: Debian's Postfix in a folder and on an address of its own. Only root can start one.

use std::fs;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;

use tempfile::TempDir;

use super::program::{Output, Program, wait_until};
use super::server::signal;

/// Whether Postfix can be started here.
pub fn is_root() -> bool {
    fs::metadata("/proc/self").unwrap().uid() == 0
}

/// An address of this machine where nobody listens on port 25: each case takes others.
pub fn own_address() -> Ipv4Addr {
    use std::hash::{BuildHasher, RandomState};
    loop {
        let [_, a, b, c, ..] = RandomState::new().hash_one(0).to_be_bytes();
        // The first are taken by hand.
        let address = Ipv4Addr::new(127, a.max(8), b, c.clamp(1, 254));
        if TcpListener::bind((address, 25)).is_ok() {
            return address;
        }
    }
}

/// A running Postfix. Stopped in the end; its log is shown where a case fails.
pub struct Postfix {
    folder: TempDir,
    /// It listens on port 25 here.
    pub address: Ipv4Addr,
}

impl Postfix {
    /// Starts one at `address` that sends mail for `sonminh.gov.vn` to port `congvu` of loopback. `more`:
    /// lines of main.cf; lines of master.cf behind `master:`.
    pub fn start(address: Ipv4Addr, congvu: &str, more: &[&str]) -> Self {
        let (uid, gid) = user("postfix");
        let folder = TempDir::with_prefix("congvu-postfix-").unwrap();
        let root = folder.path();
        fs::set_permissions(root, fs::Permissions::from_mode(0o755)).unwrap();
        for name in ["etc", "spool", "lib", "mail", "policy"] {
            fs::create_dir(root.join(name)).unwrap();
        }
        for name in ["lib", "mail"] {
            chown(root.join(name), Some(uid), Some(gid)).unwrap();
        }
        // Who carries the policy out may not be Postfix's own user.
        let (nobody, nogroup) = user("nobody");
        chown(root.join("policy"), Some(nobody), Some(nogroup)).unwrap();
        let fill = |text: &str| {
            text.replace("{root}", root.to_str().unwrap())
                .replace("{uid}", &uid.to_string())
                .replace("{gid}", &gid.to_string())
                .replace("{address}", &address.to_string())
                .replace("{congvu}", congvu)
        };
        let mut main = fill(include_str!("../far/postfix/main.cf"));
        let mut master = fill(include_str!("../far/postfix/master.cf"));
        for line in more {
            let (text, line) = match line.strip_prefix("master:") {
                Some(line) => (&mut master, line),
                None => (&mut main, *line),
            };
            let key = line.split('=').next().unwrap();
            // Postfix warns of what is set twice.
            *text = text
                .lines()
                .filter(|known| !line.contains('=') || !known.starts_with(key))
                .map(|known| format!("{known}\n"))
                .collect();
            text.push_str(&fill(line));
            text.push('\n');
        }
        fs::write(root.join("etc/main.cf"), main).unwrap();
        fs::write(root.join("etc/master.cf"), master).unwrap();
        fs::write(
            root.join("policy.py"),
            include_str!("../far/postfix/policy.py"),
        )
        .unwrap();
        let postfix = Self { folder, address };
        postfix.go_on();
        postfix
    }

    /// A certificate and its key, the key first. To be set with `smtpd_tls_chain_files`.
    pub fn chain(&self, cert_pem: &str, key_pem: &str) {
        let text = format!("{key_pem}{cert_pem}");
        fs::write(self.folder.path().join("etc/chain.pem"), text).unwrap();
    }

    /// One more line of main.cf; started again for it.
    #[track_caller]
    pub fn set(&self, line: &str) {
        self.stop();
        let file = self.folder.path().join("etc/main.cf");
        let key = line.split('=').next().unwrap();
        let known = fs::read_to_string(&file).unwrap();
        let mut text: String = known
            .lines()
            .filter(|known| !known.starts_with(key))
            .map(|known| format!("{known}\n"))
            .collect();
        text.push_str(line);
        text.push('\n');
        fs::write(file, text).unwrap();
        self.go_on();
    }

    /// Starts it, again.
    #[track_caller]
    pub fn go_on(&self) {
        let done = self.control("start");
        assert!(done.code == Some(0), "{done}{}", self.log());
        wait_until(20, "Postfix listens", || {
            TcpStream::connect((self.address, 25)).ok()
        });
    }

    /// Stops it as an administrator would.
    #[track_caller]
    pub fn stop(&self) {
        self.control("stop").ended(0);
        wait_until(20, "Postfix is gone", || {
            TcpListener::bind((self.address, 25)).ok()
        });
    }

    /// `postfix WHAT`: `flush`, `reload` …
    #[track_caller]
    pub fn control(&self, what: &str) -> Output {
        Program::new("/usr/sbin/postfix")
            .arg("-c")
            .arg(self.folder.path().join("etc"))
            .arg(what)
            .run()
    }

    /// What it has logged.
    pub fn log(&self) -> String {
        let log = fs::read(self.folder.path().join("log")).unwrap_or_default();
        String::from_utf8_lossy(&log).into_owned()
    }

    /// Waits until the log has a line with all of these; gives it.
    #[track_caller]
    pub fn logged(&self, texts: &[&str]) -> String {
        wait_until(30, &format!("{texts:?} in Postfix's log"), || {
            let log = self.log();
            let found = log
                .lines()
                .find(|line| texts.iter().all(|text| line.contains(text)));
            found.map(str::to_owned)
        })
    }

    /// How many lines have all of these.
    pub fn times(&self, texts: &[&str]) -> usize {
        let log = self.log();
        let lines = log.lines();
        lines
            .filter(|line| texts.iter().all(|text| line.contains(text)))
            .count()
    }

    /// The messages in a mailbox, oldest first.
    pub fn mailbox(&self, name: &str) -> Vec<Vec<u8>> {
        let new = self.folder.path().join("mail").join(name).join("new");
        let found = fs::read_dir(new).into_iter().flatten();
        let mut files: Vec<PathBuf> = found.map(|entry| entry.unwrap().path()).collect();
        files.sort();
        files.iter().map(|file| fs::read(file).unwrap()).collect()
    }

    /// Waits until a mailbox has so many messages.
    #[track_caller]
    pub fn wait_for(&self, name: &str, count: usize) -> Vec<String> {
        let found = wait_until(30, &format!("{count} messages for {name}"), || {
            let found = self.mailbox(name);
            (found.len() >= count).then_some(found)
        });
        let texts = found.into_iter();
        let texts: Vec<String> = texts
            .map(|octets| String::from_utf8_lossy(&octets).into_owned())
            .collect();
        assert_eq!(texts.len(), count, "messages for {name}: {texts:#?}");
        texts
    }

    /// Its policy service does as a file says (`far/postfix/policy.py`).
    pub fn policy(&self, name: &str) -> PathBuf {
        self.folder.path().join("policy").join(name)
    }

    /// Whoever comes to this state (`RCPT`, `DATA`, `END-OF-MESSAGE`) waits there; with this recipient, or
    /// with any where it is empty.
    pub fn hold(&self, state: &str, recipient: &str) {
        fs::write(self.policy(&format!("hold-{state}")), recipient).unwrap();
    }

    /// How many connections waited there.
    pub fn held(&self, state: &str) -> usize {
        let start = format!("held-{state}-");
        let names = fs::read_dir(self.policy("")).unwrap();
        let names = names.map(|entry| entry.unwrap().file_name());
        names
            .filter(|name| name.to_string_lossy().starts_with(&start))
            .count()
    }

    /// Waits until somebody waits there.
    #[track_caller]
    pub fn wait_held(&self, state: &str) {
        wait_until(20, &format!("one is held at {state}"), || {
            (self.held(state) > 0).then_some(())
        });
    }

    /// Lets them go on.
    pub fn let_go(&self, state: &str) {
        fs::remove_file(self.policy(&format!("hold-{state}"))).unwrap();
    }

    /// The processes of a daemon of it.
    pub fn processes(&self, daemon: &str) -> Vec<String> {
        let master = fs::read_to_string(self.folder.path().join("spool/pid/master.pid"));
        let master = master.unwrap_or_default().trim().to_owned();
        let found = fs::read_dir("/proc").unwrap().filter_map(|entry| {
            let id = entry.ok()?.file_name().into_string().ok()?;
            let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
            let (name, rest) = stat.split_once('(')?.1.rsplit_once(')')?;
            let parent = rest.split_whitespace().nth(1)?;
            (name == daemon && parent == master).then_some(id)
        });
        found.collect()
    }

    /// Waits for the one process of a daemon.
    #[track_caller]
    pub fn process(&self, daemon: &str) -> String {
        wait_until(20, &format!("one {daemon}"), || {
            match &self.processes(daemon)[..] {
                [one] => Some(one.clone()),
                _ => None,
            }
        })
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("--- Postfix logged\n{}", self.log());
        }
        // One that a case has stopped would outlive it.
        for id in self.processes("cleanup") {
            signal("CONT", &id);
        }
        let stopped = Command::new("/usr/sbin/postfix")
            .arg("-c")
            .arg(self.folder.path().join("etc"))
            .arg("stop")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        drop(stopped);
    }
}

/// The numbers of a user of the system.
fn user(name: &str) -> (u32, u32) {
    let users = fs::read_to_string("/etc/passwd").unwrap();
    let line = users
        .lines()
        .find(|line| line.split(':').next() == Some(name));
    let line = line.expect("postfix is installed: run .ci/prepare, or apt-get install postfix");
    let number = |at| line.split(':').nth(at).unwrap().parse().unwrap();
    (number(2), number(3))
}
