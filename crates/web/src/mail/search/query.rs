//! What people write into the search box.
//!
//! Words stand side by side and must all be there; `OR` ties its two neighbours, `-` takes away, quotes hold a phrase together, parentheses a
//! group. An operator is a name, a colon and a value, without a space; its name is read without marks and case, so `từ:`, `TU:` and `from:`
//! are one. What has a colon and is no operator is a word (`10:30`, `https://…`).

use congvu_message::fold::fold;
use congvu_store::keyword::flag;
use time::{Date, Month};

use crate::site::Lang;

/// The longest query, in bytes.
pub(crate) const LONGEST: usize = 1_000;
/// So many conditions at most, and groups within groups.
const MOST: usize = 30;
const DEEPEST: usize = 8;
/// 1 January 1970.
const EPOCH: i32 = 2_440_588;

/// A text of the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    From,
    To,
    Cc,
    Bcc,
    Subject,
    FileName,
}

/// What a message must be.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Term {
    All(Vec<Term>),
    Any(Vec<Term>),
    Not(Box<Term>),
    /// Subject, people, text or the name of a file hold it.
    Words(String),
    Holds(Field, String),
    HasFile,
    /// Has the flag, or lacks it.
    Flag(i64, bool),
    /// Received before that day (since 1970, in Vietnam), on it or later, on it.
    Before(i64),
    Since(i64),
    On(i64),
    Larger(u64),
    Smaller(u64),
    In(String),
    Label(String),
}

/// A query that was understood.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Query {
    pub(super) term: Term,
    /// What stands at the top, as it was written: each narrows what is found.
    pub(super) pieces: Vec<String>,
}

/// Why a query is not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    TooLong,
    TooMany,
    NoValue(String),
    Day(String),
    Size(String),
    State { name: String, value: String },
    Folder(String),
    Label(String),
}

impl Fault {
    /// What is wrong and how it is written right.
    pub(super) fn text(&self, lang: Lang) -> String {
        match self {
            Self::TooLong => lang.t("Câu tìm dài quá. Bớt chữ rồi tìm lại.").to_owned(),
            Self::TooMany => lang
                .t("Câu tìm có nhiều điều kiện quá. Giữ lại chừng vài điều kiện rồi tìm lại.")
                .to_owned(),
            Self::NoValue(name) => format!(
                "{} {name} {}",
                lang.t("Sau"),
                lang.t("chưa có gì. Ghi điều cần tìm ngay sau dấu hai chấm, không cách.")
            ),
            Self::Day(value) => format!(
                "{} “{value}”. {}",
                lang.t("Không hiểu ngày"),
                lang.t("Ghi như 20/11/2026 hoặc 2026-11-20.")
            ),
            Self::Size(value) => format!(
                "{} “{value}”. {}",
                lang.t("Không hiểu dung lượng"),
                lang.t("Ghi như 500K, 10M hoặc 1,5MB.")
            ),
            Self::State { name, value } if name.starts_with(['h', 'H', 'c', 'C']) => format!(
                "{} {name}{value}. {}",
                lang.t("Không có điều kiện"),
                lang.t("Dùng has:attachment (có:tệp).")
            ),
            Self::State { name, value } => format!(
                "{} {name}{value}. {}",
                lang.t("Không có điều kiện"),
                lang.t(
                    "Dùng is:unread (là:chưađọc), is:read, is:starred (là:sao) hoặc is:answered (là:đãtrảlời)."
                )
            ),
            Self::Folder(name) => format!(
                "{} “{name}”. {}",
                lang.t("Không có thư mục"),
                lang.t("Ghi tên thư mục như trong cây thư mục; tên có dấu cách thì để trong ngoặc kép.")
            ),
            Self::Label(name) => format!(
                "{} “{name}”. {}",
                lang.t("Chưa có nhãn"),
                lang.t("Bỏ điều kiện nhãn hoặc ghi tên nhãn khác.")
            ),
        }
    }
}

#[derive(Clone, Copy)]
enum Operator {
    Holds(Field),
    Has,
    Is,
    Before,
    Since,
    On,
    Larger,
    Smaller,
    In,
    Label,
}

/// The operator of a name, as typed.
fn operator(name: &str) -> Option<Operator> {
    use Operator as O;
    Some(match plain(name).as_str() {
        "from" | "tu" | "nguoigui" => O::Holds(Field::From),
        "to" | "den" | "nguoinhan" => O::Holds(Field::To),
        "cc" | "donggui" => O::Holds(Field::Cc),
        "bcc" => O::Holds(Field::Bcc),
        "subject" | "tieude" | "chude" => O::Holds(Field::Subject),
        "filename" | "tep" | "tentep" => O::Holds(Field::FileName),
        "has" | "co" => O::Has,
        "is" | "la" => O::Is,
        "before" | "truoc" | "truocngay" => O::Before,
        "after" | "since" | "sau" | "tungay" => O::Since,
        "on" | "ngay" => O::On,
        "larger" | "lonhon" => O::Larger,
        "smaller" | "nhohon" => O::Smaller,
        "in" | "trong" => O::In,
        "label" | "nhan" => O::Label,
        _ => return None,
    })
}

