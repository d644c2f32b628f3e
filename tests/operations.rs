//! Health, readiness, metrics.

use crate::harness::{Demo, Output, Program, wait_until};

pub fn get(demo: &Demo, path: &str) -> Output {
    let url = format!("http://{}{path}", demo.address("metrics"));
    Program::new("curl")
        .args(["-sS", "--fail", "--max-time", "10", &url])
        .run()
}

/// The value of a counter, over all labels.
fn counter(demo: &Demo, name: &str) -> f64 {
    let page = get(demo, "/metrics").ok();
    let lines = page.lines().filter(|line| {
        line.starts_with(&format!("{name} ")) || line.starts_with(&format!("{name}{{"))
    });
    lines
        .map(|line| line.rsplit(' ').next().unwrap().parse::<f64>().unwrap())
        .sum()
}

/// QN.9.1.a: health and figures for the watchers.
fn answers(demo: &Demo) {
    get(demo, "/healthz").ok();
    get(demo, "/readyz").ok();
    get(demo, "/khong-co").ended(22);
    let accepted = counter(demo, "congvu_messages_accepted_total");
    let copies = counter(demo, "congvu_copies_delivered_total");
    let sign_ins = counter(demo, "congvu_sign_ins_total");
    let (one, two) = (demo.person(0), demo.person(1));
    Program::new("swaks")
        .args([
            "--server",
            demo.address("smtp"),
            "--to",
            &format!("{one},{two}"),
        ])
        .args(["--from", "a@ngoai.example", "--header", "Subject: dem"])
        .run()
        .ok();
    demo.letter(one, "dem");
    wait_until(5, "the counters", || {
        let same = counter(demo, "congvu_messages_accepted_total") == accepted + 1.0
            && counter(demo, "congvu_copies_delivered_total") == copies + 2.0
            && counter(demo, "congvu_sign_ins_total") == sign_ins + 1.0;
        same.then_some(())
    });
    // No label tells who wrote to whom.
    let page = get(demo, "/metrics").ok();
    assert!(!page.contains('@'), "{page}");
}

/// QN.9.1.c, TQ.10.2.a, SL.14.6.a: who cannot read mail reads of a stop on the status page.
fn a_stop_is_seen_without_mail(demo: &Demo) {
    let calm = get(demo, "/status").ok();
    assert!(calm.contains("hoạt động bình thường"), "{calm}");
    let from = ["--from", "2099-01-07 22:00", "--until", "2099-01-08 02:30"];
    let plan = ["plan", "--what", "nâng cấp <máy chủ>"];
    demo.tool("stop", &[&plan[..], &from[..]].concat()).ok();
    let page = get(demo, "/status").ok();
    for words in [
        "Sẽ tạm ngừng",
        "22 giờ 00 ngày 07/01/2099",
        "phục hồi lúc 02 giờ 30 ngày 08/01/2099",
        "nâng cấp &lt;máy chủ&gt;",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let data: serde_json::Value = serde_json::from_str(&get(demo, "/status.json").ok()).unwrap();
    assert_eq!(
        (&data["works"], data["stops"].as_array().unwrap().len()),
        (&true.into(), 1)
    );
    let url = format!("http://{}/status", demo.address("metrics"));
    let headers = Program::new("curl")
        .args(["-sS", "-D", "-", "-o", "/dev/null", &url])
        .run()
        .ok();
    assert!(
        headers.contains("content-security-policy: default-src 'none'"),
        "{headers}"
    );
}

both!(answers, a_stop_is_seen_without_mail);
