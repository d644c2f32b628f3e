//! The two languages of the pages. The Vietnamese words are the names of the English ones.

use std::collections::HashMap;
use std::sync::LazyLock;

/// The words, by the part of the pages that says them first.
const TEXTS: [&str; 9] = [
    include_str!("../../assets/en.txt"),
    include_str!("../../assets/en/console.txt"),
    include_str!("../../assets/en/requests.txt"),
    include_str!("../../assets/en/mailboxes.txt"),
    include_str!("../../assets/en/places.txt"),
    include_str!("../../assets/en/watch.txt"),
    include_str!("../../assets/en/rules.txt"),
    include_str!("../../assets/en/smime.txt"),
    include_str!("../../assets/en/start.txt"),
];

static ENGLISH: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    let mut words = HashMap::new();
    for text in TEXTS {
        // A line of Vietnamese, a line of English, an empty line.
        let mut lines = text.lines();
        while let (Some(vietnamese), Some(english)) = (lines.next(), lines.next()) {
            words.insert(vietnamese, english);
            lines.next();
        }
    }
    words
});

/// A language of the pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Lang {
    #[default]
    Vietnamese,
    English,
}

impl Lang {
    /// As HTML names it.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Vietnamese => "vi",
            Self::English => "en",
        }
    }

    /// The language that a cookie names.
    pub(crate) fn from_code(code: &str) -> Self {
        if code == "en" {
            Self::English
        } else {
            Self::Vietnamese
        }
    }

    /// Words in this language; what has no English yet stays Vietnamese.
    pub(crate) fn t(self, vietnamese: &str) -> &str {
        match self {
            Self::Vietnamese => vietnamese,
            Self::English => ENGLISH.get(vietnamese).copied().unwrap_or(vietnamese),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// The words of each `t("…")` below a folder.
    fn words(dir: &Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                words(&path, found);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let text = text.split("#[cfg(test)]").next().unwrap();
            for (at, _) in text.match_indices("t(") {
                let is_ours = !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
                let Some(rest) = text[at + 2..].trim_start().strip_prefix('"') else {
                    continue;
                };
                if let Some(end) = rest.find('"').filter(|_| is_ours) {
                    found.push(rest[..end].to_owned());
                }
            }
        }
    }

    #[test]
    fn all_words_have_english_ones() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut found = Vec::new();
        words(&root.join("templates"), &mut found);
        for entry in std::fs::read_dir(root.join("src")).unwrap() {
            let path = entry.unwrap().path();
            // Programs read the answers of the API.
            if !path.is_dir() || path.ends_with("api") {
                continue;
            }
            words(&path, &mut found);
        }
        assert!(found.len() > 50, "{}", found.len());
        let mut missing: Vec<&String> = found
            .iter()
            .filter(|word| !ENGLISH.contains_key(word.as_str()))
            .collect();
        missing.sort();
        missing.dedup();
        assert!(missing.is_empty(), "no English for: {missing:#?}");
        for word in ENGLISH.keys() {
            assert!(
                found.iter().any(|used| used == word),
                "nobody says “{word}”"
            );
        }
    }
}
