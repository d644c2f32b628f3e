//! mbsync (isync): a mailbox and a Maildir made the same, both ways.

use std::fs;
use std::path::{Path, PathBuf};

use crate::harness::{Demo, Program};

/// An mbsync set up for one account.
pub struct Mbsync {
    config: PathBuf,
    maildir: PathBuf,
}

impl Mbsync {
    /// With the account's password.
    pub fn new(demo: &Demo, address: &str) -> Self {
        Self::with(demo, address, demo.password())
    }

    fn with(demo: &Demo, address: &str, password: &str) -> Self {
        let scratch = demo.scratch();
        let maildir = scratch.join("Maildir");
        fs::create_dir_all(&maildir).unwrap();
        let config = scratch.join("mbsyncrc");
        // It checks names, not addresses, in certificates.
        let text = format!(
            "IMAPAccount congvu\nHost localhost\nPort {port}\nUser {address}\nPass \"{password}\"\nSSLType IMAPS\n\
             CertificateFile {ca}\n\nIMAPStore far\nAccount congvu\n\nMaildirStore near\nPath {maildir}/\n\
             Inbox {maildir}/INBOX\nSubFolders Verbatim\n\nChannel all\nFar :far:\nNear :near:\nPatterns *\nCreate Both\n\
             Remove Both\nExpunge Both\nSyncState *\nCopyArrivalDate yes\n",
            port = demo.port("imaps"),
            ca = demo.ca(),
            maildir = maildir.display(),
        );
        fs::write(&config, text).unwrap();
        Self { config, maildir }
    }

    /// Makes both sides the same.
    #[track_caller]
    pub fn sync(&self) {
        Program::new("mbsync")
            .arg("-c")
            .arg(&self.config)
            .arg("-a")
            .run()
            .ok();
    }

    /// The files of a folder.
    pub fn files(&self, folder: &str) -> Vec<PathBuf> {
        let mut found = Vec::new();
        for part in ["cur", "new"] {
            let entries = fs::read_dir(self.maildir.join(folder).join(part)).unwrap();
            found.extend(entries.map(|entry| entry.unwrap().path()));
        }
        found.sort();
        found
    }

    /// The messages of a folder as they were before mbsync stored them: a Maildir has LF for CRLF,
    /// and mbsync adds `X-TUID`.
    pub fn messages(&self, folder: &str) -> Vec<Vec<u8>> {
        self.files(folder)
            .iter()
            .map(|file| on_the_wire(file))
            .collect()
    }

    /// A new message in a folder.
    fn put(&self, folder: &str, name: &str, text: &str) {
        let file = self.maildir.join(folder).join("new").join(name);
        fs::write(file, text.replace("\r\n", "\n")).unwrap();
    }

    fn make_folder(&self, folder: &str) {
        for part in ["cur", "new", "tmp"] {
            fs::create_dir_all(self.maildir.join(folder).join(part)).unwrap();
        }
    }
}

fn on_the_wire(file: &Path) -> Vec<u8> {
    let text = String::from_utf8(fs::read(file).unwrap()).unwrap();
    without_tuid(&text.replace('\n', "\r\n")).into_bytes()
}

fn without_tuid(text: &str) -> String {
    let (header, body) = text.split_once("\r\n\r\n").unwrap();
    let kept: Vec<&str> = header
        .split("\r\n")
        .filter(|line| !line.starts_with("X-TUID: "))
        .collect();
    format!("{}\r\n\r\n{body}", kept.join("\r\n"))
}

/// “Kế hoạch” on disk: mbsync leaves the modified UTF-7 of IMAP4rev1.
const PLANS: &str = "K&Hr8- ho&HqE-ch";

