//! Reading another's mailbox: by its owner's consent or by an order of two, and the record of it.

use axum::http::StatusCode;
use congvu_governance::token::{self, Asked, Scope, Secret};
use congvu_governance::{Actor, Role, rights};
use congvu_store::{access_grant, notice};
use congvu_testing::{Ground, driven};
use serde_json::{Value, json};

use super::support::{DAY, Official, World, act, console, issued};

driven!(crate::support::BEGIN;
    bs_iii_9_the_owner_consents_by_a_token_of_their_own,
    bs_iii_9_two_persons_order_it_and_the_owner_hears_of_it_on_its_day,
);

const ALL: [Scope; 3] = [Scope::ReadAccess, Scope::WriteAccess, Scope::ReadAudit];

/// A token that its owner issued.
async fn own(ground: &Ground, whose: &Official) -> String {
    let secret = Secret::generate();
    let reveal = secret.reveal().to_owned();
    let whose = whose.clone();
    act(ground, move |tx| {
        let asked = Asked {
            label: "của mình".to_owned(),
            scopes: ALL.to_vec(),
            organisation: None,
            days: 60,
        };
        let actor = Actor::signed_in(whose.account, &whose.address, "192.0.2.1");
        token::issue(tx, &actor, whose.account, &asked, &secret)
    })
    .await
    .unwrap();
    reveal
}

fn period(to: &Official) -> Value {
    json!({ "to": to.address, "purpose": "bàn giao việc", "until": "2026-01-09" })
}

async fn bs_iii_9_the_owner_consents_by_a_token_of_their_own(ground: &Ground) {
    let world = World::new(ground).await;
    let (owner, reader) = (&world.asker, &world.nobody);
    let at = format!("/mailboxes/{}/access", owner.address);
    let consent = format!("{at}/consent");
    let mine = own(ground, owner).await;
    let (by_another, _) = issued(ground, owner, &ALL, None).await;
    let (reads, _) = issued(ground, owner, &[Scope::ReadAccess], None).await;
    let theirs = own(ground, reader).await;
    for token in [&by_another, &reads, &theirs] {
        let (status, _) = world.post(token, &consent, &period(reader)).await;
        assert_eq!(status, StatusCode::FORBIDDEN);
    }
    let (status, given) = world.post(&mine, &consent, &period(reader)).await;
    assert_eq!(status, StatusCode::CREATED, "{given}");
    let (status, told) = world.get(&reads, &at).await;
    assert_eq!(status, StatusCode::OK);
    let grant = &told["grants"][0];
    assert_eq!(grant["to"], reader.address.as_str());
    assert_eq!(grant["until_at"], "2026-01-10T00:00:00+07:00");
    assert_eq!(grant["grant"], given["grant"]);
    // Who may read it does not see who else may.
    let (status, _) = world.get(&theirs, &at).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let end = format!("/access/grants/{}/end", given["grant"]);
    let (status, _) = world.post(&theirs, &end, &json!({})).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (status, ended) = world.post(&mine, &end, &json!({})).await;
    assert_eq!(
        (status, &ended["outcome"]),
        (StatusCode::OK, &json!("ended"))
    );
    let account = reader.account;
    let left = act(ground, move |tx| Ok(access_grant::live(tx, account)?.len()));
    assert_eq!(left.await.unwrap(), 0);
}

