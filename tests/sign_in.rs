//! Signing in, and that what ends it ends it at once, from another process.

use crate::harness::{Demo, congvu};

/// Runs the script that holds sessions open and then carries out `congvu account … COMMAND`.
fn ended_by(demo: &Demo, address: &str, password: &str, command: &[&str]) -> String {
    let config = demo.config();
    let mut arguments = vec![address, password, env!("CARGO_BIN_EXE_congvu")];
    arguments.extend(["account", "--config", config.to_str().unwrap()]);
    arguments.extend(command);
    demo.python("ended.py", &arguments)
}

fn disabled(demo: &Demo) {
    let address = demo.person(0);
    ended_by(demo, address, "", &["disable", address]);
    let list = demo.account(["list", "--json"]).ok();
    let line = list.lines().find(|line| line.contains(address)).unwrap();
    assert!(line.contains("\"disabled\":true"), "{line}");
    demo.account(["enable", address]).ok();
    demo.letters(address, "INBOX", "");
}

/// QN.14.3: a new password is given, and the old one opens nothing any more.
fn password_changed(demo: &Demo) {
    let address = demo.person(0);
    let said = ended_by(demo, address, "", &["password", address]);
    let password = said
        .lines()
        .find_map(|line| line.strip_prefix("Mật khẩu: "))
        .unwrap();
    // Somebody else set it: it serves to choose one's own, and nothing else.
    let user = format!("{address}:{password}");
    crate::curl::fetch(demo, &user, "imaps", "").ended(67);
    let own = "Mua-thu-9-nong-dan";
    let config = demo.config();
    let choose = |first: &str| {
        congvu(["account", "--config", config.to_str().unwrap()])
            .args(["own-password", address])
            .input(format!("{first}\n{own}\n"))
            .run()
    };
    choose(own).ended(1).says(&["sai mật khẩu"]);
    choose(password).ended(0);
    let user = format!("{address}:{own}");
    crate::curl::fetch(demo, &user, "imaps", "").ok();
}

fn app_password(demo: &Demo) {
    let address = demo.person(0);
    let secret = demo.app_password(address);
    demo.python("scram.py", &[address, &secret, "yes"]);
    demo.python("scram.py", &[address, demo.password(), "no-scram"]);
    let list = demo.account(["app-passwords", address]).ok();
    let id = list.split_whitespace().next().unwrap();
    ended_by(
        demo,
        address,
        &secret,
        &["revoke-app-password", address, id],
    );
    demo.python("scram.py", &[address, &secret, "no"]);
    assert_eq!(demo.account(["app-passwords", address]).ok(), "");
    demo.account(["revoke-app-password", address, id]).ended(1);
    // The account's own password is as it was.
    demo.letters(address, "INBOX", "");
}

both!(disabled, password_changed, app_password);
