//! The life of a mailbox: what was, what is now, what comes if nobody does anything; the newest above.

use congvu_governance::request::kind_of;
use congvu_governance::{Action, Law, access_order};
use congvu_regulation::lifecycle::{Due, What};
use congvu_regulation::{Date, Moment};
use congvu_store::audit::{self, Chain, Record};
use congvu_store::notice::{self, Notice};
use congvu_store::{MailboxId, Tx, lock, request_about};
use serde_json::Value;

use super::who::Seen;
use crate::console::cited::Cited;
use crate::console::clock::Clock;
use crate::site::{Lang, Oops, full};

/// Records that are shown; the record of acts has all.
const SHOWN: i64 = 60;
/// Notices, requests.
const FEW: i64 = 20;

/// One thing that happened, or will.
pub(super) struct Event {
    /// As styles know it: `next`, `now`, `bad`, or nothing.
    pub(super) kind: &'static str,
    pub(super) at: String,
    pub(super) title: String,
    pub(super) about: String,
    pub(super) cited: Cited,
    pub(super) href: String,
    order: i64,
}

/// What happens next, above all others.
pub(super) struct Next {
    pub(super) sentences: Vec<(String, Cited)>,
    pub(super) clock: Option<Clock>,
}

/// What falls due, the soonest first.
pub(super) fn coming(seen: &Seen, law: Law, now: i64) -> Vec<Due> {
    let rules = seen.subject.profile.lifecycle();
    let mut coming = rules.coming(&seen.subject.facts(), law.calendar());
    coming.retain(|due| due.at.0 > now);
    coming
}

/// Whether something is done to the mailbox then, or waits for somebody's word, and is not only told.
fn is_felt(due: &Due) -> bool {
    matches!(
        due.what,
        What::Do(_)
            | What::Propose(_)
            | What::ExpirePassword
            | What::AnswerRestore
            | What::AskReceipt
    )
}

pub(super) fn next(seen: &Seen, coming: &[Due], law: Law, today: Date, lang: Lang) -> Next {
    let profile = seen.subject.profile;
    let rules = profile.lifecycle();
    let felt: Vec<&Due> = coming.iter().filter(|due| is_felt(due)).take(2).collect();
    let sentences = felt.iter().map(|due| {
        let day = due.at.date();
        let sentence = format!(
            "{} {}: {}",
            day.weekday(),
            day.vietnamese(),
            due.sentence(rules, due.at)
        );
        (sentence, Cited::by(profile, &due.origin))
    });
    let clock = felt.first().and_then(|due| {
        // What is done after a term is done from the day after its last.
        let last = due.at.date().plus_days(-1);
        let near = last.epoch_day() - due.since.date().epoch_day() <= 60;
        (near && due.at.date() > today)
            .then(|| Clock::of(law, (due.since.date(), last), today, lang))
    });
    Next {
        sentences: sentences.collect(),
        clock,
    }
}

