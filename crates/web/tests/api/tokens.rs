//! What a token opens, and when it is over.

use axum::http::StatusCode;
use congvu_governance::mailbox::{self, Because, Holder, Issue};
use congvu_governance::token::{self, Asked, LONGEST_DAYS, Scope, Secret};
use congvu_governance::{Actor, Refused};
use congvu_store::account::{self, MustChange};
use congvu_store::audit::{self, Chain};
use congvu_store::{AccountId, StoreError, Tx};
use congvu_testing::{Ground, driven};
use serde_json::json;

use super::support::{BEGIN, DAY, Official, World, act, console, issued};

driven!(crate::support::BEGIN;
    sl_14_2_a_token_opens_what_its_scopes_and_roles_and_place_open,
    sl_14_2_a_token_is_over_with_its_day_and_with_whatever_ends_sessions,
    sl_14_2_who_issues_tokens_and_takes_them_back,
    hcm_12_1_the_account_of_a_unit_mailbox_gets_no_token,
    sl_14_2_what_is_done_by_a_token_tells_so_and_who_issued_it,
    a_tokens_use_is_noted_once_an_hour,
);

async fn sl_14_2_a_token_opens_what_its_scopes_and_roles_and_place_open(ground: &Ground) {
    let world = World::new(ground).await;
    let (narrow, _) = issued(ground, &world.decider, &[Scope::ReadMailboxes], None).await;
    let (status, whose) = world.get(&narrow, "/token").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(whose["account"], world.decider.address);
    assert_eq!(whose["scopes"], json!(["read:mailboxes"]));
    assert_eq!(world.get(&narrow, "/mailboxes").await.0, StatusCode::OK);
    let (status, problem) = world.get(&narrow, "/audit").await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(problem["detail"].as_str().unwrap().contains("read:audit"));
    let lock = format!("/mailboxes/{}/lock", world.nobody.address);
    let why = json!({ "reason": "thử" });
    assert_eq!(
        world.post(&narrow, &lock, &why).await.0,
        StatusCode::FORBIDDEN
    );

    // All scopes, and no role at all.
    let nobody = world.token(ground, &world.nobody).await;
    for path in [
        "/organisations",
        "/mailboxes?organisation=1",
        "/requests",
        "/proposals",
        "/audit",
    ] {
        assert_eq!(
            world.get(&nobody, path).await.0,
            StatusCode::FORBIDDEN,
            "{path}"
        );
    }
    assert_eq!(
        world.get(&nobody, "/directory?q=duyen").await.0,
        StatusCode::OK
    );
    assert_eq!(
        world.post(&nobody, &lock, &why).await.0,
        StatusCode::FORBIDDEN
    );

    // A role at an agency reaches no other.
    let asker = world.token(ground, &world.asker).await;
    let own = format!("/mailboxes?organisation={}", world.agency);
    assert_eq!(world.get(&asker, &own).await.0, StatusCode::OK);
    let other = format!("/mailboxes?organisation={}", world.other);
    assert_eq!(world.get(&asker, &other).await.0, StatusCode::FORBIDDEN);
    let own_audit = format!("/audit?organisation={}", world.agency);
    assert_eq!(world.get(&asker, &own_audit).await.0, StatusCode::FORBIDDEN);

    // A token for one agency reaches no other, whatever its account decides.
    let (there, _) = issued(ground, &world.decider, Scope::ALL, Some(world.agency)).await;
    let (status, page) = world.get(&there, "/mailboxes").await;
    assert_eq!(status, StatusCode::OK);
    let places = page["items"].as_array().unwrap();
    assert_eq!(places.len(), 2);
    assert!(
        places
            .iter()
            .all(|found| found["organisation"] == world.agency.0)
    );
    for path in [
        other,
        format!("/mailboxes/{}", world.nobody.address),
        format!("/organisations/{}", world.root),
        format!("/directory?organisation={}", world.other),
    ] {
        assert_eq!(
            world.get(&there, &path).await.0,
            StatusCode::FORBIDDEN,
            "{path}"
        );
    }
    assert_eq!(
        world.post(&there, &lock, &why).await.0,
        StatusCode::FORBIDDEN
    );
    let (_, found) = world.get(&there, "/directory").await;
    assert_eq!(found["items"].as_array().unwrap().len(), 2);
}

