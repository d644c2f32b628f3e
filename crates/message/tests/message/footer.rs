//! What a server sets below a text: once, in each of its forms, and nowhere where something is signed.

use std::io::Write as _;

use congvu_message::footer::{self, Footer};
use congvu_message::{Analyzer, Part};
use mail_parser::MessageParser;
use proptest::prelude::*;

const FOOTER: Footer<'_> = Footer {
    html: "<b>SỞ NỘI VỤ</b><br>Số 1 Trần Phú",
    text: "SỞ NỘI VỤ\nSố 1 Trần Phú",
};

fn analysed(message: &[u8]) -> Part {
    let mut analyzer = Analyzer::new();
    analyzer.feed(message);
    analyzer.finish().structure
}

/// The message with the footer; itself where it is left alone.
fn with_footer(message: &[u8]) -> Vec<u8> {
    let top = analysed(message);
    let mut edits: Vec<(usize, usize, Vec<u8>)> = footer::places(&top)
        .into_iter()
        .filter_map(|part| {
            let (start, end) = (part.header_start as usize, part.body_end as usize);
            Some((
                start,
                end,
                footer::below(part, &message[start..end], FOOTER)?,
            ))
        })
        .collect();
    edits.sort_unstable_by_key(|(start, ..)| std::cmp::Reverse(*start));
    let mut made = message.to_vec();
    for (start, end, instead) in edits {
        made.splice(start..end, instead);
    }
    made
}

/// Its texts, as another reader reads them.
fn texts(message: &[u8]) -> Vec<String> {
    let read = MessageParser::default().parse(message).unwrap();
    read.parts
        .iter()
        .filter_map(|part| match &part.body {
            mail_parser::PartType::Text(text) | mail_parser::PartType::Html(text) => {
                Some(text.to_string())
            }
            _ => None,
        })
        .collect()
}

fn lines(text: &str) -> Vec<u8> {
    text.replace('\n', "\r\n").into_bytes()
}

#[test]
fn below_plain_text_in_whatever_encoding() {
    for head in [
        "From: a@b\n\n",
        "From: a@b\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n",
    ] {
        let made = with_footer(&lines(&format!("{head}Kính gửi Sở.\n")));
        assert_eq!(
            texts(&made),
            ["Kính gửi Sở.\r\n\r\nSỞ NỘI VỤ\r\nSố 1 Trần Phú\r\n"],
            "{head}"
        );
        let head = String::from_utf8_lossy(&made);
        assert_eq!(head.matches("MIME-Version").count(), 1);
        assert!(made.is_ascii());
    }
    let quoted = "From: a@b\nMIME-Version: 1.0\nContent-Type: text/plain; charset=\"UTF-8\"; format=flowed\nSubject: x\nContent-Transfer-Encoding: quoted-printable\n\nK=C3=ADnh g=E1=BB=ADi =\nS=E1=BB=9F.\n";
    let made = with_footer(&lines(quoted));
    assert_eq!(
        texts(&made),
        ["Kính gửi Sở.\r\n\r\nSỞ NỘI VỤ\r\nSố 1 Trần Phú\r\n"]
    );
    let head = String::from_utf8_lossy(&made);
    assert!(
        head.contains("format=flowed") && head.contains("Subject: x"),
        "{head}"
    );
    // Windows-1258: read, and written as Unicode (QN.12.1).
    let mut old = lines(
        "From: a@b\nMIME-Version: 1.0\nContent-Type: text/plain; charset=windows-1258\nContent-Transfer-Encoding: 8bit\n\n",
    );
    old.write_all(b"C\xf4ng v\xe3n\r\n").unwrap();
    assert!(texts(&with_footer(&old))[0].starts_with("Công văn"));
}

#[test]
fn below_each_form_of_a_text_and_not_in_its_files() {
    let message = lines(
        "From: a@b\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=m\n\n--m\nContent-Type: multipart/alternative; boundary=a\n\n--a\n\n\
         Kinh gui.\n--a\nContent-Type: multipart/related; boundary=r\n\n--r\nContent-Type: text/html; charset=iso-8859-1\n\n\
         <html><body><p>K\u{ed}nh</p></BODY></html>\n--r\nContent-Type: image/png\nContent-ID: <x>\n\nPNG\n--r--\n--a--\n--m\n\
         Content-Type: text/plain\nContent-Disposition: attachment; filename=so.txt\n\n1,2\n--m--\n",
    );
    let made = with_footer(&message);
    let found = texts(&made);
    assert_eq!(found.len(), 3, "{found:?}");
    assert_eq!(found[0], "Kinh gui.\r\n\r\nSỞ NỘI VỤ\r\nSố 1 Trần Phú\r\n");
    assert!(
        found[1].contains("<b>S&#7902; N") && found[1].ends_with("</BODY></html>"),
        "{}",
        found[1]
    );
    assert_eq!(found[2], "1,2");
    assert_eq!(analysed(&made).file_names(), ["so.txt"]);
    assert_eq!(analysed(&made).shown().related.len(), 1);
    // Once: what has it at its end stays, octet for octet.
    assert_eq!(with_footer(&made), made);
}

