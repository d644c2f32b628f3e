//! How mail programs and people set themselves up.

use crate::harness::{Demo, Program};
use crate::webmail::browse;

/// QN.8.2: Thunderbird itself reads what it is told, and speaks to the right servers. Where it is not installed there is nothing to see.
fn thunderbird(demo: &Demo) {
    let there = Program::new("sh")
        .args(["-c", "command -v thunderbird"])
        .run();
    if there.code != Some(0) {
        eprintln!("thunderbird is not installed: this case does nothing");
        return;
    }
    let profile = demo.scratch().join("thunderbird");
    std::fs::create_dir_all(&profile).unwrap();
    let config = std::fs::read_to_string(demo.config()).unwrap();
    let host = config
        .lines()
        .find_map(|line| line.trim().strip_prefix("hostname = "))
        .unwrap();
    let arguments = [
        profile.to_str().unwrap(),
        demo.person(0),
        host.trim_matches('"'),
    ];
    demo.script("thunderbird.py", &arguments)
        .within(360)
        .run()
        .ok();
}

/// RFC 6186, RFC 8314: what an administrator has to declare, for the ports that are configured.
fn records(demo: &Demo) {
    let records = demo.tool("dns", &[]).ok();
    for record in [
        "sonminh.gov.vn. MX 10 ",
        "_imaps._tcp.sonminh.gov.vn. SRV 0 1 ",
        "_submissions._tcp.sonminh.gov.vn. SRV 0 1 ",
        "_pop3s._tcp.sonminh.gov.vn. SRV 0 1 ",
        "_imap._tcp.sonminh.gov.vn. SRV 0 0 0 .",
        "autoconfig.sonminh.gov.vn. CNAME ",
        "_autodiscover._tcp.sonminh.gov.vn. SRV 0 0 443 ",
    ] {
        assert!(records.contains(record), "{record}: {records}");
    }
}

/// QN.9.1.b, QN.14.3: how to change a password, and all else, is told in plain words, on a phone too.
fn help(demo: &Demo) {
    browse(demo, "help.mjs", &[demo.person(0)]);
}

#[test]
fn qn_8_2_qn_9_1_b_setting_up_and_help() {
    let demo = Demo::start();
    records(&demo);
    thunderbird(&demo);
    help(&demo);
    demo.stop();
}
