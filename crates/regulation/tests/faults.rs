//! A bad file is told about all its faults at once, by line.

use congvu_regulation::Profile;

const GOOD: &str = include_str!("../../../regulations/bim-son.toml");

/// Parses and lists the faults as `line key: expected`.
fn faults(text: &str) -> Vec<String> {
    match Profile::parse(text) {
        Ok(_) => Vec::new(),
        Err(faults) => faults
            .iter()
            .map(|fault| format!("{} {}: {}", fault.line, fault.key, fault.expected))
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
unit = { value = "2 gigabyte", local = false, note = "?" }

[log_retention_months]
value = 0
local = true

[lock_mode]
value = "open"
local = true
clause = "BS.7"
"#;
    let expected = [
        "1 attachment: this table",
        "1 content: this table",
        "1 first_sign_in: this table",
        "1 forwarding: this table",
        "1 id: a name of small letters a–z, digits and hyphens",
        "1 naming: this table",
        "1 password: this table",
        "1 title: this key",
        "3 decision: a text that is not empty",
        "4 colour: no such key",
        "7 in_force.value: a day (2025-11-20), or \"undated\"",
        "12 domain.value: a domain name in small letters (sonla.gov.vn)",
        "13 domain.clause: a clause of BS",
        "16 managing.clause: a clause with its quote, or local = true",
        "16 managing.quote: this key",
        "21 operating.clause: the name of a clause (QN.7.1.đ)",
        "22 operating.quote: a text that is not empty",
        "25 quota.personal: a table",
        "26 quota.unit.local: true (or a clause with its quote)",
        "26 quota.unit.note: no such key",
        "26 quota.unit.value: a size of 1 MB to 1024 TB (\"1000 MB\", or bytes)",
        "29 log_retention_months.value: a number of months, 1 to 1200",
        "33 lock_mode.value: \"receives\" or \"closed\"",
        "35 lock_mode.clause: no such key",
    ];
    assert_eq!(faults(text), expected);
}

#[test]
fn what_is_no_toml_is_told_by_line() {
    let found = faults("id = \"x\"\ncode = = 3\n[domain\n");
    assert!(found.len() >= 2, "{found:?}");
    assert!(found[0].starts_with("2 : valid TOML"), "{found:?}");
    assert!(found[1].starts_with("3 : valid TOML"), "{found:?}");
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
