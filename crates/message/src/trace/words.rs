//! The words of a trace field: comments apart, quotes undone.

/// So much of a field is read, in bytes.
const LONGEST: usize = 8 << 10;
/// Comments within comments, so deep.
const DEEPEST: usize = 20;

/// A piece of a structured field (RFC 5322 §3.2).
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// What stands between blanks, or between quotes.
    Plain(String),
    /// What stands between brackets.
    Comment(String),
    /// `;`
    End,
}

/// Takes a field's value apart; what is broken is read as far as it goes.
pub(super) fn words(value: &[u8]) -> Vec<Word> {
    let text = crate::charset::text(&value[..value.len().min(LONGEST)]);
    let mut words = Vec::new();
    let mut plain = String::new();
    let mut letters = text.chars();
    let push = |plain: &mut String, words: &mut Vec<Word>| {
        if !plain.is_empty() {
            words.push(Word::Plain(std::mem::take(plain)));
        }
    };
    while let Some(letter) = letters.next() {
        match letter {
            '(' => {
                push(&mut plain, &mut words);
                words.push(Word::Comment(comment(&mut letters)));
            }
            '"' => {
                while let Some(letter) = letters.next() {
                    match letter {
                        '"' => break,
                        '\\' => plain.extend(letters.next()),
                        '\r' | '\n' => {}
                        letter => plain.push(letter),
                    }
                }
            }
            ';' => {
                push(&mut plain, &mut words);
                words.push(Word::End);
            }
            letter if letter.is_whitespace() || letter.is_control() => push(&mut plain, &mut words),
            letter => plain.push(letter),
        }
    }
    push(&mut plain, &mut words);
    words
}

/// What stands up to the bracket that ends a comment, blanks as one.
fn comment(letters: &mut std::str::Chars<'_>) -> String {
    let mut text = String::new();
    let mut depth = 1;
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => text.extend(letters.next()),
            '(' if depth < DEEPEST => {
                depth += 1;
                text.push('(');
            }
            ')' if depth > 1 => {
                depth -= 1;
                text.push(')');
            }
            ')' => break,
            letter => text.push(letter),
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
