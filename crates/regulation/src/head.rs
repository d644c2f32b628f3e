//! The section `[head]`: how the regulation is cited, where the software runs, and who does what.

use toml::de::DeValue;

use crate::read::{Reader, Table, date, name, texts, words};
use crate::show::Rows;
use crate::{Cited, Date, InForce, Profile, Source};

/// How a regulation is cited, the software's address, and who does what in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    cited_as: String,
    printed_as: Vec<String>,
    web: Option<Cited<String>>,
    receives: Cited<String>,
    carries_out: Cited<String>,
    copy_to: Option<Cited<String>>,
    hotline: Option<Cited<String>>,
    successor: Option<Cited<String>>,
    replaced: Option<Replaced>,
}

/// What took a regulation's place, and since when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replaced {
    /// The first day on which the regulation is no longer in force.
    pub from: Date,
    /// The decision that replaces it.
    pub by: String,
    /// The id of the profile that holds the new one, where there is one.
    pub profile: Option<String>,
    /// What says so.
    pub source: Source,
}

impl Head {
    /// How we cite the decision: "Quyết định số 151/QĐ-UBND". Where the text is printed in several ways or without a
    /// number, this is our reading.
    #[must_use]
    pub fn cited_as(&self) -> &str {
        &self.cited_as
    }

    /// The number as printed, each way it is printed: `15/1/QĐ-UBND` and `151/QĐ-UBND` (BS), `/2025/QĐ-UBND` (TQ).
    #[must_use]
    pub fn printed_as(&self) -> &[String] {
        &self.printed_as
    }

    /// Where people open the system, as printed (QN.3.1, TQ.3.1, SL.3.1, BS.2); none where the text names no address.
    #[must_use]
    pub fn web(&self) -> Option<&Cited<String>> {
        self.web.as_ref()
    }

    /// Who receives requests.
    #[must_use]
    pub fn receives(&self) -> &Cited<String> {
        &self.receives
    }

    /// Who carries requests out.
    #[must_use]
    pub fn carries_out(&self) -> &Cited<String> {
        &self.carries_out
    }

    /// Who gets a copy of every result (TQ.7.3).
    #[must_use]
    pub fn copy_to(&self) -> Option<&Cited<String>> {
        self.copy_to.as_ref()
    }

    /// The telephone number for support (QN.14.11).
    #[must_use]
    pub fn hotline(&self) -> Option<&Cited<String>> {
        self.hotline.as_ref()
    }

    /// Who took the managing department's place since the text was issued: a local setting.
    #[must_use]
    pub fn successor(&self) -> Option<&Cited<String>> {
        self.successor.as_ref()
    }

    /// What took the regulation's place, if anything has.
    #[must_use]
    pub fn replaced(&self) -> Option<&Replaced> {
        self.replaced.as_ref()
    }

    pub(crate) fn rows(&self, rows: &mut Rows<'_>) {
        rows.document("head.cited_as", "Viện dẫn", &self.cited_as);
        let printed = self.printed_as.join("; ");
        rows.document("head.printed_as", "Số in trên văn bản", printed);
        let cited = [
            ("head.web", "Địa chỉ truy cập", self.web.as_ref()),
            ("head.receives", "Nơi nhận yêu cầu", Some(&self.receives)),
            (
                "head.carries_out",
                "Nơi thực hiện yêu cầu",
                Some(&self.carries_out),
            ),
            (
                "head.copy_to",
                "Nơi đồng nhận kết quả",
                self.copy_to.as_ref(),
            ),
            ("head.hotline", "Điện thoại hỗ trợ", self.hotline.as_ref()),
            (
                "head.successor",
                "Cơ quan kế thừa cơ quan quản lý",
                self.successor.as_ref(),
            ),
        ];
        for (key, label, value) in cited {
            if let Some(value) = value {
                rows.add(key, label, &value.value, &value.source);
            }
        }
        if let Some(replaced) = &self.replaced {
            let value = format!("{} từ ngày {}", replaced.by, replaced.from.vietnamese());
            rows.add(
                "head.replaced",
                "Được thay thế bởi",
                value,
                &replaced.source,
            );
        }
    }
}