/// Without marks, case and what stands between words.
pub(super) fn plain(text: &str) -> String {
    let mut folded = fold(text);
    folded.retain(char::is_alphanumeric);
    folded
}

impl Operator {
    /// `today` is the day since 1970.
    fn term(self, name: &str, value: String, today: i64) -> Result<Term, Fault> {
        let state = |value: String| Fault::State {
            name: format!("{name}:"),
            value,
        };
        Ok(match self {
            Self::Holds(field) => Term::Holds(field, value),
            Self::Has => match plain(&value).as_str() {
                "attachment" | "attachments" | "file" | "tep" | "teptin" | "tepkem" | "dinhkem"
                | "tepdinhkem" => Term::HasFile,
                _ => return Err(state(value)),
            },
            Self::Is => match plain(&value).as_str() {
                "unread" | "unseen" | "chuadoc" | "chuaxem" => Term::Flag(flag::SEEN, false),
                "read" | "seen" | "dadoc" | "daxem" => Term::Flag(flag::SEEN, true),
                "starred" | "flagged" | "sao" | "dausao" | "gansao" => {
                    Term::Flag(flag::FLAGGED, true)
                }
                "answered" | "replied" | "datraloi" => Term::Flag(flag::ANSWERED, true),
                _ => return Err(state(value)),
            },
            Self::Before => Term::Before(day(&value, today).ok_or(Fault::Day(value))?),
            Self::Since => Term::Since(day(&value, today).ok_or(Fault::Day(value))?),
            Self::On => Term::On(day(&value, today).ok_or(Fault::Day(value))?),
            Self::Larger => Term::Larger(size(&value).ok_or(Fault::Size(value))?),
            Self::Smaller => Term::Smaller(size(&value).ok_or(Fault::Size(value))?),
            Self::In => Term::In(value),
            Self::Label => Term::Label(value),
        })
    }
}

/// A day as people write it: `20/11/2026`, `20-11-2026`, `20/11` of this year, `2026-11-20`, today, yesterday.
fn day(text: &str, today: i64) -> Option<i64> {
    match plain(text).as_str() {
        "homnay" | "today" => return Some(today),
        "homqua" | "yesterday" => return today.checked_sub(1),
        _ => {}
    }
    let numbers: Option<Vec<u16>> = text
        .split(['/', '-', '.'])
        .map(|number| number.trim().parse().ok())
        .collect();
    let (year, month, day) = match *numbers?.as_slice() {
        [year, month, day] if year > 31 => (i32::from(year), month, day),
        [day, month, year] if year > 31 => (i32::from(year), month, day),
        [day, month] => {
            let today = Date::from_julian_day(i32::try_from(today).ok()?.checked_add(EPOCH)?);
            (today.ok()?.year(), month, day)
        }
        _ => return None,
    };
    let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
    let date = Date::from_calendar_date(year, month, u8::try_from(day).ok()?).ok()?;
    Some(i64::from(date.to_julian_day() - EPOCH))
}

