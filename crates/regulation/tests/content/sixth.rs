//! A sixth, invented province writes data only.

use congvu_regulation::MailboxKind;

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

/// The limit on what is attached is that of the mailbox's kind, where the text sets one each.
#[test]
fn a_personal_mailbox_has_the_limit_of_a_personal_mailbox() {
    let limit = |kind| sixth().content().limit(kind).value;
    assert_eq!(limit(MailboxKind::Personal), 10 * congvu_regulation::MB);
    assert_eq!(limit(MailboxKind::Unit), 40 * congvu_regulation::MB);
}
