//! Web push: a real endpoint over TLS that verifies who sends and deciphers what comes.

use crate::harness::{Database, Demo, binary};
use crate::webmail::browser;

/// TQ.8.1: a browser is told that there is new mail and, where it wants that, who wrote; after a lock nothing more.
fn told(mut demo: Demo) {
    let ca = demo.ca().to_owned();
    demo.restart_with(&[
        ("CONGVU_WEB__PUSH", "true"),
        ("CONGVU_OUTBOUND__ALLOWED_NETWORKS", "127.0.0.0/8"),
        ("CONGVU_OUTBOUND__CA_FILE", &ca),
    ]);
    let config = demo.config();
    let arguments = [
        demo.person(0),
        config.to_str().unwrap(),
        binary().to_str().unwrap(),
    ]
    .map(str::to_owned);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    // Push messages are the whole browser's, not its engine's.
    browser(&demo, "push.mjs", &arguments)
        .env("BROWSER", "chromium")
        .run()
        .ok();
    demo.verify();
    demo.stop();
}

mod sqlite {
    #[test]
    fn a_browser_is_told_of_new_mail() {
        super::told(super::Demo::start());
    }
}

mod postgres {
    #[test]
    #[ignore = "cargo xtask soak --pages"]
    fn a_browser_is_told_of_new_mail() {
        if crate::harness::postgres_wanted() {
            super::told(super::Demo::start_with(
                Some(super::Database::create()),
                &[],
            ));
        }
    }
}