/// A token works; then something happens to its account; then it does not.
async fn ends(
    ground: &Ground,
    world: &World,
    what: &str,
    work: impl FnMut(&mut Tx<'_>) -> Result<(), Refused> + Send + 'static,
) {
    let token = world.token(ground, &world.asker).await;
    assert_eq!(
        world.get(&token, "/token").await.0,
        StatusCode::OK,
        "{what}"
    );
    act(ground, work).await.unwrap();
    assert_eq!(
        world.get(&token, "/token").await.0,
        StatusCode::UNAUTHORIZED,
        "{what}"
    );
    // It stays over when the account is in order again.
    let asker = world.asker.account;
    act(ground, move |tx| {
        account::set_disabled(tx, asker, false)?;
        account::set_password(tx, asker, "$argon2id$another", None)?;
        Ok(())
    })
    .await
    .unwrap();
    assert_eq!(
        world.get(&token, "/token").await.0,
        StatusCode::UNAUTHORIZED,
        "{what}"
    );
}

async fn sl_14_2_a_token_is_over_with_its_day_and_with_whatever_ends_sessions(ground: &Ground) {
    let world = World::new(ground).await;
    let Official {
        account, mailbox, ..
    } = world.asker;
    let law = world.law;
    ends(ground, &world, "another password", move |tx| {
        Ok(account::set_password(tx, account, "$argon2id$new", None)?)
    })
    .await;
    ends(ground, &world, "disabled", move |tx| {
        Ok(account::set_disabled(tx, account, true)?)
    })
    .await;
    ends(ground, &world, "must change", move |tx| {
        Ok(account::require_change(tx, account, MustChange::Expired)?)
    })
    .await;
    let (token, id) = issued(ground, &world.asker, Scope::ALL, None).await;
    assert_eq!(world.get(&token, "/token").await.0, StatusCode::OK);
    act(ground, move |tx| token::revoke(tx, &console(), id))
        .await
        .unwrap();
    assert_eq!(
        world.get(&token, "/token").await.0,
        StatusCode::UNAUTHORIZED
    );
    let again = act(ground, move |tx| token::revoke(tx, &console(), id)).await;
    assert!(matches!(again, Err(Refused::State(_))));

    let (token, _) = issued(ground, &world.asker, Scope::ALL, None).await;
    let last = BEGIN + 30 * DAY - 1;
    ground.clock.set(last);
    assert_eq!(world.get(&token, "/token").await.0, StatusCode::OK);
    ground.clock.set(last + 1);
    assert_eq!(
        world.get(&token, "/token").await.0,
        StatusCode::UNAUTHORIZED
    );

    ends(ground, &world, "locked", move |tx| {
        let because = Because::Asked {
            reason: "an toàn",
            clause: None,
            document: None,
        };
        mailbox::lock(tx, law, &console(), mailbox, because)
    })
    .await;
}

async fn sl_14_2_who_issues_tokens_and_takes_them_back(ground: &Ground) {
    let world = World::new(ground).await;
    let actor = |of: &Official| Actor::signed_in(of.account, &of.address, "192.0.2.1");
    let asked = |place, days| Asked {
        label: "Trục liên thông".to_owned(),
        scopes: vec![Scope::ReadMailboxes],
        organisation: place,
        days,
    };
    let issue = async |by: Actor, whose: &Official, asked: Asked| {
        let whose = whose.account;
        act(ground, move |tx| {
            token::issue(tx, &by, whose, &asked, &Secret::generate())
        })
        .await
    };
    let (decider, asker, nobody) = (&world.decider, &world.asker, &world.nobody);
    let own = issue(actor(asker), asker, asked(None, 400)).await.unwrap();
    // For another: who decides there, and only for a place where they do.
    let unbound = issue(actor(decider), asker, asked(None, 30)).await;
    assert!(matches!(unbound, Err(Refused::Forbidden(_))));
    let bound = asked(Some(world.agency), 30);
    issue(actor(decider), asker, bound.clone()).await.unwrap();
    let by_asker = issue(actor(asker), nobody, bound).await;
    assert!(matches!(by_asker, Err(Refused::Forbidden(_))));
    // Who holds a token for one place makes none for others of it.
    let through = actor(asker).only_within(Some(world.other));
    let escaped = issue(through, asker, asked(None, 30)).await;
    assert!(matches!(escaped, Err(Refused::Forbidden(_))));
    for days in [0, LONGEST_DAYS + 1] {
        let bad = issue(console(), asker, asked(None, days)).await;
        assert!(matches!(bad, Err(Refused::Bad(_))), "{days}");
    }
    let none = Asked {
        scopes: Vec::new(),
        ..asked(None, 30)
    };
    assert!(matches!(
        issue(console(), asker, none).await,
        Err(Refused::Bad(_))
    ));

    let (by, whose) = (actor(nobody), asker.account);
    let seen = act(ground, move |tx| token::list(tx, &by, whose)).await;
    assert!(matches!(seen, Err(Refused::Forbidden(_))));
    let by = actor(asker);
    let seen = act(ground, move |tx| token::list(tx, &by, whose))
        .await
        .unwrap();
    assert_eq!(seen.len(), 2);
    let by = actor(nobody);
    let taken = act(ground, move |tx| token::revoke(tx, &by, own)).await;
    assert!(matches!(taken, Err(Refused::Forbidden(_))));
    let by = actor(decider);
    act(ground, move |tx| token::revoke(tx, &by, own))
        .await
        .unwrap();

    let records = ground
        .store
        .read(|tx| audit::unsealed(tx, Chain::Acts, 1_000));
    let records: Result<_, StoreError> = records.await;
    let of_tokens: Vec<String> = records
        .unwrap()
        .into_iter()
        .map(|recorded| recorded.record.action)
        .filter(|action| action.starts_with("token."))
        .collect();
    assert_eq!(of_tokens, ["token.issue", "token.issue", "token.revoke"]);
}

async fn a_tokens_use_is_noted_once_an_hour(ground: &Ground) {
    let world = World::new(ground).await;
    let (token, id) = issued(ground, &world.asker, Scope::ALL, None).await;
    let noted = async || {
        let read = ground
            .store
            .read(move |tx| congvu_store::token::get(tx, id));
        let read: Result<_, StoreError> = read.await;
        read.unwrap().unwrap().last_used_at
    };
    assert_eq!(noted().await, None);
    for (at, expected) in [
        (BEGIN, BEGIN),
        (BEGIN + 3_599_999, BEGIN),
        (BEGIN + 3_600_000, BEGIN + 3_600_000),
    ] {
        ground.clock.set(at);
        assert_eq!(world.get(&token, "/token").await.0, StatusCode::OK);
        assert_eq!(noted().await, Some(expected));
    }
}

/// What a token does is recorded under its account's name: that must be a person's.
async fn hcm_12_1_the_account_of_a_unit_mailbox_gets_no_token(ground: &Ground) {
    let world = World::new(ground).await;
    let (law, place) = (world.law, world.agency);
    let account = act(ground, move |tx| {
        let asked = Issue {
            organisation: place.0,
            holder: Holder::Unit { own_account: true },
            local_part: None,
            former: None,
            quota: None,
        };
        let made = mailbox::issue(tx, law, &console(), &asked, None)?;
        let account = AccountId(made.account.unwrap());
        account::set_password(tx, account, "$argon2id$own", None)?;
        Ok(account)
    })
    .await
    .unwrap();
    let refused = act(ground, move |tx| {
        let asked = Asked {
            label: "máy chấm công".to_owned(),
            scopes: vec![Scope::ReadDirectory],
            organisation: None,
            days: 30,
        };
        token::issue(tx, &console(), account, &asked, &Secret::generate())
    });
    let refused = refused.await.unwrap_err().to_string();
    assert!(refused.contains("HCM.12.1"), "{refused}");
}

async fn sl_14_2_what_is_done_by_a_token_tells_so_and_who_issued_it(ground: &Ground) {
    let world = World::new(ground).await;
    let (by_another, id) = issued(ground, &world.decider, Scope::ALL, None).await;
    let lock = format!("/mailboxes/{}/lock", world.nobody.address);
    let (status, _) = world
        .post(&by_another, &lock, &json!({ "reason": "thử" }))
        .await;
    assert_eq!(status, StatusCode::OK);
    let (_, page) = world.get(&by_another, "/audit").await;
    let record = &page["items"][0];
    assert_eq!(record["action"], "mailbox.lock");
    assert_eq!(record["actor"], world.decider.address);
    let token = &record["detail"]["by_token"];
    assert_eq!(token, &json!({ "id": id, "issued_by": "console:root" }));
    // Whoever is acted for has heard of it.
    let mailbox = world.decider.mailbox;
    let told = act(ground, move |tx| {
        Ok(congvu_store::notice::of_mailbox(tx, mailbox, None, 10)?)
    });
    let told = told.await.unwrap();
    assert_eq!(told.len(), 1);
    assert!(told[0].body.contains("console:root"), "{}", told[0].body);
    // One that its owner issued needs no other name.
    let whose = world.decider.clone();
    let secret = Secret::generate();
    let own = secret.reveal().to_owned();
    act(ground, move |tx| {
        let asked = Asked {
            label: "của mình".to_owned(),
            scopes: Scope::ALL.to_vec(),
            organisation: None,
            days: 30,
        };
        let actor = Actor::signed_in(whose.account, &whose.address, "");
        token::issue(tx, &actor, whose.account, &asked, &secret)
    })
    .await
    .unwrap();
    let restore = format!("/mailboxes/{}/restore", world.nobody.address);
    let (status, _) = world
        .post(&own, &restore, &json!({ "document": "9/CV" }))
        .await;
    assert_eq!(status, StatusCode::OK);
    let (_, page) = world.get(&own, "/audit").await;
    let restored = page["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|item| item["action"] == "mailbox.restore");
    let token = &restored.unwrap()["detail"]["by_token"];
    assert!(
        token["id"].is_i64() && token["issued_by"].is_null(),
        "{token}"
    );
}
