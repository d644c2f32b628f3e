//! Filters: where mail goes, what goes on, and that none of them loses any.

use std::sync::Arc;

use congvu_message::filter::{Action, Keyword, Rule, Target, Test, Words};
use congvu_store::entry::{self, Want};
use congvu_store::filter::{self, NewFilter};
use congvu_store::group::{self, Member, NewGroup};
use congvu_store::keyword::{self, flag};
use congvu_store::{
    FilterId, FolderId, MailboxId, StoreError, fanout, folder, mailbox, organisation, queue,
};
use congvu_testing::{Ground, both};

use crate::world::{DOMAIN, World};

both!(
    mail_goes_where_filters_say,
    a_filter_that_is_broken_loses_nothing,
    qn_14_8_mail_goes_on_only_where_the_gate_lets_it,
    what_went_on_does_not_go_round,
    a_broadcast_is_filed_and_does_not_go_on,
);

const LETTER: &str = "From: Sở Y tế <syt@tinh.example>\r\nTo: an@bimson.example\r\nSubject: Giay moi\r\n\
     Message-ID: <m@tinh.example>\r\n\r\nx\r\n";

fn subject(text: &str) -> Vec<Test> {
    vec![Test::Subject(Words::new(text).unwrap())]
}

fn to(address: &str) -> Action {
    Action::Forward(Target::new(address).unwrap())
}

async fn put(
    world: &World,
    mailbox: MailboxId,
    tests: Vec<Test>,
    actions: Vec<Action>,
) -> FilterId {
    let rule = Rule::new(tests, true, actions).unwrap().to_bytes();
    put_raw(world, mailbox, rule).await
}

async fn put_raw(world: &World, mailbox: MailboxId, rule: Vec<u8>) -> FilterId {
    let put = world.store.write(move |tx| {
        let new = NewFilter {
            name: "x",
            rule: &rule,
            enabled: true,
            by: "an",
        };
        filter::put(tx, mailbox, None, &new)
    });
    put.await.map_err(|error: StoreError| error).unwrap()
}

async fn folder_of(world: &World, mailbox: MailboxId, name: &'static str) -> FolderId {
    let made = world
        .store
        .write(move |tx| folder::create(tx, mailbox, name, None));
    made.await.map_err(|error: StoreError| error).unwrap()
}

/// The flag bits of what lies in a folder.
async fn flags(world: &World, folder: FolderId) -> Vec<i64> {
    let read = world.store.read(move |tx| {
        let mut flags = Vec::new();
        entry::scan(tx, folder, (1, u32::MAX), Want::Entry, |entry| {
            flags.push(entry.flags()?);
            Ok(true)
        })?;
        Ok::<_, StoreError>(flags)
    });
    read.await.unwrap()
}

fn everywhere(world: &World) {
    world.delivery.forward_by(Arc::new(|_, _, _| Ok(true)));
}

async fn mail_goes_where_filters_say(ground: &Ground) {
    let world = World::new(ground).await;
    let mailbox = world.mailbox().await;
    let folder = folder_of(&world, mailbox, "Giấy mời").await;
    let bit = world
        .store
        .write(move |tx| keyword::ensure(tx, mailbox, "hop"))
        .await
        .map_err(|error: StoreError| error)
        .unwrap()
        .unwrap();
    let label = || Action::Label(Keyword::new("hop").unwrap());
    put(&world, mailbox, subject("hỏa tốc"), vec![Action::Star]).await;
    put(
        &world,
        mailbox,
        subject("giay moi"),
        vec![label(), Action::Read],
    )
    .await;
    let moves = put(
        &world,
        mailbox,
        subject("giay"),
        vec![Action::Move(folder.0), Action::Stop],
    )
    .await;
    put(&world, mailbox, subject("giay"), vec![Action::Star]).await;
    let an = format!("an@{DOMAIN}");
    world.receive("syt@tinh.example", &[&an], LETTER).await;
    world
        .receive("syt@tinh.example", &[&an], "Subject: khac\r\n\r\nx\r\n")
        .await;
    assert_eq!(flags(&world, folder).await, [bit | flag::SEEN]);
    assert_eq!(flags(&world, world.inbox).await, [0]);
    // Another order: the last one comes before the one that says stop.
    world
        .store
        .write(move |tx| {
            filter::shift(tx, mailbox, moves, false)?;
            // At the end it stays where it is.
            filter::shift(tx, mailbox, moves, false)
        })
        .await
        .map_err(|error: StoreError| error)
        .unwrap();
    world.receive("syt@tinh.example", &[&an], LETTER).await;
    assert_eq!(
        flags(&world, folder).await,
        [bit | flag::SEEN, bit | flag::SEEN | flag::FLAGGED]
    );
    // What the system itself tells is in the inbox, whatever filters say; without any nothing is asked.
    world
        .store
        .write(move |tx| {
            for one in filter::list(tx, mailbox)? {
                filter::remove(tx, mailbox, one.id)?;
            }
            Ok::<_, StoreError>(())
        })
        .await
        .unwrap();
    world.receive("syt@tinh.example", &[&an], LETTER).await;
    assert_eq!(flags(&world, world.inbox).await, [0, 0]);
}

