//! Accounts, passwords, the accounts list.

use congvu_store::account::{self, NewAccount};
use congvu_store::address::{self, Holder};
use congvu_store::{AccountId, StoreError, Value};

use super::fixture::{DOMAIN, desk, new_mailbox, office, one_desk};
use super::harness::Ground;

both!(
    signs_in_by_its_login_and_by_every_live_address,
    logins_are_unique,
    an_account_opens_one_mailbox,
    a_new_password_ends_what_the_old_one_opened,
    former_passwords_are_kept,
    disabling_ends_what_is_signed_in,
    app_passwords_live_until_revoked,
    the_list_goes_on_where_it_stopped,
);

async fn signs_in_by_its_login_and_by_every_live_address(ground: &Ground) {
    let office = office(ground).await;
    let desk = desk(ground, office, "an.nv").await;
    ground
        .write(move |tx| {
            address::create(
                tx,
                office.domain,
                "giamdoc",
                "alias",
                Holder::Mailbox(desk.mailbox),
            )
        })
        .await
        .unwrap();
    let by = async |login: &'static str| {
        ground
            .read(move |tx| account::by_login(tx, login))
            .await
            .unwrap()
    };
    let own = by("an.nv@sonla.gov.vn").await.unwrap();
    assert_eq!((own.id, own.mailbox), (desk.account, Some(desk.mailbox)));
    assert_eq!(own.scram_salt.len(), 16);
    assert_eq!(by("giamdoc@sonla.gov.vn").await.unwrap().id, desk.account);
    assert!(by("giamdoc@other.vn").await.is_none());
    assert!(by("giamdoc").await.is_none());
    assert!(by("ai.do@sonla.gov.vn").await.is_none());

    ground
        .write(move |tx| address::retire(tx, office.domain, "giamdoc"))
        .await
        .unwrap();
    assert!(by("giamdoc@sonla.gov.vn").await.is_none());
}

async fn logins_are_unique(ground: &Ground) {
    let office = office(ground).await;
    desk(ground, office, "an.nv").await;
    let error = ground
        .write(move |tx| {
            account::create(
                tx,
                &NewAccount {
                    login: "an.nv@sonla.gov.vn",
                    organisation: office.organisation,
                    person: None,
                    role: "user",
                    password: None,
                    must_change: Some(congvu_store::account::MustChange::Issued),
                },
            )
        })
        .await
        .unwrap_err();
    assert!(matches!(error, StoreError::Conflict("account")), "{error}");
}

async fn an_account_opens_one_mailbox(ground: &Ground) {
    let office = office(ground).await;
    let desk = desk(ground, office, "an.nv").await;
    let error = ground
        .write(move |tx| new_mailbox(tx, office, "second", Some(desk.account)))
        .await
        .unwrap_err();
    assert!(matches!(error, StoreError::Conflict(_)), "{error}");
}

