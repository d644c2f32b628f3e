//! The profiles say what the texts say. Each test names its clauses.

use congvu_regulation::{
    Cited, ClauseId, Date, InForce, LockMode, MB, MailboxKind, Profile, Source, profile, profiles,
};

fn the(id: &str) -> &'static Profile {
    profile(id).expect(id)
}

/// The value, and its clause as text (or "local").
#[allow(clippy::needless_pass_by_value)]
fn check<T: PartialEq + std::fmt::Debug>(cited: &Cited<T>, value: T, source: &str) {
    assert_eq!(cited.value, value);
    assert_eq!(cited.clause().map_or("local", ClauseId::as_str), source);
}

fn check_sizes(id: &str, personal: u64, unit: u64, attachment: u64, source: &str) {
    check(the(id).quota(MailboxKind::Personal), personal * MB, source);
    check(the(id).quota(MailboxKind::Unit), unit * MB, source);
    for kind in [MailboxKind::Personal, MailboxKind::Unit] {
        check(the(id).attachment_limit(kind), attachment * MB, source);
    }
}

#[test]
fn qn_8_1_quota_and_attachment() {
    check_sizes("quang-ninh", 1000, 5000, 20, "QN.8.1");
}

#[test]
fn bs_6_quota_and_attachment() {
    check_sizes("bim-son", 2048, 2048, 4, "BS.6");
}

#[test]
fn hcm_4_2_quota_and_attachment() {
    check_sizes("hcm-donre", 10_240, 10_240, 30, "HCM.4.2");
}

#[test]
fn tq_9_2_b_and_sl_11_2_b_leave_quota_and_attachment_to_the_department() {
    check_sizes("tuyen-quang", 1000, 5000, 25, "local");
    check_sizes("son-la", 1000, 5000, 25, "local");
}

#[test]
fn tq_9_1_and_sl_11_1_logs_are_kept_six_months() {
    check(the("tuyen-quang").log_retention_months(), 6, "TQ.9.1");
    check(the("son-la").log_retention_months(), 6, "SL.11.1");
    check(the("quang-ninh").log_retention_months(), 6, "local");
    check(the("bim-son").log_retention_months(), 6, "local");
    check(the("hcm-donre").log_retention_months(), 6, "local");
}

#[test]
fn sl_8_1_receives_and_tq_8_1_is_closed_when_locked() {
    check(the("son-la").lock_mode(), LockMode::Receives, "SL.8.1");
    check(the("tuyen-quang").lock_mode(), LockMode::Closed, "TQ.8.1");
    check(the("quang-ninh").lock_mode(), LockMode::Receives, "local");
    check(the("hcm-donre").lock_mode(), LockMode::Receives, "local");
    check(the("bim-son").lock_mode(), LockMode::Receives, "local");
}

#[test]
fn qn_4_1_a_bs_5_1_tq_5_1_hcm_4_1_sl_5_1_a_domains_and_suffixes() {
    for (id, domain, suffix, clause) in [
        ("quang-ninh", "quangninh.gov.vn", None, "QN.4.1.a"),
        ("bim-son", "thanhhoa.gov.vn", Some("bimson"), "BS.5.1"),
        ("tuyen-quang", "tuyenquang.gov.vn", None, "TQ.5.1"),
        ("hcm-donre", "tphcm.gov.vn", Some("stnmt"), "HCM.4.1"),
        ("son-la", "sonla.gov.vn", None, "SL.5.1.a"),
    ] {
        check(the(id).domain(), domain.to_owned(), clause);
        match suffix {
            Some(suffix) => check(
                the(id).address_suffix().expect(id),
                suffix.to_owned(),
                clause,
            ),
            None => assert_eq!(the(id).address_suffix(), None),
        }
    }
}

#[test]
fn qn_qd_2_bs_qd_2_tq_qd_2_1_hcm_qd_3_sl_qd_2_in_force() {
    let day = |year, month, day| InForce::From(Date::new(year, month, day).expect("a day"));
    check(the("quang-ninh").in_force(), day(2022, 11, 20), "QN.QĐ.2");
    check(the("bim-son").in_force(), day(2013, 6, 28), "BS.QĐ.2");
    check(the("tuyen-quang").in_force(), day(2026, 1, 20), "TQ.QĐ.2.1");
    check(the("hcm-donre").in_force(), InForce::Undated, "HCM.QĐ.3");
    check(the("son-la").in_force(), day(2025, 11, 20), "SL.QĐ.2");
}

#[test]
fn qn_6_1_qn_3_2_bs_3_tq_10_1_a_hcm_9_1_sl_3_2_who_manages_and_operates() {
    for (id, managing, operating) in [
        ("quang-ninh", "QN.6.1", "QN.3.2"),
        ("bim-son", "BS.3", "BS.III.9"),
        ("tuyen-quang", "TQ.10.1.a", "TQ.3.2"),
        ("hcm-donre", "HCM.9.1", "HCM.5"),
        ("son-la", "SL.3.2", "SL.3.2"),
    ] {
        assert_eq!(
            the(id).managing().clause().map(ClauseId::as_str),
            Some(managing)
        );
        assert_eq!(
            the(id).operating().clause().map(ClauseId::as_str),
            Some(operating)
        );
    }
}

#[test]
fn qn_8_1_the_wire_limit_leaves_room_for_base64_and_text() {
    for (id, bytes) in [
        ("quang-ninh", 29 * MB),
        ("bim-son", 6_920_596),
        ("hcm-donre", 43 * MB),
        ("son-la", 36 * MB),
        ("tuyen-quang", 36 * MB),
    ] {
        let limit = the(id).message_limit(MailboxKind::Personal);
        assert!(limit.abs_diff(bytes) < 10, "{id}: {limit}");
        assert_eq!(limit, the(id).message_limit(MailboxKind::Unit));
    }
}

#[test]
fn every_quotation_stands_beside_a_clause_of_its_own_regulation() {
    for profile in profiles() {
        for source in [
            &profile.in_force().source,
            &profile.domain().source,
            &profile.lock_mode().source,
        ] {
            if let Source::Clause { id, quote } = source {
                assert_eq!(id.regulation(), profile.code());
                assert!(quote.chars().count() > 10, "{id}: {quote}");
            }
        }
    }
}
