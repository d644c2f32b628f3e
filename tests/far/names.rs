//! Finding the servers of a domain by a real name server (RFC 5321 §5.1, RFC 7505).

use std::fs::File;
use std::net::{Ipv6Addr, SocketAddr, TcpListener, UdpSocket};
use std::thread;
use std::time::Duration;

use super::{Far, Wanted, far};
use crate::harness::{Database, own_address};

far!(
    every_way_to_a_server,
    over_ipv6,
    a_broken_zone_is_waited_for,
    a_name_server_that_is_late
);

const NAMES: &str = "
pref    MX 10 dead
pref    MX 20 mx
dead    A {dead}
mx      A {postfix}
lower   MX 20 second
lower   MX 10 mx
second  A {second}
both    MX 10 six
six     AAAA 2001:db8::1
six     A {postfix}
alias   CNAME pref
named   MX 10 pointer
pointer CNAME mx
alone   A {postfix}
null    MX 0 .
";
const REACHED: [&str; 6] = ["pref", "lower", "both", "alias", "named", "alone"];

fn every_way_to_a_server(database: Option<Database>) {
    let second = own_address();
    let zone = NAMES
        .replace("{dead}", &own_address().to_string())
        .replace("{second}", &second.to_string());
    let domains: Vec<String> = REACHED
        .iter()
        .map(|way| format!("{way}.names.example"))
        .collect();
    let boxes: Vec<String> = domains
        .iter()
        .zip(REACHED)
        .map(|(d, way)| format!("a@{d}={way}/"))
        .collect();
    let far = Far::start(
        database,
        &Wanted {
            postfix: &[
                &format!("virtual_mailbox_domains = {}", domains.join(" ")),
                &format!("virtual_mailbox_maps = inline:{{ {} }}", boxes.join(" ")),
                &format!("master:{second}:25 inet n - n - - smtpd -o syslog_name=postfix/second"),
            ],
            // The IPv6 address may lead into the void.
            outbound: &[("TIMEOUT", "3s")],
            zones: &[("names.example", &zone)],
            ..Wanted::default()
        },
    );
    for domain in &domains {
        far.submit(0, &[&format!("a@{domain}")], "ten mien");
    }
    far.submit(0, &["a@null.names.example"], "khong nhan thu");
    far.submit(1, &["a@khong.names.example"], "khong co");
    for way in REACHED {
        far.postfix.wait_for(way, 1);
    }
    assert_eq!(far.postfix.times(&["postfix/second"]), 0, "less preferred");
    let status = |n: usize| far.reports(n, 1)[0]["recipients"][0]["status"].clone();
    assert_eq!(status(0), "5.1.10");
    assert_eq!(status(1), "5.1.2");
    far.drained();
}

/// The one loopback address of IPv6 is one case's at a time.
fn over_ipv6(database: Option<Database>) {
    let lock = File::create(std::env::temp_dir().join("congvu-e2e-port25-ipv6")).unwrap();
    lock.lock().unwrap();
    if TcpListener::bind((Ipv6Addr::LOCALHOST, 25)).is_err() {
        eprintln!("skipped: no IPv6 here, or port 25 of ::1 is taken");
        return;
    }
    let far = Far::start(
        database,
        &Wanted {
            postfix: &[
                "virtual_mailbox_domains = six.example",
                "virtual_mailbox_maps = inline:{ a@six.example=a/ }",
                "master:[::1]:25 inet n - n - - smtpd -o syslog_name=postfix/six",
            ],
            zones: &[("six.example", "@ MX 10 mx\nmx AAAA ::1\nmx A {postfix}\n")],
            ..Wanted::default()
        },
    );
    far.submit(0, &["a@six.example"], "qua IPv6");
    far.postfix.wait_for("a", 1);
    far.postfix.logged(&["postfix/six", "client="]);
}

const MENDED: &str = "@ MX 10 mx\nmx A {postfix}\n";

/// SERVFAIL says nothing of the domain.
fn a_broken_zone_is_waited_for(database: Option<Database>) {
    let far = Far::start(
        database,
        &Wanted {
            postfix: &[
                "virtual_mailbox_domains = broken.example far.example",
                "virtual_mailbox_maps = inline:{ a@broken.example=a/ b@far.example=b/ }",
            ],
            zones: &[("broken.example", "@ MX not-a-number x\n(")],
            ..Wanted::default()
        },
    );
    far.submit(0, &["a@broken.example"], "hong");
    far.submit(0, &["b@far.example"], "lanh");
    far.postfix.wait_for("b", 1);
    far.put_off("a@broken.example", "4.4.3");
    let mended = MENDED.replace("{postfix}", &far.postfix.address.to_string());
    far.names.change("broken.example", &mended);
    far.postfix.wait_for("a", 1);
    far.drained();
}

/// The first question is lost and every answer comes late.
fn a_name_server_that_is_late(database: Option<Database>) {
    let far = Far::start(
        database,
        &Wanted {
            through: Some(late),
            ..Wanted::default()
        },
    );
    far.submit(0, &["a@far.example"], "cham tra loi");
    far.postfix.wait_for("a", 1);
    far.drained();
}

/// A name server in front of another.
fn late(behind: SocketAddr) -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    // Ends with the process.
    thread::spawn(move || {
        let mut asked = [0; 4096];
        socket.recv_from(&mut asked).unwrap();
        while let Ok((length, who)) = socket.recv_from(&mut asked) {
            let (socket, question) = (socket.try_clone().unwrap(), asked[..length].to_vec());
            thread::spawn(move || {
                thread::sleep(Duration::from_secs(1));
                let asking = UdpSocket::bind("127.0.0.1:0").unwrap();
                asking.send_to(&question, behind).unwrap();
                let mut answer = [0; 4096];
                let length = asking.recv(&mut answer).unwrap();
                socket.send_to(&answer[..length], who).unwrap();
            });
        }
    });
    address
}
