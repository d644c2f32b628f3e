//! The parts that are open while a message is read.

use crate::analyzer::limits;
use crate::envelope::{self, Envelope};
use crate::header;
use crate::part::fields::Reader;
use crate::{Facts, Kind, Part};

/// A place in the message.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Place {
    /// Bytes before it.
    pub(super) at: u64,
    /// Line feeds before it.
    pub(super) lines: u64,
}

/// A part whose end is not seen yet.
#[derive(Debug)]
struct Open {
    part: Part,
    /// `--` and the boundary, of a multipart that has not been closed.
    delimiter: Option<Vec<u8>>,
    lines_before_body: u64,
}

/// The open parts, outermost first; never empty until the message ends.
#[derive(Debug)]
pub(super) struct Tree {
    open: Vec<Open>,
    delimiters: usize,
    /// Parts begun.
    parts: usize,
    /// Bytes of [`limits::TREE`] left.
    budget: usize,
}

/// What a line that begins with `--` is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    /// Text.
    Plain,
    /// Begins the next part of the multipart at this depth.
    Opens(usize),
    /// Ends the multipart at this depth.
    Closes(usize),
}

impl Tree {
    pub(super) fn new() -> Self {
        let mut tree = Self {
            open: Vec::new(),
            delimiters: 0,
            parts: 0,
            budget: limits::TREE,
        };
        tree.begin(Place::default());
        tree
    }

    /// Whether a boundary may come.
    pub(super) fn awaits_boundary(&self) -> bool {
        self.delimiters > 0
    }

    fn begin(&mut self, place: Place) {
        self.parts += 1;
        let part = Part {
            header_start: place.at,
            ..Part::default()
        };
        self.open.push(Open {
            part,
            delimiter: None,
            lines_before_body: place.lines,
        });
    }

    /// Judges a line that begins with `--` (RFC 2046 §5.1.1: it need only begin with the boundary). Boundaries of
    /// one message often begin alike, so the longest fits best, and one that is the whole line is it.
    pub(super) fn judge(&self, line: &[u8]) -> Line {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let mut best: Option<(usize, usize)> = None;
        for (depth, open) in self.open.iter().enumerate().rev() {
            let Some(delimiter) = &open.delimiter else {
                continue;
            };
            let Some(rest) = line.strip_prefix(delimiter.as_slice()) else {
                continue;
            };
            if best.is_none_or(|(_, len)| delimiter.len() > len) {
                best = Some((depth, delimiter.len()));
                if matches!(rest.trim_ascii_end(), b"" | b"--") {
                    break;
                }
            }
        }
        match best {
            None => Line::Plain,
            Some((depth, len)) if line[len..].starts_with(b"--") => Line::Closes(depth),
            Some(_) if self.parts >= limits::PARTS => Line::Plain,
            Some((depth, _)) => Line::Opens(depth),
        }
    }

    /// The innermost header has ended. True where another header follows at once: that of a nested message.
    pub(super) fn header_ended(
        &mut self,
        block: &[u8],
        body: Place,
        facts: Option<&mut Facts>,
    ) -> (bool, Vec<u8>) {
        let (depth, parts, budget) = (self.open.len(), self.parts, self.budget);
        let parent = self.open.iter().rev().nth(1);
        let in_digest = parent.is_some_and(|open| {
            matches!(open.part.kind, Kind::Multipart(_))
                && open.part.subtype.eq_ignore_ascii_case("digest")
        });
        let is_message = parent.is_none_or(|open| matches!(open.part.kind, Kind::Message { .. }));
        let (reader, envelope) = read(block, is_message, facts);
        let typed = reader.typed;
        let read = reader.finish(is_message);
        let open = self
            .open
            .last_mut()
            .expect("a part is open while its header is read");
        // A boundary right after a boundary: the line end between belongs to both.
        let body = Place {
            at: body.at.max(open.part.header_start),
            lines: body.lines.max(open.lines_before_body),
        };
        open.part = Part {
            header_start: open.part.header_start,
            body_start: body.at,
            ..read
        };
        open.lines_before_body = body.lines;
        let part = &mut open.part;
        if in_digest && !typed {
            // RFC 2046 §5.1.5.
            part.type_ = "message".to_owned();
            part.subtype = "rfc822".to_owned();
        }
        let mut nested = false;
        if depth < limits::DEPTH {
            if part.is_type("multipart") {
                // One whose boundary is not told has no parts (RFC 2046 §5.1.1).
                let plain = part.param("boundary").map(str::to_owned);
                let boundary =
                    plain.or_else(|| crate::parameters::decoded(&part.params, "boundary"));
                if let Some(boundary) = boundary {
                    let boundary = &boundary.as_bytes()[..boundary.len().min(limits::BOUNDARY)];
                    open.delimiter = Some([b"--", boundary].concat());
                    self.delimiters += 1;
                }
                part.kind = Kind::Multipart(Vec::new());
            } else if part.names_message() && parts < limits::PARTS {
                part.kind = Kind::Message {
                    envelope: envelope::EMPTY.to_vec(),
                    part: Box::default(),
                };
                nested = true;
            }
        }
        self.budget = keep(part, budget);
        if is_message
            && let Some(above) = self.open.len().checked_sub(2)
            && let Kind::Message {
                envelope: place, ..
            } = &mut self.open[above].part.kind
            && envelope.len() <= self.budget
        {
            self.budget -= envelope.len();
            place.clone_from(&envelope);
        }
        if nested {
            self.begin(body);
        }
        (nested, envelope)
    }

