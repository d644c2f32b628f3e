//! Labels of a mailbox: what people call its keywords (RFC 9051 §2.3.2), in one of a few colours. A new name or colour is told to the
//! mailbox's row of keywords alone; no message is touched. One's own mailbox is one's own; in a unit mailbox it is for keepers who may
//! organise it, and stands in the record under their name.

use congvu_message::filter::{Action as Does, Rule};
use congvu_message::fold::fold;
use congvu_store::label::{self, Label as Stored};
use congvu_store::{MailboxId, StoreError, StoreResult, Tx, filter, keyword};

use super::{Arranger, note_unit};
use crate::{Actor, Refused};

/// The longest name, in letters.
pub const NAME: usize = 40;
/// The keyword of a label is its name without marks, up to so many letters.
const KEYWORD: usize = 40;

/// A colour of a label. A colour only helps: the name always stands beside it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Colour {
    /// Of what nobody gave one.
    #[default]
    Grey,
    /// A colour.
    Red,
    /// A colour.
    Orange,
    /// A colour.
    Yellow,
    /// A colour.
    Green,
    /// A colour.
    Blue,
    /// A colour.
    Purple,
    /// A colour.
    Pink,
}

impl Colour {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 8] = [
        Self::Grey,
        Self::Red,
        Self::Orange,
        Self::Yellow,
        Self::Green,
        Self::Blue,
        Self::Purple,
        Self::Pink,
    ];

    fn of(number: u8) -> Self {
        let found = Self::ALL.get(usize::from(number));
        found.copied().unwrap_or_default()
    }
}

/// What mail programs have agreed on (Thunderbird's five, which others know too): keyword, what they mean, colour.
const KNOWN: [(&str, &str, Colour); 5] = [
    ("$label1", "Quan trọng", Colour::Red),
    ("$label2", "Công việc", Colour::Orange),
    ("$label3", "Cá nhân", Colour::Green),
    ("$label4", "Cần làm", Colour::Blue),
    ("$label5", "Để sau", Colour::Purple),
];

/// What programs tell each other with keywords that do not begin with `$`.
const SILENT: [&str; 6] = [
    "junk",
    "nonjunk",
    "notjunk",
    "junkrecorded",
    "forwarded",
    "redirected",
];

/// A label as people see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The flag value (one bit set).
    pub bit: i64,
    /// As mail programs know it.
    pub keyword: String,
    /// What people call it.
    pub name: String,
    /// Its colour.
    pub colour: Colour,
    /// Nobody named it: it is called as mail programs call it.
    pub unnamed: bool,
}

/// A keyword as people see it; `None` for what programs tell each other.
fn seen(stored: Stored) -> Option<Label> {
    let keyword = stored.keyword.to_ascii_lowercase();
    let known = KNOWN.iter().find(|(name, ..)| *name == keyword);
    let (name, colour, unnamed) = match (stored.name, known) {
        (Some(name), _) => (name, Colour::of(stored.colour), false),
        (None, Some((_, name, colour))) => ((*name).to_owned(), *colour, true),
        (None, None) if keyword.starts_with('$') || SILENT.contains(&keyword.as_str()) => {
            return None;
        }
        (None, None) => (stored.keyword.clone(), Colour::default(), true),
    };
    Some(Label {
        bit: stored.bit,
        keyword: stored.keyword,
        name,
        colour,
        unnamed,
    })
}

/// The labels of a mailbox, by name: those that people made, and what mail programs set that people can make something of.
///
/// # Errors
/// What the store answers.
pub fn labels(tx: &mut Tx<'_>, mailbox: MailboxId) -> StoreResult<Vec<Label>> {
    let stored = label::list(tx, mailbox)?;
    let mut labels: Vec<Label> = stored.into_iter().filter_map(seen).collect();
    labels.sort_by_cached_key(|label| fold(&label.name));
    Ok(labels)
}

/// What somebody writes of a label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenLabel {
    /// What they call it.
    pub name: String,
    /// Its colour.
    pub colour: Colour,
}

