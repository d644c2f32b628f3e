use super::*;

/// What comes out of these pieces: the message, whether it is bare, what is left for commands.
fn read(pieces: &[&[u8]]) -> Option<(Vec<u8>, bool, Vec<u8>)> {
    let mut machine = EndOfData::new();
    let mut message = Vec::new();
    for (n, piece) in pieces.iter().enumerate() {
        let mut rest = *piece;
        while !rest.is_empty() {
            let found = machine.next(rest);
            message.extend_from_slice(&rest[found.data.clone()]);
            rest = &rest[found.consumed..];
            if found.end {
                let left = [&[rest], &pieces[n + 1..]].concat().concat();
                return Some((message, machine.is_bare(), left));
            }
        }
    }
    None
}

fn check(wire: &[u8], message: &[u8]) {
    for cut in 0..wire.len() {
        let (front, back) = wire.split_at(cut);
        let found = read(&[front, back]).expect("the end is found");
        assert_eq!(found, (message.to_vec(), false, Vec::new()), "cut at {cut}");
    }
}

#[test]
fn plain_messages() {
    check(b".\r\n", b"");
    check(b"a\r\n.\r\n", b"a\r\n");
    check(
        b"Subject: x\r\n\r\nhello\r\n\r\n.\r\n",
        b"Subject: x\r\n\r\nhello\r\n\r\n",
    );
}

#[test]
fn dots_are_taken_out() {
    check(b"..\r\n.\r\n", b".\r\n");
    check(
        b"...\r\n..a\r\n.b\r\nc.d\r\n.\r\n",
        b"..\r\n.a\r\nb\r\nc.d\r\n",
    );
    check(b"\r\n..\r\n\r\n.\r\n", b"\r\n.\r\n\r\n");
}

#[test]
fn every_octet_may_come_alone() {
    let wire = b"..a\r\n\r\n.\r\nQUIT\r\n";
    let pieces: Vec<&[u8]> = wire.chunks(1).collect();
    let (message, bare, left) = read(&pieces).expect("ends");
    assert_eq!(
        (&message[..], bare, &left[..]),
        (&b".a\r\n\r\n"[..], false, &b"QUIT\r\n"[..])
    );
}

#[test]
fn long_stretches_come_in_one_piece() {
    let text = b"line\r\n".repeat(1000);
    let mut machine = EndOfData::new();
    let piece = machine.next(&text);
    assert_eq!(piece.data, 0..text.len());
    assert_eq!(piece.consumed, text.len());
}

/// Every form that some server somewhere took for an end.
pub(crate) const ODD_ENDS: [&[u8]; 24] = [
    b"\n.\n",
    b"\n.\r",
    b"\n.\r\n",
    b"\n.\r\r\n",
    b"\r.\r",
    b"\r.\n",
    b"\r.\r\n",
    b"\r.\r\r\n",
    b"\r\n.\n",
    b"\r\n.\r",
    b"\r\n.\r\r\n",
    b"\r\n.\n\r\n",
    b"\r\r\n.\n",
    b"\r\r\n.\r\r\n",
    b"\r\r.\r\r",
    b"\n\n.\n\n",
    b"\n\r.\n\r",
    b"\n\r\n.\n",
    b"\r\n\x00.\r\n",
    b"\r\n.\x00\r\n",
    b"\r\n.\r\x00\n",
    b"\r\x00\n.\r\n",
    b"\r\n .\r\n",
    b"\r\n. \r\n",
];

#[test]
fn no_odd_form_ends_a_message() {
    let smuggled = b"MAIL FROM:<forged@x>\r\nRCPT TO:<a@b>\r\nDATA\r\nSubject: two\r\n\r\nx";
    for odd in ODD_ENDS {
        let wire = [b"one", odd, &smuggled[..], b"\r\n.\r\nQUIT\r\n"].concat();
        for cut in 0..wire.len() {
            let (front, back) = wire.split_at(cut);
            let (_, bare, left) = read(&[front, back]).expect("the true end");
            assert_eq!(left, b"QUIT\r\n", "{odd:?} cut at {cut}");
            let stands_alone = !matches!(
                odd,
                b"\r\n\x00.\r\n" | b"\r\n.\x00\r\n" | b"\r\n .\r\n" | b"\r\n. \r\n"
            );
            assert_eq!(bare, stands_alone, "{odd:?}");
        }
    }
}

#[test]
fn a_bare_end_never_ends_a_message() {
    for odd in ODD_ENDS {
        let wire = [b"text", odd, b"more text"].concat();
        assert_eq!(read(&[&wire]), None, "{odd:?}");
    }
}

#[test]
fn the_very_first_line() {
    for odd in [&b".\n"[..], b".\r", b".\r\r\n", b"\n.\r\n", b"\r.\r\n"] {
        assert_eq!(read(&[odd]), None, "{odd:?}");
        let (_, bare, left) = read(&[odd, b"x\r\n.\r\n"]).expect("the true end");
        assert!(bare && left.is_empty(), "{odd:?}");
    }
}

#[test]
fn line_ends_of_chunks() {
    let bare = |pieces: &[&[u8]]| {
        let mut ends = LineEnds::default();
        pieces.iter().for_each(|piece| ends.feed(piece));
        ends.is_bare_at_end()
    };
    assert!(!bare(&[b"a\r\n", b"b\r", b"", b"\n.\r\n"]));
    assert!(!bare(&[b""]) && !bare(&[b"no end"]));
    for odd in [
        &[&b"a\n"[..]][..],
        &[b"a\r"],
        &[b"a\r", b"b"],
        &[b"a\r", b"\r\n"],
        &[b"\n"],
    ] {
        assert!(bare(odd), "{odd:?}");
    }
}
