//! Archives with a password, and archives that nobody could look into.

use congvu_regulation::content::{Lock, Unseen};

use super::*;

#[test]
fn qn_2_8_qn_15_6_an_archive_with_a_password_is_told_to_ours_and_held_from_outside() {
    for real in [RealType::Zip, RealType::Rar, RealType::SevenZip] {
        let file = seen("ho-so.bin", real, Look::Locked(Lock::Archive));
        for (direction, effect) in [
            (Direction::Sent, Effect::Warn),
            (Direction::Inside, Effect::Warn),
            (Direction::Received, Effect::Hold),
        ] {
            let verdict = rule("quang-ninh").decide(&with(direction, std::slice::from_ref(&file)));
            let finding = check(&verdict, Concern::EncryptedArchive, effect, "QN.15.6");
            assert_eq!(finding.file.as_deref(), Some("ho-so.bin"));
            assert_eq!(verdict.effect(), effect);
        }
    }
}

/// Zip encrypts each member by itself: the archive is named once, and what its list shows still counts.
#[test]
fn qn_2_8_members_with_a_password_name_their_archive_once() {
    let mut message = Description::new(Direction::Sent);
    let outer = message.attach(of_type("ngoai.zip", RealType::Zip));
    let inner = message.within(outer, of_type("trong.zip", RealType::Zip));
    for name in ["1.docx", "2.docx", "3.exe"] {
        message.within(
            inner,
            seen(name, RealType::Unknown, Look::Locked(Lock::Archive)),
        );
    }
    let verdict = rule("quang-ninh").decide(&message);
    let finding = check(&verdict, Concern::EncryptedArchive, Effect::Warn, "QN.15.6");
    assert_eq!(finding.file.as_deref(), Some("ngoai.zip → trong.zip"));
    let finding = check(&verdict, Concern::Executable, Effect::Refuse, "QN.15.6");
    assert_eq!(
        finding.file.as_deref(),
        Some("ngoai.zip → trong.zip → 3.exe")
    );
    assert_eq!(verdict.effect(), Effect::Refuse);
}

/// QN.2.8 names archives; a document with a password is our own setting.
#[test]
fn qn_2_8_a_document_with_a_password_is_no_archive() {
    let file = seen(
        "luong.xlsx",
        RealType::OfficeXml,
        Look::Locked(Lock::Document),
    );
    assert_eq!(sent(std::slice::from_ref(&file)).effect(), Effect::Pass);
    let verdict = rule("quang-ninh").decide(&with(Direction::Received, &[file]));
    check(&verdict, Concern::EncryptedDocument, Effect::Warn, "local");
}

#[test]
fn qn_15_6_what_nobody_could_look_into_waits() {
    for (why, words) in [
        (Unseen::TooDeep, "quá sâu"),
        (Unseen::TooLarge, "quá lớn"),
        (Unseen::TooMany, "quá nhiều tệp"),
        (Unseen::Damaged, "bị hỏng"),
        (Unseen::UnknownForm, "không đọc được"),
    ] {
        for id in FIVE {
            let file = seen("x.rar", RealType::Rar, Look::Unseen(why));
            let verdict = rule(id).decide(&with(Direction::Sent, &[file]));
            let finding = check(&verdict, Concern::Unreadable, Effect::Hold, "local");
            assert!(finding.text.contains(words), "{finding}");
            assert_eq!(verdict.effect(), Effect::Hold);
        }
    }
}
