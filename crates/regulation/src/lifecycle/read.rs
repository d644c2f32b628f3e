//! The sections of a profile about the life of a mailbox: `[[sweep]]`, `[restore]`, `[revoke]`.

use std::collections::BTreeSet;

use toml::de::DeValue;

use super::Activity;
use super::rules::{Act, By, Clock, Locks, Rules, Stop, Sweep, Wait};
use crate::calendar::Term;
use crate::password::Rule;
use crate::read::{Reader, Table, day_off, say, term, texts, words, yes_or_no};
use crate::{Cited, LockMode, MailboxKind, Origin, Value};

/// Reads a profile's rules; `password`, `lock_mode` and how soon a request to restore is answered are
/// read already.
pub(crate) fn rules<'t>(
    reader: &mut Reader<'t>,
    top: &mut Table<'t>,
    code: &str,
    password: Option<Rule>,
    lock_mode: Option<Cited<LockMode>>,
    answered_within: Option<Cited<Term>>,
) -> Option<Rules> {
    let remind = reader
        .table(top, "password_reminders")
        .and_then(|mut table| {
            let days = reader.cited(&mut table, "days", days);
            reader.close(&table);
            days
        });
    let sweeps = sweeps(reader, top, |reader, table| {
        let source = reader.source(table)?;
        Some(Origin::Profile {
            code: code.to_owned(),
            source,
        })
    });
    let restore = reader.table(top, "restore").map(|mut table| {
        let must_change = reader.cited(&mut table, "must_change", yes_or_no);
        let waits = waits(reader, &mut table, code, sweeps.as_deref());
        reader.close(&table);
        (must_change, waits)
    });
    let destroys = reader.table(top, "revoke").and_then(|mut table| {
        let destroys = reader.cited(&mut table, "destroys", yes_or_no);
        reader.close(&table);
        destroys
    });
    let (must_change, waits) = restore?;
    Some(Rules {
        sweeps: sweeps?,
        lock_mode: value(lock_mode?, code),
        password: password?,
        password_remind: value(remind?, code),
        restore_within: answered_within.map(|term| value(term, code)),
        restore_must_change: value(must_change?, code),
        waits: waits?,
        revoke_destroys: value(destroys?, code),
    })
}

/// Reads the sweeps of a stricter standard: all are its own.
pub(crate) fn overlay_sweeps<'t>(
    reader: &mut Reader<'t>,
    top: &mut Table<'t>,
    name: &str,
) -> Option<Vec<Sweep>> {
    sweeps(reader, top, |_, _| Some(Origin::Overlay(name.to_owned())))
}

fn value<T>(cited: Cited<T>, code: &str) -> Value<T> {
    Value {
        value: cited.value,
        origin: Origin::Profile {
            code: code.to_owned(),
            source: cited.source,
        },
    }
}

/// All sweeps; each has a name of its own, and one that follows others' locks names some that lock.
fn sweeps<'t>(
    reader: &mut Reader<'t>,
    top: &mut Table<'t>,
    mut origin: impl FnMut(&mut Reader<'t>, &mut Table<'t>) -> Option<Origin>,
) -> Option<Vec<Sweep>> {
    let sweeps = reader.each(top, "sweep", Some("id"), |reader, table| {
        let key = ["locked_by", "not_locked_by"]
            .into_iter()
            .find(|key| table.entries.contains_key(*key))
            .unwrap_or_default();
        let (line, key) = (reader.line_of(table, key), table.name(key));
        Some((line, key, sweep(reader, table, &mut origin)?))
    })?;
    for (line, key, sweep) in &sweeps {
        let all = || sweeps.iter().map(|(_, _, sweep)| sweep);
        if let Clock::Locked(named) | Clock::NoticeReceived(named) = &sweep.clock
            && !named.named().iter().all(|id| locks(all(), id))
        {
            reader.needs(*line, key.clone(), say::LOCKING_SWEEP);
        }
    }
    Some(sweeps.into_iter().map(|(_, _, sweep)| sweep).collect())
}

fn locks<'s>(mut sweeps: impl Iterator<Item = &'s Sweep>, id: &str) -> bool {
    sweeps.any(|sweep| sweep.id == id && sweep.act == Act::Lock)
}

