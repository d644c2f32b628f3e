//! Passwords that are tried first: the ones found in leaked lists, everyday words with a few digits, dates, and runs.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::fold::{folded, substitutes};
use super::walk::things;

/// Passwords as a whole.
static LISTED: LazyLock<BTreeSet<&str>> =
    LazyLock::new(|| entries(include_str!("../../../../regulations/passwords/common.txt")));

/// Words of which passwords are made with a few digits and signs.
static WORDS: LazyLock<BTreeSet<&str>> =
    LazyLock::new(|| entries(include_str!("../../../../regulations/passwords/words.txt")));

/// Words of dates.
const DATES: [&str; 47] = [
    "thang",
    "nam",
    "ngay",
    "quy",
    "tuan",
    "mua",
    "xuan",
    "ha",
    "thu",
    "dong",
    "t",
    "th",
    "q",
    "mot",
    "gieng",
    "hai",
    "ba",
    "tu",
    "bon",
    "sau",
    "bay",
    "tam",
    "chin",
    "muoi",
    "chap",
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "jan",
    "feb",
    "mar",
    "apr",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
];

/// Fewer things to remember than this are guessed.
const FEWEST_THINGS: usize = 5;
/// So many digits beside a common word are no obstacle.
const FEW_DIGITS: usize = 4;

/// Why a password is easily guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weakness {
    Common,
    Date,
    Run,
}

impl Weakness {
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Common => {
                "Mật khẩu này quá phổ biến, dễ bị đoán; hãy chọn mật khẩu khác, đừng chỉ thêm số vào một từ quen thuộc."
            }
            Self::Date => "Mật khẩu này chỉ gồm ngày, tháng, năm nên dễ bị đoán.",
            Self::Run => "Mật khẩu này là các phím liền nhau hoặc lặp lại nên dễ bị đoán.",
        }
    }
}

/// Why this password is easily guessed, if it is.
pub(super) fn weakness(password: &str) -> Option<Weakness> {
    let folded = folded(password);
    if is_date(&folded) {
        return Some(Weakness::Date);
    }
    if LISTED.contains(&*folded) || is_word_with_digits(&folded) {
        return Some(Weakness::Common);
    }
    let letters: Vec<char> = folded.chars().collect();
    (things(&letters) < FEWEST_THINGS).then_some(Weakness::Run)
}

fn entries(text: &'static str) -> BTreeSet<&'static str> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with("# "))
        .collect()
}

/// Everyday words, with signs written for letters, and beside them signs and digits that are few or easily guessed.
fn is_word_with_digits(folded: &str) -> bool {
    let is_end = |letter: char| !letter.is_alphabetic();
    let tail = folded.trim_end_matches(is_end);
    // A sign at the beginning may be a letter of the word (`@dmin`), or stand before it.
    [tail, tail.trim_start_matches(is_end)]
        .into_iter()
        .any(|word| {
            let beside = folded.replacen(word, "", 1);
            let digits: String = beside.chars().filter(char::is_ascii_digit).collect();
            let signs = beside.chars().count() - digits.len();
            signs <= 3
                && (digits.len() <= FEW_DIGITS || is_date(&digits) || is_run(&digits))
                && [0, 1]
                    .into_iter()
                    .any(|choice| is_made_of(&plain(word, choice), |part| WORDS.contains(part)))
        })
}

fn is_run(digits: &str) -> bool {
    let digits: Vec<char> = digits.chars().collect();
    things(&digits) <= 2
}

/// The letters that were meant, of two the first or second; signs between are left out.
fn plain(word: &str, choice: usize) -> String {
    word.chars()
        .filter_map(|letter| {
            let meant = substitutes(letter);
            let meant = meant.get(choice).or(meant.first()).copied();
            meant.or_else(|| letter.is_alphabetic().then_some(letter))
        })
        .collect()
}

/// Whether the text is one or more such parts and nothing else.
fn is_made_of(text: &str, is_part: impl Fn(&str) -> bool) -> bool {
    // Which beginnings of the text are made of parts, by their length in bytes.
    let mut ends = vec![0];
    for (at, letter) in text.char_indices() {
        let end = at + letter.len_utf8();
        let made = ends
            .iter()
            .any(|start| text.get(*start..end).is_some_and(&is_part));
        if made {
            ends.push(end);
        }
    }
    !text.is_empty() && ends.last() == Some(&text.len())
}

