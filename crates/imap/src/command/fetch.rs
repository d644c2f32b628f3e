//! FETCH (RFC 9051 §6.4.5), with CHANGEDSINCE (RFC 7162 §3.1.4).

use crate::parse::cursor::Parsed;
use crate::parse::{Cursor, Fault};
use crate::types::{FetchItem, MessageSet, Partial, Section, SectionText};

/// The most data items one command may ask for.
const MAX_ITEMS: usize = 200;
/// The most names of header fields in all sections of one command.
const MAX_FIELDS: usize = 500;

/// The arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetch {
    /// Which messages.
    pub messages: MessageSet,
    /// What of them: distinct, at least one. UID FETCH has `UID` among them
    /// (RFC 9051 §6.4.9), CHANGEDSINCE has `MODSEQ` (RFC 7162 §3.1.4.1).
    pub items: Vec<FetchItem>,
    /// Only those whose mod-sequence is above this.
    pub changed_since: Option<u64>,
    /// Whether what left since then is to be told too (RFC 7162 §3.2.6).
    pub vanished: bool,
}

impl Fetch {
    pub(super) fn parse(c: &mut Cursor<'_>, uid: bool) -> Parsed<Self> {
        let messages = c.message_set(uid)?;
        c.sp()?;
        let mut items = Vec::new();
        if uid {
            items.push(FetchItem::Uid);
        }
        if c.peek() == Some(b'(') {
            let given = c.list(item)?;
            if given.is_empty() {
                return Err(Fault::bad("expected FETCH items"));
            }
            add(&mut items, given)?;
        } else if c.take_macro("ALL") {
            add(&mut items, FetchItem::ALL)?;
        } else if c.take_macro("FAST") {
            add(&mut items, FetchItem::FAST)?;
        } else if c.take_macro("FULL") {
            add(&mut items, FetchItem::FULL)?;
        } else {
            add(&mut items, [item(c)?])?;
        }
        if items.iter().map(fields).sum::<usize>() > MAX_FIELDS {
            return Err(Fault::bad("too many header field names"));
        }
        let mut changed_since = None;
        let mut vanished = false;
        if c.take(b' ') {
            let (since, gone) = modifiers(c)?;
            if gone && !uid {
                return Err(Fault::bad("VANISHED needs UID FETCH"));
            }
            (changed_since, vanished) = (Some(since), gone);
            add(&mut items, [FetchItem::ModSeq])?;
        }
        Ok(Self {
            messages,
            items,
            changed_since,
            vanished,
        })
    }

    /// Whether the command sets `\Seen`.
    #[must_use]
    pub fn sets_seen(&self) -> bool {
        self.items.iter().any(FetchItem::sets_seen)
    }
}

fn add(items: &mut Vec<FetchItem>, given: impl IntoIterator<Item = FetchItem>) -> Parsed<()> {
    for item in given {
        if !items.contains(&item) {
            if items.len() >= MAX_ITEMS {
                return Err(Fault::bad("too many FETCH items"));
            }
            items.push(item);
        }
    }
    Ok(())
}

fn fields(item: &FetchItem) -> usize {
    match item {
        FetchItem::BodySection { section, .. } => match &section.text {
            Some(SectionText::HeaderFields(names) | SectionText::HeaderFieldsNot(names)) => {
                names.len()
            }
            _ => 0,
        },
        _ => 0,
    }
}

impl Cursor<'_> {
    /// Steps over a macro's name if it is the whole next word.
    fn take_macro(&mut self, name: &str) -> bool {
        let mut ahead = self.clone();
        let found = ahead
            .word()
            .is_ok_and(|word| word.eq_ignore_ascii_case(name));
        if found {
            *self = ahead;
        }
        found
    }
}

fn item(c: &mut Cursor<'_>) -> Parsed<FetchItem> {
    Ok(match c.word()?.to_ascii_uppercase().as_str() {
        "ENVELOPE" => FetchItem::Envelope,
        "FLAGS" => FetchItem::Flags,
        "INTERNALDATE" => FetchItem::InternalDate,
        "RFC822" => FetchItem::Rfc822,
        "RFC822.HEADER" => FetchItem::Rfc822Header,
        "RFC822.SIZE" => FetchItem::Rfc822Size,
        "RFC822.TEXT" => FetchItem::Rfc822Text,
        "BODYSTRUCTURE" => FetchItem::BodyStructure,
        "UID" => FetchItem::Uid,
        "MODSEQ" => FetchItem::ModSeq,
        "BODY" if c.peek() != Some(b'[') => FetchItem::Body,
        "BODY" => section(c, false)?,
        "BODY.PEEK" => section(c, true)?,
        _ => return Err(Fault::bad("unknown FETCH item")),
    })
}

fn section(c: &mut Cursor<'_>, peek: bool) -> Parsed<FetchItem> {
    let section = Section::parse(c)?;
    Ok(FetchItem::BodySection {
        section,
        peek,
        partial: Partial::parse(c)?,
    })
}

