//! The second factor: asked for, taken once, guessed at, lost, demanded.

use congvu_testing::{Ground, driven};

use super::*;

driven!(super::BEGIN;
    a_code_is_asked_for_and_none_is_taken_twice,
    wrong_codes_wait_as_wrong_passwords_do,
    half_a_sign_in_opens_nothing_and_ends,
    a_lost_second_factor_is_taken_away_by_others_alone,
    who_has_a_role_sets_a_second_factor_up_first,
);

async fn a_code_is_asked_for_and_none_is_taken_twice(ground: &Ground) {
    let (world, mut browser) = begin(ground).await;
    let mut elsewhere = Browser::new(&world);
    elsewhere.password(PASSWORD).await;
    let open = world.access.sign_in(IMAP, LOGIN, PASSWORD).await.unwrap();
    let wrong = browser.post("/tai-khoan/hai-lop", &[("viec", "bat"), ("mat-khau", "x")]);
    assert_eq!(wrong.await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let (secret, codes) = browser.turn_on(ground).await;

    // What was signed in with the password alone is out; who turned it on stays.
    assert!(browser.is_in().await);
    assert!(!elsewhere.is_in().await);
    assert!(
        open.session.ended().is_some() || {
            tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
            open.session.ended().is_some()
        }
    );
    let refused = world.access.sign_in(IMAP, LOGIN, PASSWORD).await.err();
    assert_eq!(refused, Some(Refusal::AppPassword));

    // The code of the set-up is used up.
    let half = elsewhere.password(PASSWORD).await;
    assert_eq!(half.to, "/dang-nhap/ma?ve=%2Ftai-khoan");
    assert!(!elsewhere.is_in().await);
    let now = ground.clock.now();
    let again = elsewhere.code(&totp(&secret, now)).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.page.contains("đã dùng rồi"), "{}", again.page);

    // The next one counts once, and none before it counts any more.
    ground.clock.set(now + MINUTE);
    let code = totp(&secret, now + MINUTE);
    let entered = elsewhere.code(&code).await;
    assert_eq!(
        (entered.status, &*entered.to),
        (StatusCode::SEE_OTHER, "/tai-khoan")
    );
    assert!(elsewhere.is_in().await);
    let mut third = Browser::new(&world);
    third.password(PASSWORD).await;
    for used in [
        code,
        totp(&secret, now + MINUTE / 2),
        "12345".to_owned(),
        String::new(),
    ] {
        let refused = third.code(&used).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{used}");
    }
    // One that was written down, typed in capitals; once.
    let written = codes[3].to_uppercase();
    assert_eq!(third.code(&written).await.status, StatusCode::SEE_OTHER);
    let mut fourth = Browser::new(&world);
    fourth.password(PASSWORD).await;
    assert_eq!(
        fourth.code(&written).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert!(
        third
            .get("/tai-khoan/hai-lop")
            .await
            .page
            .contains("<b>9</b>")
    );

    // Other codes, then off: with both.
    let way = "/tai-khoan/hai-lop";
    let off = |code: &str| {
        [
            ("viec", "tat".to_owned()),
            ("mat-khau", PASSWORD.to_owned()),
            ("ma", code.to_owned()),
        ]
    };
    let send = async |browser: &mut Browser, fields: [(&str, String); 3]| {
        let fields: Vec<_> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
        browser.post(way, &fields).await.status
    };
    let mut renew = off(&codes[0]);
    renew[0].1 = "lap-ma".to_owned();
    assert_eq!(send(&mut browser, renew).await, StatusCode::OK);
    assert_eq!(
        send(&mut browser, off(&codes[1])).await,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    ground.clock.set(now + 3 * MINUTE);
    let right = totp(&secret, now + 3 * MINUTE);
    let mut bad = off(&right);
    bad[1].1 = "sai".to_owned();
    assert_eq!(
        send(&mut browser, bad).await,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(send(&mut browser, off(&right)).await, StatusCode::SEE_OTHER);
    assert!(browser.is_in().await && !third.is_in().await);
    assert!(world.access.sign_in(IMAP, LOGIN, PASSWORD).await.is_ok());

    let acts = acts(ground).await;
    for name in [
        "second-factor.on",
        "second-factor.codes",
        "second-factor.off",
    ] {
        assert_eq!(
            acts.iter().filter(|(action, _)| action == name).count(),
            1,
            "{name}"
        );
    }
    let told = notices(ground, "security").await;
    assert_eq!(told.len(), 3);
    assert!(
        told.iter()
            .all(|one| one.audience == Audience::Mailbox(world.mailbox))
    );
    assert!(
        told[0].body.contains("Đã bật xác thực hai lớp, lúc 08:00"),
        "{}",
        told[0].body
    );
    assert_eq!(
        sign_in_records(&world, ground, "sign-in.own_password").await,
        1
    );
    assert!(sign_in_records(&world, ground, "sign-in.wrong_code").await >= 1);
    assert!(sign_in_records(&world, ground, "sign-in.halfway").await >= 1);
}

async fn wrong_codes_wait_as_wrong_passwords_do(ground: &Ground) {
    let (world, mut browser) = begin(ground).await;
    let (secret, _) = browser.turn_on(ground).await;
    let mut guesser = Browser::new(&world);
    guesser.password(PASSWORD).await;
    for _ in 0..20 {
        assert_eq!(
            guesser.code("000000").await.status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
    }
    // Neither the right code nor the password again helps now.
    ground.clock.set(BEGIN + MINUTE);
    let right = totp(&secret, BEGIN + MINUTE);
    let waits = guesser.code(&right).await;
    assert_eq!(waits.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(waits.page.contains("Đã gõ sai nhiều lần"), "{}", waits.page);
    let mut anew = Browser::new(&world);
    assert!(
        anew.password(PASSWORD)
            .await
            .page
            .contains("Đã gõ sai nhiều lần")
    );
    assert!(browser.is_in().await, "who is in stays");
}

async fn half_a_sign_in_opens_nothing_and_ends(ground: &Ground) {
    let (world, mut browser) = begin(ground).await;
    let (secret, _) = browser.turn_on(ground).await;
    // Without the password there is no place for a code.
    let mut stranger = Browser::new(&world);
    let right = totp(&secret, BEGIN);
    assert_eq!(stranger.code(&right).await.to, "/dang-nhap");
    let mut half = Browser::new(&world);
    half.password(PASSWORD).await;
    for path in [
        "/thu",
        "/tai-khoan",
        "/danh-ba",
        "/doi-mat-khau",
        "/tai-khoan/hai-lop",
    ] {
        let answer = half.get(path).await;
        assert!(
            answer.to.starts_with("/dang-nhap"),
            "{path}: {}",
            answer.status
        );
    }
    // The half is no whole: what it holds is no session.
    let mut forged = half.clone();
    let value = forged.cookies.remove("congvu-2").unwrap();
    forged.cookies.insert("congvu".to_owned(), value);
    assert!(!forged.is_in().await);
    // It ends by time …
    ground.clock.set(BEGIN + 11 * MINUTE);
    assert_eq!(half.get("/dang-nhap/ma").await.to, "/dang-nhap");
    assert_eq!(
        half.code(&totp(&secret, BEGIN + 11 * MINUTE)).await.to,
        "/dang-nhap"
    );
    // … and with what it was begun with.
    half.password(PASSWORD).await;
    assert_eq!(half.get("/dang-nhap/ma").await.status, StatusCode::OK);
    let raised = ground.store.write(|tx| {
        let found = account::by_login(tx, LOGIN)?.unwrap();
        account::raise_epoch(tx, found.id)
    });
    raised.await.unwrap();
    assert_eq!(
        half.code(&totp(&secret, BEGIN + 11 * MINUTE)).await.to,
        "/dang-nhap"
    );
}

async fn a_lost_second_factor_is_taken_away_by_others_alone(ground: &Ground) {
    let (world, mut browser) = begin(ground).await;
    let mailbox = world.mailbox;
    let remove = async |actor: Actor| {
        let work = ground
            .store
            .write(move |tx| remove_factor(tx, Law::default(), &actor, mailbox, Some("7/CV")));
        work.await
    };
    let none = remove(Actor::console("root")).await;
    assert!(matches!(none, Err(Refused::State(_))), "{none:?}");
    browser.turn_on(ground).await;
    let own = ground
        .store
        .read(|tx| Ok::<_, StoreError>(account::by_login(tx, LOGIN)?.unwrap().id));
    let own = Actor::signed_in(own.await.unwrap(), LOGIN, "192.0.2.1");
    let refused = remove(own).await;
    assert!(matches!(refused, Err(Refused::Forbidden(_))), "{refused:?}");
    remove(Actor::console("root")).await.unwrap();
    assert!(!browser.is_in().await);
    assert_eq!(browser.password(PASSWORD).await.to, "/tai-khoan");
    let told = notices(ground, "security").await;
    assert!(
        told[1].subject.contains("đã gỡ xác thực hai lớp"),
        "{}",
        told[1].subject
    );
    let removed = acts(ground).await;
    assert!(
        removed
            .iter()
            .any(|(action, _)| action == "second-factor.remove")
    );
}

async fn who_has_a_role_sets_a_second_factor_up_first(ground: &Ground) {
    let (world, mut browser) = begin(ground).await;
    let granted = ground.store.write(|tx| {
        let found = account::by_login(tx, LOGIN)?.unwrap();
        let root = organisation::root(tx)?.unwrap().id;
        role::grant(tx, found.id, "operate", root, "3/QĐ")
    });
    granted.await.unwrap();
    let mut anew = Browser::new(&world);
    assert_eq!(anew.password(PASSWORD).await.to, "/tai-khoan/hai-lop");
    for path in [
        "/thu",
        "/tai-khoan",
        "/danh-ba",
        "/tai-khoan/mat-khau-ung-dung",
    ] {
        assert_eq!(anew.get(path).await.to, "/doi-mat-khau", "{path}");
    }
    assert_eq!(anew.get("/doi-mat-khau").await.to, "/tai-khoan/hai-lop");
    let page = anew.get("/tai-khoan/hai-lop").await.page;
    assert!(page.contains("Vai trò quản trị của bạn bắt buộc"), "{page}");
    // Neither taking the rules on again nor another password is a way round.
    anew.filled(
        "/doi-mat-khau",
        "/tai-khoan/hai-lop",
        &[("nhan-trach-nhiem", "on".to_owned())],
    )
    .await;
    assert!(!anew.is_in().await);
    let fields = [
        ("mat-khau-cu", PASSWORD.to_owned()),
        ("mat-khau-moi", OTHER.to_owned()),
        ("mat-khau-lai", OTHER.to_owned()),
    ];
    let changed = anew
        .filled("/doi-mat-khau", "/tai-khoan/hai-lop", &fields)
        .await;
    assert_eq!(changed.to, "/tai-khoan/hai-lop");
    assert!(!anew.is_in().await && !browser.is_in().await);
    let phc = hash_password(PASSWORD);
    let back = ground.store.write(move |tx| {
        let found = account::by_login(tx, LOGIN)?.unwrap();
        account::set_password(tx, found.id, &phc, None)
    });
    back.await.unwrap();
    anew.password(PASSWORD).await;
    let (secret, _) = anew.turn_on(ground).await;
    assert!(anew.is_in().await);
    // It stays on while the role lasts.
    ground.clock.set(ground.clock.now() + MINUTE);
    let code = totp(&secret, ground.clock.now());
    let off = [
        ("viec", "tat"),
        ("mat-khau", PASSWORD),
        ("ma", code.as_str()),
    ];
    let refused = anew.post("/tai-khoan/hai-lop", &off).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.page.contains("bắt buộc dùng xác thực hai lớp"),
        "{}",
        refused.page
    );
}
