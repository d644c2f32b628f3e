use time::macros::date;

use super::*;
use crate::command::CommandBody;
use crate::command::testing::{all_bad, read};
use crate::types::{MessageSet, SequenceSet};
use SearchKey as K;

#[allow(clippy::needless_pass_by_value)]
fn check(text: &str, expected: SearchKey) {
    match read(&format!("SEARCH {text}")) {
        Ok(CommandBody::Search(search)) => assert_eq!(search.key, expected, "{text}"),
        other => panic!("{text}: {other:?}"),
    }
}

fn not(key: SearchKey) -> SearchKey {
    K::Not(Box::new(key))
}

fn or(a: SearchKey, b: SearchKey) -> SearchKey {
    K::Or(Box::new(a), Box::new(b))
}

fn set(text: &str) -> SequenceSet {
    SequenceSet::parse(text.as_bytes()).unwrap()
}

#[test]
fn every_key() {
    let day = date!(1994 - 02 - 01);
    let s = String::from;
    check("all", K::All);
    check("ANSWERED", K::Has(Flag::Answered));
    check("UNDRAFT", K::Lacks(Flag::Draft));
    check("Recent", K::Recent);
    check("NEW", K::New);
    check("OLD", K::Old);
    check("KEYWORD $Junk", K::Has(Flag::parse("$Junk").unwrap()));
    check("UNKEYWORD $junk", K::Lacks(Flag::parse("$Junk").unwrap()));
    check("BEFORE 1-Feb-1994", K::Internal(DateTest::Before, day));
    check("ON \"1-feb-1994\"", K::Internal(DateTest::On, day));
    check("SINCE 01-Feb-1994", K::Internal(DateTest::Since, day));
    check("SENTBEFORE 1-Feb-1994", K::Sent(DateTest::Before, day));
    check("SENTON 1-Feb-1994", K::Sent(DateTest::On, day));
    check("SENTSINCE 1-Feb-1994", K::Sent(DateTest::Since, day));
    check("BCC a", K::Address(AddressField::Bcc, s("a")));
    check("CC a", K::Address(AddressField::Cc, s("a")));
    check(
        "FROM \"Trần An\"",
        K::Address(AddressField::From, s("Trần An")),
    );
    check("TO {1}\r\na", K::Address(AddressField::To, s("a")));
    check("SUBJECT \"\"", K::Subject(s("")));
    check("BODY a]", K::Body(s("a]")));
    check("TEXT NIL", K::Text(s("NIL")));
    check(
        "HEADER Message-ID <a@b>",
        K::Header(s("Message-ID"), s("<a@b>")),
    );
    check("HEADER \"X-A\" \"\"", K::Header(s("X-A"), s("")));
    check("LARGER 5000000000", K::Larger(5_000_000_000));
    check("SMALLER 0", K::Smaller(0));
    check("OLDER 3600", K::Older(3600));
    check("YOUNGER 1", K::Younger(1));
    check("UID 1:*", K::Messages(MessageSet::Uid(set("1:*"))));
    check("2,4:*", K::Messages(MessageSet::Seq(set("2,4:*"))));
    check("*:5", K::Messages(MessageSet::Seq(set("*:5"))));
    // RFC 5182 §2.2, examples 3 and 4
    check("$", K::Messages(MessageSet::Saved { uid: false }));
    check("UID $", K::Messages(MessageSet::Saved { uid: true }));
    check(
        "(OR $ 1,3000:3021) TEXT a",
        K::And(vec![
            or(
                K::Messages(MessageSet::Saved { uid: false }),
                K::Messages(MessageSet::Seq(set("1,3000:3021"))),
            ),
            K::Text(s("a")),
        ]),
    );
    // RFC 8474 §6, RFC 8514 §4.3
    check("EMAILID M6d99ac3275bb4e", K::EmailId(s("M6d99ac3275bb4e")));
    check(
        "threadid T64b478a75b7ea9",
        K::ThreadId(s("T64b478a75b7ea9")),
    );
    check("SAVEDBEFORE 1-Feb-1994", K::Saved(DateTest::Before, day));
    check("SAVEDON 1-Feb-1994", K::Saved(DateTest::On, day));
    check("SAVEDSINCE 1-Feb-1994", K::Saved(DateTest::Since, day));
    check("SAVEDATESUPPORTED", K::All);
    // RFC 7162 §3.1.5
    check("MODSEQ 620162338", K::ModSeq(620_162_338));
    check(
        "MODSEQ \"/flags/\\\\draft\" all 620162338",
        K::ModSeq(620_162_338),
    );
}