/// Only words of dates, numbers as dates have them, and signs: `Thang10@2025`, `02/09/1945`.
fn is_date(folded: &str) -> bool {
    let mut numbers = 0;
    let parts_well = folded
        .split(|letter: char| !letter.is_alphanumeric())
        .flat_map(split_kinds)
        .all(|run| {
            if run.starts_with(|letter: char| letter.is_ascii_digit()) {
                numbers += 1;
                is_number_of_date(run)
            } else {
                is_made_of(run, |part| DATES.contains(&part))
            }
        });
    parts_well && numbers > 0 && numbers <= 3
}

/// The runs of digits and of other letters.
fn split_kinds(text: &str) -> Vec<&str> {
    let mut runs = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = rest
            .find(|letter: char| letter.is_ascii_digit() != first.is_ascii_digit())
            .unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        runs.push(run);
        rest = after;
    }
    runs
}

/// A day, a month, a year, or a whole date without signs.
fn is_number_of_date(digits: &str) -> bool {
    let number = |from: usize, to: usize| -> u32 {
        digits
            .get(from..to)
            .and_then(|part| part.parse().ok())
            .unwrap_or(0)
    };
    let is_day_month = |day: u32, month: u32| (1..=31).contains(&day) && (1..=12).contains(&month);
    let is_year = |year: u32| (1900..=2099).contains(&year);
    match digits.len() {
        1 | 2 => (1..=31).contains(&number(0, 2)) || number(0, 1) > 0,
        4 => is_year(number(0, 4)) || is_day_month(number(0, 2), number(2, 4)),
        6 => is_day_month(number(0, 2), number(2, 4)) || is_year(number(2, 6)),
        8 => {
            (is_day_month(number(0, 2), number(2, 4)) && is_year(number(4, 8)))
                || (is_year(number(0, 4)) && is_day_month(number(6, 8), number(4, 6)))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(password: &str, expected: Option<Weakness>) {
        assert_eq!(weakness(password), expected, "{password}");
    }

    #[test]
    fn common_passwords_and_their_kin() {
        for password in [
            "matkhau123",
            "Matkhau@2025",
            "M@tKhau1!",
            "anhyeuem",
            "AnhYêuEm@1990",
            "123456a@",
            "Abc@123",
            "aBc@12345",
            "P@ssw0rd",
            "Passw0rd123!",
            "@dmin2025",
            "Admin@123",
            "Vietnam@1945",
            "CongVu#2026",
            "SonLa@2025",
            "Quangninh14!",
            "matkhaumoi!1",
            "Hanoi@02091945",
            "qwerty",
            "Iloveyou1!",
            "1234567890",
            "Thaibinh$123456",
            "We1c0me@1",
        ] {
            check(password, Some(Weakness::Common));
        }
        for listed in LISTED.iter().chain(WORDS.iter()) {
            assert_eq!(folded(listed), **listed, "entries are folded");
            assert!(weakness(listed).is_some(), "{listed}");
        }
        assert!(LISTED.len() >= 200 && WORDS.len() >= 200);
    }

    #[test]
    fn months_and_years() {
        for password in [
            "Thang10@2025",
            "Tháng Mười 2025",
            "T10/2025!",
            "02/09/1945",
            "Ngày 1 tháng 5",
            "Mua-Xuan-2026",
            "October2025!",
            "Q3-2026",
            "19/05/90",
        ] {
            check(password, Some(Weakness::Date));
        }
    }

    #[test]
    fn walks_over_the_keyboard() {
        for password in [
            "Zxcvbn@1", "!QAZ3edc", "Poiuy#12", "AAAbbb@1", "Xyz#789@", "9k9k9k9k", "Rfvbgt#5",
        ] {
            check(password, Some(Weakness::Run));
        }
    }

    #[test]
    fn passwords_that_are_none_of_these() {
        for password in [
            "hK7#pm2V",
            "Trau-an-co-92",
            "Sáng@nay8Mưa",
            "xX9!kd",
            "Matkhau@8492751x",
            "Tim92#kemChuoi",
            "KTMR-hbxd-wnpz-47295",
        ] {
            check(password, None);
        }
    }
}
