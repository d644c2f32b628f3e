//! What one program wrote, another reads octet for octet.

use std::collections::BTreeMap;

use crate::harness::{Demo, odd_letters};
use crate::mbsync::Mbsync;

/// Appended by imaplib; read by imaplib, curl (IMAP and POP3), poplib (`pop3.py` compares it with
/// IMAP) and mbsync.
fn appended(demo: &Demo) {
    let address = demo.person(0);
    let user = format!("{address}:{}", demo.password());
    let mut sent = BTreeMap::new();
    for (name, octets) in odd_letters() {
        let uid = demo.append(address, "INBOX", &octets);
        sent.insert(uid, (name, octets));
    }
    let read = demo.letters(address, "INBOX", "");
    assert_eq!(read.len(), sent.len());
    for letter in read {
        let (name, octets) = &sent[&letter.uid];
        same(name, "imaplib", &letter.raw, octets);
    }
    let first = *sent.keys().next().unwrap();
    for (uid, (name, octets)) in &sent {
        let by_imap = crate::curl::fetch(demo, &user, "imaps", &format!("INBOX;UID={uid}"));
        same(name, "curl by IMAP", &by_imap.ended(0).bytes, octets);
        let by_pop = crate::curl::fetch(demo, &user, "pop3s", &(uid - first + 1).to_string());
        same(name, "curl by POP3", &by_pop.ended(0).bytes, octets);
    }
    let mbsync = Mbsync::new(demo, address);
    mbsync.sync();
    let near = mbsync.messages("INBOX");
    assert_eq!(near.len(), sent.len());
    for (name, octets) in sent.values() {
        assert!(
            near.contains(octets),
            "mbsync has no “{name}” octet for octet"
        );
    }
    demo.python("pop3_octets.py", &[address]);
}

#[track_caller]
fn same(name: &str, by: &str, got: &[u8], sent: &[u8]) {
    assert!(
        got == sent,
        "“{name}” read by {by}:\n{}\nis not\n{}",
        got.escape_ascii(),
        sent.escape_ascii()
    );
}

both!(appended);