/// What comes and what was, the newest above.
pub(super) fn read(
    tx: &mut Tx<'_>,
    seen: &Seen,
    coming: &[Due],
    state: &str,
    (own, lang): (Option<MailboxId>, Lang),
) -> Result<Vec<Event>, Oops> {
    let subject = &seen.subject;
    let profile = subject.profile;
    let rules = profile.lifecycle();
    let now = tx.now();
    // Of all the reminders the next one is told: the others say the same again.
    let reminds =
        |due: &&Due| matches!(due.what, What::Remind { .. } | What::RemindPassword { .. });
    let next = coming.iter().find(reminds).map(Due::key);
    let mut all: Vec<Event> = coming
        .iter()
        .filter(|due| !reminds(due) || next == Some(due.key()))
        .map(|due| {
            let day = due.at.date();
            Event {
                kind: "next",
                at: format!("{} {}", day.weekday(), day.vietnamese()),
                title: due.sentence(rules, due.at),
                about: String::new(),
                cited: Cited::by(profile, &due.origin),
                href: String::new(),
                order: due.at.0,
            }
        })
        .collect();
    let today = Moment(now).date();
    all.push(Event {
        kind: "now",
        at: format!(
            "{}, {} {}",
            lang.t("Hôm nay"),
            today.weekday(),
            today.vietnamese()
        ),
        title: state.to_owned(),
        about: String::new(),
        cited: Cited::none(),
        href: String::new(),
        order: now,
    });
    let name = format!("mailbox/{}", subject.id());
    for found in audit::of_subject(tx, Chain::Acts, &name, i64::MAX, SHOWN)? {
        let record = found.record;
        let secret = ["access.", "joint.", "takedown."];
        let secret = secret.iter().any(|begin| record.action.starts_with(begin));
        if secret && !seen.reads || access_order::hides(tx, own, &record)? {
            continue;
        }
        all.push(done(&record, seen, lang));
    }
    for known in lock::all(tx, subject.id())? {
        let key = format!("lock lock/{}", known.lock.id);
        let sent = notice::by_key(tx, &key)?.and_then(|notice| notice.sent_at);
        for (at, title, clause) in [
            (sent, lang.t("Thông báo tạm khóa đã gửi cơ quan"), ""),
            (
                known.lock.received_at,
                lang.t("Cơ quan nhận được thông báo tạm khóa"),
                known.lock.clause.as_str(),
            ),
        ] {
            let Some(at) = at else { continue };
            all.push(past(at, title.to_owned(), lang, Cited::of(profile, clause)));
        }
    }
    for told in notice::of_mailbox(tx, subject.id(), None, FEW)? {
        all.push(notified(&told, seen, lang));
    }
    for about in request_about::mailbox(tx, subject.id(), FEW)? {
        let kind = kind_of(&about.kind).map_or(about.kind.as_str(), |kind| kind.title());
        let title = format!("{} {kind}", lang.t("Cơ quan đề nghị"));
        let mut one = past(about.received_at, title, lang, Cited::none());
        one.about = joined(&[&about.document, &about.reason]);
        one.href = format!("/quan-ly/de-nghi/{}", about.request);
        all.push(one);
    }
    all.sort_by_key(|one| std::cmp::Reverse(one.order));
    Ok(all)
}

fn past(at: i64, title: String, lang: Lang, cited: Cited) -> Event {
    Event {
        kind: "",
        at: full(at, lang),
        title,
        about: String::new(),
        cited,
        href: String::new(),
        order: at,
    }
}

fn joined(parts: &[&str]) -> String {
    let parts: Vec<&str> = parts
        .iter()
        .copied()
        .filter(|part| !part.is_empty())
        .collect();
    parts.join(" · ")
}

fn notified(told: &Notice, seen: &Seen, lang: Lang) -> Event {
    let profile = seen.subject.profile;
    let at = told.sent_at.unwrap_or(told.created_at);
    let title = format!("{}: {}", lang.t("Đã báo chủ hộp thư"), told.subject);
    past(at, title, lang, Cited::of(profile, &told.clause))
}

/// A record of what was done.
fn done(record: &Record, seen: &Seen, lang: Lang) -> Event {
    let named = |action: &&Action| action.name() == record.action;
    let action = Action::ALL.iter().find(named);
    let bad = [
        Action::MailboxLock,
        Action::MailboxRevoke,
        Action::MailboxDelete,
        Action::AccountDisable,
        Action::Violation,
    ];
    let title = action.map_or(record.action.as_str(), |action| action.label());
    let cited = Cited::of(seen.subject.profile, &record.clause);
    let mut one = past(record.at, title.to_owned(), lang, cited);
    one.kind = match action {
        Some(action) if bad.contains(action) => "bad",
        _ => "",
    };
    let who = if record.actor == "system" {
        lang.t("Hệ thống")
    } else if record.actor.starts_with("console:") {
        lang.t("Đơn vị vận hành")
    } else {
        &record.actor
    };
    let detail: Value = serde_json::from_str(&record.detail).unwrap_or_default();
    let text = |name: &str| detail[name].as_str().unwrap_or_default().to_owned();
    let mut reason = joined(&[&text("reason"), &text("found")]);
    if let Ok(until) = text("until").parse::<Date>() {
        let until = format!("{} {}", lang.t("đến hết"), until.vietnamese());
        reason = joined(&[&reason, &until]);
    }
    if let (Some(before), Some(after)) = (detail["before"].as_u64(), detail["after"].as_u64()) {
        let mb = |bytes| crate::mail::bytes(bytes);
        reason = joined(&[&reason, &format!("{} → {}", mb(before), mb(after))]);
    }
    let keeper = text("keeper");
    one.about = joined(&[&reason, &keeper, &record.document, who]);
    one
}
