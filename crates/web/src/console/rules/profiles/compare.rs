//! Two profiles side by side.

use askama::Template;
use axum::extract::{RawQuery, State};
use congvu_governance::Role;
use congvu_regulation::compare;

use super::Value;
use crate::console::Officer;
use crate::console::shell::{self, Here, Shell};
use crate::site::{Fields, Frame, Oops, Page, Site, html};

#[derive(Template)]
#[template(path = "console/rules/compare.html")]
struct ComparePage {
    frame: Frame,
    shell: Shell,
    first: Vec<(String, String, bool)>,
    second: Vec<(String, String, bool)>,
    codes: (String, String),
    with_same: bool,
    sections: Vec<Part>,
    differing: usize,
    all: usize,
}

struct Part {
    title: &'static str,
    rows: Vec<Line>,
}

struct Line {
    label: String,
    one: Option<Value>,
    other: Option<Value>,
    differs: bool,
}

pub(super) async fn page(
    State(site): State<Site>,
    officer: Officer,
    RawQuery(query): RawQuery,
) -> Page {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let (law, lang) = (site.law, officer.lang());
    let (frame, shell, own) = site
        .store
        .read(move |tx| {
            let title = lang.t("So sánh hai quy chế");
            let (frame, shell) = shell::read(tx, &officer, title, Here::Profiles)?;
            let own = officer.scope(tx, &Role::ALL, None)?;
            Ok::<_, Oops>((frame, shell, law.at(tx, own)?))
        })
        .await?;
    let one = match query.get("mot") {
        "" => own,
        id => super::named(law, id)?,
    };
    let other = match query.get("hai") {
        "" => law
            .profiles()
            .find(|profile| profile.id() != one.id())
            .unwrap_or(own),
        id => super::named(law, id)?,
    };
    let with_same = query.has("ca-giong");
    let (first, second) = (one.sections(), other.sections());
    let pairs = compare(&first, &second);
    let (all, mut differing) = (pairs.len(), 0);
    let mut sections: Vec<Part> = Vec::new();
    for pair in pairs {
        let differs = pair.differs();
        differing += usize::from(differs);
        if !differs && !with_same {
            continue;
        }
        let line = Line {
            label: pair.label.to_owned(),
            one: pair.one.map(|row| Value::of(one, row, lang)),
            other: pair.other.map(|row| Value::of(other, row, lang)),
            differs,
        };
        match sections.iter_mut().find(|part| part.title == pair.section) {
            Some(part) => part.rows.push(line),
            None => sections.push(Part {
                title: pair.section,
                rows: vec![line],
            }),
        }
    }
    Ok(html(&ComparePage {
        frame,
        shell,
        first: super::choices(law, one.id()),
        second: super::choices(law, other.id()),
        codes: (one.code().to_owned(), other.code().to_owned()),
        with_same,
        sections,
        differing,
        all,
    }))
}
