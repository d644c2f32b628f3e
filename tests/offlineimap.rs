//! OfflineIMAP: folders and Maildirs made the same, both ways, with names in UTF-8 on disk.
//! It knows no CONDSTORE: each run reads the flags of whole folders again.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::harness::{Demo, Output, Program, tests, wait_until};

/// An OfflineIMAP set up for one account.
struct OfflineImap {
    config: PathBuf,
    maildir: PathBuf,
}

impl OfflineImap {
    /// `more` are lines for the account's section and for the far side's.
    fn new(demo: &Demo, address: &str, more: (&str, &str)) -> Self {
        let scratch = demo.scratch();
        let maildir = scratch.join("OfflineIMAP");
        fs::create_dir_all(&maildir).unwrap();
        let config = scratch.join("offlineimaprc");
        // It checks names, not addresses, in certificates.
        let text = format!(
            "[general]\naccounts = congvu\nmetadata = {state}\nsocktimeout = 15\n\n\
             [Account congvu]\nlocalrepository = near\nremoterepository = far\nutf8foldernames = yes\n{account}\n\n\
             [Repository near]\ntype = Maildir\nlocalfolders = {maildir}\nsep = /\ncustomflag_a = $Khan\n\n\
             [Repository far]\ntype = IMAP\nremotehost = localhost\nremoteport = {port}\nremoteuser = {address}\n\
             remotepass = {password}\nssl = yes\nstarttls = no\nsslcacertfile = {ca}\nusecompression = yes\n\
             maxconnections = 2\n{far}\n",
            state = scratch.join("offlineimap-state").display(),
            account = more.0,
            maildir = maildir.display(),
            port = demo.port("imaps"),
            password = demo.password(),
            ca = demo.ca(),
            far = more.1,
        );
        fs::write(&config, text).unwrap();
        Self { config, maildir }
    }

    /// Makes both sides the same. Quiet, it says only what it wonders at, which is nothing.
    #[track_caller]
    fn sync(&self) {
        let said = self.run("quiet").ended(0);
        assert!(said.stdout.is_empty() && said.stderr.is_empty(), "{said}");
    }

    fn run(&self, ui: &str) -> Output {
        Program::new("offlineimap")
            .args(["-o", "-u", ui, "-c"])
            .arg(&self.config)
            .within(180)
            .run()
    }

    /// The files of a folder, by name: those of one OfflineIMAP has seen end in their flags.
    fn files(&self, folder: &str) -> Vec<PathBuf> {
        let mut found = Vec::new();
        for part in ["cur", "new"] {
            let entries = fs::read_dir(self.maildir.join(folder).join(part));
            found.extend(entries.into_iter().flatten().map(|e| e.unwrap().path()));
        }
        found.sort();
        found
    }

    /// The flags and the octets of each message of a folder, as they came: a Maildir has LF for CRLF.
    fn messages(&self, folder: &str) -> BTreeMap<String, String> {
        self.files(folder)
            .iter()
            .map(|file| {
                let text = fs::read_to_string(file).unwrap();
                (text.replace('\n', "\r\n"), flags(file))
            })
            .collect()
    }

    /// The file of the message with a subject.
    fn file(&self, folder: &str, subject: &str) -> PathBuf {
        let line = format!("Subject: {subject}\n");
        let files = self.files(folder);
        let mut found = files
            .into_iter()
            .filter(|file| fs::read_to_string(file).unwrap().contains(&line));
        found.next().unwrap()
    }

    fn make_folder(&self, folder: &str) {
        for part in ["cur", "new", "tmp"] {
            fs::create_dir_all(self.maildir.join(folder).join(part)).unwrap();
        }
    }

    /// A message that a mail program left in a folder, with flags.
    fn put(&self, folder: &str, name: &str, flags: &str, octets: &[u8]) {
        let to = self.maildir.join(folder).join("cur");
        fs::write(to.join(format!("{name}:2,{flags}")), octets).unwrap();
    }
}