async fn bs_iii_9_two_persons_order_it_and_the_owner_hears_of_it_on_its_day(ground: &Ground) {
    let world = World::new(ground).await;
    // The owner looks at records there, too, and yet sees nothing of it before its day.
    let (owner, reader) = (&world.nobody, &world.asker);
    let second = {
        let (law, root) = (world.law, world.root);
        act(ground, move |tx| {
            let asked = super::support::person(root, ("Vì", "Văn", "Sơn"));
            let made = congvu_governance::mailbox::issue(tx, law, &console(), &asked, None)?;
            let account = congvu_store::AccountId(made.account.unwrap());
            congvu_store::account::set_password(tx, account, "$argon2id$own", None)?;
            let whose = (account, made.address.as_str());
            rights::grant(tx, &console(), whose, Role::Decide, root, None)?;
            Ok(Official {
                account,
                mailbox: congvu_store::MailboxId(made.mailbox),
                address: made.address,
            })
        })
        .await
        .unwrap()
    };
    let (place, whose) = (world.other, owner.clone());
    act(ground, move |tx| {
        let whose = (whose.account, whose.address.as_str());
        rights::grant(tx, &console(), whose, Role::Audit, place, None)
    })
    .await
    .unwrap();
    let (one, two) = (
        own(ground, &world.decider).await,
        own(ground, &second).await,
    );
    let owners = own(ground, owner).await;
    let at = format!("/mailboxes/{}/access", owner.address);
    let orders = format!("{at}/orders");
    let asked = |to: &Official| {
        let mut asked = period(to);
        asked["document"] = json!("5/QĐ-CA");
        asked["tell_on"] = json!("2026-02-01");
        asked
    };
    // Neither of the two may be who reads; nor may a program that somebody else let in order it.
    let (status, _) = world.post(&one, &orders, &asked(&world.decider)).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (program, _) = issued(ground, &world.decider, &ALL, None).await;
    let (status, _) = world.post(&program, &orders, &asked(reader)).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (status, to_second) = world.post(&one, &orders, &asked(&second)).await;
    assert_eq!(status, StatusCode::CREATED, "{to_second}");
    let confirm = |order: &Value| format!("/access/orders/{order}/confirm");
    let (status, _) = world
        .post(&two, &confirm(&to_second["order"]), &json!({}))
        .await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let withdraw = format!("/access/orders/{}/withdraw", to_second["order"]);
    let (status, _) = world.post(&two, &withdraw, &json!({})).await;
    assert_eq!(status, StatusCode::OK);
    let mut late = asked(reader);
    (late["from"], late["until"]) = (json!("2026-03-01"), json!("2026-03-05"));
    let (status, _) = world.post(&one, &orders, &late).await;
    assert!(status.is_client_error());
    let (status, proposed) = world.post(&one, &orders, &asked(reader)).await;
    assert_eq!(status, StatusCode::CREATED, "{proposed}");
    let (_, told) = world.get(&two, &at).await;
    assert_eq!(told["orders"][0]["order"], proposed["order"]);
    let (status, given) = world
        .post(&two, &confirm(&proposed["order"]), &json!({}))
        .await;
    assert_eq!(status, StatusCode::CREATED, "{given}");
    let (account, grant) = (reader.account, given["grant"].as_i64().unwrap());
    let who = reader.address.clone();
    act(ground, move |tx| {
        let reader = Actor::signed_in(account, &who, "192.0.2.9");
        let grant = congvu_store::AccessGrantId(grant);
        congvu_governance::access_order::note_use(tx, &reader, grant, "INBOX")
    })
    .await
    .unwrap();
    let audit = async |token: &str| {
        let path = format!("/audit?limit=200&organisation={place}");
        let (status, page) = world.get(token, &path).await;
        assert_eq!(status, StatusCode::OK);
        let about = |item: &&Value| {
            let action = item["action"].as_str().unwrap();
            action.starts_with("access.") || action.starts_with("joint.")
        };
        page["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(about)
            .count()
    };
    let seen = async |token: &str| {
        let (status, told) = world.get(token, &at).await;
        assert_eq!(status, StatusCode::OK);
        told["grants"].as_array().unwrap().len()
    };
    // Proposed twice, withdrawn, confirmed, given, used.
    assert_eq!((audit(&one).await, seen(&one).await), (6, 1));
    assert_eq!((audit(&owners).await, seen(&owners).await), (0, 0));
    ground.clock.set(super::support::BEGIN + 28 * DAY);
    act(ground, congvu_governance::access_order::due_owner_notices)
        .await
        .unwrap();
    // What was withdrawn stays what nobody was told.
    assert_eq!((audit(&owners).await, seen(&owners).await), (4, 1));
    let mailbox = owner.mailbox;
    let told = act(ground, move |tx| {
        Ok(notice::of_mailbox(tx, mailbox, None, 10)?.len())
    });
    assert_eq!(told.await.unwrap(), 1);
}
