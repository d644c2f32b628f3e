//! A profile as people read it.

use std::collections::BTreeSet;

use congvu_regulation::{Profile, Row};

use super::{PROFILES, sixth, the};

fn rows(profile: &Profile) -> Vec<Row> {
    profile
        .sections()
        .into_iter()
        .flat_map(|section| section.rows)
        .collect()
}

#[track_caller]
fn shown(id: &str, key: &str, expected: &str) {
    let rows = rows(the(id));
    let row = rows
        .iter()
        .find(|row| row.key == key)
        .unwrap_or_else(|| panic!("{key}"));
    assert_eq!(
        format!("{}: {} ({})", row.label, row.value, row.origin),
        expected
    );
}

#[test]
fn every_row_has_a_key_of_its_own_a_label_and_a_value() {
    let sixth = sixth();
    for profile in PROFILES.iter().map(|id| the(id)).chain([&sixth]) {
        let rows = rows(profile);
        let keys: BTreeSet<&str> = rows.iter().map(|row| row.key.as_str()).collect();
        assert_eq!(keys.len(), rows.len(), "{}", profile.id());
        for row in &rows {
            assert!(
                !row.label.is_empty() && !row.value.is_empty(),
                "{}",
                row.key
            );
            assert!(!row.value.contains(['\n', '\t']), "{}", row.key);
        }
    }
}

#[test]
fn qn_8_1_and_others_as_a_person_reads_them() {
    shown(
        "quang-ninh",
        "quota.personal.minimum",
        "Dung lượng tối thiểu, hộp thư cá nhân: 500 MB (QN.8.1)",
    );
    shown(
        "hcm-donre",
        "quota.unit.maximum",
        "Dung lượng tối đa, hộp thư cơ quan, đơn vị: 10 GB (HCM.4.2)",
    );
    shown(
        "quang-ninh",
        "planned_stop.notice",
        "Báo trước khi ngừng dịch vụ có kế hoạch: tối thiểu 03 ngày làm việc (QN.9.1.c)",
    );
    shown(
        "son-la",
        "password.minimum_length",
        "Độ dài mật khẩu tối thiểu: 08 ký tự (SL.6.2)",
    );
    shown(
        "quang-ninh",
        "naming.subunit.write.5",
        "Đặt tên phòng, ban, đơn vị trực thuộc: bước 5: “Phòng” đứng đầu: viết đầy đủ (QN.4.1.c)",
    );
    shown(
        "hcm-donre",
        "report.office.due",
        "Báo cáo số lượng và hoạt động của hộp thư: hạn nộp: ngày 10 tháng cuối kỳ; vào ngày nghỉ thì sang ngày làm việc tiếp theo (HCM.14.1)",
    );
    shown(
        "hcm-donre",
        "request.issue.steps",
        "Yêu cầu cấp mới hộp thư: trình tự: Phòng, ban, đơn vị → Văn phòng Sở → Sở Thông tin và Truyền thông thành phố (HCM.6.2)",
    );
    shown(
        "son-la",
        "violation.outside-services",
        "Đăng ký chatbot AI, mạng xã hội, trang thương mại, nhận quảng cáo: nhắc nhở và ghi nhận, không tạm khóa (SL.4.3)",
    );
    shown(
        "quang-ninh",
        "request.revoke.form",
        "Yêu cầu thu hồi hộp thư: biểu mẫu: Mẫu số 03; cũng nhận Mẫu số 02 (QN.7.3)",
    );
    shown(
        "bim-son",
        "head.printed_as",
        "Số in trên văn bản: 15/1/QĐ-UBND; 151/QĐ-UBND (BS, phần mở đầu văn bản)",
    );
    shown(
        "bim-son",
        "checks.per_day",
        "Số lần kiểm tra hộp thư tối thiểu: 04 lần mỗi ngày (hộp thư cá nhân, hộp thư cơ quan, đơn vị) (BS.III.11)",
    );
    shown(
        "son-la",
        "access.directory",
        "Công bố danh bạ: trong nội bộ hệ thống (thiết lập tại chỗ, SL không quy định)",
    );
}
