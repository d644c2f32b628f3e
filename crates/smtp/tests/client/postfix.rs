//! A real far side: Debian's Postfix, in a folder and on a port of its own. Only root can start one.

use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use congvu_delivery::outbound::{Hop, Parcel, Tls};
use congvu_smtp::client::ClientConfig;
use congvu_wire::{SelfSigned, self_signed};

use crate::peer::{Octets, PATIENCE, config, connect, hop, parcel, told};

struct Postfix {
    folder: tempfile::TempDir,
    address: SocketAddr,
    certificates: SelfSigned,
}

/// The numbers of a user of the system.
fn user(name: &str) -> (u32, u32) {
    let users = fs::read_to_string("/etc/passwd").expect("users");
    let line = users
        .lines()
        .find(|line| line.split(':').next() == Some(name));
    let line = line.expect("postfix is installed: run .ci/prepare, or apt-get install postfix");
    let number = |at| {
        line.split(':')
            .nth(at)
            .and_then(|text| text.parse().ok())
            .expect("a number")
    };
    (number(2), number(3))
}

impl Postfix {
    /// `None` for users who cannot start one.
    fn start() -> Option<Self> {
        if fs::metadata("/proc/self").expect("Linux").uid() != 0 {
            eprintln!("skipped: only root can start Postfix");
            return None;
        }
        let (uid, gid) = user("postfix");
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        fs::set_permissions(root, fs::Permissions::from_mode(0o755)).expect("opened");
        for name in ["etc", "spool", "lib", "mail"] {
            fs::create_dir(root.join(name)).expect("a folder");
        }
        for name in ["lib", "mail"] {
            chown(root.join(name), Some(uid), Some(gid)).expect("given");
        }
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("bound");
        drop(listener);
        let certificates = self_signed(&["far.example".into()]).expect("certificates");
        let chain = format!("{}{}", certificates.key_pem, certificates.cert_pem);
        fs::write(root.join("etc/chain.pem"), chain).expect("written");
        fs::write(root.join("etc/main.cf"), main_cf(root, uid, gid)).expect("written");
        fs::write(root.join("etc/master.cf"), master_cf(address.port())).expect("written");
        let postfix = Self {
            folder,
            address,
            certificates,
        };
        assert!(postfix.control("start"), "Postfix starts");
        let begun = Instant::now();
        while TcpStream::connect(address).is_err() {
            assert!(begun.elapsed() < PATIENCE, "Postfix does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
        Some(postfix)
    }

    fn control(&self, what: &str) -> bool {
        let mut command = Command::new("/usr/sbin/postfix");
        command
            .arg("-c")
            .arg(self.folder.path().join("etc"))
            .arg(what);
        let status = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        status.status().is_ok_and(|status| status.success())
    }

    fn hop(&self, tls: Tls) -> Hop {
        Hop {
            name: "far.example".into(),
            tls,
            ..hop(self.address)
        }
    }

    /// A client that trusts its certificate.
    fn trusting(&self) -> ClientConfig {
        ClientConfig {
            extra_roots_pem: self.certificates.ca_pem.clone().into_bytes(),
            ..config()
        }
    }

    /// Waits for so many messages of a mailbox; what each has behind the header lines put before it,
    /// lines ended by LF as a Maildir has them.
    fn mailbox(&self, name: &str, count: usize) -> Vec<String> {
        let new = self.folder.path().join("mail").join(name).join("new");
        let begun = Instant::now();
        let files = || -> Vec<PathBuf> {
            let found = fs::read_dir(&new).into_iter().flatten();
            found.map(|entry| entry.expect("an entry").path()).collect()
        };
        while files().len() < count {
            assert!(begun.elapsed() < PATIENCE, "mail for {name} does not come");
            std::thread::sleep(Duration::from_millis(20));
        }
        // One too many would come at about the same time.
        std::thread::sleep(Duration::from_millis(300));
        let own = |path: PathBuf| {
            let text = fs::read(path).expect("a message");
            let text = String::from_utf8(text).expect("UTF-8");
            let at = text.find("X-Own: ").expect("our own part");
            text[at..].to_owned()
        };
        let mut found: Vec<String> = files().into_iter().map(own).collect();
        found.sort();
        found
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        self.control("stop");
    }
}

fn main_cf(root: &Path, uid: u32, gid: u32) -> String {
    let root = root.display();
    format!(
        "compatibility_level = 3.6
queue_directory = {root}/spool
data_directory = {root}/lib
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = far.example
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
local_header_rewrite_clients =
virtual_mailbox_domains = far.example
virtual_mailbox_base = {root}/mail
virtual_mailbox_maps = inline:{{ a@far.example=a/ b@far.example=b/ thủ@far.example=c/ }}
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
virtual_mailbox_limit = 0
message_size_limit = 60000000
smtpd_tls_security_level = may
smtpd_tls_chain_files = {root}/etc/chain.pem
smtpd_recipient_restrictions = reject_unauth_destination
smtpd_peername_lookup = no
maillog_file_prefixes = {root}
maillog_file = {root}/log
"
    )
}

/// No daemon in a chroot, so that the folder needs no libraries.
fn master_cf(port: u16) -> String {
    let mut text = format!("127.0.0.1:{port} inet n - n - - smtpd\n");
    for line in [
        "pickup unix n - n 60 1 pickup",
        "cleanup unix n - n - 0 cleanup",
        "qmgr unix n - n 300 1 qmgr",
        "tlsmgr unix - - n 1000? 1 tlsmgr",
        "rewrite unix - - n - - trivial-rewrite",
        "bounce unix - - n - 0 bounce",
        "defer unix - - n - 0 bounce",
        "trace unix - - n - 0 bounce",
        "error unix - - n - - error",
        "virtual unix - n n - - virtual",
        "anvil unix - - n - 1 anvil",
        "postlog unix-dgram n - n - 1 postlogd",
        "proxymap unix - - n - - proxymap",
    ] {
        text += line;
        text.push('\n');
    }
    text
}

fn with_text(recipients: &[&str], text: &str) -> Parcel {
    let text = format!("X-Own: {text}");
    let mut parcel = parcel(recipients);
    parcel.size = text.len() as u64;
    parcel.content = Box::new(Octets(text.into_bytes()));
    parcel
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_for_postfix() {
    let Some(postfix) = Postfix::start() else {
        return;
    };
    let required = postfix.hop(Tls::Required);
    let mut connection = connect(postfix.trusting(), &required).await.expect("TLS");
    assert!(connection.security().is_some());

    let text = "1\r\nSubject: x\r\n\r\n.\r\n..\r\n.x\r\nend\r\n";
    let to = [
        "a@far.example",
        "nobody@far.example",
        "b@far.example",
        "x@elsewhere.example",
    ];
    let outcomes = told(&connection.send(&with_text(&to, text)).await);
    assert!(
        outcomes[0].starts_with("delivered 250 2.0.0 Ok"),
        "{outcomes:?}"
    );
    assert!(outcomes[1].starts_with("failed 550 5.1.1"), "{outcomes:?}");
    assert!(
        outcomes[2].starts_with("delivered 250 2.0.0 Ok"),
        "{outcomes:?}"
    );
    assert!(outcomes[3].starts_with("failed 554 5.7.1"), "{outcomes:?}");

    // Nobody is left: RSET, and on.
    let outcomes = told(
        &connection
            .send(&with_text(&["nobody@far.example"], "no\r\n"))
            .await,
    );
    assert!(outcomes[0].starts_with("failed 550 5.1.1"), "{outcomes:?}");

    // This Postfix takes a bare LF for the end of a line.
    let smuggled = "2\r\nSubject: x\r\n\r\none\n.\nMAIL FROM:<forged@x.example>\nRCPT TO:<a@far.example>\nDATA\nX-Own: 3\n";
    let outcomes = told(
        &connection
            .send(&with_text(&["a@far.example"], smuggled))
            .await,
    );
    assert!(outcomes[0].starts_with("delivered"), "{outcomes:?}");

    let mut marked = with_text(
        &["thủ@far.example"],
        "4\r\nSubject: thư\r\n\r\nXin chào.\r\n",
    );
    (marked.utf8, marked.eight_bit) = (true, true);
    let outcomes = told(&connection.send(&marked).await);
    assert!(outcomes[0].starts_with("delivered"), "{outcomes:?}");
    assert!(connection.is_usable());
    connection.quit().await;

    let lf = |text: &str| format!("X-Own: {text}").replace("\r\n", "\n");
    assert_eq!(postfix.mailbox("a", 2), [lf(text), lf(smuggled)]);
    assert_eq!(postfix.mailbox("b", 1), [lf(text)]);
    let own = "4\r\nSubject: thư\r\n\r\nXin chào.\r\n";
    assert_eq!(postfix.mailbox("c", 1), [lf(own)]);
}

/// TLS with whoever it is, and a large message, which Postfix takes block by block.
#[tokio::test(flavor = "multi_thread")]
async fn large_mail_for_postfix() {
    let Some(postfix) = Postfix::start() else {
        return;
    };
    let large = format!(
        "1\r\n\r\n{}",
        ".0123456789 0123456789 0123456789\r\n".repeat(600_000)
    );
    let hop = postfix.hop(Tls::Opportunistic);
    let mut connection = connect(config(), &hop).await.expect("connects");
    assert!(connection.security().is_some());
    let outcomes = told(
        &connection
            .send(&with_text(&["b@far.example"], &large))
            .await,
    );
    assert!(outcomes[0].starts_with("delivered"), "{outcomes:?}");
    let huge = Parcel {
        size: 60_000_001,
        ..with_text(&["b@far.example"], "2\r\n")
    };
    let outcomes = told(&connection.send(&huge).await);
    assert!(outcomes[0].starts_with("failed 552 5.3.4"), "{outcomes:?}");
    connection.quit().await;
    let found = postfix.mailbox("b", 1);
    assert!(
        found[0] == format!("X-Own: {large}").replace("\r\n", "\n"),
        "it has changed"
    );
}
