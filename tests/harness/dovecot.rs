//! Dovecot, as Debian ships it: an instance of a case's own, to hold our answers against.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use super::program::{clean, log_file, wait_until};
use super::server::signal;

/// Its only account.
pub const USER: &str = "hop-thu";
/// The account's password.
pub const PASSWORD: &str = "mat-khau";

/// A running Dovecot; ended and removed in the end.
pub struct Dovecot {
    child: Child,
    folder: TempDir,
    /// Where it speaks IMAP, without TLS.
    pub imap: SocketAddr,
}

impl Dovecot {
    /// Starts it on free ports of the loopback interface.
    pub fn start() -> Self {
        // A port that was free may be taken before Dovecot binds it.
        (0..5)
            .find_map(|_| Self::try_start())
            .expect("dovecot did not start five times: is dovecot-imapd installed (.ci/prepare)?")
    }

    fn try_start() -> Option<Self> {
        let folder = TempDir::with_prefix("congvu-dovecot-").unwrap();
        let (imap, lmtp) = free_ports();
        fs::write(
            folder.path().join("dovecot.conf"),
            configuration(folder.path(), imap, lmtp),
        )
        .unwrap();
        fs::write(
            folder.path().join("passwd"),
            format!("{USER}:{{PLAIN}}{PASSWORD}::::::\n"),
        )
        .unwrap();
        let described = format!("{{\"lmtp\": \"{lmtp}\", \"accounts\": []}}");
        fs::write(folder.path().join("dovecot.json"), described).unwrap();
        let mut command = Command::new("dovecot");
        clean(&mut command);
        if let Some((user, group)) = someone_else() {
            std::os::unix::fs::chown(folder.path(), Some(user), Some(group)).unwrap();
            command.uid(user).gid(group);
        }
        let log = folder.path().join("output");
        let child = command
            .arg("-F")
            .arg("-c")
            .arg(folder.path().join("dovecot.conf"))
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(log_file(&log))
            .stderr(log_file(&log))
            .spawn()
            .expect("dovecot: is dovecot-imapd installed (.ci/prepare)?");
        let mut server = Self {
            child,
            folder,
            imap,
        };
        let up = wait_until(30, "an answer of Dovecot", || {
            if server.child.try_wait().unwrap().is_some() {
                return Some(false);
            }
            let all = [imap, lmtp].map(|address| TcpStream::connect(address).is_ok());
            all.iter().all(|up| *up).then_some(true)
        });
        if !up {
            eprintln!("{}", server.printed());
        }
        up.then_some(server)
    }

    /// `dovecot.json`, as the scripts read `demo.json`: its `lmtp` takes mail for every user.
    pub fn described(&self) -> std::path::PathBuf {
        self.folder.path().join("dovecot.json")
    }

    /// What it printed and logged.
    pub fn printed(&self) -> String {
        ["output", "dovecot.log"]
            .map(|name| fs::read(self.folder.path().join(name)).unwrap_or_default())
            .map(|octets| String::from_utf8_lossy(&octets).into_owned())
            .concat()
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("--- dovecot printed\n{}", self.printed());
        }
        signal("TERM", &self.child.id().to_string());
        drop(self.child.wait());
        // Its children end by themselves when it does; what does not is in its group.
        signal("KILL", &format!("-{} 2>/dev/null", self.child.id()));
    }
}

/// Two free ports.
fn free_ports() -> (SocketAddr, SocketAddr) {
    let bound = [0, 0].map(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).unwrap());
    let [imap, lmtp] = bound.map(|listener| listener.local_addr().unwrap());
    (imap, lmtp)
}

/// Dovecot's mail processes refuse to run as root: root starts it as `nobody`.
fn someone_else() -> Option<(u32, u32)> {
    let id = |what: &str, of: &[&str]| -> u32 {
        let output = Command::new("id").arg(what).args(of).output().unwrap();
        String::from_utf8(output.stdout)
            .unwrap()
            .trim()
            .parse()
            .unwrap()
    };
    (id("-u", &[]) == 0).then(|| (id("-u", &["nobody"]), id("-g", &["nobody"])))
}

/// One user and one group for everything, no chroot: as an unprivileged user must run it.
fn configuration(folder: &Path, imap: SocketAddr, lmtp: SocketAddr) -> String {
    let (user, group) = {
        let name = |what: &str| {
            let who = someone_else().map(|(user, _)| user.to_string());
            let output = Command::new("id").arg(what).args(who).output().unwrap();
            String::from_utf8(output.stdout).unwrap().trim().to_owned()
        };
        (name("-un"), name("-gn"))
    };
    let folder = folder.display();
    let (imap, lmtp) = (imap.port(), lmtp.port());
    format!(
        "\
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
instance_name = congvu-e2e
protocols = imap lmtp
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
first_valid_gid = 1
mail_uid = {user}
mail_gid = {group}
mail_location = sdbox:{folder}/mail/%n
passdb {{
  driver = passwd-file
  args = {folder}/passwd
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%n
}}
namespace inbox {{
  inbox = yes
}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
"
    )
}
