//! Reading in Debian's Chromium: what the page tells of a message beyond its words.

use std::fs;

use crate::harness::{DOMAIN, Demo, Program};
use crate::webmail::browse;

/// Gives a whole message to the server as another server does.
#[track_caller]
fn arrive(demo: &Demo, to: &str, message: &str) {
    let file = demo.scratch().join("thu.eml");
    fs::write(&file, message.replace('\n', "\r\n")).unwrap();
    Program::new("swaks")
        .args(["--server", "127.0.0.1", "--port", demo.port("smtp")])
        .args(["--ehlo", "mx.ngoai.example", "--timeout", "10"])
        .args(["--from", "nguoi.gui@ngoai.example", "--to", to])
        .args(["--data", &format!("@{}", file.display())])
        .run()
        .ended(0);
}

/// A message with files of many kinds; two of them have one name, one is no PDF but a program.
fn with_files(to: &str) -> String {
    let inner = "From: Ban Hue <hue@ngoai.example>\nSubject: Thu ben trong\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=t\n\n\
--t\nContent-Type: text/plain; charset=utf-8\n\nBên trong đây.\n--t\nContent-Type: text/plain; name=ghi-chu.txt\nContent-Disposition: attachment; filename=ghi-chu.txt\n\nghi chú\n--t--";
    format!(
        "From: An <an@{DOMAIN}>\nTo: {to}\nSubject: Ho so kem theo\nMessage-ID: <tep@ngoai.example>\nDate: Mon, 23 Nov 2026 08:00:00 +0700\n\
Received: from may-tram ([198.51.100.7]) by mail.ngoai.example (Postfix) with ESMTPSA id 4AbC; Mon, 23 Nov 2026 07:59:57 +0700\n\
Authentication-Results: mail.ngoai.example; dmarc=pass header.from={DOMAIN}\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=m\n\n\
--m\nContent-Type: text/plain; charset=utf-8\n\nXem các tệp kèm.\n\
--m\nContent-Type: text/plain; charset=utf-8; name=\"=?utf-8?q?B=C3=A1o_c=C3=A1o.txt?=\"\nContent-Disposition: attachment\n\nmột\n\
--m\nContent-Type: text/plain; charset=utf-8; name=\"=?utf-8?q?B=C3=A1o_c=C3=A1o.txt?=\"\nContent-Disposition: attachment\n\nhai <script>\n\
--m\nContent-Type: text/csv; name=so-lieu.csv\nContent-Disposition: attachment\n\nxa;so\n\"Tan; Thinh\";5\n\
--m\nContent-Type: application/pdf; name=ke-khai.pdf\nContent-Disposition: attachment\nContent-Transfer-Encoding: base64\n\nTVqQAAMAAAAEAAAA//8AALgAAAA=\n\
--m\nContent-Type: application/pdf; name=quyet-dinh.pdf\nContent-Disposition: attachment\nContent-Transfer-Encoding: base64\n\nJVBERi0xLjQKJSVFT0YK\n\
--m\nContent-Type: image/png; name=anh.png\nContent-Disposition: attachment\nContent-Transfer-Encoding: base64\n\n{}\n\
--m\nContent-Type: text/html; name=trang.html\nContent-Disposition: attachment\n\n<p>Trang</p><script>alert(1)</script><img src=\"https://ke-xau.example/a.png\">\n\
--m\nContent-Type: image/png; name=\"../../gia.png\"\nContent-Disposition: attachment\n\n<svg onload=alert(1)>\n\
--m\nContent-Type: message/rfc822\nContent-Disposition: attachment; filename=\"thu cu.eml\"\n\n{inner}\n--m--\n",
        crate::webmail::PICTURE
    )
}

/// QN.15.6: what a file really is stands beside it, and what is dangerous is never shown; what other servers say of a sender proves nothing.
fn qn_15_6_files_are_shown_for_what_they_are(demo: &Demo) {
    let to = demo.person(0);
    // What came before any regulation was bound may hold anything; today the program would be refused at the door.
    crate::audit::alter_database(
        demo,
        "UPDATE organisation SET profile = '-' || profile WHERE profile IS NOT NULL",
    );
    arrive(demo, to, &with_files(to));
    crate::audit::alter_database(
        demo,
        "UPDATE organisation SET profile = substr(profile, 2) WHERE profile IS NOT NULL",
    );
    demo.letter(to, "Ho so kem theo");
    let zip = demo.scratch().join("tep.zip");
    let name = zip.to_str().unwrap();
    browse(demo, "reading.mjs", &[to, name]);
    let list = "import json, sys, zipfile\nz = zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\n\
print(json.dumps([[one.filename, z.read(one).decode('utf-8', 'replace')] for one in z.infolist()]))";
    let said = Program::new("python3").args(["-c", list, name]).run().ok();
    let members: Vec<(String, String)> = serde_json::from_str(&said).unwrap();
    let names: Vec<&str> = members.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "Báo cáo.txt",
            "Báo cáo (2).txt",
            "so-lieu.csv",
            "ke-khai.pdf",
            "quyet-dinh.pdf",
            "anh.png",
            "trang.html",
            "gia.png",
            "thu cu.eml"
        ]
    );
    assert_eq!(members[0].1.trim_end(), "một");
    assert!(members[4].1.starts_with("%PDF-1.4\n%%EOF"));
    assert!(members[8].1.contains("ghi chú"));
    demo.verify();
}

