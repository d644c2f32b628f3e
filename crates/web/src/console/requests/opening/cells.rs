//! What is filled in for one line of a request on the page: the columns of its list that people type.

use congvu_governance::lists::Row;
use congvu_governance::request::columns;
use congvu_regulation::requests::RequestKind;

use crate::site::Lang;

/// A field of a line.
pub(super) struct Cell {
    pub(super) name: String,
    pub(super) label: &'static str,
    pub(super) value: String,
    /// Words to choose from; none: it is typed.
    pub(super) words: Vec<&'static str>,
    pub(super) required: bool,
}

/// The columns of a kind that are typed on the page. Lists have more, for who keeps names in three columns.
fn typed(kind: RequestKind, knows_accounts: bool) -> Vec<&'static str> {
    match kind {
        RequestKind::Issue if knows_accounts => vec![
            "full-name",
            "title",
            "subunit",
            "telephone",
            "born",
            "account",
            "wanted",
            "organisation",
        ],
        RequestKind::Issue => vec![
            "full-name",
            "title",
            "subunit",
            "telephone",
            "born",
            "wanted",
            "organisation",
        ],
        RequestKind::Change | RequestKind::Directory => vec!["address", "what", "new"],
        RequestKind::Revoke => vec!["address", "reason"],
        RequestKind::Restore | RequestKind::Password => vec!["address"],
        RequestKind::Quota => vec!["address", "size", "reason"],
        RequestKind::Sync => vec![
            "full-name",
            "subunit",
            "title",
            "telephone",
            "account",
            "address",
            "mail-only",
        ],
    }
}

fn label(id: &str, lang: Lang) -> &'static str {
    match id {
        "full-name" => lang.t("Họ và tên"),
        "title" => lang.t("Chức vụ"),
        "subunit" => lang.t("Bộ phận công tác"),
        "telephone" => lang.t("Số điện thoại"),
        "born" => lang.t("Năm sinh"),
        "account" => lang.t("Tài khoản công chức (nếu có)"),
        "wanted" => lang.t("Địa chỉ muốn có (nếu đã thống nhất)"),
        "organisation" => lang.t("Hoặc: tên đơn vị xin hộp thư chung"),
        "address" => lang.t("Địa chỉ thư công vụ"),
        "what" => lang.t("Thông tin cần thay đổi"),
        "new" => lang.t("Thông tin mới"),
        "size" => lang.t("Dung lượng đề nghị, như 2 GB"),
        "mail-only" => lang.t("Chỉ dùng thư"),
        _ => lang.t("Lý do"),
    }
}

/// The words that a list says there, too.
fn words(kind: RequestKind, id: &str) -> Vec<&'static str> {
    match (kind, id) {
        (RequestKind::Directory, "what") => vec!["Chức vụ", "Số điện thoại", "Họ và tên"],
        (_, "what") => vec!["Chức vụ", "Số điện thoại", "Họ và tên", "Địa chỉ thư"],
        (_, "mail-only") => vec!["Có"],
        _ => Vec::new(),
    }
}

/// The fields of a line, as they were filled in.
pub(super) fn cells(kind: RequestKind, knows_accounts: bool, row: &Row, lang: Lang) -> Vec<Cell> {
    let known = columns(kind);
    let ids = typed(kind, knows_accounts).into_iter();
    ids.map(|id| Cell {
        name: format!("d{}-{id}", row.number),
        label: label(id, lang),
        value: row.get(id).unwrap_or_default().to_owned(),
        words: words(kind, id),
        required: known
            .iter()
            .any(|column| column.id == id && column.required),
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_a_column_of_the_list() {
        for kind in RequestKind::ALL {
            let known = columns(kind);
            let cells = cells(kind, true, &Row::default(), Lang::Vietnamese);
            for id in typed(kind, true) {
                assert!(known.iter().any(|column| column.id == id), "{kind:?} {id}");
            }
            for column in known.iter().filter(|column| column.required) {
                assert!(
                    cells
                        .iter()
                        .any(|cell| cell.name == format!("d0-{}", column.id) && cell.required),
                    "{kind:?} {}",
                    column.id
                );
            }
        }
    }
}
