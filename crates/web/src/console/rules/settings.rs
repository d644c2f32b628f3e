//! `/quan-ly/thiet-lap`: the settings in force, read only, and how the system is.

use std::path::PathBuf;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use congvu_governance::{Role, rights};
use congvu_store::audit::{self, Chain};
use congvu_store::{organisation, proposal, queue};

use super::aside;
use crate::console::Officer;
use crate::console::chart::number;
use crate::console::shell::{self, Here, Shell};
use crate::site::{Frame, Lang, Oops, Page, Site, full, html};

/// A day in ms.
const DAY: i64 = 86_400_000;
/// A sweep is run each night: one older than this was left out (ms).
const SWEEP_LATE: i64 = 26 * 3_600_000;
/// Records are sealed each minute: an open one that is older tells that they are not (ms).
const SEAL_LATE: i64 = 10 * 60_000;
/// A certificate is renewed before so many days are left.
const CERTIFICATE_SOON: i64 = 21;

/// The settings in force, as the console tells them.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Section by section.
    pub sections: Vec<SettingsSection>,
    /// The file of the server's certificate; none where there is no TLS.
    pub certificate: Option<PathBuf>,
}

/// A section of the settings.
#[derive(Clone, Debug)]
pub struct SettingsSection {
    /// Its name: `smtp`.
    pub name: &'static str,
    /// What it is about, in Vietnamese.
    pub title: &'static str,
    /// Its settings.
    pub settings: Vec<Setting>,
}

/// A setting in force.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Its key: `smtp.listen`.
    pub key: &'static str,
    /// What it means, in Vietnamese.
    pub help: &'static str,
    /// Its value; of a secret only whether there is one.
    pub value: String,
    /// Its default; empty where it has none.
    pub default: String,
    /// Where it was set; none for the default.
    pub place: Option<String>,
}

pub(super) fn routes() -> Router<Site> {
    Router::new().route("/quan-ly/thiet-lap", get(page))
}

#[derive(Template)]
#[template(path = "console/rules/settings.html")]
struct SettingsPage {
    frame: Frame,
    shell: Shell,
    health: Vec<Sign>,
    settings: std::sync::Arc<Settings>,
}

/// How one thing is.
struct Sign {
    label: &'static str,
    text: String,
    is_well: bool,
}

async fn page(State(site): State<Site>, officer: Officer) -> Page {
    let lang = officer.lang();
    let certificate = site.settings.certificate.clone();
    let until = aside(move || {
        let path = certificate?;
        congvu_wire::valid_until(&std::fs::read(path).ok()?)
    })
    .await?;
    let has_tls = site.settings.certificate.is_some();
    let (frame, shell, mut health, now) = site
        .store
        .read(move |tx| {
            let root = organisation::root(tx)?.ok_or(Oops::Busy)?;
            let roles = [Role::Decide, Role::Operate, Role::Audit];
            if !rights::has(tx, &officer.actor(), &roles, root.id)? {
                return Err(Oops::Forbidden(
                    "Thiết lập và tình trạng hệ thống chỉ cơ quan quản lý, đơn vị vận hành và kiểm tra của toàn hệ thống được xem."
                        .to_owned(),
                ));
            }
            let title = lang.t("Thiết lập");
            let (frame, shell) = shell::read(tx, &officer, title, Here::Settings)?;
            let now = tx.now();
            let engine = match tx.is_postgres() {
                true => "PostgreSQL",
                false => "SQLite",
            };
            let mut health = vec![Sign {
                label: lang.t("Cơ sở dữ liệu"),
                text: engine.to_owned(),
                is_well: true,
            }];
            health.extend(signs(tx, now, lang)?);
            Ok::<_, Oops>((frame, shell, health, now))
        })
        .await?;
    if has_tls {
        health.push(certificate_sign(until, now, lang));
    }
    if !site.store.is_fresh() {
        health.push(Sign {
            label: lang.t("Tin giữa các máy"),
            text: lang
                .t("Máy này chưa nhận được tin từ cơ sở dữ liệu")
                .to_owned(),
            is_well: false,
        });
    }
    Ok(html(&SettingsPage {
        frame,
        shell,
        health,
        settings: site.settings.clone(),
    }))
}

fn signs(tx: &mut congvu_store::Tx<'_>, now: i64, lang: Lang) -> Result<Vec<Sign>, Oops> {
    let depth = queue::depth(tx)?;
    let mut text = format!(
        "{} {}",
        number(depth.waiting),
        lang.t("người nhận đang chờ")
    );
    if depth.held > 0 {
        text.push_str(&format!(", {} {}", number(depth.held), lang.t("đang giữ")));
    }
    let mut old = false;
    if let Some(at) = depth.oldest_at {
        text.push_str(&format!("; {} {}", lang.t("cũ nhất từ"), full(at, lang)));
        old = now - at > DAY;
    }
    let waiting = Sign {
        label: lang.t("Hàng đợi gửi"),
        text,
        is_well: !old,
    };
    let sweep = match proposal::last_run(tx)? {
        Some(run) if run.held > 0 => Sign {
            label: lang.t("Lần rà soát gần nhất"),
            text: format!(
                "{}; {} {}",
                full(run.started_at, lang),
                run.held,
                lang.t("việc bị giữ lại vì quá nhiều, chờ xác nhận")
            ),
            is_well: false,
        },
        Some(run) => Sign {
            label: lang.t("Lần rà soát gần nhất"),
            text: full(run.started_at, lang),
            is_well: now - run.started_at <= SWEEP_LATE,
        },
        None => Sign {
            label: lang.t("Lần rà soát gần nhất"),
            text: lang.t("chưa có; chạy mỗi đêm").to_owned(),
            is_well: true,
        },
    };
    let (open, oldest) = audit::tail(tx, Chain::Acts)?;
    let sealed = audit::last_segment(tx, Chain::Acts)?;
    let open = u64::try_from(open).unwrap_or(0);
    let text = match sealed {
        Some(segment) => format!(
            "{} {}, {}; {} {}",
            lang.t("đoạn"),
            segment.number,
            full(segment.sealed_at, lang),
            number(open),
            lang.t("việc chưa niêm phong")
        ),
        None => format!("{} {}", number(open), lang.t("việc chưa niêm phong")),
    };
    let record = Sign {
        label: lang.t("Niêm phong nhật ký quản trị"),
        text,
        is_well: oldest.is_none_or(|at| now - at <= SEAL_LATE),
    };
    Ok(vec![waiting, sweep, record])
}

fn certificate_sign(until: Option<i64>, now: i64, lang: Lang) -> Sign {
    let label = lang.t("Chứng thư TLS");
    match until {
        Some(until) => {
            let days = (until - now).div_euclid(DAY);
            Sign {
                label,
                text: format!(
                    "{} {days} {}, {} {}",
                    lang.t("còn"),
                    lang.t("ngày"),
                    lang.t("đến"),
                    crate::site::named_day(until, lang)
                ),
                is_well: days >= CERTIFICATE_SOON,
            }
        }
        None => Sign {
            label,
            text: lang.t("không đọc được tệp chứng thư").to_owned(),
            is_well: false,
        },
    }
}
