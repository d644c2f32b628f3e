//! `congvu simulate`: what will happen to a mailbox, before it happens.

use anyhow::{Context as _, Result, bail};
use congvu_regulation::calendar::Calendar;
use congvu_regulation::lifecycle::{self, Case, Happening, Rules, What};
use congvu_regulation::{ClauseId, Date};
use serde::Serialize;

use super::profile;
use crate::cli;
use crate::console::{self, Columns};
use crate::profiles;

pub(super) fn run(asked: &cli::Simulate) -> Result<()> {
    let profile = profiles::load(&asked.profile)?;
    let mut rules = profile.lifecycle().clone();
    for overlay in profile::overlays(&asked.laid)? {
        rules = rules.with(&overlay, true);
    }
    let (from, to) = (day(&asked.from)?, day(&asked.to)?);
    if to < from {
        bail!("--to {to} đứng trước --from {from}");
    }
    let cases = cases(&asked.facts)?;
    for case in &cases {
        let faults = case.faults(&profile, &rules);
        if !faults.is_empty() {
            bail!(
                "{}: hộp thư {}: không thể có:\n- {}",
                asked.facts.display(),
                case.facts.mailbox,
                faults.join("\n- ")
            );
        }
    }
    for (position, case) in cases.into_iter().enumerate() {
        let mailbox = case.facts.mailbox.clone();
        let span = (from.start(), to.start());
        let calendar = Calendar::viet_nam();
        let rows = lifecycle::simulate(&rules, calendar, case.facts, &case.events, span);
        if asked.json {
            for row in &rows {
                console::line(&serde_json::to_string(&Shown::of(&mailbox, row, &rules))?);
            }
            continue;
        }
        let columns = Columns::new(&[16, 52, 14, 24]);
        if position > 0 {
            console::line("");
        }
        console::line(&format!("{mailbox} · {}", profile.title()));
        columns.line(&["Ngày", "Việc", "Căn cứ", "Trạng thái sau đó"]);
        columns.rule();
        for row in &rows {
            columns.line(&[
                &row.at.to_string().replace('T', " "),
                &row.sentence(&rules),
                &row.origin(),
                &row.state.to_string(),
            ]);
        }
        if rows.is_empty() {
            console::line("Không có việc nào đến hạn trong khoảng này.");
        }
    }
    Ok(())
}

fn day(text: &str) -> Result<Date> {
    Ok(text.parse()?)
}

fn cases(path: &std::path::Path) -> Result<Vec<Case>> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).with_context(|| format!("không đọc được {shown}"))?;
    // Read as what it begins like, so that a fault is told with its own line.
    let cases = if text.trim_start().starts_with('[') {
        serde_json::from_str(&text)
    } else {
        serde_json::from_str(&text).map(|case| vec![case])
    };
    cases.with_context(|| format!("{shown} không đúng dạng (docs/SIMULATE.md)"))
}

#[derive(Serialize)]
struct Shown<'a> {
    mailbox: &'a str,
    /// The day, as `2026-12-31`.
    day: String,
    /// The time in Vietnam, where it is not the beginning of the day.
    at: String,
    /// What: `lock`, `propose-revoke`, `remind-lock`, `event` …
    act: String,
    /// The day a reminder is about, or from which a request is handled.
    on: Option<String>,
    clause: Option<&'a str>,
    source: String,
    text: String,
    state: String,
}

impl<'a> Shown<'a> {
    fn of(mailbox: &'a str, row: &'a lifecycle::Row, rules: &Rules) -> Self {
        let clause = match &row.happening {
            Happening::Due(due) => due.origin.clause(),
            Happening::Event {
                event: lifecycle::Event::Locked { clause },
                ..
            } => Some(clause),
            Happening::Event {
                handled_from,
                answer_by,
                ..
            } => handled_from
                .as_ref()
                .or(answer_by.as_ref())
                .and_then(|due| due.origin.clause()),
        };
        let on = match &row.happening {
            Happening::Due(due) => match due.what {
                What::Remind { on, .. } | What::RemindPassword { on } => Some(on),
                _ => None,
            },
            Happening::Event { handled_from, .. } => handled_from.as_ref().map(|due| due.at),
        };
        Self {
            mailbox,
            day: row.at.date().to_string(),
            at: row.at.to_string(),
            act: act(&row.happening),
            on: on.map(|on| on.date().to_string()),
            clause: clause.map(ClauseId::as_str),
            source: row.origin(),
            text: row.sentence(rules),
            state: row.state.to_string(),
        }
    }
}

fn act(happening: &Happening) -> String {
    let name = |act: lifecycle::Act| match act {
        lifecycle::Act::Lock => "lock",
        lifecycle::Act::DisableSignIn => "disable-sign-in",
        lifecycle::Act::Revoke => "revoke",
        lifecycle::Act::Delete => "delete",
    };
    match happening {
        Happening::Event { refused: true, .. } => "event-refused".to_owned(),
        Happening::Event { .. } => "event".to_owned(),
        Happening::Due(due) => match due.what {
            What::Remind { act, .. } => format!("remind-{}", name(act)),
            What::Do(act) => name(act).to_owned(),
            What::Propose(act) => format!("propose-{}", name(act)),
            What::RemindPassword { .. } => "remind-password".to_owned(),
            What::ExpirePassword => "expire-password".to_owned(),
            What::AskReceipt => "ask-receipt".to_owned(),
            What::HandleRestore => "handle-restore".to_owned(),
            What::AnswerRestore => "answer-restore".to_owned(),
        },
    }
}
