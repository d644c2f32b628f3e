use super::testing::{all_bad, read};
use super::*;

#[test]
fn commands_without_arguments() {
    for (text, body) in [
        ("CAPABILITY", CommandBody::Capability),
        ("noop", CommandBody::Noop),
        ("LogOut", CommandBody::Logout),
        ("STARTTLS", CommandBody::StartTls),
        ("NAMESPACE", CommandBody::Namespace),
        ("IDLE", CommandBody::Idle),
        ("CHECK", CommandBody::Check),
        ("CLOSE", CommandBody::Close),
        ("UNSELECT", CommandBody::Unselect),
        ("UNAUTHENTICATE", CommandBody::Unauthenticate),
    ] {
        assert_eq!(body.name(), text.to_ascii_uppercase());
        assert_eq!(read(text), Ok(body));
        assert!(read(&format!("{text} ")).is_err());
        assert!(read(&format!("{text} x")).is_err());
    }
}

#[test]
fn what_is_no_command() {
    all_bad(&[
        "",
        " ",
        "FOO",
        "FOO bar",
        "UID",
        "UID FOO 1",
        "UID NOOP",
        "UID COPY",
        "\"NOOP\"",
        " NOOP",
    ]);
    assert_eq!(read("FROB"), Err(Fault::bad("unknown command")));
    assert_eq!(read("SELECT"), Err(Fault::bad("arguments are missing")));
    assert_eq!(read("UID LOGIN a b"), Err(Fault::bad("unknown command")));
}

#[test]
fn tags_and_line_ends() {
    let parse = |text: &str| parse(text.as_bytes(), ParseOptions::default());
    for text in ["", "\r\n", " a\r\n", "+ NOOP\r\n", "* OK\r\n"] {
        assert_eq!(parse(text).unwrap_err().tag, None, "{text}");
    }
    for text in [
        "a",
        "a\r\n",
        "a NOOP",
        "a NOOP\n",
        "a NOOP\r\r\n",
        "a NOOP\r\n\r\n",
    ] {
        assert!(parse(text).unwrap_err().tag.is_some(), "{text}");
    }
}

#[test]
fn stages() {
    let stage = |text| read(text).unwrap().stage();
    assert_eq!(stage("ID NIL"), Stage::Any);
    assert_eq!(stage("LOGIN a b"), Stage::NotAuthenticated);
    assert_eq!(stage("SELECT a"), Stage::Authenticated);
    assert_eq!(stage("UID MOVE 1 a"), Stage::Selected);
    assert_eq!(read("EXAMINE a").unwrap().name(), "EXAMINE");
}
