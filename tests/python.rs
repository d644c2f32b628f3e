//! Python's imaplib, poplib and smtplib: scripts in `tests/clients` that assert by themselves.

use crate::harness::Demo;

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

both!(folders, messages, search, idle, compress, quota, pop3, smtp);
