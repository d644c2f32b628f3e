//! `congvu clauses`: what each regulation asks, and how far it is done.

use std::io::IsTerminal;

use anyhow::{Result, bail};
use congvu_regulation::ClauseId;
use congvu_regulation::clauses::{self, Clause, Kind, Regulation, State};
use serde::Serialize;

use crate::cli::{self, ClauseKind, ClauseState};
use crate::console;

/// No line is longer than this on a wide terminal.
const WIDEST: usize = 110;
/// No line is broken for a terminal narrower than this.
const NARROWEST: usize = 30;

pub(super) fn run(asked: &cli::Clauses) -> Result<()> {
    let regulations = regulations(asked)?;
    let rows = |regulation: &'static Regulation| {
        let rows = regulation.clauses().iter();
        rows.filter(|clause| is_asked(clause, asked))
    };
    if asked.json {
        let shown: Vec<Shown<'_>> = regulations
            .iter()
            .flat_map(|regulation| rows(regulation).map(|clause| Shown::of(regulation, clause)))
            .collect();
        console::line(&serde_json::to_string_pretty(&shown)?);
        return Ok(());
    }
    let width = width();
    let mut pages = Vec::new();
    let mut all = Vec::new();
    for regulation in &regulations {
        let chosen: Vec<&Clause> = rows(regulation).collect();
        if !chosen.is_empty() {
            pages.push(page(regulation, &chosen, width));
            all.extend(chosen);
        }
    }
    match pages.len() {
        0 => console::line("Không có điều khoản nào như vậy."),
        1 => console::line(&pages.concat()),
        _ => console::line(&format!(
            "{}\n\nTất cả: {}",
            pages.join("\n\n"),
            counts(&all)
        )),
    }
    Ok(())
}

fn regulations(asked: &cli::Clauses) -> Result<Vec<&'static Regulation>> {
    let Some(name) = &asked.profile else {
        return Ok(clauses::regulations().collect());
    };
    let Some(regulation) = clauses::of(name) else {
        let known: Vec<String> = clauses::regulations()
            .map(|one| format!("{} ({})", one.profile().id(), one.profile().code()))
            .collect();
        bail!("không có quy chế {name}; có: {}", known.join(", "));
    };
    Ok(vec![regulation])
}

fn is_asked(clause: &Clause, asked: &cli::Clauses) -> bool {
    let state = asked.state.is_none_or(|state| {
        clause.state()
            == match state {
                ClauseState::Yes => State::Yes,
                ClauseState::Partly => State::Partly,
                ClauseState::Planned => State::Planned,
            }
    });
    let kind = asked.kind.is_none_or(|kind| {
        use Kind::{Enforced, EnforcedAndTool, Guidance, GuidanceAndEnforced, Tool};
        let kinds: &[Kind] = match kind {
            ClauseKind::E => &[Enforced, EnforcedAndTool, GuidanceAndEnforced],
            ClauseKind::T => &[Tool, EnforcedAndTool],
            ClauseKind::G => &[Guidance, GuidanceAndEnforced],
        };
        kinds.contains(&clause.kind())
    });
    state && kind
}

/// How wide the terminal is; nothing where there is none, and lines are not broken.
fn width() -> Option<usize> {
    if !std::io::stdout().is_terminal() {
        return None;
    }
    let (terminal_size::Width(width), _) = terminal_size::terminal_size()?;
    Some(usize::from(width).min(WIDEST)).filter(|width| *width >= NARROWEST)
}

fn counts(rows: &[&Clause]) -> String {
    let states = State::ALL.map(|state| {
        let count = rows.iter().filter(|row| row.state() == state).count();
        format!("{count} {}", state.title())
    });
    format!("{} mục: {}.", rows.len(), states.join(", "))
}

/// The rows of a regulation under its title.
fn page(regulation: &Regulation, rows: &[&Clause], width: Option<usize>) -> String {
    let profile = regulation.profile();
    let title = format!("{}  {}", profile.code(), profile.title());
    let mut lines = vec![
        hung("", &title, "    ", width),
        hung("    ", profile.decision(), "    ", width),
        hung("    ", &counts(rows), "    ", width),
    ];
    for row in rows {
        let head = format!(
            "{}  [{}]  {}: {}",
            row.name(),
            row.state().title(),
            row.kind().code(),
            row.kind().title()
        );
        lines.push(String::new());
        lines.push(hung("", &head, "  ", width));
        let mut add = |label: &str, text: &str| {
            lines.push(hung(
                &format!("  {label:<10}"),
                text,
                &" ".repeat(12),
                width,
            ));
        };
        add("Quy định:", row.says());
        add("Phần mềm:", row.does());
        if !row.code().is_empty() {
            add("Ở:", &row.code().join(", "));
        }
        for (at, test) in row.tests().iter().enumerate() {
            add(if at == 0 { "Kiểm thử:" } else { "" }, test);
        }
        if let Some(note) = row.note() {
            add("Ghi chú:", note);
        }
    }
    lines.join("\n")
}

/// Words in lines of this width, all but the first behind an indent.
fn hung(first: &str, text: &str, rest: &str, width: Option<usize>) -> String {
    let Some(width) = width else {
        return format!("{first}{text}");
    };
    let mut whole = String::new();
    let mut line = first.to_owned();
    let mut is_begun = false;
    for word in text.split(' ') {
        let long = line.chars().count() + usize::from(is_begun) + word.chars().count();
        if is_begun && long > width {
            whole.push_str(&line);
            whole.push('\n');
            rest.clone_into(&mut line);
            is_begun = false;
        }
        if is_begun {
            line.push(' ');
        }
        line.push_str(word);
        is_begun = true;
    }
    whole + &line
}

#[derive(Serialize)]
struct Shown<'a> {
    regulation: &'a str,
    ids: Vec<&'a str>,
    kind: &'a str,
    says: &'a str,
    does: &'a str,
    state: &'a str,
    code: &'a [String],
    tests: &'a [String],
    note: Option<&'a str>,
}

impl<'a> Shown<'a> {
    fn of(regulation: &'a Regulation, clause: &'a Clause) -> Self {
        Self {
            regulation: regulation.profile().code(),
            ids: clause.ids().iter().map(ClauseId::as_str).collect(),
            kind: clause.kind().code(),
            says: clause.says(),
            does: clause.does(),
            state: clause.state().code(),
            code: clause.code(),
            tests: clause.tests(),
            note: clause.note(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_broken_at_the_width_of_the_terminal() {
        let check = |width, expected| {
            assert_eq!(hung("  A: ", "một hai ba bốn", "     ", width), expected);
        };
        check(None, "  A: một hai ba bốn");
        check(Some(19), "  A: một hai ba bốn");
        check(Some(18), "  A: một hai ba\n     bốn");
        check(Some(3), "  A: một\n     hai\n     ba\n     bốn");
    }
}
