//! Settings held against each other and against the machine; all that is wrong is reported together.

use std::path::Path;

use super::entries::Entries;
use super::{Config, Finding, identity, listeners, outbound};

/// What the checks look at, and what they found.
pub(super) struct Checks<'c> {
    pub(super) entries: &'c Entries,
    pub(super) config: &'c Config,
    findings: Vec<Finding>,
}

impl Checks<'_> {
    /// Notes a finding at the place where the setting was set.
    pub(super) fn find(&mut self, key: &str, wrong: String, expected: &str) {
        self.find_beside(key, key, wrong, expected);
    }

    /// Notes a finding about two settings: where the first was set or, if it is a default, where the other was.
    pub(super) fn find_beside(&mut self, key: &str, other: &str, wrong: String, expected: &str) {
        let place = self
            .entries
            .place(if self.entries.is_set(key) { key } else { other });
        self.findings.push(Finding {
            place,
            key: key.to_owned(),
            wrong,
            expected: expected.to_owned(),
            suggestion: None,
        });
    }
}

/// All checks. Settings that could not be read are left out, as they have their finding already.
pub(super) fn all(entries: &Entries, config: &Config) -> Vec<Finding> {
    let mut checks = Checks {
        entries,
        config,
        findings: Vec::new(),
    };
    hostname(&mut checks);
    paths(&mut checks);
    sweep_at(&mut checks);
    request_mailboxes(&mut checks);
    tls(&mut checks);
    postgres(&mut checks);
    s3(&mut checks);
    limits(&mut checks);
    logs(&mut checks);
    notices(&mut checks);
    identity::check(&mut checks);
    outbound::check(&mut checks);
    listeners::check(&mut checks);
    checks.findings
}

fn hostname(checks: &mut Checks<'_>) {
    let key = "server.hostname";
    if !checks.entries.are_known(&[key]) {
        return;
    }
    let name = &checks.config.server.hostname;
    let expected = "tên miền đầy đủ, ví dụ mail.sonla.gov.vn";
    if name.is_empty() {
        checks.find(key, "chưa đặt".to_owned(), expected);
    } else if !is_domain_name(name) {
        checks.find(key, format!("«{name}» không giống một tên miền"), expected);
    }
}

/// At least two labels of letters, digits and inner hyphens (RFC 1123 §2.1); the last is not a number, as an address is.
pub(super) fn is_domain_name(name: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let last = name.rsplit('.').next().unwrap_or_default();
    name.len() <= 253
        && name.contains('.')
        && name.split('.').all(is_label)
        && !last.bytes().all(|byte| byte.is_ascii_digit())
}

/// Paths that have a default must not be set to nothing.
fn paths(checks: &mut Checks<'_>) {
    for key in [
        "server.data",
        "store.sqlite_path",
        "blobs.path",
        "audit.key",
        "audit.checkpoints",
    ] {
        if checks.entries.are_known(&[key]) && checks.entries.path(key).is_none() {
            checks.find(
                key,
                "để trống".to_owned(),
                "đường dẫn, hoặc bỏ khóa này để dùng mặc định",
            );
        }
    }
}

/// A time of day.
fn sweep_at(checks: &mut Checks<'_>) {
    let key = "governance.sweep_at";
    if !checks.entries.are_known(&[key]) {
        return;
    }
    let text = checks.entries.text(key);
    if super::typed::minute(&text).is_none() {
        checks.find(
            key,
            format!("«{text}» không phải giờ trong ngày"),
            "giờ Việt Nam, ví dụ 01:30",
        );
    }
}

/// Mailboxes that take requests.
fn request_mailboxes(checks: &mut Checks<'_>) {
    let key = "governance.request_mailboxes";
    if !checks.entries.are_known(&[key]) {
        return;
    }
    for word in super::typed::words(&checks.entries.text(key)) {
        if congvu_message::address::Address::parse(&word).is_err() {
            checks.find(
                key,
                format!("«{word}» không phải địa chỉ thư"),
                "các địa chỉ cách nhau bằng dấu phẩy, ví dụ stnmt@tinh.gov.vn",
            );
        }
    }
}

fn tls(checks: &mut Checks<'_>) {
    let keys = ["tls.certificate", "tls.key"];
    let paths = keys.map(|key| checks.entries.path(key));
    for (position, key) in keys.into_iter().enumerate() {
        let (own, other) = (&paths[position], keys[1 - position]);
        if !checks.entries.are_known(&[key]) {
            continue;
        }
        match own {
            None if paths[1 - position].is_some() => {
                checks.find_beside(
                    key,
                    other,
                    format!("chưa đặt trong khi {other} đã đặt"),
                    "đặt cả hai, hoặc bỏ cả hai",
                );
            }
            None => {}
            Some(path) => {
                if let Some(wrong) = unreadable(path) {
                    checks.find(
                        key,
                        format!("không đọc được tệp {} ({wrong})", path.display()),
                        "tệp PEM đọc được",
                    );
                }
            }
        }
    }
}

/// Why the file cannot be read, if so.
fn unreadable(path: &Path) -> Option<String> {
    match std::fs::File::open(path).and_then(|file| file.metadata()) {
        Ok(metadata) if metadata.is_file() => None,
        Ok(_) => Some("không phải tệp".to_owned()),
        Err(error) => Some(error.to_string()),
    }
}

