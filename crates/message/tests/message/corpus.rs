use congvu_message::fuzzing;

use super::crlf;

const CORPUS: &[&str] = &[
    "From: =?utf-8?q?=C4=90=E1=BB=97?= <do@x.vn>\nTo: g: a@b, \"c, d\" <@r:e@f>;\nSubject: x\n\nbody\n",
    "Content-Type: multipart/mixed; boundary=\"b\"\n\npre\n--b\n\none\n--b\nContent-Type: message/rfc822\n\nSubject: y\n\
     Content-Type: multipart/alternative; boundary=bb\n\n--bb\nContent-Type: text/html\n\n<p>\n--bb--\n--b--\nepi\n",
    "Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: one\n\n1\n--b\n--b--",
    "Content-Disposition: attachment; filename*0*=utf-8''%C4%91; filename*1=\"\\\"\"\n\
     Content-Transfer-Encoding: quoted-printable\n\n=C4=91=\n =\n",
    "Date: Fri, 21 Nov 1997 09:55:06 (a (b) c) -0600\nReferences: <a@b>\n <c@d>\nContent-Language: vi, en\n\n",
    "\"a\\\"b\"@[IPv6:::1]",
    "no header at all\n--b\n",
];

/// Every beginning of every message of the corpus, with either line end.
#[test]
fn every_beginning() {
    for text in CORPUS {
        for message in [crlf(text), text.as_bytes().to_vec()] {
            for end in 0..=message.len() {
                fuzzing::analyze(&message[..end]);
                fuzzing::header(&message[..end]);
                fuzzing::address(&message[..end]);
                fuzzing::cards(&message[..end]);
                fuzzing::binary(&message[..end]);
            }
        }
    }
}