fn both_ways(demo: &Demo) {
    let address = demo.person(0);
    let letter = |subject: &str| {
        format!(
            "From: an@ngoai.example\r\nSubject: {subject}\r\nMessage-ID: <{subject}@m.example>\r\n\r\nKính gửi\r\n.\r\n{subject}\r\n"
        )
    };
    for subject in ["mot", "hai", "ba"] {
        demo.append(address, "INBOX", letter(subject).as_bytes());
    }
    demo.append(address, "Kế hoạch/Năm 2026", letter("ke-hoach").as_bytes());
    let mbsync = Mbsync::new(demo, address);
    mbsync.sync();
    assert_eq!(mbsync.files("INBOX").len(), 3);
    let nested = mbsync.messages(&format!("{PLANS}/N&AQM-m 2026"));
    assert_eq!(nested, [letter("ke-hoach").into_bytes()]);

    // Here: a new message, a new folder with one, a flag, a deletion.
    mbsync.put("INBOX", "1795000000.1_1.may", &letter("bon"));
    mbsync.make_folder("T&AOA-i li&Hsc-u");
    mbsync.put("T&AOA-i li&Hsc-u", "1795000000.1_2.may", &letter("nam"));
    for file in mbsync.files("INBOX") {
        let text = fs::read_to_string(&file).unwrap();
        let flags = match text
            .split("Subject: ")
            .nth(1)
            .unwrap()
            .split('\n')
            .next()
            .unwrap()
        {
            "mot" => "FS",
            "hai" => "T",
            _ => continue,
        };
        let name = file.file_name().unwrap().to_str().unwrap();
        let base = name.split(":2,").next().unwrap();
        let to = file.parent().unwrap().with_file_name("cur");
        fs::rename(&file, to.join(format!("{base}:2,{flags}"))).unwrap();
    }
    mbsync.sync();
    let inbox = demo.letters(address, "INBOX", "");
    let subjects: Vec<&str> = inbox.iter().map(|letter| letter.subject.as_str()).collect();
    assert_eq!(
        subjects,
        ["mot", "ba", "bon"],
        "“hai” is expunged, “bon” is new"
    );
    for (folder, at, subject) in [("INBOX", 2, "bon"), ("Tài liệu", 0, "nam")] {
        let far = demo.letters(address, folder, "");
        let raw = String::from_utf8(far[at].raw.clone()).unwrap();
        assert_eq!(without_tuid(&raw), letter(subject), "as it was written");
    }
    let user = format!("{address}:{}", demo.password());
    let flagged = crate::curl::fetch(demo, &user, "imaps", "INBOX?FLAGGED%20SEEN").ok();
    assert_eq!(flagged.trim(), "* SEARCH 1");

    // There: one more and one less; a second run finds nothing left to do.
    demo.append(address, "INBOX", letter("sau").as_bytes());
    mbsync.sync();
    assert_eq!(mbsync.files("INBOX").len(), 4);
    assert!(
        mbsync
            .messages("INBOX")
            .contains(&letter("sau").into_bytes())
    );
    let before = (
        mbsync.files("INBOX"),
        demo.letters(address, "INBOX", "").len(),
    );
    mbsync.sync();
    let after = (
        mbsync.files("INBOX"),
        demo.letters(address, "INBOX", "").len(),
    );
    assert_eq!(before, after);
    demo.verify();
}

/// RFC 5802: by SCRAM-SHA-256 with an app password, which is what it takes when it may choose. Its
/// library (Cyrus SASL) names the user a second time, as the identity to act as.
fn signs_in_by_scram(demo: &Demo) {
    let address = demo.person(0);
    demo.append(address, "INBOX", b"Subject: scram\r\n\r\nx\r\n");
    let mbsync = Mbsync::with(demo, address, &demo.app_password(address));
    mbsync.sync();
    assert_eq!(mbsync.messages("INBOX"), [b"Subject: scram\r\n\r\nx\r\n"]);
}

both!(
    both_ways,
    signs_in_by_scram = ("CONGVU_ACCESS__ANNOUNCE_SCRAM", "true"),
);
