//! Order in a mailbox, in Debian's Chromium: labels, lists and keys, cleaning up, taking mail out, contacts.

use crate::harness::Demo;
use crate::webmail::browse;

/// Three messages, the third the newest.
fn three(demo: &Demo, address: &str) {
    for n in 1..=3 {
        let letter = format!(
            "From: a@sonminh.gov.vn\r\nSubject: =?utf-8?q?Th=C6=B0_{n}?=\r\n\r\nNội dung {n}\r\n"
        );
        demo.append(address, "INBOX", letter.as_bytes());
    }
}

fn labels(demo: &Demo) {
    let address = demo.person(0);
    three(demo, address);
    browse(demo, "labels.mjs", &[address]);
    demo.verify();
}

/// HCM.12.7, QN.8.2: what is not needed is looked at, saved to the computer, and goes.
fn hcm_12_7_qn_8_2_cleans_up_and_saves(demo: &Demo) {
    let address = demo.person(0);
    three(demo, address);
    browse(demo, "clean_up.mjs", &[address]);
    let acts = demo
        .tool("audit", &["list", "--format", "json", "--limit", "500"])
        .ok();
    let exported = acts.lines().filter(|line| line.contains("mailbox.export"));
    assert_eq!(exported.count(), 1, "{acts}");
    demo.verify();
}

fn keys_and_lists(demo: &Demo) {
    let address = demo.person(0);
    three(demo, address);
    browse(demo, "keys.mjs", &[address]);
    demo.verify();
}

fn contacts(demo: &Demo) {
    let (one, two) = (demo.person(0), demo.person(1));
    let letter = "From: =?utf-8?q?Ph=E1=BA=A1m_=C4=90=E1=BB=A9c_Th=E1=BB=8Bnh?= <vanphong@phulam.example>\r\n\
         Subject: =?utf-8?q?H=E1=BB=93_s=C6=A1?=\r\n\r\nx\r\n";
    demo.append(one, "INBOX", letter.as_bytes());
    browse(demo, "contacts.mjs", &[one, two]);
    demo.verify();
}

pages!(
    labels,
    contacts,
    keys_and_lists,
    hcm_12_7_qn_8_2_cleans_up_and_saves,
);