#[test]
fn combinations() {
    // RFC 9051 §6.4.4.4
    check(
        "FLAGGED SINCE 1-Feb-1994 NOT FROM \"Smith\"",
        K::And(vec![
            K::Has(Flag::Flagged),
            K::Internal(DateTest::Since, date!(1994 - 02 - 01)),
            not(K::Address(AddressField::From, "Smith".into())),
        ]),
    );
    check("(ALL)", K::All);
    check(
        "(SEEN NEW) OLD",
        K::And(vec![K::And(vec![K::Has(Flag::Seen), K::New]), K::Old]),
    );
    check(
        "OR NEW NOT (OLD ALL)",
        or(K::New, not(K::And(vec![K::Old, K::All]))),
    );
    check(
        "OR OR NEW OLD OR ALL 1",
        or(
            or(K::New, K::Old),
            or(K::All, K::Messages(MessageSet::Seq(set("1")))),
        ),
    );
    let key = not(or(K::New, K::And(vec![K::All, K::ModSeq(1)])));
    assert!(key.has_mod_seq() && !not(K::New).has_mod_seq());
}

#[test]
fn faults() {
    let texts = [
        "FOO",
        "NOT",
        "NOT ",
        "OR NEW",
        "OR NEW ",
        "()",
        "(ALL",
        "ALL)",
        "(ALL) )",
        "ALL  NEW",
        "ALL ",
        "KEYWORD",
        "KEYWORD \\Seen",
        "KEYWORD \"a\"",
        "BEFORE",
        "BEFORE 1-Foo-1994",
        "BEFORE {10}\r\n1-Feb-1994",
        "LARGER x",
        "LARGER -1",
        "OLDER 0",
        "EMAILID",
        "EMAILID \"M1\"",
        "EMAILID M/1",
        "THREADID T.1",
        "SAVEDON",
        "SAVEDON 1-Foo-1994",
        "UID",
        "UID x",
        "1,,2",
        "0",
        "HEADER a",
        "HEADER \"\" a",
        "HEADER a:b c",
        "MODSEQ",
        "MODSEQ \"/flags/a\" 1",
        "MODSEQ \"/flags/a\" mine 1",
        "FROM",
        "FROM (a)",
        "SUBJECT \"a",
        "TEXT {2}\r\n\u{80}x",
        "ALL NEW)",
    ];
    all_bad(
        &texts
            .map(|t| format!("SEARCH {t}"))
            .each_ref()
            .map(String::as_str),
    );
    all_bad(&["SEARCH"]);
    let bytes = b"a SEARCH TEXT {1}\r\n\xff\r\n";
    assert!(crate::command::parse(bytes, Default::default()).is_err());
    all_bad(&["SEARCH $,1", "SEARCH UID 1:$", "SEARCH $$"]);
}

#[test]
fn bounds() {
    let nested = |unit: &str, n: usize, close: &str| {
        format!("SEARCH {}ALL{}", unit.repeat(n), close.repeat(n))
    };
    for (unit, close) in [("(", ")"), ("NOT ", ""), ("OR NEW ", "")] {
        assert!(read(&nested(unit, 99, close)).is_ok());
        all_bad(&[&nested(unit, 100, close), &nested(unit, 60_000, close)]);
    }
    assert!(read(&format!("SEARCH ALL{}", " ALL".repeat(999))).is_ok());
    all_bad(&[&format!("SEARCH ALL{}", " ALL".repeat(1000))]);
}
