//! A unit mailbox in the webmail, between its keepers: browsers on the real program.

use crate::harness::Demo;
use crate::webmail::browse;

const UNIT: &str = "skhcn@sonminh.gov.vn";

/// TQ.11.4, HCM.12.4, TQ.11.6: mail to a unit mailbox is taken, given, answered and spoken about by its keepers, each under their name.
fn tq_11_4_hcm_12_4_keepers_share_a_unit_mailbox(demo: &Demo) {
    let mut keepers = Vec::new();
    for person in demo.everybody() {
        let rights = if keepers.len() < 2 {
            "read,organise,send"
        } else {
            "read"
        };
        let given = ["delegate", UNIT, person, "--rights", rights];
        if demo.tool("unit", &given).code == Some(0) {
            keepers.push(person);
        }
        if keepers.len() == 3 {
            break;
        }
    }
    let [one, two, reader] = keepers[..] else {
        panic!("{keepers:?}")
    };
    for (n, coded) in [("một", "m=E1=BB=99t"), ("hai", "hai")] {
        let letter = format!(
            "From: {one}\r\nTo: {UNIT}\r\nSubject: =?utf-8?q?Vi=E1=BB=87c_{coded}?=\r\n\r\nKinh gui So.\r\n"
        );
        let submitted = demo.script("submit.py", &[one, UNIT, "", ""]).input(letter);
        submitted.run().ok();
        demo.letters(UNIT, "INBOX", &format!("Việc {n}"));
    }
    browse(demo, "desk.mjs", &[one, two, reader, UNIT]);
    let acts = demo
        .tool("audit", &["list", "--format", "json", "--limit", "500"])
        .ok();
    for (action, who) in [
        ("unit.take", one),
        ("unit.return", one),
        ("unit.assign", one),
        ("unit.answer", two),
        ("unit.note", two),
        ("unit.done", two),
    ] {
        let found = acts
            .lines()
            .any(|line| line.contains(action) && line.contains(who));
        assert!(found, "{action} {who}: {acts}");
    }
    assert!(!acts.contains("bổ sung số lô"), "{acts}");
    demo.verify();
}

/// What a keeper sends in a unit's name with a mail program bears the unit's signature, too, in each of its texts; what is signed
/// arrives as it was sent.
fn a_mail_program_signs_for_the_unit(demo: &Demo) {
    let mut keepers = demo.everybody().into_iter().filter(|person| {
        let given = ["delegate", UNIT, person, "--rights", "read,send,manage"];
        demo.tool("unit", &given).code == Some(0)
    });
    let keeper = keepers.next().unwrap();
    browse(demo, "unit_signature.mjs", &[keeper]);
    let to = demo
        .everybody()
        .into_iter()
        .find(|one| *one != keeper && one.contains("nguyen"))
        .unwrap();
    let send = |from: &str, subject: &str, rest: &str| {
        let letter = format!("From: {from}\r\nTo: {to}\r\nSubject: {subject}\r\n{rest}");
        let submitted = demo
            .script("submit.py", &[keeper, to, "", ""])
            .input(letter);
        submitted.run().ok();
        demo.letter(to, subject)
    };
    const SIGN: &str = "SỞ KHOA HỌC VÀ CÔNG NGHỆ";
    let plain = send(UNIT, "chu ky chu thuong", "\r\nDa nhan.\r\n");
    let expected = format!("Da nhan.\n\n{SIGN}\nSố 5 Lê Lợi");
    assert_eq!(plain.text.replace("\r\n", "\n").trim(), expected);
    let both = "MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n\r\nDa nhan.\r\n--b\r\n\
        Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n<p>Đã nhận.</p>\r\n--b--\r\n";
    let both = send(UNIT, "chu ky hai dang", both);
    assert!(both.text.contains(SIGN), "{}", both.text);
    let raw = String::from_utf8_lossy(&both.raw);
    assert_eq!(
        raw.matches("Content-Transfer-Encoding: base64").count(),
        2,
        "{raw}"
    );
    let signed = "MIME-Version: 1.0\r\nContent-Type: multipart/signed; protocol=\"application/pgp-signature\"; boundary=b\r\n\r\n--b\r\n\r\n\
        Da nhan.\r\n--b\r\nContent-Type: application/pgp-signature\r\n\r\nx\r\n--b--\r\n";
    let arrived = send(UNIT, "da ky", signed);
    let raw = String::from_utf8_lossy(&arrived.raw).into_owned();
    let body = signed.split_once("\r\n\r\n").unwrap().1;
    assert!(raw.ends_with(body), "{raw}");
    // In one's own name there is none of it.
    let own = send(keeper, "ten minh", "\r\nDa nhan.\r\n");
    assert_eq!(own.text.trim(), "Da nhan.");
    demo.verify();
}

both!(a_mail_program_signs_for_the_unit);

pages!(tq_11_4_hcm_12_4_keepers_share_a_unit_mailbox);
