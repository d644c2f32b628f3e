//! BS.2: the town's server runs a part of the province's domain; other local parts are the home server's.

use congvu_delivery::{AcceptError, RecipientRefusal, Writer};

use crate::world::World;
use congvu_testing::{Ground, both};

both!(
    bs_2_other_local_parts_go_to_the_home_server,
    bs_2_a_retired_address_is_nobodys,
    bs_2_a_loop_ends,
);

async fn bs_2_other_local_parts_go_to_the_home_server(ground: &Ground) {
    let world = World::new(ground).await;
    world
        .net
        .route("bimson.example", &["mail.thanhhoa.example"]);
    let run = world.run();
    // From people of ours and from outside alike: it is our domain's mail.
    world
        .submit(&["chutich@bimson.example", "an@bimson.example"], "x")
        .await;
    let envelope = world
        .envelope(
            "a@ngoai.example",
            Writer::Outside,
            &["So.Noi.Vu@bimson.example"],
        )
        .await
        .unwrap();
    assert_eq!(world.accept(envelope, "y").await.unwrap().queued, 1);
    world.drained().await;
    run.abort();
    let took = world.net.took();
    let mut sent: Vec<_> = took
        .iter()
        .map(|took| {
            (
                took.host.as_str(),
                took.sender.as_str(),
                took.to[0].as_str(),
            )
        })
        .collect();
    sent.sort_unstable();
    assert_eq!(
        sent,
        [
            (
                "mail.thanhhoa.example",
                "a@ngoai.example",
                "So.Noi.Vu@bimson.example"
            ),
            (
                "mail.thanhhoa.example",
                "an@bimson.example",
                "chutich@bimson.example"
            ),
        ]
    );
    assert_eq!(world.inbox().await.len(), 1, "ours is ours");
}

async fn bs_2_a_retired_address_is_nobodys(ground: &Ground) {
    let world = World::new(ground).await;
    for writer in [Writer::Outside, Writer::Account(world.account)] {
        let found = world.recipient("cu@bimson.example", writer).await;
        assert_eq!(found, Err(RecipientRefusal::Unknown));
    }
}

/// Two servers that each take the other for the home of an address: the Received lines end it.
async fn bs_2_a_loop_ends(ground: &Ground) {
    let world = World::new(ground).await;
    let envelope = world
        .envelope("a@ngoai.example", Writer::Outside, &["vong@bimson.example"])
        .await
        .unwrap();
    let received = "Received: from a by b; x\r\n".repeat(6);
    let mut intake = congvu_delivery::Intake::new(&world.store, 1 << 20, None);
    intake
        .write(format!("{received}\r\nx\r\n").as_bytes())
        .await
        .unwrap();
    let incoming = intake.finish().await.unwrap();
    let accepted = world.delivery.accept(envelope, incoming).await;
    assert!(matches!(accepted, Err(AcceptError::Loop)));
}
