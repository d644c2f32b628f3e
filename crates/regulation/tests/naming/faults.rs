//! A bad naming section is told about all its faults at once, by line.

use congvu_regulation::Profile;

const GOOD: &str = include_str!("../sixth/sixth.toml");

/// The file with one piece changed; its faults as `line key: text`.
fn faults(old: &str, new: &str) -> Vec<String> {
    assert_eq!(GOOD.matches(old).count(), 1, "{old}");
    let text = GOOD.replace(old, new);
    let Err(faults) = Profile::parse(&text) else {
        panic!("no fault: {new}");
    };
    faults
        .iter()
        .map(|fault| format!("{} {}: {}", fault.line, fault.key, fault.text))
        .collect()
}

fn line_of(piece: &str) -> usize {
    let before = GOOD.split(piece).next().unwrap_or_default();
    before.lines().count() + usize::from(before.is_empty() || before.ends_with('\n'))
}

#[track_caller]
fn check(old: &str, new: &str, key: &str, expected: &str) {
    let wanted = format!("{} {key}: {expected}", line_of(old));
    assert_eq!(faults(old, new), [wanted], "{new}");
}

#[test]
fn the_section_itself() {
    let (text, _) = GOOD.split_once("[naming.unit]").expect("a section");
    let faults = Profile::parse(text).expect_err("no naming");
    assert_eq!(faults.len(), 1);
    assert_eq!(faults[0].to_string(), "dòng 1: naming: thiếu bảng này");
}

#[test]
fn unknown_keys_steps_ways_and_words() {
    check(
        "alone = true",
        "allone = true",
        "naming.subunit.write[1].allone",
        "không có khóa này; có phải là «alone»?",
    );
    check(
        "[naming.commune]",
        "[naming.communes]",
        "naming.communes",
        "không có khóa này; có phải là «commune»?",
    );
    let step = "rest = \"whole\", clause = \"SAU.4.5\"";
    let line = line_of(step);
    assert_eq!(
        faults(step, "remainder = \"whole\", clause = \"SAU.4.5\""),
        [
            format!(
                "{line} naming.group.write[1]: cần một trong các bước lead, tail, of, from, words, rest, parts, dot"
            ),
            format!("{line} naming.group.write[1].remainder: không có khóa này"),
        ]
    );
    check(
        "rest = \"whole\", clause = \"SAU.4.5\"",
        "rest = \"joined\", clause = \"SAU.4.5\"",
        "naming.group.write[1].rest",
        "cần \"whole\", \"initials\" hoặc \"dropped\"",
    );
    check(
        "way = \"number\", from = 2",
        "way = \"guess\", from = 2",
        "naming.unit.clash[1].way",
        "cần \"unit\", \"number\", \"letters\", \"birth-year\" hoặc \"agree\"",
    );
    check(
        "dot = \"parent\"",
        "dot = \"father\"",
        "naming.commune.write[3].dot",
        "cần \"unit\", \"parent\" hoặc \"fixed\"",
    );
    check(
        "parts = [\"given\"]",
        "parts = [\"nick\"]",
        "naming.person.write[2].parts",
        "cần danh sách chọn từ \"family\", \"middle\", \"given\"",
    );
    check(
        "lead = [\"Sở\"]",
        "lead = [\"—\"]",
        "naming.unit.write[1].lead",
        "cần danh sách từ ([\"Phòng\", \"Ban\"])",
    );
}

#[test]
fn clauses_that_are_missing_or_foreign() {
    check(
        "clause = \"SAU.4.3\", quote = \"<tên cơ quan>\"",
        "quote = \"<tên cơ quan>\"",
        "naming.subunit.write[4].clause",
        "cần clause và quote, hoặc local = true",
    );
    check(
        "clause = \"SAU.4.3\", quote = \"<tên cơ quan>\"",
        "clause = \"SL.5.1.c\", quote = \"<tên cơ quan>\"",
        "naming.subunit.write[4].clause",
        "cần điều khoản của SAU",
    );
    check(
        ", quote = \"thêm tên cơ quan\"",
        "",
        "naming.person.clash[3].quote",
        "thiếu khóa này",
    );
}

#[test]
fn numbers_out_of_their_bounds() {
    check(
        "value = 12",
        "value = 0",
        "naming.group.limit.value",
        "cần một số chữ từ 3 đến 64",
    );
    check(
        "from = 2,",
        "from = 0,",
        "naming.unit.clash[1].from",
        "cần số bắt đầu là 1 hoặc 2",
    );
    check(
        "from = 1, unless_same_name",
        "from = 0, unless_same_name",
        "naming.person.clash[1].from",
        "cần từ đầu tiên được thêm chữ, từ 1 đến 3",
    );
    check(
        "digits = [2]",
        "digits = [3]",
        "naming.person.clash[2].digits",
        "cần [2] hoặc [2, 4]",
    );
}