#[test]
fn what_is_signed_enciphered_or_unclear_is_left_alone() {
    for message in [
        "Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; boundary=s\n\n--s\n\nx\n--s\nContent-Type: application/pkcs7-signature\n\ny\n--s--\n",
        "Content-Type: multipart/mixed; boundary=m\n\n--m\nContent-Type: multipart/signed; boundary=s\n\n--s\n\nx\n--s--\n--m--\n",
        "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=s\n\n--s\n\nx\n--s--\n",
        "Content-Type: application/pkcs7-mime; smime-type=signed-data\nContent-Transfer-Encoding: base64\n\nAAAA\n",
        "Content-Type: multipart/report; report-type=disposition-notification; boundary=s\n\n--s\n\nx\n--s--\n",
        "Content-Type: text/plain\n\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nx\n",
        "Content-Type: text/plain; charset=utf-16\n\nx\n",
        "Content-Type: text/plain; charset=x-nobody-knows\n\nx\n",
        "Content-Type: text/plain\nContent-Transfer-Encoding: x-uuencode\n\nx\n",
        "Content-Type: text/calendar\n\nBEGIN:VCALENDAR\n",
        "Content-Type: message/rfc822\n\nFrom: c@d\n\nx\n",
        "Content-Type: text/plain; name=a.txt\nContent-Disposition: attachment\n\nx\n",
        "Content-Type: multipart/mixed; boundary=m\n\n--m\nContent-Type: application/pdf\n\nx\n--m\n\ny\n--m--\n",
    ] {
        let message = lines(&format!("From: a@b\nMIME-Version: 1.0\n{message}"));
        let made = with_footer(&message);
        assert_eq!(made, message, "{}", String::from_utf8_lossy(&message));
    }
}

#[test]
fn not_below_what_bears_it_already() {
    let bears = "From: a@b\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\nĐã rõ.\n\nSỞ NỘI VỤ\n  Số 1\nTrần Phú\n\n";
    assert_eq!(with_footer(&lines(bears)), lines(bears));
    let html = "From: a@b\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n<p>Đã rõ</p><div><i>SỞ NỘI VỤ</i></div>Số 1 <b>Trần</b> Phú</body>\n";
    assert_eq!(with_footer(&lines(html)), lines(html));
    // Quoted with marks, it is another's.
    let answer = "From: a@b\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\nĐã rõ.\n> SỞ NỘI VỤ\n> Số 1 Trần Phú\n";
    assert!(
        texts(&with_footer(&lines(answer)))[0]
            .ends_with("> Số 1 Trần Phú\r\n\r\nSỞ NỘI VỤ\r\nSố 1 Trần Phú\r\n")
    );
}

proptest! {
    /// Whatever it is made of: it never fails, nothing but texts changes, and a second time changes nothing.
    #[test]
    fn any_message(pieces in prop::collection::vec(0_usize..PIECES.len(), 0..40)) {
        let message: String = pieces.iter().map(|piece| PIECES[*piece]).collect();
        let message = lines(&format!("From: a@b\n{message}"));
        let made = with_footer(&message);
        let (before, after) = (analysed(&message), analysed(&made));
        prop_assert_eq!(before.file_names(), after.file_names());
        prop_assert_eq!(before.shown().texts.len(), after.shown().texts.len());
        prop_assert_eq!(with_footer(&made), made);
    }
}

const PIECES: [&str; 24] = [
    "MIME-Version: 1.0\n",
    "Content-Type: multipart/mixed; boundary=b\n",
    "Content-Type: multipart/alternative; boundary=b\n",
    "Content-Type: multipart/alternative; boundary=c\n",
    "Content-Type: multipart/related; boundary=c; start=\"<x>\"\n",
    "Content-Type: text/plain; charset=utf-8\n",
    "Content-Type: text/html\n",
    "Content-Type: text/html; charset=windows-1258\n",
    "Content-Type: message/rfc822\n",
    "Content-ID: <x>\n",
    "Content-Transfer-Encoding: base64\n",
    "Content-Transfer-Encoding: quoted-printable\n",
    "Content-Disposition: attachment; filename=a\n",
    " folded\n",
    "\n",
    "\n\n",
    "--b\n",
    "--c\n",
    "--b--\n",
    "--c--\n",
    "text",
    "=",
    "<!-- </body>",
    "U+1EDE Ở \u{0}",
];
