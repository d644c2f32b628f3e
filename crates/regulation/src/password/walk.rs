//! Runs that a person types without thinking: one key again and again, the alphabet, keys beside each other.

/// The keys of the usual keyboard; each row stands half a key to the right of the one above.
const ROWS: [&str; 4] = [
    "1234567890-=",
    "qwertyuiop[]\\",
    "asdfghjkl;'",
    "zxcvbnm,./",
];
/// The same keys with shift, where they are no letters.
const SHIFTED: [(char, char); 21] = [
    ('!', '1'),
    ('@', '2'),
    ('#', '3'),
    ('$', '4'),
    ('%', '5'),
    ('^', '6'),
    ('&', '7'),
    ('*', '8'),
    ('(', '9'),
    (')', '0'),
    ('_', '-'),
    ('+', '='),
    ('{', '['),
    ('}', ']'),
    ('|', '\\'),
    (':', ';'),
    ('"', '\''),
    ('<', ','),
    ('>', '.'),
    ('?', '/'),
    ('~', '1'),
];
/// The shortest run of one key, or of letters or digits in their order.
const SHORTEST: usize = 3;
/// The shortest walk over the keyboard.
const SHORTEST_WALK: usize = 4;

/// How many things a person has to remember for this text: every run, and every character outside one, is one thing. A
/// text that repeats itself counts once.
pub(super) fn things(text: &[char]) -> usize {
    let text = repeated_part(text);
    let (mut at, mut things) = (0, 0);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        at += longest_run(rest);
        things += 1;
    }
    things
}

/// The part of which the text is made, where it repeats one; else the whole text.
fn repeated_part(text: &[char]) -> &[char] {
    (1..=text.len() / 2)
        .filter_map(|length| text.get(..length))
        .find(|part| text.chunks(part.len()).all(|chunk| part.starts_with(chunk)))
        .unwrap_or(text)
}

/// How long the run is at the beginning of the text; 1 where there is none.
fn longest_run(text: &[char]) -> usize {
    let length = |goes_on: fn(char, char) -> bool| {
        let pairs = text.windows(2).take_while(|pair| match pair {
            [one, next] => goes_on(*one, *next),
            _ => false,
        });
        pairs.count() + 1
    };
    let plain = [length(|one, next| one == next), length(up), length(down)];
    let plain = plain.into_iter().max().filter(|run| *run >= SHORTEST);
    let walk = Some(length(beside)).filter(|run| *run >= SHORTEST_WALK);
    plain.max(walk).unwrap_or(1)
}

fn up(one: char, next: char) -> bool {
    let same_kind = (one.is_ascii_lowercase() && next.is_ascii_lowercase())
        || (one.is_ascii_digit() && next.is_ascii_digit());
    same_kind && u32::from(next) == u32::from(one) + 1
}

fn down(one: char, next: char) -> bool {
    up(next, one)
}

/// Whether two different keys touch each other.
fn beside(one: char, next: char) -> bool {
    let (Some((row, column)), Some((next_row, next_column))) = (key(one), key(next)) else {
        return false;
    };
    match next_row - row {
        0 => (next_column - column).abs() == 1,
        1 => next_column == column || next_column == column - 1,
        -1 => next_column == column || next_column == column + 1,
        _ => false,
    }
}

fn key(letter: char) -> Option<(i32, i32)> {
    let plain = SHIFTED.iter().find(|(shifted, _)| *shifted == letter);
    let plain = plain.map_or(letter, |(_, plain)| *plain);
    (0..).zip(ROWS).find_map(|(row, keys)| {
        let column = (0..).zip(keys.chars()).find(|(_, key)| *key == plain);
        column.map(|(column, _)| (row, column))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_count_once() {
        for (text, count) in [
            ("", 0),
            ("qwertyuiop", 1),
            ("!qaz@wsx", 2),
            ("1q2w3e4r", 1),
            ("zaq1@wsx", 1),
            ("aaa111", 2),
            ("abc123", 2),
            ("cba987", 2),
            ("k9xk9xk9x", 3),
            ("asdf!kd9", 5),
            ("hk7#pm2v", 8),
        ] {
            let letters: Vec<char> = text.chars().collect();
            assert_eq!(things(&letters), count, "{text}");
        }
    }
}
