//! A sixth, invented province writes data only.

use congvu_regulation::content::Lock;
use congvu_regulation::{MB, MailboxKind};

use super::*;

#[test]
fn a_sixth_province_decides_by_its_own_data() {
    let sixth = sixth();
    let rule = sixth.content();
    let decide = |files: &[File]| rule.decide(&with(Direction::Sent, files));
    check(
        &decide(&[named("a.BAT")]),
        Concern::Executable,
        Effect::Refuse,
        "SAU.5.1",
    );
    // A whole name is a pattern too; what is not on its list does not run here, but is no PDF either.
    check(
        &decide(&[named("AutoRun.inf")]),
        Concern::Executable,
        Effect::Refuse,
        "SAU.5.1",
    );
    check(
        &decide(&[named("a.scr")]),
        Concern::Kind,
        Effect::Refuse,
        "SAU.5.4",
    );
    assert_eq!(decide(&[named("a.pdf")]).effect(), Effect::Pass);
    let mut message = Description::new(Direction::Inside);
    message.mailbox(MailboxKind::Personal);
    message.category("công văn");
    check(
        &rule.decide(&message),
        Concern::PersonalMailbox,
        Effect::Refuse,
        "SAU.5.5",
    );
}

/// SAU.8: a person's mailbox and a unit's have limits of their own.
#[test]
fn sau_8_a_limit_for_each_kind_of_mailbox() {
    let rule = sixth().content();
    let sent = |kind, size| {
        let file = File {
            size,
            ..File::named("a.pdf")
        };
        let mut message = with(Direction::Sent, &[file]);
        message.mailbox(kind);
        rule.decide(&message)
    };
    for (kind, limit) in [(MailboxKind::Personal, 10), (MailboxKind::Unit, 40)] {
        assert_eq!(rule.limit(kind).value, limit * MB);
        assert_eq!(sent(kind, limit * MB).effect(), Effect::Pass);
        let over = sent(kind, limit * MB + 1);
        let finding = check(&over, Concern::Size, Effect::Hold, "local");
        let limit = finding.reading.as_ref().and_then(|origin| origin.clause());
        assert_eq!(limit.map(ClauseId::as_str), Some("SAU.8"), "{finding}");
    }
}

/// SAU.5.2: what has a password waits inside, and leaves or comes in not at all; a document is told only.
#[test]
fn sau_5_2_by_direction() {
    let rule = sixth().content();
    let archive = seen("a.pdf", RealType::Zip, Look::Locked(Lock::Archive));
    let document = seen("a.pdf", RealType::Pdf, Look::Locked(Lock::Document));
    for (direction, effect) in [
        (Direction::Sent, Effect::Refuse),
        (Direction::Inside, Effect::Hold),
        (Direction::Received, Effect::Refuse),
    ] {
        let verdict = rule.decide(&with(direction, std::slice::from_ref(&archive)));
        check(&verdict, Concern::EncryptedArchive, effect, "SAU.5.2");
        let verdict = rule.decide(&with(direction, std::slice::from_ref(&document)));
        check(&verdict, Concern::EncryptedDocument, Effect::Warn, "local");
    }
}