fn sweep<'t>(
    reader: &mut Reader<'t>,
    table: &mut Table<'t>,
    origin: &mut impl FnMut(&mut Reader<'t>, &mut Table<'t>) -> Option<Origin>,
) -> Option<Sweep> {
    let id = reader.plain(table, "id", words);
    let clock = clock(reader, table);
    let after = match clock {
        Some(Clock::FirstSession(_)) => Some(None),
        Some(_) => reader.plain(table, "after", term).map(Some),
        // Whether it must be there is not known.
        None => reader.optional(table, "after", term),
    };
    let (line, act_line) = (
        reader.line_of(table, "ask_receipt"),
        reader.line_of(table, "act"),
    );
    let day_off = reader.plain(table, "day_off", day_off);
    let act = reader.plain(table, "act", act);
    let by = reader.plain(table, "by", by);
    let stopped_by = reader.plain(table, "stopped_by", stops);
    let kinds = reader
        .optional(table, "mailboxes", kinds)
        .map(|found| found.unwrap_or_else(|| vec![MailboxKind::Personal, MailboxKind::Unit]));
    let remind = reader
        .optional(table, "remind", days)
        .map(Option::unwrap_or_default);
    let asks = table.has("ask_receipt");
    let ask_receipt = reader.optional(table, "ask_receipt", term);
    if asks && !matches!(clock, Some(Clock::NoticeReceived(_)) | None) {
        reader.fault(
            line,
            table.name("ask_receipt"),
            "chỉ dùng với clock = \"notice-received\"",
        );
    }
    // A mailbox that is locked already cannot be locked for being locked.
    let needs_lock = matches!(clock, Some(Clock::Locked(_) | Clock::NoticeReceived(_)));
    if needs_lock && matches!(act, Some(Act::Lock | Act::DisableSignIn)) {
        let what = "\"revoke\" hoặc \"delete\" khi hộp thư đã bị khóa";
        reader.needs(act_line, table.name("act"), what);
    }
    let origin = origin(reader, table);
    Some(Sweep {
        id: id?,
        clock: clock?,
        after: after?,
        day_off: day_off?,
        act: act?,
        by: by?,
        stopped_by: stopped_by?,
        kinds: kinds?,
        remind: remind?,
        ask_receipt: ask_receipt?,
        origin: origin?,
    })
}

fn clock<'t>(reader: &mut Reader<'t>, table: &mut Table<'t>) -> Option<Clock> {
    let Some(name) = reader.plain(table, "clock", clock_name) else {
        // What else stands there depends on the clock.
        for key in ["counts", "hours", "locked_by", "not_locked_by"] {
            table.take(key);
        }
        return None;
    };
    match name {
        "unused" => reader.plain(table, "counts", counts).map(Clock::Unused),
        "default-password" => Some(Clock::DefaultPassword),
        "first-session" => reader.plain(table, "hours", hours).map(Clock::FirstSession),
        "locked" => which_locks(reader, table).map(Clock::Locked),
        _ => which_locks(reader, table).map(Clock::NoticeReceived),
    }
}

/// `locked_by` or `not_locked_by`; all locks where neither is there.
fn which_locks<'t>(reader: &mut Reader<'t>, table: &mut Table<'t>) -> Option<Locks> {
    let line = reader.line_of(table, "not_locked_by");
    let by = reader.optional(table, "locked_by", ids);
    let not_by = reader.optional(table, "not_locked_by", ids);
    match (by?, not_by?) {
        (None, None) => Some(Locks::All),
        (Some(ids), None) => Some(Locks::By(ids)),
        (None, Some(ids)) => Some(Locks::NotBy(ids)),
        (Some(_), Some(_)) => {
            let text = "không đi cùng locked_by";
            reader.fault(line, table.name("not_locked_by"), text);
            None
        }
    }
}

/// One id, or a list of some.
fn ids(value: &DeValue<'_>) -> Result<Vec<String>, &'static str> {
    let what = "id của một [[sweep]], hoặc danh sách các id";
    words(value)
        .map(|id| vec![id])
        .or_else(|_| texts(value))
        .map_err(|_| what)
}

/// `[[restore.wait]]`: none where the profile has none.
fn waits<'t>(
    reader: &mut Reader<'t>,
    restore: &mut Table<'t>,
    code: &str,
    sweeps: Option<&[Sweep]>,
) -> Option<Vec<Wait>> {
    reader.each(restore, "wait", Some("sweep"), |reader, table| {
        let line = table.line;
        let sweep = reader.plain(table, "sweep", words);
        let term = reader.plain(table, "after", term);
        let day_off = reader.plain(table, "day_off", day_off);
        let source = reader.source(table);
        if let (Some(sweep), Some(sweeps)) = (&sweep, sweeps)
            && !locks(sweeps.iter(), sweep)
        {
            reader.needs(line, table.name("sweep"), say::LOCKING_SWEEP);
        }
        Some(Wait {
            sweep: sweep?,
            term: term?,
            day_off: day_off?,
            origin: Origin::Profile {
                code: code.to_owned(),
                source: source?,
            },
        })
    })
}

