use std::time::Instant;

use super::*;

const SMALL: Limits = Limits {
    line: 64,
    total: 100,
};

/// What is needed when the bytes come one by one, repetitions left out.
fn needs(text: &str) -> Vec<Need> {
    let mut framer = Framer::new(SMALL);
    let mut seen = Vec::new();
    for end in 0..=text.len() {
        let need = framer.next(&text.as_bytes()[..end]);
        if !matches!(need, Need::More | Need::NonSync { .. }) {
            seen.push(need);
        }
        if matches!(
            need,
            Need::Complete(_) | Need::AppendLiteral { .. } | Need::TooLong { .. }
        ) {
            break;
        }
    }
    seen
}

fn append(consumed: usize, size: u64, sync: bool) -> Need {
    Need::AppendLiteral {
        consumed,
        size,
        sync,
    }
}

#[test]
fn commands_end_where_they_end() {
    use Need::*;
    assert_eq!(needs("a NOOP\r\nb NOOP\r\n"), [Complete(8)]);
    assert_eq!(needs("a NOOP\n"), [Complete(7)]);
    assert_eq!(needs("a NOOP"), []);
    assert_eq!(
        needs("a LOGIN {3}\r\nabc {2}\r\nde\r\n"),
        [
            Continuation { literal: 3 },
            Continuation { literal: 2 },
            Complete(26)
        ]
    );
    assert_eq!(needs("a LOGIN {3+}\r\n\r\n} {0+}\r\n\r\n"), [Complete(26)]);
    // A literal's own bytes announce nothing.
    assert_eq!(needs("a X {5+}\r\n{9}\r\n\r\n"), [Complete(17)]);
    assert_eq!(
        needs("a X ~{2}\r\nab\r\n"),
        [Continuation { literal: 2 }, Complete(14)]
    );
    // What looks like an announcement but is none ends the command.
    assert_eq!(needs("a X {}\r\n"), [Complete(8)]);
    assert_eq!(needs("a X {1}\n"), [Complete(8)]);
    assert_eq!(needs("a X {1 }\r\n"), [Complete(10)]);
}

#[test]
fn says_what_is_missing_once() {
    let mut framer = Framer::new(SMALL);
    assert_eq!(framer.next(b"a X {4+}\r\nab"), Need::NonSync { missing: 2 });
    assert_eq!(framer.next(b"a X {4+}\r\nabcd"), Need::More);
    assert_eq!(
        framer.next(b"a X {4+}\r\nabcd {1}\r\n"),
        Need::Continuation { literal: 1 }
    );
    assert_eq!(
        framer.next(b"a X {4+}\r\nabcd {1}\r\n"),
        Need::NonSync { missing: 1 }
    );
    assert_eq!(
        framer.next(b"a X {4+}\r\nabcd {1}\r\ne\r\nb"),
        Need::Complete(23)
    );
    assert_eq!(framer.next(b"b NOOP\r\n"), Need::Complete(8));
}

#[test]
fn messages_are_left_to_the_caller() {
    for (text, size, sync) in [
        ("a APPEND INBOX {310}\r\n", 310, true),
        ("a append \"a b\" (\\Seen $x) {310+}\r\n", 310, false),
        ("a APPEND a () {9}\r\n", 9, true),
        (
            "a APPEND a \" 7-Feb-1994 21:52:25 -0800\" ~{9}\r\n",
            9,
            true,
        ),
        // RFC 8508 §3.2, §3.3
        ("a REPLACE 4 Drafts (\\Seen \\Draft) {312}\r\n", 312, true),
        ("a uid replace 2000 Drafts {350+}\r\n", 350, false),
        ("a REPLACE * a ~{9}\r\n", 9, true),
        // Wrong in details that the parser will tell of.
        ("a REPLACE 1:2 a {9}\r\n", 9, true),
        (
            "a APPEND a/ (\\Foo) \"x\" {9999999999+}\r\n",
            9_999_999_999,
            false,
        ),
    ] {
        assert_eq!(needs(text), [append(text.len(), size, sync)], "{text}");
    }
    assert_eq!(
        needs("a APPEND {1}\r\na (\\Seen) {9}\r\n"),
        [Need::Continuation { literal: 1 }, append(29, 9, true)]
    );
    assert_eq!(needs("a APPEND {1+}\r\na {9+}\r\n"), [append(23, 9, false)]);
    // These are no APPEND up to its message.
    for text in [
        "a APPENDIX a {9}\r\n",
        "a APPEND a b {9}\r\n",
        "a APPEND a({9}\r\n",
        "a UID APPEND a {9}\r\n",
        "a REPLACE Drafts {9}\r\n",
        "a REPLACE 1 {9}\r\n",
    ] {
        assert_eq!(needs(text), [Need::Continuation { literal: 9 }], "{text}");
    }
}

#[test]
fn limits() {
    let too_long = |skip| Need::TooLong { skip };
    let line = |n: usize| "x".repeat(n - 2) + "\r\n";
    assert_eq!(needs(&line(64)), [Need::Complete(64)]);
    assert_eq!(needs(&line(65)), [too_long(None)]);
    assert_eq!(Framer::new(SMALL).next(line(65).as_bytes()), too_long(None));
    assert_eq!(Framer::new(SMALL).next(&[b'x'; 64]), too_long(None));
    // The client waits, so refusing is enough.
    assert_eq!(needs("a X {91}\r\n"), [too_long(Some(10))]);
    assert_eq!(needs("a X {90}\r\n"), [Need::Continuation { literal: 90 }]);
    assert_eq!(needs("a X {9223372036854775807}\r\n"), [too_long(Some(27))]);
    assert_eq!(needs("a X {91+}\r\n"), [too_long(None)]);
    // Line by line within bounds, too long together.
    let many = "{20+}\r\naaaaaaaaaaaaaaaaaaaa".repeat(9);
    assert_eq!(needs(&format!("a X {many}")), [too_long(None)]);
    assert_eq!(Framer::tag(b"a X {91+}\r\n"), Tag::new(b"a"));
    assert_eq!(Framer::tag(b"xxxxxx"), None);
}

#[test]
fn lines() {
    assert_eq!(frame_line(b"DONE\r\nx", 10), Need::Complete(6));
    assert_eq!(frame_line(b"DON", 10), Need::More);
    assert_eq!(frame_line(b"0123456789", 10), Need::TooLong { skip: None });
    assert_eq!(
        frame_line(b"0123456789\r\n", 10),
        Need::TooLong { skip: None }
    );
}

#[test]
fn hostile_commands_take_linear_time() {
    let begun = Instant::now();
    // One byte at a time.
    let long = vec![b'x'; 60_000];
    let mut framer = Framer::new(Limits::AFTER_SIGN_IN);
    for end in 0..long.len() {
        assert_eq!(framer.next(&long[..end]), Need::More);
    }
    // A large mailbox literal, then very many small ones.
    let mut bytes = b"a APPEND {500000+}\r\n".to_vec();
    bytes.resize(bytes.len() + 500_000, b'x');
    bytes.extend(b" {0+}x {0+}\r\n");
    bytes.extend(b"y{0+}\r\n".repeat(60_000));
    let mut framer = Framer::new(Limits::AFTER_SIGN_IN);
    assert_eq!(framer.next(&bytes), Need::More);
    assert!(begun.elapsed().as_secs() < 5);
}
