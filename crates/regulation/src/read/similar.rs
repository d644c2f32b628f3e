//! What a key that is not known may have been meant as.

/// The key among `known` that is written most like this one, where one is like it at all.
pub(super) fn similar<'k>(key: &str, known: &'k [String]) -> Option<&'k str> {
    let likely = known.iter().map(|known| (apart(key, known), known));
    let (steps, nearest) = likely.min_by_key(|(steps, _)| *steps)?;
    // A third of the letters wrong is another word.
    let shorter = key.chars().count().min(nearest.chars().count());
    (steps <= 2 && steps * 3 <= shorter).then_some(nearest.as_str())
}

/// How many letters are to be added, left out, changed or swapped with the next one. A hyphen and an underscore are the
/// same, and so are small and capital letters.
fn apart(one: &str, other: &str) -> usize {
    let letters = |text: &str| -> Vec<char> {
        let plain = text.chars().take(LONGEST).flat_map(char::to_lowercase);
        plain.map(|c| if c == '-' { '_' } else { c }).collect()
    };
    let (one, other) = (letters(one), letters(other));
    // The last two rows of the table of distances between beginnings.
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, letter) in one.iter().enumerate() {
        let mut next = vec![at + 1];
        for (to, wanted) in other.iter().enumerate() {
            let value = |row: &[usize], at: usize| row.get(at).copied().unwrap_or(usize::MAX / 2);
            let changed = value(&row, to) + usize::from(letter != wanted);
            let mut least = changed
                .min(value(&row, to + 1) + 1)
                .min(value(&next, to) + 1);
            let swapped = at > 0
                && to > 0
                && one.get(at - 1) == Some(wanted)
                && other.get(to - 1) == Some(letter);
            if swapped {
                least = least.min(value(&before, to - 1) + 1);
            }
            next.push(least);
        }
        before = std::mem::replace(&mut row, next);
    }
    row.last().copied().unwrap_or_default()
}

/// No key is longer; what is cannot be like one.
const LONGEST: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_between_words() {
        for (one, other, steps) in [
            ("after", "after", 0),
            ("aftr", "after", 1),
            ("afetr", "after", 1),
            ("After", "after", 0),
            ("day-off", "day_off", 0),
            ("clauses", "clause", 1),
            ("", "after", 5),
            ("quote", "clause", 5),
        ] {
            assert_eq!(apart(one, other), steps, "{one} {other}");
            assert_eq!(apart(other, one), steps, "{other} {one}");
        }
    }

    #[test]
    fn only_a_likely_key_is_told() {
        let known: Vec<String> = ["after", "act", "by", "day_off", "minimum_length"]
            .map(str::to_owned)
            .to_vec();
        for (key, meant) in [
            ("affter", Some("after")),
            ("dayoff", Some("day_off")),
            ("minimum-lenght", Some("minimum_length")),
            ("at", None),
            ("to", None),
            ("colour", None),
            ("", None),
        ] {
            assert_eq!(similar(key, &known), meant, "{key}");
        }
        assert_eq!(similar("after", &[]), None);
        assert_eq!(similar(&"a".repeat(100_000), &known), None);
    }
}
