//! The outbox: what governance has to tell people, told once, whatever is killed when.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test's failure is its message"
)]

use std::collections::HashMap;
use std::time::{Duration, Instant};

use congvu_delivery::outbound::OutboundConfig;
use congvu_delivery::{Delivery, DeliveryConfig};
use congvu_store::account::{self, NewAccount};
use congvu_store::entry::{self, Want};
use congvu_store::mailbox::{self, NewMailbox};
use congvu_store::notice::{self, Audience, NewNotice, Notice};
use congvu_store::organisation::{self, NewOrganisation, NewPerson};
use congvu_store::{
    Change, DomainId, FolderId, MailboxId, NoticeId, OrganisationId, PersonId, Store, StoreError,
    folder, queue, random,
};
use congvu_testing::{Ground, both};
use tokio::task::JoinHandle;

both!(
    a_notice_lies_in_the_mailbox_and_is_told_once,
    an_organisation_hears_though_its_mailbox_is_locked,
    a_notice_to_all_is_one_message,
    elsewhere_goes_through_the_queue,
    what_nobody_can_take_is_given_up,
    killed_again_and_again,
    a_receipt_is_recorded_once,
);

const DOMAIN: &str = "tinh.example";

struct World {
    store: Store,
    organisation: OrganisationId,
    domain: DomainId,
    boxes: Vec<MailboxId>,
}

impl World {
    async fn new(ground: &Ground, people: usize) -> Self {
        let store = ground.store.clone();
        let (organisation, domain, boxes) = store
            .write(move |tx| {
                let organisation = organisation::create(
                    tx,
                    &NewOrganisation {
                        parent: None,
                        kind: "province",
                        name: "Tỉnh",
                        short_name: "tinh",
                        profile: None,
                    },
                )?;
                let domain = organisation::create_domain(tx, DOMAIN)?;
                let mut boxes = Vec::new();
                for n in 0..people {
                    let name = format!("nguoi{n}");
                    boxes.push(add(tx, organisation, domain, &name, None)?);
                }
                Ok::<_, StoreError>((organisation, domain, boxes))
            })
            .await
            .unwrap();
        Self {
            store,
            organisation,
            domain,
            boxes,
        }
    }

    async fn tell(&self, key: &'static str, audience: Audience) -> Option<NoticeId> {
        self.store
            .write(move |tx| {
                notice::add(
                    tx,
                    &NewNotice {
                        key,
                        kind: "lock",
                        audience: audience.clone(),
                        subject: "Thông báo tạm khóa hộp thư",
                        body: "Kính gửi quý cơ quan,\n\nHộp thư bị tạm khóa.\n",
                        clause: "SL.8.2.a",
                        papers: "",
                    },
                )
            })
            .await
            .unwrap()
    }

    fn run(&self) -> JoinHandle<()> {
        run(&self.store)
    }

