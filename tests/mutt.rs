//! mutt without a person: its keys are pushed by its configuration, its terminal is `script`'s.

use std::fs;
use std::path::PathBuf;

use crate::harness::{Demo, Output, Program};

/// mutt set up for one account.
struct Mutt {
    home: PathBuf,
    config: PathBuf,
}

impl Mutt {
    /// It takes the strongest SASL mechanism that is offered.
    fn new(demo: &Demo, address: &str, password: &str) -> Self {
        Self::in_home(demo, address, password, "mutt")
    }

    /// As [`Mutt::new`]; it keeps what it knows, comes back with it by QRESYNC, and compresses.
    fn quick(demo: &Demo, address: &str) -> Self {
        let mutt = Self::in_home(demo, address, demo.password(), "quick");
        let mut text = fs::read_to_string(&mutt.config).unwrap();
        let kept = mutt.home.join("kept");
        fs::create_dir_all(&kept).unwrap();
        text += &format!(
            "set imap_qresync=yes imap_deflate=yes header_cache=\"{}\"\n",
            kept.display()
        );
        fs::write(&mutt.config, text).unwrap();
        mutt
    }

    fn in_home(demo: &Demo, address: &str, password: &str, home: &str) -> Self {
        let home = demo.scratch().join(home);
        fs::create_dir_all(&home).unwrap();
        let config = home.join("muttrc");
        let imaps = demo.address("imaps");
        // A space in a prompt for a folder would complete it instead of being typed.
        let text = format!(
            "set ssl_ca_certificates_file=\"{ca}\" ssl_force_tls=yes\n\
             set imap_user=\"{address}\" imap_pass=\"{password}\"\n\
             set smtp_url=\"smtp://{address}@{submission}/\" smtp_pass=\"{password}\"\n\
             set folder=\"imaps://{imaps}/\" spoolfile=\"imaps://{imaps}/INBOX\" record=\"\" postponed=\"\"\n\
             set from=\"{address}\" realname=\"Người thử\" use_from=yes use_envelope_from=yes copy=no\n\
             set confirmcreate=no confirmappend=no delete=yes quit=yes move=no wait_key=no beep=no sleep_time=0\n\
             set charset=utf-8 send_charset=utf-8 pipe_decode=no pipe_sep=\"\" tmpdir=\"{home}\"\n\
             bind editor <space> noop\n",
            ca = demo.ca(),
            submission = demo.address("submission"),
            home = home.display(),
        );
        fs::write(&config, text).unwrap();
        Self { home, config }
    }

    /// Opens INBOX and types these keys; they must end with `<quit>`. What does not end is killed.
    #[track_caller]
    fn keys(&self, keys: &str) {
        let line = format!("mutt -n -F {} -e 'push \"{keys}\"'", self.config.display());
        Program::new("script")
            .args(["-qefc", &line, "/dev/null"])
            .env("HOME", &self.home)
            .env("TERM", "xterm")
            .env("LINES", "40")
            .env("COLUMNS", "120")
            .run()
            .ok();
    }

    /// Sends by submission.
    fn send(&self, to: &str, subject: &str, text: &str, file: &str) -> Output {
        Program::new("mutt")
            .args(["-n", "-F", self.config.to_str().unwrap()])
            .args(["-s", subject, "-a", file, "--", to])
            .env("HOME", &self.home)
            .input(text)
            .run()
    }
}

fn folders(demo: &Demo) {
    let address = demo.person(0);
    let mutt = Mutt::new(demo, address, demo.password());
    let names = || {
        let user = format!("{address}:{}", demo.password());
        crate::curl::fetch(demo, &user, "imaps", "").ok()
    };
    mutt.keys("<change-folder>?<create-mailbox>Văn bản mới<enter><exit><exit><quit>");
    let made = names();
    assert!(made.contains("V&AQM-n b&HqM-n m&Hts-i"), "{made}");
    mutt.keys(
        "<change-folder>?<search>bản mới<enter><rename-mailbox><kill-line>Văn bản cũ<enter><exit><exit><quit>",
    );
    let renamed = names();
    assert!(renamed.contains("V&AQM-n b&HqM-n c&AWk-"), "{renamed}");
    assert!(!renamed.contains("m&Hts-i"), "{renamed}");
    mutt.keys("<change-folder>?<search>bản cũ<enter><delete-mailbox>y<exit><exit><quit>");
    let deleted = names();
    assert!(!deleted.contains("V&AQM-n"), "{deleted}");
    assert!(deleted.contains("INBOX"), "{deleted}");
}

