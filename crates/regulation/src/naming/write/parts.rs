//! `parts`: parts of a person's name, in the order the pattern wants: the given name whole (SL.5.2 `duyenct`), family
//! and middle names as initials before it (TQ.5.2 `vnha`), all of them whole (QN.4.2.a `phamvana`).

use crate::naming::draft::{Draft, Piece, told};
use crate::naming::pattern::Mark;
use crate::naming::{Name, Part};

pub(super) fn apply(draft: &mut Draft, name: &Name, parts: &[Part], mark: Mark) -> Option<String> {
    let Name::Person(name) = name else {
        return None;
    };
    let start = draft.pieces.len();
    for &part in parts {
        draft.push_words(name.part(part), mark);
    }
    let added = draft.pieces.get(start..).unwrap_or_default();
    if added.is_empty() {
        return None;
    }
    let shown: Vec<&str> = added
        .iter()
        .map(|piece| piece.word.shown.as_str())
        .collect();
    let text: String = added.iter().map(Piece::text).collect();
    let titles: Vec<&str> = parts.iter().map(|part| title(*part)).collect();
    Some(format!(
        "{} {}",
        titles.join(", "),
        told(&shown.join(" "), mark, &text)
    ))
}

fn title(part: Part) -> &'static str {
    match part {
        Part::Family => "họ",
        Part::Middle => "tên đệm",
        Part::Given => "tên",
    }
}
