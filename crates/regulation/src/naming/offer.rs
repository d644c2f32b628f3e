//! What is offered where people must agree: addresses that may be given, near to the one that may not.

use super::clash::Situation;
use super::draft::{Draft, Piece, Take};
use super::local_part::{LONGEST, Standing};
use super::pattern::{Mark, Offer};
use super::{Name, Part, is_reserved};

/// So many are offered.
const MOST: usize = 5;
/// At least so many, with numbers if nothing else is left.
const LEAST: usize = 3;
/// So many numbers are tried.
const NUMBERS: u32 = 10_000;

/// Addresses with the dots of the draft that may be given, with at most `limit` letters before the first dot; none is `but`.
pub(super) fn candidates(
    draft: &Draft,
    name: &Name,
    offer: Offer,
    limit: Option<usize>,
    but: Option<&str>,
    situation: &Situation<'_>,
) -> Vec<String> {
    let room = LONGEST.saturating_sub(draft.with_base("").len());
    let longest = limit.unwrap_or(room).min(room);
    let mut found: Vec<String> = Vec::new();
    let sound = |base: &str, found: &[String]| {
        let text = draft.with_base(base);
        let sound = (1..=longest).contains(&base.len())
            && but != Some(text.as_str())
            && !found.contains(&text)
            && Standing::of(&text, situation.taken) == Standing::Free;
        sound.then_some(text)
    };
    if offer == Offer::Letters {
        for base in letters(draft, name, longest) {
            if found.len() < MOST {
                found.extend(sound(&base, &found));
            }
        }
    }
    let base = draft.base();
    if is_reserved(&base) {
        for lead in ["nhom", "hopthu", "bophan"] {
            found.extend(sound(&format!("{lead}{base}"), &found));
        }
    }
    for number in 1..=NUMBERS {
        if found.len() >= LEAST {
            break;
        }
        let digits = number.to_string();
        let kept = base.len().min(longest.saturating_sub(digits.len()));
        let short = base.get(..kept).unwrap_or_default();
        found.extend(sound(&format!("{short}{digits}"), &found));
    }
    found
}

/// Bases with other letters, the likeliest first; they may be too long or taken.
fn letters(draft: &Draft, name: &Name, longest: usize) -> Vec<String> {
    let mut bases = Vec::new();
    if draft.base().len() > longest {
        bases.extend(shorter(draft, name, longest));
    }
    let more = more_letters(draft);
    let restored = restored(draft);
    bases.extend(more.iter().take(2).cloned());
    bases.extend(restored.iter().take(2).cloned());
    bases.extend(whole_words(draft));
    bases.extend(more.into_iter().skip(2));
    bases.extend(restored.into_iter().skip(2));
    if let Name::Person(name) = name {
        let orders: [&[Part]; 4] = [
            &[Part::Family, Part::Middle, Part::Given],
            &[Part::Given, Part::Middle, Part::Family],
            &[Part::Middle, Part::Given],
            &[Part::Given, Part::Middle],
        ];
        for order in orders {
            let mut other = Draft {
                pieces: Vec::new(),
                ..draft.clone()
            };
            for &part in order {
                other.push_words(name.part(part), Mark::Whole);
            }
            bases.push(other.base());
        }
    }
    bases
}

/// One letter more of one word: the last first, as a kind comes first.
fn more_letters(draft: &Draft) -> Vec<String> {
    changed(draft, |draft, at| {
        draft.pieces.get_mut(at).is_some_and(Piece::extend)
    })
}

/// One abbreviated word written whole.
fn whole_words(draft: &Draft) -> Vec<String> {
    changed(draft, |draft, at| match draft.pieces.get_mut(at) {
        Some(piece) if matches!(piece.take, Take::Letters(_)) => {
            piece.take = Take::Whole;
            true
        }
        _ => false,
    })
}

fn changed(draft: &Draft, change: impl Fn(&mut Draft, usize) -> bool) -> Vec<String> {
    let change_at = |at| {
        let mut other = draft.clone();
        change(&mut other, at).then(|| other.base())
    };
    (0..draft.pieces.len())
        .rev()
        .filter_map(change_at)
        .collect()
}

/// Words that were not written come back: their initials, all of them or the first ones, then all of them whole.
fn restored(draft: &Draft) -> Vec<String> {
    let dropped: Vec<usize> = (0..draft.pieces.len())
        .filter(|&at| {
            draft
                .pieces
                .get(at)
                .is_some_and(|piece| piece.take == Take::Dropped)
        })
        .collect();
    let with = |places: &[usize], mark: Mark| {
        let mut other = draft.clone();
        for &at in places {
            if let Some(piece) = other.pieces.get_mut(at) {
                piece.decide(mark);
            }
        }
        other.base()
    };
    let mut bases: Vec<String> = (1..=dropped.len())
        .rev()
        .filter_map(|count| dropped.get(..count))
        .map(|places| with(places, Mark::Initials))
        .collect();
    if !dropped.is_empty() {
        bases.push(with(&dropped, Mark::Whole));
    }
    bases
}

/// Shorter bases: the initials of some words, and of things two words joined, but not the last two: those are where it
/// lies ("thị xã"), and a person's are not what the person is called by.
fn shorter(draft: &Draft, name: &Name, longest: usize) -> Vec<String> {
    let kept: Vec<&str> = draft
        .pieces
        .iter()
        .filter(|piece| piece.take != Take::Dropped)
        .map(|piece| piece.word.folded.as_str())
        .collect();
    let initials: Vec<&str> = kept.iter().filter_map(|word| word.get(..1)).collect();
    let too_many = initials.len().saturating_sub(longest);
    let without = |at: usize| {
        let (before, after) = initials.split_at(at.min(initials.len()));
        let mut base = before.concat();
        base.push_str(&after.get(too_many..).unwrap_or_default().concat());
        base
    };
    let mut bases = vec![without(initials.len() - too_many)];
    bases.push(without(1));
    bases.push(without(initials.len() / 2));
    if matches!(name, Name::Words(_)) && kept.len() > 3 {
        bases.extend(kept.windows(2).take(2).map(<[&str]>::concat));
    }
    bases.push(without(0));
    bases
}
