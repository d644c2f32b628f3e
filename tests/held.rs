//! Mail from another server that the regulation limits, over real SMTP: an executable is refused, an encrypted archive waits.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::harness::{Demo, Output, Program, wait_until};

/// An archive with one file that a password closes (APPNOTE 4.4.4: bit 0).
pub fn locked_zip() -> Vec<u8> {
    let (name, data) = (b"bao-cao.txt", [7_u8; 30]);
    let head = |signature: &[u8], central: bool| {
        let mut bytes = signature.to_vec();
        if central {
            bytes.extend_from_slice(&[20, 0]);
        }
        bytes.extend_from_slice(&[20, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        bytes.extend_from_slice(&(data.len() as u32).to_le_bytes());
        bytes.extend_from_slice(&18_u32.to_le_bytes());
        bytes.extend_from_slice(&(name.len() as u16).to_le_bytes());
        bytes.extend_from_slice(&[0, 0]);
        if central {
            bytes.extend_from_slice(&[0; 14]);
        }
        bytes.extend_from_slice(name);
        bytes
    };
    let mut zip = head(b"PK\x03\x04", false);
    zip.extend_from_slice(&data);
    let at = zip.len() as u32;
    let central = head(b"PK\x01\x02", true);
    zip.extend_from_slice(&central);
    zip.extend_from_slice(b"PK\x05\x06\0\0\0\0\x01\0\x01\0");
    zip.extend_from_slice(&(central.len() as u32).to_le_bytes());
    zip.extend_from_slice(&at.to_le_bytes());
    zip.extend_from_slice(&[0, 0]);
    zip
}

/// Sends a file from outside, as another server does.
pub fn from_outside(demo: &Demo, to: &str, subject: &str, (name, file): (&str, &[u8])) -> Output {
    let raw = format!(
        "From: Van phong <vanphong@ngoai.example>\r\nTo: <{to}>\r\nSubject: {subject}\r\nMessage-ID: <{}@ngoai.example>\r\n\
         Date: Mon, 23 Nov 2026 08:00:00 +0700\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
         --b\r\nContent-Type: text/plain\r\n\r\nKinh gui tai lieu.\r\n--b\r\nContent-Type: application/octet-stream; name=\"{name}\"\r\n\
         Content-Disposition: attachment; filename=\"{name}\"\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n--b--\r\n",
        subject.replace(' ', "-"),
        BASE64.encode(file)
    );
    let path = demo
        .scratch()
        .join(format!("{}.eml", subject.replace(' ', "-")));
    std::fs::write(&path, raw).unwrap();
    Program::new("curl")
        .args([
            "-sS",
            "-v",
            &format!("smtp://{}/ngoai.example", demo.address("smtp")),
        ])
        .args(["--mail-from", "vanphong@ngoai.example", "--mail-rcpt", to])
        .args(["--upload-file", path.to_str().unwrap()])
        .run()
}

/// QN.15.6, QN.2.7: an executable from outside is refused in the dialogue, with the clause; QN.2.8: an encrypted archive is taken and
/// waits, and its recipient is told once, without the file. The server may be killed: it waits still.
#[test]
fn qn_15_6_what_comes_from_outside_is_judged() {
    let mut demo = Demo::start();
    let to = demo.person(0).to_owned();
    let refused = from_outside(&demo, &to, "chuong trinh", ("KeKhai.exe", b"MZ\x90\0"));
    assert_ne!(refused.code, Some(0));
    let held = from_outside(&demo, &to, "ho so mat khau", ("ho-so.zip", &locked_zip()));
    assert_eq!(held.code, Some(0), "{}", held.stderr);
    // What is refused is logged a little later: before anything is killed.
    wait_until(10, "the refusal in the log", || {
        let log = demo.tool("mail-log", &["--recipient", &to]).ok();
        log.lines()
            .any(|line| line.contains("550") && line.contains("QN.15.6"))
            .then_some(())
    });
    demo.server.kill();
    demo.restart();
    let told_by = format!("Một thư gửi đến {to} đang được giữ lại chờ xem xét");
    let told = demo.letters(&to, "INBOX", &told_by);
    assert_eq!(told.len(), 1);
    let told = &told[0];
    assert!(
        told.text.contains("vanphong@ngoai.example"),
        "{}",
        told.text
    );
    assert!(told.text.contains("QN.15.6"), "{}", told.text);
    assert!(told.attachments.is_empty());
    let log = demo.tool("mail-log", &["--recipient", &to]).ok();
    assert!(log.contains("250 held: QN.15.6"), "{log}");
    let acts = demo
        .tool("audit", &["list", "--format", "json", "--limit", "200"])
        .ok();
    let held = acts.lines().filter(|line| line.contains("mail.hold"));
    assert_eq!(held.count(), 1, "{acts}");
    demo.verify();
    demo.stop();
}

/// Letting go is one transaction with what it delivers: killed in the middle, each message is in the mailbox once, or waits still.
#[test]
fn qn_15_6_what_is_let_go_comes_once_whatever_is_killed() {
    let mut demo = Demo::start();
    let to = demo.person(0).to_owned();
    let officer = "quantri@sonminh.gov.vn";
    let subjects: Vec<String> = (0..8).map(|n| format!("ho so giet {n}")).collect();
    for subject in &subjects {
        let held = from_outside(&demo, &to, subject, ("ho-so.zip", &locked_zip()));
        assert_eq!(held.code, Some(0), "{}", held.stderr);
    }
    for round in 0..3 {
        let script = demo.script("release.py", &[officer]);
        let releasing = std::thread::spawn(move || script.run());
        std::thread::sleep(Duration::from_millis(1_200 + 400 * round));
        demo.server.kill();
        drop(releasing.join());
        demo.restart();
    }
    demo.python("release.py", &[officer]);
    for subject in &subjects {
        assert_eq!(demo.letters(&to, "INBOX", subject).len(), 1, "{subject}");
    }
    let acts = demo
        .tool("audit", &["list", "--format", "json", "--limit", "500"])
        .ok();
    let released = acts.lines().filter(|line| line.contains("mail.release"));
    assert_eq!(released.count(), subjects.len(), "{acts}");
    demo.verify();
    demo.stop();
}
