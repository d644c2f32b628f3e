//! The words of an entry, as searches compare them.

use std::collections::BTreeSet;

use congvu_message::fold::fold;
use congvu_store::directory::{Entry, Facts, MOST_WORDS};

/// What the digits of a telephone number begin with, so that only those find it who may.
const PHONE: char = '#';
/// A word of so many digits and more is a telephone number.
const DIGITS: usize = 6;
/// Longer words are cut; nobody types them out.
const LONGEST: usize = 40;

/// The words of a text: runs of letters and digits, without marks and case.
fn words(text: &str) -> impl Iterator<Item = String> {
    fold(text)
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().take(LONGEST).collect())
        .collect::<Vec<String>>()
        .into_iter()
}

/// All words of an entry, each once, in order, with spaces between.
pub(super) fn of(facts: &Facts) -> String {
    let entry = &facts.entry;
    let local_part = entry.address.split('@').next().unwrap_or_default();
    let mut all = BTreeSet::new();
    for text in entry.names.iter().chain([
        &entry.display,
        &entry.title,
        &entry.place,
        &facts.short_name,
        &facts.above,
    ]) {
        all.extend(words(text));
    }
    all.extend(words(local_part));
    let phone = digits(&entry.phone);
    if !phone.is_empty() {
        all.insert(format!("{PHONE}{phone}"));
    }
    all.into_iter().collect::<Vec<_>>().join(" ")
}

/// What an entry is ordered by: persons before units before groups; persons by their given names, as Vietnamese lists are.
pub(super) fn key(entry: &Entry) -> String {
    let [family, middle, given] = &entry.names;
    let (rank, name) = match entry.kind.as_str() {
        "person" => ('0', format!("{given} {family} {middle} {}", entry.display)),
        "unit" => ('1', entry.display.clone()),
        _ => ('2', entry.display.clone()),
    };
    let words: Vec<String> = words(&name).collect();
    format!("{rank} {}", words.join(" "))
}

/// The beginnings that a search asks for. Of an address what stands before the @ counts; long numbers are telephone numbers.
pub(super) fn asked(text: &str, phones: bool) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    let number = digits(text);
    if phones && number.len() >= DIGITS && !text.chars().any(char::is_alphabetic) {
        return vec![format!("{PHONE}{number}")];
    }
    for token in text.split_whitespace() {
        let token = match token.split_once('@') {
            Some((local_part, _)) if !local_part.is_empty() => local_part,
            _ => token,
        };
        for word in words(token) {
            if !all.contains(&word) {
                all.push(word);
            }
        }
    }
    all.truncate(MOST_WORDS);
    all
}

/// The digits of a telephone number, in the form it is dialled inside the country.
fn digits(text: &str) -> String {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    match text.trim_start().starts_with("+84") {
        true => format!("0{}", digits.get(2..).unwrap_or_default()),
        false => digits,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_capitals_do_not_matter() {
        let found: Vec<String> = words("Đỗ Thị Thúy-Hòa (Sở KH&CN)").collect();
        assert_eq!(found, ["do", "thi", "thuy", "hoa", "so", "kh", "cn"]);
        assert_eq!(asked("do THI  thúy", false), ["do", "thi", "thuy"]);
    }

    #[test]
    fn an_address_and_a_number_are_asked_for_as_they_are_typed() {
        assert_eq!(
            asked("phamvana.skhcn@tinh.gov.vn", false),
            ["phamvana", "skhcn"]
        );
        assert_eq!(asked("+84 912 345 678", true), ["#0912345678"]);
        assert_eq!(asked("0912.345", true), ["#0912345"]);
        assert_eq!(asked("0912.345", false), ["0912", "345"]);
        assert_eq!(asked("phòng 2", true), ["phong", "2"]);
    }
}
