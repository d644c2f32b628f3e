//! Address lists (RFC 5322 §3.4, obsolete forms of §4.4, UTF-8 of RFC 6532), read leniently.

use super::decode_text;
use super::scan::Scan;
use crate::AddressSpec;

/// What an address list holds, in order. Bytes are unquoted, encoded words left as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Item<'a> {
    /// A mailbox; empty parts are absent ones.
    Mailbox {
        /// Display name, or the comment that stands for it.
        name: &'a [u8],
        /// Source route with its `@`, without the colon (RFC 5322 §4.4 `obs-route`).
        route: &'a [u8],
        local: &'a [u8],
        domain: &'a [u8],
    },
    /// `name:` of a group.
    GroupStart(&'a [u8]),
    /// `;` of a group.
    GroupEnd,
}

/// The mailboxes of an address field's value, decoded, groups flattened.
pub fn addresses(value: &[u8]) -> Vec<AddressSpec> {
    let mut found = Vec::new();
    items(value, |item| {
        if let Item::Mailbox {
            name,
            local,
            domain,
            ..
        } = item
            && !(local.is_empty() && domain.is_empty())
        {
            found.push(AddressSpec {
                name: decode_text(name),
                local: crate::charset::text(local),
                domain: crate::charset::text(domain),
            });
        }
    });
    found
}

/// Buffers of one list, used again for each of its addresses.
#[derive(Default)]
struct Words {
    phrase: Vec<u8>,
    /// The last word, in which dots join what white space divides (`obs-local-part`).
    word: Vec<u8>,
    /// Where the phrase ends when the last word turns out to be a local part.
    before_word: usize,
    /// A quoted string is among the words.
    quoted: bool,
    domain: Vec<u8>,
    route: Vec<u8>,
    comment: Vec<u8>,
}

impl Words {
    fn clear(&mut self) {
        self.phrase.clear();
        self.word.clear();
        self.before_word = 0;
        self.quoted = false;
        self.domain.clear();
        self.route.clear();
        self.comment.clear();
    }

    /// White space passed, then a word begins with `first`.
    fn begin_word(&mut self, first: u8) {
        if self.phrase.is_empty() {
            return;
        }
        if first != b'.' && self.word.last() != Some(&b'.') {
            self.before_word = self.phrase.len();
            self.word.clear();
        }
        self.phrase.push(b' ');
    }

    fn push(&mut self, bytes: &[u8]) {
        self.phrase.extend_from_slice(bytes);
        self.word.extend_from_slice(bytes);
    }

    fn name<'a>(&'a self, phrase: &'a [u8]) -> &'a [u8] {
        let phrase = phrase.trim_ascii();
        if phrase.is_empty() {
            self.comment.trim_ascii()
        } else {
            phrase
        }
    }
}

/// Reads a list, whatever it is, and shows what it holds.
pub(crate) fn items(value: &[u8], mut show: impl FnMut(Item<'_>)) {
    let mut scan = Scan::new(value);
    let mut words = Words::default();
    let mut in_group = false;
    loop {
        words.clear();
        scan.skip_space(&mut words.comment);
        match scan.peek() {
            None => break,
            Some(b',') => scan.step(),
            Some(b';') => {
                scan.step();
                if std::mem::take(&mut in_group) {
                    show(Item::GroupEnd);
                }
            }
            Some(_) => element(&mut scan, &mut words, &mut in_group, &mut show),
        }
    }
    if in_group {
        show(Item::GroupEnd);
    }
}

/// One mailbox or the name of a group.
fn element(
    scan: &mut Scan<'_>,
    words: &mut Words,
    in_group: &mut bool,
    show: &mut impl FnMut(Item<'_>),
) {
    let mut spaced = false;
    loop {
        spaced |= scan.skip_space(&mut words.comment);
        let Some(byte) = scan.peek() else { break };
        if byte == b':' && !*in_group && !words.phrase.is_empty() {
            scan.step();
            *in_group = true;
            show(Item::GroupStart(&words.phrase));
            return;
        }
        match byte {
            b',' | b';' => break,
            b'<' => {
                scan.step();
                angle(scan, words);
                return show(Item::Mailbox {
                    name: words.name(&words.phrase),
                    route: &words.route,
                    local: &words.word,
                    domain: &words.domain,
                });
            }
            b'@' => {
                scan.step();
                scan.domain(&mut words.domain, &mut words.comment);
                scan.skip_space(&mut words.comment);
                while scan.peek() == Some(b'@') {
                    scan.step();
                    scan.domain(&mut words.route, &mut words.comment);
                    words.route.clear();
                    scan.skip_space(&mut words.comment);
                }
                if scan.peek() == Some(b'<') {
                    // An address written where the name belongs: `a@b <a@b>`.
                    words.phrase.push(b'@');
                    words.phrase.append(&mut words.domain);
                    continue;
                }
                break;
            }
            _ => {
                if std::mem::take(&mut spaced) {
                    words.begin_word(byte);
                }
                if byte == b'"' {
                    scan.step();
                    words.quoted = true;
                    let before = words.word.len();
                    scan.quoted(&mut words.word);
                    words.phrase.extend_from_slice(&words.word[before..]);
                } else {
                    words.push(scan.atom());
                }
            }
        }
    }
    if words.word.is_empty() && words.domain.is_empty() {
        return;
    }
    if words.domain.is_empty() && (words.quoted || words.before_word > 0) {
        // Several words or a quoted one without an `@` are a name.
        return show(Item::Mailbox {
            name: &words.phrase,
            route: b"",
            local: b"",
            domain: b"",
        });
    }
    show(Item::Mailbox {
        name: words.name(&words.phrase[..words.before_word]),
        route: b"",
        local: &words.word,
        domain: &words.domain,
    });
}

/// What stands between angle brackets; the opening one is read.
fn angle(scan: &mut Scan<'_>, words: &mut Words) {
    words.word.clear();
    words.domain.clear();
    scan.skip_space(&mut words.comment);
    if scan.peek() == Some(b'@') {
        let route = scan.until(b":>");
        if scan.peek() == Some(b':') {
            scan.step();
        }
        words
            .route
            .extend(route.iter().filter(|byte| !byte.is_ascii_whitespace()));
    }
    loop {
        scan.skip_space(&mut words.comment);
        match scan.peek() {
            None | Some(b'>' | b',' | b';') => break,
            Some(b'@') => {
                scan.step();
                words.domain.clear();
                scan.domain(&mut words.domain, &mut words.comment);
            }
            Some(b'"') => {
                scan.step();
                scan.quoted(&mut words.word);
            }
            Some(_) if words.domain.is_empty() => words.word.extend_from_slice(scan.atom()),
            Some(_) => {
                scan.atom();
            }
        }
    }
    if scan.peek() == Some(b'>') {
        scan.step();
        scan.skip_space(&mut words.comment);
    }
}