async fn a_filter_that_is_broken_loses_nothing(ground: &Ground) {
    let world = World::new(ground).await;
    let mailbox = world.mailbox().await;
    let (_, elsewhere) = world.other("vanthu").await;
    let folder = folder_of(&world, mailbox, "Sẽ xóa").await;
    for rule in [vec![], vec![1], vec![9; 100], b"\x01\xff\xff\xff".to_vec()] {
        put_raw(&world, mailbox, rule).await;
    }
    put(
        &world,
        mailbox,
        subject("giay"),
        vec![Action::Move(elsewhere.0)],
    )
    .await;
    let unknown = Action::Label(Keyword::new("khong-co").unwrap());
    put(
        &world,
        mailbox,
        subject("giay"),
        vec![unknown, Action::Star],
    )
    .await;
    world
        .receive("syt@tinh.example", &[&format!("an@{DOMAIN}")], LETTER)
        .await;
    assert_eq!(flags(&world, world.inbox).await, [flag::FLAGGED]);
    put(
        &world,
        mailbox,
        subject("giay"),
        vec![Action::Move(folder.0)],
    )
    .await;
    world
        .store
        .write(move |tx| folder::delete(tx, folder))
        .await
        .map_err(|error: StoreError| error)
        .unwrap();
    world
        .receive("syt@tinh.example", &[&format!("an@{DOMAIN}")], LETTER)
        .await;
    assert_eq!(flags(&world, world.inbox).await.len(), 2);
    assert!(flags(&world, elsewhere).await.is_empty());
}

async fn qn_14_8_mail_goes_on_only_where_the_gate_lets_it(ground: &Ground) {
    let world = World::new(ground).await;
    let mailbox = world.mailbox().await;
    let an = format!("an@{DOMAIN}");
    put(
        &world,
        mailbox,
        subject("giay"),
        vec![to("an@rieng.example")],
    )
    .await;
    // No gate: nothing goes on.
    world.receive("syt@tinh.example", &[&an], LETTER).await;
    assert_eq!(world.queued().await, 0);
    world.delivery.forward_by(Arc::new(move |_, of, domain| {
        assert_eq!(of, mailbox);
        Ok(domain == "so.gov.example")
    }));
    world.receive("syt@tinh.example", &[&an], LETTER).await;
    assert_eq!(world.queued().await, 0);
    put(
        &world,
        mailbox,
        subject("giay"),
        vec![to("an@so.gov.example")],
    )
    .await;
    let accepted = world.receive("syt@tinh.example", &[&an], LETTER).await;
    assert_eq!((accepted.delivered, world.queued().await), (1, 1));
    assert_eq!(world.inbox().await.len(), 3, "each is kept here, too");
    let now = world.now();
    let page = world
        .store
        .read(move |tx| {
            let (all, stretch) = (queue::Selection::All, queue::Stretch::ALL);
            queue::page(tx, &all, now, stretch, 10)
        })
        .await
        .map_err(|error: StoreError| error)
        .unwrap();
    // In the name of who sends it on: the first sender's servers hear nothing of it.
    assert_eq!(page[0].queued.sender, an);
}

