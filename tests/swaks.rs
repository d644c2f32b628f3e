//! swaks, as another mail server and as a user's mail program.

use std::fs;

use crate::harness::{DOMAIN, Demo, Output, Program};

/// swaks ends with these codes when something was refused.
const MAIL_REFUSED: i32 = 23;
const RCPT_REFUSED: i32 = 24;
const MESSAGE_REFUSED: i32 = 26;
const AUTH_REFUSED: i32 = 28;

fn swaks(demo: &Demo, server: &str, arguments: &[&str]) -> Output {
    Program::new("swaks")
        .args(["--server", "127.0.0.1", "--port", demo.port(server)])
        .args(["--ehlo", "mx.ngoai.example", "--timeout", "10"])
        .args(arguments)
        .run()
}

/// As another server, to one of ours.
fn deliver(demo: &Demo, to: &str, arguments: &[&str]) -> Output {
    let mut all = vec!["--from", "nguoi.gui@ngoai.example", "--to", to];
    all.extend(arguments);
    swaks(demo, "smtp", &all)
}

/// Signed in, on 587 with STARTTLS; the server's certificate is checked.
fn submit(demo: &Demo, from: &str, to: &str, arguments: &[&str]) -> Output {
    let mut all = vec!["--from", from, "--to", to, "--tls", "--tls-verify"];
    all.extend(["--tls-ca-path", demo.ca(), "-ap", demo.password()]);
    all.extend(arguments);
    swaks(demo, "submission", &all)
}

/// TQ.11.5: mail from the Internet.
fn mail_from_outside(demo: &Demo) {
    let to = demo.person(0);
    let file = demo.scratch().join("so-lieu.csv");
    fs::write(&file, "đơn vị;số hồ sơ\r\nSở Y tế;12\r\n").unwrap();
    deliver(
        demo,
        to,
        &[
            "--header",
            "Subject: =?utf-8?B?R2nhuqV5IG3hu51pIGjhu41w?=",
            "--body",
            "Kính gửi anh chị, mời họp 14 giờ.",
            "--attach-type",
            "text/csv",
            "--attach-name",
            "Số liệu.csv",
            "--attach",
            &format!("@{}", file.display()),
        ],
    )
    .ended(0);
    let letter = demo.letter(to, "Giấy mời họp");
    assert_eq!(letter.subject, "Giấy mời họp");
    let [(name, bytes)] = &letter.attachments[..] else {
        panic!("{letter:?}");
    };
    assert_eq!(name, "Số liệu.csv");
    assert_eq!(*bytes, fs::read(&file).unwrap());
    let raw = String::from_utf8(letter.raw).unwrap();
    assert!(
        raw.contains("\r\nKính gửi anh chị, mời họp 14 giờ.\r\n"),
        "{raw}"
    );
    let lines: Vec<&str> = raw.lines().collect();
    assert_eq!(lines[0], format!("Delivered-To: {to}"));
    assert_eq!(lines[1], "Return-Path: <nguoi.gui@ngoai.example>");
    assert!(
        lines[2].starts_with("Received: from mx.ngoai.example"),
        "{raw}"
    );

    // A subject in bare UTF-8 (RFC 6532), over TLS.
    deliver(
        demo,
        to,
        &[
            "--tls",
            "--tls-verify",
            "--tls-ca-path",
            demo.ca(),
            "--header",
            "Subject: Thông báo số 27/TB-VP",
        ],
    )
    .ended(0);
    let letter = demo.letter(to, "Thông báo số 27/TB-VP");
    let raw = String::from_utf8(letter.raw).unwrap();
    assert!(raw.contains("using TLSv1.3"), "{raw}");
    assert!(raw.contains("with ESMTPS"), "{raw}");
}

fn refused_recipients(demo: &Demo) {
    let unknown = format!("khongco@{DOMAIN}");
    deliver(demo, &unknown, &[])
        .ended(RCPT_REFUSED)
        .says(&["550 5.1.1"]);
    deliver(demo, "ai.do@noi-khac.example", &[])
        .ended(RCPT_REFUSED)
        .says(&["550 5.7.1"]);
    // One is unknown, the others get it.
    let (one, two) = (demo.person(0), demo.person(1));
    let all = format!("{one},{unknown},{two}");
    let subject = ["--header", "Subject: ba nguoi nhan"];
    deliver(demo, &all, &subject)
        .ended(0)
        .says(&["550 5.1.1", "250 2.0.0"]);
    demo.letter(one, "ba nguoi nhan");
    demo.letter(two, "ba nguoi nhan");
}

