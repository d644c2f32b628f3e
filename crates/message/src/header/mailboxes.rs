//! Address lists as the envelope shows them (RFC 5322 §3.4, RFC 9051 §7.5.2).
//!
//! Whole lists are read as the grammar says. What a broken one shows is not told by any standard: here it is what
//! Dovecot shows, which mail programs have learnt to live with. A list ends where it cannot be followed any more; who
//! must not miss an address uses [`super::list`].

use super::grammar::{Broken, Grammar, MORE, Read, Then};

/// One element of a list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Mailbox {
    /// Display name, or the comment that stands for it.
    pub(crate) name: Option<Vec<u8>>,
    /// Source route with its `@` (RFC 5322 §4.4 `obs-route`).
    pub(crate) route: Option<Vec<u8>>,
    /// The local part, or the name of a group; absent at a group's end.
    pub(crate) local: Option<Vec<u8>>,
    /// Absent where a group begins or ends.
    pub(crate) domain: Option<Vec<u8>>,
}

impl Mailbox {
    /// Says what is missing: NIL in these places would mean a group.
    fn completed(mut self) -> Self {
        self.local
            .get_or_insert_with(|| b"MISSING_MAILBOX".to_vec());
        let domain = self.domain.take().filter(|domain| !domain.is_empty());
        self.domain = Some(domain.unwrap_or_else(|| b"MISSING_DOMAIN".to_vec()));
        self
    }
}

/// Reads a list and shows what it holds.
pub(crate) fn mailboxes(value: &[u8], mut show: impl FnMut(Mailbox)) {
    let mut grammar = Grammar::new(value);
    if grammar.space() != MORE {
        return;
    }
    while group_or_mailbox(&mut grammar, &mut show) && grammar.pass(b',') {
        match grammar.space() {
            MORE => {}
            Ok(Then::End) => return,
            Err(Broken) => return show(Mailbox::default().completed()),
        }
    }
}

/// Whether the list may go on.
fn group_or_mailbox(grammar: &mut Grammar<'_>, show: &mut impl FnMut(Mailbox)) -> bool {
    if grammar.is(b',') {
        // RFC 5322 §4.4 `obs-addr-list`: elements may be empty.
        return true;
    }
    let start = grammar.place();
    let mut name = Vec::new();
    if grammar.phrase(&mut name) != MORE || !grammar.pass(b':') {
        grammar.back_to(start);
        return mailbox(grammar, show) != Ok(Then::End);
    }
    show(Mailbox {
        local: Some(name),
        ..Mailbox::default()
    });
    let ended = members(grammar, show);
    show(Mailbox::default());
    ended != Ok(Then::End)
}

/// What a group holds, and its semicolon; its colon is read.
fn members(grammar: &mut Grammar<'_>, show: &mut impl FnMut(Mailbox)) -> Read {
    let mut read = grammar.space();
    if read == MORE && !grammar.is(b';') {
        loop {
            // One that is broken does not end the group; RFC 5322 §4.4 `obs-group-list`: one may be empty.
            if !matches!(grammar.peek(), Some(b',' | b';')) {
                let _ = mailbox(grammar, show);
            }
            if !grammar.pass(b',') {
                break;
            }
            read = grammar.space();
            if read != MORE {
                return Err(Broken);
            }
        }
    }
    read?;
    if grammar.pass(b';') {
        grammar.space()
    } else {
        Err(Broken)
    }
}

fn mailbox(grammar: &mut Grammar<'_>, show: &mut impl FnMut(Mailbox)) -> Read {
    let start = grammar.place();
    let mut found = Mailbox::default();
    let mut name = Vec::new();
    let read = if grammar.phrase(&mut name) == MORE && grammar.is(b'<') {
        found.name = Some(name).filter(|name| !name.is_empty());
        let read = angle(grammar, &mut found);
        if read.is_err() {
            found.domain = Some(b"SYNTAX_ERROR".to_vec());
        }
        if grammar.peek().is_some() {
            MORE
        } else {
            Ok(Then::End)
        }
    } else {
        grammar.back_to(start);
        plain(grammar, &mut found)
    };
    show(found.completed());
    read
}

/// `angle-addr`; its `<` is next.
fn angle(grammar: &mut Grammar<'_>, found: &mut Mailbox) -> Read {
    grammar.step();
    go_on(grammar.space())?;
    if grammar.is(b'@') {
        let mut route = Vec::new();
        if route_of(grammar, &mut route) == MORE && grammar.pass(b':') {
            found.route = Some(route);
        } else {
            found.route = Some(b"INVALID_ROUTE".to_vec());
            go_on(grammar.space())?;
        }
        go_on(grammar.space())?;
    }
    if !grammar.is(b'>') {
        let mut local = Vec::new();
        let read = grammar.local_part(&mut local);
        if read.is_ok() {
            found.local = Some(local);
        }
        go_on(read)?;
        if grammar.is(b'@') {
            let mut domain = Vec::new();
            let read = grammar.domain(&mut domain);
            found.domain = Some(domain);
            go_on(read)?;
        }
    }
    if grammar.pass(b'>') {
        grammar.space()
    } else {
        Err(Broken)
    }
}

/// `obs-domain-list`: domains with `@` before each and commas between.
fn route_of(grammar: &mut Grammar<'_>, route: &mut Vec<u8>) -> Read {
    loop {
        while grammar.pass(b',') {
            go_on(grammar.space())?;
        }
        if !grammar.is(b'@') {
            return MORE;
        }
        if !route.is_empty() {
            route.push(b',');
        }
        route.push(b'@');
        go_on(grammar.domain(route))?;
    }
}

/// `addr-spec`, or what stands in its place.
fn plain(grammar: &mut Grammar<'_>, found: &mut Mailbox) -> Read {
    grammar.comment.clear();
    let quoted = grammar.is(b'"');
    let mut words = Vec::new();
    let mut read = if grammar.peek().is_some() {
        grammar.local_part(&mut words)
    } else {
        Err(Broken)
    };
    let local = read.is_ok();
    let mut has_domain = false;
    if read != Ok(Then::End) && grammar.is(b'@') {
        has_domain = true;
        let mut domain = Vec::new();
        let of_domain = grammar.domain(&mut domain);
        found.domain = Some(domain);
        if of_domain != MORE {
            read = of_domain;
        }
    }
    if local {
        found.local = Some(words.clone());
    }
    if !grammar.comment.is_empty() {
        found.name = Some(grammar.comment.clone());
        return read;
    }
    if has_domain {
        return read;
    }
    // A word alone is a local part; with more behind it, it was the beginning of a name.
    words.push(b' ');
    let before = words.len();
    let _ = grammar.phrase(&mut words);
    if words.len() > before {
        found.local = None;
        found.name = Some(words);
    } else if quoted {
        found.name = found.local.take();
    }
    Err(Broken)
}

/// Something must follow.
fn go_on(read: Read) -> Result<(), Broken> {
    if read == MORE { Ok(()) } else { Err(Broken) }
}
