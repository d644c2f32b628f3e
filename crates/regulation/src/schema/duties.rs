//! `[[violation]]`, `[[acceptable_use]]`, `[[guidance]]`, `[checks]`, `[planned_stop]` and `[access]`.

use super::json::object;
use super::shape::{Keys, Shape, list, with};
use super::values::{clause, mailbox, name, number, pattern, term, text, word, yes_or_no};

/// Adds the sections.
pub(super) fn keys(keys: Keys) -> Keys {
    let violation = Keys::new()
        .must("id", "Tên hành vi trong tệp", name())
        .must("label", "Gọi ngắn gọn là", text())
        .must(
            "lock",
            "Điều khoản cho phép tạm khóa hộp thư vì hành vi này; không hành vi nào tự nó làm khóa hộp thư",
            clause().or("never", "chỉ nhắc nhở và ghi nhận"),
        )
        .may("note", "Cách chúng ta hiểu văn bản", text())
        .sourced();
    let sentence = saying(
        "Một câu dễ hiểu, cạnh điều khoản mà nó tóm tắt",
        Keys::new(),
    );
    let topic = Keys::new().must("topic", "Về việc gì", name());
    let topic = saying("Lời hướng dẫn; nếu bỏ thì là lời của điều khoản", topic);
    keys.must(
        "violation",
        "Những điều văn bản cấm",
        violation.tables("Một hành vi", 1),
    )
    .must(
        "acceptable_use",
        "Những điều người dùng đọc và chấp thuận ở lần đăng nhập đầu; sửa một chữ là một bản mới, phải chấp thuận lại",
        sentence.tables("Một điều", 1),
    )
    .may(
        "guidance",
        "Hướng dẫn người dùng, lấy từ văn bản",
        topic.tables("Một hướng dẫn", 0),
    )
    .must("checks", "Nghĩa vụ kiểm tra hộp thư", checks())
    .must("planned_stop", "Ngừng dịch vụ có kế hoạch", planned_stop())
    .must("access", "Đối tượng, người giữ hộp thư đơn vị, danh bạ", access())
}

/// A text, which a local setting must have and a clause may go without.
fn saying(about: &str, keys: Keys) -> Keys {
    keys.may("text", about, text())
        .sourced()
        .rule(object([("if", with(["local"])), ("then", with(["text"]))]))
}

fn checks() -> Shape {
    let time = || {
        pattern(
            "Giờ và phút, như \"07:30\"",
            "^([01][0-9]|2[0-3]):[0-5][0-9]$",
        )
    };
    let window = Keys::new()
        .must("label", "Tên buổi, như đầu buổi sáng", text())
        .must("from", "Bắt đầu", time())
        .must("until", "Kết thúc, sau lúc bắt đầu", time());
    Keys::new()
        .must(
            "mailboxes",
            "Những loại hộp thư được tính",
            list("", mailbox().json("Một loại"), 0),
        )
        .may_cited("per_day", "Số lần kiểm tra mỗi ngày", number(1, 100))
        .may(
            "windows",
            "Các buổi phải kiểm tra, theo thứ tự, không chồng lên nhau; giờ là thiết lập tại chỗ",
            window.tables("Một buổi", 0),
        )
        .sourced()
        .table()
}

fn planned_stop() -> Shape {
    Keys::new()
        .may_cited("notice", "Phải báo trước bao lâu", term())
        .cited(
            "recovery_time",
            "Thông báo phải nêu thời gian phục hồi",
            yes_or_no(),
        )
        .table()
}

fn access() -> Shape {
    let covers = word(&[
        ("state", "cơ quan nhà nước"),
        ("party", "tổ chức đảng"),
        ("mass", "đoàn thể"),
        ("other", "cơ quan, đơn vị khác có nhu cầu"),
    ]);
    let handed = word(&[
        ("account", "tài khoản"),
        ("password", "mật khẩu, được đặt lại"),
        ("data", "toàn bộ dữ liệu"),
    ]);
    Keys::new()
        .cited(
            "covers",
            "Ai được cấp hộp thư",
            list("", covers.json("Một loại"), 1),
        )
        .cited(
            "delegation",
            "Giao hộp thư đơn vị cho người khác",
            word(&[
                ("written", "bằng văn bản, ghi số văn bản"),
                ("assigned", "phân công, không cần số văn bản"),
            ]),
        )
        .cited(
            "keepers",
            "Số người giữ một hộp thư đơn vị",
            word(&[("one", "một người"), ("several", "một số người")]),
        )
        .cited(
            "hand_over",
            "Thủ trưởng mới nhận bàn giao",
            list("", handed.json("Một thứ"), 1),
        )
        .cited(
            "directory",
            "Ai công bố danh bạ",
            word(&[
                ("organisations", "mỗi cơ quan, trên trang của mình"),
                ("manager", "cơ quan quản lý"),
                ("internal", "chỉ trong nội bộ hệ thống"),
            ]),
        )
        .may_cited(
            "phones",
            "Số điện thoại có được công bố cùng danh bạ; không ghi là không",
            yes_or_no(),
        )
        .may_cited(
            "clean_up_months",
            "Thư cũ hơn bao nhiêu tháng thì được đề nghị dọn",
            number(1, 1200),
        )
        .table()
}
