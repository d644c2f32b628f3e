//! `congvu init`: from nothing to a system that can be started.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use congvu_governance::mailbox::PasswordRule;
use congvu_governance::organisation::{self as places, Details, Kind};
use congvu_governance::{Role, rights};
use congvu_regulation::Profile;
use congvu_store::address::{self, Holder};
use congvu_store::{account, organisation};
use congvu_web::START;
use congvu_wire::self_signed;

use crate::cli::{Init, MailboxKind};
use crate::config;
use crate::directory::{self, NewHolder};
use crate::{console, profiles, wiring};

/// Reserved names (`naming::RESERVED` is the one list of them) that reach the first administrator from the start (RFC 5321 §4.5.1, RFC 2142).
const REACHED: [&str; 4] = ["postmaster", "abuse", "hostmaster", "security"];

/// The folder of the installation's own regulations.
const PROFILES: &str = "quy-che";

/// The name of the first administrator's mailbox.
const ADMINISTRATOR: &str = "Quản trị hệ thống";

pub(super) fn run(init: &Init) -> Result<()> {
    let profile = profiles::load(&init.profile)?;
    let own = own_profile(init, &profile)?;
    let domain = init.domain.to_lowercase();
    let admin = directory::address(&format!("quantri@{domain}"))?;
    let hostname = init
        .hostname
        .clone()
        .unwrap_or_else(|| format!("mail.{domain}"));
    prepare(&init.dir)?;
    let file = write_files(init, &hostname, own.as_ref())?;
    let config = super::load(&file)?;

    let store = wiring::open_store(&config, false)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let (local, _) = admin.lookup_key();
    let rule = PasswordRule::by(&profile, &init.organisation, &local, ADMINISTRATOR);
    let (password, phc) = directory::password(false, &rule)?;
    let (name, profile_id, holder) = (
        init.organisation.clone(),
        profile.id().to_owned(),
        admin.clone(),
    );
    let made = runtime.block_on(directory::change(&store, move |tx| {
        if organisation::root(tx)?.is_some() {
            bail!("cơ sở dữ liệu này đã có dữ liệu");
        }
        let (law, actor) = (profiles::law(), directory::actor());
        let top = Details {
            parent: None,
            kind: Kind::Province,
            name: name.clone(),
            short_name: "ubnd".to_owned(),
            suffix: None,
            profile: Some(profile_id.clone()),
            domain: None,
            code: None,
        };
        let top = places::add(tx, law, &actor, &top, None)?.id;
        let domain_id = places::add_domain(tx, &actor, &domain, None)?;
        let new = NewHolder {
            address: holder.clone(),
            name: ADMINISTRATOR.into(),
            kind: MailboxKind::Personal,
            organisation: None,
            role: "admin".into(),
        };
        // Who installs the system is its first administrator, and nobody else was told.
        directory::add(tx, &new, &phc, None)?;
        let mailbox = directory::find(tx, &holder)?
            .mailbox
            .context("hộp thư quản trị")?;
        // Somebody has to entrust the others.
        let account = account::of_mailbox(tx, mailbox)?.context("tài khoản quản trị")?;
        let login = holder.to_string();
        for role in [Role::Decide, Role::Operate] {
            rights::grant(tx, &actor, (account, &login), role, top, None)?;
        }
        for reserved in REACHED {
            address::create(
                tx,
                domain_id,
                reserved,
                "reserved",
                Holder::Mailbox(mailbox),
            )?;
        }
        Ok(())
    }));
    store.close();
    made?;
    say(
        init,
        &profile,
        &file,
        &hostname,
        admin.to_string().as_str(),
        &password,
    );
    Ok(())
}

/// A regulation of this installation's own, as it is put into its folder.
struct OwnProfile {
    name: String,
    text: String,
}

