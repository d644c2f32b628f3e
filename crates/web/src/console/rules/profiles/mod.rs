//! `/quan-ly/quy-dinh`: the regulations: which is in force where, what each sets and by which clause, two side by side, and what one
//! would do to the mailboxes of a place before it is bound there.

mod compare;
mod list;
mod show;
mod simulate;

use axum::Router;
use axum::routing::get;
use congvu_governance::Law;
use congvu_regulation::{Origin, Profile, Row};

use crate::console::cited::Cited;
use crate::site::{Lang, Oops, Site};

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/quan-ly/quy-dinh", get(list::page))
        .route("/quan-ly/quy-dinh/so-sanh", get(compare::page))
        .route("/quan-ly/quy-dinh/thu", get(simulate::page))
        .route("/quan-ly/quy-dinh/{id}", get(show::page))
}

/// The profile with this id.
fn named(law: Law, id: &str) -> Result<&'static Profile, Oops> {
    law.profile(id)
        .ok_or_else(|| Oops::missing("Hệ thống này không có quy chế ấy."))
}

/// One value, as a page shows it.
struct Value {
    value: String,
    cited: Cited,
    /// What set it where no clause did.
    by: String,
}

impl Value {
    fn of(profile: &Profile, row: &Row, lang: Lang) -> Self {
        let cited = Cited::by(profile, &row.origin);
        let by = match &row.origin {
            Origin::Profile { .. } if cited.is_empty() => lang.t("thiết lập tại chỗ"),
            Origin::Document(_) => lang.t("phần mở đầu văn bản"),
            Origin::System => lang.t("giới hạn của hệ thống"),
            _ => "",
        };
        Self {
            value: row.value.clone(),
            by: by.to_owned(),
            cited,
        }
    }
}

/// The profiles to choose from: id, title, and whether it is chosen.
fn choices(law: Law, chosen: &str) -> Vec<(String, String, bool)> {
    law.profiles()
        .map(|profile| {
            let id = profile.id().to_owned();
            let title = format!("{} ({})", profile.title(), profile.code());
            let is_chosen = id == chosen;
            (id, title, is_chosen)
        })
        .collect()
}
