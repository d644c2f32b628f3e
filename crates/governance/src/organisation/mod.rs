//! The tree of organisations: adding, changing, ending places, who speaks for them, and what became of them.

mod details;
mod export;
mod import;
mod kind;
mod left;
mod limits;
pub(crate) mod spokesmen;
mod succession;
mod view;

pub use details::{Added, Details, add, add_domain, change, end};
pub use export::{PEOPLE, export, export_people};
pub use import::{Imported, Outcome, begin_import, import, import_step, resume as resume_import};
pub use kind::{Kind, of as kind_of};
pub(crate) use left::left;
pub(crate) use limits::attachment_given;
pub use limits::{Measure, quota_given, raise_quotas, set_limit};
pub use spokesmen::{Spokesmen, set_spokesmen};
pub use succession::{
    How, Moved, Succeeded, Succession, Successor, dissolve, history, rename, succeed,
};
pub(crate) use view::View;

use crate::lists::Column;

/// The columns of a list of organisations, as it is imported and exported.
pub const COLUMNS: [Column; 9] = [
    Column {
        id: "code",
        label: "Mã",
        accepts: &["Mã cơ quan", "Mã định danh"],
        required: false,
    },
    Column {
        id: "name",
        label: "Tên cơ quan, đơn vị",
        accepts: &["Tên", "Tên cơ quan", "Tên đơn vị"],
        required: true,
    },
    Column {
        id: "kind",
        label: "Loại",
        accepts: &["Loại cơ quan", "Cấp"],
        required: true,
    },
    Column {
        id: "parent",
        label: "Cơ quan cấp trên",
        accepts: &["Cấp trên", "Trực thuộc", "Cơ quan chủ quản"],
        required: false,
    },
    Column {
        id: "short_name",
        label: "Tên viết tắt",
        accepts: &["Viết tắt", "Phần trước @"],
        required: false,
    },
    Column {
        id: "suffix",
        label: "Viết tắt địa danh",
        accepts: &["Đuôi"],
        required: false,
    },
    Column {
        id: "domain",
        label: "Tên miền",
        accepts: &[],
        required: false,
    },
    Column {
        id: "profile",
        label: "Quy chế",
        accepts: &[],
        required: false,
    },
    Column {
        id: "mailbox",
        label: "Hộp thư chính",
        accepts: &[],
        required: false,
    },
];
