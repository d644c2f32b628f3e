//! Passwords and the life of a mailbox.

use super::json::{Json, object, texts};
use super::shape::{Keys, Shape, cited, set, with, without};
use super::values::{
    calendar_term, day_off, days_before, mailbox, number, pattern, term, text, word, yes_or_no,
};

/// Adds the sections.
pub(super) fn keys(keys: Keys) -> Keys {
    let first = Keys::new().cited(
        "change",
        "Phải đổi mật khẩu ở lần đăng nhập đầu tiên",
        yes_or_no(),
    );
    let mut password = Keys::new();
    for (key, about, shape) in password_values() {
        password = password.must(key, about, cited(shape));
    }
    let wait = Keys::new()
        .must("sweep", "Khóa do [[sweep]] mang id này", text())
        .must("after", "Chỉ mở lại sau", term())
        .must("day_off", "Khi hết hạn vào ngày nghỉ", day_off())
        .sourced();
    let restore = Keys::new()
        .cited(
            "must_change",
            "Phải đổi mật khẩu ở lần vào đầu tiên sau khi khôi phục",
            yes_or_no(),
        )
        .may(
            "wait",
            "Những khóa chỉ được mở lại sau một thời gian",
            wait.tables("Một khóa", 0),
        );
    let revoke = Keys::new().cited(
        "destroys",
        "Thu hồi là xóa hẳn; false: giữ lại để cấp lại cho đúng người ấy",
        yes_or_no(),
    );
    let remind = Keys::new().cited("days", "Nhắc trước khi mật khẩu hết hạn", days_before());
    keys.must("password", "Mật khẩu phải như thế nào", password.table())
        .must("first_sign_in", "Lần đăng nhập đầu tiên", first.table())
        .may(
            "sweep",
            "Mỗi bảng theo dõi một đồng hồ của hộp thư và nói khi hết hạn thì làm gì",
            sweep().sourced().tables("Một đồng hồ", 0),
        )
        .must("restore", "Khôi phục hộp thư bị tạm khóa", restore.table())
        .must("revoke", "Thu hồi hộp thư", revoke.table())
        .must("password_reminders", "Nhắc đổi mật khẩu", remind.table())
}

/// The keys of `[password]`: a profile has each with its source, an overlay each alone.
pub(super) fn password_values() -> [(&'static str, &'static str, Shape); 6] {
    let refused = || word(&[("refused", "không được"), ("allowed", "được")]);
    let named = word(&[
        ("lower", "chữ thường"),
        ("upper", "chữ in hoa"),
        ("digit", "chữ số"),
        ("special", "ký tự đặc biệt"),
    ]);
    let one_of = pattern(
        "\"one of !@#\": một trong các ký tự đặc biệt này",
        r"^one of [!-/:-@\[-`{-~]+$",
    );
    let class = object([
        ("description", "Một loại ký tự mà mật khẩu phải có".into()),
        ("anyOf", Json::List(vec![named.json(""), one_of.json("")])),
    ]);
    [
        ("minimum_length", "Số ký tự ít nhất", number(1, 64)),
        (
            "classes",
            "Những loại ký tự phải có",
            set("Không loại nào hai lần", class, 0),
        ),
        (
            "expires",
            "Mật khẩu dùng được bao lâu",
            calendar_term().or("never", "không hết hạn"),
        ),
        ("names", "Chứa tên tổ chức, phòng ban, cá nhân", refused()),
        (
            "history",
            "Bao nhiêu mật khẩu gần nhất không được dùng lại",
            number(0, 24),
        ),
        ("common", "Mật khẩu phổ biến, dễ đoán", refused()),
    ]
}

