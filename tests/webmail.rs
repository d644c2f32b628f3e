//! Webmail in Debian's Chromium: scripts in `tests/clients/browser` that assert by themselves.

use crate::harness::{Demo, Program, binary, tests};

/// Who certifies the signers of `crates/message/tests/smime`.
pub const AUTHORITIES: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../message/tests/smime/authorities.pem"
);

/// Runs `tests/clients/browser/SCRIPT DEMO_JSON ARGUMENTS`.
#[track_caller]
pub(crate) fn browse(demo: &Demo, script: &str, arguments: &[&str]) {
    browser(demo, script, arguments).run().ok();
}

/// The same before it is run.
#[track_caller]
pub(crate) fn browser(demo: &Demo, script: &str, arguments: &[&str]) -> Program {
    let folder = tests().join("clients/browser");
    assert!(
        folder.join("node_modules/playwright-core").exists(),
        "playwright-core is not installed: run .ci/prepare, or npm ci in {}",
        folder.display()
    );
    let mut browser = Program::new("node");
    if demo.database.is_some() {
        // The same pages are held against the rules of WCAG on SQLite.
        browser = browser.env("LOOKED_AT", "1");
    }
    browser
        .arg(folder.join(script))
        .arg(demo.data().join("demo.json"))
        .args(arguments)
        // What hangs is told; a machine with little time to give is not what a case is about.
        .within(480)
}

/// QN.14.4, TQ.4: in, out, sessions; the rules of use are taken on before anything else, and that is on record.
fn qn_14_4_signs_in_and_takes_on_the_rules(demo: &Demo) {
    let address = demo.person(0);
    browse(demo, "sign_in.mjs", &[address, demo.password()]);
    let acts = demo
        .tool("audit", &["list", "--format", "json", "--limit", "500"])
        .ok();
    let accepted = acts
        .lines()
        .filter(|line| line.contains("account.rules-accept") && line.contains(address))
        .count();
    assert_eq!(accepted, 1, "{acts}");
    demo.verify();
}

/// QN.14.3: who suspects that the password is known changes it, and whoever was signed in with it is out.
fn qn_14_3_changes_the_password(demo: &Demo) {
    browse(demo, "password.mjs", &[demo.person(0), demo.password()]);
    demo.verify();
}

/// QN.2.7, QN.15.6, TQ.4.
fn qn_15_6_writes_answers_and_keeps_drafts(demo: &Demo) {
    let (one, two) = (demo.person(0), demo.person(1));
    let name = two.split('@').next().unwrap();
    browse(demo, "writing.mjs", &[one, two, name]);
    let answer = demo.letter(one, "Re: Báo cáo “quý IV” & số liệu <2026>");
    assert!(answer.text.contains("Đã nhận."), "{}", answer.text);
    let raw = String::from_utf8_lossy(&answer.raw).to_lowercase();
    assert!(
        raw.contains("in-reply-to:") && raw.contains("references:"),
        "{raw}"
    );
    let passed_on = demo.letter(one, "Fwd: Báo cáo “quý IV” & số liệu <2026>");
    let raw = String::from_utf8_lossy(&passed_on.raw).to_lowercase();
    let asked = format!("disposition-notification-to: {two}");
    assert!(
        raw.contains(&asked) && raw.contains("content-type: message/rfc822"),
        "{raw}"
    );
    let inner = raw.split("content-type: message/rfc822").nth(1).unwrap();
    assert!(inner.contains("content-transfer-encoding: 8bit"), "{raw}");
    assert!(inner.contains("mime-version: 1.0"), "{raw}");
    let sent = demo.letters(one, "Sent", "Báo cáo “quý IV” & số liệu <2026>");
    assert_eq!(sent.len(), 1);
    assert_eq!(demo.letters(one, "Sent", "Bấm hai lần").len(), 1);
    let names: Vec<&str> = sent[0]
        .attachments
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(names, ["Số liệu quý IV.csv", "trống.txt"]);
    assert_eq!(sent[0].attachments[0].1, "xã,số\nTân Thịnh,5\n".as_bytes());
    demo.verify();
}

