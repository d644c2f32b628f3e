//! How wide the columns of a table are.

use crate::sheet::Table;

/// What a character is wide at 12 pt, in tenths of a mm: small letters of Times in bold, on average.
const CHARACTER: usize = 21;
/// The room around a cell's text, in tenths of a mm.
const PADDING: usize = 34;
/// A word is broken from here on, in characters.
const UNBROKEN: usize = 14;
/// What a column of longer words gets at first, in characters.
const BROKEN: usize = 12;
/// The characters that "STT", in bold capitals, and a narrow column's label need.
const NUMBER: usize = 4;

/// The shares of the columns of a page so many mm wide. A column gets what its longest word needs; what is left is dealt out by how long the texts are, to
/// all but "STT". Made from lengths only: measuring 5,000 rows by setting them would double the time.
pub(super) fn shares(table: &Table, width: u32, points: f32) -> Vec<u32> {
    let room = usize::try_from(width).unwrap_or(165) * 10;
    let given = table.columns.iter().map(|column| column.width);
    if let Some(given) = given.collect::<Option<Vec<u16>>>()
        && !given.is_empty()
    {
        let number = table.numbered.then(|| wide(NUMBER, points));
        let left = room - number.unwrap_or(0);
        let all: usize = given.iter().copied().map(usize::from).sum();
        let own = given
            .iter()
            .map(|&share| usize::from(share) * left / all.max(1));
        return number.into_iter().chain(own).map(shown).collect();
    }
    let needs: Vec<Need> = table
        .lengths()
        .iter()
        .enumerate()
        .map(|(place, length)| {
            let least = wide(length.word.clamp(NUMBER, UNBROKEN), points);
            // A label has up to three lines, a long text more.
            let label = (length.label * 2 / 3).min(16);
            let text = if length.word > UNBROKEN {
                // Addresses are broken behind their "@" anyhow.
                length.text.min(BROKEN + length.text / 3)
            } else {
                length.text.min(40 + length.text / 3)
            };
            let text = text.max(label);
            let fixed = place == 0 && table.numbered;
            let more = if fixed {
                0
            } else {
                wide(text, points).saturating_sub(least)
            };
            Need { least, more, fixed }
        })
        .collect();
    let left = room.saturating_sub(needs.iter().map(|need| need.least).sum());
    let wanted: usize = needs.iter().map(|need| need.more).sum();
    let spare = left.saturating_sub(wanted);
    let growing: usize = needs
        .iter()
        .filter(|need| !need.fixed)
        .map(|need| need.least + need.more)
        .sum();
    let share = |need: &Need| {
        let more = (need.more * left.min(wanted))
            .checked_div(wanted)
            .unwrap_or(0);
        let size = if need.fixed {
            0
        } else {
            need.least + need.more
        };
        need.least + more + (size * spare).checked_div(growing).unwrap_or(0)
    };
    needs.iter().map(share).map(shown).collect()
}

/// What a column needs, in tenths of a mm.
struct Need {
    /// For its longest word.
    least: usize,
    /// For its texts on one line each, beyond that.
    more: usize,
    /// Whether it gets no more than that.
    fixed: bool,
}

fn wide(characters: usize, points: f32) -> usize {
    let size = if points < 12.0 { 11 } else { 12 };
    characters * CHARACTER * size / 12 + PADDING
}

fn shown(share: usize) -> u32 {
    u32::try_from(share.max(1)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::TableColumn;

    fn table(labels: &[&str], rows: &[&[&str]]) -> Table {
        Table {
            numbered: true,
            columns: labels
                .iter()
                .map(|label| TableColumn::left(label))
                .collect(),
            rows: rows
                .iter()
                .map(|row| row.iter().map(|&cell| cell.to_owned()).collect())
                .collect(),
            ..Table::default()
        }
    }

    #[test]
    fn columns_fill_the_page_and_the_longer_text_is_wider() {
        let full = shares(
            &table(
                &["Họ và tên", "Ghi chú"],
                &[&["Nguyễn Văn A", "Một ghi chú dài hơn họ và tên nhiều"]],
            ),
            165,
            12.0,
        );
        assert!(
            (1640..=1650).contains(&full.iter().sum::<u32>()),
            "{full:?}"
        );
        assert!(full[0] < 150 && full[1] < full[2], "{full:?}");
        let given = Table {
            columns: [1, 3]
                .map(|width| TableColumn {
                    width: Some(width),
                    ..TableColumn::left("x")
                })
                .to_vec(),
            ..table(&[], &[])
        };
        assert_eq!(shares(&given, 165, 12.0), [118, 383, 1149]);
    }

    #[test]
    fn a_word_has_room_whatever_the_others_want() {
        let long = "dài ".repeat(500);
        let shares = shares(
            &table(&["Số ĐT", "Ghi chú"], &[&["0912345678", &long]]),
            165,
            12.0,
        );
        assert!(shares[1] >= 210 + 34, "{shares:?}");
    }
}
