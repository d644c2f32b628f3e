//! Postfix and Dovecot from Debian, with their own safe defaults, in a folder of their own.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::cleaner::Cleaner;
use super::load::System;
use super::process::{gone, signal, wait_until};
use crate::run::{carry_out, output};

const DOMAIN: &str = "example.test";
const PASSWORD: &str = "pw";
/// Mailboxes, as many as the demo's deliveries go to.
const MAILBOXES: u32 = 200;

/// Both servers, running; ended when dropped.
pub(super) struct Peer<'a> {
    pub(super) system: System,
    dovecot: Option<Child>,
    /// The master process.
    postfix: Option<u32>,
    cleaner: &'a Cleaner,
}

impl<'a> Peer<'a> {
    pub(super) fn start(folder: &Path, cleaner: &'a Cleaner, tls: bool) -> Result<Self> {
        let [smtp, imap, imaps] = free_ports()?;
        let mut up = folder.to_owned();
        // The mail processes are nobody and postfix, who must be able to come here.
        while up.starts_with(folder.parent().unwrap_or(folder)) {
            fs::set_permissions(&up, fs::Permissions::from_mode(0o755))?;
            up.pop();
        }
        for name in ["etc", "spool", "lib", "mail", "run", "state"] {
            fs::create_dir(folder.join(name))?;
        }
        let (postfix, nobody) = (numbers("postfix")?, numbers("nobody")?);
        chown(folder.join("lib"), Some(postfix.0), Some(postfix.1))?;
        chown(folder.join("mail"), Some(nobody.0), Some(nobody.1))?;
        if tls {
            certificate(folder)?;
        }
        let users = accounts(folder)?;
        fs::write(
            folder.join("etc/dovecot.conf"),
            dovecot_conf(folder, imap, imaps, tls),
        )?;
        fs::write(folder.join("etc/main.cf"), main_cf(folder, tls))?;
        fs::write(folder.join("etc/master.cf"), master_cf(smtp))?;
        carry_out(
            Command::new("postmap")
                .arg("-c")
                .arg(folder.join("etc"))
                .arg(format!("hash:{}/etc/mailboxes", folder.display())),
        )?;
        let system = System {
            roots: Vec::new(),
            smtp,
            imap,
            imaps,
            users,
            password: PASSWORD.to_owned(),
            user: format!("u100@{DOMAIN}"),
            folder: folder.to_owned(),
        };
        let mut peer = Self {
            system,
            dovecot: None,
            postfix: None,
            cleaner,
        };
        // Postfix first: it makes the folder in which Dovecot then listens for it.
        peer.start_postfix()?;
        peer.start_dovecot()?;
        Ok(peer)
    }

    fn start_postfix(&mut self) -> Result<()> {
        let folder = &self.system.folder;
        control(folder, "start")?;
        let pid = fs::read_to_string(folder.join("spool/pid/master.pid"))?;
        let pid = pid.trim().parse().context(pid)?;
        self.postfix = Some(pid);
        self.cleaner.watch(pid)?;
        self.system.roots.push(pid);
        let port = self.system.smtp;
        wait_until("Postfix", || {
            TcpStream::connect(("127.0.0.1", port)).is_ok()
        })
    }

