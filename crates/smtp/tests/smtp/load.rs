//! A measurement, for release builds: `cargo test --release -p congvu-smtp -- --ignored load`.

use std::time::Instant;

use congvu_smtp::Role;
use congvu_wire::Limits;

use crate::client::Client;
use crate::support::World;

const CONNECTIONS: usize = 20;
const MESSAGES: usize = 250;

/// Messages of 4 kB in a second, each answered as `expected`.
async fn measure(ending: &str, expected: &'static str) -> f64 {
    let world = World::new().await;
    let server = world.server(Role::Mx, |config| config.max_errors = 0);
    let addr = server.listen(Limits::default(), false);
    let text = format!("Subject: x\r\n\r\n{}", "x".repeat(76) + "\r\n");
    let data = text.repeat(42) + ending;
    let begun = Instant::now();
    let clients: Vec<_> = (0..CONNECTIONS)
        .map(|n| {
            let data = data.clone();
            let to = ["an", "binh"][n % 2];
            tokio::spawn(async move {
                let mut client = Client::to(addr).await;
                client.expect("220").await;
                client.say("EHLO x", "250").await;
                let envelope =
                    format!("MAIL FROM:<a@b.example>\r\nRCPT TO:<{to}@tinh.example>\r\nDATA\r\n");
                for _ in 0..MESSAGES {
                    client.send(envelope.as_bytes()).await;
                    for code in ["250", "250", "354"] {
                        client.expect(code).await;
                    }
                    client.send(data.as_bytes()).await;
                    client.expect(expected).await;
                }
            })
        })
        .collect();
    for client in clients {
        client.await.expect("served");
    }
    (CONNECTIONS * MESSAGES) as f64 / begun.elapsed().as_secs_f64()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement"]
async fn load() {
    let stored = measure(".\r\n", "250 2.0.0").await;
    let refused = measure("\n.\r\n\r\n.\r\n", "550 5.6.11").await;
    eprintln!("{stored:.0} messages/s stored, {refused:.0} messages/s read and refused");
}
