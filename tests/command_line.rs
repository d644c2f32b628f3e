//! The command line: a real system from nothing, its tools, its checks, its end.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::harness::{
    Database, Demo, Output, Program, Server, congvu, postgres_wanted, signal, wait_until,
};

/// `congvu init` in a new folder.
pub struct System {
    pub dir: PathBuf,
    pub said: String,
    _database: Option<Database>,
    _folder: TempDir,
}

impl System {
    pub fn init(database: Option<Database>) -> Self {
        Self::under("quang-ninh", database)
    }

    /// Under this regulation.
    pub fn under(profile: &str, database: Option<Database>) -> Self {
        let folder = TempDir::with_prefix("congvu-e2e-").unwrap();
        let dir = folder.path().join("he-thong");
        let mut arguments = vec!["init", dir.to_str().unwrap(), "--domain", "tinh.example"];
        arguments.extend(["--profile", profile]);
        if let Some(database) = &database {
            arguments.extend(["--postgres", &database.url]);
        }
        let said = congvu(arguments).run().ok();
        Self {
            dir,
            said,
            _database: database,
            _folder: folder,
        }
    }

    pub fn config(&self) -> PathBuf {
        self.dir.join("congvu.toml")
    }

    /// A tool on it, about to run.
    pub fn program(&self, what: &str, arguments: &[&str]) -> Program {
        let config = self.config();
        let own = [what, "--config", config.to_str().unwrap()];
        congvu(own).args(arguments)
    }

    #[track_caller]
    pub fn tool(&self, what: &str, arguments: &[&str]) -> String {
        self.program(what, arguments).run().ok()
    }

    /// Adds an account; the password that its holder chose instead of the first one.
    pub fn add(&self, address: &str, name: &str) -> String {
        let said = self.tool("account", &["add", address, "--name", name]);
        self.choose(address, &after(&said, "Mật khẩu: "))
    }

    /// Its holder changes the password that was told them; the new one.
    pub fn choose(&self, address: &str, first: &str) -> String {
        let number = u64::from_le_bytes(congvu_store::random::<8>());
        let (config, own) = (self.config(), format!("Nang len {number} #Kd"));
        congvu(["account", "--config", config.to_str().unwrap()])
            .args(["own-password", address])
            .input(format!("{first}\n{own}\n"))
            .run()
            .ok();
        own
    }
}

/// What follows on the line with this mark.
#[track_caller]
pub fn after(text: &str, mark: &str) -> String {
    let line = text.lines().find_map(|line| line.split_once(mark));
    line.unwrap_or_else(|| panic!("no “{mark}” in:\n{text}"))
        .1
        .trim()
        .to_owned()
}

/// Ports that are free now.
fn free_ports<const N: usize>() -> [u16; N] {
    let open = [(); N].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    open.map(|listener| listener.local_addr().unwrap().port())
}

/// `congvu serve` on free ports of loopback, all set by variables.
pub struct Serving {
    pub server: Server,
    pub smtp: String,
    pub submissions: String,
    pub imaps: String,
    pub pop3s: String,
    pub web: String,
    pub ca: String,
}

impl Serving {
    pub fn start(system: &System, more: &[(&str, &str)]) -> Self {
        let ports = free_ports::<9>().map(|port| format!("127.0.0.1:{port}"));
        let names = [
            "SMTP",
            "SUBMISSION",
            "SUBMISSIONS",
            "IMAP",
            "IMAPS",
            "POP3",
            "POP3S",
            "OPERATIONS",
            "WEB",
        ];
        let names = names.map(|name| format!("CONGVU_{name}__LISTEN"));
        let mut settings: Vec<(&str, &str)> = names
            .iter()
            .map(String::as_str)
            .zip(ports.iter().map(String::as_str))
            .collect();
        settings.extend(more);
        let config = system.config();
        let arguments = ["serve", "--config", config.to_str().unwrap()];
        let mut server = Server::start(&arguments, &settings, &system.dir.join("log"));
        let ready = format!("http://{}/readyz", ports[7]);
        wait_until(20, "/readyz", || {
            assert!(server.ended().is_none(), "{}", server.printed());
            let done = Program::new("curl").args(["-sS", "--fail", &ready]).run();
            (done.code == Some(0)).then_some(())
        });
        Self {
            server,
            smtp: ports[0].clone(),
            submissions: ports[2].clone(),
            imaps: ports[4].clone(),
            pop3s: ports[6].clone(),
            web: ports[8].clone(),
            ca: system.dir.join("ca.pem").to_str().unwrap().to_owned(),
        }
    }

