//! One page of a FETCH, rendered inside a read transaction.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use congvu_message::{DecodeError, Part, date, header};
use congvu_store::blob::{BlobRef, Place as BlobPlace, inflate};
use congvu_store::entry::{self, EntryView, Want};
use congvu_store::keyword::flag;
use congvu_store::{StoreError, StoreResult, Tx};

use super::binary::Encoding;
use super::section::{Layout, Piece, cut, locate};
use super::{Place, Plan, want};
use crate::response::{email_id, literal_header, number, string, thread_id, unquote};
use crate::session::flags::Keywords;
use crate::session::selected::holds;
use crate::types::{FetchItem, Partial, Section, SectionText};

/// A page ends at so many bytes …
const BYTES: usize = 256 << 10;
/// … or so many messages.
const ROWS: usize = 500;
/// Messages of which only flags, sizes and dates are shown cost little.
const SMALL_ROWS: usize = 5_000;
/// A page ends after so long: others read too.
const TIME: Duration = Duration::from_millis(100);
/// The most a message may fill in memory: asked for many times over, even a
/// small one goes out in pieces as a large one does.
const IN_MEMORY: u64 = 1 << 20;
/// INTERNALDATE is shown in Vietnam's time.
pub(crate) const ZONE_MINUTES: i16 = 7 * 60;

static HEADER: LazyLock<Section> = LazyLock::new(|| Section {
    part: Vec::new(),
    text: Some(SectionText::Header),
});
static TEXT: LazyLock<Section> = LazyLock::new(|| Section {
    part: Vec::new(),
    text: Some(SectionText::Text),
});
static WHOLE: LazyLock<Section> = LazyLock::new(Section::default);

/// Bytes that stand in the object store and are to be sent at `at`.
#[derive(Debug)]
pub(super) struct Gap {
    pub(super) at: usize,
    pub(super) start: u64,
    pub(super) end: u64,
    pub(super) shown: Shown,
}

/// How bytes in the object store are shown.
#[derive(Debug)]
pub(super) enum Shown {
    /// As they are, after their literal's size.
    Octets,
    /// Only some header fields of them: their size is not known yet.
    Fields(Vec<String>, bool, Option<Partial>),
    /// Decoded from their Content-Transfer-Encoding: neither their size is
    /// known yet nor whether NUL occurs.
    Decoded(Encoding, Option<Partial>),
    /// How many they are once decoded.
    DecodedSize(Encoding),
}

/// A message whose bytes are too large to lie in memory.
#[derive(Debug)]
pub(super) struct Large {
    /// Where its response begins in the page.
    pub(super) start: usize,
    pub(super) uid: u32,
    pub(super) blob: BlobRef,
    pub(super) prefix: Vec<u8>,
    pub(super) gaps: Vec<Gap>,
}

/// What one transaction rendered.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) out: Vec<u8>,
    /// The last message of the page, where it is large.
    pub(super) large: Option<Large>,
    pub(super) next: Option<Place>,
    pub(super) rows: usize,
    /// UIDs shown as \Seen that are not so yet.
    pub(super) newly_seen: Vec<u32>,
    pub(super) unreadable: bool,
    pub(super) unknown_cte: bool,
    /// The highest modseq shown.
    pub(super) modseq: i64,
    pub(super) keywords: Option<Keywords>,
}

/// Where a message's bytes are.
pub(super) enum Source {
    /// Nobody asks.
    None,
    Here(Vec<u8>),
    Away(BlobRef),
}

