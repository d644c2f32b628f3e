//! Folding of text for search: marks and case do not matter.

use unicode_normalization::char::{decompose_canonical, is_combining_mark};

/// `text` without marks and case: `Đường`, `đường` and `duong` fold alike, and so do `Hòa` and `Hoà`, however
/// their marks are written (composed or apart).
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold_into(text, &mut out);
    out
}

/// `text` without marks, its case kept: for lines that take ASCII alone.
pub fn without_marks(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        decompose_canonical(c, |piece| match piece {
            'đ' => out.push('d'),
            'Đ' => out.push('D'),
            '“' | '”' => out.push('"'),
            '‘' | '’' => out.push('\''),
            '–' | '—' => out.push('-'),
            piece if is_combining_mark(piece) => {}
            piece => out.push(piece),
        });
    }
    out
}

/// Appends the folded `text`.
///
/// The canonical order of marks needs no care, as all of them go: each character folds alone, and the folding of
/// two texts one after the other is the folding of both together.
pub fn fold_into(text: &str, out: &mut String) {
    for c in text.chars() {
        if c.is_ascii() {
            out.push(c.to_ascii_lowercase());
        } else {
            decompose_canonical(c, |piece| fold_piece(piece, out));
        }
    }
}

/// One character of a decomposition.
fn fold_piece(piece: char, out: &mut String) {
    if piece.is_ascii() {
        out.push(piece.to_ascii_lowercase());
    } else if !is_combining_mark(piece) {
        for lower in piece.to_lowercase() {
            // Lower-casing may give marks again.
            decompose_canonical(lower, |c| match c {
                // A final sigma is a sigma.
                'ς' => out.push('σ'),
                // The bar of đ is no combining mark; mail programs write ð (Icelandic) and ɖ for it too.
                'đ' | 'ð' | 'ɖ' => out.push('d'),
                c if is_combining_mark(c) => {}
                c => out.push(c),
            });
        }
    }
}
