use super::{analyze, body, bodystructure, crlf};

/// The message's BODYSTRUCTURE is `expected`.
fn check(message: &str, expected: &str) {
    assert_eq!(bodystructure(&analyze(message)), expected, "\n{message}");
}

#[test]
fn no_content_type_is_ascii_text() {
    check(
        "Subject: a\n\nhello\n",
        r#"("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 7 1 NIL NIL NIL NIL)"#,
    );
    check(
        "",
        r#"("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 0 0 NIL NIL NIL NIL)"#,
    );
}

#[test]
fn header_only() {
    let analysis = analyze("Subject: a\nTo: b@c");
    assert_eq!((analysis.size, analysis.header_len), (19, 19));
    assert_eq!(
        body(&analysis),
        r#"("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 0 0)"#
    );
}

#[test]
fn every_field_of_a_leaf() {
    check(
        "Content-Type: Text/X-Own; charset=utf-8; foo=\"a\\\"b\"\n\
         Content-ID: <i@x>\n\
         Content-MD5: Q2hlY2s=\n\
         Content-Disposition: INLINE; filename=a.txt\n\
         Content-Description: =?utf-8?q?m=C3=B4?=\n\
         Content-Language: vi, en (English)\n\
         Content-Location: http://x/\n a.txt\n\
         Content-Transfer-Encoding: Base64 (yes)\n\nQQ==\n",
        r#"("text" "x-own" ("charset" "utf-8" "foo" "a\"b") "<i@x>" "=?utf-8?q?m=C3=B4?=" "base64" 6 1 "Q2hlY2s=" ("inline" ("filename" "a.txt")) ("vi" "en") "http://x/a.txt")"#,
    );
}

