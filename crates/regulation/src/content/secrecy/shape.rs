//! Whether a mark stands as a mark.

use super::line::{Case, Item};
use super::{Certainty, Mark, Place};

/// Words that make another word with "mật" behind them: bảo mật, bí mật, cơ mật, thư mật …
const BEFORE: [&str; 12] = [
    "bao", "bi", "co", "thu", "than", "an", "noi", "kin", "huyen", "tham", "khong", "phi",
];

/// Words that make another word with "mật" before them: mật khẩu, mật độ, mật mã, mật ong …
const BEHIND: [&str; 26] = [
    "khau", "đo", "ma", "ong", "thu", "vu", "danh", "tham", "ngu", "đam", "hieu", "lenh", "bao",
    "thiet", "mia", "gau", "kinh", "ngot", "hoa", "nghi", "thai", "nhung", "phuc", "rut", "tong",
    "truyen",
];

const OPEN: [char; 7] = ['(', '[', '{', '<', '【', '〔', '《'];
const CLOSE: [char; 7] = [')', ']', '}', '>', '】', '〕', '》'];

/// Marks that a whole line, subject or name shows: alone, or set off from the rest. Whether one is all there is.
pub(super) fn in_line(items: &[Item], place: Place, add: &mut impl FnMut(Mark, Certainty)) -> bool {
    let mut is_alone = false;
    alone(items, &mut |mark, certainty| {
        is_alone = true;
        add(mark, certainty);
    });
    if matches!(place, Place::Subject | Place::Name) {
        for part in items.split(|item| is_break(item, place)) {
            alone(part, add);
        }
        joined(items, add);
    }
    is_alone
}

/// Marks that a piece of a line shows: in brackets, in a field, at a document's number.
pub(super) fn in_piece(items: &[Item], place: Place, add: &mut impl FnMut(Mark, Certainty)) {
    for at in 0..items.len() {
        let Some(Item::Mark {
            mark,
            case,
            accented,
            glued,
        }) = items.get(at)
        else {
            continue;
        };
        let before = items.get(..at).unwrap_or_default();
        let behind = items.get(at + 1..).unwrap_or_default();
        let in_number = *glued && *case == Case::Capitals && is_number_behind(before);
        if in_number || is_field(before, behind) {
            add(*mark, sure(*accented));
        }
        let [outside @ .., bracket] = before else {
            continue;
        };
        if !bracket.is_sign(&OPEN) || !behind.first().is_some_and(|item| item.is_sign(&CLOSE)) {
            continue;
        }
        if ends_in_number(outside) {
            add(*mark, sure(*accented));
        } else if is_shown_as_mark(*mark, *case, *accented) {
            let running = matches!(place, Place::Body | Place::Attachment);
            add(
                *mark,
                if running {
                    Certainty::Mention
                } else {
                    sure(*accented)
                },
            );
        }
    }
}

/// A mark with nothing beside it but signs, or what stamps have beside it.
fn alone(items: &[Item], add: &mut impl FnMut(Mark, Certainty)) {
    let mut words = items
        .iter()
        .filter(|item| !matches!(item, Item::Sign { .. }));
    let Some(first) = words.next() else {
        return;
    };
    let (found, behind, led) = match first {
        Item::Mark { .. } => (first, words.next(), false),
        // "TÀI LIỆU MẬT", "VĂN BẢN MẬT", "ĐỘ MẬT".
        _ => match (first.word(), words.next().map(|item| (item, item.word()))) {
            (Some("tai"), Some((_, Some("lieu")))) | (Some("van"), Some((_, Some("ban")))) => {
                match words.next() {
                    Some(mark) => (mark, words.next(), true),
                    None => return,
                }
            }
            _ => return,
        },
    };
    let Item::Mark {
        mark,
        case,
        accented,
        ..
    } = found
    else {
        return;
    };
    let is_copy = behind.is_some_and(|item| item.word() == Some("ban"))
        && words.next().is_some_and(|item| item.word() == Some("so"));
    if behind.is_some() && !is_copy {
        return;
    }
    match case {
        Case::Capitals if !led && *accented => add(*mark, Certainty::Stamp),
        Case::Capitals if *accented || *mark != Mark::Secret => add(*mark, Certainty::Mention),
        Case::Title | Case::Other if led || !accented => {}
        Case::Title | Case::Other if *mark != Mark::Secret => add(*mark, Certainty::Stamp),
        Case::Title => add(*mark, Certainty::Mention),
        Case::Capitals | Case::Other => {}
    }
}

