//! Requests and forms.

use congvu_regulation::MailboxKind::{Personal, Unit};
use congvu_regulation::calendar::{Calendar, Term};
use congvu_regulation::requests::{RequestKind, RequestRule, Told, Way};

use super::{PROFILES, check, clause, day, sixth, the};

fn rule(id: &str, kind: RequestKind) -> &'static RequestRule {
    the(id)
        .request(kind)
        .unwrap_or_else(|| panic!("{id}: {}", kind.id()))
}

/// The ways a request may come by, each with its clause.
fn ways(id: &str, kind: RequestKind) -> Vec<(Way, &'static str)> {
    let channels = rule(id, kind).channels();
    channels
        .iter()
        .map(|channel| (channel.value.way, clause(channel)))
        .collect()
}

#[test]
fn qn_6_2_tq_7_1_c_sl_7_1_c_by_the_document_system() {
    for (id, source) in [
        ("quang-ninh", "QN.6.2"),
        ("tuyen-quang", "TQ.7.1.c"),
        ("son-la", "SL.7.1.c"),
    ] {
        assert_eq!(ways(id, RequestKind::Issue), [(Way::Documents, source)]);
        assert_eq!(ways(id, RequestKind::Change), [(Way::Documents, source)]);
    }
    assert_eq!(
        ways("bim-son", RequestKind::Issue),
        [(Way::Documents, "BS.7"), (Way::Letter, "BS.7")]
    );
}

#[test]
fn every_regulation_knows_the_kinds_but_qn_5_3_sync_and_hcm_4_2_no_exception() {
    for id in PROFILES {
        for kind in RequestKind::ALL {
            let expected = match kind {
                RequestKind::Sync => id == "quang-ninh",
                RequestKind::Quota => id != "hcm-donre",
                _ => true,
            };
            assert_eq!(
                the(id).request(kind).is_some(),
                expected,
                "{id}: {}",
                kind.id()
            );
        }
    }
}

#[test]
fn hcm_6_1_hcm_6_2_from_the_units_own_mailbox_and_no_other() {
    let hcm = the("hcm-donre");
    assert_eq!(
        ways("hcm-donre", RequestKind::Issue),
        [(Way::UnitMailbox, "HCM.6.1")]
    );
    let channel = hcm
        .check_channel(RequestKind::Issue, Way::UnitMailbox, Personal)
        .expect("open");
    assert_eq!(channel.value.to.as_deref(), Some("stnmt@tphcm.gov.vn"));
    let refusal = hcm
        .check_channel(RequestKind::Issue, Way::Documents, Personal)
        .expect_err("shut");
    assert_eq!(
        refusal.to_string(),
        "Yêu cầu cấp mới hộp thư chỉ được nhận qua hộp thư của cơ quan, đơn vị gửi đến stnmt@tphcm.gov.vn. (HCM.6.1)"
    );
    let labels: Vec<&str> = rule("hcm-donre", RequestKind::Issue)
        .fields()
        .iter()
        .map(|field| field.label.as_str())
        .collect();
    assert_eq!(
        labels,
        [
            "lý do",
            "nhu cầu",
            "yêu cầu cụ thể",
            "danh sách các hộp thư"
        ]
    );
}

#[test]
fn hcm_3_hcm_9_unit_then_office_then_department() {
    let steps = rule("hcm-donre", RequestKind::Revoke).steps();
    let steps: Vec<(&str, &str)> = steps
        .iter()
        .map(|step| (step.value.as_str(), clause(step)))
        .collect();
    assert_eq!(
        steps,
        [
            ("Phòng, ban, đơn vị", "HCM.6.1"),
            ("Văn phòng Sở", "HCM.9.2"),
            ("Sở Thông tin và Truyền thông thành phố", "HCM.6.2"),
        ]
    );
    check(
        rule("hcm-donre", RequestKind::Issue).result(),
        vec![Told::Organisation],
        "HCM.6.2",
    );
}