/// Bytes: `500K`, `10M`, `1,5MB`, `2GB`, or a plain number.
fn size(text: &str) -> Option<u64> {
    let text = text.trim().to_ascii_uppercase();
    let text = text.strip_suffix('B').unwrap_or(&text);
    let (number, unit) = match text.char_indices().last()? {
        (at, 'K') => (&text[..at], 1_u64 << 10),
        (at, 'M') => (&text[..at], 1 << 20),
        (at, 'G') => (&text[..at], 1 << 30),
        _ => (text, 1),
    };
    let (whole, part) = number.split_once(['.', ',']).unwrap_or((number, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(part) || part.len() > 3 {
        return None;
    }
    let places = u32::try_from(part.len()).ok()?;
    let thousandths = part.parse::<u64>().unwrap_or_default() * 10_u64.pow(3 - places);
    let of_part = unit * thousandths / 1_000;
    whole
        .parse::<u64>()
        .ok()?
        .checked_mul(unit)?
        .checked_add(of_part)
        .filter(|size| i64::try_from(*size).is_ok())
}

/// Reads a query; nothing where it holds no condition. `today` is the day since 1970 in Vietnam.
pub(super) fn parse(text: &str, today: i64) -> Result<Option<Query>, Fault> {
    if text.len() > LONGEST {
        return Err(Fault::TooLong);
    }
    let mut reader = Reader {
        text,
        at: 0,
        left: MOST,
        today,
    };
    let (terms, pieces) = reader.group(0)?;
    Ok(match terms.len() {
        0 => None,
        _ => Some(Query {
            term: all(terms),
            pieces,
        }),
    })
}

fn all(mut terms: Vec<Term>) -> Term {
    match terms.len() {
        1 => terms.remove(0),
        _ => Term::All(terms),
    }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    left: usize,
    today: i64,
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„')
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn take(&mut self, c: char) -> bool {
        let is_next = self.peek() == Some(c);
        if is_next {
            self.at += c.len_utf8();
        }
        is_next
    }

    fn skip_blanks(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    /// What stands up to the end of the text, or of the group; with what each was written as.
    fn group(&mut self, depth: usize) -> Result<(Vec<Term>, Vec<String>), Fault> {
        let mut terms: Vec<Term> = Vec::new();
        let mut pieces: Vec<String> = Vec::new();
        let mut either = false;
        loop {
            self.skip_blanks();
            let from = self.at;
            match self.peek() {
                None => break,
                Some(')') => {
                    self.at += 1;
                    if depth > 0 {
                        break;
                    }
                    continue;
                }
                Some(_) => {}
            }
            if self.take_or() {
                either = !terms.is_empty();
                continue;
            }
            let Some(term) = self.term(depth)? else {
                continue;
            };
            let piece = self.text[from..self.at].trim().to_owned();
            match (std::mem::take(&mut either), terms.pop(), pieces.pop()) {
                (true, Some(before), Some(written)) => {
                    terms.push(match before {
                        Term::Any(mut any) => {
                            any.push(term);
                            Term::Any(any)
                        }
                        before => Term::Any(vec![before, term]),
                    });
                    pieces.push(format!("{written} OR {piece}"));
                }
                (_, before, written) => {
                    terms.extend(before);
                    pieces.extend(written);
                    terms.push(term);
                    pieces.push(piece);
                }
            }
        }
        Ok((terms, pieces))
    }

    /// `OR` or `HOẶC` as a word of its own, in capitals.
    fn take_or(&mut self) -> bool {
        let word = self.rest().split(char::is_whitespace).next();
        let found = word.filter(|word| matches!(*word, "OR" | "HOẶC"));
        self.at += found.map_or(0, str::len);
        found.is_some()
    }

    /// One condition; nothing where there is only punctuation.
    fn term(&mut self, depth: usize) -> Result<Option<Term>, Fault> {
        if self.take('-') {
            let follows = self.peek().is_some_and(|c| !c.is_whitespace() && c != ')');
            if !follows {
                return Ok(None);
            }
            let term = self.term(depth)?;
            return Ok(term.map(|term| Term::Not(Box::new(term))));
        }
        self.left = self.left.checked_sub(1).ok_or(Fault::TooMany)?;
        if self.take('(') {
            if depth == DEEPEST {
                return Err(Fault::TooMany);
            }
            let (terms, _) = self.group(depth + 1)?;
            return Ok((!terms.is_empty()).then(|| all(terms)));
        }
        if self.peek().is_some_and(is_quote) {
            return Ok(words(&self.quoted()));
        }
        let word = self.word(depth > 0);
        let Some((name, value)) = word.split_once(':') else {
            return Ok(words(word.trim_matches(|c: char| !c.is_alphanumeric())));
        };
        let Some(operator) = operator(name) else {
            return Ok(words(word.trim_matches(|c: char| !c.is_alphanumeric())));
        };
        let value = if value.is_empty() && self.peek().is_some_and(is_quote) {
            self.quoted()
        } else {
            value.to_owned()
        };
        let value = value.trim();
        if value.is_empty() {
            return Err(Fault::NoValue(format!("{name}:")));
        }
        operator.term(name, value.to_owned(), self.today).map(Some)
    }

    /// Up to a blank, a quote behind a colon, or the end of the group.
    fn word(&mut self, in_group: bool) -> &'t str {
        let rest = self.rest();
        let mut before = ' ';
        let end = rest.find(|c: char| {
            let ends =
                c.is_whitespace() || (in_group && c == ')') || (before == ':' && is_quote(c));
            before = c;
            ends
        });
        let word = &rest[..end.unwrap_or(rest.len())];
        self.at += word.len();
        word
    }

    /// What stands in quotes; the last may be missing.
    fn quoted(&mut self) -> String {
        let rest = self.rest();
        let open = rest.chars().next().map_or(0, char::len_utf8);
        let inner = &rest[open..];
        let (text, end) = match inner.char_indices().find(|(_, c)| is_quote(*c)) {
            Some((at, c)) => (&inner[..at], at + c.len_utf8()),
            None => (inner, inner.len()),
        };
        self.at += open + end;
        text.to_owned()
    }
}

/// A word or a phrase; nothing where no letter and no digit is in it.
fn words(text: &str) -> Option<Term> {
    let text = text.trim();
    text.contains(char::is_alphanumeric)
        .then(|| Term::Words(text.to_owned()))
}