/// A mark in capitals among the joined words of a name: "MẬT_ke-hoach", "12-BC-UBND-MẬT".
fn joined(items: &[Item], add: &mut impl FnMut(Mark, Certainty)) {
    for at in 0..items.len() {
        let Some(Item::Mark {
            mark,
            case: Case::Capitals,
            accented: true,
            ..
        }) = items.get(at)
        else {
            continue;
        };
        let before = items.get(..at).unwrap_or_default();
        let behind = items.get(at + 1..).unwrap_or_default();
        let is_joint = |item: &Item| item.is_sign(&['-', '_', '+']);
        let left = match before {
            [] => true,
            [.., word, joint] if is_joint(joint) => !is_one_of(Some(word), &BEFORE),
            [joint] => is_joint(joint),
            _ => false,
        };
        let right = match behind {
            [] => true,
            [joint, word, ..] if is_joint(joint) => !is_one_of(Some(word), &BEHIND),
            [sign, ..] => is_joint(sign) || sign.is_sign(&['.']),
        };
        if left && right {
            add(*mark, Certainty::Stamp);
        }
    }
}

/// "Độ mật: Tối mật", "Dấu mật: MẬT", "Mức độ bảo mật - Mật"; not a list of the degrees to choose from.
fn is_field(before: &[Item], behind: &[Item]) -> bool {
    let signs = before
        .iter()
        .rev()
        .take_while(|item| matches!(item, Item::Sign { .. }))
        .count();
    let (label, signs) = before.split_at(before.len() - signs);
    let parted = signs
        .iter()
        .any(|item| item.is_sign(&[':', '=', '|', '>', '-', '–', '—']));
    let [
        label @ ..,
        Item::Mark {
            mark: Mark::Secret, ..
        },
    ] = label
    else {
        return false;
    };
    let label = match label {
        [label @ .., bao] if bao.word() == Some("bao") => label,
        label => label,
    };
    let is_named = matches!(label.last().and_then(Item::word), Some("đo" | "dau"));
    parted && is_named && !goes_on(behind)
}

/// Whether the value of a field is only the beginning of something else.
fn goes_on(behind: &[Item]) -> bool {
    match behind {
        [word, next, ..] if word.word() == Some("đo") && next.word() == Some("khan") => false,
        [word, Item::Mark { .. }, ..] if word.word().is_some() => {
            is_one_of(Some(word), &["va", "hoac", "hay"])
        }
        [word, ..] if word.word().is_some() => is_one_of(Some(word), &BEHIND),
        [sign, Item::Mark { .. }, ..] => sign.is_sign(&[',', '/', ';', '|']),
        _ => false,
    }
}

/// A mark that is part of a document's number: "12/BC-UBND-MẬT".
fn is_number_behind(before: &[Item]) -> bool {
    let [number @ .., joint] = before else {
        return false;
    };
    joint.is_glued()
        && joint.is_sign(&['-', '/', '.', '_'])
        && ends_in_number(number)
        && !is_one_of(number.last(), &BEFORE)
}

/// Whether the last run without spaces is the number of a document: digits, a slash, letters.
fn ends_in_number(items: &[Item]) -> bool {
    let mut slashes = 0;
    for (taken, item) in items.iter().rev().take(24).enumerate() {
        slashes += usize::from(item.is_sign(&['/']));
        let is_digits = item
            .word()
            .is_some_and(|word| word.bytes().all(|byte| byte.is_ascii_digit()));
        if is_digits && slashes > 0 && taken > 1 {
            return true;
        }
        if !item.is_glued() {
            return false;
        }
    }
    false
}

/// In brackets, a mark is written with capitals; two words are plain enough as they are.
fn is_shown_as_mark(mark: Mark, case: Case, accented: bool) -> bool {
    match case {
        Case::Capitals => true,
        Case::Title => accented,
        Case::Other => accented && mark != Mark::Secret,
    }
}

fn is_one_of(item: Option<&Item>, words: &[&str]) -> bool {
    item.and_then(Item::word)
        .is_some_and(|word| words.contains(&word))
}

fn sure(accented: bool) -> Certainty {
    if accented {
        Certainty::Stamp
    } else {
        Certainty::Mention
    }
}

/// What sets a part of a subject or a name off from the rest.
fn is_break(item: &Item, place: Place) -> bool {
    let Item::Sign { sign, glued } = item else {
        return false;
    };
    match sign {
        ':' | ';' | '|' | '–' | '—' => true,
        '-' | '_' => !glued,
        '.' | '/' | '\\' => place == Place::Name,
        sign => OPEN.contains(sign) || CLOSE.contains(sign),
    }
}