    #[track_caller]
    pub fn deliver(&self, to: &str, subject: &str) {
        self.send(to, subject).ok();
    }

    /// Sends from outside; how that ended.
    pub fn send(&self, to: &str, subject: &str) -> Output {
        Program::new("swaks")
            .args([
                "--server",
                &self.smtp,
                "--from",
                "a@ngoai.example",
                "--to",
                to,
            ])
            .args(["--header", &format!("Subject: {subject}")])
            .run()
    }

    /// How many messages with this subject an INBOX has.
    #[track_caller]
    pub fn count(&self, address: &str, password: &str, subject: &str) -> usize {
        let url = format!("imaps://{}/INBOX?SUBJECT%20{subject}", self.imaps);
        let user = format!("{address}:{password}");
        let found = Program::new("curl")
            .args(["-sS", "--cacert", &self.ca, "--user", &user, &url])
            .run()
            .ok();
        found.trim().split(' ').skip(2).count()
    }
}

fn from_nothing(system: &System) {
    for text in [
        "quantri@tinh.example",
        "MX 10 mail.tinh.example",
        "congvu serve --config",
    ] {
        assert!(
            system.said.contains(text),
            "no “{text}” in:\n{}",
            system.said
        );
    }
    for private in ["congvu.toml", "khoa.pem"] {
        let mode = fs::metadata(system.dir.join(private))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o077, 0, "{private} is for its owner alone");
    }
    let administrator = after(&system.said, "Mật khẩu:");
    let an = system.add("an@tinh.example", "Lò Thị An");
    let binh = system.add("Binh@Tinh.Example", "Bình");
    let config = system.config();
    let add = [
        "account",
        "--config",
        config.to_str().unwrap(),
        "add",
        "an@tinh.example",
        "--name",
        "x",
    ];
    congvu(add).run().ended(1).says(&["an@tinh.example"]);
    let list = system.tool("account", &["list", "--json"]);
    let addresses: Vec<String> = list
        .lines()
        .map(|line| {
            let account: serde_json::Value = serde_json::from_str(line).unwrap();
            account["address"].as_str().unwrap().to_owned()
        })
        .collect();
    assert_eq!(
        addresses,
        [
            "an@tinh.example",
            "binh@tinh.example",
            "quantri@tinh.example"
        ]
    );
    system.tool(
        "account",
        &["alias", "an@tinh.example", "lo.an@tinh.example"],
    );
    system.tool("account", &["quota", "an@tinh.example", "500 MB"]);
    // QN.8.1: no less and no more, but where a document grants it.
    let quota = |arguments: &[&str]| {
        congvu(["account", "--config", config.to_str().unwrap(), "quota"])
            .args(arguments)
            .run()
    };
    for size in ["499 MB", "1001 MB"] {
        quota(&["an@tinh.example", size]).ended(1).says(&["QN.8.1"]);
    }
    let granted = ["binh@tinh.example", "2000 MB", "--approved", "12/QĐ-SKHCN"];
    quota(&granted).ended(0);
    // A password is not used again soon.
    let password = |given: &str| {
        congvu(["account", "--config", config.to_str().unwrap(), "password"])
            .args(["an@tinh.example", "--password-stdin"])
            .input(given)
            .run()
    };
    password(&an).ended(1).says(&["đã dùng gần đây"]);
    password("Mua-xuan-7-bong-lua\n").ended(0);
    password(&an).ended(1).says(&["đã dùng gần đây"]);
    password("Mua-thu-9-nong-dan\n").ended(0);
    let an = system.choose("an@tinh.example", "Mua-thu-9-nong-dan");
    let list = system.tool("account", &["list"]);
    assert!(
        list.contains("/500 MB") && list.contains("Lò Thị An"),
        "{list}"
    );

    // Groups, one in the other, and An in both.
    for (group, members) in [
        (
            "trong@tinh.example",
            ["an@tinh.example", "quantri@tinh.example"],
        ),
        (
            "ngoai@tinh.example",
            ["an@tinh.example", "binh@tinh.example"],
        ),
    ] {
        system.tool(
            "group",
            &["add", group, "--name", "Nhóm", "--posting", "anyone"],
        );
        system.tool("group", &["join", group, members[0], members[1]]);
    }
    system.tool(
        "group",
        &["join", "ngoai@tinh.example", "trong@tinh.example"],
    );

    let mut serving = Serving::start(system, &[]);
    let people = [
        ("quantri@tinh.example", &administrator),
        ("an@tinh.example", &an),
        ("binh@tinh.example", &binh),
    ];
    serving.deliver("ngoai@tinh.example", "nhom");
    for (address, password) in people {
        wait_until(10, "the group's mail", || {
            (serving.count(address, password, "nhom") > 0).then_some(())
        });
        assert_eq!(serving.count(address, password, "nhom"), 1, "{address}");
    }
    serving.deliver("lo.an@tinh.example", "bidanh");
    assert_eq!(serving.count("an@tinh.example", &an, "bidanh"), 1);
    // RFC 5321 §4.5.1, RFC 2142.
    for reserved in [
        "postmaster@tinh.example",
        "abuse@tinh.example",
        "POSTMASTER@Tinh.Example",
    ] {
        serving.deliver(reserved, "baovipham");
    }
    assert_eq!(
        serving.count("quantri@tinh.example", &administrator, "baovipham"),
        3
    );
    // Out of the group again, while the server runs.
    system.tool(
        "group",
        &["leave", "ngoai@tinh.example", "binh@tinh.example"],
    );
    serving.deliver("ngoai@tinh.example", "sauroi");
    wait_until(10, "the group's mail", || {
        (serving.count("an@tinh.example", &an, "sauroi") == 1).then_some(())
    });
    assert_eq!(serving.count("binh@tinh.example", &binh, "sauroi"), 0);
    // For its members alone, then for nobody: who writes from outside is refused at once.
    let refused = [
        &[
            "change",
            "ngoai@tinh.example",
            "--name",
            "Nhóm của ta",
            "--posting",
            "members",
        ][..],
        &["end", "ngoai@tinh.example", "--document", "3/QĐ"],
    ];
    for change in refused {
        system.tool("group", change);
        wait_until(10, "the group's refusal", || {
            (serving.send("ngoai@tinh.example", "khong").code == Some(24)).then_some(())
        });
    }
    serving.server.stop();
    system.tool("verify", &[]);
}

