//! Organisations, lists, bulk renames and the directory, as the command line does them beside a running server.

use std::fs;

use crate::harness::{Demo, Program};

fn json(lines: &str) -> Vec<serde_json::Value> {
    let read = |line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    lines.lines().map(read).collect()
}

/// A list that goes out comes in again and changes nothing; one with faults tells all of them and does nothing.
fn a_tree_goes_out_and_comes_in(demo: &Demo) {
    let tree = json(&demo.tool("org", &["list", "--json"]).ok());
    assert_eq!(tree.len(), 18);
    assert_eq!(
        (&tree[0]["kind"], &tree[0]["mailboxes"]),
        (&"province".into(), &2.into())
    );
    let list = demo.tool("org", &["export"]).ok();
    assert_eq!(list.lines().count(), 19);
    let file = demo.scratch().join("co-quan.csv");
    fs::write(&file, &list).unwrap();
    let file = file.to_str().unwrap();
    demo.tool("org", &["import", file])
        .ended(0)
        .says(&["thêm 0, sửa 0, giữ nguyên 18"]);
    let more = "\"\",\"Phòng Công nghệ số\",\"Phòng, ban\",\"skhcn\",\"\",\"\",\"\",\"\",\"\"\r\n";
    fs::write(file, format!("{list}{more}")).unwrap();
    demo.tool("org", &["import", file, "--dry-run"])
        .ended(0)
        .says(&["Dòng 20: thêm “Phòng Công nghệ số”", "Sẽ làm: thêm 1"]);
    let bad = "\"\",\"\",\"sở\",\"không có\",\"\",\"\",\"\",\"\",\"\"\r\n";
    fs::write(file, format!("{list}{more}{bad}")).unwrap();
    demo.tool("org", &["import", file]).ended(1).says(&[
        "Dòng 21, cột “Tên cơ quan, đơn vị”: Chưa điền.",
        "Dòng 21, cột “Loại”: “sở” không phải loại cơ quan",
        "Dòng 21, cột “Cơ quan cấp trên”: Không có “không có”.",
        "chưa làm gì",
    ]);
    assert_eq!(
        demo.tool("org", &["list", "--json"]).ok().lines().count(),
        18
    );
    fs::write(file, format!("{list}{more}")).unwrap();
    demo.tool("org", &["import", file])
        .ended(0)
        .says(&["thêm 1"]);
    // The naming rules gave it its short name (QN.4.1.c).
    demo.tool("org", &["list", "--under", "skhcn"])
        .ended(0)
        .says(&["phongcns.skhcn"]);
}

/// QN.2.6, QN.13.5.
fn the_directory_is_searched_and_handed_out(demo: &Demo) {
    let found = json(
        &demo
            .tool(
                "directory",
                &["search", "--json", "quan", "thu", "truong", "khoa", "hoc"],
            )
            .ok(),
    );
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0]["title"], "Thủ trưởng");
    assert_eq!(found[0]["organisation"], "Sở Khoa học và Công nghệ");
    let feed = demo
        .tool(
            "directory",
            &["export", "--public", "--format", "json", "--under", "skhcn"],
        )
        .ok();
    let feed: serde_json::Value = serde_json::from_str(&feed).unwrap();
    // Thirteen persons, the unit, a group.
    assert_eq!(feed["entries"].as_array().unwrap().len(), 15);
    let cards = demo
        .tool("directory", &["export", "--format", "vcard"])
        .ok();
    assert_eq!(
        cards.matches("BEGIN:VCARD").count(),
        cards.matches("END:VCARD").count()
    );
    assert!(cards.contains("ORG:Sở Khoa học và Công nghệ"));
    demo.tool("directory", &["rebuild", "--check"])
        .ended(0)
        .says(&["0 mục khác"]);
}

/// QN.6.3.b: after a merger everybody gets an address in another domain, while the command is killed again and again; who had
/// one keeps it, signs in with either, and gets what is sent to either.
fn addresses_are_made_anew(demo: &Demo) {
    let document = ["--document", "12/NQ-HĐND ngày 01/7/2026"];
    let merge = ["merge", "snv", "stp", "--into", "stc"];
    demo.tool("org", &[&merge[..], &document].concat()).ok();
    demo.tool("org", &["domain", "moi.example"]).ok();
    let plan = [
        "rename",
        "plan",
        "--under",
        "ubnd",
        "--domain",
        "moi.example",
    ];
    let said = demo.tool("org", &[&plan[..], &document].concat()).ok();
    assert!(
        said.contains("Bảng số 1") && said.contains("(QN.4.2.a)"),
        "{said}"
    );
    let old = demo.person(0).to_owned();
    for tenths in [0, 1, 2, 3, 1, 2, 3, 4] {
        let config = demo.config();
        let own = [
            "org",
            "--config",
            config.to_str().unwrap(),
            "rename",
            "apply",
            "1",
        ];
        let killed = Program::new("timeout")
            .args([
                "-s",
                "KILL",
                &format!("0.{tenths}5"),
                env!("CARGO_BIN_EXE_congvu"),
            ])
            .args(own);
        drop(killed.run());
    }
    demo.tool("org", &["rename", "apply", "1"]).ok();
    let lines = json(&demo.tool("org", &["rename", "show", "1", "--json"]).ok());
    assert!(lines.len() > 200);
    let open: Vec<_> = lines
        .iter()
        .filter(|line| line["state"] != "done")
        .collect();
    assert_eq!(open.len(), 0, "{open:?}");
    let new = lines.iter().find(|line| line["before"] == old).unwrap()["after"]
        .as_str()
        .unwrap();
    assert!(new.ends_with("@moi.example"), "{new}");
    let acts = ["list", "--format", "json", "--limit", "5000"];
    let acts = json(&demo.tool("audit", &acts).ok());
    let renamed = acts
        .iter()
        .filter(|act| act["action"] == "mailbox.rename")
        .count();
    assert_eq!(renamed, lines.len());
    let imaps = format!("imaps://{}/", demo.address("imaps"));
    for login in [&old, new] {
        let user = format!("{login}:{}", demo.password());
        Program::new("curl")
            .args(["-s", "-k", "--user", &user, &imaps])
            .run()
            .ok();
        let subject = format!("den {login}");
        let letter =
            format!("From: a@khac.example\r\nTo: {login}\r\nSubject: {subject}\r\n\r\nx\r\n");
        let smtp = format!("smtp://{}", demo.address("smtp"));
        Program::new("curl")
            .args([
                "-s",
                "--mail-from",
                "a@khac.example",
                "--mail-rcpt",
                login,
                "-T",
                "-",
                &smtp,
            ])
            .input(letter)
            .run()
            .ok();
        demo.letter(new, &subject);
    }
    demo.tool("directory", &["rebuild", "--check"])
        .ended(0)
        .says(&["0 mục khác"]);
    demo.verify();
}

both!(
    a_tree_goes_out_and_comes_in,
    the_directory_is_searched_and_handed_out,
    addresses_are_made_anew,
);
