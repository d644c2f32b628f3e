//! Quotas, warnings, attachments, the log.

use congvu_regulation::quota::{Exception, Warned};
use congvu_regulation::{MB, MailboxKind};

use super::{PROFILES, check, clause, sixth, the};

#[test]
fn qn_8_1_bounds_by_kind() {
    let qn = the("quang-ninh");
    for (kind, most) in [(MailboxKind::Personal, 1000), (MailboxKind::Unit, 5000)] {
        let bounds = qn.quota_bounds(kind);
        check(
            bounds.minimum.as_ref().expect("a minimum"),
            500 * MB,
            "QN.8.1",
        );
        check(&bounds.maximum, most * MB, "QN.8.1");
        check(&bounds.default, most * MB, "local");
    }
    let refused = |bytes, approved| {
        let refusal = qn
            .check_quota(MailboxKind::Personal, bytes, approved)
            .expect_err("refused");
        refusal.to_string()
    };
    assert_eq!(
        refused(400 * MB, true),
        "Dung lượng hộp thư tối thiểu là 500 MB. (QN.8.1)"
    );
    assert_eq!(
        refused(1001 * MB, false),
        "Dung lượng hộp thư tối đa là 1000 MB. (QN.8.1)"
    );
    assert!(
        qn.check_quota(MailboxKind::Personal, 1001 * MB, true)
            .is_ok()
    );
    assert!(qn.check_quota(MailboxKind::Unit, 5000 * MB, false).is_ok());
}

#[test]
fn qn_8_1_bs_6_tq_9_2_a_sl_11_2_a_exceptions_by_request_and_hcm_4_2_none() {
    for (id, exception, source) in [
        ("quang-ninh", Exception::OnRequest, "QN.8.1"),
        ("bim-son", Exception::OnRequest, "BS.6"),
        ("tuyen-quang", Exception::OnRequest, "TQ.9.2.a"),
        ("son-la", Exception::OnRequest, "SL.11.2.a"),
        ("hcm-donre", Exception::None, "local"),
    ] {
        check(the(id).quota_exception(), exception, source);
    }
    let hcm = the("hcm-donre");
    assert!(
        hcm.check_quota(MailboxKind::Unit, 11_000 * MB, true)
            .is_err()
    );
}

#[test]
fn tq_9_2_d_sl_11_2_d_warned_once_each_and_again_after_it_fell() {
    for id in PROFILES {
        let source = match id {
            "tuyen-quang" => "TQ.9.2.d",
            "son-la" => "SL.11.2.d",
            _ => "local",
        };
        check(&the(id).quota_warnings().percents, vec![80, 90, 95], source);
    }
    let warnings = the("tuyen-quang").quota_warnings();
    let mut level = 0;
    for (used, warn) in [
        (10, None),
        (79, None),
        (80, Some(80)),
        (85, None),
        (91, Some(90)),
        (99, Some(95)),
        (100, None),
        (92, None),
        (96, Some(95)),
        (40, None),
        (97, Some(95)),
        (120, None),
    ] {
        let look = warnings.look(level, used, 100);
        assert_eq!(look.warn, warn, "{used}");
        level = look.level;
    }
    assert_eq!(
        warnings.look(0, 5, 0),
        Warned {
            warn: None,
            level: 0
        }
    );
    assert_eq!(warnings.look(0, u64::MAX, u64::MAX).level, 95);
}

#[test]
fn attachments_may_differ_by_kind() {
    let sixth = sixth();
    assert_eq!(sixth.attachment_limit(MailboxKind::Personal).value, 10 * MB);
    assert_eq!(sixth.attachment_limit(MailboxKind::Unit).value, 40 * MB);
    assert_eq!(
        sixth.quota_bounds(MailboxKind::Personal).default.value,
        2048 * MB
    );
    assert_eq!(sixth.quota(MailboxKind::Personal).value, 4096 * MB);
}

#[test]
fn tq_9_1_sl_11_1_a_shorter_log_is_refused() {
    let refusal = the("son-la").check_log_retention(5).expect_err("refused");
    assert_eq!(
        refusal.to_string(),
        "Nhật ký hệ thống được lưu tối thiểu 06 tháng. (SL.11.1)"
    );
    assert_eq!(clause(the("tuyen-quang").log_retention_months()), "TQ.9.1");
    for id in PROFILES {
        assert!(the(id).check_log_retention(6).is_ok());
        assert!(the(id).check_log_retention(5).is_err());
    }
}