/// A picture of 40 × 24 points, as base64.
pub const PICTURE: &str = "iVBORw0KGgoAAAANSUhEUgAAACgAAAAYCAIAAAAH5iiXAAAAKElEQVR4nGPg9w8fEMQwavGoxaMWj1o8avGoxaMWj1o8avGoxcPHYgCn36bf4paNlAAAAABJRU5ErkJggg==";

fn writes_with_formats(demo: &Demo) {
    let (one, two) = (demo.person(0), demo.person(1));
    browse(demo, "rich.mjs", &[one, two, PICTURE]);
    let letter = demo.letter(two, "Có định dạng");
    assert!(
        letter.text.contains("Kính gửi Sở Nội vụ:\n- một\n- hai"),
        "{}",
        letter.text
    );
    let raw = String::from_utf8_lossy(&letter.raw).to_lowercase();
    for part in ["multipart/alternative", "multipart/related", "content-id:"] {
        assert!(raw.contains(part), "{part}: {raw}");
    }
    let answer = demo.letter(one, "Re: Có định dạng");
    assert!(
        answer.text.contains("> Kính gửi Sở Nội vụ:"),
        "{}",
        answer.text
    );
    demo.verify();
}

/// QN.8.1, QN.15.6: what may not go along is refused when it is chosen; QN.2.7.
fn qn_8_1_drafts_keep_themselves_and_files_go_up_at_once(demo: &Demo) {
    let (one, two) = (demo.person(0), demo.person(1));
    browse(demo, "keeping.mjs", &[one, two]);
    let letter = demo.letter(two, "Lưu tự động");
    let names: Vec<&str> = letter
        .attachments
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(names, ["Số liệu.csv"]);
    assert_eq!(letter.attachments[0].1, "xã,số\n".as_bytes());
    demo.verify();
}

/// What is written in a unit's name bears its signature, whoever writes; who set it is on record.
fn signs_and_begins_with_letters(demo: &Demo) {
    let unit = "skhcn@sonminh.gov.vn";
    let keeper = demo.everybody().into_iter().find(|person| {
        let rights = ["delegate", unit, person, "--rights", "read,send,manage"];
        demo.tool("unit", &rights).code == Some(0)
    });
    let keeper = keeper.unwrap();
    let other = if demo.person(0) == keeper {
        demo.person(1)
    } else {
        demo.person(0)
    };
    browse(demo, "signing.mjs", &[keeper, unit, other]);
    let letter = demo.letter(other, "Giấy mời họp giao ban");
    let raw = String::from_utf8_lossy(&letter.raw).to_lowercase();
    assert!(raw.contains("\ncongvu-category: "), "{raw}");
    let signed = letter.text.matches("SỞ KHOA HỌC VÀ CÔNG NGHỆ").count();
    assert_eq!(signed, 1, "{}", letter.text);
    assert!(!letter.text.contains("Nguyễn Văn Ký"), "{}", letter.text);
    let acts = demo
        .tool("audit", &["list", "--format", "json", "--limit", "500"])
        .ok();
    let set: Vec<&str> = acts
        .lines()
        .filter(|line| line.contains("unit.signature"))
        .collect();
    assert!(set.len() == 1 && set[0].contains(keeper), "{acts}");
    demo.verify();
}

fn orders(demo: &Demo) {
    let address = demo.person(0);
    for n in 1..=3 {
        let letter = format!(
            "From: a@sonminh.gov.vn\r\nSubject: =?utf-8?q?Th=C6=B0_{n}?=\r\n\r\nNội dung {n}\r\n"
        );
        demo.append(address, "INBOX", letter.as_bytes());
    }
    browse(demo, "order.mjs", &[address]);
    assert_eq!(demo.letters(address, "Họp giao ban", "").len(), 1);
    assert_eq!(demo.letters(address, "INBOX", "").len(), 1);
    assert!(demo.letters(address, "Trash", "").is_empty());
    demo.verify();
}

/// Two browsers and a mail program on one mailbox stay in agreement, and nobody reloads a page.
fn new_mail_appears(demo: &Demo) {
    browse(demo, "live.mjs", &[demo.person(0)]);
    demo.verify();
}

