use congvu_message::encoding::Decoder;
use proptest::prelude::*;

fn decode(encoding: &str, input: &[u8], chunk: usize) -> Vec<u8> {
    let mut decoder = Decoder::new(encoding);
    let mut out = Vec::new();
    input
        .chunks(chunk)
        .for_each(|piece| decoder.push(piece, &mut out));
    decoder.finish(&mut out);
    out
}

fn check(encoding: &str, table: &[(&str, &str)]) {
    for (input, expected) in table {
        for chunk in 1..=input.len().max(1) {
            let found = decode(encoding, input.as_bytes(), chunk);
            assert_eq!(
                String::from_utf8_lossy(&found),
                *expected,
                "{input:?} in {chunk}"
            );
        }
    }
}

#[test]
fn base64() {
    check(
        "BASE64",
        &[
            ("aGVsbG8=", "hello"),
            ("aGVs\r\nbG8=\r\n", "hello"),
            ("aGVsbG8", "hello"),
            ("aA==aQ==", "hi"),
            ("a!G#V$sbG8", "hello"),
            ("a", ""),
            ("", ""),
        ],
    );
}

#[test]
fn quoted_printable() {
    check(
        "Quoted-Printable",
        &[
            ("C=C3=B4ng v=c4=83n", "Công văn"),
            ("soft=\r\nbreak", "softbreak"),
            ("soft= \t\r\nbreak", "softbreak"),
            ("soft=\nbreak", "softbreak"),
            ("trail \t \r\nnext  ", "trail\r\nnext"),
            ("in side\r\n", "in side\r\n"),
            ("bad =ZZ =4 =", "bad =ZZ =4 "),
            ("==41", "=A"),
            ("a=20\r\n", "a \r\n"),
            ("a\rb\r\n", "a\rb\r\n"),
            ("end=\r\n", "end"),
            ("end=\r", "end"),
        ],
    );
}

#[test]
fn others_pass() {
    check("8bit", &[("đ=C3", "đ=C3")]);
    check("x-own", &[("a", "a")]);
}

proptest! {
    #[test]
    fn chunks_do_not_matter(input in proptest::collection::vec(prop_oneof![any::<u8>(), Just(b'='), Just(b'\r'), Just(b'\n'), Just(b' ')], 0..80), chunk in 1_usize..10) {
        for encoding in ["base64", "quoted-printable"] {
            prop_assert_eq!(decode(encoding, &input, input.len().max(1)), decode(encoding, &input, chunk));
        }
    }
}
