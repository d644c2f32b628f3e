use super::*;

fn cursor(text: &str) -> Cursor<'_> {
    Cursor::new(text.as_bytes(), ParseOptions::default())
}

#[test]
fn strings() {
    for (text, value) in [
        ("abc]d e", "abc]d"),
        ("\"a b\"", "a b"),
        (r#""a\"b\\c""#, r#"a"b\c"#),
        ("\"\"", ""),
        ("{3}\r\na\r\n", "a\r\n"),
        ("{3+}\r\nabcd", "abc"),
        ("{0}\r\n", ""),
        ("\"đ\"", "đ"),
    ] {
        assert_eq!(
            &*cursor(text).astring().unwrap(),
            value.as_bytes(),
            "{text}"
        );
    }
    for bad in [
        "",
        " a",
        "\"a",
        "\"a\r\n\"",
        r#""\a""#,
        "\"\\",
        "{3}\r\nab",
        "{3}\nabc",
        "{x}\r\n",
        "{-1}\r\n",
        "{1}\r\n\0",
        "{99999999999999999999}\r\n",
        "(",
        "é",
        "%",
        "\"\0\"",
    ] {
        assert!(cursor(bad).astring().is_err(), "{bad}");
    }
    assert_eq!(&*cursor("a%*] ").list_mailbox().unwrap(), b"a%*]");
    assert_eq!(cursor("nil").nstring(), Ok(None));
    assert!(cursor("nul").nstring().is_err());
}

#[test]
fn numbers() {
    assert_eq!(cursor("4294967295").number(), Ok(u32::MAX));
    assert!(cursor("4294967296").number().is_err());
    assert_eq!(
        cursor("9223372036854775807").number64(),
        Ok(i64::MAX as u64)
    );
    assert!(cursor("9223372036854775808").number64().is_err());
    assert!(cursor("0").nz_number().is_err());
    assert!(cursor("+1").number().is_err());
}

#[test]
fn lists_and_ends() {
    let atoms = |text| cursor(text).list(|c| c.atom().map(str::to_owned));
    assert_eq!(atoms("()"), Ok(vec![]));
    assert_eq!(atoms("(a b)").unwrap(), ["a", "b"]);
    for bad in ["(", "(a", "(a  b)", "(a )", "( a)", "a"] {
        assert!(atoms(bad).is_err(), "{bad}");
    }
    assert_eq!(cursor("\r\n").end(), Ok(()));
    assert!(cursor("\n").end().is_err());
    assert!(cursor("\r\n\r\n").end().is_err());
    assert_eq!(cursor("Zm8=").base64().unwrap(), b"fo");
    assert!(cursor("Zm8").base64().is_err());
}