/// RFC 8098: told by choice, once, and mail programs know it (RFC 3503).
fn senders_are_told_by_choice(demo: &Demo) {
    let (one, two) = (demo.person(0), demo.person(1));
    browse(demo, "receipts.mjs", &[one, two]);
    let told = demo.letters(one, "INBOX", "");
    let subjects: Vec<&str> = told.iter().map(|letter| letter.subject.as_str()).collect();
    assert_eq!(subjects, ["Đã đọc: Hỏi lần một", "Đã đọc: Hỏi lần ba"]);
    for (letter, mode) in told.iter().zip(["manually", "automatically"]) {
        let raw = String::from_utf8_lossy(&letter.raw)
            .replace("\r\n\t", " ")
            .to_lowercase();
        for part in [
            "return-path: <>",
            "auto-submitted: auto-replied",
            "content-type: multipart/report; report-type=\"disposition-notification\"",
            "content-type: message/disposition-notification",
            &format!("final-recipient: rfc822; {two}"),
            "original-message-id: <",
            &format!("disposition: manual-action/mdn-sent-{mode}; displayed"),
        ] {
            assert!(raw.contains(part), "{part}: {raw}");
        }
    }
    let flags = "import sys\nfrom common import *\nbox = imap(ARGUMENTS[0])\nok(box.select('INBOX', readonly=True))\n\
print(sum(b'$MDNSent' in one for one in ok(box.fetch('1:*', '(FLAGS)'))))";
    let clients = crate::harness::tests().join("clients");
    let said = Program::new("python3")
        .args([
            "-c",
            &format!("import sys\nsys.path.insert(0, {clients:?})\n{flags}"),
        ])
        .arg(demo.data().join("demo.json"))
        .arg(two)
        .run()
        .ok();
    // Of the last nobody was asked, so another program may ask.
    assert_eq!(said.trim(), "3");
    demo.verify();
}

/// The calendar of an invitation as Outlook writes it.
fn invitation(organizer: &str, guest: &str, method: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\nMETHOD:{method}\nPRODID:Microsoft Exchange Server 2010\nVERSION:2.0\nBEGIN:VTIMEZONE\nTZID:SE Asia Standard Time\n\
BEGIN:STANDARD\nDTSTART:16010101T000000\nTZOFFSETFROM:+0700\nTZOFFSETTO:+0700\nEND:STANDARD\nEND:VTIMEZONE\nBEGIN:VEVENT\n\
ORGANIZER;CN=Sở Nội vụ:mailto:{organizer}\nATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:MAILTO:{guest}\n\
UID:040000008200E00074C5B7101A82E008\nSUMMARY:Họp giao ban\\, tháng 11\nDTSTART;TZID=SE Asia Standard Time:20261124T080000\n\
DTEND;TZID=SE Asia Standard Time:20261124T093000\nRRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;UNTIL=20261231T000000Z\nLOCATION:Phòng 201\n\
SEQUENCE:3\nDTSTAMP:20261120T010000Z\nEND:VEVENT\nEND:VCALENDAR\n"
    )
}

/// RFC 5546, RFC 6047: shown in words, answered to whoever invites, and a hostile calendar does no harm.
fn invitations_are_answered(demo: &Demo) {
    let (one, two) = (demo.person(0), demo.person(1));
    let hostile = format!(
        "BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nUID:x\nSUMMARY:<script>alert(1)</script>\nDTSTART;TZID=Sao Hoa:99991231T235959\n\
RRULE:FREQ=SECONDLY;COUNT=4294967295\n{}END:VEVENT\nEND:VCALENDAR\n",
        "ATTENDEE:mailto:a@b.vn\n".repeat(2_000)
    );
    for (subject, calendar, method) in [
        (
            "Moi hop giao ban",
            invitation(two, one, "REQUEST"),
            "REQUEST",
        ),
        ("Huy hop", invitation(two, one, "CANCEL"), "CANCEL"),
        ("Lich hong", "BEGIN:VCALENDAR\nBEGIN:".to_owned(), "REQUEST"),
        ("Lich doc", hostile, "REQUEST"),
    ] {
        let letter = format!(
            "From: So Noi vu <{two}>\nTo: {one}\nSubject: {subject}\nMessage-ID: <{}@sonminh.gov.vn>\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=b\n\n\
--b\nContent-Type: text/plain; charset=utf-8\n\nXin mời.\n--b\nContent-Type: text/calendar; charset=utf-8; method={method}\n\n{calendar}--b--\n",
            subject.replace(' ', ".")
        );
        demo.append(one, "INBOX", letter.replace('\n', "\r\n").as_bytes());
    }
    browse(demo, "invitations.mjs", &[one, two]);
    let answers = demo.letters(two, "INBOX", "");
    let subjects: Vec<&str> = answers
        .iter()
        .map(|letter| letter.subject.as_str())
        .collect();
    assert_eq!(
        subjects,
        [
            "Sẽ dự: Họp giao ban, tháng 11",
            "Không dự được: Họp giao ban, tháng 11"
        ]
    );
    assert_eq!(demo.letters(one, "Sent", "").len(), 2);
    let calendar = "import email, email.policy, sys\nread = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)\n\
part = next(one for one in read.walk() if one.get_content_type() == 'text/calendar')\nassert part.get_param('method') == 'REPLY'\nprint(part.get_content())";
    let said = Program::new("python3")
        .args(["-c", calendar])
        .input(answers[1].raw.as_slice())
        .run()
        .ok();
    for part in [
        "METHOD:REPLY",
        "UID:040000008200E00074C5B7101A82E008",
        "SEQUENCE:3",
        "PARTSTAT=DECLINED",
        one,
    ] {
        assert!(
            said.replace("\r\n ", "").replace("\n ", "").contains(part),
            "{part}: {said}"
        );
    }
    demo.verify();
}

pages!(
    invitations_are_answered,
    qn_15_6_files_are_shown_for_what_they_are,
    senders_are_told_by_choice,
);
