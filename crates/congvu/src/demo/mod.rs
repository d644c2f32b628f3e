//! `congvu demo`: a province to try everything on, started by one command.

mod history;
mod letters;
mod mail;
mod people;
mod province;

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use congvu_store::{Store, StoreError, organisation};
use congvu_wire::{Tls, self_signed};
use serde_json::{Map, Value, json};

use crate::cli::Demo;
use crate::config::{self, Config};
use crate::server::{self, Addresses, Signals};
use crate::{console, logging, runtime, wiring};

/// The demo's domain.
pub(super) const DOMAIN: &str = "sonminh.gov.vn";
/// The password of every demo account. It is printed: nothing here is secret.
const PASSWORD: &str = "SonMinh@2026";
const HOSTNAME: &str = "mail.sonminh.gov.vn";
/// The listening settings, in the order of their ports from the base port on.
const PORTS: [(&str, &str, u16); 9] = [
    ("smtp", "smtp.listen", 0),
    ("submission", "submission.listen", 1),
    ("submissions", "submissions.listen", 2),
    ("imap", "imap.listen", 3),
    ("imaps", "imaps.listen", 4),
    ("pop3", "pop3.listen", 5),
    ("pop3s", "pop3s.listen", 6),
    ("web", "web.listen", 7),
    ("metrics", "operations.listen", 8),
];

/// Runs the demo until it is stopped.
pub(crate) fn run(demo: &Demo) -> Result<()> {
    // Removed when this function returns, unless a folder was given.
    let temporary = match demo.data {
        Some(_) => None,
        None => Some(tempfile::tempdir().context("không tạo được thư mục tạm")?),
    };
    let dir = match (&demo.data, &temporary) {
        (Some(dir), _) => dir.clone(),
        (None, Some(temporary)) => temporary.path().to_owned(),
        (None, None) => PathBuf::from("."),
    };
    fs::create_dir_all(&dir)
        .with_context(|| format!("không tạo được thư mục {}", dir.display()))?;
    let dir = dir.canonicalize()?;
    let config = configure(demo, &dir)?;
    logging::start(config.server.log_format, &config.server.log_level);
    let tls = config
        .tls
        .as_ref()
        .map(|files| Tls::from_files(&files.certificate, &files.key))
        .transpose()?;
    let runtime = runtime::start(&config)?;
    let mut store = wiring::open_store(&config, true)?;
    if demo.history && runtime.block_on(is_empty(&store))? {
        drop(store);
        console::note("Đang dựng tỉnh mẫu và sống lại một năm của tỉnh; mất vài phút…");
        let plan = history::Plan::new(&demo.profile, demo.agencies, demo.mailboxes)?;
        history::build(&runtime, &config, plan, PASSWORD)?;
        store = wiring::open_store(&config, true)?;
    }
    runtime::run_out(runtime, serve(demo, &dir, &config, &store, tls))
}

async fn is_empty(store: &Store) -> Result<bool> {
    let root = store.read(organisation::root).await;
    Ok(root.map_err(|error: StoreError| error)?.is_none())
}

async fn serve(
    demo: &Demo,
    dir: &Path,
    config: &Config,
    store: &Store,
    tls: Option<Tls>,
) -> Result<()> {
    wiring::check_bucket(config, store).await?;
    if is_empty(store).await? {
        console::note("Đang dựng tỉnh mẫu…");
        province::build(store, PASSWORD, demo.more_accounts).await?;
        mail::fill(store).await?;
    }
    let accounts = province::accounts(store).await?;
    let running = server::start(config, store, tls).await?;
    let signals = Signals::listen()?;
    describe(dir, &running.addresses, &accounts)?;
    say(dir, &running.addresses, accounts.len());
    running.until(signals).await
}

