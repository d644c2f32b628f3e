//! Whole configurations: what is found, what goes over what, what comes out.

mod findings;
mod pages;
mod values;

use std::ffi::OsString;

use super::*;

/// The least file that has no findings.
const LEAST: &str = "server.hostname = \"mail.sonla.gov.vn\"\n";

/// Writes `text` as `congvu.toml` in a folder of its own and loads it.
fn load_text(text: &str, env: &[(&str, &str)]) -> (tempfile::TempDir, Result<Config, Findings>) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("congvu.toml");
    std::fs::write(&path, text).expect("the file");
    let loaded = load(&path, variables(env));
    (folder, loaded)
}

fn variables(env: &[(&str, &str)]) -> Vec<(OsString, OsString)> {
    env.iter()
        .map(|(name, value)| (OsString::from(name), OsString::from(value)))
        .collect()
}

/// The findings as `line key` (`variable key` for the environment, `- key` for the whole file).
#[track_caller]
fn check(text: &str, env: &[(&str, &str)], expected: &[&str]) {
    let (_folder, loaded) = load_text(text, env);
    let found: Vec<String> = match &loaded {
        Ok(_) => Vec::new(),
        Err(findings) => findings.iter().map(short).collect(),
    };
    let told = loaded
        .err()
        .map(|findings| findings.to_string())
        .unwrap_or_default();
    assert_eq!(found, expected, "\n{text}\n{told}");
}

fn short(finding: &Finding) -> String {
    let place = match &finding.place {
        Place::File {
            line: Some(line), ..
        } => line.to_string(),
        Place::File { line: None, .. } => "-".to_owned(),
        Place::Variable(name) => name.clone(),
    };
    let suggestion = finding.suggestion.as_ref().map(|name| format!(" → {name}"));
    format!("{place} {}{}", finding.key, suggestion.unwrap_or_default())
}
