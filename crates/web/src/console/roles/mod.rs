//! Administrators and roles: who has which role where, since when and by which document; roles are given and taken back.

mod give;
mod list;
mod take;

use axum::Router;
use axum::routing::get;
use congvu_governance::Role;

use crate::site::{Lang, Site};

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/quan-ly/vai-tro", get(list::page))
        .route("/quan-ly/vai-tro/giao", get(give::form).post(give::give))
        .route("/quan-ly/vai-tro/{id}", get(take::form).post(take::take))
}

/// Who sees who has which.
const SEE: &[Role] = &[Role::Decide, Role::Operate, Role::Audit];

/// What a role is called.
fn label(role: Role, lang: Lang) -> &'static str {
    match role {
        Role::Decide => lang.t("Cơ quan quản lý"),
        Role::Operate => lang.t("Đơn vị vận hành"),
        Role::Forward => lang.t("Chuyển đề nghị"),
        Role::Ask => lang.t("Lập đề nghị"),
        Role::Audit => lang.t("Kiểm tra"),
    }
}

/// What a role lets somebody do.
fn about(role: Role, lang: Lang) -> &'static str {
    match role {
        Role::Decide => lang.t(
            "Quyết định đề nghị; cấp, sửa, khóa, thu hồi hộp thư; sắp xếp cơ quan, nhóm, vai trò.",
        ),
        Role::Operate => lang.t("Vận hành hệ thống, thực hiện điều đã quyết định, xử lý thư giữ."),
        Role::Forward => lang.t("Chuyển đề nghị của cơ quan cấp dưới đến cơ quan quản lý."),
        Role::Ask => lang.t("Lập đề nghị và xem hộp thư, báo cáo của cơ quan mình."),
        Role::Audit => lang.t("Xem nhật ký và số liệu; không đọc thư, không thay đổi gì."),
    }
}
