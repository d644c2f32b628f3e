use super::{analyze, raw};

#[allow(clippy::needless_pass_by_value)]
fn check(message: &str, preview: &str) {
    assert_eq!(analyze(message).preview, preview, "{message}");
}

#[test]
fn texts() {
    check("Subject: a\n\nPreview text!\n", "Preview text!");
    check("\n  Kính gửi:\n\n\tcác   đơn vị\n", "Kính gửi: các đơn vị");
    check(
        "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\nC=C3=B4ng v=C4=\n=83n s=E1=BB=91 1\n",
        "Công văn số 1",
    );
    check(
        "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\nVOG7iW5oIFPGoW4gTGE=\n",
        "Tỉnh Sơn La",
    );
    assert_eq!(
        raw(b"Content-Type: text/plain; charset=windows-1258\r\n\r\nT\xefnh S\xf5n La").preview,
        "Tïnh Sơn La"
    );
    // Nothing that can be read.
    check("", "");
    check("Subject: a\n", "");
    check("Content-Type: image/png\n\nxyz\n", "");
    check(
        "Content-Type: application/pkcs7-mime\nContent-Transfer-Encoding: base64\n\nAAAA\n",
        "",
    );
    check("Content-Type: text/calendar\n\nBEGIN:VCALENDAR\n", "");
}

#[test]
fn html() {
    let html = |body: &str| format!("Content-Type: text/html; charset=utf-8\n\n{body}");
    for (body, preview) in [
        ("<p>Một</p><p>Hai</p>", "Một Hai"),
        ("a<b>b</b>c <i>d</i><br>e", "abc d e"),
        (
            "<!DOCTYPE html><html><head><title>T</title><style>p > a { x: \"<p>\" }</style></head><body>Thân</body>",
            "Thân",
        ),
        ("<head><style>x</style><body>open head", "open head"),
        ("<script>if (a < b) x();</script>y<!-- <p>z</p> -->w", "yw"),
        (
            "C&ocirc;ng v&#259;n &lt;s&#x1ED1;&gt;&nbsp;1 &amp; 2",
            "Công văn <số> 1 & 2",
        ),
        ("1 < 2 &unknown; & so on", "1 < 2 &unknown; & so on"),
        ("<a title=\"a > b\" href='>'>link</a>", "link"),
        ("<td>a</td><td>b</td>", "a b"),
        ("&zwnj;&#847;&shy;hidden\u{200b}zeros", "hidden zeros"),
        ("<a title=\"never closed>x</a> y", "x y"),
        ("text <unfinished", "text"),
    ] {
        check(&html(body), preview);
    }
}

#[test]
fn which_text() {
    let mixed = |parts: &[&str]| {
        let parts: String = parts.iter().map(|part| format!("--b\n{part}\n")).collect();
        format!("Content-Type: multipart/mixed; boundary=b\n\npreamble\n{parts}--b--\nepilogue\n")
    };
    let plain = "Content-Type: text/plain\n\nplain";
    check(
        &mixed(&[plain, "Content-Type: text/html\n\n<p>html</p>"]),
        "plain",
    );
    // One that says nothing makes way, an attachment and what is for programs are passed over.
    check(
        &mixed(&[
            "Content-Type: text/plain\n\n \n",
            "Content-Type: text/html\n\n<p>html</p>",
        ]),
        "html",
    );
    check(
        &mixed(&[
            "Content-Disposition: attachment\n\nfile",
            "Content-Type: text/calendar\n\nx",
            plain,
        ]),
        "plain",
    );
    // What is forwarded is another's.
    check(
        &mixed(&["Content-Type: message/rfc822\n\nSubject: a\n\ninner", plain]),
        "plain",
    );
    check(
        &mixed(&["Content-Type: message/rfc822\n\nSubject: a\n\ninner"]),
        "",
    );
    // The boundary is no part of it.
    check(&mixed(&["\nshort", "\nother"]), "short");
    check(
        "Content-Type: multipart/mixed; boundary=b\n\nonly a preamble\n",
        "",
    );
}

#[test]
fn bounds() {
    let long = "đ".repeat(5000);
    let preview = analyze(&format!("\n{long}\n")).preview;
    assert_eq!(preview, "đ".repeat(200));
    // No space at the end, and no character cut in two.
    let words = analyze(&format!("\n{}\n", "ấy ".repeat(3000))).preview;
    assert_eq!(words.chars().count(), 200);
    assert!(words.ends_with('ấ') || words.ends_with('y'), "{words}");
    for padding in 0..6 {
        let spaces = " ".repeat(4096 - 7 + padding);
        let preview = analyze(&format!("\n{spaces}ấấấấ\n")).preview;
        assert!(preview.chars().all(|c| c == 'ấ'), "{preview:?}");
    }
    // A text that begins beyond what is looked at.
    let preview = analyze(&format!("\n{}x\n", " ".repeat(5000))).preview;
    assert_eq!(preview, "");
}
