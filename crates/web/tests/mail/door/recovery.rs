//! A lost password.

use congvu_testing::{Ground, driven};

use super::*;

driven!(super::BEGIN;
    tq_12_2_a_lost_password_is_changed_through_the_recovery_address,
    tq_12_2_nobody_learns_whether_there_is_an_account,
    tq_12_2_a_written_code_lets_choose_a_new_password,
    tq_12_2_what_lets_choose_a_new_password_counts_once_and_for_a_while,
    qn_14_3_hcm_11_2_where_it_is_asked_for_nobody_helps_themselves,
    what_a_department_resets_leaves_no_other_way_in,
);

fn choice(password: &str) -> [(&str, &str); 2] {
    [("mat-khau-moi", password), ("mat-khau-lai", password)]
}

async fn tq_12_2_a_lost_password_is_changed_through_the_recovery_address(ground: &Ground) {
    let (world, mut browser) = begin(ground).await;
    let own = [
        ("viec", "gui-ma"),
        ("dia-chi", LOGIN),
        ("mat-khau", PASSWORD),
    ];
    let refused = browser.post("/tai-khoan/khoi-phuc", &own).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    with_address(ground, &mut browser, "an.lo@thu-rieng.vn").await;
    let app = browser.post(
        "/tai-khoan/mat-khau-ung-dung",
        &[("viec", "tao"), ("ten", "máy"), ("mat-khau", PASSWORD)],
    );
    let app =
        between(&app.await.page, "<code><span>", "</span></code>").replace("</span><span>", "");

    assert_eq!(ask(&world, "AN@sonla.gov.vn").await.status, StatusCode::OK);
    let sent = notices(ground, "reset-link").await;
    assert_eq!(sent.len(), 1);
    assert_eq!(
        sent[0].audience,
        Audience::Address("an.lo@thu-rieng.vn".to_owned())
    );
    // Asking again at once fills nobody's mailbox.
    ask(&world, LOGIN).await;
    assert_eq!(notices(ground, "reset-link").await.len(), 1);

    let way = link(ground).await;
    let mut reader = Browser::new(&world);
    assert!(reader.get(&way).await.page.contains(LOGIN));
    // The rules of the place hold, and two that differ are none.
    let weak = reader.post(&way, &choice("12345678")).await;
    assert_eq!(weak.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(weak.page.contains("TQ.6.2"), "{}", weak.page);
    let differ = [("mat-khau-moi", OTHER), ("mat-khau-lai", PASSWORD)];
    assert_eq!(
        reader.post(&way, &differ).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let done = reader.post(&way, &choice(OTHER)).await;
    assert_eq!(done.to, "/dang-nhap?xong=mat-khau", "{}", done.page);

    // All that was signed in is out, mail programs too; the old password and the link are nothing.
    assert!(!browser.is_in().await);
    assert_eq!(
        world.access.sign_in(IMAP, LOGIN, &app).await.err(),
        Some(Refusal::Wrong)
    );
    assert_eq!(
        world.access.sign_in(IMAP, LOGIN, PASSWORD).await.err(),
        Some(Refusal::Wrong)
    );
    assert_eq!(reader.get(&way).await.status, StatusCode::GONE);
    assert_eq!(
        reader.post(&way, &choice("Khác hẳn#2026")).await.status,
        StatusCode::GONE
    );
    assert_eq!(reader.password(OTHER).await.to, "/tai-khoan");

    let recovered: Vec<_> = acts(ground)
        .await
        .into_iter()
        .filter(|(action, _)| action == "account.recover")
        .collect();
    assert_eq!(
        recovered,
        [("account.recover".to_owned(), "TQ.12.2".to_owned())]
    );
    let told = notices(ground, "security").await;
    let about = |to: &Audience| told.iter().filter(|one| one.audience == *to).count();
    assert!(about(&Audience::Mailbox(world.mailbox)) >= 3);
    assert_eq!(
        about(&Audience::Address("an.lo@thu-rieng.vn".to_owned())),
        1
    );
    // Another address is told to the one before.
    let way = "/tai-khoan/khoi-phuc";
    let removed = reader
        .post(way, &[("viec", "bo"), ("mat-khau", OTHER)])
        .await;
    assert_eq!(removed.to, way, "{}", removed.page);
    let told = notices(ground, "security").await;
    let outside = told
        .iter()
        .filter(|one| matches!(one.audience, Audience::Address(_)));
    assert_eq!(outside.count(), 2);
}

async fn tq_12_2_nobody_learns_whether_there_is_an_account(ground: &Ground) {
    let (world, mut browser) = begin(ground).await;
    let plain =
        |answer: Answer, name: &str| (answer.status, answer.to, answer.page.replace(name, ""));
    let known = plain(ask(&world, LOGIN).await, LOGIN);
    let unknown = plain(
        ask(&world, "khong-co@sonla.gov.vn").await,
        "khong-co@sonla.gov.vn",
    );
    assert_eq!(known, unknown);
    with_address(ground, &mut browser, "an@rieng.vn").await;
    assert_eq!(plain(ask(&world, LOGIN).await, LOGIN), unknown);
    // Nor by how long it takes.
    let mut times = Vec::new();
    for name in ["binh.nv@sonla.gov.vn", LOGIN] {
        let began = std::time::Instant::now();
        ask(&world, name).await;
        times.push(began.elapsed().as_millis());
    }
    assert!(
        times.iter().all(|ms| *ms >= 700) && times[0].abs_diff(times[1]) < 500,
        "{times:?}"
    );
    // A wrong code of nobody's and of somebody's.
    let by_code = async |name: &str| {
        let fields = [
            ("viec", "ma"),
            ("tai-khoan", name),
            ("ma", "aaaa-aaaa-aaaa-aaaa"),
        ];
        plain(
            Browser::new(&world).post("/quen-mat-khau", &fields).await,
            name,
        )
    };
    assert_eq!(by_code(LOGIN).await, by_code("khong-co@sonla.gov.vn").await);
    // A locked one neither; its address hears why.
    ground.clock.set(BEGIN + 10 * MINUTE);
    let (mailbox, law) = (world.mailbox, Law::default());
    let locked = ground.store.write(move |tx| {
        let because = Because::Asked {
            reason: "kiểm tra",
            clause: None,
            document: None,
        };
        lock(tx, law, &Actor::console("root"), mailbox, because)
    });
    locked.await.unwrap();
    let before = notices(ground, "reset-link").await.len();
    assert_eq!(plain(ask(&world, LOGIN).await, LOGIN), unknown);
    assert_eq!(notices(ground, "reset-link").await.len(), before);
    assert_eq!(notices(ground, "reset-locked").await.len(), 1);
    // Who asks without end waits, for any name alike.
    let waits = async |name: &str| {
        for _ in 0..4 {
            ask(&world, name).await;
        }
        plain(ask(&world, name).await, name)
    };
    let (one, other) = (waits("ai-do@sonla.gov.vn").await, waits(LOGIN).await);
    assert_eq!(other.0, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        ask(&world, "ai-do@sonla.gov.vn")
            .await
            .page
            .contains("Hãy chờ")
    );
    assert_eq!(one.0, StatusCode::OK);
}

async fn tq_12_2_a_written_code_lets_choose_a_new_password(ground: &Ground) {
    let (world, mut browser) = begin(ground).await;
    let (secret, codes) = browser.turn_on(ground).await;
    let mut lost = Browser::new(&world);
    // A code of the telephone is too short to stand alone.
    let fields = |code: &str| {
        [
            ("viec", "ma".to_owned()),
            ("tai-khoan", LOGIN.to_owned()),
            ("ma", code.to_owned()),
        ]
    };
    let send = async |browser: &mut Browser, fields: [(&str, String); 3]| {
        let fields: Vec<_> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
        browser.post("/quen-mat-khau", &fields).await
    };
    ground.clock.set(BEGIN + MINUTE);
    let short = send(&mut lost, fields(&totp(&secret, BEGIN + MINUTE))).await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    let right = send(&mut lost, fields(&codes[0])).await;
    assert!(right.to.starts_with("/dat-mat-khau/"), "{}", right.page);
    let again = send(&mut lost, fields(&codes[0])).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = lost.post(&right.to, &choice(OTHER)).await;
    assert_eq!(done.to, "/dang-nhap?xong=mat-khau");
    // The second factor stays: the new password alone opens nothing.
    assert_eq!(
        lost.password(OTHER).await.to,
        "/dang-nhap/ma?ve=%2Ftai-khoan"
    );
    assert_eq!(lost.code(&codes[1]).await.status, StatusCode::SEE_OTHER);
    assert!(lost.is_in().await);
}

async fn tq_12_2_what_lets_choose_a_new_password_counts_once_and_for_a_while(ground: &Ground) {
    let (world, mut browser) = begin(ground).await;
    with_address(ground, &mut browser, "an@rieng.vn").await;
    let mut reader = Browser::new(&world);
    // Its time is over.
    ask(&world, LOGIN).await;
    let late = link(ground).await;
    ground.clock.set(BEGIN + 31 * MINUTE);
    assert_eq!(reader.get(&late).await.status, StatusCode::GONE);
    // A later one takes its place.
    ask(&world, LOGIN).await;
    let first = link(ground).await;
    ground.clock.set(BEGIN + 35 * MINUTE);
    ask(&world, LOGIN).await;
    let second = link(ground).await;
    assert_ne!(first, second);
    assert_eq!(reader.get(&first).await.status, StatusCode::GONE);
    assert_eq!(reader.get(&second).await.status, StatusCode::OK);
    // Nobody makes one up.
    let (way, key) = second.rsplit_once('/').unwrap();
    let other = if key.starts_with('a') { "b" } else { "a" };
    for forged in [
        format!("{other}{}", &key[1..]),
        "x".to_owned(),
        "%00".to_owned(),
    ] {
        let status = reader.get(&format!("{way}/{forged}")).await.status;
        assert_eq!(status, StatusCode::GONE, "{forged}");
    }
    // The password was changed meanwhile by whoever has it.
    let changed = [
        ("mat-khau-cu", PASSWORD),
        ("mat-khau-moi", OTHER),
        ("mat-khau-lai", OTHER),
    ];
    assert_eq!(browser.post("/doi-mat-khau", &changed).await.to, "/thu");
    assert_eq!(reader.get(&second).await.status, StatusCode::GONE);
    assert_eq!(
        reader.post(&second, &choice("Khác hẳn#2026")).await.status,
        StatusCode::GONE
    );
    // An address that was asked for wrongly too often has to be asked for anew.
    let way = "/tai-khoan/khoi-phuc";
    let fields = [
        ("viec", "gui-ma"),
        ("dia-chi", "khac@rieng.vn"),
        ("mat-khau", OTHER),
    ];
    browser.post(way, &fields).await;
    let sent = notices(ground, "reset-address").await.pop().unwrap();
    let code = between(&sent.body, "Mã xác nhận: ", "\n").to_owned();
    for _ in 0..5 {
        browser
            .post(way, &[("viec", "xac-nhan"), ("ma", "aaaaaaaa")])
            .await;
    }
    let late = browser
        .post(way, &[("viec", "xac-nhan"), ("ma", &code)])
        .await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
    // The one before counts on.
    assert!(browser.get(way).await.page.contains("an@rieng.vn"));
}

async fn qn_14_3_hcm_11_2_where_it_is_asked_for_nobody_helps_themselves(ground: &Ground) {
    let (world, mut browser) = begin(ground).await;
    with_address(ground, &mut browser, "an@rieng.vn").await;
    ask(&world, LOGIN).await;
    let before = link(ground).await;
    let (_, codes) = browser.turn_on(ground).await;
    for (profile, clause) in [("quang-ninh", "QN.14.3"), ("hcm-donre", "HCM.11.2")] {
        under(ground, profile).await;
        ground.clock.set(ground.clock.now() + 5 * MINUTE);
        let mut stranger = Browser::new(&world);
        let page = stranger.get("/quen-mat-khau").await.page;
        assert!(
            page.contains(clause) && !page.contains("id=\"ma\""),
            "{page}"
        );
        let sent = notices(ground, "reset-link").await.len();
        ask(&world, LOGIN).await;
        assert_eq!(notices(ground, "reset-link").await.len(), sent);
        assert_eq!(stranger.get(&before).await.status, StatusCode::GONE);
        let code = if profile == "quang-ninh" {
            &codes[0]
        } else {
            &codes[1]
        };
        let fields = [("viec", "ma"), ("tai-khoan", LOGIN), ("ma", code)];
        let way = stranger.post("/quen-mat-khau", &fields).await.to;
        assert_eq!(
            stranger.post(&way, &choice(OTHER)).await.status,
            StatusCode::GONE
        );
        let mut own = Browser::new(&world);
        own.password(PASSWORD).await;
        own.code(&codes[if profile == "quang-ninh" { 2 } else { 3 }])
            .await;
        own.post("/doi-mat-khau", &[("nhan-trach-nhiem", "on")])
            .await;
        let page = own.get("/tai-khoan/khoi-phuc").await.page;
        assert!(
            page.contains(clause) && !page.contains("name=\"dia-chi\""),
            "{page}"
        );
    }
}

async fn what_a_department_resets_leaves_no_other_way_in(ground: &Ground) {
    let (world, mut browser) = begin(ground).await;
    let mut device = Device::new();
    with_key(&mut browser, &device).await;
    with_address(ground, &mut browser, "ke-xau@rieng.vn").await;
    ask(&world, LOGIN).await;
    let way = link(ground).await;
    let (mailbox, phc) = (world.mailbox, hash_password(OTHER));
    let reset = ground.store.write(move |tx| {
        let console = Actor::console("root");
        reset_password(tx, Law::default(), &console, mailbox, &phc, Some("1/CV"))
    });
    reset.await.unwrap();
    let mut other = Browser::new(&world);
    assert_eq!(other.get(&way).await.status, StatusCode::GONE);
    let challenge = other.challenge(ENTER).await;
    let refused = other
        .filled(ENTER, "/dang-nhap", &device.signed(&challenge))
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let before = notices(ground, "reset-link").await.len();
    ground.clock.set(BEGIN + 10 * MINUTE);
    ask(&world, LOGIN).await;
    assert_eq!(notices(ground, "reset-link").await.len(), before);
}
