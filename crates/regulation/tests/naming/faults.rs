//! A bad naming section is told about all its faults at once, by line.

use congvu_regulation::Profile;

use super::completed;

const GOOD: &str = include_str!("sixth.toml");

/// The file with one piece changed; its faults as `line key: expected`, without those of other sections.
fn faults(old: &str, new: &str) -> Vec<String> {
    assert_eq!(GOOD.matches(old).count(), 1, "{old}");
    let text = GOOD.replace(old, new);
    let Err(faults) = Profile::parse(&completed(&text)) else {
        panic!("no fault: {new}");
    };
    faults
        .iter()
        .map(|fault| format!("{} {}: {}", fault.line, fault.key, fault.expected))
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
    let faults = Profile::parse(&completed(text)).expect_err("no naming");
    assert_eq!(faults.len(), 1);
    assert_eq!(faults[0].to_string(), "line 1: naming: expected this table");
}

#[test]
fn unknown_keys_steps_ways_and_words() {
    check(
        "alone = true",
        "allone = true",
        "naming.subunit.write[1].allone",
        "no such key",
    );
    check(
        "[naming.commune]",
        "[naming.communes]",
        "naming.communes",
        "no such key",
    );
    let step = "rest = \"whole\", clause = \"SAU.4.5\"";
    let line = line_of(step);
    assert_eq!(
        faults(step, "remainder = \"whole\", clause = \"SAU.4.5\""),
        [
            format!(
                "{line} naming.group.write[1]: one of the steps lead, from, words, rest, parts, dot"
            ),
            format!("{line} naming.group.write[1].remainder: no such key"),
        ]
    );
    check(
        "rest = \"whole\", clause = \"SAU.4.5\"",
        "rest = \"joined\", clause = \"SAU.4.5\"",
        "naming.group.write[1].rest",
        "\"whole\", \"initials\" or \"dropped\"",
    );
    check(
        "way = \"number\", from = 2",
        "way = \"guess\", from = 2",
        "naming.unit.clash[1].way",
        "\"unit\", \"number\", \"letters\", \"birth-year\" or \"agree\"",
    );
    check(
        "dot = \"parent\"",
        "dot = \"father\"",
        "naming.commune.write[3].dot",
        "\"unit\", \"parent\" or \"fixed\"",
    );
    check(
        "parts = [\"given\"]",
        "parts = [\"nick\"]",
        "naming.person.write[2].parts",
        "a list of \"family\", \"middle\", \"given\"",
    );
    check(
        "lead = [\"Sở\"]",
        "lead = [\"—\"]",
        "naming.unit.write[1].lead",
        "a list of words ([\"Phòng\", \"Ban\"])",
    );
}

#[test]
fn clauses_that_are_missing_or_foreign() {
    check(
        "clause = \"SAU.4.3\", quote = \"<tên cơ quan>\"",
        "quote = \"<tên cơ quan>\"",
        "naming.subunit.write[4].clause",
        "a clause with its quote, or local = true",
    );
    check(
        "clause = \"SAU.4.3\", quote = \"<tên cơ quan>\"",
        "clause = \"SL.5.1.c\", quote = \"<tên cơ quan>\"",
        "naming.subunit.write[4].clause",
        "a clause of SAU",
    );
    check(
        ", quote = \"thêm tên cơ quan\"",
        "",
        "naming.person.clash[3].quote",
        "this key",
    );
}

#[test]
fn numbers_out_of_their_bounds() {
    check(
        "value = 12",
        "value = 0",
        "naming.group.limit.value",
        "a number of letters, 3 to 64",
    );
    check(
        "from = 2,",
        "from = 0,",
        "naming.unit.clash[1].from",
        "the first number, 1 or 2",
    );
    check(
        "from = 1, unless_same_name",
        "from = 0, unless_same_name",
        "naming.person.clash[1].from",
        "the first word that gets letters, 1 to 9",
    );
    check(
        "digits = [2]",
        "digits = [3]",
        "naming.person.clash[2].digits",
        "[2] or [2, 4]",
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
                "naming.subunit.write: a rest as the last step before the dots",
            ),
        ),
        (
            "    { parts = [\"given\"], as = \"whole\", clause = \"SAU.4.4\", quote = \"tên viết đầy đủ\" },\n",
            "",
            row(
                "[naming.person]",
                "naming.person.write: a step that writes the given name",
            ),
        ),
        (
            "parts = [\"family\", \"middle\"]",
            "parts = [\"family\", \"given\"]",
            row(
                "[naming.person]",
                "naming.person.write: each part of a name once",
            ),
        ),
        (
            "parts = [\"given\"], as = \"whole\"",
            "rest = \"whole\"",
            row(
                "{ parts = [\"given\"]",
                "naming.person.write[2].rest: parts or dot: a person's name has parts",
            ),
        ),
        (
            "lead = [\"Sở\"], as = \"whole\"",
            "parts = [\"given\"], as = \"whole\"",
            row(
                "{ lead = [\"Sở\"]",
                "naming.unit.write[1].parts: no parts of a person's name here",
            ),
        ),
        (
            "clash = [{ way = \"number\", from = 2, clause = \"SAU.4.1\", quote = \"thêm số thứ tự từ 2\" }]",
            "clash = []",
            row(
                "clash = [{ way = \"number\"",
                "naming.unit.clash: at least one [[naming.unit.clash]]",
            ),
        ),
        (
            "    { way = \"number\", from = 1, clause = \"SAU.4.4\", quote = \"thêm số thứ tự\" },\n",
            "",
            row(
                "[naming.person]",
                "naming.person.clash: \"agree\" or \"number\" as the last way",
            ),
        ),
        (
            "way = \"unit\", clause = \"SAU.4.4\"",
            "way = \"number\", from = 2, clause = \"SAU.4.4\"",
            row(
                "[naming.person]",
                "naming.person.clash: no way behind \"agree\" or \"number\": none is reached",
            ),
        ),
        (
            "way = \"letters\", from = 1, clause = \"SAU.4.2\"",
            "way = \"birth-year\", digits = [2], clause = \"SAU.4.2\"",
            row(
                "{ way = \"letters\", from = 1, clause = \"SAU.4.2\"",
                "naming.commune.clash[1].way: another way: only a person has a year of birth",
            ),
        ),
        (
            "address_suffix = { value = \"sau\", local = true }\n",
            "\n",
            format!(
                "{} naming.person.write[3].dot: an address_suffix in the profile, for \"fixed\"",
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
    let faults = Profile::parse(&completed(&text)).expect_err("three faults");
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
