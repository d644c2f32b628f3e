//! FETCH (RFC 9051 §6.4.5), with CHANGEDSINCE (RFC 7162 §3.1.4) and PARTIAL
//! (RFC 9394 §3.3).

use crate::parse::cursor::Parsed;
use crate::parse::{Cursor, Fault};
use crate::types::{FetchItem, MessageSet, Partial, PartialRange, Section, SectionText};

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
    /// Of the messages named, only those at these places.
    pub partial: Option<PartialRange>,
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
        let mut fetch = Self {
            messages,
            items,
            changed_since: None,
            vanished: false,
            partial: None,
        };
        if c.take(b' ') {
            fetch.modifiers(c, uid)?;
        }
        Ok(fetch)
    }

    /// Reads `(CHANGEDSINCE n [VANISHED])`, `(PARTIAL 1:2)` and both, in any order.
    fn modifiers(&mut self, c: &mut Cursor<'_>, uid: bool) -> Parsed<()> {
        c.expect(b'(', "expected modifiers of FETCH")?;
        loop {
            if self.changed_since.is_none() && c.take_word("CHANGEDSINCE ") {
                // RFC 7162 §7 has no zero here, but Thunderbird (with CONDSTORE switched on)
                // and iOS Mail begin with it; it means everything.
                self.changed_since = Some(c.number64()?);
                add(&mut self.items, [FetchItem::ModSeq])?;
            } else if uid && self.partial.is_none() && c.take_word("PARTIAL ") {
                self.partial = Some(c.partial_range()?);
            } else if !self.vanished && c.take_word("VANISHED") {
                if !uid {
                    return Err(Fault::bad("VANISHED needs UID FETCH"));
                }
                self.vanished = true;
            } else {
                return Err(Fault::bad("unknown modifier of FETCH"));
            }
            if c.take(b')') {
                break;
            }
            c.sp()?;
        }
        if self.vanished && self.changed_since.is_none() {
            // RFC 7162 §3.2.6
            return Err(Fault::bad("VANISHED needs CHANGEDSINCE"));
        }
        Ok(())
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

pub(super) fn item(c: &mut Cursor<'_>) -> Parsed<FetchItem> {
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
        "EMAILID" => FetchItem::EmailId,
        "THREADID" => FetchItem::ThreadId,
        "SAVEDATE" => FetchItem::SaveDate,
        "PREVIEW" => preview(c)?,
        "BODY" if c.peek() != Some(b'[') => FetchItem::Body,
        "BODY" => section(c, false)?,
        "BODY.PEEK" => section(c, true)?,
        "BINARY" => binary(c, false)?,
        "BINARY.PEEK" => binary(c, true)?,
        "BINARY.SIZE" => FetchItem::BinarySize {
            section: binary_section(c)?,
        },
        _ => return Err(Fault::bad("unknown FETCH item")),
    })
}

/// Modifiers of PREVIEW (RFC 8970 §6). LAZY asks for what is ready: all are.
fn preview(c: &mut Cursor<'_>) -> Parsed<FetchItem> {
    if c.take_word(" (LAZY") {
        while c.take_word(" LAZY") {}
        c.expect(b')', "expected a closing parenthesis")?;
    }
    Ok(FetchItem::Preview)
}

fn section(c: &mut Cursor<'_>, peek: bool) -> Parsed<FetchItem> {
    let section = Section::parse(c)?;
    Ok(FetchItem::BodySection {
        section,
        peek,
        partial: Partial::parse(c)?,
    })
}

fn binary(c: &mut Cursor<'_>, peek: bool) -> Parsed<FetchItem> {
    Ok(FetchItem::Binary {
        section: binary_section(c)?,
        peek,
        partial: Partial::parse(c)?,
    })
}

