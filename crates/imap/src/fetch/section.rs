//! Which bytes of a message a section is (RFC 9051 §6.4.5.1).

use congvu_message::{Kind, Part};

use crate::types::{Partial, Section, SectionText};

/// Offsets in the message as the client sees it: this recipient's own header
/// lines, then the stored bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) prefix: u64,
    pub(super) header: u64,
    pub(super) blob: u64,
}

/// What a section is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// There is no such part.
    Missing,
    /// The bytes from the first to before the second.
    Octets(u64, u64),
    /// Header fields among those bytes: the names, and whether all others
    /// are meant.
    Fields(u64, u64, &'a [String], bool),
}

/// Finds a section. `structure` is asked for parts only.
pub(super) fn locate<'a>(
    section: &'a Section,
    layout: Layout,
    structure: Option<&Part>,
) -> Piece<'a> {
    let Layout {
        prefix,
        header,
        blob,
    } = layout;
    if section.part.is_empty() {
        let body = prefix + header.min(blob);
        return of_text(section.text.as_ref(), (0, body, prefix + blob));
    }
    let path: Vec<u32> = section.part.iter().map(|number| number.get()).collect();
    let Some(part) = structure.and_then(|top| top.section(&path)) else {
        return Piece::Missing;
    };
    let at = |offset: u64| prefix + offset.min(blob);
    let whole = |part: &Part| {
        let body = at(part.body_start);
        (
            at(part.header_start).min(body),
            body,
            at(part.body_end).max(body),
        )
    };
    match &section.text {
        None => {
            let (_, start, end) = whole(part);
            Piece::Octets(start, end)
        }
        Some(SectionText::Mime) => {
            let (start, body, _) = whole(part);
            Piece::Octets(start, body)
        }
        text => match &part.kind {
            Kind::Message { part, .. } => of_text(text.as_ref(), whole(part)),
            // Only a nested message has a header of its own.
            Kind::Leaf | Kind::Multipart(_) => Piece::Missing,
        },
    }
}

/// The section of a message that lies at `start..end` with its body at `body`.
fn of_text(text: Option<&SectionText>, (start, body, end): (u64, u64, u64)) -> Piece<'_> {
    match text {
        None => Piece::Octets(start, end),
        Some(SectionText::Header | SectionText::Mime) => Piece::Octets(start, body),
        Some(SectionText::Text) => Piece::Octets(body, end),
        Some(SectionText::HeaderFields(names)) => Piece::Fields(start, body, names, false),
        Some(SectionText::HeaderFieldsNot(names)) => Piece::Fields(start, body, names, true),
    }
}

/// The bytes of `start..end` that a partial fetch wants.
pub(super) fn cut(partial: Option<Partial>, start: u64, end: u64) -> (u64, u64) {
    let Some(partial) = partial else {
        return (start, end);
    };
    let from = start.saturating_add(partial.offset).min(end);
    (from, from.saturating_add(partial.length.get()).min(end))
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU64;

    use super::*;

    #[test]
    fn partials_end_with_what_is_there() {
        let partial = |offset, length| {
            Some(Partial {
                offset,
                length: NonZeroU64::new(length).unwrap(),
            })
        };
        assert_eq!(cut(None, 3, 9), (3, 9));
        assert_eq!(cut(partial(0, 2), 3, 9), (3, 5));
        assert_eq!(cut(partial(4, 100), 3, 9), (7, 9));
        assert_eq!(cut(partial(100, 1), 3, 9), (9, 9));
        assert_eq!(cut(partial(u64::MAX, u64::MAX), 3, 9), (9, 9));
    }

    #[test]
    fn the_recipients_own_lines_are_part_of_the_header() {
        let layout = Layout {
            prefix: 10,
            header: 20,
            blob: 100,
        };
        let of = |text| Section {
            part: Vec::new(),
            text,
        };
        assert_eq!(locate(&of(None), layout, None), Piece::Octets(0, 110));
        assert_eq!(
            locate(&of(Some(SectionText::Header)), layout, None),
            Piece::Octets(0, 30)
        );
        assert_eq!(
            locate(&of(Some(SectionText::Text)), layout, None),
            Piece::Octets(30, 110)
        );
    }
}