#[test]
fn steps_that_do_not_hold_together() {
    let row = |piece: &str, key: &str| format!("{} {key}", line_of(piece));
    for (old, new, wanted) in [
        (
            "    { rest = \"initials\", clause = \"SAU.4.3\", quote = \"viết tắt\" },\n",
            "",
            row(
                "[naming.subunit]",
                "naming.subunit.write: bước cuối cùng trước các dot phải là rest",
            ),
        ),
        (
            "    { parts = [\"given\"], as = \"whole\", clause = \"SAU.4.4\", quote = \"tên viết đầy đủ\" },\n",
            "",
            row(
                "[naming.person]",
                "naming.person.write: thiếu bước viết \"given\"",
            ),
        ),
        (
            "parts = [\"family\", \"middle\"]",
            "parts = [\"family\", \"given\"]",
            row(
                "[naming.person]",
                "naming.person.write: mỗi phần của tên chỉ viết một lần",
            ),
        ),
        (
            "parts = [\"given\"], as = \"whole\"",
            "rest = \"whole\"",
            row(
                "{ parts = [\"given\"]",
                "naming.person.write[2].rest: tên người chỉ dùng parts và dot",
            ),
        ),
        (
            "lead = [\"Sở\"], as = \"whole\"",
            "parts = [\"given\"], as = \"whole\"",
            row(
                "{ lead = [\"Sở\"]",
                "naming.unit.write[1].parts: chỉ tên người mới có parts",
            ),
        ),
        (
            "clash = [{ way = \"number\", from = 2, clause = \"SAU.4.1\", quote = \"thêm số thứ tự từ 2\" }]",
            "clash = []",
            row(
                "clash = [{ way = \"number\"",
                "naming.unit.clash: cần ít nhất một [[naming.unit.clash]]",
            ),
        ),
        (
            "    { way = \"number\", from = 1, clause = \"SAU.4.4\", quote = \"thêm số thứ tự\" },\n",
            "",
            row(
                "[naming.person]",
                "naming.person.clash: cách cuối cùng phải là \"agree\" hoặc \"number\"",
            ),
        ),
        (
            "way = \"unit\", clause = \"SAU.4.4\"",
            "way = \"number\", from = 2, clause = \"SAU.4.4\"",
            row(
                "[naming.person]",
                "naming.person.clash: sau \"agree\" hoặc \"number\" không được có cách nào nữa",
            ),
        ),
        (
            "way = \"letters\", from = 1, clause = \"SAU.4.2\"",
            "way = \"birth-year\", digits = [2], clause = \"SAU.4.2\"",
            row(
                "{ way = \"letters\", from = 1, clause = \"SAU.4.2\"",
                "naming.commune.clash[1].way: chỉ tên người mới dùng \"birth-year\"",
            ),
        ),
        (
            "address_suffix = { value = \"sau\", local = true }\n",
            "\n",
            format!(
                "{} naming.person.write[3].dot: \"fixed\" cần có address_suffix ở đầu tệp",
                line_of("{ dot = \"fixed\", clause = \"SAU.4.4\"")
            ),
        ),
    ] {
        let found = faults(old, new);
        assert!(found.contains(&wanted), "{new}: {found:#?}\nnot {wanted}");
    }
}

#[test]
fn all_faults_at_once() {
    let text = GOOD
        .replace("way = \"unit\"", "way = \"nobody\"")
        .replace("dot = \"parent\"", "dot = 7")
        .replace("value = 12", "value = \"twelve\"");
    let faults = Profile::parse(&text).expect_err("three faults");
    assert_eq!(faults.len(), 3, "{faults:#?}");
    assert!(faults.is_sorted_by_key(|fault| fault.line));
}

/// No text makes the reader panic: the file with every line left out, cut and doubled.
#[test]
fn mutilated_files_never_panic() {
    let lines: Vec<&str> = GOOD.lines().collect();
    for position in 0..lines.len() {
        let mut left_out = lines.clone();
        left_out.remove(position);
        let mut doubled = lines.clone();
        doubled.insert(position, lines[position]);
        let cut: String =
            lines[..position].join("\n") + &lines[position].chars().take(20).collect::<String>();
        for text in [left_out.join("\n"), doubled.join("\n"), cut] {
            let _ = Profile::parse(&text);
        }
    }
}
