//! Another's mailbox in the browser, by its owner's consent (BS.III.9).

use crate::harness::{Demo, congvu};
use crate::webmail::browse;

/// BS.III.9: what the reader opened stands there for the owner to see.
fn bs_iii_9_another_mailbox_is_read_in_the_browser(demo: &Demo) {
    let (owner, reader) = (demo.person(0), demo.person(1));
    let letter = b"From: a@sonminh.gov.vn\r\nSubject: Moi hop\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nN\xe1\xbb\x99i dung gi\xe1\xba\xa5y m\xe1\xbb\x9di\r\n";
    demo.append(owner, "INBOX", letter);
    let moment = congvu_regulation::Moment(congvu_store::now_ms());
    let until = moment.date().plus_days(3).to_string();
    let by_owner = |arguments: &[&str]| {
        congvu(["access", "--config", demo.config().to_str().unwrap()])
            .args(arguments)
            .args(["--as", owner])
            .input(demo.password())
            .run()
            .ok()
    };
    let consent = [
        "consent",
        "--to",
        reader,
        "--purpose",
        "Tìm giấy mời",
        "--until",
        &until,
    ];
    by_owner(&consent);
    browse(demo, "granted.mjs", &[reader, owner, "Moi hop"]);
    let seen = by_owner(&["list", owner, "--json"]);
    for told in ["mở thư mục INBOX", "đọc thư UID 1 trong thư mục INBOX"] {
        assert!(seen.contains(told), "{told}: {seen}");
    }
    demo.verify();
}

pages!(bs_iii_9_another_mailbox_is_read_in_the_browser);
