//! nsd in a temporary folder, gone afterwards. Shared with the tests of `congvu_delivery`.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A running name server.
pub struct Nsd {
    /// Where it listens, by UDP and TCP.
    pub address: SocketAddr,
    child: Child,
    folder: tempfile::TempDir,
}

const ZONE_HEAD: &str = "$TTL 60
@ SOA ns hostmaster 1 3600 600 86400 60
@ NS ns
ns A 127.0.0.1
";

impl Nsd {
    /// Serves these zones, given by name and records.
    pub fn start(zones: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().display();
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("bound");
        drop(listener);
        let mut config = format!(
            "server:\n  ip-address: 127.0.0.1@{}\n  username: \"\"\n  chroot: \"\"\n  zonesdir: \"{path}\"\n  \
             pidfile: \"{path}/pid\"\n  database: \"\"\n  zonelistfile: \"{path}/zone.list\"\n  \
             xfrdfile: \"{path}/xfrd.state\"\n  xfrdir: \"{path}\"\n  server-count: 1\n\
             remote-control:\n  control-enable: no\n",
            address.port()
        );
        for (name, records) in zones {
            let file = format!("{name}.zone");
            std::fs::write(folder.path().join(&file), zone(name, records)).expect("written");
            config += &format!("zone:\n  name: \"{name}\"\n  zonefile: \"{file}\"\n");
        }
        let config_file = folder.path().join("nsd.conf");
        std::fs::write(&config_file, config).expect("written");
        let child = Command::new("/usr/sbin/nsd")
            .arg("-d")
            .arg("-c")
            .arg(&config_file)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("nsd is installed: run .ci/prepare, or apt-get install nsd");
        let nsd = Self {
            address,
            child,
            folder,
        };
        let begun = Instant::now();
        while TcpStream::connect(address).is_err() {
            assert!(
                begun.elapsed() < Duration::from_secs(20),
                "nsd does not listen"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
        nsd
    }

    /// Another content of a zone, from about now on (SIGHUP).
    pub fn change(&self, name: &str, records: &str) {
        let file = self.folder.path().join(format!("{name}.zone"));
        std::fs::write(file, zone(name, records)).expect("written");
        let id = self.child.id().to_string();
        drop(Command::new("kill").args(["-HUP", &id]).status());
    }
}

fn zone(name: &str, records: &str) -> String {
    format!("$ORIGIN {name}.\n{ZONE_HEAD}{records}\n")
}

impl Drop for Nsd {
    fn drop(&mut self) {
        // SIGTERM: nsd ends the processes it started, which SIGKILL would leave.
        let id = self.child.id().to_string();
        drop(Command::new("kill").arg(id).status());
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(5) {
            if let Ok(Some(_)) = self.child.try_wait() {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
