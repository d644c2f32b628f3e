//! What proves who somebody is beside the password, in the browser and to mail programs.

use crate::harness::{Demo, Program, tests};
use crate::webmail::browse;

/// QN.14.3 stands on the page that other regulations fill with a recovery address.
fn qn_14_3_a_code_is_asked_for_beside_the_password(demo: &Demo) {
    let (one, two) = (demo.person(0), demo.person(1));
    browse(demo, "second_factor.mjs", &[one, two]);
    // A mail program comes in with an app password alone, and is told so.
    let read = |secret: &str| {
        let who = format!("{one}:{secret}");
        crate::curl::fetch(demo, &who, "imaps", "")
    };
    let refused = read(demo.password());
    assert_ne!(refused.code, Some(0), "{refused}");
    read(&demo.app_password(one)).ok();
    // Lost: who runs the system takes it away, and its owner hears of it.
    let document = ["remove-factor", one, "--document", "12/CV"];
    demo.tool("mailbox", &document).ok();
    read(demo.password()).ok();
    let told = demo.letter(
        one,
        &format!("Tài khoản {one}: Đơn vị vận hành đã gỡ xác thực hai lớp"),
    );
    assert!(told.text.contains("đổi mật khẩu ngay"), "{}", told.text);
    let acts = demo
        .tool("audit", &["list", "--format", "json", "--limit", "500"])
        .ok();
    for name in [
        "second-factor.on",
        "second-factor.remove",
        "app-password.revoke",
    ] {
        let own = |line: &&str| line.contains(name) && line.contains(one);
        assert_eq!(acts.lines().filter(own).count(), 1, "{name}: {acts}");
    }
    demo.verify();
}

/// Chromium's own authenticator holds the key.
fn passkeys_let_in(demo: &Demo) {
    let (one, two) = (demo.person(0), demo.person(1));
    browse(demo, "passkeys.mjs", &[one, two]);
    demo.verify();
}

pages!(
    qn_14_3_a_code_is_asked_for_beside_the_password,
    passkeys_let_in,
);

/// What does not touch the store differently is looked at once.
#[test]
fn tq_12_2_a_lost_password_is_changed_through_the_recovery_address() {
    let demo = Demo::start();
    let bind = "import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); \
                db.execute(\"UPDATE organisation SET profile = 'tuyen-quang' WHERE parent_id IS NULL\"); db.commit()";
    Program::new("python3")
        .arg("-c")
        .arg(bind)
        .arg(demo.data().join("data/congvu.db"))
        .run()
        .ok();
    let fetch = tests().join("clients/fetch.py");
    let people: Vec<&str> = (0..4).map(|n| demo.person(n)).collect();
    let mut arguments = vec![fetch.to_str().unwrap()];
    arguments.extend(people);
    browse(&demo, "forgotten.mjs", &arguments);
    demo.verify();
    demo.stop();
}
