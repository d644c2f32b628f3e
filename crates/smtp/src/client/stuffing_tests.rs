use proptest::prelude::*;

use super::*;
use crate::data::EndOfData;

fn stuff(pieces: &[&[u8]]) -> Vec<u8> {
    let mut stuffing = Stuffing::new();
    let mut out = Vec::new();
    for piece in pieces {
        stuffing.feed(piece, &mut out);
    }
    stuffing.finish(&mut out);
    out
}

/// What our own server reads: the message and whether a CR or LF stood alone. It ends with the input.
fn receive(wire: &[u8]) -> (Vec<u8>, bool) {
    let mut machine = EndOfData::new();
    let (mut message, mut rest) = (Vec::new(), wire);
    loop {
        let piece = machine.next(rest);
        message.extend_from_slice(&rest[piece.data.clone()]);
        rest = &rest[piece.consumed..];
        if piece.end {
            assert_eq!(rest, b"", "it ended early");
            return (message, machine.is_bare());
        }
        assert!(!rest.is_empty(), "it did not end");
    }
}

/// What a message is to arrive as, the slow and plain way.
fn normal(message: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for (at, &byte) in message.iter().enumerate() {
        match byte {
            b'\r' if message.get(at + 1) == Some(&b'\n') => {}
            b'\r' => out.push(b' '),
            b'\n' => out.extend_from_slice(b"\r\n"),
            _ => out.push(byte),
        }
    }
    if !out.is_empty() && !out.ends_with(b"\r\n") {
        out.extend_from_slice(b"\r\n");
    }
    out
}

fn check(message: &[u8]) {
    let whole = stuff(&[message]);
    let (got, bare) = receive(&whole);
    assert_eq!(got, normal(message), "{message:?}");
    assert!(!bare, "{message:?}");
    for cut in 0..message.len() {
        let (front, back) = message.split_at(cut);
        assert_eq!(stuff(&[front, back]), whole, "{message:?} cut at {cut}");
    }
    let single: Vec<&[u8]> = message.chunks(1).collect();
    assert_eq!(stuff(&single), whole);
}

#[test]
fn dots() {
    assert_eq!(stuff(&[b""]), b".\r\n");
    assert_eq!(stuff(&[b"a"]), b"a\r\n.\r\n");
    assert_eq!(
        stuff(&[b".\r\n..a\r\nb.\r\n"]),
        b"..\r\n...a\r\nb.\r\n.\r\n"
    );
    for message in [
        &b""[..],
        b".",
        b"..",
        b".\r\n",
        b"\r\n",
        b"\r\n.\r\n",
        b"a\r\n.\r\nMAIL FROM:<x@y>\r\n",
    ] {
        check(message);
    }
}

/// Whatever a server takes for the end of a line, it finds no dot alone on one but the last.
#[test]
fn nothing_ends_early_at_lax_servers() {
    for odd in crate::data::ODD_ENDS {
        let message = [b"text", odd, b"MAIL FROM:<forged@x>\r\n"].concat();
        check(&message);
        let wire = stuff(&[&message]);
        let body = wire.strip_suffix(b".\r\n").expect("the end");
        let alone = body
            .split(|byte| b"\r\n".contains(byte))
            .any(|line| line == b".");
        assert!(!alone, "{odd:?} in {wire:?}");
    }
}

/// Letters of which odd endings are made, more often than others.
fn odd_text() -> impl Strategy<Value = Vec<u8>> {
    let letter = prop_oneof![
        Just(b'\r'),
        Just(b'\n'),
        Just(b'.'),
        Just(b'x'),
        Just(b' '),
        Just(0)
    ];
    proptest::collection::vec(letter, 0..40)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn odd_messages(message in odd_text()) {
        check(&message);
    }

    #[test]
    fn any_message_in_any_pieces(
        message in proptest::collection::vec(any::<u8>(), 0..300),
        cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..6),
    ) {
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(message.len() + 1)).collect();
        cuts.extend([0, message.len()]);
        cuts.sort_unstable();
        let pieces: Vec<&[u8]> = cuts.windows(2).map(|two| &message[two[0]..two[1]]).collect();
        let wire = stuff(&pieces);
        prop_assert_eq!(receive(&wire), (normal(&message), false));
    }
}
