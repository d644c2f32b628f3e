//! A needle as runs.

use memchr::memmem::Finder;
use unicode_normalization::char::is_combining_mark;

use super::{Needle, PIECE, is_word};
use crate::fold::fold_into;
use crate::search::placed;

/// So many runs of a needle are looked for; candidates need no more.
const RUNS: usize = 16;

/// What an index is asked to find a needle.
#[derive(Debug)]
pub struct Runs {
    /// Each must be among the terms of a text that holds the needle.
    pub runs: Vec<Run>,
    /// Whether each text that has the (one) run among its terms holds the needle.
    pub exact: bool,
}

/// A run of a needle.
#[derive(Debug)]
pub struct Run {
    folded: What,
    /// Where its marks count: as written, and with the tones behind the vowels.
    marked: Option<(What, What)>,
    /// It stands at the beginning, the end of a term.
    starts: bool,
    ends: bool,
}

#[derive(Debug)]
struct What(Finder<'static>);

impl What {
    fn new(text: &str) -> Self {
        Self(Finder::new(text).into_owned())
    }

    fn is_in(&self, term: &str, starts: bool, ends: bool) -> bool {
        let what = self.0.needle();
        match (starts, ends) {
            (true, true) => term.as_bytes() == what,
            (true, false) => term.as_bytes().starts_with(what),
            (false, true) => term.as_bytes().ends_with(what),
            (false, false) => self.0.find(term.as_bytes()).is_some(),
        }
    }
}

impl Run {
    /// Whether the run is in a term as it must be. `folded` is any text, to be written over.
    pub fn is_in(&self, term: &str, folded: &mut String) -> bool {
        let (starts, ends) = (self.starts, self.ends);
        if term.is_ascii() {
            return self.folded.is_in(term, starts, ends)
                && (self.marked.as_ref())
                    .is_none_or(|(written, _)| written.is_in(term, starts, ends));
        }
        folded.clear();
        fold_into(term, folded);
        self.folded.is_in(folded, starts, ends)
            && self.marked.as_ref().is_none_or(|(written, moved)| {
                written.is_in(term, starts, ends) || moved.is_in(&placed(term), starts, ends)
            })
    }

    fn new(run: &str, marks: bool, starts: bool, ends: bool) -> Option<Self> {
        let mut folded = String::new();
        let long = run.chars().nth(PIECE).is_some();
        let begin: String = run.chars().take(PIECE).collect();
        fold_into(&begin, &mut folded);
        if folded.is_empty() {
            return None;
        }
        // A mark at the beginning belongs to whatever stands before it; the beginning of a long run may part
        // vowels from their tone.
        let marks = marks && !long && !run.starts_with(is_combining_mark);
        Some(Self {
            folded: What::new(&folded),
            marked: marks.then(|| (What::new(run), What::new(&placed(run)))),
            starts,
            ends: ends && !long,
        })
    }
}

impl Needle {
    /// Whether every text holds it.
    pub fn is_empty(&self) -> bool {
        self.folded.is_empty() && self.marked.is_none()
    }

    /// The runs to look for among terms; `None` where the needle has no letter and no digit, and terms tell
    /// nothing.
    pub fn runs(&self) -> Option<Runs> {
        let plain = (self.marked.as_ref()).map_or(&self.folded, |marked| &marked.plain);
        let mut runs = Vec::new();
        let mut exact = true;
        let mut at = 0;
        for piece in plain.split(|c| !is_word(c)) {
            let (start, end) = (at, at + piece.len());
            at = end + plain[end..].chars().next().map_or(0, char::len_utf8);
            let (starts, ends) = (start > 0, end < plain.len());
            exact &= !starts
                && !ends
                && piece.chars().nth(PIECE).is_none()
                && !piece.starts_with(is_combining_mark);
            if runs.len() < RUNS {
                runs.extend(Run::new(piece, self.marked.is_some(), starts, ends));
            }
        }
        (!runs.is_empty()).then_some(Runs { runs, exact })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::each;
    use super::*;

    /// What an index knows about a text and a needle: nothing, no, perhaps or yes.
    fn ask(text: &str, needle: &Needle) -> Option<(bool, bool)> {
        let runs = needle.runs()?;
        let mut terms = Vec::new();
        let whole = each(text, |term| terms.push(term.to_owned()));
        let mut folded = String::new();
        let mut in_terms = |run: &Run| terms.iter().any(|term| run.is_in(term, &mut folded));
        let has = runs.runs.iter().all(&mut in_terms);
        Some((has || !whole, has && runs.exact))
    }

    fn check(text: &str, needle: &str) {
        let needle = Needle::new(needle);
        let holds = needle.in_text(text);
        if let Some((perhaps, surely)) = ask(text, &needle) {
            assert!(perhaps || !holds, "{text:?} {needle:?}: missed");
            assert!(holds || !surely, "{text:?} {needle:?}: not there");
            if needle.runs().is_some_and(|runs| runs.exact) {
                assert!(
                    surely || !holds || !each(text, |_| ()),
                    "{text:?} {needle:?}"
                );
            }
        }
    }

    #[test]
    fn examples() {
        let text = "Kính gửi: Ủy ban nhân dân, số 12/QĐ-UBND ngày 22.11.2026; hoà giải";
        for needle in [
            "uy ban",
            "Ủy ban",
            "uỷ ban",
            "y b",
            " ban ",
            "n n",
            "dân",
            "dan",
            "dần",
            "/qđ-",
            "QD",
            "hòa",
            "hoa",
            "hoa giai",
            "22.11",
            "gửi: ủ",
            "12/QĐ-UBND",
            "",
            ":",
            "\u{301}a",
            "i\u{309}",
        ] {
            check(text, needle);
        }
        assert!(Needle::new(" /:").runs().is_none());
        assert!(Needle::new("hợp").runs().is_some_and(|runs| runs.exact));
        assert!(
            Needle::new("hợp đồng")
                .runs()
                .is_some_and(|runs| !runs.exact && runs.runs.len() == 2)
        );
    }

    const LETTERS: &[&str] = &[
        "a", "o", "u", "y", "n", "h", "A", "O", "à", "ò", "Ợ", "ư", "đ", "Đ", "ð", "\u{300}",
        "\u{301}", "\u{323}", "\u{302}", "\u{31b}", "ß", "ς", "Σ", "İ", "7", " ", " ", "-", "῭",
        "≠", "\u{37e}", "ᾈ", "ạ", "가", "\u{1100}", "\u{1161}", "ﬁ", "²",
    ];

    fn texts(most: usize) -> impl Strategy<Value = String> {
        prop::collection::vec(prop::sample::select(LETTERS), 0..most).prop_map(|all| all.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]
        #[test]
        fn nothing_is_missed_and_nothing_made_up(text in texts(12), needle in texts(4)) {
            check(&text, &needle);
        }

        #[test]
        fn cut_out(text in texts(150), from in 0_usize..150, len in 1_usize..70) {
            let needle: String = text.chars().skip(from).take(len).collect();
            check(&text, &needle);
            check(&text, &crate::fold::fold(&needle));
            check(&text, &needle.to_uppercase());
            let long = text.replace([' ', '-', '≠', '῭', '\u{37e}'], "k");
            let needle: String = long.chars().skip(from).take(len).collect();
            check(&long, &needle);
        }
    }
}