#[test]
fn from_nothing_on_sqlite() {
    from_nothing(&System::init(None));
}

#[test]
fn from_nothing_on_postgres() {
    if postgres_wanted() {
        from_nothing(&System::init(Some(Database::create())));
    }
}

#[test]
fn init_refuses() {
    let system = System::init(None);
    let dir = system.dir.to_str().unwrap();
    let again = [
        "init",
        dir,
        "--domain",
        "khac.example",
        "--profile",
        "son-la",
    ];
    congvu(again).run().ended(1).says(&["không trống"]);
    let other = system.dir.with_file_name("khac");
    let other = other.to_str().unwrap();
    let unknown = [
        "init",
        other,
        "--domain",
        "khac.example",
        "--profile",
        "ha-noi",
    ];
    congvu(unknown)
        .run()
        .ended(1)
        .says(&["ha-noi", "quang-ninh", "son-la"]);
    assert!(!Path::new(other).exists(), "nothing is left behind");
    let bad = ["init", other, "--domain", "a b", "--profile", "son-la"];
    congvu(bad).run().ended(1);
    assert!(!Path::new(other).exists(), "nothing is left behind");
    congvu(["--help"])
        .run()
        .ended(0)
        .says(&["demo", "init", "serve", "verify", "account"]);
    congvu(["khong-co"]).run().ended(2);
}

#[test]
fn every_profile_can_be_had() {
    for profile in [
        "quang-ninh",
        "bim-son",
        "tuyen-quang",
        "hcm-donre",
        "son-la",
    ] {
        let folder = TempDir::with_prefix("congvu-e2e-").unwrap();
        let dir = folder.path().join("moi");
        let arguments = [
            "init",
            dir.to_str().unwrap(),
            "--domain",
            "tinh.example",
            "--profile",
            profile,
        ];
        congvu(arguments).run().ok();
        let config = dir.join("congvu.toml");
        congvu(["config", "check", "--config", config.to_str().unwrap()])
            .run()
            .ok();
    }
}

