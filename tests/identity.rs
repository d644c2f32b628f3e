//! Accounts of the e-government platform and what other systems know of them, with the running program.

use crate::harness::{Demo, congvu};

/// A place under Quảng Ninh's regulation.
pub fn quang_ninh(demo: &Demo) {
    let add = [
        "add",
        "Sở Thông tin và Truyền thông",
        "--kind",
        "provincial",
        "--short-name",
        "sttvtt",
        "--profile",
        "quang-ninh",
    ];
    demo.tool("org", &add).ok();
}

/// Issues a mailbox there; its address.
pub fn issued(demo: &Demo, name: &str, more: &[&str]) -> String {
    let mut arguments = vec!["issue", "--organisation", "sttvtt", "--person", name];
    arguments.extend(["--title", "Chuyên viên", "--phone", "0203 3838 383"]);
    arguments.extend(more);
    let said = demo.tool("mailbox", &arguments).ok();
    let address = said.split_whitespace().find(|word| word.contains('@'));
    address.unwrap().trim_end_matches('.').to_owned()
}

/// Hands the one-time password over, and its holder chooses their own.
pub fn begins(demo: &Demo, address: &str, own: &str) {
    let said = demo.tool("mailbox", &["hand-over", address]).ok();
    let once = said.trim().rsplit(' ').next().unwrap().to_owned();
    congvu(["account", "--config", demo.config().to_str().unwrap()])
        .args(["own-password", address])
        .input(format!("{once}\n{own}\n"))
        .run()
        .ok();
}

/// QN.5.1: the one sign-in of both systems, by the web, IMAP, POP3 and submission.
fn qn_5_1_an_account_is_not_anothers_address(demo: &Demo) {
    quang_ninh(demo);
    let other = issued(demo, "Phạm|Văn|A", &[]);
    let theirs = issued(demo, "Phạm|Văn|A", &["--account", "phamvana"]);
    assert_eq!(other, "phamvana@sonminh.gov.vn");
    assert_eq!(theirs, "phamvana.sttvtt@sonminh.gov.vn");
    demo.tool("identity", &["show", "phamvana"])
        .ended(0)
        .says(&[theirs.as_str(), "Tài khoản Chính quyền điện tử: phamvana"]);
    let (one, two) = ("Mua-thu-9-nong-dan", "Mua-xuan-3-hoa-dao");
    begins(demo, &other, one);
    begins(demo, &theirs, two);
    let clash = ["phamvana", &theirs, two, &other, one];
    demo.python("clash.py", &clash);
    // QN.5.2
    let said = ["give", &other, "--mail-only", "--document", "15/STTTT"];
    demo.tool("identity", &said).ended(0).says(&["phamvana1"]);
    let shown = demo.tool("identity", &["show", "phamvana1", "--json"]).ok();
    assert!(shown.contains("\"mailOnly\":true"), "{shown}");
    demo.tool("mailbox", &["show", &other])
        .ended(0)
        .says(&["phamvana1", "QN.5.2"]);
    demo.verify();
}

both!(qn_5_1_an_account_is_not_anothers_address);