/// Makes a label (`bit` is `None`), or gives one another name and colour. Returns its flag value.
///
/// # Errors
/// Whoever writes it may not; the name says nothing or is another's; the mailbox can have no more of them; it is gone.
pub fn put_label(
    tx: &mut Tx<'_>,
    actor: &Actor,
    (mailbox, bit): (MailboxId, Option<i64>),
    written: &WrittenLabel,
) -> Result<i64, Refused> {
    let arranger = Arranger::load(tx, actor, mailbox)?;
    let name: Vec<&str> = written.name.split_whitespace().collect();
    let name = name.join(" ");
    let has_letters = name.contains(char::is_alphanumeric);
    let is_odd = |c: char| c.is_control() || "\"“”„()".contains(c);
    if !has_letters || name.chars().count() > NAME || name.contains(is_odd) {
        return Err(Refused::bad(
            "Ghi tên nhãn, nhiều nhất 40 chữ, không dùng ngoặc.",
        ));
    }
    label::lock(tx, mailbox)?;
    let others = labels(tx, mailbox)?;
    let plain = fold(&name);
    let is_other = |label: &&Label| Some(label.bit) != bit && fold(&label.name) == plain;
    let same = others.iter().find(is_other);
    // What a mail program set is taken up under the name that it has already.
    let bit = match (bit, same) {
        (None, Some(same)) if same.unnamed => same.bit,
        (_, Some(same)) => {
            return Err(Refused::bad(format!(
                "Đã có nhãn “{}”. Đặt tên khác.",
                same.name
            )));
        }
        (Some(bit), None) if others.iter().any(|label| label.bit == bit) => bit,
        (Some(_), None) => return Err(gone()),
        (None, None) => new_keyword(tx, mailbox, &plain, &others)?,
    };
    let colour = Colour::ALL.iter().position(|one| *one == written.colour);
    let colour = u8::try_from(colour.unwrap_or_default()).unwrap_or_default();
    label::name(tx, mailbox, bit, (&name, colour)).map_err(|error| match error {
        StoreError::NotFound(_) => gone(),
        error => error.into(),
    })?;
    note_unit(tx, actor, &arranger, mailbox, ("label", &name, None))?;
    Ok(bit)
}

/// A keyword for a label of this name, which no other label has: `Cần xử lý` becomes `can-xu-ly`.
fn new_keyword(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    plain: &str,
    others: &[Label],
) -> Result<i64, Refused> {
    let words = plain.split(|c: char| !c.is_ascii_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let mut base: String = words.join("-").chars().take(KEYWORD).collect();
    if base.is_empty() || SILENT.contains(&base.as_str()) {
        base.insert_str(0, "nhan");
    }
    let taken = |keyword: &str| {
        let mut others = others.iter();
        others.any(|label| label.keyword.eq_ignore_ascii_case(keyword))
    };
    let mut keyword = base.clone();
    for n in 2.. {
        if !taken(&keyword) {
            break;
        }
        keyword = format!("{base}-{n}");
    }
    let made = match keyword::ensure(tx, mailbox, &keyword)? {
        Some(made) => Some(made),
        None => label::reuse(tx, mailbox)?,
    };
    made.ok_or_else(|| Refused::state("Hộp thư đã có quá nhiều nhãn. Xóa bớt nhãn không dùng."))
}

fn gone() -> Refused {
    Refused::missing("Nhãn này không còn. Có thể đã bị xóa ở nơi khác.")
}

/// Deletes a label: messages stay, and lose it.
///
/// # Errors
/// Whoever deletes it may not; a filter puts it on mail that comes; it is gone.
pub fn remove_label(
    tx: &mut Tx<'_>,
    actor: &Actor,
    (mailbox, bit): (MailboxId, i64),
) -> Result<(), Refused> {
    let arranger = Arranger::load(tx, actor, mailbox)?;
    let labels = labels(tx, mailbox)?;
    let found = labels.iter().find(|label| label.bit == bit);
    let found = found.ok_or_else(gone)?;
    for filter in filter::list(tx, mailbox)? {
        let rule = Rule::from_bytes(&filter.rule).ok();
        let puts = |does: &Does| matches!(does, Does::Label(keyword) if keyword.as_str().eq_ignore_ascii_case(&found.keyword));
        if rule.is_some_and(|rule| rule.actions().iter().any(puts)) {
            return Err(Refused::state(format!(
                "Bộ lọc “{}” đang gắn nhãn này. Sửa bộ lọc trước, rồi xóa nhãn.",
                filter.name
            )));
        }
    }
    label::delete(tx, mailbox, bit)?;
    note_unit(
        tx,
        actor,
        &arranger,
        mailbox,
        ("label-removed", &found.name, None),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_mail_programs_set_shows_sensibly() {
        let stored = |keyword: &str, name: Option<&str>| Stored {
            bit: 32,
            keyword: keyword.into(),
            name: name.map(str::to_owned),
            colour: 4,
        };
        let shown = |keyword: &str, name| {
            let label = seen(stored(keyword, name));
            label.map(|label| (label.name, label.colour, label.unnamed))
        };
        for (keyword, name, expected) in [
            ("$Label1", None, Some(("Quan trọng", Colour::Red, true))),
            ("$label5", None, Some(("Để sau", Colour::Purple, true))),
            (
                "$label1",
                Some("Khẩn"),
                Some(("Khẩn", Colour::Green, false)),
            ),
            ("can-xu-ly", None, Some(("can-xu-ly", Colour::Grey, true))),
            ("$Forwarded", None, None),
            ("NonJunk", None, None),
        ] {
            let expected = expected.map(|(name, colour, own)| (name.to_owned(), colour, own));
            assert_eq!(shown(keyword, name), expected, "{keyword}");
        }
        assert_eq!(Colour::of(200), Colour::Grey);
    }
}
