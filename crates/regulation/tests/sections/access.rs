//! Whom a regulation covers, who keeps a unit mailbox, guidance.

use congvu_regulation::access::{HandedOver, Keepers, OrganisationKind, Publicity};

use super::{PROFILES, check, clause, the};

#[test]
fn tq_2_also_party_bodies_and_mass_organisations() {
    check(
        &the("tuyen-quang").access().covers,
        vec![
            OrganisationKind::State,
            OrganisationKind::Party,
            OrganisationKind::Mass,
        ],
        "TQ.2",
    );
    assert_eq!(clause(&the("son-la").access().covers), "SL.1.2.a");
}

#[test]
fn tq_11_2_delegation_needs_a_document_and_sl_9_2_none() {
    for id in PROFILES {
        let access = the(id).access();
        assert_eq!(
            access.delegation_needs_document(),
            id == "tuyen-quang",
            "{id}"
        );
    }
    assert_eq!(clause(&the("tuyen-quang").access().delegation), "TQ.11.2");
    assert_eq!(clause(&the("son-la").access().delegation), "SL.9.2");
    check(
        &the("hcm-donre").access().keepers,
        Keepers::Several,
        "HCM.12.1",
    );
    check(
        &the("tuyen-quang").access().keepers,
        Keepers::One,
        "TQ.11.2",
    );
}

#[test]
fn tq_11_3_hcm_12_2_hand_over() {
    check(
        &the("tuyen-quang").access().hand_over,
        vec![HandedOver::Account, HandedOver::Data],
        "TQ.11.3",
    );
    check(
        &the("hcm-donre").access().hand_over,
        vec![HandedOver::Account, HandedOver::Password, HandedOver::Data],
        "HCM.12.2",
    );
}

#[test]
fn qn_13_5_bs_6_who_publishes_the_directory() {
    check(
        &the("quang-ninh").access().directory,
        Publicity::Organisations,
        "QN.13.5",
    );
    check(
        &the("bim-son").access().directory,
        Publicity::Manager,
        "BS.6",
    );
    check(
        &the("son-la").access().directory,
        Publicity::Internal,
        "local",
    );
}

#[test]
fn hcm_12_7_clean_up() {
    check(
        the("hcm-donre")
            .access()
            .clean_up_months
            .as_ref()
            .expect("an age"),
        6,
        "HCM.12.7",
    );
    assert!(the("quang-ninh").access().clean_up_months.is_none());
}

#[test]
fn qn_14_1_qn_15_3_guidance_is_quoted() {
    let guidance = the("quang-ninh").guidance();
    let of = |topic: &str| {
        &guidance
            .iter()
            .find(|one| one.topic == topic)
            .expect(topic)
            .text
    };
    check(
        of("saved-passwords"),
        "Không sử dụng chế độ tự động lưu trữ mật khẩu.".to_owned(),
        "QN.14.1",
    );
    assert_eq!(clause(of("public-computers")), "QN.15.3");
    for id in PROFILES {
        assert!(the(id).guidance().len() >= 4, "{id}");
    }
}
