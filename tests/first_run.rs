//! From nothing to the first delivered message: the page that leads there.

use std::fs;

use serde_json::json;

use crate::command_line::{Serving, System, after};
use crate::harness::{Nsd, Output, Program, tests};

const DOMAIN: &str = "tinh.example";
const ADMINISTRATOR: &str = "quantri@tinh.example";
/// Where the server is, as somebody declared it.
const HOST: &str = "mail A 127.0.0.1\n";

/// `begin.mjs` on a system, at one of its moments; what it printed.
#[track_caller]
fn look(system: &System, moment: &str) -> Output {
    Program::new("node")
        .arg(tests().join("clients/browser/begin.mjs"))
        .arg(system.dir.join("demo.json"))
        .args([ADMINISTRATOR, moment])
        .within(360)
        .run()
        .ended(0)
}

/// What is declared as the page says is found as the page wants it; each step leads on, and knows when it is done.
#[test]
fn a_new_system_is_led_to_its_first_message() {
    let nsd = Nsd::start(&[(DOMAIN, HOST)]);
    let system = System::init(None);
    let password = system.choose(ADMINISTRATOR, &after(&system.said, "Mật khẩu: "));
    let name_server = nsd.address.to_string();
    let settings = [("CONGVU_OUTBOUND__NAME_SERVERS", name_server.as_str())];
    let serving = Serving::start(&system, &settings);
    let account = json!({"address": ADMINISTRATOR, "password": password, "role": "admin"});
    let described = json!({"web": serving.web, "accounts": [account]});
    fs::write(system.dir.join("demo.json"), described.to_string()).unwrap();

    let told = look(&system, "new").stdout;
    let records: Vec<&str> = told
        .lines()
        .filter(|line| line.contains(DOMAIN) && !line.contains("A/AAAA"))
        .collect();
    assert!(records.len() >= 10, "{told}");
    nsd.change(DOMAIN, &format!("{HOST}{}\n", records.join("\n")));

    let list = system.dir.join("co-quan.csv");
    fs::write(&list, "Tên,Loại,Cấp trên\nSở Nội vụ,Cấp tỉnh,ubnd\n").unwrap();
    system.tool("org", &["import", list.to_str().unwrap()]);
    system.add("an@tinh.example", "Phạm Văn An");
    serving.deliver("an@tinh.example", "dau-tien");
    look(&system, "declared");
}
