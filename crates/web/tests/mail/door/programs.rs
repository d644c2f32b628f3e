//! App passwords.

use congvu_testing::{Ground, driven};

use super::*;

driven!(super::BEGIN;
    app_passwords_are_shown_once_and_end_at_once,
);

async fn app_passwords_are_shown_once_and_end_at_once(ground: &Ground) {
    let (world, mut browser) = begin(ground).await;
    let way = "/tai-khoan/mat-khau-ung-dung";
    let make = async |browser: &mut Browser, name: &str, password: &str| {
        let fields = [("viec", "tao"), ("ten", name), ("mat-khau", password)];
        browser.post(way, &fields).await
    };
    assert_eq!(
        make(&mut browser, "Outlook", "sai").await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(
        make(&mut browser, " ", PASSWORD).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let page = make(&mut browser, "Outlook <ở cơ quan>", PASSWORD)
        .await
        .page;
    let shown = between(&page, "<code><span>", "</span></code>").replace("</span><span>", "");
    assert_eq!(shown.len(), 26);
    assert!(!browser.get(way).await.page.contains(&shown[..4]));
    let twice = make(&mut browser, "Outlook <ở cơ quan>", PASSWORD).await;
    assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);

    let mut open = world.access.sign_in(IMAP, LOGIN, &shown).await.unwrap();
    let web = Attempt {
        protocol: Protocol::Web,
        ..IMAP
    };
    let on_the_web = world.access.sign_in(web, LOGIN, &shown).await.err();
    assert_eq!(on_the_web, Some(Refusal::Wrong));
    // With a second factor it is the one way for mail programs.
    browser.turn_on(ground).await;
    open.session.until_ended().await;
    let mut open = world.access.sign_in(IMAP, LOGIN, &shown).await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(2500)).await;
    let page = browser.get(way).await.page;
    assert!(page.contains("192.0.2.7"), "{page}");

    // Taken back: the program is out, browsers stay.
    let id = between(&page, "name=\"so\" value=\"", "\"").to_owned();
    let mut another = Browser::new(&world);
    let theirs = [("viec", "thu-hoi"), ("so", id.as_str()), ("csrf", "x")];
    assert!(
        another
            .post(way, &theirs)
            .await
            .to
            .starts_with("/dang-nhap")
    );
    browser.post(way, &[("viec", "thu-hoi"), ("so", &id)]).await;
    open.session.until_ended().await;
    assert!(browser.is_in().await);
    let gone = world.access.sign_in(IMAP, LOGIN, &shown).await.err();
    assert_eq!(gone, Some(Refusal::Wrong));
    let again = browser.post(way, &[("viec", "thu-hoi"), ("so", &id)]).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
    let acts = acts(ground).await;
    for name in ["app-password.add", "app-password.revoke"] {
        assert_eq!(
            acts.iter().filter(|(action, _)| action == name).count(),
            1,
            "{name}"
        );
    }
}
