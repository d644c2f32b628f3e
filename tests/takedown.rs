//! `congvu takedown` killed at random, two persons' orders, incidents and stops from the command line.

use std::process::{Command, Stdio};
use std::time::Duration;

use congvu_message::Analyzer;
use congvu_store::address::{Lookup, Target, lookup};
use congvu_store::entry::{self, NewEntry, Want};
use congvu_store::message::{self, NewMessage};
use congvu_store::{
    BlobPlace, Clock, Engine, FolderId, Store, StoreConfig, StoreError, account, organisation,
    random, role,
};

use crate::command_line::System;
use crate::harness::{Database, Output, Program, binary, congvu, postgres_wanted};

const PEOPLE: usize = 3;
const EACH: usize = 400;

/// The store of a system, beside its server, on a clock of the case's own.
pub fn open(system: &System, url: Option<&str>, clock: Clock) -> Store {
    let engine = match url {
        Some(url) => Engine::Postgres {
            url: url.to_owned(),
            writers: 2,
        },
        None => Engine::Sqlite {
            path: system.dir.join("data/congvu.db"),
        },
    };
    Store::open(&StoreConfig {
        engine,
        readers: 1,
        blobs: BlobPlace::Folder(system.dir.join("data/blobs")),
        inline_max: 65_536,
        server: false,
        clock,
        undelete: std::time::Duration::from_secs(30 * 86_400),
    })
    .unwrap()
}

/// What is kept of a message, by its bytes.
pub fn letter(bytes: &[u8]) -> NewMessage {
    let mut analyzer = Analyzer::new();
    analyzer.feed(bytes);
    let analysis = analyzer.finish();
    NewMessage {
        header_len: analysis.header_len,
        sent_at: None,
        message_id: analysis.facts.message_id.clone(),
        subject: analysis.facts.subject.clone(),
        preview: analysis.preview.clone(),
        references: String::new(),
        envelope: analysis.envelope.clone(),
        structure: analysis.structure.to_bytes(),
        marks: None,
    }
}

/// A message many times in each mailbox, and two who decide.
async fn fill(store: &Store) -> Vec<FolderId> {
    let bytes = b"From: a@ngoai.example\r\nMessage-ID: <mat@x>\r\nSubject: TuyetMat\r\n\r\nnoi dung mat\r\n";
    let new = letter(bytes);
    let staged = store.blobs().stage(bytes).await.unwrap();
    let work = std::sync::Arc::new((staged, new));
    let filled = store.write(move |tx| {
        let root = organisation::root(tx)?.unwrap().id;
        for name in ["mot", "hai"] {
            let who = account::by_login(tx, &format!("{name}@tinh.example"))?.unwrap();
            role::grant(tx, who.id, "decide", root, "1/QĐ")?;
        }
        let stored = message::put(tx, &work.0, &work.1)?;
        let mut folders = Vec::new();
        for n in 0..PEOPLE {
            let Lookup::Found(Target::Mailbox(target)) =
                lookup(tx, &format!("canbo{n}"), "tinh.example")?
            else {
                return Err(StoreError::NotFound("mailbox"));
            };
            for _ in 0..EACH {
                let new = NewEntry {
                    folder: target.inbox,
                    message: stored.id,
                    message_size: stored.size,
                    flags: 0,
                    internal_at: 1_795_327_200_000,
                    prefix: b"Delivered-To: x\r\n",
                };
                entry::deliver(tx, &new)?;
            }
            folders.push(target.inbox);
        }
        Ok(folders)
    });
    filled.await.unwrap()
}

/// How many copies lie there, and how many notices.
async fn count(store: &Store, folders: &[FolderId]) -> (usize, usize) {
    let folders = folders.to_vec();
    let counted = store.read(move |tx| {
        let (mut copies, mut notices) = (0, 0);
        for folder in folders {
            entry::scan(tx, folder, (1, u32::MAX), Want::Message, |row| {
                let subject = row.subject()?;
                copies += usize::from(subject == "TuyetMat");
                notices += usize::from(subject.starts_with("[Đã niêm phong]"));
                Ok(true)
            })?;
        }
        Ok::<_, StoreError>((copies, notices))
    });
    counted.await.unwrap()
}

struct Case {
    system: System,
    passwords: [String; 2],
}

impl Case {
    fn program(&self, what: &str, arguments: &[&str]) -> Program {
        let config = self.system.config();
        congvu([what, "--config", config.to_str().unwrap()]).args(arguments)
    }

    #[track_caller]
    fn tool(&self, arguments: &[&str]) -> Output {
        self.program("takedown", arguments).run()
    }

    /// As one of the two.
    #[track_caller]
    fn by(&self, person: usize, arguments: &[&str]) -> Output {
        let address = ["mot@tinh.example", "hai@tinh.example"][person];
        self.program("takedown", arguments)
            .args(["--as", address])
            .input(self.passwords[person].clone())
            .run()
    }