impl Profile {
    /// How it is cited and who does what in it.
    #[must_use]
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// Whether the regulation is in force on a day; a draft never is.
    #[must_use]
    pub fn is_in_force_on(&self, day: Date) -> bool {
        let begun = match self.in_force.value {
            InForce::From(first) => day >= first,
            InForce::Undated => false,
        };
        begun
            && self
                .head
                .replaced()
                .is_none_or(|replaced| day < replaced.from)
    }

    /// Whether the text is a draft: it has no day on which it enters into force.
    #[must_use]
    pub fn is_draft(&self) -> bool {
        self.in_force.value == InForce::Undated
    }

    /// The body that does today what this one does in the text: the managing department's successor, else itself.
    #[must_use]
    pub fn body_now<'p>(&'p self, printed: &'p str) -> &'p str {
        match self.head.successor() {
            Some(successor) if printed == self.managing.value => &successor.value,
            _ => printed,
        }
    }
}

/// Reads `[head]`; `in_force` is the first day, where there is one.
pub(crate) fn head<'t>(
    reader: &mut Reader<'t>,
    top: &mut Table<'t>,
    in_force: Option<&InForce>,
) -> Option<Head> {
    let mut table = reader.table(top, "head")?;
    let cited_as = reader.plain(&mut table, "cited_as", words);
    let printed_as = reader.plain(&mut table, "printed_as", texts);
    let web = reader.optional_cited(&mut table, "web", address);
    let receives = reader.cited(&mut table, "receives", words);
    let carries_out = reader.cited(&mut table, "carries_out", words);
    let copy_to = reader.optional_cited(&mut table, "copy_to", words);
    let hotline = reader.optional_cited(&mut table, "hotline", words);
    let successor = reader.optional_cited(&mut table, "successor", words);
    let replaced = replaced(reader, &mut table, in_force);
    reader.close(&table);
    Some(Head {
        cited_as: cited_as?,
        printed_as: printed_as?,
        web: web?,
        receives: receives?,
        carries_out: carries_out?,
        copy_to: copy_to?,
        hotline: hotline?,
        successor: successor?,
        replaced: replaced?,
    })
}

#[expect(clippy::option_option, reason = "outer: readable; inner: there")]
fn replaced<'t>(
    reader: &mut Reader<'t>,
    head: &mut Table<'t>,
    in_force: Option<&InForce>,
) -> Option<Option<Replaced>> {
    if !head.has("replaced") {
        return Some(None);
    }
    let mut table = reader.table(head, "replaced")?;
    let line = reader.line_of(&table, "from");
    let from = reader.plain(&mut table, "from", date);
    let by = reader.plain(&mut table, "by", words);
    let profile = reader.optional(&mut table, "profile", name);
    let source = reader.source(&mut table);
    reader.close(&table);
    if let (Some(from), Some(InForce::From(first))) = (from, in_force)
        && from <= *first
    {
        let what = format!("một ngày sau {first}, ngày văn bản có hiệu lực");
        reader.needs(line, table.name("from"), &what);
        return None;
    }
    Some(Some(Replaced {
        from: from?,
        by: by?,
        profile: profile?,
        source: source?,
    }))
}

/// An address that a browser opens, as printed.
fn address(value: &DeValue<'_>) -> Result<String, &'static str> {
    let what = "một địa chỉ web (\"https://mail.sonla.gov.vn\")";
    let text = words(value).map_err(|_| what)?;
    let rest = ["https://", "http://"]
        .into_iter()
        .find_map(|scheme| text.strip_prefix(scheme));
    let host = rest.and_then(|rest| rest.split(['/', ':']).next());
    let is_host = host
        .is_some_and(|host| host.contains('.') && host.split('.').all(|label| !label.is_empty()));
    if is_host && !text.contains(char::is_whitespace) {
        Ok(text)
    } else {
        Err(what)
    }
}
