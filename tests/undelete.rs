//! `congvu undelete` on what was removed over IMAP.

use crate::command_line::{Serving, System};
use crate::harness::{Database, Program, congvu, postgres_wanted};

struct Case {
    system: System,
    serving: Serving,
    password: String,
}

impl Case {
    /// An IMAP command in a folder, by curl.
    #[track_caller]
    fn imap(&self, folder: &str, command: &str) -> String {
        let url = format!("imaps://{}/{folder}", self.serving.imaps);
        let user = format!("an@tinh.example:{}", self.password);
        Program::new("curl")
            .args(["-sS", "--cacert", &self.serving.ca, "--user", &user, &url])
            .args(["--request", command])
            .run()
            .ok()
    }

    #[track_caller]
    fn undelete(&self, arguments: &[&str]) -> String {
        self.system.tool("undelete", arguments)
    }

    /// How many messages a folder has.
    #[track_caller]
    fn count(&self, folder: &str) -> usize {
        let found = self.imap(folder, "SEARCH ALL");
        found.trim().split(' ').skip(2).count()
    }
}

/// The ids of the messages that can be had back, in the order in which they came: the first column of the list.
fn ids(list: &str) -> Vec<String> {
    let lines = list.lines().filter(|line| line.contains("  nhận "));
    let mut ids: Vec<String> = lines
        .map(|line| line.split("  ").next().unwrap().to_owned())
        .collect();
    let uid = |id: &String| {
        let (_, place) = id.split_once('-').unwrap();
        place.parse::<i64>().unwrap()
    };
    ids.sort_by_key(uid);
    ids
}

/// The number of the only deleted folder of the list.
fn folder(list: &str) -> String {
    let line = list.lines().find(|line| line.starts_with("thư mục số "));
    let number = line.unwrap().trim_start_matches("thư mục số ");
    number.split(' ').next().unwrap().to_owned()
}

fn brought_back(database: Option<Database>) {
    let system = System::init(database);
    let password = system.add("an@tinh.example", "Lò Thị An");
    let serving = Serving::start(&system, &[]);
    for subject in ["mot", "hai", "ba"] {
        serving.deliver("an@tinh.example", subject);
    }
    let mut case = Case {
        system,
        serving,
        password,
    };
    assert!(
        case.undelete(&["list", "an@tinh.example"])
            .contains("Không có gì")
    );
    // Two are removed for good, one goes with its folder.
    case.imap("", "CREATE Ho-so");
    case.imap("INBOX", "MOVE 3 Ho-so");
    case.imap("INBOX", r"STORE 1:2 +FLAGS.SILENT (\Deleted)");
    case.imap("INBOX", "EXPUNGE");
    case.imap("", "DELETE Ho-so");
    assert_eq!(case.count("INBOX"), 0);
    let list = case.undelete(&["list", "an@tinh.example"]);
    // BS.III.9: when and how large, never what it is about, nor how its owner calls the folder.
    assert!(list.contains("  1 thư  xóa lúc "), "{list}");
    for theirs in ["mot", "hai", "ba", "Ho-so"] {
        assert!(!list.contains(theirs), "{theirs}: {list}");
    }

    let ids = ids(&list);
    let one = &ids[0];
    let back = ["restore", "an@tinh.example", "--ids", one];
    assert!(case.undelete(&back).contains("Đã lấy lại 1 thư"));
    // Again: no second copy.
    assert!(case.undelete(&back).contains("Đã lấy lại 0 thư"));
    assert_eq!(case.count("INBOX"), 1);
    let back = ["restore", "an@tinh.example", "--ids", &ids[1]];
    case.undelete(&[&back[..], &["--into", "Archive"]].concat());
    assert_eq!(case.count("Archive"), 1);
    let number = folder(&list);
    case.undelete(&["restore", "an@tinh.example", "--folder", &number]);
    assert_eq!(case.count("Ho-so"), 1);
    assert!(
        case.undelete(&["list", "an@tinh.example"])
            .contains("Không có gì")
    );

    // What was done is on record; what is not there is told.
    let acts = case.system.tool("audit", &["list"]);
    assert_eq!(acts.matches("Lấy lại thư đã xóa").count(), 3, "{acts}");
    let looks = acts.matches("Xem danh sách thư đã xóa").count();
    assert_eq!(looks, 3, "{acts}");
    let clauses = acts.matches("BS.III.9").count();
    assert_eq!(clauses, 6, "{acts}");
    let config = case.system.config();
    let refused = |arguments: &[&str], text: &str| {
        congvu(["undelete", "--config", config.to_str().unwrap()])
            .args(arguments)
            .run()
            .ended(1)
            .says(&[text]);
    };
    refused(&["list", "ai@tinh.example"], "không có hộp thư");
    refused(
        &["restore", "an@tinh.example", "--ids", "x"],
        "không phải mã",
    );
    let unknown = ["restore", "an@tinh.example", "--folder", "Ho-so"];
    refused(&unknown, "không có thư mục đã xóa");
    case.serving.server.stop();
    case.system.tool("verify", &[]);
}

#[test]
fn bs_iii_9_removed_mail_is_brought_back_unread_on_sqlite() {
    brought_back(None);
}

#[test]
fn bs_iii_9_removed_mail_is_brought_back_unread_on_postgres() {
    if postgres_wanted() {
        brought_back(Some(Database::create()));
    }
}
