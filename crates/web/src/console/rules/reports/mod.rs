//! `/quan-ly/bao-cao`: the reports that regulations ask for (QN.9.1.e, QN.13.10, HCM.14, HCM.10, BS.7, SL.7.3, TQ.11.6): what is owed,
//! what was made, looked at, taken as files, completed, handed in, accepted or handed back.

mod act;
mod list;
mod make;
mod numbers;
mod show;
mod sum;

use axum::Router;
use axum::routing::{get, post};
use congvu_governance::Law;
use congvu_regulation::Date;
use congvu_regulation::reports::{Every, Report};
use congvu_store::report::Kept;

use super::Chip;
use crate::site::{Lang, Site};

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/quan-ly/bao-cao", get(list::page))
        .route("/quan-ly/bao-cao/lap", get(make::form).post(make::make))
        .route("/quan-ly/bao-cao/tong-hop", get(sum::page))
        .route("/quan-ly/bao-cao/so-lieu", get(numbers::page))
        .route("/quan-ly/bao-cao/{id}", get(show::page))
        .route("/quan-ly/bao-cao/{id}/tep", get(show::file))
        .route("/quan-ly/bao-cao/{id}/{act}", post(act::act))
}

/// How far a report is.
fn state(kept: &Kept, lang: Lang) -> Chip {
    let chip = |state, icon, words| Chip { state, icon, words };
    match (kept.state.as_str(), kept.due_day, kept.notes.is_empty()) {
        ("submitted", ..) => chip("sent", "send", lang.t("Đã nộp")),
        ("accepted", ..) => chip("active", "ok", lang.t("Đã tiếp nhận")),
        (_, Some(_), false) => chip("pending", "reply", lang.t("Bị trả lại")),
        (_, Some(_), true) => chip("must-change", "hourglass", lang.t("Chưa nộp")),
        _ => chip("sent", "doc", lang.t("Đã lập")),
    }
}

/// The report of a profile that this one is.
fn of(law: Law, kept: &Kept) -> Option<&'static Report> {
    law.profile(&kept.profile)?.report(&kept.report)
}

/// What it is called: its title in the profile, else its name there.
fn title(law: Law, kept: &Kept) -> String {
    of(law, kept).map_or_else(|| kept.report.clone(), |report| report.title().to_owned())
}

/// What it is about: "quý I/2026", or from a day to a day.
fn period(report: Option<&Report>, (first, last): (i64, i64)) -> String {
    let (first, last) = (Date::from_epoch_day(first), Date::from_epoch_day(last));
    match report.and_then(|report| report.period_of(first)) {
        Some(period) if period.last() == last => period.to_string(),
        _ => format!("{} – {}", first.vietnamese(), last.vietnamese()),
    }
}

/// How often.
fn every(every: Every, lang: Lang) -> String {
    match every {
        Every::Months(1) => lang.t("hằng tháng").to_owned(),
        Every::Months(3) => lang.t("hằng quý").to_owned(),
        Every::Months(12) => lang.t("hằng năm").to_owned(),
        Every::Months(months) => format!("{months} {}", lang.t("tháng một lần")),
        Every::Request => lang.t("khi được yêu cầu").to_owned(),
        Every::Change => lang.t("khi có thay đổi").to_owned(),
    }
}
