use congvu_message::header::{addresses, decode_text, fields, select, unfold};

#[test]
fn fields_with_offsets() {
    let block = b"A: 1\r\nB :2\r\n 3\r\nnonsense\r\nC:\r\n\r\nbody: no\r\n";
    let found: Vec<_> = fields(block)
        .map(|field| {
            (
                field.name,
                field.value,
                field.start,
                field.value_start,
                field.end,
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            (&b"A"[..], &b" 1"[..], 0, 2, 6),
            (b"B", b"2\r\n 3", 6, 9, 16),
            (b"nonsense", b"", 16, 24, 26),
            (b"C", b"", 26, 28, 30),
        ]
    );
}

#[test]
fn unfolding() {
    assert_eq!(&*unfold(b"a\r\n b\n\tc"), b"a b\tc");
}

#[test]
fn selecting_rfc9051_6_4_5() {
    let header = b"From: a\r\nX: 1\r\n 2\r\nsubject: s\r\nX: 3\r\n\r\nbody";
    assert_eq!(
        select(header, &["x", "SUBJECT"], false),
        b"X: 1\r\n 2\r\nsubject: s\r\nX: 3\r\n\r\n"
    );
    assert_eq!(select(header, &["x", "SUBJECT"], true), b"From: a\r\n\r\n");
    assert_eq!(select(header, &["nothing"], false), b"\r\n");
    assert_eq!(select(b"A: b", &["a"], false), b"A: b\r\n\r\n");
}

#[test]
fn decoding() {
    let table: &[(&[u8], &str)] = &[
        (b" plain ", "plain"),
        (b"=?utf-8?Q?C=C3=B4ng_v=C4=83n?=", "Công văn"),
        (b"=?UTF-8?B?Q8O0bmcgdsSDbg==?=", "Công văn"),
        (b"=?utf-8*vi?q?a?=", "a"),
        (b"=?utf-8?q?a?= =?utf-8?q?b?=", "ab"),
        (b"=?utf-8?q?a?=\r\n =?utf-8?q?b?= c", "ab c"),
        (b"x =?utf-8?q?a?= y", "x a y"),
        // A character cut between two words.
        (b"=?utf-8?B?Q8M=?= =?utf-8?B?tG5n?=", "Công"),
        (b"=?iso-8859-1?q?=E9?=", "é"),
        (b"=?windows-1258?q?Ti=EA=EAng?=", "Tiêêng"),
        (b"=?unknown-x?q?a?=", "a"),
        (b"=?utf-8?x?a?=", "=?utf-8?x?a?="),
        (b"=?utf-8?q?a", "=?utf-8?q?a"),
        (b"=?", "=?"),
        (b"a=?b?= c", "a=?b?= c"),
        ("Công văn".as_bytes(), "Công văn"),
        // windows-1258 writes marks apart: e circumflex, acute.
        (b"ti\xea\xecng", "tiếng"),
        (b"a\x00b\x1bc\td", "abc d"),
        (b"=?utf-8?q?=?=", "="),
        (b"=?utf-8?q?=4?=", "=4"),
    ];
    for (value, expected) in table {
        assert_eq!(
            decode_text(value),
            *expected,
            "{}",
            String::from_utf8_lossy(value)
        );
    }
}

#[test]
fn address_lists() {
    let found = addresses("=?utf-8?q?=C4=90?= <a@b>, nhóm: \"ă â\"@d (c);, <>".as_bytes());
    let found: Vec<_> = found
        .iter()
        .map(|spec| {
            (
                spec.name.as_str(),
                spec.local.as_str(),
                spec.domain.as_str(),
            )
        })
        .collect();
    assert_eq!(found, [("Đ", "a", "b"), ("c", "ă â", "d")]);
}
