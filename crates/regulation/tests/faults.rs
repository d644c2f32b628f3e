//! A bad file is told about all its faults at once, by line.

use congvu_regulation::Profile;

const GOOD: &str = include_str!("../../../regulations/bim-son.toml");

/// Parses and lists the faults as `line key: text`.
fn faults(text: &str) -> Vec<String> {
    match Profile::parse(text) {
        Ok(_) => Vec::new(),
        Err(faults) => faults
            .iter()
            .map(|fault| format!("{} {}: {}", fault.line, fault.key, fault.text))
            .collect(),
    }
}

#[test]
fn all_faults_are_reported_at_once_with_their_lines() {
    let text = r#"id = "Bỉm Sơn"
code = "BS"
decision = 151
colour = "red"

[in_force]
value = "hôm qua"
clause = "BS.QĐ.2"
quote = "Quyết định có hiệu lực thi hành kể từ ngày ký."

[domain]
value = "thanhhoa"
clause = "SL.5.1"
quote = "tendonvi.bimson@thanhhoa.gov.vn"

[managing]
value = "Văn phòng"

[operating]
value = "Văn phòng"
clause = "Điều 9"
quote = ""

[quota]
personal = "2 GB"
unit = { maximum = "2 gigabyte", local = false, note = "?" }

[log_retention_months]
value = 0
local = true

[lock_mode]
value = "open"
local = true
clause = "BS.7"
"#;
    let expected = [
        "1 acceptable_use: cần ít nhất một [[acceptable_use]]",
        "1 access: thiếu bảng này",
        "1 attachment: thiếu bảng này",
        "1 checks: thiếu bảng này",
        "1 content: thiếu bảng này",
        "1 first_sign_in: thiếu bảng này",
        "1 forwarding: thiếu bảng này",
        "1 head: thiếu bảng này",
        "1 id: cần một tên gồm chữ thường a–z, chữ số, dấu gạch nối",
        "1 naming: thiếu bảng này",
        "1 password: thiếu bảng này",
        "1 password_reminders: thiếu bảng này",
        "1 planned_stop: thiếu bảng này",
        "1 request: cần ít nhất một [[request]]",
        "1 requests: thiếu bảng này",
        "1 restore: thiếu bảng này",
        "1 revoke: thiếu bảng này",
        "1 title: thiếu khóa này",
        "1 violation: cần ít nhất một [[violation]]",
        "3 decision: cần một chuỗi không rỗng",
        "4 colour: không có khóa này",
        "7 in_force.value: cần một ngày (2025-11-20), hoặc \"undated\"",
        "12 domain.value: cần một tên miền viết thường (\"sonla.gov.vn\")",
        "13 domain.clause: cần điều khoản của BS",
        "16 managing.clause: cần clause và quote, hoặc local = true",
        "21 operating.clause: cần mã điều khoản (\"QN.7.1.đ\")",
        "22 operating.quote: cần một chuỗi không rỗng",
        "24 quota.exception: thiếu khóa này",
        "24 quota.warnings: thiếu bảng này",
        "25 quota.personal: cần một bảng",
        "26 quota.unit.local: cần true, hoặc clause và quote thay cho local",
        "26 quota.unit.maximum: cần một dung lượng từ 1 MB đến 1024 TB (\"1000 MB\", hoặc số byte)",
        "26 quota.unit.note: không có khóa này",
        "29 log_retention_months.value: cần một số tháng từ 1 đến 1200",
        "33 lock_mode.value: cần \"receives\" hoặc \"closed\"",
        "35 lock_mode.clause: không có khóa này",
    ];
    assert_eq!(faults(text), expected);
}

#[test]
fn what_is_no_toml_is_told_by_line() {
    let found = faults("id = \"x\"\ncode = = 3\n[domain\n");
    assert!(found.len() >= 2, "{found:?}");
    assert!(
        found[0].starts_with("2 : không đúng cú pháp TOML"),
        "{found:?}"
    );
    assert!(
        found[1].starts_with("3 : không đúng cú pháp TOML"),
        "{found:?}"
    );
}