/// Reads `(CHANGEDSINCE n [VANISHED])`, in either order.
fn modifiers(c: &mut Cursor<'_>) -> Parsed<(u64, bool)> {
    c.expect(b'(', "expected modifiers of FETCH")?;
    let (mut since, mut vanished) = (None, false);
    loop {
        match c.atom()?.to_ascii_uppercase().as_str() {
            "CHANGEDSINCE" if since.is_none() => {
                c.sp()?;
                since = Some(c.number64()?);
            }
            "VANISHED" if !vanished => vanished = true,
            _ => return Err(Fault::bad("unknown modifier of FETCH")),
        }
        if c.take(b')') {
            break;
        }
        c.sp()?;
    }
    match since {
        Some(0) => Err(Fault::bad("number must not be zero")),
        Some(since) => Ok((since, vanished)),
        // RFC 7162 §3.2.6
        None => Err(Fault::bad("VANISHED needs CHANGEDSINCE")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::CommandBody;
    use crate::command::testing::{all_bad, read};

    fn fetch(text: &str) -> Fetch {
        match read(text) {
            Ok(CommandBody::Fetch(fetch)) => fetch,
            other => panic!("{text}: {other:?}"),
        }
    }

    fn section(text: &str, peek: bool, partial: Option<(u64, u64)>) -> FetchItem {
        let mut c = Cursor::new(text.as_bytes(), Default::default());
        let partial = partial.map(|(offset, length)| Partial {
            offset,
            length: length.try_into().unwrap(),
        });
        FetchItem::BodySection {
            section: Section::parse(&mut c).unwrap(),
            peek,
            partial,
        }
    }

    #[test]
    fn items() {
        use FetchItem::*;
        for (text, items) in [
            ("FETCH 1 ALL", FetchItem::ALL.to_vec()),
            ("FETCH 1 fast", FetchItem::FAST.to_vec()),
            ("FETCH 1 FULL", FetchItem::FULL.to_vec()),
            (
                "FETCH 2:4 (FLAGS BODY[HEADER.FIELDS (DATE FROM)])",
                vec![Flags, section("[HEADER.FIELDS (DATE FROM)]", false, None)],
            ),
            ("UID FETCH 1:* FLAGS", vec![Uid, Flags]),
            ("UID FETCH 1:* (UID FLAGS uid)", vec![Uid, Flags]),
            ("FETCH 1 BODY", vec![Body]),
            ("FETCH 1 BODY[]", vec![section("[]", false, None)]),
            (
                "FETCH 1 (BODY BODYSTRUCTURE ENVELOPE)",
                vec![Body, BodyStructure, Envelope],
            ),
            (
                "FETCH 1 BODY.PEEK[1.2.MIME]<0.2048>",
                vec![section("[1.2.MIME]", true, Some((0, 2048)))],
            ),
            (
                "FETCH 1 (RFC822 RFC822.HEADER RFC822.TEXT RFC822.SIZE)",
                vec![Rfc822, Rfc822Header, Rfc822Text, Rfc822Size],
            ),
            ("FETCH 1 (INTERNALDATE MODSEQ)", vec![InternalDate, ModSeq]),
        ] {
            assert_eq!(fetch(text).items, items, "{text}");
        }
    }

    #[test]
    fn changed_since() {
        // RFC 7162 §3.1.4.1
        let got = fetch("UID FETCH 1:* (FLAGS) (CHANGEDSINCE 12345)");
        assert_eq!(got.changed_since, Some(12345));
        assert_eq!(
            got.items,
            [FetchItem::Uid, FetchItem::Flags, FetchItem::ModSeq]
        );
        assert!(!got.vanished);
        // RFC 7162 §3.2.6
        for text in [
            "UID FETCH 300:500 (FLAGS) (CHANGEDSINCE 12345 VANISHED)",
            "UID FETCH 300:500 (FLAGS) (vanished changedsince 12345)",
        ] {
            let got = fetch(text);
            assert_eq!((got.changed_since, got.vanished), (Some(12345), true));
        }
        all_bad(&[
            "FETCH 300:500 (FLAGS) (CHANGEDSINCE 12345 VANISHED)",
            "UID FETCH 300:500 (FLAGS) (VANISHED)",
            "UID FETCH 300:500 (FLAGS) (CHANGEDSINCE 12345 VANISHED VANISHED)",
            "UID FETCH 300:500 (FLAGS) (CHANGEDSINCE 1 CHANGEDSINCE 1)",
        ]);
    }

    #[test]
    fn seen() {
        for (text, seen) in [
            ("FETCH 1 BODY[]", true),
            ("FETCH 1 RFC822", true),
            ("FETCH 1 (FLAGS RFC822.TEXT)", true),
            ("FETCH 1 RFC822.HEADER", false),
            ("FETCH 1 BODY.PEEK[]", false),
            ("FETCH 1 FULL", false),
        ] {
            assert_eq!(fetch(text).sets_seen(), seen, "{text}");
        }
    }

    #[test]
    fn faults() {
        all_bad(&[
            "FETCH",
            "FETCH 1",
            "FETCH 1 ",
            "FETCH x FLAGS",
            "FETCH 1 ()",
            "FETCH 1 (ALL)",
            "FETCH 1 FOO",
            "FETCH 1 FLAGS UID",
            "FETCH 1 BODY.PEEK",
            "FETCH 1 BODY[",
            "FETCH 1 BODY[]<0>",
            "FETCH 1 BODY[]<0.0>",
            "FETCH 1 BODY[]<1.2",
            "FETCH 1 (FLAGS",
            "FETCH 1 FLAGS (CHANGEDSINCE 0)",
            "FETCH 1 FLAGS ()",
            "FETCH 1 FLAGS (CHANGEDSINCE)",
            "FETCH 0 FLAGS",
            "FETCH 1 ALLFLAGS",
            "FETCH 1 FLAGS[]",
        ]);
        let many: Vec<_> = (1..=201).map(|n| format!("BODY[{n}]")).collect();
        all_bad(&[&format!("FETCH 1 ({})", many.join(" "))]);
    }
}
