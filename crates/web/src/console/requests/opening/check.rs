//! Whether what was filled in can be sent, and what would come of it: all faults at once, each with its line.

use congvu_governance::lists::{Fault, Row};
use congvu_governance::request::{
    self as cases, Ask, Attached, NewRequest, Preview, Weighed, way_of,
};
use congvu_governance::{Actor, Law, Refused};
use congvu_papers::{CSV, PDF, XLSX, requests};
use congvu_regulation::requests::Way;
use congvu_regulation::{Date, Profile};
use congvu_store::organisation::Organisation;
use congvu_store::request::Line;
use congvu_store::{RequestId, Tx};

use super::draft::{Chosen, Draft};
use crate::console::requests::row::{self, Row as Shown};
use crate::site::{Lang, Oops};

/// What was filled in, looked at.
pub(super) enum Checked {
    /// It can be sent.
    Sound(Box<Sound>),
    /// What is wrong, and where: the field of the head, or the line.
    Faulty(Faults),
}

/// What can be sent.
pub(super) struct Sound {
    pub(super) new: NewRequest,
    pub(super) known: cases::Checked,
    /// All of it in short.
    pub(super) digest: String,
    /// What stands behind the @ of new addresses.
    pub(super) domain: String,
}

/// All that is wrong.
#[derive(Default)]
pub(super) struct Faults {
    /// By the field of the head.
    pub(super) head: Vec<(&'static str, String)>,
    /// With the lines, or the whole.
    pub(super) lines: Vec<Fault>,
}

impl Faults {
    fn is_empty(&self) -> bool {
        self.head.is_empty() && self.lines.is_empty()
    }
}

/// What was refused, as the form tells it.
pub(super) fn faults(refused: Refused) -> Faults {
    let lines = match refused {
        Refused::Lines(lines) => lines,
        refused => vec![whole(refused.to_string())],
    };
    Faults {
        head: Vec::new(),
        lines,
    }
}

fn whole(what: String) -> Fault {
    Fault {
        row: 0,
        column: "",
        what,
    }
}

fn media(bytes: &[u8]) -> &'static str {
    match bytes {
        bytes if requests::is_pdf(bytes) => PDF,
        bytes if bytes.starts_with(b"PK") => XLSX,
        _ => CSV,
    }
}

/// Reads the list, outside of the store's threads. What its form tells of number, day and matter counts where nothing was typed.
pub(super) async fn with_list(
    profile: &'static Profile,
    place: &Organisation,
    mut draft: Draft,
) -> Result<Draft, Oops> {
    let Some(list) = draft.list.clone() else {
        return Ok(draft);
    };
    let (kind, name) = (draft.kind, place.name.clone());
    let read =
        tokio::task::spawn_blocking(move || requests::read(profile, kind, &name, &list.bytes));
    match read.await.map_err(|_| Oops::Busy)? {
        Ok(sent) => {
            if draft.number.is_empty() {
                draft.number.clone_from(&sent.number);
            }
            if let Some(day) = sent.day.filter(|_| draft.day.is_empty()) {
                draft.day = day.to_string();
            }
            if draft.reason.is_empty() {
                draft.reason.clone_from(&sent.about);
            }
            draft.sent = Some(sent);
        }
        Err(error) => draft.unread = Some(error.to_string()),
    }
    Ok(draft)
}

