//! Mail to other servers: from one real system to another.

use crate::command_line::{Serving, System};
use crate::harness::{Demo, Program, wait_until};

/// A system whose mail leaves through the demo's MX.
fn system(demo: &Demo) -> (System, String, Vec<(&'static str, String)>) {
    let system = System::init(None);
    let password = system.add("an@tinh.example", "Lò Thị An");
    let (_, port) = demo.address("smtp").rsplit_once(':').unwrap();
    let settings = vec![
        ("CONGVU_OUTBOUND__SMART_HOST", "127.0.0.1".to_owned()),
        ("CONGVU_OUTBOUND__SMART_HOST_PORT", port.to_owned()),
        (
            "CONGVU_OUTBOUND__SMART_HOST_TLS",
            "opportunistic".to_owned(),
        ),
    ];
    (system, password, settings)
}

fn submit(serving: &Serving, password: &str, to: &str, subject: &str) -> crate::harness::Output {
    Program::new("swaks")
        .args(["--server", &serving.submissions, "--tls-on-connect"])
        .args(["--auth", "PLAIN", "--auth-user", "an@tinh.example"])
        .args(["--auth-password", password])
        .args(["--from", "an@tinh.example", "--to", to])
        .args(["--header", &format!("Subject: {subject}")])
        .run()
}

/// What somebody signed in writes to another domain arrives there, and the mail log tells the whole way (TQ.9.1,
/// SL.11.1); an address that the other server does not know comes back as a notice (RFC 3464).
#[test]
fn a_message_leaves_and_a_notice_comes_back() {
    let demo = Demo::start();
    let (system, password, settings) = system(&demo);
    let settings: Vec<(&str, &str)> = settings
        .iter()
        .map(|(key, value)| (*key, value.as_str()))
        .collect();
    let serving = Serving::start(&system, &settings);
    submit(&serving, &password, demo.person(0), "ra ngoai").ok();
    submit(&serving, &password, "khong.ai@sonminh.gov.vn", "khong den").ok();
    let counted = |url: &str, user: &str, ca: &str| {
        let found = Program::new("curl")
            .args(["-sS", "--cacert", ca, "--user", user, url])
            .run()
            .ok();
        found.trim().split(' ').skip(2).count()
    };
    let imaps = demo.address("imaps");
    let user = format!("{}:{}", demo.person(0), demo.password());
    wait_until(30, "the message", || {
        let url = format!("imaps://{imaps}/INBOX?SUBJECT%20%22ra%20ngoai%22");
        (counted(&url, &user, demo.ca()) == 1).then_some(())
    });
    let own = format!("an@tinh.example:{password}");
    wait_until(30, "the notice", || {
        let url = format!(
            "imaps://{}/INBOX?TEXT%20khong.ai%40sonminh.gov.vn",
            serving.imaps
        );
        (counted(&url, &own, &serving.ca) == 1).then_some(())
    });
    let config = system.config();
    let mail_log = |more: &[&str]| {
        crate::harness::congvu(["mail-log", "--config", config.to_str().unwrap()])
            .args(more)
            .run()
            .ok()
    };
    let all = mail_log(&[]);
    let sent = all
        .lines()
        .find(|line| line.contains("  out  ") && line.contains(demo.person(0)))
        .unwrap_or_else(|| panic!("nothing went out:\n{all}"));
    assert!(sent.contains(" 250 sent: "), "{sent}");
    // Time, direction, trace: from acceptance to the other server's reply.
    let trace = sent.split("  ").nth(2).unwrap();
    let way = mail_log(&["--trace", trace]);
    assert!(way.contains("  submit  ") && way.contains(sent), "{way}");
}
