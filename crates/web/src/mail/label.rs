//! Labels as pages show them: a name, a colour that only helps, and the way to all that have it.

use congvu_governance::order::label::{self, Colour, Label};
use congvu_store::{MailboxId, StoreResult, Tx};

use super::search;
use crate::site::Lang;

/// A label on a page.
#[derive(Clone, Debug)]
pub(crate) struct Chip {
    /// Its flag bit, by which forms name it.
    pub(crate) number: u32,
    bit: i64,
    pub(crate) name: String,
    /// As styles know its colour.
    pub(crate) colour: &'static str,
    /// All messages that have it.
    pub(crate) href: String,
}

/// The labels of a mailbox, by name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Labels(Vec<Chip>);

impl Labels {
    pub(crate) fn load(tx: &mut Tx<'_>, mailbox: MailboxId, lang: Lang) -> StoreResult<Self> {
        let labels = label::labels(tx, mailbox)?;
        let chips = labels.iter().map(|label| {
            let name = name(label, lang);
            Chip {
                number: label.bit.trailing_zeros(),
                bit: label.bit,
                colour: code(label.colour),
                href: search::of_label(mailbox, &name),
                name,
            }
        });
        Ok(Self(chips.collect()))
    }

    /// Those that a message has.
    pub(super) fn of(&self, flags: i64) -> Vec<Chip> {
        let all = self.0.iter();
        all.filter(|chip| flags & chip.bit != 0).cloned().collect()
    }

    pub(super) fn all(self) -> Vec<Chip> {
        self.0
    }
}

/// The flag bits that forms name, among those that are labels.
pub(super) fn chosen<'f>(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    numbers: impl Iterator<Item = &'f str>,
) -> StoreResult<i64> {
    let known = label::labels(tx, mailbox)?;
    let known = known.iter().fold(0, |bits, label| bits | label.bit);
    let bits = numbers.filter_map(|number| 1_i64.checked_shl(number.parse().ok()?));
    Ok(bits.fold(0, |bits, bit| bits | bit) & known)
}

/// What a label is called. What mail programs have agreed on is called so in either language.
pub(crate) fn name(label: &Label, lang: Lang) -> String {
    let words = match label.keyword.to_ascii_lowercase().as_str() {
        _ if !label.unnamed => return label.name.clone(),
        "$label1" => lang.t("Quan trọng"),
        "$label2" => lang.t("Công việc"),
        "$label3" => lang.t("Cá nhân"),
        "$label4" => lang.t("Cần làm"),
        "$label5" => lang.t("Để sau"),
        _ => return label.name.clone(),
    };
    words.to_owned()
}

/// As styles and forms know a colour.
pub(crate) fn code(colour: Colour) -> &'static str {
    match colour {
        Colour::Grey => "xam",
        Colour::Red => "do",
        Colour::Orange => "cam",
        Colour::Yellow => "vang",
        Colour::Green => "luc",
        Colour::Blue => "lam",
        Colour::Purple => "tim",
        Colour::Pink => "hong",
    }
}

/// What people call a colour.
pub(crate) fn word(colour: Colour, lang: Lang) -> &'static str {
    match colour {
        Colour::Grey => lang.t("Xám"),
        Colour::Red => lang.t("Đỏ"),
        Colour::Orange => lang.t("Cam"),
        Colour::Yellow => lang.t("Vàng"),
        Colour::Green => lang.t("Lục"),
        Colour::Blue => lang.t("Lam"),
        Colour::Purple => lang.t("Tím"),
        Colour::Pink => lang.t("Hồng"),
    }
}
