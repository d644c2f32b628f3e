use congvu_store::keyword::flag;
use proptest::prelude::*;

use super::query::{Fault, Field, Query, Term, parse};

/// 22/11/2026
const TODAY: i64 = 20_779;

fn read(text: &str) -> Query {
    parse(text, TODAY).unwrap().unwrap()
}

#[expect(clippy::needless_pass_by_value, reason = "cases read better")]
fn check(text: &str, expected: Term) {
    assert_eq!(read(text).term, expected, "{text}");
}

fn words(text: &str) -> Term {
    Term::Words(text.to_owned())
}

fn from(text: &str) -> Term {
    Term::Holds(Field::From, text.to_owned())
}

fn not(term: Term) -> Term {
    Term::Not(Box::new(term))
}

#[test]
fn words_and_phrases() {
    check("hợp đồng", Term::All(vec![words("hợp"), words("đồng")]));
    check("\"hợp đồng\"", words("hợp đồng"));
    check("“hợp đồng", words("hợp đồng"));
    check(
        "(gấp), 12/2026-HĐND.",
        Term::All(vec![words("gấp"), words("12/2026-HĐND")]),
    );
    check("-nháp", not(words("nháp")));
    check(
        "10:30 https://a.vn",
        Term::All(vec![words("10:30"), words("https://a.vn")]),
    );
    for nothing in ["", "  ", "-", "( )", "\"\"", ") -", "OR", "&"] {
        assert_eq!(parse(nothing, TODAY), Ok(None), "{nothing}");
    }
}

#[test]
fn operators_in_both_languages() {
    for text in [
        "from:syt",
        "từ:syt",
        "TU:syt",
        "người-gửi:syt",
        "From:\"syt\"",
    ] {
        check(text, from("syt"));
    }
    check("to:a", Term::Holds(Field::To, "a".into()));
    check("cc:a", Term::Holds(Field::Cc, "a".into()));
    check("bcc:a", Term::Holds(Field::Bcc, "a".into()));
    for text in [
        "subject:\"giao ban\"",
        "chủđề:\"giao ban\"",
        "tiêuđề:“giao ban”",
    ] {
        check(text, Term::Holds(Field::Subject, "giao ban".into()));
    }
    for text in ["filename:a.pdf", "tệp:a.pdf"] {
        check(text, Term::Holds(Field::FileName, "a.pdf".into()));
    }
    for text in ["has:attachment", "có:tệp", "co:dinhkem", "CÓ:\"tệp kèm\""] {
        check(text, Term::HasFile);
    }
    for text in ["is:unread", "là:chưađọc", "la:\"chưa đọc\""] {
        check(text, Term::Flag(flag::SEEN, false));
    }
    check("is:read", Term::Flag(flag::SEEN, true));
    check("là:sao", Term::Flag(flag::FLAGGED, true));
    check("is:answered", Term::Flag(flag::ANSWERED, true));
    check("trong:\"Thư rác\"", Term::In("Thư rác".into()));
    check("label:gấp", Term::Label("gấp".into()));
}

#[test]
fn days_and_sizes() {
    for text in [
        "20/11/2026",
        "20-11-2026",
        "20.11.2026",
        "2026-11-20",
        "2026/11/20",
        "20/11",
    ] {
        check(&format!("before:{text}"), Term::Before(20_777));
    }
    check("sau:hômnay", Term::Since(TODAY));
    check("ngày:\"hôm qua\"", Term::On(TODAY - 1));
    check("after:29/2/2024", Term::Since(19_782));
    check("larger:10M", Term::Larger(10 << 20));
    check("lớnhơn:1,5MB", Term::Larger((3 << 20) / 2));
    check("nhỏhơn:500kb", Term::Smaller(500 << 10));
    check("smaller:12", Term::Smaller(12));
    for (text, fault) in [
        ("before:31/11/2026", Fault::Day("31/11/2026".into())),
        ("after:mai", Fault::Day("mai".into())),
        ("on:1/1/1", Fault::Day("1/1/1".into())),
        ("larger:nhiều", Fault::Size("nhiều".into())),
        ("larger:99999999999G", Fault::Size("99999999999G".into())),
        ("smaller:-1", Fault::Size("-1".into())),
        ("from: an", Fault::NoValue("from:".into())),
        ("từ:\"\"", Fault::NoValue("từ:".into())),
        (
            "is:lạ",
            Fault::State {
                name: "is:".into(),
                value: "lạ".into(),
            },
        ),
    ] {
        assert_eq!(parse(text, TODAY), Err(fault), "{text}");
    }
}

#[test]
fn either_groups_and_what_each_was_written_as() {
    let any = Term::Any(vec![words("b"), words("c"), from("d")]);
    check(
        "a b OR c HOẶC từ:d e",
        Term::All(vec![words("a"), any, words("e")]),
    );
    check(
        "-(a OR b) (c d) OR e",
        Term::All(vec![
            not(Term::Any(vec![words("a"), words("b")])),
            Term::Any(vec![Term::All(vec![words("c"), words("d")]), words("e")]),
        ]),
    );
    check("a OR", words("a"));
    check(
        "a (b c",
        Term::All(vec![words("a"), Term::All(vec![words("b"), words("c")])]),
    );
    assert_eq!(
        read("hợp  từ:syt \"giao ban\" OR họp -x").pieces,
        ["hợp", "từ:syt", "\"giao ban\" OR họp", "-x"]
    );
}

#[test]
fn what_is_too_much_is_refused() {
    assert_eq!(parse(&"a ".repeat(31), TODAY), Err(Fault::TooMany));
    assert_eq!(parse(&"(".repeat(12), TODAY), Err(Fault::TooMany));
    assert_eq!(parse(&"a".repeat(1_001), TODAY), Err(Fault::TooLong));
    assert!(parse(&format!("{}a", "-".repeat(900)), TODAY).is_ok());
}

proptest! {
    /// What an operator, a quote or a group begins may end anywhere.
    #[test]
    fn any_text_is_read(text in any::<String>(), pieces in prop::collection::vec(
        prop::sample::select(vec![
            "từ:", "in:", "is:", "before:", "larger:", "-", "(", ")", "\"", "“", " ", "OR", " OR ", "a", "đ", "1", "/", ":", "20/11", "K", ",", "\u{301}",
        ]), 0..40)) {
        let _ = parse(&text, TODAY);
        let made = pieces.concat();
        if let Ok(Some(query)) = parse(&made, TODAY) {
            // What was written as pieces is read as the same again.
            let again = parse(&query.pieces.join(" "), TODAY);
            prop_assert_eq!(again.map(|query| query.map(|query| query.term)), Ok(Some(query.term)), "{}", made);
        }
    }
}