/// A sweep, without its source.
pub(super) fn sweep() -> Keys {
    let clock = word(&[
        ("unused", "không sử dụng; cần khóa counts"),
        ("default-password", "chưa đổi mật khẩu được cấp"),
        (
            "first-session",
            "phiên đầu tiên chưa đổi mật khẩu; cần khóa hours, không có after",
        ),
        (
            "locked",
            "đang bị khóa; có thể có locked_by hoặc not_locked_by",
        ),
        (
            "notice-received",
            "từ ngày cơ quan nhận thông báo khóa; có thể có ask_receipt, locked_by hoặc not_locked_by",
        ),
    ]);
    let counts = word(&[
        ("sign-in", "đăng nhập"),
        ("app-sign-in", "ứng dụng đăng nhập"),
        ("read", "đọc hoặc tải thư"),
        ("sent", "gửi thư"),
    ]);
    let act = word(&[
        ("lock", "tạm khóa"),
        ("disable-sign-in", "tắt đăng nhập vì an toàn, thư vẫn đến"),
        ("revoke", "thu hồi"),
        ("delete", "xóa vĩnh viễn"),
    ]);
    let by = word(&[
        ("system", "hệ thống tự làm"),
        ("department", "hệ thống đề xuất, cơ quan quản lý xác nhận"),
    ]);
    let stops = word(&[
        ("reason", "khi có lý do đã ghi nhận"),
        ("request", "khi có đề nghị chưa giải quyết"),
    ]);
    let further = object([(
        "properties",
        object([("act", object([("enum", texts(["revoke", "delete"]))]))]),
    )]);
    Keys::new()
        .must("id", "Tên trong tệp", text())
        .must("clock", "Đồng hồ", clock)
        .may(
            "counts",
            "Những việc tính là có sử dụng",
            set("", counts.json("Một việc"), 1),
        )
        .may(
            "hours",
            "Phiên đầu tiên kéo dài nhiều nhất bao nhiêu giờ",
            number(1, 720),
        )
        .may("locked_by", "Chỉ tính khóa do những [[sweep]] này", ids())
        .may(
            "not_locked_by",
            "Không tính khóa do những [[sweep]] này",
            ids(),
        )
        .may("after", "Sau bao lâu", term())
        .must("day_off", "Khi hết hạn vào ngày nghỉ", day_off())
        .must("act", "Khi hết hạn thì làm gì", act)
        .must("by", "Ai làm", by)
        .must(
            "stopped_by",
            "Dừng đồng hồ",
            set("[]: không gì dừng được", stops.json("Một lý do"), 0),
        )
        .may(
            "mailboxes",
            "Loại hộp thư; nếu bỏ thì cả hai",
            set("", mailbox().json("Một loại"), 1),
        )
        .may("remind", "Nhắc trước", days_before())
        .may(
            "ask_receipt",
            "Sau bao lâu thì hỏi cơ quan về việc đã nhận thông báo",
            term(),
        )
        .when(
            "clock",
            &["unused"],
            with(["counts"]),
            Some(without(["counts"])),
        )
        .when(
            "clock",
            &["first-session"],
            both(with(["hours"]), without(["after"])),
            Some(both(with(["after"]), without(["hours"]))),
        )
        .when(
            "clock",
            &["locked", "notice-received"],
            object([(
                "not",
                object([("required", texts(["locked_by", "not_locked_by"]))]),
            )]),
            Some(without(["locked_by", "not_locked_by"])),
        )
        .when(
            "clock",
            &["notice-received"],
            object([]),
            Some(without(["ask_receipt"])),
        )
        .when("clock", &["locked", "notice-received"], further, None)
}

/// One id, or a list of some.
fn ids() -> Shape {
    let many = Shape::new(
        "",
        [
            ("type", "array".into()),
            ("items", text().json("id của một [[sweep]]")),
            ("minItems", 1.into()),
        ],
    );
    let any = vec![
        text().json("id của một [[sweep]]"),
        many.json("Danh sách id"),
    ];
    Shape::new(
        "Một id, hoặc danh sách các id",
        [("anyOf", Json::List(any))],
    )
}

fn both(one: Json, other: Json) -> Json {
    match (one, other) {
        (Json::Object(mut keys), Json::Object(more)) => {
            keys.extend(more);
            Json::Object(keys)
        }
        (one, _) => one,
    }
}
