//! The page of settings, and a first configuration file, both from the table.

use std::fmt::Write as _;

use super::kind::Kind;
use super::settings::{Rank, SECTIONS, SETTINGS, Setting, setting};

/// `docs/SETTINGS.md`: every setting with its kind, default, meaning and variable, in Vietnamese.
pub(crate) fn render_page() -> String {
    let mut page = String::from(
        "# Các khóa cấu hình\n\n\
         Trang này được sinh ra từ mã nguồn (`cargo xtask docs`); không sửa bằng tay.\n\n\
         Cấu hình là một tệp TOML. Mỗi khóa có thể được thay bằng một biến môi trường: `CONGVU_`, tên mục, hai dấu gạch \
         dưới, tên khóa, tất cả viết hoa; danh sách trong biến được ngăn bằng dấu phẩy. Đường dẫn tương đối tính từ thư \
         mục chứa tệp cấu hình. 1 MB là 1.048.576 byte. Mọi chỗ sai được báo cùng một lúc, kèm số dòng.\n",
    );
    for (section, title) in SECTIONS {
        let _ = write!(
            page,
            "\n## `[{section}]` {title}\n\n\
             | khóa | kiểu | mặc định | ý nghĩa | biến môi trường |\n|---|---|---|---|---|\n"
        );
        for setting in of_section(section) {
            let default = match (setting.rank, setting.default) {
                (Rank::Required, _) => "bắt buộc đặt".to_owned(),
                (_, "") => "không đặt".to_owned(),
                (_, default) => format!("`{}`", literal(setting.kind, default)),
            };
            let cells = [
                format!("`{}`", setting.key),
                setting.kind.name(),
                default,
                setting.help.to_owned(),
                format!("`{}`", setting.variable()),
            ];
            let _ = writeln!(
                page,
                "| {} |",
                cells.map(|cell| cell.replace('|', "\\|")).join(" | ")
            );
        }
    }
    page
}

/// A first configuration file with comments, for `congvu init`. `values` are keys with values as in a variable; they and
/// the main settings are written out, all others stand as comments with their defaults.
pub(crate) fn render_file(values: &[(&str, &str)]) -> String {
    debug_assert!(
        values.iter().all(|(key, _)| setting(key).is_some()),
        "values are of known keys"
    );
    let mut file = String::from(
        "# Cấu hình của congvu. Dòng bắt đầu bằng # là ghi chú hoặc giá trị mặc định;\n\
         # bỏ dấu # trước tên khóa để đặt giá trị khác. Đầy đủ: docs/SETTINGS.md.\n",
    );
    for (section, title) in SECTIONS {
        let _ = write!(file, "\n# {title}\n[{section}]\n");
        for setting in of_section(section) {
            let given = values
                .iter()
                .find(|(key, _)| *key == setting.key)
                .map(|(_, value)| *value);
            let written = match setting.rank {
                Rank::Required => true,
                Rank::Main => given.is_some() || !setting.default.is_empty(),
                Rank::Other => given.is_some(),
            };
            let value = literal(setting.kind, given.unwrap_or(setting.default));
            let mark = if written { "" } else { "#" };
            let _ = writeln!(
                file,
                "# {}\n{mark}{} = {value}",
                setting.help,
                setting.name()
            );
        }
    }
    file
}

fn of_section(section: &str) -> impl Iterator<Item = &'static Setting> {
    SETTINGS
        .iter()
        .filter(move |setting| setting.section() == section)
}

/// A value as it stands in a TOML file.
pub(super) fn literal(kind: Kind, text: &str) -> String {
    let quoted = |text: &str| toml::Value::from(text.trim()).to_string();
    if kind.is_list() {
        let items: Vec<String> = text
            .split(',')
            .filter(|item| !item.trim().is_empty())
            .map(quoted)
            .collect();
        return format!("[{}]", items.join(", "));
    }
    match kind {
        Kind::Bool | Kind::Int(..) if kind.read_text(text).is_ok() => text.trim().to_owned(),
        _ => quoted(text),
    }
}