/// No text makes the parser panic: the good file with every line left out, cut and doubled.
#[test]
fn mutilated_files_never_panic() {
    let lines: Vec<&str> = GOOD.lines().collect();
    for position in 0..lines.len() {
        let mut left_out = lines.clone();
        left_out.remove(position);
        let mut doubled = lines.clone();
        doubled.insert(position, lines[position]);
        let cut: String =
            lines[..position].join("\n") + &lines[position].chars().take(7).collect::<String>();
        for text in [left_out.join("\n"), doubled.join("\n"), cut] {
            let _ = Profile::parse(&text);
        }
    }
}

/// The good file with one piece changed: its faults, with `LINE` for the line of the piece.
#[track_caller]
fn changed(old: &str, new: &str, expected: &[&str]) {
    assert_eq!(GOOD.matches(old).count(), 1, "{old}");
    let line = GOOD
        .split(old)
        .next()
        .unwrap_or_default()
        .matches('\n')
        .count()
        + 1;
    let found: Vec<String> = faults(&GOOD.replace(old, new))
        .into_iter()
        .map(|fault| fault.replacen(&format!("{line} "), "LINE ", 1))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn terms_of_nothing_and_in_unknown_units() {
    const TERM: &str =
        "cần một thời hạn ít nhất là 1 (\"3 working days\", \"30 days\", \"6 months\", \"1 year\")";
    let notice = "notice = { value = \"1 working day\", local = true }";
    let with = |term: &str| format!("notice = {{ value = \"{term}\", local = true }}");
    let key = "LINE planned_stop.notice.value: ";
    for (term, expected) in [
        ("0 days", TERM),
        (
            "3 weeks",
            "cần một thời hạn tính bằng working days, days, months hoặc years",
        ),
        (
            "5000 days",
            "cần một thời hạn nhiều nhất là 3660 (\"30 days\")",
        ),
        ("soon", TERM),
    ] {
        changed(notice, &with(term), &[&format!("{key}{expected}")]);
    }
}

#[test]
fn a_clause_is_missing() {
    changed(
        "notice = { value = \"1 working day\", local = true }",
        "notice = { value = \"1 working day\" }",
        &["LINE planned_stop.notice.clause: cần clause và quote, hoặc local = true"],
    );
}

#[test]
fn bounds_that_cross() {
    let personal = "[quota.personal]\nmaximum = \"2 GB\"";
    let fault = |text: &str| faults(&GOOD.replace(personal, text)).remove(0);
    let line = GOOD
        .split(personal)
        .next()
        .unwrap_or_default()
        .matches('\n')
        .count()
        + 2;
    assert_eq!(
        fault("[quota.personal]\nminimum = \"3 GB\"\nmaximum = \"2 GB\""),
        format!("{line} quota.personal.minimum: cần minimum không lớn hơn maximum (2 GB)")
    );
    assert_eq!(
        fault("[quota.personal]\ndefault = { value = \"3 GB\", local = true }\nmaximum = \"2 GB\""),
        format!("{line} quota.personal.default: cần một dung lượng trong khoảng từ 0 đến 2 GB")
    );
    changed(
        "percents = [80, 90, 95]",
        "percents = [80, 80]",
        &[
            "LINE quota.warnings.percents: cần danh sách phần trăm từ 1 đến 99, tăng dần ([80, 90, 95])",
        ],
    );
}

#[test]
fn ids_twice_and_names_of_what_is_not_there() {
    let first = GOOD.split("id = \"attack\"").next().unwrap_or_default();
    let first = first.matches('\n').count() + 1;
    changed(
        "id = \"private-matters\"",
        "id = \"attack\"",
        &[&format!(
            "LINE violation[4].id: \"attack\" đã có ở dòng {first}"
        )],
    );
    changed(
        "kind = \"issue\"",
        "kind = \"issue\"\nform = \"mau-01\"",
        // The line after.
        &[&format!(
            "{} request[1].form: không có [[form]] nào có id = \"mau-01\"",
            GOOD.split("kind = \"issue\"")
                .next()
                .unwrap_or_default()
                .matches('\n')
                .count()
                + 2
        )],
    );
    changed(
        "every = \"change\"",
        "every = \"week\"",
        &[
            "LINE report[1].every: cần \"month\", \"quarter\", \"half\", \"year\", \"request\" hoặc \"change\"",
        ],
    );
}

#[test]
fn a_lock_by_a_clause_of_another_regulation() {
    let old = "id = \"spam\"\nlabel = \"Phát tán virus, thư rác, nội dung không phù hợp\"\nlock = \"never\"";
    let line = GOOD
        .split(old)
        .next()
        .unwrap_or_default()
        .matches('\n')
        .count()
        + 3;
    let with = |lock: &str| faults(&GOOD.replace(old, &old.replace("never", lock)));
    assert_eq!(
        with("QN.7.1"),
        [format!("{line} violation[6].lock: cần điều khoản của BS")]
    );
    assert_eq!(
        with("sometimes"),
        [format!(
            "{line} violation[6].lock: cần mã điều khoản cho phép tạm khóa (\"QN.7.1\"), hoặc \"never\""
        )]
    );
}

#[test]
fn windows_that_end_before_they_begin_or_lie_over_another() {
    let old = "per_day = { value = 4,";
    let line = GOOD
        .split(old)
        .next()
        .unwrap_or_default()
        .matches('\n')
        .count()
        + 1;
    let with = |windows: &str| faults(&GOOD.replace(old, &format!("windows = [{windows}]\n{old}")));
    assert_eq!(
        with("{ label = \"a\", from = \"09:00\", until = \"08:00\" }"),
        [format!(
            "{line} checks.windows[1].until: cần một giờ sau from"
        )]
    );
    assert_eq!(
        with(
            "{ label = \"a\", from = \"07:00\", until = \"09:00\" }, { label = \"b\", from = \"08:00\", until = \"10:00\" }"
        ),
        [format!(
            "{line} checks.windows[2]: cần các khung giờ theo thứ tự, không chồng lên nhau"
        )]
    );
    assert_eq!(
        with("{ label = \"a\", from = \"7:00\", until = \"24:00\" }"),
        [
            format!("{line} checks.windows[1].from: cần một giờ trong ngày (\"07:30\")"),
            format!("{line} checks.windows[1].until: cần một giờ trong ngày (\"07:30\")"),
        ]
    );
}

#[test]
fn an_unknown_key_is_taken_for_a_similar_one_that_is_missing_there() {
    changed(
        "notice = { value = \"1 working day\", local = true }",
        "notise = { value = \"1 working day\", local = true }",
        &["LINE planned_stop.notise: không có khóa này; có phải là «notice»?"],
    );
    changed(
        "notice = { value = \"1 working day\", local = true }",
        "notice = { valeu = \"1 working day\", locale = true }",
        &[
            "LINE planned_stop.notice.clause: cần clause và quote, hoặc local = true",
            "LINE planned_stop.notice.locale: không có khóa này; có phải là «local»?",
            "LINE planned_stop.notice.valeu: không có khóa này; có phải là «value»?",
            "LINE planned_stop.notice.value: thiếu khóa này",
        ],
    );
    // A key that stands there already is not meant.
    changed(
        "notice = { value = \"1 working day\", local = true }",
        "notice = { value = \"1 working day\", values = 1, local = true }",
        &["LINE planned_stop.notice.values: không có khóa này"],
    );
    let text = GOOD.replace("[first_sign_in.change]", "[first-sign-in.change]");
    let found = faults(&text);
    assert_eq!(found[0], "1 first_sign_in: thiếu bảng này");
    assert!(
        found[1].ends_with(" first-sign-in: không có khóa này; có phải là «first_sign_in»?"),
        "{found:?}"
    );
}

#[test]
fn faults_in_sentences() {
    let told = |text: &str| {
        let faults = Profile::parse(text).expect_err("faults");
        faults[0].to_string()
    };
    assert_eq!(
        told(&GOOD.replace("id = \"bim-son\"", "id = 7")),
        "dòng 3: id: cần một tên gồm chữ thường a–z, chữ số, dấu gạch nối"
    );
    let syntax = told("id = \"x\"\ncode = = 3\n");
    assert!(
        syntax.starts_with("dòng 2: không đúng cú pháp TOML ("),
        "{syntax}"
    );
}

/// `regulations/README.md`: a file copied under another code tells each place that still cites the old text, and no other.
#[test]
fn a_copied_file_tells_what_is_left_to_do() {
    let text = GOOD.replace("code = \"BS\"", "code = \"LC\"");
    let found = Profile::parse(&text).expect_err("faults");
    for fault in &found {
        assert_eq!(fault.text, "cần điều khoản của LC", "{fault}");
    }
    assert_eq!(found.len(), GOOD.matches("\"BS.").count(), "{found:#?}");
}