fn postgres(checks: &mut Checks<'_>) {
    let key = "store.postgres_url";
    if !checks.entries.are_known(&["store.engine", key])
        || checks.entries.text("store.engine") != "postgres"
    {
        return;
    }
    let url = checks.entries.secret(key);
    if url.is_empty() {
        checks.find_beside(
            key,
            "store.engine",
            "chưa đặt trong khi store.engine là postgres".to_owned(),
            "địa chỉ kết nối PostgreSQL",
        );
    } else if !["postgres://", "postgresql://"]
        .iter()
        .any(|scheme| url.reveal().starts_with(scheme))
    {
        checks.find(
            key,
            "không phải địa chỉ PostgreSQL".to_owned(),
            "địa chỉ bắt đầu bằng postgres://",
        );
    }
}

fn s3(checks: &mut Checks<'_>) {
    if !checks.entries.are_known(&["blobs.kind"]) || checks.entries.text("blobs.kind") != "s3" {
        return;
    }
    let missing =
        |empty: bool, key: &'static str| (empty && checks.entries.are_known(&[key])).then_some(key);
    let found: Vec<&'static str> = [
        missing(
            checks.entries.text("blobs.s3_endpoint").is_empty(),
            "blobs.s3_endpoint",
        ),
        missing(
            checks.entries.text("blobs.s3_bucket").is_empty(),
            "blobs.s3_bucket",
        ),
        missing(
            checks.entries.text("blobs.s3_region").is_empty(),
            "blobs.s3_region",
        ),
        missing(
            checks.entries.secret("blobs.s3_access_key").is_empty(),
            "blobs.s3_access_key",
        ),
        missing(
            checks.entries.secret("blobs.s3_secret_key").is_empty(),
            "blobs.s3_secret_key",
        ),
    ]
    .into_iter()
    .flatten()
    .collect();
    for key in found {
        checks.find_beside(
            key,
            "blobs.kind",
            "chưa đặt trong khi blobs.kind là s3".to_owned(),
            "giá trị của kho S3",
        );
    }
    endpoint(checks);
}

fn endpoint(checks: &mut Checks<'_>) {
    let key = "blobs.s3_endpoint";
    let endpoint = checks.entries.text(key);
    if endpoint.is_empty() || !checks.entries.are_known(&[key, "blobs.s3_allow_http"]) {
        return;
    }
    let plain = endpoint.starts_with("http://");
    if plain && !checks.entries.bool("blobs.s3_allow_http") {
        checks.find(
            key,
            "không mã hóa".to_owned(),
            "địa chỉ https://, hoặc blobs.s3_allow_http = true",
        );
    } else if !plain && !endpoint.starts_with("https://") {
        checks.find(
            key,
            format!("«{endpoint}» không phải địa chỉ web"),
            "địa chỉ bắt đầu bằng https://",
        );
    }
}

/// The least limit on a message that SMTP allows (RFC 5321 §4.5.3.1.7), in bytes.
const LEAST_MESSAGE: u64 = 64 * 1024;

fn limits(checks: &mut Checks<'_>) {
    let config = checks.config;
    if checks.entries.are_known(&["smtp.max_message_size"])
        && config
            .smtp
            .max_message_size
            .is_some_and(|size| size < LEAST_MESSAGE)
    {
        checks.find(
            "smtp.max_message_size",
            "quá nhỏ".to_owned(),
            "0, hoặc ít nhất 64 KB (RFC 5321 §4.5.3.1.7)",
        );
    }
    if checks
        .entries
        .are_known(&["limits.connections", "limits.connections_per_address"])
        && config.limits.connections_per_address > config.limits.connections
    {
        let wrong = format!("lớn hơn limits.connections ({})", config.limits.connections);
        checks.find_beside(
            "limits.connections_per_address",
            "limits.connections",
            wrong,
            "không lớn hơn limits.connections",
        );
    }
    if checks.entries.are_known(&[
        "submission.messages_per_hour",
        "submission.recipients_per_day",
    ]) && config.submission.recipients_per_day < config.submission.messages_per_hour
    {
        let wrong = format!(
            "nhỏ hơn submission.messages_per_hour ({})",
            config.submission.messages_per_hour
        );
        checks.find_beside(
            "submission.recipients_per_day",
            "submission.messages_per_hour",
            wrong,
            "không nhỏ hơn submission.messages_per_hour",
        );
    }
}

/// The least that any regulation of the program asks for, in months.
const LEAST_LOGS: u32 = 6;

/// Where a regulation in force asks for more, the start of the server says so: which are in force, the store knows.
fn logs(checks: &mut Checks<'_>) {
    let logs = checks.config.logs;
    for (key, months) in [
        ("logs.mail_months", logs.mail_months),
        ("logs.sign_in_months", logs.sign_in_months),
    ] {
        if checks.entries.are_known(&[key]) && months < LEAST_LOGS {
            checks.find(
                key,
                format!(
                    "{months} tháng: nhật ký phải được lưu tối thiểu 06 tháng (TQ.9.1, SL.11.1)"
                ),
                "số tháng từ 6 trở lên",
            );
        }
    }
}

fn notices(checks: &mut Checks<'_>) {
    let key = "notices.sender";
    if let Some(sender) = &checks.config.notices.sender
        && checks.entries.are_known(&[key])
        && congvu_message::address::Address::parse(sender).is_err()
    {
        let wrong = format!("«{sender}» không phải địa chỉ thư");
        checks.find(key, wrong, "địa chỉ thư, ví dụ thongbao@tinh.gov.vn");
    }
}
