//! Passkeys.

use congvu_testing::{Ground, driven};

use super::*;

driven!(super::BEGIN;
    a_passkey_lets_in_once_for_each_challenge,
);

async fn a_passkey_lets_in_once_for_each_challenge(ground: &Ground) {
    let (world, mut browser) = begin(ground).await;
    let mut device = Device::new();
    // Of another account, of nobody, without the password: none is added.
    let stranger = Browser::new(&world).challenge(ENTER).await;
    for (challenge, password) in [
        (stranger, PASSWORD),
        (browser.challenge(&format!("{KEYS}/moi")).await, "sai"),
    ] {
        let mut fields = device.made(&challenge);
        fields.push(("ten", "x".to_owned()));
        fields.push(("mat-khau", password.to_owned()));
        let refused = browser.filled(KEYS, KEYS, &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let fields = with_key(&mut browser, &device).await;
    let again = browser.filled(KEYS, KEYS, &fields).await;
    assert_eq!(
        again.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "the challenge is used up"
    );
    // It comes in past the second factor, for it is two.
    browser.turn_on(ground).await;
    let mut other = Browser::new(&world);
    let challenge = other.challenge(ENTER).await;
    let right = device.signed(&challenge);
    assert_eq!(
        other.filled(ENTER, "/dang-nhap", &right).await.to,
        "/tai-khoan"
    );
    assert!(other.is_in().await);
    assert!(other.get(KEYS).await.page.contains("127.0.0.1"));
    // Neither what was signed before, nor for a challenge of ours that is too old or of another kind, nor by a copy.
    let mut third = Browser::new(&world);
    let mut refuse = async |fields: &[(&str, String)], why: &str| {
        let refused = third.filled(ENTER, "/dang-nhap", fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{why}");
        assert!(!third.is_in().await, "{why}");
    };
    refuse(&right, "twice").await;
    let of_adding = browser.challenge(&format!("{KEYS}/moi")).await;
    refuse(&device.signed(&of_adding), "another kind").await;
    refuse(&device.signed("AAAA"), "made up").await;
    let challenge = other.challenge(ENTER).await;
    device.counter -= 3;
    refuse(&device.signed(&challenge), "a copy").await;
    device.counter += 5;
    let challenge = other.challenge(ENTER).await;
    let old = device.signed(&challenge);
    ground.clock.set(ground.clock.now() + 6 * MINUTE);
    refuse(&old, "too old").await;
    let mut forged = Device::new();
    forged.counter = 90;
    let challenge = other.challenge(ENTER).await;
    refuse(&forged.signed(&challenge), "another key").await;
    // Removed, it is nothing, and what it opened ends.
    let page = browser.get(KEYS).await.page;
    let id = between(&page, "name=\"so\" value=\"", "\"").to_owned();
    let fields = [
        ("viec", "go".to_owned()),
        ("so", id),
        ("mat-khau", PASSWORD.to_owned()),
    ];
    assert_eq!(browser.filled(KEYS, KEYS, &fields).await.to, KEYS);
    assert!(browser.is_in().await && !other.is_in().await);
    let challenge = browser.challenge(ENTER).await;
    refuse(&device.signed(&challenge), "removed").await;
    let acts = acts(ground).await;
    for name in ["passkey.add", "passkey.remove"] {
        assert_eq!(
            acts.iter().filter(|(action, _)| action == name).count(),
            1,
            "{name}"
        );
    }
}