async fn a_new_password_ends_what_the_old_one_opened(ground: &Ground) {
    let id = one_desk(ground).await.account;
    let before = ground.read(move |tx| account::epoch(tx, id)).await.unwrap();
    assert_eq!(before, Some((1, true)));
    ground
        .write(move |tx| {
            account::set_password(
                tx,
                id,
                "$argon2id$new",
                Some(congvu_store::account::MustChange::Reset),
            )
        })
        .await
        .unwrap();
    let after = ground
        .read(|tx| account::by_login(tx, "an.nv@sonla.gov.vn"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(after.epoch, 2);
    assert!(after.must_change.is_some());
    assert_eq!(after.password.as_deref(), Some("$argon2id$new"));

    let error = ground
        .write(|tx| account::set_password(tx, AccountId(4711), "x", None))
        .await
        .unwrap_err();
    assert!(matches!(error, StoreError::NotFound(_)), "{error}");
    let gone = ground
        .read(|tx| account::epoch(tx, AccountId(4711)))
        .await
        .unwrap();
    assert_eq!(gone, None);
}

async fn former_passwords_are_kept(ground: &Ground) {
    let id = one_desk(ground).await.account;
    for number in 0..30 {
        ground
            .write(move |tx| account::set_password(tx, id, &format!("p{number}"), None))
            .await
            .unwrap();
    }
    let last = ground
        .read(move |tx| account::last_passwords(tx, id, 3))
        .await
        .unwrap();
    assert_eq!(last, ["p29", "p28", "p27"]);
    // The one in force and 24 before it: no profile may ask for more.
    let last = ground
        .read(move |tx| account::last_passwords(tx, id, 255))
        .await
        .unwrap();
    assert_eq!(last.len(), 25);
    assert_eq!(last.last().map(String::as_str), Some("p5"));
    let none = ground
        .read(move |tx| account::last_passwords(tx, id, 0))
        .await
        .unwrap();
    assert!(none.is_empty());
}

async fn disabling_ends_what_is_signed_in(ground: &Ground) {
    let id = one_desk(ground).await.account;
    for (disabled, expect) in [(true, (2, false)), (false, (3, true))] {
        ground
            .write(move |tx| account::set_disabled(tx, id, disabled))
            .await
            .unwrap();
        let found = ground.read(move |tx| account::epoch(tx, id)).await.unwrap();
        assert_eq!(found, Some(expect));
    }
}

async fn app_passwords_live_until_revoked(ground: &Ground) {
    let id = one_desk(ground).await.account;
    ground
        .write(move |tx| {
            account::add_app_password(tx, id, "Thunderbird", b"d1", b"s1", b"k1")?;
            account::add_app_password(tx, id, "điện thoại", b"d2", b"s2", b"k2")
        })
        .await
        .unwrap();
    let list = async || {
        ground
            .read(move |tx| account::app_passwords(tx, id))
            .await
            .unwrap()
    };
    let all = list().await;
    assert_eq!(all.len(), 2);
    assert_eq!(
        (&all[1].label[..], &all[1].digest[..]),
        ("điện thoại", &b"d2"[..])
    );
    let first = all[0].id;
    ground
        .write(move |tx| account::revoke_app_password(tx, id, first))
        .await
        .unwrap();
    assert_eq!(list().await.len(), 1);
    // A second time, or another's, there is nothing to revoke.
    let other = all[1].id;
    for (account, id) in [(id, first), (AccountId(99), other)] {
        let error = ground
            .write(move |tx| account::revoke_app_password(tx, account, id))
            .await
            .unwrap_err();
        assert!(matches!(error, StoreError::NotFound(_)), "{error}");
    }
    let epoch = ground.read(move |tx| account::epoch(tx, id)).await.unwrap();
    assert_eq!(epoch, Some((2, true)));
}

async fn the_list_goes_on_where_it_stopped(ground: &Ground) {
    let office = office(ground).await;
    desk(ground, office, "an.nv").await;
    ground
        .write(move |tx| {
            tx.execute(
                "WITH RECURSIVE n (i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
                 INSERT INTO account (login, organisation_id, role, scram_salt, created_at)
                 SELECT 'cb' || i || '@sonla.gov.vn', $1, 'user', $2, 0 FROM n",
                &[Value::from(office.organisation), Value::from(&b"0123456789abcdef"[..])],
            )
        })
        .await
        .unwrap();
    let mut after = String::new();
    let mut logins = Vec::new();
    loop {
        let from = after.clone();
        let page = ground
            .read(move |tx| account::page(tx, &from, 3000))
            .await
            .unwrap();
        let Some(last) = page.last() else { break };
        after = last.login.clone();
        logins.extend(page.into_iter().map(|line| (line.login, line.quota)));
    }
    assert_eq!(logins.len(), 20_001);
    assert!(logins.windows(2).all(|two| two[0].0 < two[1].0));
    assert_eq!(logins[0], (format!("an.nv@{DOMAIN}"), 1 << 30));
}
