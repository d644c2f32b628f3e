//! Names of files and folders that every system takes, and that lead nowhere else.

use std::collections::HashSet;

/// The longest part of a name, in letters.
const LONGEST: usize = 60;

/// Names that Windows keeps for devices.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];

/// A part of a path, made of what people wrote.
pub(super) fn part(text: &str) -> String {
    let is_odd = |c: char| {
        c.is_control()
            || "<>:\"/\\|?*".contains(c)
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    let plain: String = text
        .chars()
        .map(|c| if is_odd(c) { ' ' } else { c })
        .collect();
    let words: Vec<&str> = plain.split_whitespace().collect();
    let short: String = words.join(" ").chars().take(LONGEST).collect();
    // Windows cuts points and blanks off the end; others hide what begins with a point.
    let short = short.trim_matches(|c: char| c == '.' || c == ' ');
    let first = short.split('.').next().unwrap_or_default();
    let first = first.trim_end_matches(|c: char| c.is_ascii_digit());
    match short {
        "" => "_".to_owned(),
        _ if DEVICES.contains(&first.to_ascii_lowercase().as_str()) => format!("_{short}"),
        _ => short.to_owned(),
    }
}

/// The paths of folders in one archive, each another, also where case does not matter.
#[derive(Debug, Default)]
pub(super) struct Paths(HashSet<String>);

impl Paths {
    /// The path of a folder of this name, levels divided by `/`; `id` tells two of one name apart.
    pub(super) fn folder(&mut self, name: &str, id: i64) -> String {
        let parts: Vec<String> = name.split('/').map(part).collect();
        let path = parts.join("/");
        if self.0.insert(path.to_lowercase()) {
            return path;
        }
        let other = format!("{path} ({id})");
        self.0.insert(other.to_lowercase());
        other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_nowhere_else() {
        for (text, expected) in [
            ("Kế hoạch năm 2026", "Kế hoạch năm 2026"),
            ("V/v: họp <gấp>?", "V v họp gấp"),
            ("../../etc/passwd", "etc passwd"),
            ("...", "_"),
            ("", "_"),
            ("CON", "_CON"),
            ("com1.txt", "_com1.txt"),
            ("console", "console"),
            ("a\u{202e}fdp.exe\r\nx", "a fdp.exe x"),
            (" x. ", "x"),
        ] {
            assert_eq!(part(text), expected, "{text:?}");
        }
        assert_eq!(part(&"ề".repeat(200)).chars().count(), LONGEST);
    }

    #[test]
    fn two_folders_have_two_paths() {
        let mut paths = Paths::default();
        assert_eq!(paths.folder("Kế hoạch/Quý IV", 1), "Kế hoạch/Quý IV");
        assert_eq!(paths.folder("kế hoạch/quý iv", 2), "kế hoạch/quý iv (2)");
        assert_eq!(paths.folder("../x", 3), "_/x");
    }
}