/// RFC 5322 §3.6.4: what answers one another is shown, read and filed together.
fn conversations(demo: &Demo) {
    let address = demo.person(0);
    let letters = [
        (
            "K=E1=BA=BF_ho=E1=BA=A1ch",
            "Message-ID: <k1@sonminh.gov.vn>",
            "Gửi các anh chị",
        ),
        (
            "Vi=E1=BB=87c_kh=C3=A1c",
            "Message-ID: <v@sonminh.gov.vn>",
            "Khác",
        ),
        (
            "Re:_K=E1=BA=BF_ho=E1=BA=A1ch",
            "Message-ID: <k2@sonminh.gov.vn>\r\nIn-Reply-To: <k1@sonminh.gov.vn>",
            "Đã rõ",
        ),
    ];
    for (subject, lines, text) in letters {
        let letter = format!(
            "From: {}\r\nSubject: =?utf-8?q?{subject}?=\r\n{lines}\r\n\r\n{text}\r\n",
            demo.person(1)
        );
        demo.append(address, "INBOX", letter.as_bytes());
    }
    browse(demo, "together.mjs", &[address]);
    assert_eq!(demo.letters(address, "Archive", "").len(), 1);
    demo.verify();
}

/// A message with a file.
const WITH_FILE: &str = "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nKem theo.\r\n--x\r\n\
     Content-Type: text/csv\r\nContent-Disposition: attachment; filename=so.csv\r\n\r\n1,2\r\n--x--";

fn finds(demo: &Demo) {
    let address = demo.person(0);
    for (folder, from, subject, rest) in [
        (
            "INBOX",
            "stc@sonminh.gov.vn",
            "Hợp đồng số 1",
            "\r\nNội dung.",
        ),
        ("INBOX", "so-y-te@sonminh.gov.vn", "Số liệu", WITH_FILE),
        ("Sent", address, "Gửi hợp đồng", "\r\nNội dung."),
        ("Trash", "x@y.example", "Hợp đồng đã bỏ", "\r\nNội dung."),
        (
            "Kế hoạch",
            "a@sonminh.gov.vn",
            "Hợp đồng mới",
            "\r\nNội dung.",
        ),
    ] {
        let letter = format!("From: {from}\r\nSubject: {subject}\r\n{rest}\r\n");
        demo.append(address, folder, letter.as_bytes());
    }
    browse(demo, "search.mjs", &[address]);
    demo.verify();
}

/// QN.14.8: a filter is refused where mail would leave the state's mailboxes; tried on mail that is there; carried out on what comes.
fn qn_14_8_filters_file_mail(demo: &Demo) {
    let (one, two) = (demo.person(0), demo.person(1));
    for n in 1..=3 {
        let letter = format!(
            "From: Phong <phong@sonminh.gov.vn>\r\nTo: {one}\r\nSubject: Hop giao ban {n}\r\n\r\nx\r\n"
        );
        demo.append(one, "INBOX", letter.as_bytes());
    }
    browse(demo, "filters.mjs", &[one, two]);
    assert_eq!(demo.letters(one, "Giao ban", "").len(), 4);
    assert!(demo.letters(one, "INBOX", "").is_empty());
    demo.verify();
}

fn answers_while_away(demo: &Demo) {
    let (one, two) = (demo.person(0), demo.person(1));
    browse(demo, "away.mjs", &[one, two]);
    let answer = demo.letter(two, "Trả lời tự động: Xin ý kiến");
    assert!(answer.text.contains("Tôi đi công tác"), "{}", answer.text);
    let raw = String::from_utf8_lossy(&answer.raw).to_lowercase();
    assert!(raw.contains("auto-submitted: auto-replied"), "{raw}");
    assert_eq!(demo.letters(two, "INBOX", "").len(), 1);
    demo.verify();
}

/// QN.15.4, QN.15.7: spam and what pretends to be another's leave the inbox; of the latter the operators hear.
fn qn_15_4_qn_15_7_reports_spam_and_phishing(demo: &Demo) {
    let address = demo.person(0);
    for n in 1..=3 {
        let letter = format!("From: x@ngoai.example\r\nSubject: Thu {n}\r\n\r\nx {n}\r\n");
        demo.append(address, "INBOX", letter.as_bytes());
    }
    browse(demo, "reports.mjs", &[address]);
    assert_eq!(demo.letters(address, "Junk", "").len(), 1);
    assert_eq!(demo.letters(address, "INBOX", "").len(), 2);
    let told = demo.tool("incident", &["list"]).ok();
    assert!(told.contains("lừa đảo"), "{told}");
    demo.verify();
}

