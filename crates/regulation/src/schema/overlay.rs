//! An overlay's file.

use super::content;
use super::life::{password_values, sweep};
use super::shape::{Keys, Shape};
use super::values::{number, text, word, yes_or_no};

/// A whole overlay.
pub(super) fn overlay() -> Shape {
    let second = Keys::new()
        .may("internet", "Bắt buộc khi truy cập từ Internet", yes_or_no())
        .may(
            "administrators",
            "Bắt buộc với mọi quản trị viên",
            yes_or_no(),
        );
    let administrators = Keys::new().may(
        "networks",
        "Quản trị viên đăng nhập từ đâu",
        word(&[
            ("any", "mạng bất kỳ"),
            ("listed", "chỉ các mạng trong danh sách cho phép"),
        ]),
    );
    let log = Keys::new().must("minimum", "Ít nhất bao nhiêu tháng", number(1, 1200));
    let mut password = Keys::new();
    for (key, about, shape) in password_values() {
        password = password.may(key, about, shape);
    }
    let password = password.may(
        "minimum_length_with_second_factor",
        "Số ký tự ít nhất khi có yếu tố xác thực thứ hai, không hơn minimum_length",
        number(1, 64),
    );
    let keys = Keys::new()
        .must("name", "Tên tiêu chuẩn, như lời giải thích sẽ nêu", text())
        .may("second_factor", "Yếu tố xác thực thứ hai", second.table())
        .may("administrators", "Quản trị viên", administrators.table())
        .may("password", "Mật khẩu", password.table())
        .may("log_retention_months", "Thời gian lưu nhật ký", log.table())
        .may(
            "sweep",
            "Đồng hồ của riêng tiêu chuẩn: việc nào đến hạn trước thì làm trước",
            sweep().tables("Một đồng hồ", 0),
        );
    content::overlay_keys(keys).table()
}
