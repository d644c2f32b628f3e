//! Size, kinds of files, the mailbox, those who get it.

use congvu_regulation::content::Reach;
use congvu_regulation::{MB, MailboxKind};

use super::*;

fn of_size(size: u64) -> File {
    File {
        size,
        ..File::named("a.pdf")
    }
}

#[test]
fn qn_8_1_bs_6_hcm_4_2_the_sum_of_the_attachments_is_limited() {
    for (id, limit, clause) in [
        ("quang-ninh", 20, "QN.8.1"),
        ("bim-son", 4, "BS.6"),
        ("hcm-donre", 30, "HCM.4.2"),
        ("tuyen-quang", 25, "local"),
        ("son-la", 25, "local"),
    ] {
        let half = of_size(limit * MB / 2);
        let fits = with(Direction::Sent, &[half.clone(), half.clone()]);
        assert_eq!(rule(id).decide(&fits).effect(), Effect::Pass, "{id}");
        let over = with(Direction::Sent, &[half.clone(), half, of_size(1)]);
        check(
            &rule(id).decide(&over),
            Concern::Size,
            Effect::Refuse,
            clause,
        );
    }
}

#[test]
fn qn_8_1_how_much_over_is_told_and_an_approved_exception_counts() {
    let mut message = with(
        Direction::Sent,
        &[of_size(20 * MB + MB / 2), of_size(2 * MB)],
    );
    let finding = check(
        &rule("quang-ninh").decide(&message),
        Concern::Size,
        Effect::Refuse,
        "QN.8.1",
    );
    assert_eq!(
        finding.to_string(),
        "Các tệp đính kèm tổng cộng 22,5 MB, vượt 2,5 MB so với giới hạn 20 MB mỗi thư. Thư không được gửi. Hãy bỏ bớt tệp, chia thành nhiều thư, hoặc đề nghị nâng giới hạn cho hộp thư. (QN.8.1)"
    );
    message.limit(30 * MB);
    assert_eq!(rule("quang-ninh").decide(&message).effect(), Effect::Pass);
    message.limit(MB);
    assert_eq!(rule("quang-ninh").decide(&message).effect(), Effect::Refuse);
}

/// What is unpacked does not count: the limit is on what the message carries.
#[test]
fn qn_8_1_members_of_an_archive_do_not_count() {
    let mut message = Description::new(Direction::Sent);
    let outer = message.attach(of_type("a.zip", RealType::Zip));
    message.within(outer, of_size(900 * MB));
    assert_eq!(message.attached(), 0);
    message.attach(of_size(u64::MAX));
    message.attach(of_size(u64::MAX));
    assert_eq!(message.attached(), u64::MAX);
}

#[test]
fn qn_12_2_tq_3_3_sl_3_3_kinds_beside_the_list_are_told() {
    for (id, clause) in [
        ("quang-ninh", "QN.12.2"),
        ("tuyen-quang", "TQ.3.3"),
        ("son-la", "SL.3.3"),
    ] {
        let verdict = rule(id).decide(&with(Direction::Sent, &[named("phim.mkv")]));
        check(&verdict, Concern::Kind, Effect::Warn, clause);
        for name in ["a.PDF", "b.docx", "c.jpg", "d.zip", "e.ods", "f.p7s"] {
            let verdict = rule(id).decide(&with(Direction::Sent, &[named(name)]));
            assert_eq!(verdict.effect(), Effect::Pass, "{id} {name}");
        }
    }
    for id in ["bim-son", "hcm-donre"] {
        let verdict = rule(id).decide(&with(Direction::Sent, &[named("phim.mkv")]));
        assert_eq!(verdict.effect(), Effect::Pass);
    }
    // Without a name its content tells.
    let mut picture = of_type("", RealType::Png);
    picture.names.clear();
    assert_eq!(sent(&[picture]).effect(), Effect::Pass);
    let mut unknown = named("");
    unknown.names.clear();
    check(&sent(&[unknown]), Concern::Kind, Effect::Warn, "QN.12.2");
}

#[test]
fn qn_11_1_cn_a_document_from_a_personal_mailbox_offers_the_unit_mailbox() {
    let mut message = Description::new(Direction::Inside);
    message.mailbox(MailboxKind::Personal);
    assert_eq!(rule("quang-ninh").decide(&message).effect(), Effect::Pass);
    message.category("công văn");
    let verdict = rule("quang-ninh").decide(&message);
    check(
        &verdict,
        Concern::PersonalMailbox,
        Effect::Warn,
        "QN.11.1.cn",
    );
    message.unit_mailbox("sttvtt@quangninh.gov.vn");
    let verdict = rule("quang-ninh").decide(&message);
    let finding = check(
        &verdict,
        Concern::PersonalMailbox,
        Effect::Warn,
        "QN.11.1.cn",
    );
    assert!(
        finding.text.contains("sttvtt@quangninh.gov.vn"),
        "{finding}"
    );
    message.mailbox(MailboxKind::Unit);
    assert_eq!(rule("quang-ninh").decide(&message).effect(), Effect::Pass);
}

#[test]
fn hcm_7_1_kinds_of_documents_to_choose_from() {
    let categories = rule("hcm-donre").categories();
    assert_eq!(
        categories.origin.clause().map(ClauseId::as_str),
        Some("HCM.7.1")
    );
    for kind in [
        "thông báo",
        "công văn",
        "thư mời",
        "lịch công tác",
        "báo cáo",
    ] {
        assert!(categories.value.iter().any(|known| known == kind), "{kind}");
    }
}

#[test]
fn who_gets_it_outside_state_bodies_is_told() {
    let mut message = Description::new(Direction::Sent);
    message.recipient(Reach::Ours);
    message.recipient(Reach::State);
    assert_eq!(rule("son-la").decide(&message).effect(), Effect::Pass);
    message.recipient(Reach::Outside);
    message.recipient(Reach::Outside);
    let verdict = rule("son-la").decide(&message);
    let finding = check(&verdict, Concern::Outside, Effect::Warn, "local");
    assert!(
        finding.text.starts_with("Thư có 2 người nhận ngoài"),
        "{finding}"
    );
}

#[test]
fn names_that_show_themselves_as_something_else_are_told() {
    for name in [
        "anh\u{202e}gpj.pdf",
        "a.pdf          .zip",
        "\u{2066}a.pdf\u{2069}",
    ] {
        let verdict = rule("son-la").decide(&with(Direction::Received, &[named(name)]));
        let finding = check(&verdict, Concern::Disguise, Effect::Warn, "local");
        assert!(!finding.text.contains('\u{202e}'));
    }
    // Phones put plain direction marks into names.
    assert_eq!(sent(&[named("\u{200e}IMG 01.jpeg")]).effect(), Effect::Pass);
}
