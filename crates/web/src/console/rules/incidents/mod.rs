//! `/quan-ly/su-co`: incidents (QN.9.1.a, SL.13, TQ.12.5, SL.17.4) and violations of mailboxes; `/bao-su-co`: anybody who is signed in
//! reports one.

mod list;
mod report;
mod show;
mod violations;

use axum::Router;
use axum::routing::get;
use congvu_governance::incident::{Kind, State};
use congvu_governance::{Role, rights};
use congvu_store::incident::Incident;
use congvu_store::{OrganisationId, Tx, organisation};

use super::Chip;
use crate::console::Officer;
use crate::site::{Lang, Oops, Site};

/// Who sees them.
const RUN: &[Role] = &[Role::Decide, Role::Operate, Role::Audit];

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/quan-ly/su-co", get(list::page))
        .route("/quan-ly/su-co/vi-pham", get(violations::page))
        .route("/quan-ly/su-co/moi", get(report::form).post(report::send))
        .route("/quan-ly/su-co/{id}", get(show::page).post(show::advance))
        .route("/bao-su-co", get(report::own).post(report::send_own))
}

/// How far an incident is.
fn state(name: &str, lang: Lang) -> Chip {
    let chip = |state, icon, words| Chip { state, icon, words };
    match State::parse(name) {
        Some(State::Reported) => chip("locked", "alert", lang.t("Đã báo, chưa ai xử lý")),
        Some(State::Handling) => chip("must-change", "hourglass", lang.t("Đang xử lý")),
        Some(State::Fixed) => chip("active", "ok", lang.t("Đã khắc phục")),
        Some(State::Closed) => chip("revoked", "archive", lang.t("Đã đóng")),
        None => chip("revoked", "help", lang.t("không rõ")),
    }
}

/// What an incident is, in words that begin a line.
fn kind(lang: Lang, name: &str) -> String {
    let words = match Kind::parse(name) {
        Some(Kind::Outage) => lang.t("Gián đoạn dịch vụ"),
        Some(Kind::Malware) => lang.t("Mã độc, liên kết lạ"),
        Some(Kind::Phishing) => lang.t("Thư lừa đảo, giả mạo"),
        Some(Kind::Hijacked) => lang.t("Hộp thư bị chiếm quyền, lộ mật khẩu"),
        Some(Kind::Burst) => lang.t("Gửi thư bất thường"),
        Some(Kind::Secret) => lang.t("Tài liệu mật trong hộp thư"),
        Some(Kind::EmergencyStop) => lang.t("Ngừng dịch vụ khẩn cấp"),
        Some(Kind::Other) => lang.t("Sự cố khác"),
        None => name,
    };
    words.to_owned()
}

/// Where an incident is: its place, else the top.
fn place(tx: &mut Tx<'_>, incident: &Incident) -> Result<OrganisationId, Oops> {
    match (incident.organisation, organisation::root(tx)?) {
        (Some(place), _) => Ok(place),
        (None, Some(root)) => Ok(root.id),
        (None, None) => Err(Oops::missing("Không có sự cố này.")),
    }
}

/// Whether an officer may see what is at a place.
fn sees(tx: &mut Tx<'_>, officer: &Officer, place: OrganisationId) -> Result<bool, Oops> {
    Ok(rights::has(tx, &officer.actor(), RUN, place)?)
}