    /// Runs it and kills it with SIGKILL after some milliseconds, later each time, so that a fast machine does not come to the end
    /// before the first kill; how often it was killed in the middle.
    fn killed(&self, arguments: &[&str]) -> usize {
        let config = self.system.config();
        let mut kills = 0;
        for attempt in 0..10 {
            let mut child = Command::new(binary())
                .args(["takedown", "--config", config.to_str().unwrap()])
                .args(arguments)
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            let wait = 4 + 8 * attempt + u64::from(u8::from_ne_bytes(random::<1>()) % 16);
            std::thread::sleep(Duration::from_millis(wait));
            let running = child.try_wait().unwrap().is_none();
            drop(child.kill());
            drop(child.wait());
            kills += usize::from(running);
        }
        kills
    }
}

fn number(said: &str, mark: &str) -> String {
    let rest = said.split_once(mark).unwrap().1;
    rest.chars().take_while(char::is_ascii_digit).collect()
}

fn sealed_released_destroyed(url: Option<&str>, database: Option<Database>) {
    let system = System::init(database);
    let passwords =
        ["mot", "hai"].map(|name| system.add(&format!("{name}@tinh.example"), "Người Quyết"));
    for n in 0..PEOPLE {
        system.add(&format!("canbo{n}@tinh.example"), "Cán Bộ");
    }
    let case = Case { system, passwords };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let store = open(&case.system, url, Clock::default());
    let folders = runtime.block_on(fill(&store));
    let copies = PEOPLE * EACH;
    let counted = || runtime.block_on(count(&store, &folders));

    let given = [
        "--message-id",
        "mat@x",
        "--document",
        "1/CV",
        "--reason",
        "lộ",
        "--contact",
        "Sở",
    ];
    let opened = || {
        let said = case.tool(&[&["open"], &given[..]].concat()).ok();
        number(&said, "hồ sơ gỡ bỏ số ")
    };
    let id = opened();
    let shown = case.tool(&["preview", &id]).ok();
    assert!(
        shown.contains("canbo0@tinh.example") && !shown.contains("TuyetMat"),
        "{shown}"
    );
    let mut kills = case.killed(&["seal", &id]);
    case.tool(&["seal", &id]).says(&["niêm phong"]).ended(0);
    assert_eq!(counted(), (0, copies));
    kills += case.killed(&["release", &id]);
    // Nothing is left to release where it was done meanwhile.
    drop(case.tool(&["release", &id]));
    assert_eq!(counted(), (copies, 0));

    let id = opened();
    kills += case.killed(&["seal", &id]);
    case.tool(&["seal", &id]).ended(0);
    assert_eq!(counted(), (0, copies));
    assert!(kills > 0, "never killed in the middle");
    let out = case.system.dir.join("chung-cu");
    let taken = ["evidence", &id, "--out", out.to_str().unwrap()];
    case.tool(&taken).ended(0);
    Program::new("sh")
        .args([
            "-c",
            &format!("cd {} && sha256sum -c --quiet SHA256SUMS", out.display()),
        ])
        .run()
        .ended(0);

    // Destroying takes two, and the machine's administrator is neither.
    let purge = ["purge", id.as_str(), "--document", "2/QĐ"];
    case.tool(&purge).says(&["hai người"]).ended(1);
    let said = case.by(0, &purge).ok();
    let order = number(&said, "lệnh số ");
    case.by(0, &["confirm", &order])
        .says(&["hai người khác nhau"])
        .ended(1);
    case.tool(&["confirm", &order]).ended(1);
    let wrong = case.program("takedown", &["confirm", &order, "--as", "hai@tinh.example"]);
    wrong.input("sai").run().says(&["sai mật khẩu"]).ended(1);
    case.by(1, &["confirm", &order]).says(&["đã hủy"]).ended(0);
    assert_eq!(counted(), (0, copies));
    case.tool(&["release", &id]).ended(1);
    case.tool(&["list"])
        .says(&["đã hủy", "đã trả lại"])
        .ended(0);

    // A stop without the time of recovery is refused, and one that is too early; an emergency is not.
    let stop = |arguments: &[&str]| case.program("stop", arguments).run();
    stop(&["plan", "--from", "2099-01-07 22:00", "--what", "x"])
        .says(&["phục hồi"])
        .ended(1);
    stop(&[
        "plan",
        "--from",
        "2099-01-07 22:00",
        "--until",
        "2099-01-08 02:00",
        "--what",
        "nâng cấp",
    ])
    .ended(0);
    stop(&[
        "plan",
        "--emergency",
        "--from",
        "2026-01-07 22:00",
        "--what",
        "mất điện",
    ])
    .ended(0);
    stop(&["list"]).says(&["nâng cấp", "khẩn cấp"]).ended(0);
    let incident = |arguments: &[&str]| case.program("incident", arguments).run();
    incident(&["list"])
        .says(&["ngừng dịch vụ khẩn cấp", "mất điện"])
        .ended(0);
    incident(&["step", "1", "fixed", "--note", "có điện lại"]).ended(0);
    incident(&["show", "1"])
        .says(&["đã khắc phục", "có điện lại"])
        .ended(0);
    case.program("verify", &[]).run().ended(0);
    store.close();
}

#[test]
fn qn_13_9_killed_at_random_on_sqlite() {
    sealed_released_destroyed(None, None);
}

#[test]
fn qn_13_9_killed_at_random_on_postgres() {
    if postgres_wanted() {
        let database = Database::create();
        let url = database.url.clone();
        sealed_released_destroyed(Some(&url), Some(database));
    }
}