/// The file that was given, if its regulation is not one that the program has.
///
/// # Errors
/// Another regulation has its id or its code.
fn own_profile(init: &Init, profile: &Profile) -> Result<Option<OwnProfile>> {
    let mut known = profiles::catalogue().clone();
    let before = known.profiles().count();
    known
        .add(profile.clone())
        .map_err(|twice| anyhow!("{}: {twice}", init.profile))?;
    if known.profiles().count() == before {
        return Ok(None);
    }
    Ok(Some(OwnProfile {
        name: format!("{}.toml", profile.id()),
        text: profiles::text(Path::new(&init.profile))?,
    }))
}

/// The folder must be new or empty.
fn prepare(dir: &Path) -> Result<()> {
    if dir.exists() && fs::read_dir(dir)?.next().is_some() {
        bail!(
            "thư mục {} không trống; congvu init chỉ dựng hệ thống trong thư mục mới",
            dir.display()
        );
    }
    fs::create_dir_all(dir).with_context(|| format!("không tạo được thư mục {}", dir.display()))
}

/// Configuration and a first certificate; the key is readable by its owner alone.
fn write_files(init: &Init, hostname: &str, own: Option<&OwnProfile>) -> Result<PathBuf> {
    use std::os::unix::fs::OpenOptionsExt;
    let made = self_signed(&[hostname.to_owned()])?;
    fs::write(init.dir.join("chung-thu.pem"), &made.cert_pem)?;
    fs::write(init.dir.join("ca.pem"), &made.ca_pem)?;
    let private = |name: &str, text: &str| -> Result<()> {
        use std::io::Write;
        let mut file = fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(init.dir.join(name))?;
        Ok(file.write_all(text.as_bytes())?)
    };
    private("khoa.pem", &made.key_pem)?;
    if let Some(own) = own {
        let folder = init.dir.join(PROFILES);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(&own.name), &own.text)?;
    }
    let mut values = vec![
        ("server.hostname", hostname),
        ("tls.certificate", "chung-thu.pem"),
        ("tls.key", "khoa.pem"),
    ];
    if own.is_some() {
        values.push(("server.profiles", PROFILES));
    }
    if let Some(url) = &init.postgres {
        values.extend([("store.engine", "postgres"), ("store.postgres_url", url)]);
    }
    private("congvu.toml", &config::render_file(&values))?;
    Ok(init.dir.join("congvu.toml"))
}

fn say(init: &Init, profile: &Profile, file: &Path, hostname: &str, admin: &str, password: &str) {
    let domain = init.domain.to_lowercase();
    console::line(&format!(
        "Đã dựng hệ thống cho {domain} theo quy chế {profile} trong {dir}.

  Quản trị viên:  {admin}
  Mật khẩu:       {password}

Việc tiếp theo:
  1. Chạy máy chủ:      congvu serve --config {file}
     (các cổng 25, 143, 465, 587, 993, 110, 995 cần quyền root hoặc CAP_NET_BIND_SERVICE)
  2. Khai báo DNS:      congvu dns --config {file}
                        in đủ các bản ghi; ít nhất {domain}.  MX 10 {hostname}. và địa chỉ của {hostname}.
  3. Thay chứng thư tạm chung-thu.pem, khoa.pem bằng chứng thư thật (tls.certificate, tls.key).
  4. Đăng nhập trang web bằng tài khoản trên, mở {start}: trang này kiểm tra DNS, chứng thư và dẫn tiếp
     đến nhập danh sách cơ quan, giao vai trò, cấp hộp thư, thư đầu tiên.
     Hoặc bằng lệnh: congvu account add phamvana@{domain} --config {file} --name \"Phạm Văn A\"",
        start = START,
        profile = profile.id(),
        dir = init.dir.display(),
        file = file.display(),
    ));
}

#[cfg(test)]
mod tests {
    use congvu_regulation::naming::is_reserved;

    #[test]
    fn what_reaches_the_administrator_is_reserved() {
        assert!(super::REACHED.iter().all(|name| is_reserved(name)));
    }
}
