//! Mail that goes on by itself.

use super::*;

#[test]
fn qn_14_8_automatic_forwards_go_only_to_mailboxes_that_a_state_agency_gives() {
    let rule = profile("quang-ninh").expect("a profile").forwarding();
    for domain in [
        "quangninh.gov.vn",
        "QuangNinh.GOV.vn.",
        "mic.gov.vn",
        "sub.sonla.gov.vn",
        "gov.vn",
        "dcs.vn",
        "tinhuy.dcs.vn",
    ] {
        assert_eq!(rule.decide(domain).effect, Effect::Pass, "{domain}");
        assert_eq!(
            rule.decide_fetching(domain).effect,
            Effect::Pass,
            "{domain}"
        );
    }
    for domain in [
        "gmail.com",
        "yahoo.com.vn",
        "evilgov.vn",
        "gov.vn.evil.com",
        "quangninh-gov.vn",
        "quangninh.gov.vn.evil.vn",
        "quangninh.gov.vn\u{202e}",
        "quangnınh.gov.vn",
        "quangninh。gov。vn",
        "[203.0.113.5]",
        "localhost",
        "",
        ".",
        "a b.gov.vn",
        "x@evil.com,y.gov.vn",
        "-.gov.vn",
        "quangninh.gov.vn/",
        "quangninh..gov.vn",
    ] {
        for answer in [rule.decide(domain), rule.decide_fetching(domain)] {
            assert_eq!(answer.effect, Effect::Refuse, "{domain}");
            assert_eq!(
                answer.origin.clause().map(ClauseId::as_str),
                Some("QN.14.8")
            );
            assert!(answer.to_string().ends_with("(QN.14.8)") && !answer.text.contains('\u{202e}'));
        }
    }
    let long = rule.decide(&"a".repeat(100_000));
    assert!(long.text.len() < 1000);
}

#[test]
fn the_others_refuse_forwards_by_a_local_setting() {
    for id in ["bim-son", "tuyen-quang", "hcm-donre", "son-la"] {
        let profile = profile(id).expect(id);
        let answer = profile.forwarding().decide("gmail.com");
        assert_eq!(answer.effect, Effect::Refuse);
        assert_eq!(answer.origin.clause(), None);
        let own = profile.forwarding().decide(&profile.domain().value);
        assert_eq!((own.effect, own.text.as_str()), (Effect::Pass, ""));
    }
}

/// With "none" nothing leaves the own domain; laid on another, it wins and says so.
#[test]
fn an_empty_list_leaves_the_own_domain_and_the_stricter_list_counts() {
    let sixth = sixth();
    assert_eq!(sixth.forwarding().decide("sau.gov.vn").effect, Effect::Pass);
    assert_eq!(
        sixth.forwarding().decide("sonla.gov.vn").effect,
        Effect::Refuse
    );
    assert_eq!(
        sixth.forwarding().decide_fetching("sonla.gov.vn").effect,
        Effect::Warn
    );
    let qn = profile("quang-ninh").expect("a profile").forwarding();
    let both = qn.stricter(sixth.forwarding());
    assert_eq!(both.decide("sonla.gov.vn").effect, Effect::Refuse);
    assert_eq!(both.decide("quangninh.gov.vn").effect, Effect::Pass);
    assert_eq!(both.decide_fetching("gmail.com").effect, Effect::Refuse);
}
