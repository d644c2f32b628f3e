//! Over real sockets: plain on loopback, and TLS; limits and the stop are `wire`'s.

use congvu_testing::{Ground, both};
use congvu_web::api::{Api, BUSY, handle, router};
use congvu_wire::{Endpoint, Limiter, Limits, Shutdown, Tls};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::support::World;

both!(sl_14_2_a_program_asks_over_tls_and_on_loopback);

fn serve(
    api: &Api,
    tls: Option<Tls>,
    shutdown: &Shutdown,
) -> (SocketAddr, tokio::task::JoinHandle<()>) {
    let listener = congvu_wire::listen(([127, 0, 0, 1], 0).into()).unwrap();
    let address = listener.local_addr().unwrap();
    let endpoint = Endpoint {
        name: "web",
        limits: Arc::new(Limiter::new(Limits::default())),
        implicit_tls: tls.is_some(),
        tls,
        tls_handshake_timeout: Duration::from_secs(5),
    };
    let (router, stop) = (router(api), shutdown.clone());
    let handler = move |conn| handle(router.clone(), conn, stop.clone());
    let served = congvu_wire::serve(
        listener,
        endpoint,
        BUSY,
        shutdown.clone(),
        Duration::from_secs(5),
        handler,
    );
    (address, tokio::spawn(served))
}

async fn sl_14_2_a_program_asks_over_tls_and_on_loopback(ground: &Ground) {
    congvu_wire::install_crypto();
    let world = World::new(ground).await;
    let token = world.token(ground, &world.decider).await;
    let api = Api::new(&ground.store, world.law);
    let (stopper, shutdown) = Shutdown::new();
    let (plain, plain_task) = serve(&api, None, &shutdown);
    let certificate = congvu_wire::self_signed(&["localhost".to_owned()]).unwrap();
    let tls = Tls::from_pem(
        certificate.cert_pem.as_bytes(),
        certificate.key_pem.as_bytes(),
    )
    .unwrap();
    let (secure, secure_task) = serve(&api, Some(tls), &shutdown);
    let client = reqwest::Client::builder()
        .danger_accept_invalid_certs(true)
        .build()
        .unwrap();
    for base in [format!("http://{plain}"), format!("https://{secure}")] {
        let asked = client
            .get(format!("{base}/api/v1/mailboxes/{}", world.nobody.address))
            .bearer_auth(&token)
            .send()
            .await
            .unwrap();
        assert_eq!(asked.status(), 200, "{base}");
        let shown: serde_json::Value = serde_json::from_str(&asked.text().await.unwrap()).unwrap();
        assert_eq!(shown["state"]["name"], "active");
        let refused = client
            .get(format!("{base}/api/v1/audit"))
            .send()
            .await
            .unwrap();
        assert_eq!(refused.status(), 401);
        assert!(refused.headers().contains_key("www-authenticate"));
    }
    // Two requests in one, and a head without end: no answer but a refusal.
    let mut raw = tokio::net::TcpStream::connect(plain).await.unwrap();
    let smuggled = b"POST /api/v1/requests HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked, x\r\n\r\n0\r\n\r\n";
    raw.write_all(smuggled).await.unwrap();
    let mut answer = Vec::new();
    raw.read_to_end(&mut answer).await.unwrap();
    assert!(
        answer.starts_with(b"HTTP/1.1 400"),
        "{}",
        String::from_utf8_lossy(&answer)
    );
    let mut raw = tokio::net::TcpStream::connect(plain).await.unwrap();
    let head = format!("GET / HTTP/1.1\r\nX: {}\r\n\r\n", "y".repeat(64 << 10));
    drop(raw.write_all(head.as_bytes()).await);
    let mut answer = Vec::new();
    drop(raw.read_to_end(&mut answer).await);
    assert!(!answer.starts_with(b"HTTP/1.1 2"));
    drop(client);
    stopper.stop();
    plain_task.await.unwrap();
    secure_task.await.unwrap();
}
