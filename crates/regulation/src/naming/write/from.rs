//! `from`: the name of a place or an owner inside a name, from its kind word to the end: "thành phố Cẩm Phả" is written
//! joined without its kind (QN.4.1.a), "phường Chiềng Cơi" alone names the commune (SL.5.1.b), "Sở Thông tin và Truyền
//! thông" behind "Văn phòng" is not repeated (QN.4.1.c).

use crate::naming::draft::{Draft, Take};
use crate::naming::pattern::{Mark, Phrase};

/// What is looked for.
pub(super) struct Wanted<'p> {
    pub(super) phrases: &'p [Phrase],
    /// Words that only look like it ("xã hội").
    pub(super) except: &'p [Phrase],
}

/// What becomes of the words before, of the kind word and of the name behind it.
pub(super) struct Marks {
    pub(super) before: Option<Mark>,
    pub(super) kind: Mark,
    pub(super) name: Mark,
}

pub(super) fn apply(draft: &mut Draft, wanted: &Wanted<'_>, marks: &Marks) -> Option<String> {
    let (at, length) = find(draft, wanted)?;
    // A name is more than its owner.
    if at == 0 && marks.name == Mark::Dropped {
        return None;
    }
    let end = draft.pieces.len();
    let before = marks.before.and_then(|before| draft.decide(0..at, before));
    let told = if marks.kind == marks.name {
        [before, draft.decide(at..end, marks.kind), None]
    } else {
        let kind = draft.decide(at..at + length, marks.kind);
        [before, kind, draft.decide(at + length..end, marks.name)]
    };
    let told: Vec<String> = told.into_iter().flatten().collect();
    (!told.is_empty()).then(|| told.join("; "))
}

/// Whether a name has such a place in it.
pub(in crate::naming) fn has_place(draft: &Draft, phrases: &[Phrase], except: &[Phrase]) -> bool {
    find(draft, &Wanted { phrases, except }).is_some()
}

/// The first place, and how many words its kind has.
fn find(draft: &Draft, wanted: &Wanted<'_>) -> Option<(usize, usize)> {
    (0..draft.pieces.len()).find_map(|at| {
        let length = wanted
            .phrases
            .iter()
            .filter(|phrase| phrase.begins(draft.words_from(at), draft.bare))
            .map(Phrase::len)
            .max()?;
        is_named(draft, wanted, at, length).then_some((at, length))
    })
}

/// A name follows: a word with a capital letter, where capitals tell.
fn is_named(draft: &Draft, wanted: &Wanted<'_>, at: usize, length: usize) -> bool {
    let open = |at: usize| {
        let piece = draft.pieces.get(at)?;
        (piece.take == Take::Open).then_some(&piece.word)
    };
    let (Some(kind), Some(name)) = (open(at), open(at + length)) else {
        return false;
    };
    let excepted = wanted
        .except
        .iter()
        .any(|phrase| phrase.begins(draft.words_from(at), draft.bare));
    if draft.capitals_tell {
        name.is_capitalised() && !(excepted && kind.is_capitalised())
    } else {
        !excepted
    }
}
