//! Broadcasts: each mailbox gets one copy, whatever is killed when.

use congvu_store::fanout::{self, Chunk, NewFanout};
use congvu_store::group::{self, Member, NewGroup};
use congvu_store::{Change, FanoutId, MailboxId, MessageId, Store, StoreError};

use super::fixture::{Office, assert_sound, deliver, desk, message, new_mailbox, number, office};
use super::harness::Ground;

both!(
    a_thousand_mailboxes_get_one_copy_each,
    chunks_at_once_deliver_once,
    nobody_to_reach_ends_the_job,
);

fn new_group(
    tx: &mut congvu_store::Tx<'_>,
    office: Office,
    name: &str,
) -> Result<congvu_store::GroupId, StoreError> {
    group::create(
        tx,
        &NewGroup {
            organisation: office.organisation,
            name,
            posting: "inside",
            local_part: name,
            domain: office.domain,
        },
    )
}

/// `count` mailboxes in a group of groups; some are in two of them.
async fn broadcast(
    store: &Store,
    office: Office,
    count: usize,
    message: MessageId,
    except: usize,
) -> (FanoutId, Vec<MailboxId>) {
    store
        .write(move |tx| {
            let all = new_group(tx, office, "tinh")?;
            let other = new_group(tx, office, "khac")?;
            let mut mailboxes = Vec::new();
            let mut part = all;
            for n in 0..count {
                if n % 100 == 0 {
                    part = new_group(tx, office, &format!("phong{}", n / 100))?;
                    group::add(tx, all, Member::Group(part))?;
                    group::add(tx, part, Member::Group(all))?;
                }
                let mailbox = new_mailbox(tx, office, &format!("cb{n}"), None)?;
                group::add(tx, part, Member::Mailbox(mailbox))?;
                if n % 3 == 0 {
                    group::add(tx, other, Member::Mailbox(mailbox))?;
                }
                mailboxes.push(mailbox);
            }
            let id = fanout::create(
                tx,
                &NewFanout {
                    message,
                    trace: "t1",
                    sender: "ubnd@sonla.gov.vn",
                    client_ip: "192.0.2.1",
                    prefix: b"Received: x\r\n",
                    header: b"",
                    groups: &[other, all],
                    except: &mailboxes[..except],
                },
            )?;
            Ok::<_, StoreError>((id, mailboxes))
        })
        .await
        .unwrap()
}

#[expect(clippy::unnecessary_wraps, reason = "what a step asks")]
fn delivered_to(
    _: &mut congvu_store::Tx<'_>,
    _: &fanout::Job,
    to: group::Reached,
    address: &str,
) -> Result<fanout::Placed, StoreError> {
    Ok(fanout::Placed {
        folder: to.inbox,
        flags: 0,
        lines: format!("Delivered-To: {address}\r\n").into_bytes(),
    })
}

async fn step(store: &Store, limit: i64) -> Option<Chunk> {
    store
        .write_bulk(move |tx| fanout::step(tx, limit, delivered_to))
        .await
        .unwrap()
}

async fn a_thousand_mailboxes_get_one_copy_each(ground: &Ground) {
    let office = office(ground).await;
    let stored = message(ground, b"A: b\r\n\r\nto all").await;
    let mut hub = ground.hub().subscribe();
    let (id, mailboxes) = broadcast(ground, office, 1000, stored.id, 7).await;
    assert!(std::iter::from_fn(|| hub.try_recv().ok()).any(|change| change == Change::Fanout));
    let mut delivered = 0;
    for round in 0.. {
        if round % 2 == 1 {
            // The process dies after the work, before the commit.
            let killed = ground
                .write_bulk(|tx| {
                    fanout::step(tx, 150, delivered_to)?;
                    Err::<(), _>(StoreError::Unavailable("killed".into()))
                })
                .await;
            assert!(killed.is_err());
            continue;
        }
        let Some(chunk) = step(ground, 150).await else {
            break;
        };
        assert_eq!(chunk.id, id);
        assert!(chunk.delivered <= 150);
        delivered += chunk.delivered;
    }
    assert_eq!(delivered, 993);
    assert_eq!(number(ground, "SELECT COUNT(*) FROM entry").await, 993);
    assert_eq!(
        number(ground, "SELECT COUNT(DISTINCT mailbox_id) FROM entry").await,
        993
    );
    assert_eq!(number(ground, "SELECT COUNT(*) FROM mail_log").await, 993);
    assert_eq!(number(ground, "SELECT COUNT(*) FROM fanout").await, 0);
    assert_eq!(
        number(ground, "SELECT COUNT(*) FROM fanout_target").await,
        0
    );
    let excepted = mailboxes[6];
    let (least, prefix) = ground
        .read(|tx| {
            Ok::<_, StoreError>((
                tx.one("SELECT MIN(mailbox_id) FROM entry", &[], |row| row.int(0))?,
                tx.one(
                    "SELECT prefix FROM entry ORDER BY mailbox_id LIMIT 1",
                    &[],
                    |row| Ok(row.bytes(0)?.to_vec()),
                )?,
            ))
        })
        .await
        .unwrap();
    assert!(least.unwrap() > excepted.0);
    assert_eq!(
        prefix.unwrap(),
        b"Delivered-To: cb7@sonla.gov.vn\r\nReceived: x\r\n"
    );
    assert_sound(ground).await;
}

async fn chunks_at_once_deliver_once(ground: &Ground) {
    let office = office(ground).await;
    let stored = message(ground, b"to all").await;
    broadcast(ground, office, 60, stored.id, 0).await;
    let tasks: Vec<_> = (0..4)
        .map(|_| {
            let store = (**ground).clone();
            tokio::spawn(async move { while step(&store, 7).await.is_some() {} })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(number(ground, "SELECT COUNT(*) FROM entry").await, 60);
    assert_eq!(
        number(ground, "SELECT COUNT(DISTINCT mailbox_id) FROM entry").await,
        60
    );
    assert_sound(ground).await;
}

/// The message of a job that reached nobody is swept as any other.
async fn nobody_to_reach_ends_the_job(ground: &Ground) {
    let office = office(ground).await;
    let inbox = desk(ground, office, "an").await.inbox;
    let stored = message(ground, b"to nobody").await;
    deliver(ground, inbox, b"a later one").await;
    broadcast(ground, office, 0, stored.id, 0).await;
    let chunk = step(ground, 10).await.unwrap();
    assert_eq!((chunk.delivered, chunk.done), (0, true));
    assert_eq!(step(ground, 10).await, None);
    let swept = congvu_store::blob::sweep::sweep(ground, congvu_store::now_ms() + 3_600_000)
        .await
        .unwrap();
    assert_eq!(swept.messages, 1);
}
