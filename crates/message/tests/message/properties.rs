use congvu_message::{Analyzer, fuzzing};
use proptest::prelude::*;

/// Pieces that mail is made of, so that random mail is not mere noise.
const PIECES: &[&str] = &[
    "\r\n",
    "\n",
    "\r",
    "\r\n\r\n",
    "--",
    "-",
    "--b",
    "--b--",
    "\r\n--b\r\n",
    "\r\n--b--\r\n",
    "--bc",
    "--bc--\r\n",
    " ",
    "\t",
    "x",
    "đ",
    "\0",
    "Content-Type: multipart/mixed; boundary=b\r\n\r\n",
    "Content-Type: multipart/digest; boundary=bc\r\n\r\n",
    "Content-Type: multipart/mixed; boundary=\"b--\"\n\n",
    "Content-Type: message/rfc822\r\n\r\n",
    "Content-Type: ",
    "text/plain; charset=utf-8",
    "; name*0*=utf-8''%C4; name*1=%91",
    "Subject: =?utf-8?q?=C4=91?= =?utf-8?b?xA==?=",
    "From: a@b, \"c\" <d@e>",
    "To: g: a@b;",
    "Content-Transfer-Encoding: base64\r\n",
    "Content-Disposition: attachment; filename=\"",
    "(",
    ")",
    "<",
    ">",
    "\"",
    "\\",
    ":",
    ";",
    ",",
    "@",
    "=?",
    "?=",
    "Content-Language: vi",
    "Content-Type: text/html\r\n\r\n",
    "<p>a</p><style>",
    "&agrave;",
    "<!--",
    "Re: ",
    "[fwd: ",
    "]",
    "[a] ",
    " (fwd)",
    "References: <a@b> <\"c\"@d>\r\n",
    "Date: Thu, 1 Jan 1970 00:00:00 +0000\r\n",
];

fn mail() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        9 => proptest::sample::select(PIECES).prop_map(|piece| piece.as_bytes().to_vec()),
        1 => proptest::collection::vec(any::<u8>(), 0..6),
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn random_mail_never_panics(message in mail()) {
        fuzzing::analyze(&message);
        fuzzing::header(&message);
        fuzzing::subject(&message);
        fuzzing::address(&message);
        fuzzing::cards(&message);
        fuzzing::binary(&message);
    }

    #[test]
    fn chunks_do_not_matter(message in mail(), cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..12)) {
        let mut whole = Analyzer::new();
        whole.feed(&message);
        let mut places: Vec<_> = cuts.iter().map(|cut| cut.index(message.len() + 1)).collect();
        places.push(message.len());
        places.sort_unstable();
        let mut pieces = Analyzer::new();
        let mut from = 0;
        for place in places {
            pieces.feed(&message[from..place]);
            from = place;
        }
        prop_assert_eq!(whole.finish(), pieces.finish());
    }

    #[test]
    fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        fuzzing::analyze(&bytes);
        fuzzing::header(&bytes);
        fuzzing::subject(&bytes);
        fuzzing::binary(&bytes);
        fuzzing::address(&bytes);
        fuzzing::invitation(&bytes);
        fuzzing::smime(&bytes);
        let _ = congvu_message::Part::from_bytes(&bytes);
    }

    #[test]
    fn random_addresses(text in "[a\"\\\\@.<>\\[\\]đ ]{0,20}") {
        fuzzing::address(text.as_bytes());
    }
}

#[test]
fn long_lines_do_not_show_their_chunks() {
    let mut message = b"Content-Type: multipart/mixed; boundary=b\r\n".to_vec();
    message.extend(b"X: ".iter().chain(&[b'y'; 70_000]));
    for _ in 0..5 {
        message.extend(b"\r\nX: ".iter().chain(&[b'y'; 60_000]));
    }
    message.extend(b"\r\n\r\n--b");
    message.extend([b' '; 400]);
    message.extend(b"x\r\n\r\nbody\r\n--b--\r\n");
    fuzzing::analyze(&message);
}
