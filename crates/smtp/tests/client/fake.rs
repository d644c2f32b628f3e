//! A server that follows a script.
//!
//! A script is lines: `S: text` is sent; `C: text` is what the client must say next; `DATA` takes a
//! message up to its dot; `TLS` does a handshake; `RAW text` is sent without a line end (`\r` and `\n` are
//! written so); `PAUSE` waits a moment, `SLEEP` a while, `HANG` for the client to go away. At the end of a script the server closes
//! orderly, or with `DROP` as a killed one would.

use std::net::SocketAddr;
use std::sync::Arc;

use congvu_wire::{
    Conn, Ending, Endpoint, Limiter, Limits, SelfSigned, Shutdown, Tls, WireError, serve,
};
use tokio::sync::mpsc;

use crate::peer::PATIENCE;

/// What went wrong and what was received, connection by connection.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    /// Where the client left the script: what it said instead.
    pub(crate) wrong: Option<String>,
    /// Messages as they came, dots and all, without the last.
    pub(crate) data: Vec<Vec<u8>>,
}

pub(crate) struct Fake {
    pub(crate) address: SocketAddr,
    seen: mpsc::UnboundedReceiver<Seen>,
    _stopper: congvu_wire::Stopper,
}

impl Fake {
    /// Follows one script a connection; those after the last are closed at once.
    pub(crate) fn start(scripts: &[&str]) -> Self {
        Self::with(scripts, None, false)
    }

    pub(crate) fn with_tls(scripts: &[&str], certificates: &SelfSigned, implicit: bool) -> Self {
        let (cert, key) = (&certificates.cert_pem, &certificates.key_pem);
        let tls = Tls::from_pem(cert.as_bytes(), key.as_bytes()).expect("fits");
        Self::with(scripts, Some(tls), implicit)
    }

    fn with(scripts: &[&str], tls: Option<Tls>, implicit_tls: bool) -> Self {
        let listener = congvu_wire::listen(([127, 0, 0, 1], 0).into()).expect("a free port");
        let address = listener.local_addr().expect("bound");
        let scripts: Vec<String> = scripts.iter().map(|&script| script.to_owned()).collect();
        let scripts = Arc::new(std::sync::Mutex::new(scripts.into_iter()));
        let (told, seen) = mpsc::unbounded_channel();
        let (stopper, shutdown) = Shutdown::new();
        let endpoint = Endpoint {
            name: "fake",
            limits: Arc::new(Limiter::new(Limits::default())),
            tls,
            implicit_tls,
            tls_handshake_timeout: PATIENCE,
        };
        let handler = move |conn| {
            let script = scripts.lock().expect("a lock").next();
            let told = told.clone();
            async move {
                if let Some(script) = script {
                    // Nobody may be listening any more.
                    let mut conn = conn;
                    drop(told.send(follow(&mut conn, &script).await));
                    if !script.trim_end().ends_with("DROP") {
                        conn.close().await;
                    }
                }
            }
        };
        tokio::spawn(serve(listener, endpoint, b"", shutdown, PATIENCE, handler));
        Self {
            address,
            seen,
            _stopper: stopper,
        }
    }

    /// What the next connection saw.
    pub(crate) async fn seen(&mut self) -> Seen {
        let seen = tokio::time::timeout(PATIENCE, self.seen.recv());
        seen.await.expect("in time").expect("a connection")
    }

    /// The next connection followed its script to the end; the messages it took.
    #[track_caller]
    pub(crate) fn followed(&mut self) -> impl Future<Output = Vec<Vec<u8>>> + '_ {
        let caller = std::panic::Location::caller();
        async move {
            let seen = self.seen().await;
            assert_eq!(seen.wrong, None, "{caller}");
            seen.data
        }
    }
}

async fn follow(conn: &mut Conn, script: &str) -> Seen {
    let mut data = Vec::new();
    let mut wrong = None;
    for line in script
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
    {
        if let Err(why) = step(conn, line, &mut data).await {
            wrong = Some(format!("{line}: {why}"));
            break;
        }
    }
    Seen { wrong, data }
}

async fn step(conn: &mut Conn, line: &str, data: &mut Vec<Vec<u8>>) -> Result<(), String> {
    let told = |error: WireError| error.to_string();
    let (word, text) = line.split_once(' ').unwrap_or((line, ""));
    match word {
        "S:" => {
            conn.put(text.as_bytes());
            conn.put(b"\r\n");
            // A client that is gone is seen where it should speak.
            drop(conn.flush(PATIENCE).await);
        }
        "RAW" => {
            conn.put(text.replace("\\r", "\r").replace("\\n", "\n").as_bytes());
            drop(conn.flush(PATIENCE).await);
        }
        "PAUSE" => tokio::time::sleep(std::time::Duration::from_millis(30)).await,
        "C:" => {
            let said = conn.read_line(8 << 10, PATIENCE).await.map_err(told)?;
            let said = String::from_utf8_lossy(&said.bytes).into_owned();
            if said != text {
                return Err(format!("it said {said:?}"));
            }
        }
        "DATA" => data.push(message(conn).await.map_err(told)?),
        "TLS" => drop(conn.start_tls(PATIENCE).await.map_err(told)?),
        // It neither reads nor goes.
        "SLEEP" => tokio::time::sleep(std::time::Duration::from_millis(800)).await,
        "HANG" => while conn.fill(1 << 20, PATIENCE).await.is_ok() {},
        "DROP" => {}
        _ => return Err("no such step".into()),
    }
    Ok(())
}

/// The octets up to a line with one dot.
async fn message(conn: &mut Conn) -> Result<Vec<u8>, WireError> {
    let mut found = Vec::new();
    loop {
        if found == b".\r\n" || found.ends_with(b"\r\n.\r\n") {
            found.truncate(found.len() - 3);
            return Ok(found);
        }
        let line = conn.read_line(1 << 20, PATIENCE).await?;
        assert!(
            line.ending == Ending::CrLf && !line.bytes.contains(&b'\r'),
            "{line:?}"
        );
        found.extend_from_slice(&line.bytes);
        found.extend_from_slice(b"\r\n");
    }
}
