use super::analyze;

fn check(header: &str, expected: &str) {
    let envelope = analyze(&format!("{header}\n\nbody\n")).envelope;
    assert_eq!(String::from_utf8_lossy(&envelope), expected, "\n{header}");
}

/// The `To` of an envelope.
fn check_to(value: &str, expected: &str) {
    check(
        &format!("To: {value}"),
        &format!("(NIL NIL NIL NIL NIL {expected} NIL NIL NIL NIL)"),
    );
}

/// RFC 9051 §8.
#[test]
fn rfc9051_example() {
    check(
        "Date: Wed, 17 Jul 1996 02:23:25 -0700 (PDT)\n\
         From: Terry Gray <gray@cac.washington.edu>\n\
         Subject: IMAP4rev2 WG mtg summary and minutes\n\
         To: imap@cac.washington.edu\n\
         cc: minutes@CNRI.Reston.VA.US,\n John Klensin <KLENSIN@MIT.EDU>\n\
         Message-Id: <B27397-0100000@cac.washington.edu>",
        concat!(
            r#"("Wed, 17 Jul 1996 02:23:25 -0700 (PDT)" "IMAP4rev2 WG mtg summary and minutes" "#,
            r#"(("Terry Gray" NIL "gray" "cac.washington.edu")) (("Terry Gray" NIL "gray" "cac.washington.edu")) "#,
            r#"(("Terry Gray" NIL "gray" "cac.washington.edu")) ((NIL NIL "imap" "cac.washington.edu")) "#,
            r#"((NIL NIL "minutes" "CNRI.Reston.VA.US")("John Klensin" NIL "KLENSIN" "MIT.EDU")) NIL NIL "#,
            r#""<B27397-0100000@cac.washington.edu>")"#
        ),
    );
}

#[test]
fn absent_and_empty() {
    check("X: y", "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)");
    check(
        "Subject:\nTo:\nIn-Reply-To: ",
        r#"(NIL "" NIL NIL NIL NIL NIL NIL "" NIL)"#,
    );
    check(
        "From: a@b\nSender:\nReply-To: r@s",
        r#"(NIL NIL ((NIL NIL "a" "b")) ((NIL NIL "a" "b")) ((NIL NIL "r" "s")) NIL NIL NIL NIL NIL)"#,
    );
}

#[test]
fn every_field() {
    check(
        "Bcc: f@x\nCc: e@x\nTo: d@x\nReply-To: c@x\nSender: b@x\nFrom: a@x\nIn-Reply-To: <p@x>\nMessage-ID: <m@x>\n\
         Subject: s\nDate: d",
        concat!(
            r#"("d" "s" ((NIL NIL "a" "x")) ((NIL NIL "b" "x")) ((NIL NIL "c" "x")) ((NIL NIL "d" "x")) "#,
            r#"((NIL NIL "e" "x")) ((NIL NIL "f" "x")) "<p@x>" "<m@x>")"#
        ),
    );
}

#[test]
fn strings() {
    check(
        "Subject: a \"b\" \\c",
        r#"(NIL "a \"b\" \\c" NIL NIL NIL NIL NIL NIL NIL NIL)"#,
    );
    check(
        "Subject:  a\n\tb\n   c  ",
        r#"(NIL "a b c" NIL NIL NIL NIL NIL NIL NIL NIL)"#,
    );
    check(
        "Subject: =?utf-8?q?=C4=91?=",
        r#"(NIL "=?utf-8?q?=C4=91?=" NIL NIL NIL NIL NIL NIL NIL NIL)"#,
    );
    check(
        "Subject: đỏ",
        "(NIL {5}\r\nđỏ NIL NIL NIL NIL NIL NIL NIL NIL)",
    );
    check(
        "Subject: a\0b",
        "(NIL {5}\r\na\u{fffd}b NIL NIL NIL NIL NIL NIL NIL NIL)",
    );
}