#[test]
fn hcm_8_1_a_restored_by_letter_for_a_unit_and_from_the_unit_mailbox_for_a_person() {
    let hcm = the("hcm-donre");
    let by = |way, kind| hcm.check_channel(RequestKind::Restore, way, kind).is_ok();
    assert!(by(Way::Letter, Unit));
    assert!(!by(Way::Letter, Personal));
    assert!(by(Way::UnitMailbox, Personal));
    assert!(!by(Way::UnitMailbox, Unit));
}

#[test]
fn hcm_11_2_tq_12_2_bs_iii_11_mk_qn_14_3_a_new_password() {
    assert_eq!(
        ways("hcm-donre", RequestKind::Password),
        [(Way::Letter, "HCM.11.2"), (Way::UnitMailbox, "HCM.11.2")]
    );
    assert_eq!(
        ways("tuyen-quang", RequestKind::Password)[0],
        (Way::SelfService, "TQ.12.2")
    );
    assert_eq!(
        ways("quang-ninh", RequestKind::Password)[0],
        (Way::Notice, "QN.14.3")
    );
    assert_eq!(rule("bim-son", RequestKind::Password).steps().len(), 3);
    for id in ["quang-ninh", "bim-son", "hcm-donre", "son-la"] {
        let refused = the(id).check_channel(RequestKind::Password, Way::SelfService, Personal);
        assert!(refused.is_err(), "{id}");
    }
}

#[test]
fn qn_5_3_sync_with_its_fields() {
    let rule = rule("quang-ninh", RequestKind::Sync);
    let fields: Vec<(&str, bool)> = rule
        .fields()
        .iter()
        .map(|field| (field.id.as_str(), field.required))
        .collect();
    assert_eq!(
        fields,
        [
            ("full-name", true),
            ("subunit", true),
            ("title", true),
            ("telephone", true),
            ("account", false),
            ("address", false)
        ]
    );
    let missing = rule.missing(&["full-name", "title", "account"]);
    let missing: Vec<&str> = missing.iter().map(|field| field.label.as_str()).collect();
    assert_eq!(missing, ["phòng ban - đơn vị", "số điện thoại"]);
    assert!(rule.comes_by(Way::UnitMailbox, Personal).is_none());
    let refusal = the("son-la").check_channel(RequestKind::Sync, Way::Documents, Personal);
    assert!(refusal.is_err());
}

#[test]
fn qn_7_3_qn_7_1_đ_tq_8_3_b_sl_8_3_b_three_working_days() {
    let calendar = Calendar::viet_nam();
    for (id, kind, source) in [
        ("quang-ninh", RequestKind::Revoke, "QN.7.3"),
        ("quang-ninh", RequestKind::Restore, "QN.7.1.đ"),
        ("tuyen-quang", RequestKind::Restore, "TQ.8.3.b"),
        ("son-la", RequestKind::Restore, "SL.8.3.b"),
    ] {
        let rule = rule(id, kind);
        assert_eq!(rule.deadline().map(clause), Some(source));
        let due = rule.due(day("2026-02-12"), calendar).expect("a term");
        assert_eq!(due.value, day("2026-02-24"));
    }
    // The text sets no time for the rest: each has a clock all the same, by a local setting that names no clause.
    for id in PROFILES {
        for rule in the(id).requests() {
            let deadline = rule.deadline().expect("a term");
            let local = deadline.clause().is_none();
            let kind = rule.kind().value;
            let by_clause = [
                ("quang-ninh", RequestKind::Revoke),
                ("quang-ninh", RequestKind::Restore),
                ("tuyen-quang", RequestKind::Restore),
                ("son-la", RequestKind::Restore),
            ];
            assert_eq!(
                local,
                !by_clause.contains(&(id, kind)),
                "{id} {}",
                kind.id()
            );
            let days = if kind == RequestKind::Quota { 5 } else { 3 };
            assert_eq!(
                deadline.value,
                Term::WorkingDays(days),
                "{id} {}",
                kind.id()
            );
        }
    }
    // Calendar days: a last day that is off goes to the next working day.
    let sixth = sixth();
    let rule = sixth.request(RequestKind::Issue).expect("a rule");
    let due = rule.due(day("2026-03-03"), calendar).expect("a term");
    assert_eq!(due.value, day("2026-03-09"));
}