fn clock_name(value: &DeValue<'_>) -> Result<&'static str, &'static str> {
    let names = [
        "unused",
        "default-password",
        "first-session",
        "locked",
        "notice-received",
    ];
    value
        .as_str()
        .and_then(|text| names.into_iter().find(|name| *name == text))
        .ok_or(
            "\"unused\", \"default-password\", \"first-session\", \"locked\" hoặc \"notice-received\"",
        )
}

fn act(value: &DeValue<'_>) -> Result<Act, &'static str> {
    match value.as_str() {
        Some("lock") => Ok(Act::Lock),
        Some("disable-sign-in") => Ok(Act::DisableSignIn),
        Some("revoke") => Ok(Act::Revoke),
        Some("delete") => Ok(Act::Delete),
        _ => Err("\"lock\", \"disable-sign-in\", \"revoke\" hoặc \"delete\""),
    }
}

fn by(value: &DeValue<'_>) -> Result<By, &'static str> {
    match value.as_str() {
        Some("system") => Ok(By::System),
        Some("department") => Ok(By::Department),
        _ => Err("\"system\" hoặc \"department\""),
    }
}

/// A list of names, none of them twice.
fn list<T: PartialEq>(
    value: &DeValue<'_>,
    what: &'static str,
    known: impl Fn(&str) -> Option<T>,
) -> Result<Vec<T>, &'static str> {
    let mut found = Vec::new();
    for item in value.as_array().ok_or(what)? {
        let item = item.get_ref().as_str().and_then(&known).ok_or(what)?;
        if found.contains(&item) {
            return Err(what);
        }
        found.push(item);
    }
    Ok(found)
}

fn stops(value: &DeValue<'_>) -> Result<BTreeSet<Stop>, &'static str> {
    let known = |name: &str| match name {
        "reason" => Some(Stop::Reason),
        "request" => Some(Stop::Request),
        _ => None,
    };
    let stops = list(
        value,
        "danh sách chọn từ \"reason\", \"request\", hoặc []",
        known,
    )?;
    Ok(stops.into_iter().collect())
}

fn counts(value: &DeValue<'_>) -> Result<BTreeSet<Activity>, &'static str> {
    let what = "danh sách chọn từ \"sign-in\", \"app-sign-in\", \"read\", \"sent\", không lặp lại";
    let known = |name: &str| match name {
        "sign-in" => Some(Activity::SignIn),
        "app-sign-in" => Some(Activity::AppSignIn),
        "read" => Some(Activity::Read),
        "sent" => Some(Activity::Sent),
        _ => None,
    };
    let kinds = list(value, what, known)?;
    if kinds.is_empty() {
        return Err(what);
    }
    Ok(kinds.into_iter().collect())
}

fn kinds(value: &DeValue<'_>) -> Result<Vec<MailboxKind>, &'static str> {
    let what = "danh sách chọn từ \"personal\", \"unit\", không lặp lại";
    let known = |name: &str| match name {
        "personal" => Some(MailboxKind::Personal),
        "unit" => Some(MailboxKind::Unit),
        _ => None,
    };
    let kinds = list(value, what, known)?;
    if kinds.is_empty() {
        return Err(what);
    }
    Ok(kinds)
}

fn number(value: &DeValue<'_>) -> Option<u16> {
    let number = value.as_integer()?;
    u16::from_str_radix(number.as_str(), number.radix()).ok()
}

fn hours(value: &DeValue<'_>) -> Result<u16, &'static str> {
    number(value)
        .filter(|hours| (1..=720).contains(hours))
        .ok_or("một số giờ từ 1 đến 720")
}

/// Days before something, the first reminder first.
fn days(value: &DeValue<'_>) -> Result<Vec<u16>, &'static str> {
    let what = "danh sách số ngày báo trước từ 1 đến 365, giảm dần ([30, 7, 1])";
    let items = value.as_array().ok_or(what)?;
    let days: Option<Vec<u16>> = items.iter().map(|item| number(item.get_ref())).collect();
    days.filter(|days| {
        days.iter().all(|day| (1..=365).contains(day))
            && days
                .windows(2)
                .all(|pair| matches!(pair, [one, next] if one > next))
    })
    .ok_or(what)
}
