use super::{analyze, raw};

#[test]
fn everything() {
    let facts = analyze(
        "Received: one\nReceived: two\nDelivered-To: An@X.VN\nDelivered-To: <b@x.vn>\n\
         Auto-Submitted: Auto-Replied (vacation); x=y\n\
         From: =?utf-8?q?=C4=90=E1=BB=97?= <do@x.vn>, g: h@x.vn;\nSender: s@x.vn\nTo: a@b, c@d\nCc: g: e@f;\n\
         Subject: =?utf-8?B?Q8O0bmc=?=\n =?utf-8?B?IHbEg24=?= so 1\nDate: Thu, 01 Jan 1970 07:00:01 +0700\n\
         Message-ID: <m@x>\nIn-Reply-To: your mail <p@x>\nReferences: <a@x>\n <b@x><p@x>\n\nhello\n",
    )
    .facts;
    assert_eq!(facts.received_count, 2);
    assert_eq!(facts.delivered_to, ["an@x.vn", "b@x.vn"]);
    assert_eq!(facts.auto_submitted.as_deref(), Some("auto-replied"));
    assert_eq!(facts.from.len(), 2);
    assert_eq!(
        (facts.from[0].name.as_str(), facts.from[0].addr()),
        ("Đỗ", "do@x.vn".to_owned())
    );
    assert_eq!(
        facts.sender.map(|spec| spec.addr()).as_deref(),
        Some("s@x.vn")
    );
    assert_eq!(facts.to_cc_count, 3);
    assert_eq!(facts.subject, "Công văn so 1");
    assert_eq!(facts.date, Some(1));
    assert_eq!(facts.message_id.as_deref(), Some("<m@x>"));
    assert_eq!(facts.in_reply_to.as_deref(), Some("<p@x>"));
    assert_eq!(facts.references, ["<a@x>", "<b@x>", "<p@x>"]);
    assert!(facts.has_date && facts.has_message_id && facts.has_from);
    assert!(!facts.long_header && !facts.has_nul && !facts.has_8bit);
}

#[test]
fn nothing() {
    let facts = analyze("From: \nDate: \nMessage-ID:\n\n").facts;
    assert!(!facts.has_date && !facts.has_message_id && !facts.has_from);
    assert_eq!(facts, congvu_message::Facts::default());
}

#[test]
fn bounds() {
    let header = format!(
        "Subject: {}\nReferences: {}\nFrom: {}\n{}",
        "đ".repeat(5000),
        "<a@b>".repeat(5000),
        "a@b,".repeat(5000),
        "Delivered-To: a@b\n".repeat(100)
    );
    let facts = analyze(&header).facts;
    assert_eq!(facts.subject.len(), 1024);
    assert_eq!(
        (
            facts.references.len(),
            facts.from.len(),
            facts.delivered_to.len()
        ),
        (256, 256, 64)
    );
}

#[test]
fn bytes() {
    assert!(raw(b"A: b\r\n\r\na\0b").facts.has_nul);
    assert!(raw("A: b\r\n\r\nđ".as_bytes()).facts.has_8bit);
}

#[test]
fn a_nested_message_says_nothing_of_its_carrier() {
    let facts = analyze("Content-Type: message/rfc822\n\nFrom: a@b\nSubject: s\n\n").facts;
    assert!(!facts.has_from && facts.subject.is_empty());
}

/// HCM.7.1: written by a program in whichever way RFC 2047 allows; a NUL or a line is no part of a kind.
#[test]
fn hcm_7_1_the_kind_of_document_goes_with_the_message() {
    let category = |value: &str| {
        analyze(&format!("From: a@b\nCongvu-Category:{value}\n\nx\n"))
            .facts
            .category
    };
    for (value, expected) in [
        (" =?utf-8?B?Q8O0bmcgdsSDbg==?=", Some("công văn")),
        (" =?utf-8?q?Th=C6=B0_m=E1=BB=9Di?=", Some("thư mời")),
        (" bao cao ", Some("bao cao")),
        (" =?utf-8?q?a=00b=0Ac?=", Some("abc")),
        (" ", None),
    ] {
        assert_eq!(category(value).as_deref(), expected, "{value}");
    }
    assert!(
        category(&" x".repeat(200)).map_or(usize::MAX, |category| category.len())
            <= congvu_message::limits::CATEGORY
    );
}
