//! What the program says to the person who started it. Everything else goes to the log.

use std::io::Write;

/// A line on standard output. A reader that went away (`| head`) is no error.
pub(crate) fn line(text: &str) {
    drop(writeln!(std::io::stdout(), "{text}"));
}

/// An error on standard error.
pub(crate) fn error(text: &str) {
    drop(writeln!(std::io::stderr(), "Lỗi: {text}"));
}

/// A note on standard error, beside what goes to standard output.
pub(crate) fn note(text: &str) {
    drop(writeln!(std::io::stderr(), "{text}"));
}

/// Text in columns for a terminal: cells are wrapped between words.
pub(crate) struct Columns {
    widths: Vec<usize>,
}

/// So much stands between two columns.
const GAP: usize = 2;
/// The width where nobody says how wide the terminal is.
const WIDTH: usize = 120;

impl Columns {
    /// Columns whose widths are to each other as these, over the width of the terminal (`COLUMNS`).
    pub(crate) fn new(shares: &[usize]) -> Self {
        let width = std::env::var("COLUMNS")
            .ok()
            .and_then(|width| width.parse().ok())
            .unwrap_or(WIDTH)
            .clamp(60, 400);
        Self::within(width, shares)
    }

    fn within(width: usize, shares: &[usize]) -> Self {
        let whole = shares.iter().sum::<usize>().max(1);
        let room = width.saturating_sub(GAP * shares.len().saturating_sub(1));
        let widths = shares.iter().map(|share| (room * share / whole).max(8));
        Self {
            widths: widths.collect(),
        }
    }

    /// One line of cells.
    pub(crate) fn line(&self, cells: &[&str]) {
        line(&self.wrapped(cells));
    }

    /// A line below a heading.
    pub(crate) fn rule(&self) {
        let width = self.widths.iter().sum::<usize>() + GAP * self.widths.len().saturating_sub(1);
        line(&"─".repeat(width));
    }

    fn wrapped(&self, cells: &[&str]) -> String {
        let cells: Vec<Vec<String>> = cells
            .iter()
            .zip(&self.widths)
            .map(|(cell, width)| wrap(cell, *width))
            .collect();
        let height = cells.iter().map(Vec::len).max().unwrap_or(0);
        let mut lines = Vec::new();
        for at in 0..height {
            let mut text = String::new();
            for (cell, width) in cells.iter().zip(&self.widths) {
                let part = cell.get(at).map_or("", String::as_str);
                text.push_str(part);
                let pad = (width + GAP).saturating_sub(part.chars().count());
                text.extend(std::iter::repeat_n(' ', pad));
            }
            lines.push(text.trim_end().to_owned());
        }
        lines.join("\n")
    }
}

/// Breaks a text between words; a word that is too long for a line is cut.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if used > 0 && used + 1 + length > width {
            lines.push(String::new());
            used = 0;
        }
        for (at, letter) in word.chars().enumerate() {
            if at == 0 && used > 0 {
                push(&mut lines, ' ');
                used += 1;
            }
            if used >= width {
                lines.push(String::new());
                used = 0;
            }
            push(&mut lines, letter);
            used += 1;
        }
    }
    lines
}

fn push(lines: &mut [String], letter: char) {
    if let Some(line) = lines.last_mut() {
        line.push(letter);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_wrapped_between_words() {
        let columns = Columns::within(30, &[1, 1]);
        let text = columns.wrapped(&["Tạm khóa hộp thư đã lâu", "SL.8.2.a"]);
        assert_eq!(text, "Tạm khóa hộp    SL.8.2.a\nthư đã lâu");
        assert_eq!(wrap("aaaaaaaaaabbb cc", 10), ["aaaaaaaaaa", "bbb cc"]);
        assert_eq!(wrap("", 10), [""]);
    }
}
