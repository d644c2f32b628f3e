//! Defaults, and what goes over what.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::*;
use crate::config::entries::Entries;

#[test]
fn defaults() {
    let (folder, loaded) = load_text(LEAST, &[]);
    let config = loaded.expect("the least file");
    assert_eq!(config.server.data, folder.path().join("data"));
    assert_eq!(config.server.log_format, LogFormat::Text);
    assert_eq!(
        config.store.engine,
        Engine::Sqlite(folder.path().join("data/congvu.db"))
    );
    assert_eq!(
        config.blobs.place,
        BlobPlace::Folder(folder.path().join("data/blobs"))
    );
    assert_eq!(config.blobs.inline_max, 65_536);
    assert_eq!(config.tls, None);
    let listen: Vec<String> = config.smtp.listen.iter().map(ToString::to_string).collect();
    assert_eq!(listen, ["0.0.0.0:25", "[::]:25"]);
    assert_eq!(config.smtp.max_recipients, 1000);
    assert_eq!(config.smtp.max_message_size, None);
    assert_eq!(config.imap.listen_tls.len(), 2);
    assert_eq!(config.imap.idle_timeout, Duration::from_secs(1800));
    assert_eq!(config.pop3.idle_timeout, Duration::from_secs(600));
    assert!(!config.imap.cleartext_login);
    let local: IpAddr = "127.0.0.9".parse().expect("an address");
    assert!(
        config
            .limits
            .exempt_networks
            .iter()
            .any(|network| network.contains(local))
    );
}

#[test]
fn variables_go_over_the_file_and_others_are_left_alone() {
    let text = r#"[server]
hostname = "a.vn"
data = "/srv/thu"
[smtp]
listen = []
max_recipients = 200
[imap]
cleartext_login = true
"#;
    let env = [
        ("CONGVU_SERVER__HOSTNAME", "MAIL.sonla.gov.vn"),
        ("CONGVU_SMTP__LISTEN", "127.0.0.1:2525, [::1]:2525"),
        ("CONGVU_IMAP__LISTEN", "127.0.0.1:1143"),
        ("CONGVU_IMAPS__LISTEN", ""),
        ("CONGVU_BLOBS__PATH", "kho"),
        ("CONGVU_SMTP__MAX_MESSAGE_SIZE", "30 MB"),
        ("CONGVU_CONFIG", "x"),
        ("CONGVU_LOG", "debug"),
        ("CONGVU_TEST_POSTGRES", "x"),
        ("HOME", "/root"),
    ];
    let (folder, loaded) = load_text(text, &env);
    let config = loaded.expect("a good configuration");
    assert_eq!(config.server.hostname, "mail.sonla.gov.vn");
    assert_eq!(config.smtp.listen.len(), 2);
    assert_eq!(config.smtp.max_recipients, 200);
    assert_eq!(config.smtp.max_message_size, Some(31_457_280));
    assert_eq!(config.imap.listen_tls, []);
    assert!(config.imap.cleartext_login);
    assert_eq!(
        config.store.engine,
        Engine::Sqlite(PathBuf::from("/srv/thu/congvu.db"))
    );
    assert_eq!(
        config.blobs.place,
        BlobPlace::Folder(folder.path().join("kho"))
    );
}

#[test]
fn a_complete_object_store_whose_keys_are_never_printed() {
    let env = [
        ("CONGVU_BLOBS__KIND", "s3"),
        ("CONGVU_BLOBS__S3_ENDPOINT", "http://127.0.0.1:9000"),
        ("CONGVU_BLOBS__S3_BUCKET", "thu"),
        ("CONGVU_BLOBS__S3_ACCESS_KEY", "tên"),
        ("CONGVU_BLOBS__S3_SECRET_KEY", "chìa-của-kho"),
        ("CONGVU_BLOBS__S3_ALLOW_HTTP", "true"),
    ];
    let (_folder, loaded) = load_text(LEAST, &env);
    let config = loaded.expect("a complete store");
    let BlobPlace::S3(s3) = &config.blobs.place else {
        panic!("S3 was asked for")
    };
    assert_eq!(s3.bucket, "thu");
    assert_eq!(s3.region, "us-east-1");
    assert_eq!(s3.secret_key.reveal(), "chìa-của-kho");
    assert!(!format!("{config:?}").contains("chìa-của-kho"));
}