/// Mail that attacks its reader, each way in a message of its own; the first (shown last) only asks for pictures.
fn withstands_hostile_html(demo: &Demo) {
    let address = demo.person(0);
    let corpus = include_str!("corpus/hostile-html.txt");
    let mut count = 0;
    for (n, html) in corpus.split("\n%%\n").enumerate() {
        let letter = format!(
            "From: Ke Xau <x@ke-xau.example>\r\nSubject: Ca {n}\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{}\r\n",
            html.replace('\n', "\r\n")
        );
        demo.append(address, "INBOX", letter.as_bytes());
        count += 1;
    }
    assert!(count >= 20, "{count}");
    browse(demo, "attack.mjs", &[address]);
}

/// BS.8, QN.11.3: what became of a signature stands with the message.
fn bs_8_says_whether_a_signature_holds(demo: &Demo) {
    let address = demo.person(0);
    let letters = tests().join("../crates/message/tests/smime");
    let letter = |name: &str| std::fs::read_to_string(letters.join(name)).unwrap();
    let valid = letter("valid.eml");
    for (subject, letter) in [
        ("hop-le", valid.clone()),
        ("bi-sua", valid.replace("quý IV", "quý III")),
        ("la", letter("unknown.eml")),
        ("het-han", letter("expired.eml")),
        (
            "dia-chi-khac",
            valid.replacen("<an@sonla.gov.vn>", "<giam-doc@sonla.gov.vn>", 1),
        ),
        ("cu", letter("sha1.eml")),
        ("boc", letter("opaque.eml")),
        ("ma-hoa", letter("encrypted.eml")),
    ] {
        let (before, rest) = letter.split_once("Subject: ").unwrap();
        let (_, after) = rest.split_once('\n').unwrap();
        let letter = format!("{before}Subject: Ky so: {subject}\n{after}");
        demo.append(address, "INBOX", letter.replace('\n', "\r\n").as_bytes());
    }
    browse(demo, "smime.mjs", &[address]);
    demo.verify();
}

/// A password that somebody else set opens nothing but the page on which it is changed (TQ.6.1, SL.6.1, HCM.8.3.b).
fn tq_6_1_a_given_password_is_changed_first(demo: &Demo) {
    let address = demo.person(0);
    let said = demo.account(["password", address]).ok();
    let given = said
        .lines()
        .find_map(|line| line.strip_prefix("Mật khẩu: "))
        .unwrap();
    let own = "Muc-Tieu@2027x";
    browse(demo, "given.mjs", &[address, given, own]);
    crate::curl::fetch(demo, &format!("{address}:{own}"), "imaps", "").ok();
}

/// A lock ends what is open in a browser at once (TQ.8.1).
/// TQ.8.1: locked, nobody signs in, whatever was open; TQ.8.3: opened again, the password is changed first.
fn tq_8_1_a_lock_ends_the_session(demo: &Demo) {
    let address = demo.person(0);
    let places = demo.tool("org", &["list", "--json"]).ok();
    let top: serde_json::Value = serde_json::from_str(places.lines().next().unwrap()).unwrap();
    let top = top["short_name"].as_str().unwrap();
    demo.tool("org", &["change", top, "--profile", "tuyen-quang"])
        .ended(0);
    browse(
        demo,
        "locked.mjs",
        &[
            address,
            demo.config().to_str().unwrap(),
            binary().to_str().unwrap(),
        ],
    );
}

/// What does not touch the store differently is looked at once.
#[test]
fn pages_are_accessible_and_light() {
    let demo = Demo::start();
    browse(
        &demo,
        "pages.mjs",
        &["skhcn@sonminh.gov.vn", demo.person(0), demo.password()],
    );
    demo.stop();
}

#[test]
fn qn_13_5_the_directory_is_read_by_anybody() {
    let demo = Demo::start();
    browse(&demo, "public.mjs", &[]);
    demo.stop();
}

