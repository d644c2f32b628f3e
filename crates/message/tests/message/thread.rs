use congvu_message::thread::{base_subject, collation_key, normalized};

use super::analyze;

#[test]
fn base_subjects() {
    for (subject, base, is_reply) in [
        ("", "", false),
        ("a", "a", false),
        ("Re: a", "a", true),
        ("RE:a", "a", true),
        ("re : a", "a", true),
        ("Fwd: a", "a", true),
        ("FW: a", "a", true),
        ("fw[d]: a", "a", true),
        ("Re[2]: a", "a", true),
        ("Re [list] : a", "a", true),
        ("Re: Re: fwd: a", "a", true),
        ("a (fwd)", "a", true),
        ("a (FWD) (fwd)  ", "a", true),
        ("[list] a", "a", false),
        ("[list] Re: a", "a", true),
        ("[a][b] re: [c] x", "x", true),
        ("[list]", "[list]", false),
        ("[a] [b]", "[b]", false),
        ("[a] [b] ", "[b]", false),
        ("re: [list]", "[list]", true),
        ("[Fwd: a]", "a", true),
        ("[fwd: [fwd: re: a (fwd)]]", "a", true),
        ("[Fwd: a", "[Fwd: a", false),
        ("Fwd: [Fwd: a] (fwd)", "a", true),
        ("Re:", "", true),
        ("(fwd)", "", true),
        ("[fwd:]", "", true),
        ("a  b\t\tc", "a b c", false),
        ("  a  ", "a", false),
        ("Regarding: a", "Regarding: a", false),
        ("refwd: a", "refwd: a", false),
        ("re a", "re a", false),
        ("Trả lời: a", "Trả lời: a", false),
        ("Re: Đề nghị", "Đề nghị", true),
        ("[a]b]", "b]", false),
        ("[[a]] b", "[[a]] b", false),
    ] {
        let found = base_subject(subject);
        assert_eq!(
            (found.text.as_str(), found.is_reply),
            (base, is_reply),
            "{subject:?}"
        );
    }
}

#[test]
fn hostile_subjects_take_no_time() {
    // Each would be walked again and again if blobs were taken off one by one.
    let blobs = "[a]".repeat(100_000);
    assert_eq!(base_subject(&blobs).text, "[a]");
    let wrapped = format!("{}x{}", "[fwd:".repeat(10_000), "]".repeat(10_000));
    assert_eq!(base_subject(&wrapped).text, "x");
}

#[test]
fn the_order_of_texts() {
    let order = [
        "", " ", "1", "a", "an", "ân", "ấn", "ận", "b", "z", "ß", "Đ", "đa", "中",
    ];
    for pair in order.windows(2) {
        let keys = [collation_key(pair[0]), collation_key(pair[1])];
        assert!(keys[0] < keys[1], "{pair:?} {keys:?}");
    }
    for (a, b) in [
        ("ĐƯỜNG", "đường"),
        ("a\u{323}\u{302}", "ậ"),
        ("ǆ", "ǅ"),
        ("ά", "Ά"),
        ("ᾳ", "ᾼ"),
        ("①", "1"),
    ] {
        assert_eq!(collation_key(a), collation_key(b), "{a} {b}");
    }
    for (a, b) in [("o", "ơ"), ("d", "đ"), ("ს", "Ს"), ("ss", "ß")] {
        assert_ne!(collation_key(a), collation_key(b), "{a} {b}");
    }
}

#[test]
fn identifiers_that_mean_the_same() {
    // RFC 5256 §3
    for (id, same) in [
        (
            "<\"01KF8JCEOCBS0045PS\"@xxx.yyy.com>",
            "<01KF8JCEOCBS0045PS@xxx.yyy.com>",
        ),
        ("<\"a\\\"b\"@x>", "<a\"b@x>"),
        ("<a@x>", "<a@x>"),
        ("<\"a@x>", "<\"a@x>"),
        ("<A@x>", "<A@x>"),
    ] {
        assert_eq!(normalized(id), same, "{id}");
    }
}

#[test]
fn what_a_message_answers() {
    for (header, answered) in [
        (
            "References: <a@x> <b@x>\n <c@x>\nIn-Reply-To: <d@x>\n",
            "<a@x> <b@x> <c@x>",
        ),
        (
            "References: nothing\nIn-Reply-To: your mail <d@x> <e@x>\n",
            "<d@x>",
        ),
        ("In-Reply-To: <d@x>\n", "<d@x>"),
        ("References: <a\u{1}b@x> <c@x>\n", "<c@x>"),
        ("", ""),
    ] {
        assert_eq!(
            analyze(&format!("{header}\n")).facts.answered(),
            answered,
            "{header}"
        );
    }
    let many: Vec<_> = (0..256).map(|n| format!("<{n:030}@x>")).collect();
    let facts = analyze(&format!("References: {}\n\n", many.join("\n "))).facts;
    let kept = facts.answered();
    assert!(kept.len() <= 4096 && kept.len() > 4000, "{}", kept.len());
    let kept: Vec<_> = kept.split(' ').collect();
    assert_eq!(kept[0], many[0]);
    assert_eq!(kept[1..], many[256 - (kept.len() - 1)..]);
}
