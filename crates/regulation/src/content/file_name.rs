//! A file's name as the programs that open it read it, whatever it looks like.

use unicode_normalization::UnicodeNormalization;

/// So many white characters in a row push the ending out of sight.
const GAP: usize = 8;

/// How much of a name is shown to people, in characters.
const SHOWN: usize = 80;

/// A name with the ways in which programs read it.
pub(super) struct FileName {
    readings: Vec<String>,
}

impl FileName {
    /// Reads a declared name or the path of a member of an archive.
    ///
    /// Full-width letters and dots become plain, what no eye sees is dropped (so a name turned round by U+202E has its
    /// true order), small letters, without the directory, without the dots, spaces and quotes that Windows or mail
    /// programs drop from the end. A name is also read up to its first control character, and with `%2E` decoded: some
    /// programs do that.
    pub(super) fn new(declared: &str) -> Self {
        let mut readings = Vec::with_capacity(1);
        let mut add = |text: &str| {
            let reading = cleaned(text);
            if !reading.is_empty() && !readings.contains(&reading) {
                readings.push(reading);
            }
        };
        let mut add_cut = |text: &str| {
            add(text);
            if let Some((before, _)) = text.split_once(|c: char| c.is_control()) {
                add(before);
            }
        };
        add_cut(declared);
        if declared.contains('%') {
            add_cut(&percent_decoded(declared));
        }
        Self { readings }
    }

    /// The ways to read it; none is empty, and there is none for an empty name.
    pub(super) fn readings(&self) -> &[String] {
        &self.readings
    }
}

fn cleaned(text: &str) -> String {
    let plain: String = text
        .nfkc()
        .map(|c| if c == '。' { '.' } else { c })
        .filter(|&c| !is_unseen(c) && !c.is_control())
        .flat_map(char::to_lowercase)
        .collect();
    let plain = plain.trim_end_matches(is_dropped_at_end);
    let plain = plain.strip_suffix("::$data").unwrap_or(plain);
    let plain = plain.trim_end_matches(|c| is_dropped_at_end(c) || matches!(c, '/' | '\\'));
    let base = plain.rsplit(['/', '\\']).next().unwrap_or(plain);
    base.trim_matches(|c: char| c.is_whitespace() || is_quote(c))
        .to_owned()
}

fn is_dropped_at_end(c: char) -> bool {
    c == '.' || c.is_whitespace() || is_quote(c)
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\'' | '`' | '“' | '”' | '‘' | '’')
}

/// What no eye sees: signs that steer the direction, join or part letters, or fill.
pub(super) fn is_unseen(c: char) -> bool {
    is_turning(c)
        || matches!(c,
            '\u{61c}' | '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}'
            | '\u{206a}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// Signs that turn the order of what is shown. The plain marks U+200E and U+200F are not among them: phones put them
/// into names that mean no harm.
fn is_turning(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether a name shows itself as something else: turned round, or with its ending out of sight.
pub(super) fn is_disguised(declared: &str) -> bool {
    let mut gap = 0;
    declared.chars().any(|c| {
        gap = if c.is_whitespace() { gap + 1 } else { 0 };
        is_turning(c) || gap >= GAP
    })
}

/// A name as it may be shown to people: nothing in it steers the screen, and it has an end.
pub(super) fn shown(declared: &str) -> String {
    let mut seen = declared.nfc().filter(|&c| !is_unseen(c)).map(|c| {
        if c.is_control() || c.is_whitespace() {
            ' '
        } else {
            c
        }
    });
    let mut out: String = seen.by_ref().take(SHOWN).collect();
    if seen.next().is_some() {
        // The ending tells most: it stays.
        let tail: Vec<char> = declared
            .chars()
            .rev()
            .filter(|&c| !is_unseen(c) && !c.is_control())
            .take(12)
            .collect();
        out.push('…');
        out.extend(tail.into_iter().rev());
    }
    if out.trim().is_empty() {
        "(không tên)".to_owned()
    } else {
        out.trim().to_owned()
    }
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let digits = (first == b'%').then(|| after.get(..2)).flatten();
        let decoded = digits
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match decoded {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_programs_read_them() {
        for (declared, reading) in [
            ("Báo cáo.PDF", "báo cáo.pdf"),
            ("a.exe. ", "a.exe"),
            ("a．ｅｘｅ", "a.exe"),
            ("x\u{202e}fdp.exe", "xfdp.exe"),
            ("thư mục\\con/Setup.EXE", "setup.exe"),
            ("a.exe::$DATA", "a.exe"),
            ("\"a.exe\"", "a.exe"),
            ("a.e\u{200b}xe", "a.exe"),
        ] {
            assert_eq!(FileName::new(declared).readings(), [reading], "{declared}");
        }
        assert_eq!(
            FileName::new("a.exe\0.txt").readings(),
            ["a.exe.txt", "a.exe"]
        );
        assert_eq!(FileName::new("a%2Eexe").readings(), ["a%2eexe", "a.exe"]);
        assert!(FileName::new(" . ").readings().is_empty());
    }

    #[test]
    fn what_is_shown_cannot_steer_the_screen_and_has_an_end() {
        assert_eq!(shown("x\u{202e}fdp.exe\n"), "xfdp.exe");
        assert_eq!(shown("\u{200b}"), "(không tên)");
        let long = shown(&format!("{}.exe", "a".repeat(5000)));
        assert!(
            long.ends_with("aaa.exe") && long.chars().count() < 100,
            "{long}"
        );
    }
}