#[test]
fn address_forms() {
    let table = [
        ("a@b", r#"((NIL NIL "a" "b"))"#),
        ("<a@b>", r#"((NIL NIL "a" "b"))"#),
        ("a@b, c@d", r#"((NIL NIL "a" "b")(NIL NIL "c" "d"))"#),
        (",, a@b ,", r#"((NIL NIL "a" "b"))"#),
        ("N <a@b>", r#"(("N" NIL "a" "b"))"#),
        ("\"Last, First\" <a@b>", r#"(("Last, First" NIL "a" "b"))"#),
        ("\"q\\\"q\" <a@b>", r#"(("q\"q" NIL "a" "b"))"#),
        (
            "John Q. Public <a@b>",
            r#"(("John Q. Public" NIL "a" "b"))"#,
        ),
        (
            "John \"Q\" Public <a@b>",
            r#"(("John Q Public" NIL "a" "b"))"#,
        ),
        ("a@b (Real Name)", r#"(("Real Name" NIL "a" "b"))"#),
        ("a(c)@(d)b", r#"(("d" NIL "a" "b"))"#),
        ("(c) a@b", r#"((NIL NIL "a" "b"))"#),
        (
            "=?utf-8?q?=C4=91?= <a@b>",
            r#"(("=?utf-8?q?=C4=91?=" NIL "a" "b"))"#,
        ),
        ("<@r,@s:a@b>", r#"((NIL "@r,@s" "a" "b"))"#),
        ("a..b.@ c . d", r#"((NIL NIL "a..b." "c.d"))"#),
        ("\"a b\"@c", r#"((NIL NIL "a b" "c"))"#),
        ("N <\"a b\"@c>", r#"(("N" NIL "a b" "c"))"#),
        ("a@[10.0.0.1]", r#"((NIL NIL "a" "[10.0.0.1]"))"#),
        ("a@b <a@b>", r#"((NIL NIL "a" "b"))"#),
        ("alone", r#"((NIL NIL "alone" "MISSING_DOMAIN"))"#),
        (
            "Only Name",
            r#"(("Only Name" NIL "MISSING_MAILBOX" "MISSING_DOMAIN"))"#,
        ),
        ("aaaa@", r#"((NIL NIL "aaaa" "MISSING_DOMAIN"))"#),
        ("a@b c@d, e@f", r#"((NIL NIL "a" "b"))"#),
        ("N <>", r#"(("N" NIL "MISSING_MAILBOX" "MISSING_DOMAIN"))"#),
        ("N <alone>", r#"(("N" NIL "alone" "MISSING_DOMAIN"))"#),
        ("@b", r#"((NIL NIL "MISSING_MAILBOX" "b"))"#),
        (
            "g: a@b, c@d;, e@f",
            r#"((NIL NIL "g" NIL)(NIL NIL "a" "b")(NIL NIL "c" "d")(NIL NIL NIL NIL)(NIL NIL "e" "f"))"#,
        ),
        (
            "undisclosed recipients:;",
            r#"((NIL NIL "undisclosed recipients" NIL)(NIL NIL NIL NIL))"#,
        ),
        ("g: (c) ;", r#"((NIL NIL "g" NIL)(NIL NIL NIL NIL))"#),
        (
            "g: a@b",
            r#"((NIL NIL "g" NIL)(NIL NIL "a" "b")(NIL NIL NIL NIL))"#,
        ),
        (
            "John Doe a@b",
            r#"(("John Doe a" NIL "MISSING_MAILBOX" "MISSING_DOMAIN"))"#,
        ),
        ("N <a@b", r#"(("N" NIL "a" "SYNTAX_ERROR"))"#),
        (
            "N <a@b, M <c@d>",
            r#"(("N" NIL "a" "SYNTAX_ERROR")("M" NIL "c" "d"))"#,
        ),
        (
            "\"open <a@b",
            r#"((NIL NIL "MISSING_MAILBOX" "MISSING_DOMAIN"))"#,
        ),
        (
            "N\n <a@b>,\n\tM <c@d>",
            r#"(("N" NIL "a" "b")("M" NIL "c" "d"))"#,
        ),
        ("(only comment)", "NIL"),
        ("an@đà.vn", "((NIL NIL \"an\" {7}\r\nđà.vn))"),
    ];
    for (value, expected) in table {
        check_to(value, expected);
    }
}

#[test]
fn fields_that_stand_twice() {
    check(
        "To: a@b\nTo: c@d\nSubject: one\nSubject: two",
        r#"(NIL "two" NIL NIL NIL ((NIL NIL "a" "b")(NIL NIL "c" "d")) NIL NIL NIL NIL)"#,
    );
}