/// What stands behind `:2,` in a file's name.
fn flags(file: &Path) -> String {
    let name = file.file_name().unwrap().to_str().unwrap();
    name.split_once(":2,").unwrap().1.to_owned()
}

fn letter(subject: &str) -> String {
    format!(
        "From: an@ngoai.example\r\nSubject: {subject}\r\nMessage-ID: <{subject}@m.example>\r\nDate: Mon, 05 Oct 2026 08:30:00 \
         +0700\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nKính \
         gửi\r\n.\r\n{subject}\r\n"
    )
}

fn both_ways(demo: &Demo) {
    let address = demo.person(0);
    for subject in ["mot", "hai", "ba"] {
        demo.append(address, "INBOX", letter(subject).as_bytes());
    }
    let (plans, year) = ("Kế hoạch", "Kế hoạch/Năm 2026 (tạm)/Quý “I”");
    demo.append(address, year, letter("sau").as_bytes());
    let near = OfflineImap::new(demo, address, ("", ""));
    near.sync();
    assert_eq!(near.files("INBOX").len(), 3);
    assert!(near.maildir.join(plans).join("cur").is_dir());
    let none = String::new();
    assert_eq!(near.messages(year), [(letter("sau"), none.clone())].into());

    // Here: a new message, a folder in a new folder with one, flags, a deletion.
    near.put("INBOX", "1795000000.1_1.may", "", &lf(&letter("bon")));
    near.make_folder("Tài liệu");
    near.make_folder("Tài liệu/Đã ký");
    let signed = lf(&letter("nam"));
    near.put("Tài liệu/Đã ký", "1795000000.1_2.may", "FS", &signed);
    let seen = near.file("INBOX", "mot");
    let name = seen.file_name().unwrap().to_str().unwrap();
    let cur = near.maildir.join("INBOX/cur");
    fs::rename(&seen, cur.join(format!("{name}RS"))).unwrap();
    fs::remove_file(near.file("INBOX", "hai")).unwrap();
    near.sync();
    let far = |folder: &str| {
        let letters = demo.letters(address, folder, "");
        let texts = letters.into_iter().map(|letter| letter.raw);
        texts
            .map(|raw| String::from_utf8(raw).unwrap())
            .collect::<Vec<_>>()
    };
    let kept = ["mot", "ba", "bon"].map(letter);
    assert_eq!(far("INBOX"), kept, "“hai” is expunged, “bon” is new");
    assert_eq!(far("Tài liệu/Đã ký"), [letter("nam")]);
    let user = format!("{address}:{}", demo.password());
    let ask = |question: &str| crate::curl::fetch(demo, &user, "imaps", question).ok();
    assert_eq!(
        ask("INBOX?ANSWERED%20SEEN%20UNFLAGGED").trim(),
        "* SEARCH 1"
    );
    let folder = "T&AOA-i%20li&Hsc-u/&ARAA4w-%20k&AP0-";
    assert_eq!(
        ask(&format!("{folder}?FLAGGED%20SEEN")).trim(),
        "* SEARCH 1"
    );

    // There: the same.
    demo.python("imap_far_side.py", &[address, "Từ máy chủ/Quý II"]);
    near.sync();
    assert_eq!(
        near.messages("INBOX"),
        [
            (letter("mot"), "FRSa".to_owned()),
            (letter("ba"), none.clone())
        ]
        .into(),
        "“bon” is expunged there; a flag and a keyword are new"
    );
    assert_eq!(near.files("Từ máy chủ/Quý II").len(), 1);

    // Another run finds nothing left to do.
    let before = files_below(&near.maildir);
    let letters = far("INBOX");
    near.run("basic")
        .ended(0)
        .says(&["Finished account 'congvu'"])
        .never_says("Copy message")
        .never_says("Deleting")
        .never_says("Adding flag")
        .never_says("Creating");
    assert_eq!(files_below(&near.maildir), before);
    assert_eq!(far("INBOX"), letters);
    demo.verify();
}