impl Page {
    pub(super) fn render(
        tx: &mut Tx<'_>,
        plan: &Plan,
        (mut range, mut first): Place,
        mark: bool,
        keywords: Keywords,
    ) -> StoreResult<Self> {
        let began = Instant::now();
        let mut page = Self::default();
        let most = if plan.want == Want::Entry {
            SMALL_ROWS
        } else {
            ROWS
        };
        while let Some(&(_, last)) = plan.ranges.get(range) {
            let mut stopped = None;
            entry::scan(tx, plan.folder, (first, last), plan.want, |row| {
                let uid = row.uid()?;
                let Some(seq) = plan.view.seq_of(uid) else {
                    return Ok(true);
                };
                let start = page.out.len();
                if let Err(error) = page.message(plan, row, uid, seq, mark, &keywords) {
                    page.out.truncate(start);
                    page.large = None;
                    page.unreadable = true;
                    tracing::error!(%error, folder = plan.folder.0, uid, "a message cannot be read");
                }
                page.rows += 1;
                let full = page.rows >= most
                    || page.out.len() >= BYTES
                    || page.large.is_some()
                    || began.elapsed() > TIME;
                if full {
                    stopped = Some(uid);
                }
                Ok(!full)
            })?;
            match stopped {
                Some(uid) if uid < last => {
                    page.next = Some((range, uid + 1));
                    break;
                }
                stopped => {
                    range += 1;
                    let Some(&(next, _)) = plan.ranges.get(range) else {
                        break;
                    };
                    first = next;
                    if stopped.is_some() {
                        page.next = Some((range, first));
                        break;
                    }
                }
            }
        }
        page.keywords = Some(keywords);
        Ok(page)
    }

    /// Renders one message.
    fn message(
        &mut self,
        plan: &Plan,
        row: &EntryView<'_>,
        uid: u32,
        seq: u32,
        mark: bool,
        keywords: &Keywords,
    ) -> StoreResult<()> {
        let source = match plan.want {
            Want::Entry | Want::Message => Source::None,
            Want::Blob => {
                let blob = row.blob()?;
                let most = blob.size.saturating_mul(plan.sections);
                match &blob.place {
                    BlobPlace::Inline(stored) if most <= IN_MEMORY => {
                        Source::Here(inflate(blob.codec, stored, blob.size)?)
                    }
                    BlobPlace::Inline(_) | BlobPlace::Object(_) => Source::Away(blob),
                }
            }
        };
        let mut flags = row.flags()?;
        let newly_seen = mark && flags & flag::SEEN == 0;
        if newly_seen {
            flags |= flag::SEEN;
        }
        let start = self.out.len();
        self.out.extend_from_slice(b"* ");
        number(&mut self.out, seq.into());
        self.out.extend_from_slice(b" FETCH (");
        let mut message = Message {
            row,
            source: &source,
            structure: None,
            gaps: Vec::new(),
            unknown_cte: false,
        };
        let recent = holds(&plan.recent, uid);
        for (n, item) in plan.items.iter().enumerate() {
            if n > 0 {
                self.out.push(b' ');
            }
            match item {
                FetchItem::Flags => keywords.write(&mut self.out, flags, recent),
                FetchItem::ModSeq => {
                    self.modseq = self.modseq.max(row.modseq()?);
                    message.item(&mut self.out, item)?;
                }
                item => {
                    let start = self.out.len();
                    message.item(&mut self.out, item)?;
                    if plan.unicode && want(item) == Want::Message {
                        unquote(&mut self.out, start);
                    }
                }
            }
        }
        if newly_seen && !plan.shows_flags {
            self.out.push(b' ');
            keywords.write(&mut self.out, flags, recent);
        }
        self.out.extend_from_slice(b")\r\n");
        if message.unknown_cte {
            // RFC 3516 §4.3: the command fails; of this message nothing is told.
            self.out.truncate(start);
            self.unknown_cte = true;
            return Ok(());
        }
        let gaps = message.gaps;
        if let Source::Away(blob) = source
            && !gaps.is_empty()
        {
            self.large = Some(Large {
                start,
                uid,
                blob,
                prefix: row.prefix()?.to_vec(),
                gaps,
            });
        }
        if newly_seen {
            self.newly_seen.push(uid);
        }
        Ok(())
    }
}

fn damaged(error: &DecodeError) -> StoreError {
    StoreError::Corrupt(error.to_string())
}

