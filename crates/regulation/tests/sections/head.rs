//! How the regulations are cited, and who does what.

use congvu_regulation::in_force;

use super::{PROFILES, check, clause, day, sixth, the};

#[test]
fn bs_qd_2_is_printed_in_two_ways_and_tq_qd_2_1_without_a_number() {
    assert_eq!(
        the("bim-son").head().printed_as(),
        ["15/1/QĐ-UBND", "151/QĐ-UBND"]
    );
    assert!(the("bim-son").head().cited_as().contains("151/QĐ-UBND"));
    assert_eq!(the("tuyen-quang").head().printed_as(), ["/2025/QĐ-UBND"]);
    assert!(the("hcm-donre").head().cited_as().starts_with("Dự thảo"));
    assert!(the("hcm-donre").is_draft());
    assert!(!the("bim-son").is_draft());
}

#[test]
fn qn_3_1_tq_3_1_sl_3_1_bs_2_where_the_system_is_opened() {
    for (id, web, source) in [
        ("quang-ninh", "https://mail.quangninh.gov.vn", "QN.3.1"),
        ("tuyen-quang", "https://mail.tuyenquang.gov.vn", "TQ.3.1"),
        ("son-la", "https://mail.sonla.gov.vn", "SL.3.1"),
        ("bim-son", "http://113.160.181.7:8080/webmail.nsf", "BS.2"),
    ] {
        check(the(id).head().web().expect(id), web.to_owned(), source);
    }
    assert!(the("hcm-donre").head().web().is_none());
}

#[test]
fn qn_6_2_tq_7_1_c_sl_7_1_bs_7_hcm_3_who_receives_and_who_carries_out() {
    for (id, receives, carries_out) in [
        ("quang-ninh", "QN.6.2", "QN.6.1"),
        ("tuyen-quang", "TQ.7.1.c", "TQ.7.2"),
        ("son-la", "SL.7.1", "SL.7.2"),
        ("bim-son", "BS.7", "BS.III.9"),
        ("hcm-donre", "HCM.3", "HCM.6.2"),
    ] {
        assert_eq!(clause(the(id).head().receives()), receives);
        assert_eq!(clause(the(id).head().carries_out()), carries_out);
    }
}

#[test]
fn tq_7_3_the_department_gets_a_copy() {
    for id in PROFILES {
        let copy = the(id).head().copy_to();
        assert_eq!(
            copy.map(clause),
            (id == "tuyen-quang").then_some("TQ.7.3"),
            "{id}"
        );
    }
}

#[test]
fn qn_14_11_hotline() {
    let hotline = the("quang-ninh").head().hotline().expect("a number");
    check(hotline, "02033.533.338".to_owned(), "QN.14.11");
    assert!(the("son-la").head().hotline().is_none());
}

#[test]
fn qn_6_1_the_managing_department_has_a_successor() {
    let qn = the("quang-ninh");
    assert_eq!(
        qn.body_now(&qn.managing().value),
        "Sở Khoa học và Công nghệ"
    );
    assert_eq!(qn.body_now("Sở Tài chính"), "Sở Tài chính");
    let sl = the("son-la");
    assert_eq!(sl.body_now(&sl.managing().value), sl.managing().value);
}

#[test]
fn qn_qd_2_in_force_from_a_day_until_it_is_replaced() {
    let qn = the("quang-ninh");
    assert!(!qn.is_in_force_on(day("2022-11-19")));
    assert!(qn.is_in_force_on(day("2022-11-20")));
    assert!(!the("hcm-donre").is_in_force_on(day("2026-01-01")));
    let sixth = sixth();
    assert!(sixth.is_in_force_on(day("2029-12-31")));
    assert!(!sixth.is_in_force_on(day("2030-01-01")));
}

#[test]
fn bs_2_and_hcm_5_a_place_has_its_own_profile_or_its_parents() {
    assert_eq!(in_force(&[]), None);
    assert_eq!(in_force(&[None, None]), None);
    assert_eq!(
        in_force(&[Some("quang-ninh"), None, None]),
        Some("quang-ninh")
    );
    assert_eq!(
        in_force(&[Some("son-la"), None, Some("bim-son"), None]),
        Some("bim-son")
    );
}