/// A file in the working folder has no folder of its own in its name.
#[test]
fn a_bare_file_name_has_paths_in_the_working_folder() {
    let entries = Entries::of_defaults(Path::new("congvu.toml"));
    assert_eq!(entries.path("server.data"), Some(PathBuf::from("data")));
}

#[test]
fn mail_to_other_servers() {
    let env = [
        (
            "CONGVU_OUTBOUND__HOMES",
            "ThanhHoa.gov.vn=mail.thanhhoa.gov.vn:25,b.vn=[2001:db8::1]:2525",
        ),
        ("CONGVU_OUTBOUND__SMART_HOST", "relay.vn"),
        ("CONGVU_OUTBOUND__SMART_HOST_PROTOCOL", "lmtp"),
        ("CONGVU_OUTBOUND__SMART_HOST_USER", "an"),
        ("CONGVU_OUTBOUND__SMART_HOST_PASSWORD", "mật"),
        ("CONGVU_OUTBOUND__RETRIES", "1m, 2h"),
    ];
    let (_folder, loaded) = load_text(LEAST, &env);
    let outbound = loaded.expect("a good configuration").outbound;
    let homes: Vec<_> = outbound
        .homes
        .iter()
        .map(|home| (home.domain.as_str(), home.host.as_str(), home.port))
        .collect();
    assert_eq!(
        homes,
        [
            ("thanhhoa.gov.vn", "mail.thanhhoa.gov.vn", 25),
            ("b.vn", "2001:db8::1", 2525)
        ]
    );
    let smart_host = outbound.smart_host.clone().expect("one is set");
    assert_eq!((smart_host.port, smart_host.tls), (587, WayTls::Required));
    assert!(smart_host.lmtp);
    assert!(!format!("{outbound:?}").contains("mật"));
    assert_eq!(outbound.retries, [60, 7200].map(Duration::from_secs));
    let (_folder, loaded) = load_text(LEAST, &[]);
    let outbound = loaded.expect("the least file").outbound;
    assert!(outbound.enabled && outbound.smart_host.is_none());
    assert_eq!(outbound.retries.len(), 6);
}

#[test]
fn people_see_every_setting_and_no_secret() {
    let url = "postgres://congvu:rat-bi-mat@127.0.0.1/congvu";
    let text = format!("{LEAST}store.engine = \"postgres\"\n");
    let (_folder, loaded) = load_text(&text, &[("CONGVU_STORE__POSTGRES_URL", url)]);
    let config = loaded.expect("a file");
    let find = |key: &str| {
        let mut all = config.shown.iter();
        all.find(|shown| shown.key == key).expect("a known key")
    };
    let secret = find("store.postgres_url");
    assert_eq!(secret.value, "(đã đặt, không hiện)");
    assert_eq!(
        secret.place.as_deref(),
        Some("biến môi trường CONGVU_STORE__POSTGRES_URL")
    );
    assert!(!format!("{:?}", config.shown).contains("rat-bi-mat"));
    let hostname = find("server.hostname");
    assert_eq!(hostname.value, "mail.sonla.gov.vn");
    assert_eq!(hostname.place.as_deref(), Some("tệp cấu hình, dòng 1"));
    assert_eq!(find("smtp.timeout").value, "5m");
    assert_eq!(find("smtp.timeout").place, None);
    assert_eq!(find("smtp.listen").value, "0.0.0.0:25, [::]:25");
    assert_eq!(find("blobs.s3_secret_key").value, "");
}