async fn what_went_on_does_not_go_round(ground: &Ground) {
    let world = World::new(ground).await;
    everywhere(&world);
    let mailbox = world.mailbox().await;
    let (office, office_inbox) = world.other("vanthu").await;
    let (_, third_inbox) = world.other("luutru").await;
    let an = format!("an@{DOMAIN}");
    let all = || vec![Test::From(Words::new("@").unwrap())];
    let filed = folder_of(&world, office, "Chuyển đến").await;
    put(
        &world,
        mailbox,
        all(),
        vec![to(&format!("vanthu@{DOMAIN}"))],
    )
    .await;
    // They send each other everything, and the second files it and would send it to a third.
    put(&world, office, all(), vec![to(&an), Action::Move(filed.0)]).await;
    put(&world, office, all(), vec![to(&format!("luutru@{DOMAIN}"))]).await;
    put(&world, mailbox, all(), vec![to("an@so.gov.example")]).await;
    world.receive("syt@tinh.example", &[&an], LETTER).await;
    assert_eq!(world.inbox().await.len(), 1);
    let sent_on = world.lies_in(filed).await;
    assert_eq!(sent_on.len(), 1);
    let both = format!("Delivered-To: vanthu@{DOMAIN}\r\nDelivered-To: {an}\r\n");
    assert!(sent_on[0].starts_with(&both), "{}", sent_on[0]);
    assert!(world.lies_in(office_inbox).await.is_empty());
    assert!(world.lies_in(third_inbox).await.is_empty());
    assert_eq!(world.queued().await, 1);
    // It comes back from where it went: it stays.
    let back = format!("Delivered-To: {an}\r\n{LETTER}");
    world.receive("an@so.gov.example", &[&an], &back).await;
    // A notice stays, and so does all mail of a mailbox that is locked.
    world.receive("", &[&an], LETTER).await;
    world
        .store
        .write(move |tx| mailbox::set_locked(tx, mailbox, false))
        .await
        .map_err(|error: StoreError| error)
        .unwrap();
    world.receive("syt@tinh.example", &[&an], LETTER).await;
    assert_eq!(world.inbox().await.len(), 4);
    assert_eq!(world.lies_in(filed).await.len(), 1);
    assert_eq!(world.queued().await, 1);
}

async fn a_broadcast_is_filed_and_does_not_go_on(ground: &Ground) {
    let world = World::new(ground).await;
    everywhere(&world);
    let mailbox = world.mailbox().await;
    let folder = folder_of(&world, mailbox, "Toàn tỉnh").await;
    put(
        &world,
        mailbox,
        subject("giay"),
        vec![
            Action::Move(folder.0),
            Action::Star,
            to("an@so.gov.example"),
        ],
    )
    .await;
    world
        .store
        .write(move |tx| {
            let organisation = organisation::root(tx)?.unwrap().id;
            let domain = organisation::domain(tx, DOMAIN)?.unwrap();
            let group = group::create(
                tx,
                &NewGroup {
                    organisation,
                    name: "toàn tỉnh",
                    posting: "anyone",
                    local_part: "tatca",
                    domain,
                },
            )?;
            for n in 0..60 {
                let local_part = format!("cb{n}");
                let member = mailbox::create(
                    tx,
                    &mailbox::NewMailbox {
                        kind: "unit",
                        organisation,
                        account: None,
                        person: None,
                        name: &local_part,
                        quota: 1 << 30,
                        local_part: &local_part,
                        domain,
                    },
                )?;
                group::add(tx, group, Member::Mailbox(member))?;
            }
            group::add(tx, group, Member::Mailbox(mailbox))
        })
        .await
        .map_err(|error: StoreError| error)
        .unwrap();
    let runner = world.delivery.clone();
    let run = tokio::spawn(async move { runner.run().await });
    let accepted = world
        .receive("syt@tinh.example", &[&format!("tatca@{DOMAIN}")], LETTER)
        .await;
    assert_eq!(accepted.broadcasts, 1);
    world
        .until("the broadcast is carried out", async || {
            let open = world.store.read(fanout::is_idle).await;
            open.map_err(|error: StoreError| error).unwrap()
        })
        .await;
    run.abort();
    assert_eq!(flags(&world, folder).await, [flag::FLAGGED]);
    assert!(world.inbox().await.is_empty());
    assert_eq!(world.queued().await, 0);
}
