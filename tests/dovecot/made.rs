//! Messages that a text file cannot hold, or only at length.

use std::fmt::Write;

use super::corpus::Message;

pub fn everything() -> Vec<Message> {
    let mut all: Vec<Message> = OCTETS
        .iter()
        .map(|(name, octets)| Message::new(format!("octets/{name}"), *octets))
        .collect();
    for levels in [5, 20, 29, 30, 31, 60, 99, 100, 101, 150] {
        all.push(Message::new(
            format!("deep/{levels} multiparts"),
            multiparts(levels),
        ));
    }
    for levels in [5, 20, 60, 101] {
        all.push(Message::new(
            format!("deep/{levels} messages"),
            messages(levels),
        ));
    }
    for parts in [50, 999, 1000, 1001, 3000] {
        all.push(Message::new(format!("many/{parts} parts"), parts_of(parts)));
    }
    all.push(Message::new("many/20000 parts", parts_of(20_000)));
    all.push(Message::new("many/2000 messages", many_messages(2000)));
    all.push(Message::new("many/3000 addresses", addresses(3000)));
    for count in [100, 200] {
        all.push(Message::new(
            format!("many/{count} parameters"),
            parameters(count),
        ));
    }
    all.push(Message::new(
        "many/header of 300 kB",
        long_header(300 << 10),
    ));
    all.push(Message::new("many/field of 300 kB", long_field(300 << 10)));
    all
}

