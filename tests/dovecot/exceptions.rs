//! Where we differ from Dovecot, and why ours is right.

use std::collections::BTreeSet;

use super::Difference;
use super::corpus::Message;

/// Messages and items that are told differently, for one reason.
struct Exception {
    why: &'static str,
    items: &'static [&'static str],
    messages: &'static [&'static str],
}

const STRUCTURE: &[&str] = &["BODY", "BODYSTRUCTURE"];

const EXCEPTIONS: &[Exception] = &[
    Exception {
        why: "RFC 2045 §5.2: a Content-Type that cannot be read is text/plain; Dovecot tells empty names, or half of them",
        items: STRUCTURE,
        messages: &[
            "broken-digest",
            "broken-unclosed-comments",
            "octets/controls in the header",
            "python/msg_14",
            "Content-Type: text",
            "Content-Type: text/",
            "Content-Type: /plain",
            "Content-Type: /",
            "Content-Type: text/plain/x",
            "Content-Type: text plain",
            "Content-Type: text/plain charset=utf-8",
            "Content-Type: text/html, text/plain; a=b",
            "Content-Type: text/html a=b; c=d",
            "Content-Type: \"text/html\"; a=b",
            "Content-Type: text/\"html\"; a=b",
            "Content-Type: multipart",
            "Content-Type: multipart/",
            "Content-Type: multipart/; boundary=b",
            "Content-Type: multipart/mixed, boundary=b",
            "Content-Type: message",
            "Content-Type: message/",
            "Content-Type: message/rfc822/x",
            "Content-Type: x-unknown",
            "Content-Type: application/x-[a]; b=[c]",
        ],
    },
    Exception {
        why: "RFC 9051 §9 media-message, RFC 6532 §3.7: message/global has the structure of message/rfc822",
        items: STRUCTURE,
        messages: &["message-other-types", "Content-Type: message/global"],
    },
    Exception {
        why: "RFC 9051 §6.4.5.1: so it has a header and a text",
        items: &["BODY[1.HEADER]", "BODY[1.TEXT]"],
        messages: &["Content-Type: message/global"],
    },
    Exception {
        why: "RFC 2231 §4: boundary*= is the boundary, its charset told",
        items: &["BODY", "BODYSTRUCTURE", "BODY[1]", "BODY[1.MIME]"],
        messages: &[
            "python/msg_33",
            "Content-Type: multipart/mixed; boundary*=b",
            "Content-Type: multipart/mixed; boundary*=''b",
        ],
    },
    Exception {
        why: "RFC 2231 §4: so there is a second part",
        items: &["BODY[2]", "BODY[2.MIME]"],
        messages: &["python/msg_33"],
    },
    Exception {
        why: "RFC 5322 §4.4 obs-addr-list, obs-group-list: an element may be empty, and is nobody",
        items: &["ENVELOPE"],
        messages: &[
            "addresses",
            "broken-addresses",
            "groups",
            "no-recipients",
            "To: a@b.vn ,, c@d.vn ,",
            "To: , a@b.vn",
            "To: ,,,",
            "To: ,",
            "To: nhom: , a@b.vn, ;",
        ],
    },
    Exception {
        why: "RFC 5322 §2.2: a header's last line ends as its others do, also where the body is missing",
        items: &["BODY[1.MIME]"],
        messages: &["broken-message-cut", "broken-outer-in-header"],
    },
    Exception {
        why: "the same",
        items: &["BODY[2.MIME]"],
        messages: &["broken-digest", "broken-message-cut"],
    },
    Exception {
        why: "the same",
        items: &["BODY[1.HEADER]"],
        messages: &[
            "broken-message-in-base64",
            "Content-Type: MULTIPART/DIGEST; boundary=b",
        ],
    },
    Exception {
        why: "RFC 9051 §2.3.4, §6.3.12: what was appended is told octet for octet; Dovecot makes CRLF of every line end and drops a CR before one",
        items: &["RFC822.SIZE"],
        messages: &[
            "octets/bare LF",
            "octets/bare LF in the body",
            "octets/bare LF in the header",
            "octets/bare LF before a boundary",
            "octets/bare CR in the body",
            "octets/bare CR in the header",
            "octets/bare CR before a boundary",
            "octets/only CR",
            "octets/CR CR LF",
            "octets/header ends in the middle of CRLF",
            "octets/header ends with CR",
        ],
    },
    Exception {
        why: "the same",
        items: &["BODY[HEADER]", "BODY[1.MIME]"],
        messages: &[
            "octets/bare LF",
            "octets/bare LF in the header",
            "octets/bare CR in the header",
            "octets/only CR",
            "octets/CR CR LF",
            "octets/header ends in the middle of CRLF",
            "octets/header ends with CR",
        ],
    },
    Exception {
        why: "the same",
        items: &["BODY[TEXT]"],
        messages: &[
            "octets/bare LF",
            "octets/bare LF in the body",
            "octets/bare LF before a boundary",
            "octets/bare CR in the body",
            "octets/bare CR before a boundary",
            "octets/CR CR LF",
        ],
    },
    Exception {
        why: "the same",
        items: &["BODY", "BODYSTRUCTURE", "BODY[1]"],
        messages: &[
            "octets/bare LF",
            "octets/bare LF in the body",
            "octets/bare CR in the body",
            "octets/bare CR before a boundary",
            "octets/CR CR LF",
        ],
    },
    Exception {
        why: "RFC 2046 §5.1.1: a boundary is compared as it stands; for Dovecot its NUL is U+FFFD, which no line has",
        items: &["BODY", "BODYSTRUCTURE", "BODY[1]"],
        messages: &["octets/NUL in a name and a boundary"],
    },
    Exception {
        why: "RFC 6532 §3: text in a header is UTF-8; what is not is read as windows-1258, the old charset here, and told as UTF-8",
        items: STRUCTURE,
        messages: &[
            "octets/windows-1258 in the header",
            "octets/broken UTF-8 in the header",
        ],
    },
    Exception {
        why: "what a sender may make us keep is bounded (limits::HEADER): a field behind 256 kB of header is not read",
        items: &["ENVELOPE", "BODY", "BODYSTRUCTURE"],
        messages: &["many/header of 300 kB", "many/field of 300 kB"],
    },
    Exception {
        why: "RFC 2045 §5.1 has no limit; Dovecot shows 128 parameters, we show 256",
        items: STRUCTURE,
        messages: &["many/200 parameters"],
    },
    Exception {
        why: "both stop at 10,000 parts, and all the rest is the last one: ours ends at the last boundary (RFC 2046 §5.1.1)",
        items: STRUCTURE,
        messages: &["many/20000 parts"],
    },
];