    fn start_dovecot(&mut self) -> Result<()> {
        let folder = &self.system.folder;
        let mut dovecot = Command::new("dovecot")
            .arg("-F")
            .arg("-c")
            .arg(folder.join("etc/dovecot.conf"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("cannot start dovecot")?;
        let pid = dovecot.id();
        let (socket, port) = (folder.join("spool/private/dovecot-lmtp"), self.system.imap);
        let mut ended = false;
        let up = wait_until("Dovecot", || {
            ended = !matches!(dovecot.try_wait(), Ok(None));
            ended || socket.exists() && TcpStream::connect(("127.0.0.1", port)).is_ok()
        });
        let log = fs::read_to_string(folder.join("dovecot.log")).unwrap_or_default();
        self.dovecot = Some(dovecot);
        self.cleaner.watch(pid)?;
        self.system.roots.push(pid);
        up.context(log.clone())?;
        if ended {
            bail!("Dovecot ended at once:\n{log}");
        }
        Ok(())
    }
}

impl Drop for Peer<'_> {
    fn drop(&mut self) {
        if let Some(pid) = self.postfix {
            drop(control(&self.system.folder, "stop"));
            if !gone(pid, Duration::from_secs(20)) {
                signal("KILL", pid);
            }
            self.cleaner.forget(pid);
        }
        if let Some(dovecot) = &mut self.dovecot {
            signal("TERM", dovecot.id());
            drop(dovecot.wait());
            self.cleaner.forget(dovecot.id());
        }
    }
}

/// The servers' versions.
pub(super) fn versions() -> Result<String> {
    let postfix = output(Command::new("postconf").args(["-d", "-h", "mail_version"]))?;
    let dovecot = output(Command::new("dovecot").arg("--version"))?;
    let dovecot = dovecot
        .split_whitespace()
        .next()
        .unwrap_or_default()
        .to_owned();
    Ok(format!("Postfix {} + Dovecot {dovecot}", postfix.trim()))
}

fn control(folder: &Path, what: &str) -> Result<()> {
    let done = Command::new("postfix")
        .arg("-c")
        .arg(folder.join("etc"))
        .arg(what)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    if !done.success() {
        let log = fs::read_to_string(folder.join("postfix.log")).unwrap_or_default();
        bail!("postfix {what}: {done}\n{log}");
    }
    Ok(())
}

fn free_ports() -> Result<[u16; 3]> {
    let mut bound = Vec::new();
    for _ in 0..3 {
        bound.push(TcpListener::bind("127.0.0.1:0")?);
    }
    let mut ports = [0; 3];
    for (port, listener) in ports.iter_mut().zip(&bound) {
        *port = listener.local_addr()?.port();
    }
    Ok(ports)
}

/// User and group of a name.
fn numbers(name: &str) -> Result<(u32, u32)> {
    let id = |what: &str| -> Result<u32> {
        Ok(output(Command::new("id").args([what, name]))?
            .trim()
            .parse()?)
    };
    Ok((id("-u")?, id("-g")?))
}

/// The same kind of key as the demo makes for itself.
fn certificate(folder: &Path) -> Result<()> {
    let [key, cert] = ["key.pem", "cert.pem"].map(|name| folder.join("etc").join(name));
    output(
        Command::new("openssl")
            .args([
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
            ])
            .args([
                "-nodes",
                "-days",
                "30",
                "-subj",
                "/CN=mail.example.test",
                "-keyout",
            ])
            .arg(&key)
            .arg("-out")
            .arg(&cert),
    )?;
    let chain = [fs::read(&key)?, fs::read(&cert)?].concat();
    Ok(fs::write(folder.join("etc/chain.pem"), chain)?)
}

fn accounts(folder: &Path) -> Result<std::path::PathBuf> {
    let (mut users, mut passwd, mut mailboxes) = (String::new(), String::new(), String::new());
    for number in 1..=MAILBOXES {
        let address = format!("u{number:03}@{DOMAIN}");
        users += &format!("{address}\n");
        passwd += &format!("{address}:{{PLAIN}}{PASSWORD}::::::\n");
        mailboxes += &format!("{address} OK\n");
    }
    fs::write(folder.join("etc/passwd"), passwd)?;
    fs::write(folder.join("etc/mailboxes"), mailboxes)?;
    let path = folder.join("users");
    fs::write(&path, users)?;
    Ok(path)
}

fn dovecot_conf(folder: &Path, imap: u16, imaps: u16, tls: bool) -> String {
    let folder = folder.display();
    let (ssl, imaps) = if tls {
        let files = format!(
            "ssl = yes\nssl_cert = <{folder}/etc/cert.pem\nssl_key = <{folder}/etc/key.pem"
        );
        (files, imaps)
    } else {
        ("ssl = no".to_owned(), 0)
    };
    format!(
        "\
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
instance_name = congvu-bench
protocols = imap lmtp
listen = 127.0.0.1
{ssl}
disable_plaintext_auth = no
auth_mechanisms = plain login
mail_location = mdbox:{folder}/mail/%n
first_valid_uid = 100
mail_uid = nobody
mail_gid = nogroup
default_client_limit = 3000
default_process_limit = 1000
mail_max_userip_connections = 1000
passdb {{
  driver = passwd-file
  args = username_format=%u {folder}/etc/passwd
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={folder}/mail/%n
}}
namespace inbox {{
  inbox = yes
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
  process_limit = 1000
}}
service imap {{
  process_limit = 2000
}}
service lmtp {{
  unix_listener {folder}/spool/private/dovecot-lmtp {{
    mode = 0600
    user = postfix
    group = postfix
  }}
}}
"
    )
}

fn main_cf(folder: &Path, tls: bool) -> String {
    let folder = folder.display();
    let tls = if tls {
        format!("smtpd_tls_security_level = may\nsmtpd_tls_chain_files = {folder}/etc/chain.pem\n")
    } else {
        String::new()
    };
    format!(
        "\
compatibility_level = 3.6
queue_directory = {folder}/spool
data_directory = {folder}/lib
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = mail.{DOMAIN}
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
local_recipient_maps =
alias_maps =
virtual_mailbox_domains = {DOMAIN}
virtual_mailbox_maps = hash:{folder}/etc/mailboxes
virtual_transport = lmtp:unix:private/dovecot-lmtp
smtpd_peername_lookup = no
maillog_file_prefixes = {folder}
maillog_file = {folder}/postfix.log
{tls}"
    )
}

/// Debian's own list of services, those that nobody here uses left out; none in a chroot, which would want libraries.
fn master_cf(port: u16) -> String {
    let services = [
        "pickup unix n - n 60 1 pickup",
        "cleanup unix n - n - 0 cleanup",
        "qmgr unix n - n 300 1 qmgr",
        "tlsmgr unix - - n 1000? 1 tlsmgr",
        "rewrite unix - - n - - trivial-rewrite",
        "bounce unix - - n - 0 bounce",
        "defer unix - - n - 0 bounce",
        "trace unix - - n - 0 bounce",
        "verify unix - - n - 1 verify",
        "flush unix n - n 1000? 0 flush",
        "proxymap unix - - n - - proxymap",
        "proxywrite unix - - n - 1 proxymap",
        "smtp unix - - n - - smtp",
        "showq unix n - n - - showq",
        "error unix - - n - - error",
        "retry unix - - n - - error",
        "discard unix - - n - - discard",
        "lmtp unix - - n - - lmtp",
        "anvil unix - - n - 1 anvil",
        "scache unix - - n - 1 scache",
        "postlog unix-dgram n - n - 1 postlogd",
    ];
    format!(
        "127.0.0.1:{port} inet n - n - - smtpd\n{}\n",
        services.join("\n")
    )
}
