use super::*;

fn read(wire: &[u8]) -> Result<Option<(ServerReply, usize)>, ReplyError> {
    match ReplyReader::default().read(wire)? {
        Found::Part(_) => Ok(None),
        Found::Whole(reply, used) => Ok(Some((reply, used))),
    }
}

#[track_caller]
fn check(wire: &str, code: u16, status: &str, text: &str) {
    let (reply, used) = read(wire.as_bytes()).expect("a reply").expect("whole");
    assert_eq!(used, wire.len());
    let told = reply.told();
    assert_eq!(
        (told.code, told.status.as_str(), told.text.as_str()),
        (code, status, text)
    );
}

#[test]
fn replies() {
    check("250 OK\r\n", 250, "2.0.0", "OK");
    check("250\r\n", 250, "2.0.0", "");
    check("250 \r\n", 250, "2.0.0", "");
    check("550 5.1.1 No such user\r\n", 550, "5.1.1", "No such user");
    check("550 5.1.1\r\n", 550, "5.1.1", "");
    check(
        "550-5.7.1 a\r\n550-5.7.1 b\r\n550 5.7.1 c\r\n",
        550,
        "5.7.1",
        "a b c",
    );
    check("250 bare LF\n", 250, "2.0.0", "bare LF");
    check("250-a\n250-b\r\n250 c\n", 250, "2.0.0", "a b c");
    check(
        "421 4.3.2 Không nhận lúc này\r\n",
        421,
        "4.3.2",
        "Không nhận lúc này",
    );
}

#[test]
fn a_status_of_another_class_is_text() {
    check("550 4.1.1 odd\r\n", 550, "5.0.0", "4.1.1 odd");
    check("550 5.1.1.1 odd\r\n", 550, "5.0.0", "5.1.1.1 odd");
    check("550 5.1.1000 odd\r\n", 550, "5.0.0", "5.1.1000 odd");
}

#[test]
fn nothing_steers_a_terminal() {
    check(
        "550 a\x1b[2Jb\rc\u{202e}d\0e\r\n",
        550,
        "5.0.0",
        "a [2Jb c d e",
    );
    let long = format!("550 {}\r\n", "ế".repeat(1200));
    check(&long, 550, "5.0.0", &"ế".repeat(1000));
}

#[test]
fn what_is_no_reply() {
    for wire in [
        "\r\n",
        "25\r\n",
        "hello\r\n",
        "150 x\r\n",
        "650 x\r\n",
        "250x\r\n",
        "2500 x\r\n",
        "250-a\r\n251 b\r\n",
        "250-a\r\n550 b\r\n",
        "250-a\r\nb\r\n",
        " 250 a\r\n",
        "+50 a\r\n",
        "\u{0662}50 a\r\n",
    ] {
        assert_eq!(
            read(wire.as_bytes()),
            Err(ReplyError::Malformed),
            "{wire:?}"
        );
    }
}

#[test]
fn parts_of_a_reply_are_none() {
    for wire in ["", "2", "250 O", "250 OK\r", "250-a\r\n", "250-a\r\n250"] {
        assert_eq!(read(wire.as_bytes()), Ok(None), "{wire:?}");
    }
}

#[test]
fn what_follows_is_left() {
    let (reply, used) = read(b"250 a\r\n550 b\r\n")
        .expect("a reply")
        .expect("whole");
    assert_eq!((reply.code, used), (250, 7));
}

#[test]
fn length_is_bounded() {
    let long = format!("250 {}\r\n", "x".repeat(LINE - 6));
    assert!(matches!(read(long.as_bytes()), Ok(Some(_))));
    let longer = format!("250 {}\r\n", "x".repeat(LINE - 5));
    assert_eq!(read(longer.as_bytes()), Err(ReplyError::TooLong));
    let endless = "250-".repeat(LINE / 4);
    assert_eq!(read(endless.as_bytes()), Err(ReplyError::TooLong));
    let giant = "250-line\r\n".repeat(REPLY / 10 + 1);
    assert_eq!(read(giant.as_bytes()), Err(ReplyError::TooLong));
}