fn pipelined(demo: &Demo) {
    let (one, two) = (demo.person(0), demo.person(1));
    let all = format!("{one},{two},khongco@{DOMAIN}");
    let arguments = ["--pipeline", "--header", "Subject: lien tiep"];
    deliver(demo, &all, &arguments)
        .ended(0)
        .says(&["550 5.1.1"]);
    demo.letter(one, "lien tiep");
    demo.letter(two, "lien tiep");
}

/// The dialects: what stands in the Received line (RFC 3848).
fn protocols(demo: &Demo) {
    let to = demo.person(0);
    let (user, password) = (demo.person(1), demo.password());
    for (protocol, with) in [("SMTP", "SMTP"), ("ESMTP", "ESMTP"), ("ESMTPS", "ESMTPS")] {
        let subject = format!("Subject: tu {protocol}");
        deliver(demo, to, &["--protocol", protocol, "--header", &subject]).ended(0);
        let raw = demo.letter(to, &format!("tu {protocol}")).raw;
        let raw = String::from_utf8(raw).unwrap();
        assert!(raw.contains(&format!("with {with} id ")), "{raw}");
    }
    let signed = ["--from", user, "--to", to, "-au", user, "-ap", password];
    let mut all = signed.to_vec();
    all.extend(["--protocol", "ESMTPSA", "--header", "Subject: tu ESMTPSA"]);
    swaks(demo, "submission", &all).ended(0);
    let raw = String::from_utf8(demo.letter(to, "tu ESMTPSA").raw).unwrap();
    assert!(raw.contains("with ESMTPSA id "), "{raw}");
    // Nobody signs in without TLS, and the MX asks nobody to.
    let mut all = signed.to_vec();
    all.extend(["--protocol", "ESMTPA"]);
    swaks(demo, "submission", &all)
        .ended(AUTH_REFUSED)
        .never_says("AUTH PLAIN");
    swaks(demo, "smtp", &all).ended(AUTH_REFUSED);
}

fn submission(demo: &Demo) {
    let (from, to) = (demo.person(0), demo.person(1));
    for mechanism in ["PLAIN", "LOGIN"] {
        let subject = format!("Subject: 587 {mechanism}");
        let signed = ["--auth", mechanism, "-au", from, "--header", &subject];
        submit(demo, from, to, &signed).ended(0);
        demo.letter(to, &format!("587 {mechanism}"));
        let subject = format!("Subject: 465 {mechanism}");
        let mut all = vec!["--from", from, "--to", to, "--tls-on-connect"];
        all.extend(["--tls-verify", "--tls-ca-path", demo.ca()]);
        all.extend(["--auth", mechanism, "-au", from, "-ap", demo.password()]);
        all.extend(["--header", &subject]);
        swaks(demo, "submissions", &all).ended(0);
        demo.letter(to, &format!("465 {mechanism}"));
    }
    let mut wrong = vec!["--from", from, "--to", to, "--tls", "--auth", "PLAIN"];
    wrong.extend(["-au", from, "-ap", "sai-mat-khau"]);
    swaks(demo, "submission", &wrong)
        .ended(AUTH_REFUSED)
        .says(&["535 5.7.8"]);
    let unsigned = ["--from", from, "--to", to, "--tls"];
    swaks(demo, "submission", &unsigned)
        .ended(MAIL_REFUSED)
        .says(&["530 5.7.0"]);
}

