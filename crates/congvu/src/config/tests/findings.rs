//! What is found wrong, and where.

use super::*;

#[test]
fn a_bad_file_is_told_about_everything_at_once() {
    let text = r#"[server]
hostname = "mail"
log_format = "xml"
shutdown_grace = 20

[smtp]
lisen = ["0.0.0.0:25"]
max_recipients = 10
listen = [
  "0.0.0.0:25",
  "localhost:25",
]

[imap]
listen = ["0.0.0.0:143", "127.0.0.1:110"]
cleartext_login = true

[limts]
connections = 5

[limits]
connections = 100
exempt_networks = ["10.0.0.7/8"]

[operations]
listen = ["192.168.1.1:9090"]
"#;
    check(
        text,
        &[
            ("CONGVU_STORE__READERS", "nhiều"),
            ("CONGVU_SMTP_LISTEN", ""),
        ],
        &[
            "2 server.hostname",
            "3 server.log_format",
            "4 server.shutdown_grace",
            "7 smtp.lisen → smtp.listen",
            "8 smtp.max_recipients",
            "11 smtp.listen",
            "15 pop3.listen",
            "16 imap.cleartext_login",
            "18 limts → limits",
            "22 limits.connections_per_address",
            "23 limits.exempt_networks",
            "26 operations.listen",
            "CONGVU_SMTP_LISTEN  → CONGVU_SMTP__LISTEN",
            "CONGVU_STORE__READERS store.readers",
        ],
    );
}

#[test]
fn findings_say_what_is_wrong_and_what_is_expected() {
    let (folder, loaded) = load_text("[server]\nhostname = \"mail\"\nlogformat = \"json\"\n", &[]);
    let path = folder.path().join("congvu.toml").display().to_string();
    let expected = format!(
        "Cấu hình có 2 chỗ cần sửa:\n  \
         {path}:2: server.hostname: «mail» không giống một tên miền; cần: tên miền đầy đủ, ví dụ mail.sonla.gov.vn\n  \
         {path}:3: server.logformat: không có khóa này; có phải ý bạn là `server.log_format`?"
    );
    assert_eq!(loaded.expect_err("two findings").to_string(), expected);
}

/// A file that is good but for these lines after the first.
#[track_caller]
fn check_lines(lines: &str, expected: &[&str]) {
    check(&format!("{LEAST}{lines}"), &[], expected);
}

#[test]
fn hostnames() {
    check("", &[], &["- server.hostname"]);
    for bad in [
        "\"\"",
        "\"mail\"",
        "\"10.0.0.1\"",
        "\"a..vn\"",
        "\"-a.vn\"",
        "\"thư.vn\"",
        "\"a b.vn\"",
        "true",
        "[\"a.vn\"]",
    ] {
        check(
            &format!("server.hostname = {bad}"),
            &[],
            &["1 server.hostname"],
        );
    }
    for good in [
        "a.vn",
        "MAIL.sonla.gov.vn",
        "mail-2.sonla.gov.vn",
        "xn--th-uia.vn",
    ] {
        check(&format!("server.hostname = \"{good}\""), &[], &[]);
    }
}

#[test]
fn unknown_keys_and_sections() {
    check(
        "hostname = \"a.vn\"",
        &[],
        &["- server.hostname", "1 hostname → server.hostname"],
    );
    check_lines("smtp = 25", &["2 smtp"]);
    check_lines("colour.red = 1", &["2 colour"]);
    check_lines("[[smtp]]", &["2 smtp"]);
    check_lines(
        "imap.max_recipients = 1",
        &["2 imap.max_recipients → smtp.max_recipients"],
    );
}

#[test]
fn settings_held_against_each_other() {
    check_lines("server.data = \"\"", &["2 server.data"]);
    check_lines("[store]\nengine = \"postgres\"", &["3 store.postgres_url"]);
    check_lines(
        "[store]\nengine = \"postgres\"\npostgres_url = \"db\"",
        &["4 store.postgres_url"],
    );
    check_lines(
        "[store]\nengine = \"postgres\"\npostgres_url = \"postgres://db/congvu\"",
        &[],
    );
    check_lines(
        "tls.key = \"none.pem\"",
        &["2 tls.certificate", "2 tls.key"],
    );
    check_lines("imaps.listen = [\"0.0.0.0:993\"]", &["2 imaps.listen"]);
    check_lines("imaps.listen = []", &[]);
    check_lines(
        "smtp.max_message_size = \"10 KB\"",
        &["2 smtp.max_message_size"],
    );
    check_lines(
        "smtp.max_message_size = \"2 GB\"",
        &["2 smtp.max_message_size"],
    );
    check_lines(
        "submission.recipients_per_day = 5",
        &["2 submission.recipients_per_day"],
    );
    check_lines(
        "submission.cleartext_login = true",
        &["2 submission.cleartext_login"],
    );
    check_lines(
        "pop3.cleartext_login = true\npop3.listen = [\"127.0.0.1:110\"]",
        &[],
    );
    check_lines("smtp.timeout = \"5 phút\"", &["2 smtp.timeout"]);
}