/// One message while its items are rendered.
pub(super) struct Message<'a> {
    pub(super) row: &'a EntryView<'a>,
    pub(super) source: &'a Source,
    pub(super) structure: Option<Part>,
    pub(super) gaps: Vec<Gap>,
    /// A part cannot be decoded.
    pub(super) unknown_cte: bool,
}

impl Message<'_> {
    pub(super) fn structure(&mut self) -> StoreResult<&Part> {
        if self.structure.is_none() {
            self.structure =
                Some(Part::from_bytes(self.row.structure()?).map_err(|error| damaged(&error))?);
        }
        self.structure
            .as_ref()
            .ok_or_else(|| StoreError::Corrupt("no structure".into()))
    }

    fn item(&mut self, out: &mut Vec<u8>, item: &FetchItem) -> StoreResult<()> {
        match item {
            // Written by who knows the keywords.
            FetchItem::Flags => {}
            FetchItem::Uid => {
                out.extend_from_slice(b"UID ");
                number(out, self.row.uid()?.into());
            }
            FetchItem::ModSeq => {
                out.extend_from_slice(b"MODSEQ (");
                number(out, self.row.modseq()?.unsigned_abs());
                out.push(b')');
            }
            FetchItem::Rfc822Size => {
                out.extend_from_slice(b"RFC822.SIZE ");
                number(out, self.row.size()?);
            }
            FetchItem::InternalDate => moment(out, b"INTERNALDATE", self.row.internal_at()?),
            FetchItem::SaveDate => moment(out, b"SAVEDATE", self.row.saved_at()?),
            FetchItem::EmailId => {
                out.extend_from_slice(b"EMAILID ");
                email_id(out, self.row.object()?);
            }
            FetchItem::ThreadId => {
                out.extend_from_slice(b"THREADID ");
                thread_id(out, self.row.thread()?, self.row.object()?);
            }
            FetchItem::Preview => {
                out.extend_from_slice(b"PREVIEW ");
                string(out, self.row.preview()?.as_bytes());
            }
            FetchItem::Envelope => {
                out.extend_from_slice(b"ENVELOPE ");
                out.extend_from_slice(self.row.envelope()?);
            }
            FetchItem::Body => {
                out.extend_from_slice(b"BODY ");
                self.structure()?.bodystructure(out, false);
            }
            FetchItem::BodyStructure => {
                out.extend_from_slice(b"BODYSTRUCTURE ");
                out.extend_from_slice(
                    Part::rendered(self.row.structure()?).map_err(|error| damaged(&error))?,
                );
            }
            FetchItem::Rfc822 => {
                out.extend_from_slice(b"RFC822 ");
                self.section(out, &WHOLE, None)?;
            }
            FetchItem::Rfc822Header => {
                out.extend_from_slice(b"RFC822.HEADER ");
                self.section(out, &HEADER, None)?;
            }
            FetchItem::Rfc822Text => {
                out.extend_from_slice(b"RFC822.TEXT ");
                self.section(out, &TEXT, None)?;
            }
            FetchItem::BodySection {
                section, partial, ..
            } => {
                out.extend_from_slice(b"BODY[");
                section.write(out);
                out.push(b']');
                origin(out, *partial);
                self.section(out, section, *partial)?;
            }
            FetchItem::Binary {
                section, partial, ..
            } => {
                out.extend_from_slice(b"BINARY[");
                section.write(out);
                out.push(b']');
                origin(out, *partial);
                self.binary(out, section, *partial)?;
            }
            FetchItem::BinarySize { section } => {
                out.extend_from_slice(b"BINARY.SIZE[");
                section.write(out);
                out.extend_from_slice(b"] ");
                self.binary_size(out, section)?;
            }
        }
        Ok(())
    }

    /// Where the message's bytes lie.
    pub(super) fn layout(&self) -> StoreResult<Layout> {
        Ok(Layout {
            prefix: self.row.prefix()?.len() as u64,
            header: self.row.header_len()?,
            blob: match self.source {
                Source::Here(bytes) => bytes.len() as u64,
                Source::Away(blob) => blob.size,
                Source::None => return Err(StoreError::Corrupt("no bytes were read".into())),
            },
        })
    }

    fn section(
        &mut self,
        out: &mut Vec<u8>,
        section: &Section,
        partial: Option<Partial>,
    ) -> StoreResult<()> {
        if !section.part.is_empty() {
            self.structure()?;
        }
        let prefix = self.row.prefix()?;
        let layout = self.layout()?;
        match (
            locate(section, layout, self.structure.as_ref()),
            self.source,
        ) {
            (Piece::Missing, _) | (_, Source::None) => out.extend_from_slice(b"NIL"),
            (Piece::Octets(start, end), Source::Here(bytes)) => {
                let (start, end) = cut(partial, start, end);
                literal_header(out, end - start);
                let (a, b) = slices(prefix, bytes, start, end);
                octets(out, a);
                octets(out, b);
            }
            (Piece::Octets(start, end), Source::Away(_)) => {
                let (start, end) = cut(partial, start, end);
                literal_header(out, end - start);
                if end > start {
                    self.gaps.push(Gap {
                        at: out.len(),
                        start,
                        end,
                        shown: Shown::Octets,
                    });
                }
            }
            (Piece::Fields(start, end, names, not), Source::Here(bytes)) => {
                let (a, b) = slices(prefix, bytes, start, end);
                let fields = if a.is_empty() {
                    header::select(b, names, not)
                } else {
                    header::select(&[a, b].concat(), names, not)
                };
                selected_fields(out, &fields, partial);
            }
            (Piece::Fields(start, end, names, not), Source::Away(_)) => self.gaps.push(Gap {
                at: out.len(),
                start,
                end,
                shown: Shown::Fields(names.to_vec(), not, partial),
            }),
        }
        Ok(())
    }
}