#[test]
fn config_check_reports_all_at_once() {
    let folder = TempDir::with_prefix("congvu-e2e-").unwrap();
    let file = folder.path().join("congvu.toml");
    let text = "[server]\nhostname = \"khong-phai-ten-mien\"\nlog_level = \"nhieu\"\nshutdown_grace = \"1 năm\"\n\n\
                [store]\nengine = \"postgres\"\n\n[smtp]\nlisen = [\"127.0.0.1:2525\"]\nmax_recipients = 5\n\n\
                [imap]\nlisten = [\"127.0.0.1:99999\"]\ncleartext_login = \"có\"\n\n[tls]\ncertificate = \"khong-co.pem\"\n\n\
                [operations]\nlisten = [\"0.0.0.0:9090\"]\n\n[thu]\nx = 1\n";
    fs::write(&file, text).unwrap();
    let check = ["config", "check", "--config", file.to_str().unwrap()];
    let said = congvu(check)
        .env("CONGVU_POP3__IDLE_TIMEOUT", "mãi mãi")
        .run()
        .ended(1)
        .says(&[
            "server.hostname",
            "server.log_level",
            "server.shutdown_grace",
            "store.postgres_url",
            "smtp.lisen",
            "`smtp.listen`",
            "smtp.max_recipients",
            "imap.listen",
            "imap.cleartext_login",
            "tls.certificate",
            "operations.listen",
            "thu",
            "CONGVU_POP3__IDLE_TIMEOUT",
            "congvu.toml:2:",
        ]);
    assert!(said.stderr.lines().count() >= 13, "{said}");
    // The same by whatever needs the configuration.
    let serve = ["serve", "--config", file.to_str().unwrap()];
    congvu(serve)
        .run()
        .ended(1)
        .says(&["server.log_level", "operations.listen"]);
    let missing = ["verify", "--config", "/khong/co/congvu.toml"];
    congvu(missing)
        .run()
        .ended(1)
        .says(&["/khong/co/congvu.toml"]);
}

/// QN.11.3: whole and intact, or it is told.
fn verify_names_the_damage(demo: &Demo) {
    let address = demo.person(0);
    demo.append(address, "INBOX", b"Subject: mot\r\n\r\nx\r\n");
    demo.tool("verify", &[])
        .ended(0)
        .says(&["không thấy chỗ nào sai"]);
    let damage =
        "UPDATE folder SET total = total + 7 WHERE id = (SELECT MIN(folder_id) FROM entry)";
    match &demo.database {
        Some(database) => database.execute(damage),
        None => {
            let file = demo.data().join("data/congvu.db");
            let script = "import sqlite3, sys\nwith sqlite3.connect(sys.argv[1], timeout=10) as db: db.execute(sys.argv[2])";
            Program::new("python3")
                .args(["-c", script, file.to_str().unwrap(), damage])
                .run()
                .ok();
        }
    }
    let said = demo
        .tool("verify", &[])
        .ended(1)
        .says(&["folder ", "chỗ sai"]);
    let line = said.stdout.lines().find(|line| line.starts_with("folder "));
    let (_, counts) = line.unwrap().split_once("kept ").unwrap();
    let (kept, counted) = counts.split_once(", counted ").unwrap();
    let [kept, counted] = [kept, counted].map(|count| count.parse::<u64>().unwrap());
    assert_eq!(kept, counted + 7, "{said}");
}

