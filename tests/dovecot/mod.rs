//! Dovecot: what FETCH tells of a message is what Dovecot tells of it, however the message is made.

mod corpus;
mod exceptions;
mod made;
mod mutations;

use std::collections::BTreeSet;
use std::fmt;

use crate::harness::{Demo, Dovecot, Fetched, Imap, Value, dovecot};
use corpus::Message;

/// What both are asked for.
const ITEMS: &str = "ENVELOPE BODYSTRUCTURE BODY RFC822.SIZE BODY.PEEK[HEADER] BODY.PEEK[TEXT] BODY.PEEK[1] \
                     BODY.PEEK[1.MIME] BODY.PEEK[1.HEADER] BODY.PEEK[1.TEXT] BODY.PEEK[2] BODY.PEEK[2.MIME] BODY.PEEK[3]";

/// One item of one message, told differently.
struct Difference {
    message: String,
    item: String,
    ours: Value,
    theirs: Value,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            message,
            item,
            ours,
            theirs,
        } = self;
        let (ours, theirs) = (shown(ours), shown(theirs));
        write!(
            f,
            "{message} | {item}\n  ours:   {ours}\n  theirs: {theirs}"
        )
    }
}

/// A value in so many letters as a person reads.
fn shown(value: &Value) -> String {
    let text = format!("{value:?}");
    match text.char_indices().nth(1500) {
        Some((end, _)) => format!("{} … {} octets", &text[..end], text.len()),
        None => text,
    }
}

/// Both servers, each with an account.
struct Both {
    ours: Imap,
    theirs: Imap,
}

impl Both {
    fn sign_in(demo: &Demo, dovecot: &Dovecot) -> Self {
        Self {
            ours: Imap::sign_in(demo.address("imap"), demo.person(0), demo.password()),
            theirs: Imap::sign_in(dovecot.imap, dovecot::USER, dovecot::PASSWORD),
        }
    }

    /// Puts messages into a new folder of both and tells what differs.
    fn differences(&mut self, folder: &str, messages: &[Message]) -> Vec<Difference> {
        for imap in [&mut self.ours, &mut self.theirs] {
            imap.command(format!("CREATE {folder}").as_bytes());
            for message in messages {
                imap.append(folder, &message.octets);
            }
        }
        let names: Vec<&str> = messages
            .iter()
            .map(|message| message.name.as_str())
            .collect();
        self.look(folder, &names)
    }

    fn look(&mut self, folder: &str, names: &[&str]) -> Vec<Difference> {
        let select = format!("SELECT {folder}");
        let [ours, theirs] = [&mut self.ours, &mut self.theirs].map(|imap| {
            imap.command(select.as_bytes());
            imap.fetch(ITEMS)
        });
        assert_eq!((ours.len(), theirs.len()), (names.len(), names.len()));
        let pairs = names.iter().zip(ours.iter().zip(&theirs));
        pairs
            .flat_map(|(name, (ours, theirs))| compared(name, ours, theirs))
            .collect()
    }
}

fn compared(name: &str, ours: &Fetched, theirs: &Fetched) -> Vec<Difference> {
    let items: BTreeSet<&String> = ours.keys().chain(theirs.keys()).collect();
    let missing = Value::Atom("nothing".into());
    let pairs = items
        .into_iter()
        .filter(|item| *item != "FLAGS")
        .map(|item| {
            let [ours, theirs] =
                [ours, theirs].map(|told| told.get(item).unwrap_or(&missing).clone());
            Difference {
                message: name.to_owned(),
                item: item.clone(),
                ours,
                theirs,
            }
        });
    // Of a part that is not there, RFC 9051 §7.5.2 lets a server tell NIL; Dovecot tells the empty string.
    let nothing = |value: &Value| matches!(value, Value::Nil) || *value == Value::Text(Vec::new());
    pairs
        .filter(|pair| pair.ours != pair.theirs && !(nothing(&pair.ours) && nothing(&pair.theirs)))
        .collect()
}

/// RFC 9051 §7.5.2: the whole corpus, by APPEND; but for what has a NUL, which APPEND takes in binary parts alone
/// (RFC 3516 §4.4).
fn tells_the_same(demo: &Demo) {
    let dovecot = Dovecot::start();
    let all = corpus::everything();
    let mut messages = corpus::everything();
    messages.retain(|message| !message.octets.contains(&0));
    let names: Vec<&str> = messages
        .iter()
        .map(|message| message.name.as_str())
        .collect();
    let found = Both::sign_in(demo, &dovecot).differences("thu", &messages);
    exceptions::judge(&all, &names, &found);
}

/// The same after SMTP and LMTP, whose servers put lines of their own before the message.
fn tells_the_same_after_delivery(demo: &Demo) {
    let dovecot = Dovecot::start();
    let all = corpus::everything();
    let names = [
        "words-quoted-printable",
        "words-decomposed",
        "words-windows-1258",
        "names-rfc2231",
        "outlook",
        "zimbra",
        "invitation",
        "nested-three-deep",
        "smime-signed",
        "delivery-status",
        "groups",
        "mixed-related-alternative",
        "broken-unclosed-quotes",
        "broken-prefix-outer-shorter",
        "octets/NUL in the body",
        "octets/NUL in the header",
        "octets/NUL in a name and a boundary",
    ];
    for name in names {
        let octets = &corpus::named(&all, name).octets;
        let to = demo.person(0);
        demo.script("deliver.py", &[to])
            .input(octets.clone())
            .run()
            .ok();
        let lmtp = crate::harness::script("deliver.py", &dovecot.described());
        lmtp.arg(dovecot::USER).input(octets.clone()).run().ok();
    }
    let mut found = Both::sign_in(demo, &dovecot).look("INBOX", &names);
    // The lines of their own; the body and all that is read off the message are the same.
    found.retain(|one| {
        !matches!(
            one.item.as_str(),
            "RFC822.SIZE" | "BODY[HEADER]" | "BODY[1.MIME]"
        )
    });
    exceptions::judge(&all, &names, &found);
}

/// “Computed once at delivery”: with the octets gone, the structure is told all the same.
fn structure_needs_no_octets(demo: &Demo) {
    let address = demo.person(0);
    let mut imap = Imap::sign_in(demo.address("imap"), address, demo.password());
    let text =
        "Một dòng của một thư dài, dài hơn những gì nằm trong cơ sở dữ liệu.\r\n".repeat(20_000);
    let octets = format!(
        "From: a@b.vn\r\nSubject: dai\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n{text}\r\n--b--\r\n"
    );
    imap.append("INBOX", octets.as_bytes());
    imap.command(b"SELECT INBOX");
    let items = "ENVELOPE BODYSTRUCTURE BODY RFC822.SIZE";
    let before = imap.fetch(items);
    assert_eq!(
        before[0]["RFC822.SIZE"],
        Value::Atom(octets.len().to_string())
    );
    let gone = remove_blobs(&demo.data().join("data/blobs"));
    assert!(gone > 0, "no octets outside the database");
    assert_eq!(imap.fetch(items), before);
}

fn remove_blobs(folder: &std::path::Path) -> usize {
    let mut gone = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            gone += remove_blobs(&path);
        } else {
            std::fs::remove_file(path).unwrap();
            gone += 1;
        }
    }
    gone
}

both!(
    tells_the_same = super::CLEARTEXT,
    tells_the_same_after_delivery = super::CLEARTEXT,
    structure_needs_no_octets = super::CLEARTEXT,
);

/// On the loopback interface.
const CLEARTEXT: (&str, &str) = ("CONGVU_IMAP__CLEARTEXT_LOGIN", "true");