/// Of the messages looked at, what differs is what is listed, no more and no less.
#[track_caller]
pub fn judge(all: &[Message], names: &[&str], found: &[Difference]) {
    let mut listed = BTreeSet::new();
    for exception in EXCEPTIONS {
        assert!(!exception.why.is_empty());
        for name in exception.messages {
            assert!(
                all.iter().any(|message| message.name == *name),
                "no message is called {name}"
            );
            for item in exception.items.iter().filter(|_| names.contains(name)) {
                assert!(
                    listed.insert((*name, *item)),
                    "{name} | {item} is listed twice"
                );
            }
        }
    }
    let key = |one: &&Difference| listed.contains(&(one.message.as_str(), one.item.as_str()));
    let unlisted: Vec<String> = found
        .iter()
        .filter(|one| !key(one))
        .map(ToString::to_string)
        .collect();
    let differ: BTreeSet<_> = found
        .iter()
        .map(|one| (one.message.as_str(), one.item.as_str()))
        .collect();
    let stale: Vec<String> = listed
        .difference(&differ)
        .map(|(name, item)| format!("{name} | {item}"))
        .collect();
    assert!(
        unlisted.is_empty() && stale.is_empty(),
        "{} differences are not listed:\n{}\n{} are listed and no longer there:\n{}",
        unlisted.len(),
        unlisted.join("\n"),
        stale.len(),
        stale.join("\n"),
    );
}
