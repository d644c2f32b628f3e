//! A client no one here wrote: Python's poplib, over sockets and TLS.

use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use congvu_pop3::BUSY;
use congvu_wire::{Endpoint, Limiter, Limits, Tls, listen, serve};

use crate::support::{LOGIN, PASSWORD, World};

const SCRIPT: &str = r#"
import hashlib, poplib, ssl, sys
plain, tls, ca, login, password = sys.argv[1:]
context = ssl.create_default_context(cafile=ca)

pop = poplib.POP3("localhost", int(plain), timeout=10)
assert "STLS" in pop.capa() and "USER" not in pop.capa()
try:
    pop.user(login)
    raise SystemExit("a name was taken in the clear")
except poplib.error_proto as e:
    assert b"STLS" in e.args[0]
pop.stls(context)
assert pop.capa()["SASL"] == ["SCRAM-SHA-256", "PLAIN", "LOGIN"]
pop.encoding = "utf-8"
pop.user(login)
pop.pass_(password)
assert pop.stat() == (3, int(pop.stat()[1]))
sizes = [int(line.split()[1]) for line in pop.list()[1]]
ids = [line.split()[1].decode() for line in pop.uidl()[1]]
assert len(set(ids)) == 3, ids

other = poplib.POP3_SSL("localhost", int(tls), timeout=10, context=context)
other.encoding = "utf-8"
other.user(login)
try:
    other.pass_(password)
    raise SystemExit("two sessions have one maildrop")
except poplib.error_proto as e:
    assert b"[IN-USE]" in e.args[0]
other.quit()

for number, size in enumerate(sizes, 1):
    lines = pop.retr(number)[1]
    text = b"".join(line + b"\r\n" for line in lines)
    assert len(text) == size, (number, len(text), size)
    print(number, hashlib.sha256(text).hexdigest())
assert pop.top(2, 1)[1] == [b"Subject: dots", b"", b"."]
pop.dele(1)
pop.dele(3)
pop.rset()
pop.dele(2)
pop.quit()

again = poplib.POP3_SSL("localhost", int(tls), timeout=10, context=context)
again.encoding = "utf-8"
again.user(login)
again.pass_(password)
left = [line.split()[1].decode() for line in again.uidl()[1]]
assert left == [ids[0], ids[2]], (ids, left)
again.quit()
"#;

fn hex(bytes: &[u8]) -> String {
    let hash = ring::digest::digest(&ring::digest::SHA256, bytes);
    hash.as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn start(world: &World, tls: Tls, implicit_tls: bool) -> u16 {
    let listener = listen(([127, 0, 0, 1], 0).into()).unwrap();
    let port = listener.local_addr().unwrap().port();
    let endpoint = Endpoint {
        name: if implicit_tls { "pop3s" } else { "pop3" },
        limits: Arc::new(Limiter::new(Limits::default())),
        tls: Some(tls),
        implicit_tls,
        tls_handshake_timeout: Duration::from_secs(5),
    };
    let (server, shutdown) = (world.server(), world.shutdown.clone());
    let handler = move |conn| {
        let (server, shutdown) = (server.clone(), shutdown.clone());
        async move { server.handle(conn, shutdown).await }
    };
    let grace = Duration::from_secs(1);
    tokio::spawn(serve(
        listener,
        endpoint,
        BUSY,
        world.shutdown.clone(),
        grace,
        handler,
    ));
    port
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn poplib_reads_and_removes() {
    if Command::new("python3").arg("--version").output().is_err() {
        eprintln!("no python3 here: not tested");
        return;
    }
    let large = format!(
        "Subject: large\r\n\r\n{}",
        "..dots and text\r\n".repeat(100_000)
    );
    let messages = [
        "Subject: chào\r\n\r\nxin chào\r\n",
        "Subject: dots\r\n\r\n.\r\n..\r\n",
        &large,
    ];
    let mut world = World::with(&messages).await;
    world.config.cleartext_login = false;
    let ca = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(ca.path(), &world.certificates.ca_pem).unwrap();
    let plain = start(&world, world.tls(), false).to_string();
    let tls = start(&world, world.tls(), true).to_string();
    let mut python = Command::new("python3");
    python
        .args(["-c", SCRIPT, &plain, &tls])
        .arg(ca.path())
        .args([LOGIN, PASSWORD]);
    let output = tokio::task::spawn_blocking(move || python.output())
        .await
        .unwrap()
        .unwrap();
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{err}");
    let expected: String = (1..)
        .zip(messages)
        .map(|(number, text)| format!("{number} {}\n", hex(text.as_bytes())))
        .collect();
    assert_eq!(out, expected);
    assert_eq!(world.uids().await, [1, 3]);
    world.stopper.stop();
}