fn messages(demo: &Demo) {
    let address = demo.person(0);
    let mutt = Mutt::new(demo, address, demo.password());
    let letter = |subject: &str| {
        format!(
            "From: an@ngoai.example\r\nTo: {address}\r\nSubject: {subject}\r\nMessage-ID: <{subject}@m.example>\r\nDate: \
                 Mon, 05 Oct 2026 08:30:00 +0700\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nKính gửi\r\n.\r\n{subject}\r\n"
        )
    };
    for subject in ["mot", "hai", "ba", "bon"] {
        demo.append(address, "INBOX", letter(subject).as_bytes());
    }
    // Searched, and read as they are.
    let piped = mutt.home.join("piped");
    mutt.keys(&format!(
        "<tag-pattern>~b 'hai'<enter><tag-prefix><pipe-message>cat > {}<enter><quit>",
        piped.display()
    ));
    let read = fs::read_to_string(&piped).unwrap();
    let before = letter("hai").replace("\r\n", "\n");
    let kept: Vec<&str> = read
        .lines()
        .filter(|line| !line.starts_with("Status:"))
        .collect();
    assert_eq!(kept.join("\n") + "\n", before);

    // Copied, moved, flagged, deleted.
    demo.append(address, "Lưu trữ", letter("cu").as_bytes());
    mutt.keys(
        "<limit>~s mot<enter><copy-message><kill-line>=Lưu trữ<enter><limit>all<enter><quit>",
    );
    mutt.keys(
        "<limit>~s hai<enter><save-message><kill-line>=Lưu trữ<enter><limit>all<enter><quit>",
    );
    mutt.keys("<limit>~s ba<enter><flag-message><limit>~s bon<enter><delete-message><limit>all<enter><quit>");
    let subjects = |folder: &str| {
        let all = demo.letters(address, folder, "");
        all.into_iter()
            .map(|found| {
                assert_eq!(
                    String::from_utf8(found.raw).unwrap(),
                    letter(&found.subject),
                    "a copy is the same octets"
                );
                found.subject
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(subjects("INBOX"), ["mot", "ba"]);
    assert_eq!(subjects("Lưu trữ"), ["cu", "mot", "hai"]);
    let user = format!("{address}:{}", demo.password());
    let flagged = crate::curl::fetch(demo, &user, "imaps", "INBOX?FLAGGED").ok();
    assert_eq!(flagged.trim(), "* SEARCH 2");
    demo.verify();
}

/// Sends with a file through 587.
fn sends(demo: &Demo) {
    let (address, to) = (demo.person(0), demo.person(1));
    let mutt = Mutt::new(demo, address, demo.password());
    check_sending(demo, &mutt, to);
}

/// RFC 5802: by SCRAM-SHA-256 with an app password, which is what mutt takes when it may choose.
/// Its library (GNU SASL) names the user a second time, as the identity to act as.
fn signs_in_by_scram(demo: &Demo) {
    let (address, to) = (demo.person(0), demo.person(1));
    let mutt = Mutt::new(demo, address, &demo.app_password(address));
    check_sending(demo, &mutt, to);
    demo.append(address, "INBOX", b"Subject: scram\r\n\r\nx\r\n");
    mutt.keys("<tag-pattern>~A<enter><tag-prefix><delete-message><quit>");
    assert!(demo.letters(address, "INBOX", "").is_empty());
}

/// RFC 7162 and RFC 4978, as mutt knows them: what changed while it was away it hears of, and nothing else.
fn comes_back_quickly(demo: &Demo) {
    let address = demo.person(0);
    let (quick, other) = (
        Mutt::quick(demo, address),
        Mutt::new(demo, address, demo.password()),
    );
    let letter = |subject: &str| {
        format!(
            "From: an@ngoai.example\r\nTo: {address}\r\nSubject: {subject}\r\n\r\n{subject}\r\n"
        )
    };
    for subject in ["mot", "hai", "ba", "bon"] {
        demo.append(address, "INBOX", letter(subject).as_bytes());
    }
    quick.keys("<quit>");
    other.keys("<limit>~s mot<enter><delete-message><limit>~s hai<enter><flag-message><limit>all<enter><quit>");
    demo.append(address, "INBOX", letter("nam").as_bytes());
    // It knows which one is flagged now, and which is gone.
    quick.keys("<tag-pattern>~F<enter><tag-prefix><delete-message><quit>");
    let subjects = || {
        let all = demo.letters(address, "INBOX", "");
        all.into_iter()
            .map(|found| found.subject)
            .collect::<Vec<_>>()
    };
    assert_eq!(subjects(), ["ba", "bon", "nam"]);
    quick.keys("<limit>~s nam<enter><delete-message><limit>all<enter><quit>");
    assert_eq!(subjects(), ["ba", "bon"]);
    let page = crate::operations::get(demo, "/metrics").ok();
    // Both enable UTF-8; the quick one QRESYNC besides, each of its three times.
    for (command, count) in [("COMPRESS", 3), ("ENABLE", 7)] {
        let counted = format!("congvu_imap_commands_total{{command=\"{command}\"}} {count}\n");
        assert!(page.contains(&counted), "{page}");
    }
    demo.verify();
}

#[track_caller]
fn check_sending(demo: &Demo, mutt: &Mutt, to: &str) {
    let file = mutt.home.join("bang.csv");
    fs::write(&file, "đơn vị;số\nSở Y tế;12\n").unwrap();
    mutt.send(
        to,
        "Thư từ mutt",
        "Kính gửi\n.\nHết\n",
        file.to_str().unwrap(),
    )
    .ok();
    let letter = demo.letter(to, "Thư từ mutt");
    assert_eq!(letter.text.replace("\r\n", "\n"), "Kính gửi\n.\nHết\n");
    assert_eq!(letter.attachments.len(), 1);
    assert_eq!(letter.attachments[0].0, "bang.csv");
}

both!(
    folders,
    messages,
    sends,
    comes_back_quickly,
    signs_in_by_scram = ("CONGVU_ACCESS__ANNOUNCE_SCRAM", "true"),
);
