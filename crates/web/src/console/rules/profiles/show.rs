//! All that one profile sets, each value with its clause and the words of it.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use congvu_message::fold::fold;
use congvu_regulation::{Origin, Row, Source};

use super::Value;
use crate::console::Officer;
use crate::console::shell::{self, Here, Shell};
use crate::site::{Fields, Frame, Oops, Page, Site, html};

#[derive(Template)]
#[template(path = "console/rules/profile.html")]
struct ProfilePage {
    frame: Frame,
    shell: Shell,
    id: String,
    code: String,
    decision: String,
    is_draft: bool,
    asked: String,
    sections: Vec<Part>,
    found: usize,
    all: usize,
}

struct Part {
    /// Where it stands on the page.
    anchor: String,
    title: &'static str,
    rows: Vec<(String, Value)>,
}

/// Whether what is looked for, folded, stands in a value, its name, its clause or the words of that.
fn has(row: &Row, wanted: &str) -> bool {
    let quote = match &row.origin {
        Origin::Profile {
            source: Source::Clause { id, quote },
            ..
        } => format!("{id} {quote}"),
        _ => String::new(),
    };
    let text = format!("{} {} {} {quote}", row.label, row.value, row.key);
    fold(&text).contains(wanted)
}

pub(super) async fn page(
    State(site): State<Site>,
    officer: Officer,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Page {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let profile = super::named(site.law, &id)?;
    let lang = officer.lang();
    let title = profile.title().to_owned();
    let (frame, shell) = site
        .store
        .read(move |tx| Ok::<_, Oops>(shell::read(tx, &officer, &title, Here::Profiles)?))
        .await?;
    let asked = query.get("q").trim().to_owned();
    let wanted = fold(&asked);
    let sections = profile.sections();
    let all = sections.iter().map(|section| section.rows.len()).sum();
    let mut parts = Vec::new();
    for (n, section) in sections.into_iter().enumerate() {
        let rows = section
            .rows
            .iter()
            .filter(|row| wanted.is_empty() || has(row, &wanted));
        let rows: Vec<(String, Value)> = rows
            .map(|row| (row.label.clone(), Value::of(profile, row, lang)))
            .collect();
        if !rows.is_empty() {
            parts.push(Part {
                anchor: format!("phan-{}", n + 1),
                title: section.title,
                rows,
            });
        }
    }
    Ok(html(&ProfilePage {
        frame,
        shell,
        id: profile.id().to_owned(),
        code: profile.code().to_owned(),
        decision: profile.decision().to_owned(),
        is_draft: profile.is_draft(),
        asked,
        found: parts.iter().map(|part| part.rows.len()).sum(),
        sections: parts,
        all,
    }))
}