fn lf(text: &str) -> Vec<u8> {
    text.replace("\r\n", "\n").into_bytes()
}

/// All files, with their flags, which are in their names.
fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_below(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Messages of the corpus that Python's `email`, through which OfflineIMAP takes all, leaves as they are.
const UNCHANGED: [&str; 12] = [
    "delivery-status",
    "groups",
    "long-lines",
    "mixed-related-alternative",
    "names-rfc2231",
    "outlook-winmail",
    "pgp-mime",
    "smime-signed",
    "words-base64",
    "words-decomposed",
    "words-windows-1258",
    "zimbra",
];

/// Down as they are, and up again from another folder.
fn keeps_each_octet(demo: &Demo) {
    let address = demo.person(0);
    let sources = UNCHANGED.map(|name| {
        let file = tests().join("corpus").join(format!("{name}.eml"));
        let text = fs::read(file).unwrap();
        let mut crlf = Vec::new();
        for line in text.split_inclusive(|byte| *byte == b'\n') {
            let line = line.strip_suffix(b"\n").unwrap_or(line);
            crlf.extend_from_slice(line.strip_suffix(b"\r").unwrap_or(line));
            crlf.extend_from_slice(b"\r\n");
        }
        crlf
    });
    for source in &sources {
        demo.append(address, "Mẫu thư", source);
    }
    let near = OfflineImap::new(demo, address, ("", ""));
    near.sync();
    let files = near.files("Mẫu thư");
    assert_eq!(files.len(), sources.len());
    near.make_folder("Bản sao");
    for (n, source) in sources.iter().enumerate() {
        let wanted: Vec<u8> = source
            .iter()
            .copied()
            .filter(|byte| *byte != b'\r')
            .collect();
        let same = files.iter().find(|file| fs::read(file).unwrap() == wanted);
        assert!(same.is_some(), "“{}” came changed", UNCHANGED[n]);
        near.put(
            "Bản sao",
            &format!("{}.1_{n}.may", 1_795_000_000 + n),
            "",
            &wanted,
        );
    }
    near.sync();
    let copies = demo.letters(address, "Bản sao", "");
    assert_eq!(copies.len(), sources.len());
    for (source, name) in sources.iter().zip(UNCHANGED) {
        let same = copies.iter().any(|copy| copy.raw == *source);
        assert!(same, "“{name}” went changed");
    }
}

/// An OfflineIMAP that runs on.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// RFC 2177: it idles between its runs, and comes for what it is told of; by the clock it would not
/// come for hours.
fn idles(demo: &Demo) {
    let address = demo.person(0);
    demo.append(address, "INBOX", letter("mot").as_bytes());
    let far = "idlefolders = ['INBOX']\nholdconnectionopen = yes\nkeepalive = 600";
    let near = OfflineImap::new(demo, address, ("autorefresh = 600", far));
    let said = demo.scratch().join("offlineimap.log");
    let log = fs::File::create(&said).unwrap();
    let _running = Running(
        Command::new("offlineimap")
            .args(["-u", "basic", "-d", "imap", "-c"])
            .arg(&near.config)
            .env("PYTHONUTF8", "1")
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap(),
    );
    let said = || String::from_utf8_lossy(&fs::read(&said).unwrap()).into_owned();
    for (times, subject) in ["hai", "ba"].into_iter().enumerate() {
        wait_until(30, "it idles", || {
            (said().matches("< b'+ idling").count() > times).then_some(())
        });
        demo.append(address, "INBOX", letter(subject).as_bytes());
        wait_until(15, subject, || {
            near.messages("INBOX")
                .contains_key(&letter(subject))
                .then_some(())
        });
    }
}

both!(both_ways, keeps_each_octet, idles);