/// TQ.9.1, SL.11.1: time, sender, recipient, the machine that sent, size, result or error.
fn mail_log(demo: &Demo) {
    let to = demo.person(0);
    let swaks = |to: &str| {
        Program::new("swaks")
            .args([
                "--server",
                demo.address("smtp"),
                "--from",
                "nguoi.gui@ngoai.example",
            ])
            .args(["--to", to, "--header", "Subject: nhat ky"])
            .run()
    };
    swaks(to).ok();
    demo.letter(to, "nhat ky");
    swaks("khong.co@sonminh.gov.vn").ended(24);
    let line = |recipient: &str| {
        wait_until(5, "the line in the mail log", || {
            let log = demo.tool("mail-log", &["--lines", "20"]).ok();
            let mark = format!("đến <{recipient}>");
            log.lines()
                .find(|line| line.contains(&mark))
                .map(str::to_owned)
        })
    };
    let accepted = line(to);
    let refused = line("khong.co@sonminh.gov.vn");
    for (line, result) in [(&accepted, "250"), (&refused, "550")] {
        assert!(line.contains("từ <nguoi.gui@ngoai.example>"), "{line}");
        assert!(line.contains("máy 127.0.0.1"), "{line}");
        assert!(line.contains(" byte "), "{line}");
        assert!(line.contains(result), "{line}");
        assert!(line.contains(" +0700"), "the time here: {line}");
    }
    assert!(!accepted.contains(" 0 byte"), "{accepted}");
    // By the fields of the clause, for a spreadsheet.
    let sought = ["--recipient", "KHONG.co", "--code", "5", "--format", "csv"];
    let table = demo.tool("mail-log", &sought).ok();
    let rows: Vec<&str> = table.lines().collect();
    assert_eq!(rows.len(), 2, "{table}");
    assert!(
        rows[0].starts_with("time,direction,trace,sender,recipient,client_ip,size,code,result")
    );
    assert!(
        rows[1].contains(",khong.co@sonminh.gov.vn,127.0.0.1,"),
        "{table}"
    );
    assert_eq!(
        demo.tool("mail-log", &["--lines", "1"])
            .ok()
            .lines()
            .count(),
        1
    );
}

both!(verify_names_the_damage, mail_log);

/// A client that reads the greeting and then says nothing.
fn idle_session(address: &str) -> std::net::TcpStream {
    use std::io::Read;
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    let mut greeting = [0; 4];
    stream.read_exact(&mut greeting).unwrap();
    assert_eq!(&greeting, b"220 ");
    stream
}

#[test]
fn a_stop_is_graceful_and_within_the_grace() {
    use std::io::Read;
    let system = System::init(None);
    let mut serving = Serving::start(&system, &[("CONGVU_SERVER__SHUTDOWN_GRACE", "5s")]);
    let mut session = idle_session(&serving.smtp);
    let start = Instant::now();
    signal("TERM", &serving.server.id());
    let mut said = String::new();
    drop(session.read_to_string(&mut said));
    assert!(said.contains("421 "), "the session is told: {said}");
    let status = serving.server.wait(Duration::from_secs(8));
    assert_eq!(status.code(), Some(0), "{}", serving.server.printed());
    assert!(
        start.elapsed() < Duration::from_secs(6),
        "{:?}",
        start.elapsed()
    );
}

#[test]
fn a_second_signal_stops_at_once() {
    use std::io::{Read, Write};
    let system = System::init(None);
    let mut serving = Serving::start(&system, &[("CONGVU_SERVER__SHUTDOWN_GRACE", "60s")]);
    // In the middle of a message: a graceful stop waits for it.
    let mut session = idle_session(&serving.smtp);
    let lines = "EHLO a.example\r\nMAIL FROM:<a@a.example>\r\nRCPT TO:<postmaster@tinh.example>\r\nDATA\r\n";
    session.write_all(lines.as_bytes()).unwrap();
    let mut said = Vec::new();
    while !said.windows(4).any(|part| part == b"354 ") {
        let mut some = [0; 512];
        let n = session.read(&mut some).unwrap();
        assert!(n > 0, "{}", said.escape_ascii());
        said.extend(&some[..n]);
    }
    session.write_all(b"Subject: nua chung\r\n").unwrap();
    signal("TERM", &serving.server.id());
    std::thread::sleep(Duration::from_secs(1));
    assert!(
        serving.server.ended().is_none(),
        "it waits for the message: {}",
        serving.server.printed()
    );
    let start = Instant::now();
    signal("INT", &serving.server.id());
    let status = serving.server.wait(Duration::from_secs(2));
    assert_eq!(status.code(), Some(130));
    assert!(start.elapsed() < Duration::from_secs(1));
    system.tool("verify", &[]);
}

