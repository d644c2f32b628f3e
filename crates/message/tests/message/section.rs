use super::analyze;

/// The tree of RFC 9051 §6.4.5.
const MESSAGE: &str = "Content-Type: multipart/mixed; boundary=a\n\n\
--a\nContent-Type: text/plain\n\n1\n\
--a\nContent-Type: application/octet-stream\n\n2\n\
--a\nContent-Type: message/rfc822\n\nContent-Type: multipart/mixed; boundary=c\n\n\
--c\nContent-Type: text/plain\n\n3.1\n--c\nContent-Type: application/octet-stream\n\n3.2\n--c--\n\
--a\nContent-Type: multipart/mixed; boundary=d\n\n\
--d\nContent-Type: image/gif\n\n4.1\n--d\nContent-Type: message/rfc822\n\n\
Content-Type: multipart/mixed; boundary=e\n\n\
--e\nContent-Type: text/plain\n\n4.2.1\n--e\nContent-Type: multipart/alternative; boundary=f\n\n\
--f\nContent-Type: text/plain\n\n4.2.2.1\n--f\nContent-Type: text/richtext\n\n4.2.2.2\n--f--\n--e--\n--d--\n--a--\n";

#[test]
fn rfc9051_6_4_5() {
    let analysis = analyze(MESSAGE);
    let message = super::crlf(MESSAGE);
    let table: &[(&[u32], &str)] = &[
        (&[1], "text/plain 1"),
        (&[2], "application/octet-stream 2"),
        (&[3], "message/rfc822"),
        (&[3, 1], "text/plain 3.1"),
        (&[3, 2], "application/octet-stream 3.2"),
        (&[4], "multipart/mixed"),
        (&[4, 1], "image/gif 4.1"),
        (&[4, 2], "message/rfc822"),
        (&[4, 2, 1], "text/plain 4.2.1"),
        (&[4, 2, 2], "multipart/alternative"),
        (&[4, 2, 2, 1], "text/plain 4.2.2.1"),
        (&[4, 2, 2, 2], "text/richtext 4.2.2.2"),
        (&[], "multipart/mixed"),
        (&[0], "-"),
        (&[5], "-"),
        (&[1, 1], "-"),
        (&[3, 3], "-"),
        (&[3, 1, 1], "-"),
    ];
    for (path, expected) in table {
        let found = analysis
            .structure
            .section(path)
            .map_or("-".to_owned(), |part| {
                let mut found = format!("{}/{}", part.type_, part.subtype);
                if part.kind == congvu_message::Kind::Leaf {
                    let body = &message[part.body_start as usize..part.body_end as usize];
                    found = format!("{found} {}", String::from_utf8_lossy(body));
                }
                found
            });
        assert_eq!(found, *expected, "{path:?}");
    }
    assert_eq!(analysis.structure.texts().count(), 5);
}

#[test]
fn a_message_without_parts_has_part_one() {
    let simple = analyze("Subject: x\n\nbody\n").structure;
    assert_eq!(simple.section(&[1]), Some(&simple));
    assert_eq!(simple.section(&[2]), None);
    assert_eq!(simple.section(&[1, 1]), None);
    let forwarded = analyze("Content-Type: message/rfc822\n\nSubject: x\n\nbody\n").structure;
    assert_eq!(
        forwarded.section(&[1]).map(|part| part.subtype.as_str()),
        Some("rfc822")
    );
    assert_eq!(
        forwarded.section(&[1, 1]).map(|part| part.subtype.as_str()),
        Some("plain")
    );
    assert_eq!(forwarded.section(&[1, 2]), None);
}

#[test]
fn file_names() {
    let table = [
        (
            "Content-Disposition: attachment; filename=\"a b.pdf\"",
            Some("a b.pdf"),
        ),
        (
            "Content-Disposition: attachment; filename=\"=?utf-8?B?Q8O0bmcgdsSDbi5kb2M=?=\"",
            Some("Công văn.doc"),
        ),
        (
            "Content-Disposition: attachment; filename*=utf-8''C%C3%B4ng%20v%C4%83n.doc; filename=x",
            Some("Công văn.doc"),
        ),
        (
            "Content-Disposition: attachment; filename*0*=utf-8'vi'C%C3;\n filename*1*=%B4ng; filename*2=\" van.doc\"",
            Some("Công van.doc"),
        ),
        (
            "Content-Disposition: attachment; filename*0=abc; filename*1=.txt",
            Some("abc.txt"),
        ),
        (
            "Content-Disposition: attachment; filename=Công văn.doc",
            Some("Công văn.doc"),
        ),
        (
            "Content-Type: application/pdf; name=\"q.pdf\"",
            Some("q.pdf"),
        ),
        (
            "Content-Type: application/pdf; NAME*=iso-8859-1''%e9.pdf",
            Some("é.pdf"),
        ),
        (
            "Content-Disposition: attachment\nContent-Type: a/b; name=n",
            Some("n"),
        ),
        ("Content-Disposition: attachment; filename=\"\"", None),
        ("Subject: x", None),
    ];
    for (header, expected) in table {
        let analysis = analyze(&format!("{header}\n\n"));
        assert_eq!(analysis.structure.file_name(), expected, "{header}");
    }
}
