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
        "1 acceptable_use: at least one [[acceptable_use]]",
        "1 access: this table",
        "1 attachment: this table",
        "1 checks: this table",
        "1 content: this table",
        "1 first_sign_in: this table",
        "1 forwarding: this table",
        "1 head: this table",
        "1 id: a name of small letters a–z, digits and hyphens",
        "1 naming: this table",
        "1 password: this table",
        "1 password_reminders: this table",
        "1 planned_stop: this table",
        "1 request: at least one [[request]]",
        "1 requests: this table",
        "1 restore: this table",
        "1 revoke: this table",
        "1 title: this key",
        "1 violation: at least one [[violation]]",
        "3 decision: a text that is not empty",
        "4 colour: no such key",
        "7 in_force.value: a day (2025-11-20), or \"undated\"",
        "12 domain.value: a domain name in small letters (sonla.gov.vn)",
        "13 domain.clause: a clause of BS",
        "16 managing.clause: a clause with its quote, or local = true",
        "16 managing.quote: this key",
        "21 operating.clause: the name of a clause (QN.7.1.đ)",
        "22 operating.quote: a text that is not empty",
        "24 quota.exception: this table",
        "24 quota.warnings: this table",
        "25 quota.personal: a table",
        "26 quota.unit.local: true (or a clause with its quote)",
        "26 quota.unit.maximum: a size of 1 MB to 1024 TB (\"1000 MB\", or bytes)",
        "26 quota.unit.note: no such key",
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
    let notice = "notice = { value = \"1 working day\", local = true }";
    let with = |term: &str| format!("notice = {{ value = \"{term}\", local = true }}");
    let key = "LINE planned_stop.notice.value: ";
    for (term, expected) in [
        ("0 days", "a term of at least 1 (\"3 working days\")"),
        (
            "3 weeks",
            "a unit that is known: working days, days, months, years",
        ),
        ("5000 days", "a term of at most 3660 (\"3 working days\")"),
        (
            "soon",
            "a term (\"3 working days\", \"30 days\", \"6 months\", \"1 year\")",
        ),
    ] {
        changed(notice, &with(term), &[&format!("{key}{expected}")]);
    }
}

#[test]
fn a_clause_is_missing() {
    changed(
        "notice = { value = \"1 working day\", local = true }",
        "notice = { value = \"1 working day\" }",
        &[
            "LINE planned_stop.notice.clause: a clause with its quote, or local = true",
            "LINE planned_stop.notice.quote: this key",
        ],
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
        format!("{line} quota.personal.minimum: a minimum no more than the maximum (2 GB)")
    );
    assert_eq!(
        fault("[quota.personal]\ndefault = { value = \"3 GB\", local = true }\nmaximum = \"2 GB\""),
        format!("{line} quota.personal.default: a size within the bounds (0 to 2 GB)")
    );
    changed(
        "percents = [80, 90, 95]",
        "percents = [80, 80]",
        &["LINE quota.warnings.percents: percents in rising order, 1 to 99 ([80, 90, 95])"],
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
            "LINE violation[4].id: another id: \"attack\" stands in line {first} already"
        )],
    );
    changed(
        "kind = \"issue\"",
        "kind = \"issue\"\nform = \"mau-01\"",
        // The line after.
        &[&format!(
            "{} request[1].form: the id of a [[form]]; there is no \"mau-01\"",
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
            "LINE report[1].every: \"month\", \"quarter\", \"half\", \"year\", \"request\" or \"change\"",
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
        [format!("{line} violation[6].lock: a clause of BS")]
    );
    assert_eq!(
        with("sometimes"),
        [format!(
            "{line} violation[6].lock: the clause that lets a mailbox be locked (QN.7.1), or \"never\""
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
            "{line} checks.windows[1].until: a time after \"from\""
        )]
    );
    assert_eq!(
        with(
            "{ label = \"a\", from = \"07:00\", until = \"09:00\" }, { label = \"b\", from = \"08:00\", until = \"10:00\" }"
        ),
        [format!(
            "{line} checks.windows[2]: windows in order, none over another"
        )]
    );
    assert_eq!(
        with("{ label = \"a\", from = \"7:00\", until = \"24:00\" }"),
        [
            format!("{line} checks.windows[1].from: a time of day (\"07:30\")"),
            format!("{line} checks.windows[1].until: a time of day (\"07:30\")"),
        ]
    );
}
