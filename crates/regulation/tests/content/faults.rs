//! Bad sections are told about all their faults at once, by line.

use super::*;

fn line_of(piece: &str) -> usize {
    let text = include_str!("../sixth/sixth.toml");
    let before = text.split(piece).next().unwrap_or_default();
    before.lines().count() + usize::from(before.is_empty() || before.ends_with('\n'))
}

#[track_caller]
fn expect(old: &str, new: &str, key: &str, expected: &str) {
    let faults = sixth_with(&[(old, new)]).expect_err(new);
    assert_eq!(faults, [format!("{} {key}: {expected}", line_of(old))]);
}

#[test]
fn effects_patterns_types_domains_and_keys() {
    let effects = "cần \"pass\", \"warn\", \"hold\" hoặc \"refuse\", chung hoặc riêng cho sent, inside, received";
    expect(
        "size.effect = { value = \"hold\"",
        "size.effect = { value = \"block\"",
        "content.size.effect.value",
        effects,
    );
    expect(
        "{ sent = \"refuse\", inside = \"hold\", received = \"refuse\" }",
        "{ sent = \"refuse\", received = \"refuse\" }",
        "content.encrypted.archives.value",
        effects,
    );
    expect(
        "{ sent = \"refuse\", inside = \"hold\", received = \"refuse\" }",
        "{ sent = \"refuse\", inside = \"hold\", arriving = \"refuse\" }",
        "content.encrypted.archives.value",
        effects,
    );
    // QN.11.2: what is held, others read.
    expect(
        "secrecy.stamp = { value = \"refuse\"",
        "secrecy.stamp = { value = \"hold\"",
        "content.secrecy.stamp.value",
        "cần \"pass\", \"warn\" hoặc \"refuse\", chung hoặc riêng cho sent, inside, received (không \"hold\": người xét duyệt sẽ đọc được)",
    );
    for bad in ["\"*exe\"", "\"*.EXE\"", "\"\"", "\"*.*\"", "7", "\"*.exé\""] {
        expect(
            "\"*.exe\", \"*.bat\"",
            bad,
            "content.executables.printed.value",
            "cần danh sách mẫu tên tệp viết thường ([\"*.exe\"])",
        );
    }
    expect(
        "[\"*.pdf\", \"*.jpg\", \"*.png\"]",
        "\"all\"",
        "content.kinds.allowed.value",
        "cần \"any\", hoặc danh sách mẫu tên tệp viết thường ([\"*.pdf\"])",
    );
    for bad in ["\"exe\"", "\"unknown\""] {
        expect(
            "\"pe\", \"script\"",
            bad,
            "content.executables.further_types.value",
            "cần danh sách loại nội dung ([\"pe\", \"msi\", \"script\"])",
        );
    }
    expect(
        "value = [\"công văn\"]",
        "value = [\" \"]",
        "content.documents.categories.value",
        "cần danh sách các chuỗi không rỗng",
    );
    expect(
        "allowed = { value = \"none\"",
        "allowed = { value = [\"*.vn\"]",
        "forwarding.allowed.value",
        "cần \"none\", hoặc danh sách tên miền ([\"gov.vn\", \"*.gov.vn\"])",
    );
    expect(
        "fetching = { value = \"warn\"",
        "fetching = { value = \"hold\"",
        "forwarding.fetching.value",
        "cần \"pass\", \"warn\" hoặc \"refuse\"",
    );
    expect(
        "disguise.effect = { value = \"refuse\", local = true }",
        "disguise.effect = { value = \"refuse\" , local = true, note = 1 }",
        "content.disguise.effect.note",
        "không có khóa này",
    );
}

#[test]
fn clauses_that_are_missing_or_foreign_and_keys_that_are_missing_or_unknown() {
    let old = "unreadable.effect = { value = \"refuse\", clause = \"SAU.5.2\", quote = \"tệp nén phải mở được\" }";
    expect(
        old,
        "unreadable.effect = { value = \"refuse\", clause = \"QN.15.6\", quote = \"x\" }",
        "content.unreadable.effect.clause",
        "cần điều khoản của SAU",
    );
    expect(
        old,
        "unreadable.effect = { value = \"refuse\", quote = \"x\" }",
        "content.unreadable.effect.clause",
        "cần clause và quote, hoặc local = true",
    );
    let line = line_of(old);
    let faults = sixth_with(&[(old, "unreadable.effects = 1\nviruses = 1")]).expect_err("faults");
    assert_eq!(
        faults,
        [
            format!("{line} content.unreadable.effect: thiếu khóa này"),
            format!("{line} content.unreadable.effects: không có khóa này; có phải là «effect»?"),
            format!("{} content.viruses: không có khóa này", line + 1),
        ]
    );
}

/// No text makes the reader panic: the file with every line left out, cut and doubled.
#[test]
fn mutilated_files_never_panic() {
    let text = include_str!("../sixth/sixth.toml");
    let lines: Vec<&str> = text.lines().collect();
    for position in 0..lines.len() {
        for length in [0, 5, 20, 40, 60] {
            let mut cut: Vec<String> = lines.iter().map(ToString::to_string).collect();
            cut[position] = lines[position].chars().take(length).collect();
            let _ = Profile::parse(&cut.join("\n"));
        }
    }
}
