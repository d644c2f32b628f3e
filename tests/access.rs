//! `congvu access` and what follows from it: consent, an order of two persons, who is told, who sees (BS.III.9).

use congvu_store::access_grant::{self, NewGrant};
use congvu_store::{BlobPlace, Clock, Engine, Store, StoreConfig, StoreError, account};

use crate::command_line::{Serving, System};
use crate::harness::{Database, Output, congvu, postgres_wanted, wait_until};

struct Case {
    system: System,
    /// Of `an`, `binh`, `mot`, `hai`.
    passwords: [String; 4],
}

const NAMES: [&str; 4] = ["an", "binh", "mot", "hai"];

impl Case {
    fn new(database: Option<Database>) -> Self {
        let system = System::init(database);
        let passwords = NAMES.map(|name| system.add(&format!("{name}@tinh.example"), name));
        for name in ["mot", "hai"] {
            let address = format!("{name}@tinh.example");
            let grant = ["grant", &address, "decide", "--organisation", "ubnd"];
            system.tool("role", &grant);
        }
        Self { system, passwords }
    }

    /// `congvu access` as one of them.
    #[track_caller]
    fn by(&self, name: &str, arguments: &[&str]) -> Output {
        let config = self.system.config();
        let who = NAMES.iter().position(|known| *known == name).unwrap();
        congvu(["access", "--config", config.to_str().unwrap()])
            .args(arguments)
            .args(["--as", &format!("{name}@tinh.example")])
            .input(self.passwords[who].clone())
            .run()
    }
}

fn number(said: &str, mark: &str) -> String {
    let rest = said.split_once(mark).unwrap().1;
    rest.chars().take_while(char::is_ascii_digit).collect()
}

/// The last day of a period that is under way.
fn until() -> String {
    let moment = congvu_regulation::Moment(congvu_store::now_ms());
    moment.date().plus_days(3).to_string()
}

fn by_the_command_line(database: Option<Database>) {
    let case = Case::new(database);
    let until = until();
    let asked = [
        "--to",
        "binh@tinh.example",
        "--purpose",
        "tìm thư mời",
        "--until",
        &until,
    ];
    // Nobody but its owner consents; who has the machine is nobody's owner.
    case.system
        .program("access", &[&["consent"], &asked[..]].concat())
        .run()
        .ended(1)
        .says(&["BS.III.9"]);
    let said = case.by("an", &[&["consent"], &asked[..]].concat()).ok();
    let grant = number(&said, "lần cho phép số ");
    case.by("an", &["list", "an@tinh.example"]).ended(0).says(&[
        "binh@tinh.example",
        "chủ hộp thư đồng ý",
        "đang có hiệu lực",
    ]);
    case.by("binh", &["list", "an@tinh.example"]).ended(1);
    case.by("binh", &["end", &grant]).ended(1);
    case.by("an", &["end", &grant]).ended(0);
    case.by("an", &["list", "an@tinh.example"])
        .ended(0)
        .says(&["đã chấm dứt"]);

    // Two persons, and a document.
    let ask = ["ask", "an@tinh.example", "--document", "5/QĐ-CA"];
    let ask = [&ask[..], &asked[..], &["--tell-on", &until]].concat();
    case.by("binh", &ask).ended(1);
    let order = number(&case.by("mot", &ask).ok(), "lệnh số ");
    case.by("mot", &["confirm", &order]).ended(1);
    case.by("mot", &["withdraw", &order]).ended(0);
    case.by("hai", &["confirm", &order]).ended(1);
    let order = number(&case.by("mot", &ask).ok(), "lệnh số ");
    case.by("hai", &["list", "an@tinh.example"])
        .ended(0)
        .says(&[&format!("Lệnh số {order} theo 5/QĐ-CA")]);
    let said = case.by("hai", &["confirm", &order]).ok();
    let grant = number(&said, "lần cho phép số ");
    case.by("mot", &["list", "an@tinh.example", "--json"])
        .ended(0)
        .says(&["\"document\":\"5/QĐ-CA\""]);
    // Put off: the owner sees it on the day that the order sets.
    case.by("an", &["list", "an@tinh.example"])
        .ended(0)
        .never_says("5/QĐ-CA");
    // Not the owner ends what was ordered.
    case.by("an", &["end", &grant]).ended(1);
    case.by("hai", &["end", &grant]).ended(0);
    case.system.tool("verify", &[]);
}