/// TQ.9.1, QN.15.6: where mail went, what is logged and whether the records are whole; a held message is let go.
#[test]
fn tq_9_1_qn_15_6_mail_is_watched() {
    let way_out = [
        ("CONGVU_OUTBOUND__ENABLED", "true"),
        ("CONGVU_OUTBOUND__SMART_HOST", "127.0.0.1"),
        ("CONGVU_OUTBOUND__SMART_HOST_PORT", "9"),
        ("CONGVU_OUTBOUND__SMART_HOST_TLS", "never"),
    ];
    let demo = Demo::start_with(None, &way_out);
    let (one, two) = (demo.person(0), demo.person(1));
    for (size, subject) in [("wide", "ho so giu mot"), ("phone", "ho so giu hai")] {
        let held = crate::held::from_outside(
            &demo,
            two,
            subject,
            ("ho-so.zip", &crate::held::locked_zip()),
        );
        assert_eq!(held.code, Some(0), "{size}: {}", held.stderr);
    }
    browse(&demo, "watch.mjs", &[one, two]);
    for subject in ["ho so giu mot", "ho so giu hai"] {
        let letter = demo.letter(two, subject);
        assert_eq!(letter.attachments[0].0, "ho-so.zip");
    }
    let acts = demo
        .tool("audit", &["list", "--format", "json", "--limit", "500"])
        .ok();
    let released = acts.lines().filter(|line| line.contains("mail.release"));
    assert_eq!(released.count(), 2, "{acts}");
    demo.verify();
    demo.stop();
}

#[test]
fn the_console_opens_for_who_has_a_role() {
    let demo = Demo::start();
    browse(&demo, "console.mjs", &[]);
    demo.stop();
}

/// QN.4.3, QN.6.3.b, BS.III.9: places, groups, roles and orders of two persons in the console.
#[test]
fn qn_6_3_b_places_are_kept_in_the_console() {
    let demo = Demo::start();
    browse(&demo, "places.mjs", &[]);
    demo.stop();
}

/// QN.6.2, QN.6.3: an agency's list becomes a request, who decides goes through it line by line, passwords are handed over once.
#[test]
fn qn_6_2_qn_6_3_requests_on_the_console() {
    let demo = Demo::start();
    browse(&demo, "requests.mjs", &["quantri@sonminh.gov.vn"]);
    demo.verify();
    demo.stop();
}

#[test]
fn reports_incidents_takedown_and_rules_in_the_console() {
    let demo = Demo::start();
    let roles = demo.tool("role", &["list"]).ok();
    let deciders = roles
        .lines()
        .filter(|line| line.contains("cơ quan quản lý"));
    let mut deciders = deciders
        .flat_map(str::split_whitespace)
        .filter(|word| word.contains('@') && !word.starts_with("quantri@"));
    browse(&demo, "rules.mjs", &[deciders.next().unwrap()]);
    demo.verify();
    demo.stop();
}

#[test]
fn pages_of_rules_in_the_console_are_accessible() {
    let demo = Demo::start();
    browse(&demo, "rules_pages.mjs", &[]);
    demo.stop();
}

/// The demo's year is lived through the use cases under the regulation of a place.
#[test]
fn a_year_of_a_province_stands_in_the_console() {
    let demo = Demo::with_history("quang-ninh", 18, 150);
    browse(&demo, "history.mjs", &[]);
    demo.tool("audit", &["verify"]).ok();
    demo.stop();
}

#[test]
fn hostile_html_does_nothing() {
    let demo = Demo::start();
    withstands_hostile_html(&demo);
    demo.stop();
}

both!(
    qn_15_6_writes_answers_and_keeps_drafts,
    new_mail_appears,
    tq_8_1_a_lock_ends_the_session,
);

pages!(
    qn_14_4_signs_in_and_takes_on_the_rules,
    qn_14_3_changes_the_password,
    writes_with_formats,
    signs_and_begins_with_letters,
    qn_8_1_drafts_keep_themselves_and_files_go_up_at_once,
    orders,
    conversations,
    finds,
    qn_14_8_filters_file_mail,
    answers_while_away,
    qn_15_4_qn_15_7_reports_spam_and_phishing,
    tq_6_1_a_given_password_is_changed_first,
    bs_8_says_whether_a_signature_holds =
        ("CONGVU_WEB__SMIME_CA_FILE", crate::webmail::AUTHORITIES),
);