#[test]
fn parameters_as_people_write_them() {
    let table = [
        (
            "text/plain; charset = utf-8 (comment); format=flowed",
            r#"("charset" "utf-8" "format" "flowed")"#,
        ),
        (
            "text/plain (c) ; (c) charset=\"utf-8\"",
            r#"("charset" "utf-8")"#,
        ),
        (
            "text/plain; name=bao cao.doc; charset=x",
            r#"("name" "bao cao.doc" "charset" "x")"#,
        ),
        (
            "text/plain; boundary=a charset=b",
            r#"("boundary" "a" "charset" "us-ascii")"#,
        ),
        (
            "text/plain charset=utf-8; format=flowed",
            r#"("charset" "utf-8" "format" "flowed")"#,
        ),
        ("text / plain; charset=a", r#"("charset" "a")"#),
        ("text/plain;;charset=a;", r#"("charset" "a")"#),
        ("text/plain; charset=", r#"("charset" "")"#),
        (
            "text/plain; name*0*=utf-8''%C3; name*1*=%A1",
            r#"("name*" "utf-8''%C3%A1" "charset" "us-ascii")"#,
        ),
        // RFC 9051 §7.5.2: pieces are put together, in the place of the first.
        (
            "text/plain; x=y; baz*1=b; Baz*0=\"a \"; baz*2=c; charset=z",
            r#"("x" "y" "Baz" "a bc" "charset" "z")"#,
        ),
        (
            "text/plain; foo*0*=iso-8859-1'vi'%e1%20; foo*1=b%; foo*2*=%e9",
            r#"("foo*" "utf-8''%C3%A1%20b%25%C3%A9" "charset" "us-ascii")"#,
        ),
        // What is no piece of anything stays as it is.
        (
            "text/plain; foo*1=b; bar*0=a; bar*2=c; baz*00=d; *0=e; q*=utf-8''x",
            r#"("foo*1" "b" "bar" "a" "bar*2" "c" "baz*00" "d" "*0" "e" "q*" "utf-8''x" "charset" "us-ascii")"#,
        ),
    ];
    for (value, expected) in table {
        let found = body(&analyze(&format!("Content-Type: {value}\n\n")));
        assert_eq!(
            found,
            format!(r#"("text" "plain" {expected} NIL NIL "7bit" 0 0)"#),
            "{value}"
        );
    }
}

#[test]
fn unreadable_type_is_text_rfc2045_5_2() {
    for value in [
        "",
        "text",
        "pdf",
        "/",
        "text/",
        "/plain",
        "a b/c d; x=\"",
        "text/\u{111}",
    ] {
        let found = body(&analyze(&format!("Content-Type: {value}\n\n")));
        assert!(
            found.starts_with(r#"("text" "plain" ("charset" "us-ascii")"#),
            "{value}: {found}"
        );
    }
}

#[test]
fn eight_bit_values_are_literals() {
    check(
        "Content-Type: application/pdf; name=\"tờ.pdf\"\n\n",
        "(\"application\" \"pdf\" (\"name\" {8}\r\ntờ.pdf) NIL NIL \"7bit\" 0 NIL NIL NIL NIL)",
    );
}

/// RFC 9051 §7.5.2, the two examples.
#[test]
fn rfc9051_examples() {
    let text = |size: usize, lines: usize| {
        let line = "x".repeat(10) + "\n";
        let mut text = line.repeat(lines - 1);
        text.push_str(&"y".repeat(size - (lines - 1) * 12 - 2));
        text.push('\n');
        assert_eq!(crlf(&text).len(), size);
        text
    };
    let single = format!(
        "Content-Type: TEXT/PLAIN; CHARSET=US-ASCII\n\n{}",
        text(3028, 92)
    );
    assert_eq!(
        body(&analyze(&single)),
        r#"("text" "plain" ("CHARSET" "US-ASCII") NIL NIL "7bit" 3028 92)"#
    );
    let mixed = format!(
        "Content-Type: MULTIPART/MIXED; BOUNDARY=b\n\n--b\n\
         Content-Type: TEXT/PLAIN; CHARSET=US-ASCII\n\n{}\n--b\n\
         Content-Type: TEXT/PLAIN; CHARSET=US-ASCII; NAME=\"cc.diff\"\n\
         Content-ID: <960723163407.20117h@cac.washington.edu>\n\
         Content-Description: Compiler diff\n\
         Content-Transfer-Encoding: BASE64\n\n{}\n--b--\n",
        text(1152, 23),
        text(4554, 73),
    );
    assert_eq!(
        body(&analyze(&mixed)),
        concat!(
            r#"(("text" "plain" ("CHARSET" "US-ASCII") NIL NIL "7bit" 1152 23)"#,
            r#"("text" "plain" ("CHARSET" "US-ASCII" "NAME" "cc.diff") "<960723163407.20117h@cac.washington.edu>" "#,
            r#""Compiler diff" "base64" 4554 73) "mixed")"#
        )
    );
}

#[test]
fn nested_message() {
    check(
        "Content-Type: multipart/mixed; boundary=\"foo\n bar\"\n\npreamble\n--foo bar\n\
         Content-Type: message/rfc822\n\nFrom: a@b\nSubject: in\n\nbody\n\n--foo bar--\nepilogue\n",
        concat!(
            r#"(("message" "rfc822" NIL NIL NIL "7bit" 32 (NIL "in" ((NIL NIL "a" "b")) ((NIL NIL "a" "b")) "#,
            r#"((NIL NIL "a" "b")) NIL NIL NIL NIL NIL) "#,
            r#"("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 6 1 NIL NIL NIL NIL) 4 NIL NIL NIL NIL) "#,
            r#""mixed" ("boundary" "foo bar") NIL NIL NIL)"#
        ),
    );
}

#[test]
fn digest_rfc2046_5_1_5() {
    let found = body(&analyze(
        "Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: one\n\n1\n--b\n\
         Content-Type: text/plain\n\n2\n--b\n\nSubject: three\n\n3\n--b--\n",
    ));
    assert_eq!(
        found,
        concat!(
            r#"(("message" "rfc822" NIL NIL NIL "7bit" 17 (NIL "one" NIL NIL NIL NIL NIL NIL NIL NIL) "#,
            r#"("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 1 0) 2)"#,
            r#"("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 1 0)"#,
            r#"("message" "rfc822" NIL NIL NIL "7bit" 19 (NIL "three" NIL NIL NIL NIL NIL NIL NIL NIL) "#,
            r#"("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 1 0) 2) "digest")"#
        )
    );
}

#[test]
fn bytes_round_trip() {
    let part = analyze("Content-Type: multipart/mixed; boundary=b\n\n--b\n\n1\n--b--\n").structure;
    let bytes = part.to_bytes();
    assert_eq!(
        congvu_message::Part::from_bytes(&bytes).expect("reads"),
        part
    );
    assert!(congvu_message::Part::from_bytes(&[]).is_err());
    assert!(congvu_message::Part::from_bytes(&[99]).is_err());
    assert!(congvu_message::Part::from_bytes(&bytes[..bytes.len() - 1]).is_err());
}