const OCTETS: &[(&str, &[u8])] = &[
    ("bare LF", b"From: a@b.vn\nSubject: LF\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nx\ny\n--b--\n"),
    ("bare LF in the body", b"From: a@b.vn\r\nSubject: LF\r\n\r\nx\ny\r\nz\n"),
    ("bare LF in the header", b"From: a@b.vn\nSubject: LF\n tiep\r\nTo: c@d.vn\r\n\nx\r\n"),
    ("bare LF before a boundary", b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\n--b\n\r\ny\r\n--b--\r\n"),
    ("bare CR in the body", b"From: a@b.vn\r\nSubject: CR\r\n\r\nx\ry\r\r\nz\r"),
    ("bare CR in the header", b"From: a@b.vn\rTo: c@d.vn\r\nSubject: C\rR\r\r\nX: y\r\n\r\nx\r\n"),
    ("only CR", b"From: a@b.vn\rSubject: CR\r\rx\r"),
    ("CR CR LF", b"Subject: x\r\r\nTo: a@b.vn\r\r\n\r\r\nx\r\r\n"),
    ("bare CR before a boundary", b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r--b\r\n\r\ny\r\r\n--b--\r\n"),
    ("NUL in the body", b"From: a@b.vn\r\nSubject: NUL\r\n\r\nx\0y\r\n\0"),
    ("NUL in the header", b"From: a\0@b.vn\r\nSubject: N\0UL\r\nTo: \"a\0\" <c@d.vn>\r\nContent-Type: text/html; a=\"b\0c\"\r\n\r\nx\r\n"),
    ("NUL in a name and a boundary", b"Sub\0ject: x\r\nContent-Type: multipart/mixed; boundary=\"b\0c\"\r\n\r\n--b\0c\r\n\r\nx\r\n--b\0c--\r\n"),
    (
        "windows-1258 in the header",
        b"From: Nguy\xea\xden <a@b.vn>\r\nTo: \"V\xfb\" <c\xfb@d.vn>, \xd0\xf5\r\nSubject: Th\xf4ng b\xe1o\r\nContent-Type: application/pdf; name=\"t\xf4\xcc.pdf\"\r\n\
          Content-Disposition: attachment; filename=t\xf4\xcc.pdf\r\nContent-Description: t\xf4\r\nContent-ID: <\xf4>\r\n\r\nx\r\n",
    ),
    ("broken UTF-8 in the header", b"From: \xc3 <a@b.vn>\r\nSubject: \xe1\xbb\r\n \xa5 \xff\xfe\r\nContent-Type: text/plain; name=\"\xf0\x9f\x93\"\r\n\r\n\xff\r\n"),
    ("controls in the header", b"From: \x01a <a\x02@b.vn>\r\nSubject: a\x07b\x1b[0m\x7f\r\nContent-Type: text/x\x01; a=\x02\r\nContent-ID: <\x03>\r\n\r\n\x04\r\n"),
    ("form feed and vertical tab", b"From:\x0ba@b.vn\x0c\r\nSubject: a\x0bb\x0c\r\nContent-Type: text/html;\x0ca=b\x0b;c=d\r\n\x0cX: y\r\n\r\nx\r\n"),
    ("blank line of spaces", b"Subject: x\r\n  \r\nTo: a@b.vn\r\n\r\nx\r\n"),
    ("no-break space", b"From:\xc2\xa0An\xc2\xa0<a@b.vn>\r\nSubject:\xc2\xa0x\xc2\xa0\r\nContent-Type:\xc2\xa0text/html\r\n\r\nx\r\n"),
    ("header ends in the middle of CRLF", b"Subject: x\r\n\r"),
    ("header ends with CR", b"Subject: x\r"),
    ("only CRLF", b"\r\n"),
    ("body without a line end", b"Subject: x\r\n\r\nmot\r\nhai"),
    ("boundary with CR in it", b"Content-Type: multipart/mixed; boundary=\"b\r\n c\"\r\n\r\n--b c\r\n\r\nx\r\n--b c--\r\n"),
    ("byte order mark", b"\xef\xbb\xbfFrom: a@b.vn\r\nSubject: BOM\r\n\r\nx\r\n"),
    ("eight bits in a message in a message", b"Content-Type: message/rfc822\r\n\r\nSubject: \xd0\r\nFrom: \xc4\x91@b.vn\r\n\r\n\xff\r\n"),
];

fn multiparts(levels: usize) -> String {
    let mut text = String::from("Subject: sau\r\n");
    for level in 0..levels {
        write!(
            text,
            "Content-Type: multipart/mixed; boundary=\"x{level}x\"\r\n\r\n--x{level}x\r\n"
        )
        .unwrap();
    }
    text.push_str("\r\nday\r\n");
    for level in (0..levels).rev() {
        write!(text, "--x{level}x--\r\n").unwrap();
    }
    text
}

fn messages(levels: usize) -> String {
    let mut text = String::new();
    for level in 0..levels {
        write!(
            text,
            "Subject: {level}\r\nContent-Type: message/rfc822\r\n\r\n"
        )
        .unwrap();
    }
    text + "Subject: day\r\n\r\nx\r\n"
}

fn parts_of(parts: usize) -> String {
    let mut text =
        String::from("Subject: nhieu\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n");
    for part in 0..parts {
        write!(text, "--b\r\nContent-ID: <{part}>\r\n\r\n{part}\r\n").unwrap();
    }
    text + "--b--\r\n"
}

fn many_messages(parts: usize) -> String {
    let one = "--b\r\n\r\nSubject: x\r\n\r\ny\r\n".repeat(parts);
    format!("Content-Type: multipart/digest; boundary=b\r\n\r\n{one}--b--\r\n")
}

fn addresses(count: usize) -> String {
    let mut text = String::from("Subject: nhieu nguoi\r\nTo: dau@b.vn");
    for number in 0..count {
        write!(text, ",\r\n Nguoi {number} <n{number}@b.vn>").unwrap();
    }
    text + "\r\n\r\nx\r\n"
}

fn parameters(count: usize) -> String {
    let mut text = String::from("Subject: nhieu tham so\r\nContent-Type: text/html");
    for number in 0..count {
        write!(text, ";\r\n a{number}=b{number}").unwrap();
    }
    text + "\r\n\r\nx\r\n"
}

fn long_header(octets: usize) -> String {
    let line = "X-Dai: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n";
    let many = line.repeat(octets / line.len());
    format!("Subject: dai\r\n{many}To: a@b.vn\r\nContent-Type: text/html\r\n\r\nx\r\n")
}

fn long_field(octets: usize) -> String {
    let folded = "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n ".repeat(octets / 52);
    format!("Subject: dai\r\nX-Dai: {folded}\r\nTo: a@b.vn\r\nContent-Type: text/html\r\n\r\nx\r\n")
}