    /// The innermost part, where it is a leaf that is of this message and not of one within it.
    pub(super) fn own_text(&self) -> Option<&Part> {
        let (last, above) = self.open.split_last()?;
        let nested = above
            .iter()
            .any(|open| matches!(open.part.kind, Kind::Message { .. }));
        (!nested && matches!(last.part.kind, Kind::Leaf)).then_some(&last.part)
    }

    /// A boundary was met: everything within the multipart at `depth` ends at `end`.
    pub(super) fn close_within(&mut self, depth: usize, end: Place) {
        let mut end = end;
        while self.open.len() > depth + 1 {
            end = self.close(end);
        }
    }

    /// The multipart at the innermost depth has seen its last boundary.
    pub(super) fn no_more_parts(&mut self) {
        if let Some(open) = self.open.last_mut()
            && open.delimiter.take().is_some()
        {
            self.delimiters -= 1;
        }
    }

    /// Another part of the innermost multipart begins.
    pub(super) fn next_part(&mut self, place: Place) {
        self.begin(place);
    }

    /// Ends the innermost part, which is not the outermost, and gives it to its parent.
    fn close(&mut self, end: Place) -> Place {
        let mut closed = self.open.pop().expect("the caller counted the open parts");
        let end = closed.end(end);
        self.delimiters -= usize::from(closed.delimiter.is_some());
        match self.open.last_mut().map(|open| &mut open.part.kind) {
            Some(Kind::Multipart(parts)) => parts.push(closed.part),
            Some(Kind::Message { part, .. }) => **part = closed.part,
            Some(Kind::Leaf) | None => {}
        }
        end
    }

    /// The message has ended.
    pub(super) fn finish(mut self, end: Place) -> Part {
        self.close_within(0, end);
        let mut root = self
            .open
            .pop()
            .expect("the outermost part is never closed before");
        root.end(end);
        root.part
    }
}

impl Open {
    /// Sets the end of the body, which is never before its start: the line end before a boundary belongs to the
    /// boundary even where the header already took it.
    fn end(&mut self, end: Place) -> Place {
        let part = &mut self.part;
        part.body_end = end.at.max(part.body_start);
        part.lines =
            u32::try_from(end.lines.saturating_sub(self.lines_before_body)).unwrap_or(u32::MAX);
        Place {
            at: part.body_end,
            lines: end.lines.max(self.lines_before_body),
        }
    }
}

fn fields(block: &[u8]) -> impl Iterator<Item = header::Field<'_>> {
    header::fields(block).filter(header::Field::has_colon)
}

/// One pass over a header block.
fn read(block: &[u8], is_message: bool, facts: Option<&mut Facts>) -> (Reader, Vec<u8>) {
    let mut reader = Reader::default();
    if !is_message {
        fields(block).for_each(|field| reader.take(&field));
        return (reader, Vec::new());
    }
    let mut envelope = Envelope::default();
    let mut facts = facts;
    for field in fields(block) {
        reader.take(&field);
        envelope.take(&field);
        if let Some(facts) = facts.as_deref_mut() {
            facts.take(&field);
        }
    }
    (reader, envelope.finish())
}

/// Pays for what a part keeps; what the budget cannot pay is dropped. Gives what is left.
fn keep(part: &mut Part, budget: usize) -> usize {
    let pairs = |list: &[(String, String)]| {
        list.iter()
            .map(|(name, value)| 48 + name.len() + value.len())
            .sum::<usize>()
    };
    let texts = [&part.id, &part.description, &part.md5, &part.location];
    let cost = texts.into_iter().flatten().map(String::len).sum::<usize>()
        + pairs(&part.params)
        + part.name.as_ref().map_or(0, String::len)
        + part.disposition.as_ref().map_or(0, |(_, list)| pairs(list))
        + part
            .language
            .iter()
            .map(|tag| 24 + tag.len())
            .sum::<usize>();
    if cost <= budget {
        return budget - cost;
    }
    part.params.clear();
    (part.disposition, part.name) = (None, None);
    part.language.clear();
    (part.id, part.description, part.md5, part.location) = (None, None, None, None);
    budget
}