/// SL.5.2 and BS.5.2: the naming engine from the command line, as a program reads it.
#[test]
fn proposes_addresses() {
    let name = |arguments: &[&str]| {
        let all = ["name"].iter().chain(arguments).chain(&["--json"]);
        let said = congvu(all).run().ok();
        serde_json::from_str::<serde_json::Value>(&said).unwrap()
    };
    let person = [
        "--profile",
        "son-la",
        "--kind",
        "person",
        "--name",
        "Cầm|Thị|Duyên",
        "--unit",
        "skhcn",
    ];
    let proposal = name(&person);
    assert_eq!(proposal["local_part"], "duyenct.skhcn");
    assert_eq!(proposal["agree"], false);
    assert_eq!(
        proposal["why"][0]["clause"].as_str().map(|c| &c[..2]),
        Some("SL")
    );

    let clash = name(&[
        "--profile",
        "bim-son",
        "--kind",
        "person",
        "--name",
        "Bùi|Hữu|Hùng",
        "--taken",
        "hungbh",
    ]);
    assert!(clash["local_part"].is_null());
    assert_eq!(clash["agree"], true);
    assert!(clash["candidates"].as_array().unwrap().len() >= 3);

    // HCM.4.1: the text leaves the name open, so that no program issues what is proposed.
    let open = name(&[
        "--profile",
        "hcm-donre",
        "--kind",
        "unit",
        "--name",
        "Chi cục Bảo vệ môi trường",
    ]);
    assert_eq!(open["local_part"], "ccbvmt.stnmt");
    assert_eq!(
        (&open["agree"], &open["decide"]),
        (&true.into(), &true.into())
    );

    // BS.7.đ4: who had it gets it again.
    let former = [
        "--profile",
        "bim-son",
        "--kind",
        "person",
        "--name",
        "Bùi|Huy|Hùng",
        "--retired",
        "hungbh.bimson=Bùi|Huy|Hùng",
    ];
    let asked = name(&former);
    assert_eq!(
        (&asked["agree"], &asked["former"]),
        (&true.into(), &"hungbh.bimson".into())
    );
    let again = [&former[..], &["--former", "hungbh.bimson"]].concat();
    let again = name(&again);
    assert_eq!(again["local_part"], "hungbh.bimson");
    assert_eq!(again["why"][0]["clause"], "BS.7.đ4");
}

/// What the regulations ask and how far it is done, for people and for programs.
#[test]
fn lists_clauses() {
    let all = congvu(["clauses"]).run().ok();
    for text in [
        "QN.7.1.đ  [",
        "BS.III.9  [",
        "đã làm",
        "một phần",
        "dự kiến",
        "Tất cả: ",
    ] {
        assert!(all.contains(text), "no “{text}” in:\n{all}");
    }
    let json = |arguments: &[&str]| {
        let all = ["clauses", "--json"].iter().chain(arguments);
        let said = congvu(all).run().ok();
        serde_json::from_str::<Vec<serde_json::Value>>(&said).unwrap()
    };
    let rows = json(&["--profile", "SL"]);
    assert!(rows.len() > 20);
    let rule = rows.iter().find(|row| row["ids"][0] == "SL.6.2").unwrap();
    assert_eq!(rule["regulation"], "SL");
    assert_eq!(rule["kind"], "E");
    assert_eq!(rule["state"], "yes");
    assert!(rule["says"].as_str().unwrap().contains("08 ký tự"));
    assert!(rule["does"].is_string() && rule["code"].is_array() && rule["note"].is_null());
    assert!(rule["tests"].as_array().unwrap().iter().any(|test| {
        test.as_str()
            .unwrap()
            .ends_with("passwords.rs::sl_6_2_one_of_seven_marks")
    }));
    let guidance = json(&["--profile", "son-la", "--state", "planned", "--kind", "g"]);
    assert!(!guidance.is_empty() && guidance.len() < rows.len());
    for row in &guidance {
        assert_eq!(row["state"], "planned");
        assert!(row["kind"].as_str().unwrap().contains('G'), "{row}");
    }
    let one = congvu(["clauses", "--profile", "bim-son"]).run().ok();
    assert!(one.contains("BS.5.2") && !one.contains("QN.4"), "{one}");
    let unknown = ["clauses", "--profile", "ha-noi"];
    congvu(unknown).run().ended(1).says(&[
        "không có quy chế ha-noi",
        "quang-ninh (QN)",
        "son-la (SL)",
    ]);
    congvu(["clauses", "--help"]).run().ended(0).says(&[
        "--profile",
        "--state",
        "planned",
        "--json",
    ]);
}