/// Reads a `section-binary`: part numbers alone.
fn binary_section(c: &mut Cursor<'_>) -> Parsed<Section> {
    let section = Section::parse(c)?;
    if section.text.is_some() {
        return Err(Fault::bad("expected part numbers alone"));
    }
    Ok(section)
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

    fn binary_part(text: &str) -> Section {
        let mut c = Cursor::new(text.as_bytes(), Default::default());
        Section::parse(&mut c).unwrap()
    }

    fn binary(text: &str, peek: bool, partial: Option<(u64, u64)>) -> FetchItem {
        FetchItem::Binary {
            section: binary_part(text),
            peek,
            partial: partial.map(|(offset, length)| Partial {
                offset,
                length: length.try_into().unwrap(),
            }),
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
            // RFC 8474 §5.3, RFC 8514 §4.2
            ("FETCH 1:* (emailid threadid)", vec![EmailId, ThreadId]),
            ("FETCH 998 (SAVEDATE)", vec![SaveDate]),
            // RFC 8970 §5
            ("FETCH 1 (RFC822.SIZE PREVIEW)", vec![Rfc822Size, Preview]),
            (
                "FETCH 1:4 (ENVELOPE PREVIEW (LAZY))",
                vec![Envelope, Preview],
            ),
            ("FETCH 1 preview (lazy LAZY)", vec![Preview]),
            ("FETCH 1 (PREVIEW (LAZY) UID PREVIEW)", vec![Preview, Uid]),
            ("FETCH 1 PREVIEW", vec![Preview]),
            (
                "FETCH 1 (BINARY[1.2] BINARY.SIZE[1.2])",
                vec![
                    binary("[1.2]", false, None),
                    BinarySize {
                        section: binary_part("[1.2]"),
                    },
                ],
            ),
            (
                "FETCH 1 (binary.peek[]<5.10>)",
                vec![binary("[]", true, Some((5, 10)))],
            ),
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
        // As Thunderbird first asks.
        let got = fetch("UID fetch 1:* (FLAGS) (CHANGEDSINCE 0)");
        assert_eq!(got.changed_since, Some(0));
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
    fn partial() {
        // RFC 9394 §3.3, §3.4
        let range = PartialRange {
            from_end: true,
            first: 1.try_into().unwrap(),
            last: 30.try_into().unwrap(),
        };
        for modifiers in [
            "PARTIAL -1:-30 CHANGEDSINCE 98305",
            "changedsince 98305 partial -1:-30",
        ] {
            let got = fetch(&format!("UID FETCH 25900:26600 (UID FLAGS) ({modifiers})"));
            assert_eq!(got.partial, Some(range));
            assert_eq!(got.changed_since, Some(98_305));
        }
        assert_eq!(
            fetch("UID FETCH 1:* PREVIEW (PARTIAL -1:-30)").partial,
            Some(range)
        );
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
            ("FETCH 1 BINARY[1]", true),
            ("FETCH 1 BINARY.PEEK[1]", false),
            ("FETCH 1 BINARY.SIZE[1]", false),
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
            "FETCH 1 FLAGS ()",
            "FETCH 1 FLAGS (CHANGEDSINCE)",
            "FETCH 0 FLAGS",
            "FETCH 1 ALLFLAGS",
            "FETCH 1 FLAGS[]",
            "FETCH 1 FLAGS (PARTIAL 1:2)",
            "UID FETCH 1 FLAGS (PARTIAL 1)",
            "UID FETCH 1 FLAGS (PARTIAL 1:2 PARTIAL 1:2)",
            "UID FETCH 1 FLAGS (CHANGEDSINCE 1 CHANGEDSINCE 1)",
            "FETCH 1 (PREVIEW (EAGER))",
            "FETCH 1 (PREVIEW (LAZY",
            "FETCH 1 (PREVIEW ())",
            "FETCH 1 BINARY",
            "FETCH 1 BINARY[1.MIME]",
            "FETCH 1 BINARY[HEADER]",
            "FETCH 1 BINARY.SIZE[1]<0.1>",
            "FETCH 1 BINARY.PEEK[1]<0.0>",
        ]);
        let many: Vec<_> = (1..=201).map(|n| format!("BODY[{n}]")).collect();
        all_bad(&[&format!("FETCH 1 ({})", many.join(" "))]);
    }
}