/// TQ.4: who is signed in sends under an own address alone, in the envelope and in the header.
fn forged_senders(demo: &Demo) {
    let (own, other, to) = (demo.person(0), demo.person(1), demo.person(2));
    let signed = ["--auth", "PLAIN", "-au", own];
    submit(demo, other, to, &signed)
        .ended(MAIL_REFUSED)
        .says(&["550 5.7.1"]);
    let header = format!("Lãnh đạo <{other}>");
    for forged in [header.as_str(), "sep@noi-khac.example"] {
        let mut all = signed.to_vec();
        all.extend(["--h-From", forged, "--header", "Subject: gia mao"]);
        submit(demo, own, to, &all)
            .ended(MESSAGE_REFUSED)
            .says(&["550 5.7.1"]);
    }
    // An alias is an own address.
    let alias = format!("bi.danh@{DOMAIN}");
    demo.account(["alias", own, &alias]).ok();
    let mut all = signed.to_vec();
    all.extend(["--header", "Subject: duoi bi danh"]);
    submit(demo, &alias, to, &all).ended(0);
    demo.letter(to, "duoi bi danh");
    assert_eq!(
        demo.letters(to, "INBOX", "").len(),
        1,
        "nothing forged arrived"
    );
}

#[track_caller]
fn nothing_came(demo: &Demo, to: &str, subject: &str) {
    let all = demo.letters(to, "INBOX", "");
    assert!(
        all.iter().all(|letter| letter.subject != subject),
        "{all:?}"
    );
}

/// QN.8.1, TQ.9.2.b: a mail program hears at once what its message may carry, with the clause; nothing is sent.
fn qn_8_1_tq_9_2_b_attached_too_much(demo: &Demo) {
    let (own, to) = (demo.person(0), demo.person(1));
    demo.account(["attachment", own, "1 MB"]).ok();
    let file = demo.scratch().join("ban-do.csv");
    let send = |size: usize, subject: &str| {
        fs::write(&file, "1;2;3\r\n".repeat(size / 7)).unwrap();
        let (subject, file) = (
            format!("Subject: {subject}"),
            format!("@{}", file.display()),
        );
        let mut all = vec!["--auth", "PLAIN", "-au", own, "--header", &subject];
        all.extend(["--attach-type", "text/csv", "--attach-name", "ban-do.csv"]);
        all.extend(["--attach", &file]);
        submit(demo, own, to, &all)
    };
    send(1_100_000, "qua lon")
        .ended(MESSAGE_REFUSED)
        .says(&["552 5.3.4", "gioi han 1 MB moi thu"]);
    send(900_000, "vua du").ended(0);
    demo.letter(to, "vua du");
    demo.account(["attachment", own]).ok();
    send(1_100_000, "lai duoc").ended(0);
    demo.letter(to, "lai duoc");
    nothing_came(demo, to, "qua lon");
}

/// QN.15.6, QN.11.2: what webmail refuses, a mail program cannot send either, whatever it calls it.
fn qn_15_6_qn_11_2_refused_contents(demo: &Demo) {
    let (own, to) = (demo.person(0), demo.person(1));
    let file = demo.scratch().join("ke-khai.pdf");
    let mut program = b"MZ".to_vec();
    program.resize(0x3c, 0);
    program.extend([0x40, 0, 0, 0]);
    program.extend(b"PE\0\0");
    fs::write(&file, &program).unwrap();
    let path = format!("@{}", file.display());
    let signed = ["--auth", "PLAIN", "-au", own];
    let attached = [
        "--attach-type",
        "application/pdf",
        "--attach-name",
        "ke-khai.pdf",
        "--attach",
        &path,
    ];
    let refused = |more: &[&str]| {
        let mut all = signed.to_vec();
        all.extend(["--header", "Subject: khong duoc gui"]);
        all.extend(more);
        submit(demo, own, to, &all).ended(MESSAGE_REFUSED)
    };
    refused(&attached).says(&["550 5.7.1", "ke-khai.pdf", "15.6"]);
    let stamped = "Kính gửi anh chị.\n\nTUYỆT MẬT\n\nNội dung.";
    refused(&["--body", stamped]).says(&["550 5.7.1", "TUYET MAT", "11.2"]);
    // Another server's mail is not sent back for it: that would spread it.
    let header = ["--header", "Subject: tu noi khac", "--body", stamped];
    deliver(demo, to, &header).ended(0);
    demo.letter(to, "tu noi khac");
    nothing_came(demo, to, "khong duoc gui");
}

both!(
    mail_from_outside,
    refused_recipients,
    pipelined,
    protocols,
    submission,
    forged_senders,
    qn_8_1_tq_9_2_b_attached_too_much,
    qn_15_6_qn_11_2_refused_contents
);
