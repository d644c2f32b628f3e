//! `cargo xtask test`

use std::num::NonZero;
use std::thread::available_parallelism;

use anyhow::{Result, bail};

use crate::postgres::Postgres;
use crate::run::{cargo, carry_out, has, root, say};
use crate::{docs, tidy};

/// Programs the end-to-end tests drive, and Debian's packages that bring them.
const NEEDED: [(&str, &str); 13] = [
    ("swaks", "swaks"),
    ("mbsync", "isync"),
    ("mutt", "mutt"),
    ("curl", "curl"),
    ("python3", "python3"),
    ("strace", "strace"),
    ("nsd", "nsd"),
    ("postfix", "postfix"),
    ("dovecot", "dovecot-imapd dovecot-lmtpd"),
    ("offlineimap", "offlineimap3"),
    ("node", "nodejs npm"),
    ("chromium", "chromium"),
    ("chromium-headless-shell", "chromium-headless-shell"),
];

/// Where npm puts the libraries they drive.
const LIBRARIES: [&str; 2] = [
    "tests/clients/imapflow/node_modules/imapflow",
    "tests/clients/browser/node_modules/playwright-core",
];

pub(crate) fn run(rest: &[String]) -> Result<()> {
    let missing: Vec<&str> = NEEDED
        .iter()
        .filter(|(program, _)| !has(program))
        .map(|(_, package)| *package)
        .collect();
    if !missing.is_empty() {
        bail!(
            "missing programs: run .ci/prepare, or apt-get install {}",
            missing.join(" ")
        );
    }
    for library in LIBRARIES {
        if !root().join(library).exists() {
            bail!("missing {library}: run .ci/prepare");
        }
    }
    say("house rules");
    tidy::run()?;
    let server = Postgres::for_tests()?;
    say("tests on SQLite and PostgreSQL");
    let mut tests = cargo();
    if has("cargo-nextest") {
        // Much of what the cases do is waiting for a browser, a disk, another server.
        let processors = available_parallelism().map_or(1, NonZero::get);
        let at_once = (processors + processors / 2).to_string();
        tests
            .args([
                "nextest",
                "run",
                "--locked",
                "--workspace",
                "--no-fail-fast",
            ])
            .args(rest)
            .env("NEXTEST_TEST_THREADS", at_once);
    } else {
        tests
            .args(["test", "--locked", "--workspace", "--no-fail-fast"])
            .args(rest);
    }
    carry_out(tests.env("CONGVU_TEST_PG", &server.url))?;
    say("pages made from the code");
    docs::run(true)
}