    /// Waits until it is sent or given up.
    async fn settled(&self, id: NoticeId) -> Notice {
        let begun = Instant::now();
        loop {
            let found = self
                .store
                .read(move |tx| notice::get(tx, id))
                .await
                .unwrap();
            let notice = found.unwrap();
            if notice.sent_at.is_some() || !notice.failed.is_empty() {
                return notice;
            }
            assert!(begun.elapsed() < Duration::from_secs(60), "{notice:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Message ids (of the store) in a mailbox's INBOX.
    async fn inbox(&self, mailbox: MailboxId) -> Vec<String> {
        let found = self
            .store
            .read(move |tx| {
                let inbox: FolderId = folder::find(tx, mailbox, "INBOX")?.unwrap().id;
                let mut found = Vec::new();
                entry::scan(tx, inbox, (1, u32::MAX), Want::Blob, |view| {
                    found.push((view.prefix()?.to_vec(), view.blob()?));
                    Ok(true)
                })?;
                Ok::<_, StoreError>(found)
            })
            .await
            .unwrap();
        let mut messages = Vec::new();
        for (mut message, blob) in found {
            let mut reader = self.store.blobs().open_blob(&blob).await.unwrap();
            while let Some(chunk) = reader.next().await.unwrap() {
                message.extend_from_slice(&chunk);
            }
            messages.push(String::from_utf8(message).unwrap());
        }
        messages
    }

    async fn lock(&self, mailbox: MailboxId, closed: bool) {
        self.store
            .write(move |tx| mailbox::set_locked(tx, mailbox, closed))
            .await
            .unwrap();
    }
}

fn run(store: &Store) -> JoinHandle<()> {
    let config = DeliveryConfig {
        bursts: congvu_delivery::BurstLimits::default(),
        sending: congvu_delivery::SendingLimits::default(),
        hostname: format!("mail.{DOMAIN}"),
        max_received: 5,
        primary_domain: Some(DOMAIN.into()),
        notice_sender: None,
    };
    let delivery = Delivery::with_outbound(store, config, OutboundConfig::default());
    tokio::spawn(async move { delivery.run().await })
}

fn add(
    tx: &mut congvu_store::Tx<'_>,
    organisation: OrganisationId,
    domain: DomainId,
    name: &str,
    person: Option<PersonId>,
) -> Result<MailboxId, StoreError> {
    let account = account::create(
        tx,
        &NewAccount {
            login: &format!("{name}@{DOMAIN}"),
            organisation,
            person,
            role: "user",
            password: None,
            must_change: None,
        },
    )?;
    mailbox::create(
        tx,
        &NewMailbox {
            kind: "personal",
            organisation,
            account: Some(account),
            person,
            name,
            quota: 10,
            local_part: name,
            domain,
        },
    )
}

async fn a_notice_lies_in_the_mailbox_and_is_told_once(ground: &Ground) {
    let world = World::new(ground, 2).await;
    let to = world.boxes[0];
    let run = world.run();
    let id = world.tell("lock/1", Audience::Mailbox(to)).await.unwrap();
    assert_eq!(world.tell("lock/1", Audience::Mailbox(to)).await, None);
    world.settled(id).await;
    run.abort();
    let inbox = world.inbox(to).await;
    assert_eq!(inbox.len(), 1);
    // Beyond the quota: it must be seen.
    for line in [
        "Return-Path: <>\r\n",
        "Delivered-To: nguoi0@tinh.example\r\n",
        &format!("Message-ID: <thong-bao.{id}@tinh.example>\r\n"),
        "To: <nguoi0@tinh.example>\r\n",
        "Auto-Submitted: auto-generated\r\n",
        "postmaster@tinh.example",
    ] {
        assert!(inbox[0].contains(line), "{line}: {}", inbox[0]);
    }
    assert!(world.inbox(world.boxes[1]).await.is_empty());
    let list = world
        .store
        .read(move |tx| notice::of_mailbox(tx, to, None, 10))
        .await
        .unwrap();
    assert_eq!(list.len(), 1);
    assert_eq!(list[0].subject, "Thông báo tạm khóa hộp thư");
}

async fn an_organisation_hears_though_its_mailbox_is_locked(ground: &Ground) {
    let world = World::new(ground, 1).await;
    let (organisation, domain) = (world.organisation, world.domain);
    let (unit, contact) = world
        .store
        .write(move |tx| {
            let person = organisation::create_person(
                tx,
                &NewPerson {
                    organisation,
                    family: "Cầm",
                    middle: "Thị",
                    given: "Duyên",
                    title: "Văn thư",
                    phone: "",
                    born: None,
                    code: None,
                },
            )?;
            let contact = add(tx, organisation, domain, "duyen", Some(person))?;
            let unit = mailbox::create(
                tx,
                &NewMailbox {
                    kind: "unit",
                    organisation,
                    account: None,
                    person: None,
                    name: "Sở",
                    quota: 1 << 20,
                    local_part: "so",
                    domain,
                },
            )?;
            tx.execute(
                "UPDATE organisation SET mailbox_id = $1, contact_id = $2 WHERE id = $3",
                &[unit.into(), person.into(), organisation.into()],
            )?;
            Ok::<_, StoreError>((unit, contact))
        })
        .await
        .unwrap();
    let run = world.run();
    let first = world.tell("a", Audience::Organisation(organisation)).await;
    world.settled(first.unwrap()).await;
    assert_eq!(world.inbox(unit).await.len(), 1);
    assert!(world.inbox(contact).await.is_empty());
    // Nobody can open it: the contact person hears, too.
    world.lock(unit, true).await;
    let second = world.tell("b", Audience::Organisation(organisation)).await;
    world.settled(second.unwrap()).await;
    assert_eq!(world.inbox(unit).await.len(), 2);
    assert_eq!(world.inbox(contact).await.len(), 1);
    run.abort();
    let list = world
        .store
        .read(move |tx| notice::of_organisation(tx, organisation, second, 10))
        .await
        .unwrap();
    assert_eq!(
        list.iter().map(|one| one.id).collect::<Vec<_>>(),
        [first.unwrap()]
    );
}

async fn a_notice_to_all_is_one_message(ground: &Ground) {
    let world = World::new(ground, 230).await;
    world.lock(world.boxes[3], false).await;
    world.lock(world.boxes[4], true).await;
    let run = world.run();
    let id = world.tell("bảo trì", Audience::All).await.unwrap();
    world.settled(id).await;
    run.abort();
    for (n, mailbox) in world.boxes.iter().enumerate() {
        let count = world.inbox(*mailbox).await.len();
        assert_eq!(count, usize::from(n != 4), "{n}");
    }
    let blobs = world
        .store
        .read(|tx| tx.one("SELECT COUNT(*) FROM message", &[], |row| row.int(0)))
        .await
        .unwrap();
    assert_eq!(blobs, Some(1));
}

async fn elsewhere_goes_through_the_queue(ground: &Ground) {
    let world = World::new(ground, 1).await;
    let run = world.run();
    let to = Audience::Address("so@bo.example".into());
    let id = world.tell("a", to).await.unwrap();
    assert!(world.settled(id).await.failed.is_empty());
    let own = Audience::Address(format!("nguoi0@{DOMAIN}"));
    let id = world.tell("b", own).await.unwrap();
    world.settled(id).await;
    run.abort();
    let depth = world.store.read(queue::depth).await.unwrap();
    assert_eq!(depth.waiting, 1);
    assert_eq!(world.inbox(world.boxes[0]).await.len(), 1);
}

async fn what_nobody_can_take_is_given_up(ground: &Ground) {
    let world = World::new(ground, 2).await;
    world.lock(world.boxes[0], true).await;
    let run = world.run();
    let mut given_up = Vec::new();
    for (key, audience) in [
        ("a", Audience::Mailbox(world.boxes[0])),
        ("b", Audience::Organisation(world.organisation)),
        ("c", Audience::Address(format!("ai-do@{DOMAIN}"))),
        ("d", Audience::Address("không phải địa chỉ".into())),
    ] {
        given_up.push(world.tell(key, audience).await.unwrap());
    }
    let last = world.tell("e", Audience::Mailbox(world.boxes[1])).await;
    world.settled(last.unwrap()).await;
    for id in given_up {
        let notice = world.settled(id).await;
        assert!(notice.sent_at.is_none() && !notice.failed.is_empty());
    }
    run.abort();
    let left = world
        .store
        .read(|tx| notice::unsent(tx, NoticeId(0), 10))
        .await
        .unwrap();
    assert_eq!(left, []);
}

/// Stopped at any point, on two nodes at once: each mailbox has each notice once.
async fn killed_again_and_again(ground: &Ground) {
    let world = World::new(ground, 250).await;
    let other = ground.node().await;
    let mut ids = vec![world.tell("all", Audience::All).await.unwrap()];
    for (n, mailbox) in world.boxes.iter().enumerate().take(60) {
        let key: &'static str = format!("one/{n}").leak();
        ids.push(world.tell(key, Audience::Mailbox(*mailbox)).await.unwrap());
    }
    for n in 0..40_u64 {
        let store = if n % 3 == 0 { &other } else { &world.store };
        let run = run(store);
        let life = u64::from(random::<1>()[0]) / 8;
        tokio::time::sleep(Duration::from_millis(life)).await;
        run.abort();
        drop(run.await);
        // A killed process has no lease that anybody waits for in a test.
        world
            .store
            .write(|tx| {
                tx.tell(Change::Notice);
                tx.execute("DELETE FROM lease WHERE name = 'outbox'", &[])
            })
            .await
            .unwrap();
    }
    let run = world.run();
    for id in ids {
        world.settled(id).await;
    }
    run.abort();
    drop(run.await);
    let counted: HashMap<i64, i64> = world
        .store
        .read(|tx| {
            tx.all(
                "SELECT mailbox_id, COUNT(*) FROM entry GROUP BY mailbox_id",
                &[],
                |row| Ok((row.int(0)?, row.int(1)?)),
            )
        })
        .await
        .unwrap()
        .into_iter()
        .collect();
    for (n, mailbox) in world.boxes.iter().enumerate() {
        assert_eq!(
            counted.get(&mailbox.0),
            Some(&if n < 60 { 2 } else { 1 }),
            "{n}"
        );
    }
}

async fn a_receipt_is_recorded_once(ground: &Ground) {
    let world = World::new(ground, 1).await;
    let id = world
        .tell("a", Audience::Mailbox(world.boxes[0]))
        .await
        .unwrap();
    let told = world
        .store
        .write(move |tx| {
            Ok::<_, StoreError>((notice::received(tx, id, 5)?, notice::received(tx, id, 6)?))
        })
        .await
        .unwrap();
    assert_eq!(told, (true, false));
    let found = world
        .store
        .read(move |tx| notice::get(tx, id))
        .await
        .unwrap();
    assert_eq!(found.unwrap().received_at, Some(5));
}
