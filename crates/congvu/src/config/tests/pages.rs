//! What is made from the table: the page, the first file.

use super::*;
use crate::config::settings::{Rank, SECTIONS, SETTINGS};

#[test]
fn the_rendered_file_loads_without_findings() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["cert.pem", "key.pem"] {
        std::fs::write(folder.path().join(name), "").expect("a file");
    }
    let path = folder.path().join("congvu.toml");
    let text = render_file(&[
        ("server.hostname", "mail.sonla.gov.vn"),
        ("tls.certificate", "cert.pem"),
        ("tls.key", "key.pem"),
        ("smtp.listen", "127.0.0.1:25, [::1]:25"),
        ("store.readers", "4"),
        ("imap.cleartext_login", "false"),
    ]);
    std::fs::write(&path, &text).expect("the file");
    let config = load(&path, variables(&[]))
        .map_err(|findings| findings.to_string())
        .expect("no findings");
    assert_eq!(config.store.readers, 4);
    assert_eq!(config.smtp.listen.len(), 2);
    assert_eq!(
        config.tls.map(|tls| tls.key),
        Some(folder.path().join("key.pem"))
    );
    for line in [
        "hostname = \"mail.sonla.gov.vn\"",
        "data = \"data\"",
        "engine = \"sqlite\"",
        "readers = 4",
        "listen = [\"127.0.0.1:25\", \"[::1]:25\"]",
        "#timeout = \"5m\"",
        "#inline_max = \"64 KB\"",
    ] {
        assert!(text.lines().any(|other| other == line), "{line}\n{text}");
    }
}

#[test]
fn values_are_quoted_as_toml_wants_it() {
    let text = render_file(&[
        ("server.hostname", "a.vn"),
        ("server.data", "C:\\thư \"mới\""),
    ]);
    let (folder, loaded) = load_text(&text, &[]);
    let config = loaded
        .map_err(|findings| findings.to_string())
        .expect("no findings");
    assert_eq!(config.server.data, folder.path().join("C:\\thư \"mới\""));
}

/// The file with the mark taken off every setting says just the defaults.
#[test]
fn the_commented_defaults_are_the_defaults() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("a.pem"), "").expect("a file");
    let path = folder.path().join("congvu.toml");
    let text = render_file(&[
        ("server.hostname", "mail.sonla.gov.vn"),
        ("tls.certificate", "a.pem"),
        ("tls.key", "a.pem"),
    ]);
    let bare: String = text
        .lines()
        .map(|line| {
            line.strip_prefix('#')
                .filter(|rest| !rest.starts_with(' '))
                .unwrap_or(line)
        })
        .map(|line| format!("{line}\n"))
        .collect();
    assert_ne!(text, bare);
    let [marked, bare] = [text, bare].map(|text| {
        std::fs::write(&path, text).expect("the file");
        load(&path, variables(&[]))
            .map_err(|findings| findings.to_string())
            .expect("no findings")
    });
    // Where a value was set differs, and is told.
    let bare = Config {
        shown: marked.shown.clone(),
        ..bare
    };
    assert_eq!(marked, bare);
}

#[test]
fn the_page_names_every_setting() {
    let page = render_page();
    for setting in SETTINGS {
        assert!(
            page.contains(&format!("| `{}` |", setting.key)),
            "{}",
            setting.key
        );
        assert!(
            page.contains(&format!("`{}`", setting.variable())),
            "{}",
            setting.key
        );
        assert!(page.contains(setting.help), "{}", setting.key);
    }
}

#[test]
fn the_table_is_sound() {
    let typed = concat!(
        include_str!("../typed.rs"),
        include_str!("../outbound.rs"),
        include_str!("../identity.rs")
    );
    for (position, setting) in SETTINGS.iter().enumerate() {
        let key = setting.key;
        assert!(
            SECTIONS
                .iter()
                .any(|(section, _)| *section == setting.section()),
            "{key}: no such section"
        );
        assert!(
            setting.kind.read_text(setting.default).is_ok(),
            "{key}: a default of its kind"
        );
        assert!(setting.help.ends_with('.'), "{key}: a whole sentence");
        assert!(
            SETTINGS[..position].iter().all(|other| other.key != key),
            "{key} stands twice"
        );
        assert!(
            typed.contains(&format!("\"{key}\"")),
            "{key} is used nowhere"
        );
        assert_eq!(setting.rank == Rank::Required, key == "server.hostname");
    }
    for (section, _) in SECTIONS {
        assert!(
            SETTINGS.iter().any(|setting| setting.section() == *section),
            "{section} is empty"
        );
    }
}