/// Looks at all of it.
pub(super) fn check(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    (place, profile): (&Organisation, &'static Profile),
    draft: &Draft,
    lang: Lang,
) -> Result<Checked, Oops> {
    let mut faults = Faults::default();
    let way = way_of(&draft.way);
    if way.is_none() {
        let words = lang.t("Chọn hình thức gửi.");
        faults.head.push(("hinh-thuc", words.to_owned()));
    }
    let written = matches!(way, Some(Way::Documents | Way::Letter));
    if written && draft.number.is_empty() {
        let words = lang.t("Ghi số văn bản của cơ quan đề nghị.");
        faults.head.push(("so", words.to_owned()));
    }
    let day = match draft.day.as_str() {
        // A document is known by number and day.
        "" if written => {
            let words = lang.t("Ghi ngày văn bản, như 20/11/2026.");
            faults.head.push(("ngay", words.to_owned()));
            None
        }
        "" => None,
        day => {
            let read = read_day(day);
            if read.is_none() {
                let words = lang.t("Ghi ngày văn bản, như 20/11/2026.");
                faults.head.push(("ngay", words.to_owned()));
            }
            read
        }
    };
    let rule = profile.request(draft.kind);
    let reason = rule.filter(|rule| {
        let mut fields = rule.fields().iter();
        fields.any(|field| field.required && field.id == "reason")
    });
    if let Some(rule) = reason.filter(|_| draft.reason.is_empty()) {
        let words = lang.t("Ghi lý do đề nghị.");
        let clause = rule.kind().clause();
        let clause = clause.map_or_else(String::new, |clause| format!(" ({clause})"));
        faults.head.push(("ly-do", format!("{words}{clause}")));
    }
    let rows = rows(draft, &mut faults, lang);
    let lines = match cases::from_rows(tx, draft.kind, place.id, &rows) {
        Ok(lines) => lines,
        Err(Refused::Lines(more)) => {
            faults.lines.extend(more);
            Vec::new()
        }
        Err(refused) => return Err(refused.into()),
    };
    let digest = draft.digest();
    let new = NewRequest {
        // What was changed is another request; the same pressed twice is the same.
        key: format!("web/{}/{digest}", draft.key),
        kind: draft.kind,
        organisation: place.id,
        way: way.unwrap_or(Way::Documents),
        document: draft.number.clone(),
        document_day: day,
        reason: draft.reason.clone(),
        lines,
        files: [&draft.list, &draft.paper]
            .into_iter()
            .flatten()
            .map(attached)
            .collect(),
    };
    let mut known = None;
    if way.is_some() && faults.lines.is_empty() {
        match cases::check(tx, law, actor, &new) {
            Ok(checked) => known = Some(checked),
            Err(Refused::Store(error)) => return Err(error.into()),
            Err(Refused::Lines(more)) => faults.lines.extend(more),
            Err(refused) => faults.lines.push(whole(refused.to_string())),
        }
    }
    match known.filter(|_| faults.is_empty()) {
        Some(known) => Ok(Checked::Sound(Box::new(Sound {
            new,
            known,
            digest,
            domain: String::new(),
        }))),
        None => {
            faults.lines.sort();
            faults.lines.dedup();
            Ok(Checked::Faulty(faults))
        }
    }
}

/// `2026-11-20`, as browsers send it, or `20/11/2026`, as people write it.
fn read_day(text: &str) -> Option<Date> {
    if let Ok(day) = text.parse() {
        return Some(day);
    }
    let mut parts = text.split(['/', '-', '.']).map(str::trim);
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

fn attached(file: &Chosen) -> Attached {
    Attached {
        name: file.name.clone(),
        media_type: media(&file.bytes).to_owned(),
        data: file.bytes.clone(),
    }
}

/// The lines of the list, or those that were typed.
fn rows(draft: &Draft, faults: &mut Faults, lang: Lang) -> Vec<Row> {
    let typed = draft.typed();
    if let Some(unread) = &draft.unread {
        faults.head.push(("tep", unread.clone()));
    }
    let Some(sent) = &draft.sent else {
        if typed.is_empty() && draft.unread.is_none() {
            let words = lang.t("Điền ít nhất một dòng, hoặc chọn tệp danh sách.");
            faults.lines.push(whole(words.to_owned()));
        }
        return typed;
    };
    if !typed.is_empty() {
        let words = lang.t("Vừa có tệp danh sách vừa có dòng điền trên trang: hãy bỏ tệp, hoặc xóa các dòng đã điền.");
        faults.head.push(("tep", words.to_owned()));
    }
    faults.lines.extend(sent.list.faults.iter().cloned());
    sent.list.rows.clone()
}

/// What each line would come to.
pub(super) fn preview(
    tx: &mut Tx<'_>,
    law: Law,
    profile: &'static Profile,
    sound: &mut Sound,
    lang: Lang,
) -> Result<Vec<Shown>, Oops> {
    let rule = profile.request(sound.new.kind).map(|rule| (profile, rule));
    let mut preview = Preview::default();
    let mut shown = Vec::with_capacity(sound.new.lines.len());
    for (number, ask) in &sound.new.lines {
        let mailbox = match ask.address().map(|address| cases::find(tx, address)) {
            Some(Ok(mailbox)) => Some(mailbox),
            Some(Err(Refused::Store(error))) => return Err(error.into()),
            _ => None,
        };
        let mut one = Weighed {
            line: line(*number, mailbox),
            ask: Some(ask.clone()),
            noted: None,
            named: None,
            barred: None,
            fault: None,
        };
        if let Ask::Issue(issue) = ask {
            match preview.of(tx, law, (*number, issue), None) {
                Ok(named) => {
                    sound.domain.clone_from(&named.domain);
                    one.named = Some(named);
                }
                Err(Refused::Store(error)) => return Err(error.into()),
                Err(refused) => one.barred = Some(refused.to_string()),
            }
        }
        shown.push(row::row(tx, rule, &one, lang)?);
    }
    Ok(shown)
}

/// A line that nobody sent yet.
fn line(number: u32, mailbox: Option<congvu_store::MailboxId>) -> Line {
    Line {
        request: RequestId(0),
        number,
        mailbox,
        data: String::new(),
        state: "open".to_owned(),
        reason: String::new(),
        decided_by: String::new(),
        decided_at: None,
        done_at: None,
        outcome: String::new(),
        places: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_browsers_and_people_write_them() {
        let day = Date::new(2026, 11, 20);
        for text in ["2026-11-20", "20/11/2026", "20-11-2026", "20. 11. 2026"] {
            assert_eq!(read_day(text), day, "{text}");
        }
        for text in ["", "hôm qua", "31/02/2026", "20/11"] {
            assert_eq!(read_day(text), None, "{text}");
        }
    }
}
