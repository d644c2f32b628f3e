//! Values that may each stand alone and not together: each is told with its line and its key.

#![allow(clippy::unwrap_used)]

use congvu_regulation::Profile;

const QUANG_NINH: &str = include_str!("../../../regulations/quang-ninh.toml");
const HCM: &str = include_str!("../../../regulations/hcm-donre.toml");
const SON_LA: &str = include_str!("../../../regulations/son-la.toml");
const BIM_SON: &str = include_str!("../../../regulations/bim-son.toml");

/// Changes the first `old` behind `mark`, and checks that this is the one fault, at the line of `old`.
#[track_caller]
fn check((file, mark): (&str, &str), old: &str, new: &str, key: &str, expected: &str) {
    let at = file.find(mark).expect(mark);
    let at = at + file[at..].find(old).expect(old);
    let text = format!("{}{new}{}", &file[..at], &file[at + old.len()..]);
    let faults = Profile::parse(&text).expect_err(new);
    let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
    let line = file[..at].lines().count().max(1);
    let line = line + usize::from(file[..at].ends_with('\n'));
    assert_eq!(told, [format!("dòng {line}: {key}: {expected}")], "{new}");
}

#[test]
fn a_reminder_before_its_term_began() {
    check(
        (SON_LA, "id = \"unused\""),
        "remind = [30, 7, 1]",
        "remind = [120, 7, 1]",
        "sweep[1].remind",
        "nhắc trước 120 ngày không kịp: thời hạn chỉ có 90 ngày",
    );
    check(
        (SON_LA, "[password_reminders.days]"),
        "value = [14, 7, 1]",
        "value = [200, 7, 1]",
        "password_reminders.days.value",
        "nhắc trước 200 ngày không kịp: thời hạn chỉ có 03 tháng",
    );
}

#[test]
fn an_attachment_that_no_mailbox_holds() {
    check(
        (BIM_SON, "[attachment.limit]"),
        "value = \"4 MB\"",
        "value = \"4 GB\"",
        "attachment.limit.value",
        "cần một dung lượng không lớn hơn cả hộp thư (2 GB)",
    );
}

#[test]
fn a_report_that_is_due_after_the_next_period() {
    for month in ["13", "24"] {
        check(
            (HCM, "every = \"quarter\""),
            "due = { month = 3",
            &format!("due = {{ month = {month}"),
            "report[1].due.month",
            "cần tháng từ 1 đến 6: trong kỳ 3 tháng hoặc kỳ liền sau",
        );
    }
}

#[test]
fn more_checks_than_windows() {
    check(
        (HCM, "[checks]"),
        "per_day = { value = 4",
        "per_day = { value = 9",
        "checks.per_day.value",
        "cần 4 lần, mỗi khung giờ trong windows một lần",
    );
}

#[test]
fn deleted_before_it_is_locked() {
    let text = HCM.replace("remind = [30, 7, 1]", "remind = [7, 1]");
    check(
        (&text, "id = \"unused-long\""),
        "after = \"6 months\"",
        "after = \"1 month\"",
        "sweep[2].after",
        "cần một thời hạn dài hơn 03 tháng, khi hộp thư bị khóa theo «unused»",
    );
}

#[test]
fn passwords_that_cannot_be() {
    check(
        (SON_LA, "[password.minimum_length]"),
        "value = 8",
        "value = 2",
        "password.minimum_length.value",
        "cần ít nhất 4 ký tự, mỗi loại một ký tự",
    );
    check(
        (HCM, "[password.classes]"),
        "\"special\"]",
        "\"special\", \"one of !@#\"]",
        "password.classes.value",
        "\"special\" và \"one of …\" cùng nói về ký tự đặc biệt: chỉ dùng một",
    );
}

#[test]
fn an_organisation_twice_behind_the_dot() {
    let dot = "[[naming.person.write]]\ndot = \"unit\"\n";
    let text = SON_LA.replace(dot, &format!("{dot}local = true\n\n{dot}"));
    let faults = Profile::parse(&text).unwrap_err();
    let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
    let line = text[..text.rfind(dot).unwrap()].lines().count() + 2;
    let expected = format!(
        "dòng {line}: naming.person.write[4].dot: phần này đã đứng sau dấu chấm ở bước trước"
    );
    assert_eq!(told, [expected]);
}

#[test]
fn an_organisation_added_once_more_in_a_clash() {
    let way = "[[naming.person.clash]]\nway = \"birth-year\"\n";
    let text = SON_LA.replace(
        way,
        &format!("[[naming.person.clash]]\nway = \"unit\"\nlocal = true\n\n{way}"),
    );
    let faults = Profile::parse(&text).unwrap_err();
    assert_eq!(faults.len(), 1, "{faults:#?}");
    assert_eq!(faults[0].key, "naming.person.clash[1].way");
}

#[test]
fn letters_from_a_word_that_no_name_has() {
    check(
        (SON_LA, "way = \"letters\""),
        "from = 2",
        "from = 7",
        "naming.unit.clash[1].from",
        "cần từ đầu tiên được thêm chữ, từ 1 đến 3",
    );
}

#[test]
fn what_is_locked_can_be_opened_again() {
    let start = QUANG_NINH.find("[[request]]\nkind = \"restore\"").unwrap();
    let end = start
        + QUANG_NINH[start..]
            .find("[[request]]\nkind = \"password\"")
            .unwrap();
    let text = format!("{}{}", &QUANG_NINH[..start], &QUANG_NINH[end..]);
    let faults = Profile::parse(&text).unwrap_err();
    assert_eq!(faults.len(), 1, "{faults:#?}");
    assert_eq!(faults[0].key, "request");
    assert!(faults[0].text.contains("có đường mở lại"), "{}", faults[0]);
}

#[test]
fn an_address_that_no_browser_opens() {
    for web in [
        "mail",
        "https://mail",
        "ftp://mail.sonla.gov.vn",
        "https://mail .sonla.gov.vn",
    ] {
        check(
            (SON_LA, "[head]"),
            "web = { value = \"https://mail.sonla.gov.vn\"",
            &format!("web = {{ value = \"{web}\""),
            "head.web.value",
            "cần một địa chỉ web (\"https://mail.sonla.gov.vn\")",
        );
    }
}

/// Behind a text without an end all is misread: it alone is told.
#[test]
fn a_text_without_an_end_is_one_fault() {
    let text = SON_LA.replacen("title = \"", "title = \"\"\"", 1).replacen(
        "code = \"SL\"",
        "code = \"SL",
        1,
    );
    let faults = Profile::parse(&text).unwrap_err();
    assert_eq!(faults.len(), 1, "{faults:#?}");
    let text = SON_LA.replacen("code = \"SL\"", "code = \"SL", 1);
    let line = SON_LA[..SON_LA.find("code = ").unwrap()].lines().count() + 1;
    let faults = Profile::parse(&text).unwrap_err();
    assert_eq!(faults.len(), 1, "{faults:#?}");
    assert_eq!(faults[0].line, line);
}