#[test]
fn bs_iii_9_consent_and_orders_from_the_command_line() {
    by_the_command_line(None);
}

#[test]
fn bs_iii_9_consent_and_orders_from_the_command_line_on_postgres() {
    if postgres_wanted() {
        by_the_command_line(Some(Database::create()));
    }
}

/// A server that runs tells owners when the day of an order comes, by itself.
#[test]
fn bs_iii_9_the_running_server_tells_the_owner_when_the_day_comes() {
    let case = Case::new(None);
    let store = Store::open(&StoreConfig {
        engine: Engine::Sqlite {
            path: case.system.dir.join("data/congvu.db"),
        },
        readers: 1,
        blobs: BlobPlace::Folder(case.system.dir.join("data/blobs")),
        inline_max: 65_536,
        server: false,
        clock: Clock::default(),
        undelete: std::time::Duration::from_secs(30 * 86_400),
    })
    .unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let given = store.write(|tx| {
        let an = account::by_login(tx, "an@tinh.example")?.unwrap();
        let binh = account::by_login(tx, "binh@tinh.example")?.unwrap();
        let now = tx.now();
        let grant = |tell_at| NewGrant {
            mailbox: an.mailbox.unwrap(),
            account: binh.id,
            way: "order",
            order: None,
            document: "5/QD-CA",
            purpose: "xac minh",
            from_at: now - 2,
            until_at: now - 1,
            granted_by: "mot@tinh.example",
            tell_at: Some(tell_at),
        };
        access_grant::add(tx, &grant(now - 1))?;
        // Its day is still to come.
        access_grant::add(tx, &grant(now + 86_400_000))?;
        Ok::<_, StoreError>(())
    });
    runtime.block_on(given).unwrap();
    store.close();
    let mut serving = Serving::start(&case.system, &[]);
    let found = || serving.count("an@tinh.example", &case.passwords[0], "truy");
    wait_until(30, "the notice", || (found() > 0).then_some(()));
    assert_eq!(found(), 1);
    let seen = case.by("an", &["list", "an@tinh.example"]).ok();
    assert_eq!(seen.matches("5/QD-CA").count(), 1, "{seen}");
    serving.server.stop();
}

/// Wrong passwords of `--as` are in the record of sign-ins, and too many have to wait; the right one too.
#[test]
fn who_acts_for_themselves_is_recorded_and_slowed_down() {
    let case = Case::new(None);
    let config = case.system.config();
    let by = |password: &str| {
        congvu(["access", "--config", config.to_str().unwrap()])
            .args(["list", "an@tinh.example", "--as", "an@tinh.example"])
            .input(password.to_owned())
            .run()
    };
    by(&case.passwords[0]).ended(0);
    for _ in 0..10 {
        by("sai-mat-khau\n").ended(1).says(&["sai mật khẩu"]);
    }
    by(&case.passwords[0]).ended(1).says(&["chờ 15 phút"]);
    // Others are let in.
    case.by("mot", &["list", "an@tinh.example"]).ended(0);
    let said = case
        .system
        .program(
            "audit",
            &[
                "list", "--chain", "sign-ins", "--format", "json", "--limit", "200",
            ],
        )
        .run()
        .ok();
    let count = |action: &str| {
        let tried = said.lines().filter(|line| line.contains("an@tinh.example"));
        let here = tried.filter(|line| line.contains("command-line"));
        here.filter(|line| line.contains(action)).count()
    };
    assert_eq!(count("sign-in.wrong"), 10);
    assert_eq!((count("sign-in.ok"), count("sign-in.throttled")), (1, 1));
}