#[test]
fn variables_are_named_in_findings() {
    for (name, value, expected) in [
        (
            "CONGVU_SMTP__LISEN",
            "",
            "CONGVU_SMTP__LISEN  → CONGVU_SMTP__LISTEN",
        ),
        ("CONGVU_MAU", "đỏ", "CONGVU_MAU "),
        (
            "CONGVU_IMAP__CLEARTEXT_LOGIN",
            "true",
            "CONGVU_IMAP__CLEARTEXT_LOGIN imap.cleartext_login",
        ),
        (
            "CONGVU_STORE__READERS",
            "0",
            "CONGVU_STORE__READERS store.readers",
        ),
        (
            "CONGVU_OPERATIONS__LISTEN",
            "0.0.0.0:9090",
            "CONGVU_OPERATIONS__LISTEN operations.listen",
        ),
    ] {
        check(LEAST, &[(name, value)], &[expected]);
    }
}

#[test]
fn listeners_must_not_cover_each_other() {
    for (one, other, clash) in [
        ("0.0.0.0:2525", "127.0.0.1:2525", true),
        ("127.0.0.1:2525", "127.0.0.1:2525", true),
        ("[::]:2525", "[::1]:2525", true),
        ("0.0.0.0:2525", "[::]:2525", false),
        ("127.0.0.1:2525", "127.0.0.2:2525", false),
        ("127.0.0.1:0", "127.0.0.1:0", false),
    ] {
        let env = [
            ("CONGVU_SMTP__LISTEN", one),
            ("CONGVU_SUBMISSION__LISTEN", other),
        ];
        let expected: &[&str] = if clash {
            &["CONGVU_SUBMISSION__LISTEN submission.listen"]
        } else {
            &[]
        };
        check(LEAST, &env, expected);
    }
}

#[test]
fn s3_must_be_complete() {
    check(
        "server.hostname = \"a.vn\"\n[blobs]\nkind = \"s3\"\ns3_endpoint = \"http://kho\"\n",
        &[("CONGVU_BLOBS__S3_BUCKET", "thu")],
        &[
            "3 blobs.s3_access_key",
            "3 blobs.s3_secret_key",
            "4 blobs.s3_endpoint",
        ],
    );
}

#[test]
fn what_is_no_toml_is_told_by_line_without_guesses() {
    check(
        "[server\nhostname = \"a.vn\"\n[smtp]\nlisten = = 3\nmax_recipients = 5\n",
        &[],
        &["1 ", "4 ", "5 smtp.max_recipients"],
    );
}

#[test]
fn a_missing_file_and_one_that_is_not_utf_8() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("congvu.toml");
    let findings = load(&path, variables(&[])).expect_err("no file");
    assert_eq!(findings.iter().map(short).collect::<Vec<_>>(), ["- "]);
    std::fs::write(&path, [b'#', 0xFF]).expect("the file");
    let findings = load(&path, variables(&[])).expect_err("no UTF-8");
    assert_eq!(findings.iter().map(short).collect::<Vec<_>>(), ["- "]);
}

#[test]
fn a_bad_secret_is_not_repeated() {
    let (_folder, loaded) = load_text("store.postgres_url = \"mật\\nkhẩu\"\n", &[]);
    let findings = loaded.expect_err("a line break in a secret").to_string();
    assert!(
        findings.contains("store.postgres_url") && !findings.contains("mật"),
        "{findings}"
    );
}

#[test]
fn mail_to_other_servers() {
    check_lines(
        "[outbound]
homes = [\"a.vn=mail.a.vn:25\", \"A.vn=b.vn:25\"]
retries = []
expire = \"1h\"
smart_host = \"a b\"
smart_host_user = \"an\"
smart_host_tls = \"never\"
",
        &[
            "3 outbound.homes",
            "4 outbound.retries",
            "5 outbound.delay_notice",
            "6 outbound.smart_host",
            "7 outbound.smart_host_password",
            "8 outbound.smart_host_tls",
        ],
    );
    check_lines(
        "[outbound]
smart_host = \"lmtp.vn\"
smart_host_protocol = \"lmtp\"
smart_host_port = 25
backoff = \"1h\"
",
        &["5 outbound.smart_host_port", "6 outbound.backoff"],
    );
    for bad in [
        "a.vn",
        "a.vn=b.vn",
        "a.vn=b.vn:0",
        "a=b.vn:25",
        "a.vn=b c:25",
        "a.vn=Mail.SonLa.gov.vn:25",
    ] {
        check_lines(
            &format!("outbound.homes = [\"{bad}\"]\n"),
            &["2 outbound.homes"],
        );
    }
    check_lines(
        "outbound.retries = [\"5m\", \"5 phút\"]\n",
        &["2 outbound.retries"],
    );
}
