//! Marks of secrecy: the stamps MẬT, TỐI MẬT, TUYỆT MẬT where they stand as marks, not as words ("mật khẩu", "bảo mật",
//! "MẬT ONG").
//!
//! Read in any Unicode form (NFC, NFD, full-width, with the tone on another letter, with letters of other alphabets that
//! look alike), with letters spaced out ("M Ậ T") or hidden signs between them. What is found is told without the text:
//! no third reader learns what was written (QN.11.2, SL.4.2.c, BS.4, TQ.4).

mod line;
mod shape;

use std::fmt;

use self::line::{Item, items};
use self::shape::{in_line, in_piece};

/// A line of more characters is read in pieces, so that memory stays bounded.
const LONGEST: usize = 4096;

/// Pieces of a long line overlap by so many characters: more than any mark with its field's name needs.
const OVERLAP: usize = 128;

/// A degree of secrecy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mark {
    /// Mật.
    Secret,
    /// Tối mật.
    HighlySecret,
    /// Tuyệt mật.
    TopSecret,
}

/// As the stamp has it: `TỐI MẬT`.
impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Secret => "MẬT",
            Self::HighlySecret => "TỐI MẬT",
            Self::TopSecret => "TUYỆT MẬT",
        })
    }
}

/// What the text is in which a mark stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// The subject.
    Subject,
    /// The text of the message.
    Body,
    /// The name of an attachment, or of a file in one.
    Name,
    /// Text that was drawn out of an attachment.
    Attachment,
}

/// As it goes on after "dấu … trong": `tiêu đề thư`.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Subject => "tiêu đề thư",
            Self::Body => "nội dung thư",
            Self::Name => "tên tệp",
            Self::Attachment => "nội dung tệp đính kèm",
        })
    }
}

/// How sure it is that a mark is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// It stands as a stamp does: alone on its line, in a field ("Độ mật: …"), at a document's number, set off in a
    /// subject or a name.
    Stamp,
    /// It may only be spoken of: in brackets in running text, or without its accents.
    Mention,
}

/// A mark that was found; it says nothing of the text around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Found {
    /// Which.
    pub mark: Mark,
    /// In what.
    pub place: Place,
    /// How surely.
    pub certainty: Certainty,
}

/// Finds the marks in a text; each once, as surely as it stands there, in a fixed order. Takes time in proportion to the text.
#[must_use]
pub fn find(text: &str, place: Place) -> Vec<Found> {
    let mut all = Vec::new();
    for line in text.split([
        '\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}',
    ]) {
        if line.len() <= LONGEST {
            let is_alone = read(&items(line), place, true, &mut all);
            // Columns of a letterhead, cells of a table; not the letters of a mark that is spaced out over the line.
            let has_columns = line.contains(['\t', '|']) || line.contains("   ");
            if place != Place::Name && has_columns && !is_alone {
                for cell in columns(line) {
                    read(&items(cell), place, true, &mut all);
                }
            }
        } else {
            for piece in pieces(line) {
                read(&items(piece), place, false, &mut all);
            }
        }
    }
    // A stamp says more than that it is spoken of.
    let stamps: Vec<Mark> = all
        .iter()
        .filter(|found| found.certainty == Certainty::Stamp)
        .map(|found| found.mark)
        .collect();
    all.retain(|found| found.certainty == Certainty::Stamp || !stamps.contains(&found.mark));
    all.sort_unstable();
    all
}

/// Adds what is found; whether a mark is all there is.
fn read(items: &[Item], place: Place, is_whole: bool, all: &mut Vec<Found>) -> bool {
    let mut add = |mark, certainty| {
        let found = Found {
            mark,
            place,
            certainty,
        };
        if !all.contains(&found) {
            all.push(found);
        }
    };
    if !items.iter().any(|item| matches!(item, Item::Mark { .. })) {
        return false;
    }
    in_piece(items, place, &mut add);
    is_whole && in_line(items, place, &mut add)
}

fn columns(line: &str) -> impl Iterator<Item = &str> {
    line.split(['\t', '|'])
        .flat_map(|cell| cell.split("   "))
        .filter(|cell| !cell.trim().is_empty())
}

/// A long line in pieces that overlap, cut between characters.
fn pieces(line: &str) -> impl Iterator<Item = &str> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let rest = line.get(start..).filter(|rest| !rest.is_empty())?;
        if rest.len() <= LONGEST {
            start = line.len();
            return Some(rest);
        }
        let end = rest.floor_char_boundary(LONGEST);
        start += rest.floor_char_boundary(LONGEST - OVERLAP * 4);
        rest.get(..end)
    })
}