/// Writes the demo's configuration and certificate, once.
fn configure(demo: &Demo, dir: &Path) -> Result<Config> {
    let ca = dir.join("ca.pem");
    if !ca.exists() {
        let made = self_signed(&[HOSTNAME.to_owned()])?;
        fs::write(dir.join("chung-thu.pem"), made.cert_pem)?;
        fs::write(dir.join("khoa.pem"), made.key_pem)?;
        fs::write(ca, made.ca_pem)?;
    }
    let listen: Vec<(&str, String)> = PORTS
        .iter()
        .map(|(_, key, offset)| {
            let port = if demo.base_port == 0 {
                0
            } else {
                demo.base_port + offset
            };
            (*key, format!("127.0.0.1:{port}"))
        })
        .collect();
    let mut values = vec![
        ("server.hostname", HOSTNAME),
        ("server.log_level", "warn"),
        // Invented people write to nobody real.
        ("outbound.enabled", "false"),
        ("tls.certificate", "chung-thu.pem"),
        ("tls.key", "khoa.pem"),
    ];
    values.extend(listen.iter().map(|(key, address)| (*key, address.as_str())));
    if demo.cleartext {
        for key in [
            "imap.cleartext_login",
            "pop3.cleartext_login",
            "submission.cleartext_login",
        ] {
            values.push((key, "true"));
        }
    }
    if let Some(url) = &demo.postgres {
        values.extend([("store.engine", "postgres"), ("store.postgres_url", url)]);
    }
    let file = dir.join("congvu.toml");
    fs::write(&file, config::render_file(&values))?;
    Ok(config::load(&file, std::env::vars_os())?)
}

/// Writes `demo.json`, for programs that drive the demo.
fn describe(dir: &Path, addresses: &Addresses, accounts: &[province::Listed]) -> Result<()> {
    let mut all = Map::new();
    for (name, _, _) in PORTS {
        if let Some(address) = addresses.get(name) {
            all.insert(name.to_owned(), json!(address.to_string()));
        }
    }
    all.insert("ca".into(), json!(dir.join("ca.pem")));
    let accounts: Vec<Value> = accounts
        .iter()
        .map(|account| {
            json!({
                "address": account.address, "password": PASSWORD,
                "kind": account.kind, "role": account.role, "name": account.name,
            })
        })
        .collect();
    all.insert("accounts".into(), Value::Array(accounts));
    let text = serde_json::to_string_pretty(&all)?;
    // Whoever waits for the file finds it whole.
    let new = dir.join("demo.json.new");
    fs::write(&new, text)?;
    fs::rename(new, dir.join("demo.json"))?;
    Ok(())
}

fn say(dir: &Path, addresses: &Addresses, count: usize) {
    let at = |name: &str| {
        addresses
            .get(name)
            .map_or_else(String::new, |a: SocketAddr| a.to_string())
    };
    console::line(&format!(
        "
congvu đang chạy: tỉnh mẫu Sơn Minh, {count} tài khoản, tên miền {DOMAIN}.

  Đăng nhập     người dùng                                mật khẩu
  quản trị      quantri@{DOMAIN}                    {PASSWORD}
  cơ quan       skhcn@{DOMAIN}                      {PASSWORD}
  cá nhân       {first:<40}  {PASSWORD}
  (mọi tài khoản mẫu dùng chung mật khẩu này; danh sách: {dir}/demo.json)

  Trên web      http://{web}
  Đọc thư       IMAP  {imaps} (TLS)   {imap} (STARTTLS)
                POP3  {pop3s} (TLS)   {pop3} (STLS)
  Gửi thư       SMTP  {submissions} (TLS)   {submission} (STARTTLS)
  Nhận thư      SMTP  {smtp}
  Theo dõi      http://{metrics}/healthz  /readyz  /metrics
  Chứng thư gốc để tin cậy: {dir}/ca.pem

Thử:  curl --cacert {dir}/ca.pem --user 'skhcn@{DOMAIN}:{PASSWORD}' 'imaps://{imaps}/INBOX;MAILINDEX=1'
Dừng: Ctrl+C",
        first = people::first_address(),
        dir = dir.display(),
        imaps = at("imaps"),
        imap = at("imap"),
        pop3s = at("pop3s"),
        pop3 = at("pop3"),
        submissions = at("submissions"),
        submission = at("submission"),
        smtp = at("smtp"),
        web = at("web"),
        metrics = at("metrics"),
    ));
}
