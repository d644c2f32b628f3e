//! The house rules that a program can check.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::clauses;
use crate::run::say;

/// Lines a source file may have, without its tests.
const LONGEST: usize = 800;

/// Which crate may depend on which of ours.
const MAY_USE: [(&str, &[&str]); 16] = [
    ("regulation", &[]),
    ("message", &[]),
    ("store", &[]),
    ("wire", &[]),
    ("access", &["store"]),
    ("delivery", &["store", "message", "regulation", "testing"]),
    ("governance", &["store", "message", "regulation", "testing"]),
    ("documents", &["regulation"]),
    ("papers", &["governance", "documents", "regulation"]),
    ("search", &["store", "message"]),
    ("testing", &["store"]),
    (
        "smtp",
        &[
            "wire",
            "access",
            "delivery",
            "store",
            "message",
            "regulation",
        ],
    ),
    (
        "imap",
        &["wire", "access", "delivery", "search", "store", "message"],
    ),
    ("pop3", &["wire", "access", "delivery", "store", "message"]),
    (
        "web",
        &[
            "wire",
            "access",
            "delivery",
            "documents",
            "papers",
            "governance",
            "search",
            "store",
            "message",
            "regulation",
        ],
    ),
    (
        "congvu",
        &[
            "web",
            "smtp",
            "imap",
            "pop3",
            "wire",
            "access",
            "delivery",
            "governance",
            "documents",
            "papers",
            "store",
            "message",
            "regulation",
        ],
    ),
];

pub(crate) fn run() -> Result<()> {
    let mut wrong = Vec::new();
    dependencies(&mut wrong)?;
    clauses::check(&mut wrong)?;
    for path in sources(Path::new("crates"))? {
        let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        check_file(&path, &text, &mut wrong);
        check_clauses(&path, &text, &mut wrong);
    }
    for path in sources(Path::new("tests"))? {
        let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        check_clauses(&path, &text, &mut wrong);
    }
    if wrong.is_empty() {
        return Ok(());
    }
    for line in &wrong {
        say(line);
    }
    bail!("{} house rules are broken", wrong.len());
}

fn dependencies(wrong: &mut Vec<String>) -> Result<()> {
    for (name, allowed) in MAY_USE {
        let path = format!("crates/{name}/Cargo.toml");
        let manifest: toml::Table = fs::read_to_string(&path)
            .with_context(|| path.clone())?
            .parse()?;
        let Some(used) = manifest.get("dependencies").and_then(toml::Value::as_table) else {
            continue;
        };
        for used in used.keys().filter_map(|key| key.strip_prefix("congvu-")) {
            if !allowed.contains(&used) {
                wrong.push(format!("{path}: {name} must not depend on {used}"));
            }
        }
    }
    Ok(())
}

pub(crate) fn sources(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(sources(&path)?);
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
    Ok(found)
}

fn check_file(path: &Path, text: &str, wrong: &mut Vec<String>) {
    let shown = path.display();
    let own = text.split("#[cfg(test)]").next().unwrap_or(text);
    let is_test = shown.to_string().contains("/tests/");
    if own.lines().count() > LONGEST && !is_test {
        wrong.push(format!("{shown}: longer than {LONGEST} lines"));
    }
    let inside = |name: &str| path.starts_with(format!("crates/{name}"));
    // Tests of a pure crate may read what they compare with.
    if !is_test
        && (inside("regulation") || inside("message") || inside("documents") || inside("papers"))
    {
        for banned in [
            "std::fs",
            "TcpStream",
            "tokio",
            "SystemTime",
            "Instant::now",
            "async fn",
        ] {
            if own.contains(banned) {
                wrong.push(format!("{shown}: a pure crate has {banned}"));
            }
        }
    }
    // IMAP has a SELECT of its own: SQL's has a FROM behind it.
    let sql = |line: &str| {
        (line.contains("SELECT ") && line.contains(" FROM "))
            || line.contains("INSERT INTO ")
            || line.contains("DELETE FROM ")
    };
    // Tests may do to a database what somebody could who has it.
    let is_test = path.components().any(|part| part.as_os_str() == "tests");
    if !inside("store") && !is_test && own.lines().any(sql) {
        wrong.push(format!("{shown}: SQL outside the store"));
    }
    if !inside("web") && own.contains("axum::") {
        wrong.push(format!("{shown}: axum outside web"));
    }
}

/// Only clauses of the index are cited.
fn check_clauses(path: &Path, text: &str, wrong: &mut Vec<String>) {
    // Their own tests try ids that do not exist.
    if path.ends_with("regulation/src/clause.rs")
        || path.starts_with("crates/regulation/src/clauses")
    {
        return;
    }
    for id in clauses::cited(text) {
        if !congvu_regulation::clauses::known().any(|known| known.as_str() == id) {
            wrong.push(format!(
                "{}: clause {id} is not in the index: a row of regulations/clauses, or `also` there",
                path.display()
            ));
        }
    }
}
