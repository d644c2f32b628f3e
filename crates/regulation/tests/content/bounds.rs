//! What a hostile message cannot do.

use congvu_regulation::content::{Lock, TOLD};

use super::*;

#[test]
fn ten_thousand_members_give_a_bounded_answer_with_their_number() {
    let mut message = Description::new(Direction::Sent);
    let outer = message.attach(of_type("a.zip", RealType::Zip));
    for number in 0..10_000 {
        let name = format!("{}/{number}.exe", "thư mục ".repeat(20));
        message.within(outer, named(&name));
    }
    let verdict = rule("quang-ninh").decide(&message);
    assert_eq!(verdict.findings().len(), TOLD);
    assert_eq!(verdict.untold(), 10_000 - TOLD);
    let length: usize = verdict
        .findings()
        .iter()
        .map(|finding| finding.text.len())
        .sum();
    assert!(length < TOLD * 1000, "{length}");
    assert_eq!(verdict, rule("quang-ninh").decide(&message));
}

/// The strictest is told even where ten thousand milder ones come first.
#[test]
fn what_refuses_is_not_crowded_out_by_what_warns() {
    let mut message = Description::new(Direction::Sent);
    for number in 0..10_000 {
        message.attach(named(&format!("{number}.mkv")));
    }
    message.attach(named("setup.exe"));
    let verdict = rule("quang-ninh").decide(&message);
    assert_eq!(verdict.effect(), Effect::Refuse);
    assert_eq!(verdict.findings()[0].concern, Concern::Executable);
    assert_eq!(verdict.findings()[0].attachment, Some(10_001));
}

/// However deep a message nests, nothing here does.
#[test]
fn a_hundred_thousand_archives_in_one_another() {
    let mut message = Description::new(Direction::Received);
    let mut inner = message.attach(of_type("0.zip", RealType::Zip));
    for _ in 0..100_000 {
        inner = message.within(inner, of_type("x.zip", RealType::Zip));
    }
    message.within(
        inner,
        seen("a.exe", RealType::Pe, Look::Locked(Lock::Archive)),
    );
    let verdict = rule("quang-ninh").decide(&message);
    let finding = check(&verdict, Concern::Executable, Effect::Refuse, "QN.15.6");
    assert_eq!(
        finding.file.as_deref(),
        Some("0.zip → … → x.zip → x.zip → x.zip → x.zip → a.exe")
    );
}

#[test]
fn a_name_of_a_megabyte_is_read_whole_and_shown_short() {
    let name = format!(
        "{}\u{202e}{}.exe",
        "ậ".repeat(300_000),
        "MẬT ".repeat(50_000)
    );
    let verdict = sent(&[named(&name)]);
    let finding = check(&verdict, Concern::Executable, Effect::Refuse, "QN.15.6");
    assert!(finding.text.len() < 1000);
}