#[test]
fn sl_7_3_a_refusal_gives_its_reason_and_tq_7_3_the_copy() {
    check(
        rule("son-la", RequestKind::Issue).reason_on_refusal(),
        true,
        "SL.7.3",
    );
    check(
        rule("quang-ninh", RequestKind::Issue).reason_on_refusal(),
        true,
        "local",
    );
    check(
        rule("tuyen-quang", RequestKind::Issue).result(),
        vec![Told::Organisation, Told::Managing],
        "TQ.7.3",
    );
    check(
        rule("quang-ninh", RequestKind::Restore).result(),
        vec![Told::Organisation],
        "QN.7.1",
    );
}

#[test]
fn bs_7_directory_changes_go_up_to_the_province() {
    let steps = rule("bim-son", RequestKind::Directory).steps();
    assert_eq!(
        steps.last().map(|step| step.value.as_str()),
        Some("Văn phòng UBND Tỉnh")
    );
    assert_eq!(
        clause(rule("bim-son", RequestKind::Restore).kind()),
        "BS.7.đ4"
    );
}

#[test]
fn qn_6_3_a_qn_6_3_b_qn_7_3_the_forms_of_requests() {
    let form = |kind| rule("quang-ninh", kind).form();
    assert_eq!(form(RequestKind::Issue), Some("mau-01"));
    assert_eq!(form(RequestKind::Change), Some("mau-02"));
    // The text names Mẫu 02, Mẫu 03 is printed for it: either is accepted.
    let revoke = rule("quang-ninh", RequestKind::Revoke);
    assert_eq!(revoke.form(), Some("mau-03"));
    assert!(revoke.accepts_form("mau-02"));
    assert!(revoke.accepts_form("mau-03"));
    assert!(!revoke.accepts_form("mau-01"));
    assert!(!rule("quang-ninh", RequestKind::Issue).accepts_form("mau-02"));
}

#[test]
fn qn_7_3_and_qn_13_10_the_printed_forms() {
    let qn = the("quang-ninh");
    let columns = |form: &str, table: &str| -> Vec<&str> {
        let form = qn.form(form).expect(form);
        let table = form
            .tables()
            .iter()
            .find(|one| one.id == table)
            .expect(table);
        table
            .columns
            .iter()
            .map(|column| column.label.as_str())
            .collect()
    };
    assert_eq!(
        columns("mau-02", "persons"),
        [
            "Họ và tên",
            "Chức vụ",
            "Tài khoản công chức (nếu có)",
            "Địa chỉ thư điện tử công vụ",
            "Thông tin cần thay đổi",
            "Thông tin mới",
            "Số Đt"
        ]
    );
    assert_eq!(
        columns("mau-03", "mailboxes"),
        ["Họ và Tên", "Chức vụ", "Bộ phận công tác", "Địa chỉ thư"]
    );
    assert_eq!(
        columns("mau-01", "units"),
        ["Tên cơ quan đơn vị", "Tài khoản công chức (nếu có)"]
    );
    let report = qn.form("mau-04").expect("a form");
    assert_eq!(report.title(), "BÁO CÁO");
    assert_eq!(
        report.fields()[0].heading.as_deref(),
        Some("1. Tình hình sử dụng")
    );
    assert_eq!(report.reports(), ["yearly"]);
    assert_eq!(
        report.clause().map(ToString::to_string).as_deref(),
        Some("QN.13.10")
    );
    assert!(
        !report.about()
            && qn
                .form("mau-01")
                .is_some_and(congvu_regulation::forms::Form::about)
    );
    for form in qn.forms() {
        assert_eq!(form.signer(), "THỦ TRƯỞNG ĐƠN VỊ");
        assert_eq!(qn.body_now(form.recipient()), "Sở Khoa học và Công nghệ");
    }
    assert_eq!(qn.forms().len(), 4);
    assert!(the("son-la").forms().is_empty());
}