/// Writes a date and time (ms) under its name.
fn moment(out: &mut Vec<u8>, name: &[u8], at: i64) {
    out.extend_from_slice(name);
    out.extend_from_slice(b" \"");
    out.extend_from_slice(date::imap(at.div_euclid(1000), ZONE_MINUTES).as_bytes());
    out.push(b'"');
}

/// Writes where a partial fetch begins, and a space.
fn origin(out: &mut Vec<u8>, partial: Option<Partial>) {
    if let Some(partial) = partial {
        out.push(b'<');
        number(out, partial.offset);
        out.push(b'>');
    }
    out.push(b' ');
}

/// Writes selected header fields as a literal.
pub(super) fn selected_fields(out: &mut Vec<u8>, fields: &[u8], partial: Option<Partial>) {
    let (start, end) = cut(partial, 0, fields.len() as u64);
    // Both are at most the length of a slice.
    let wanted = &fields[start as usize..end as usize];
    literal_header(out, wanted.len() as u64);
    octets(out, wanted);
}

/// The bytes `start..end` of a message whose two halves lie apart.
pub(super) fn slices<'a>(
    prefix: &'a [u8],
    blob: &'a [u8],
    start: u64,
    end: u64,
) -> (&'a [u8], &'a [u8]) {
    let len = prefix.len();
    let clamp = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
    let (start, end) = (clamp(start), clamp(end));
    let of_prefix = &prefix[start.min(len)..end.min(len)];
    let inside = |at: usize| at.saturating_sub(len).min(blob.len());
    (of_prefix, &blob[inside(start)..inside(end)])
}

/// Writes bytes of a literal. NUL, which no literal may hold (RFC 9051 §4.3),
/// becomes 0x80.
pub(super) fn octets(out: &mut Vec<u8>, bytes: &[u8]) {
    let start = out.len();
    out.extend_from_slice(bytes);
    if bytes.contains(&0) {
        for byte in &mut out[start..] {
            if *byte == 0 {
                *byte = 0x80;
            }
        }
    }
}
