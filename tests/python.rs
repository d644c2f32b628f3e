//! Python's imaplib, poplib and smtplib: scripts in `tests/clients` that assert by themselves.

use crate::harness::{DOMAIN, Demo, tests};

fn folders(demo: &Demo) {
    demo.python("imap_folders.py", &[demo.person(0)]);
}

fn messages(demo: &Demo) {
    demo.python("imap_messages.py", &[demo.person(0)]);
    demo.verify();
}

fn search(demo: &Demo) {
    demo.python("imap_search.py", &[demo.person(0)]);
}

fn idle(demo: &Demo) {
    demo.python("imap_idle.py", &[demo.person(0)]);
}

/// RFC 4978: zlib on the other side, over TLS.
fn compress(demo: &Demo) {
    demo.python("imap_compress.py", &[demo.person(0)]);
    demo.verify();
}

/// QN.8.1: a mailbox has its size; what is full takes no more.
fn quota(demo: &Demo) {
    let congvu = env!("CARGO_BIN_EXE_congvu");
    let config = demo.config();
    demo.python(
        "imap_quota.py",
        &[demo.person(0), congvu, config.to_str().unwrap()],
    );
    demo.verify();
}

/// QN.2.4, TQ.11.2, TQ.4, SL.9.2, SL.9.3: a unit mailbox in the hands of a keeper, with a mail program.
fn unit_mailbox(demo: &Demo) {
    let congvu = env!("CARGO_BIN_EXE_congvu");
    let config = demo.config();
    // The province's own: every agency lies below it.
    let unit = format!("ubnd@{DOMAIN}");
    let (keeper, stranger) = (demo.person(0), demo.person(1));
    let arguments = [&unit, keeper, stranger, congvu, config.to_str().unwrap()];
    demo.python("unit.py", &arguments);
    demo.verify();
}

/// QN.8.2: mail programs read it.
fn pop3(demo: &Demo) {
    demo.python("pop3.py", &[demo.person(0)]);
    demo.verify();
}

/// TQ.4: who is signed in sends under an own address alone.
fn smtp(demo: &Demo) {
    demo.python(
        "smtp_client.py",
        &[demo.person(0), demo.person(1), demo.person(2)],
    );
}

/// QN.8.2: what Thunderbird says from its first start to its return after being offline, as it was recorded.
fn thunderbird(demo: &Demo) {
    let to = demo.person(1);
    replay(demo, to, "defaults.txt");
    let letter = demo.letter(to, "Tờ trình về kinh phí 2026");
    let text = "Kính gửi Phòng Văn thư,\n\n.\n\nTrân trọng\n";
    assert_eq!(letter.text.replace("\r\n", "\n"), text);
    let [(name, pdf)] = &letter.attachments[..] else {
        panic!("{letter:?}");
    };
    assert_eq!(
        (&name[..], &pdf[..]),
        ("Tờ trình.pdf", "%PDF-1.4 thử ".as_bytes())
    );
}

/// The same with CONDSTORE, without UTF8=ACCEPT, nothing kept offline.
fn thunderbird_condstore(demo: &Demo) {
    replay(demo, demo.person(1), "condstore.txt");
}

/// Older versions fetch a message by its parts.
fn thunderbird_older(demo: &Demo) {
    replay(demo, demo.person(1), "older.txt");
}

fn replay(demo: &Demo, to: &str, file: &str) {
    let folder = tests().join("thunderbird");
    let arguments = [demo.person(0), to, folder.to_str().unwrap(), file];
    demo.python("replay.py", &arguments);
    demo.verify();
}

both!(
    folders,
    messages,
    search,
    idle,
    compress,
    quota,
    unit_mailbox,
    pop3,
    smtp,
    thunderbird,
    thunderbird_condstore,
    thunderbird_older,
);
