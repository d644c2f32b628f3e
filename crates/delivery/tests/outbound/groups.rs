//! Notices and groups: a reverse path is no leave to write to one.

use congvu_delivery::Writer;
use congvu_store::group::{self, Member, NewGroup};
use congvu_store::mailbox::{self, NewMailbox};
use congvu_store::{StoreError, organisation};

use crate::net::Server;
use crate::world::{DOMAIN, World, asked};
use congvu_testing::{Ground, both};

both!(
    nobody_outside_writes_to_a_group_by_a_notice,
    who_wrote_as_a_group_is_told_alone,
);

/// A group that an is no member of.
async fn leaders(world: &World) {
    world
        .store
        .write(|tx| {
            let organisation = organisation::root(tx)?.unwrap().id;
            let domain = organisation::domain(tx, DOMAIN)?.unwrap();
            let member = mailbox::create(
                tx,
                &NewMailbox {
                    kind: "unit",
                    organisation,
                    account: None,
                    person: None,
                    name: "chutich",
                    quota: 1 << 30,
                    local_part: "chutich",
                    domain,
                },
            )?;
            let group = group::create(
                tx,
                &NewGroup {
                    organisation,
                    name: "lãnh đạo",
                    posting: "members",
                    local_part: "lanhdao",
                    domain,
                },
            )?;
            group::add(tx, group, Member::Mailbox(member))?;
            Ok::<_, StoreError>(())
        })
        .await
        .unwrap();
}

/// How many messages were put into mailboxes.
async fn delivered(world: &World) -> usize {
    world
        .store
        .read(|tx| congvu_store::mail_log::page(tx, i64::MAX, 1000))
        .await
        .map_err(|error: StoreError| error)
        .unwrap()
        .iter()
        .filter(|line| line.result == "delivered")
        .count()
}

async fn nobody_outside_writes_to_a_group_by_a_notice(ground: &Ground) {
    let world = World::new(ground).await;
    leaders(&world).await;
    let path = format!("lanhdao@{DOMAIN}");
    let mut envelope = world
        .envelope(&path, Writer::Outside, &["an@bimson.example"])
        .await
        .unwrap();
    envelope.recipients[0].notify = asked(true, false, false);
    world.accept(envelope, "to the leaders").await.unwrap();
    assert_eq!(world.inbox().await.len(), 1);
    assert_eq!(delivered(&world).await, 1, "the message and no notice");
}

async fn who_wrote_as_a_group_is_told_alone(ground: &Ground) {
    let world = World::new(ground).await;
    leaders(&world).await;
    world
        .net
        .server("mx.xa.example", Server::Says(550, "5.1.1", "No such user"));
    let run = world.run();
    world
        .submit_with(&["x@xa.example"], "x", |envelope| {
            envelope.sender = format!("lanhdao@{DOMAIN}");
        })
        .await;
    world.drained().await;
    run.abort();
    let inbox = world.inbox().await;
    assert_eq!(inbox.len(), 1);
    assert!(inbox[0].contains("Delivered-To: an@bimson.example\r\n"));
    assert_eq!(delivered(&world).await, 1, "nobody else");
}
