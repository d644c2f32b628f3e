//! `[requests]`, `[[request]]`, `[[form]]` and `[[report]]`.

use super::shape::{Keys, Shape, list, with, without};
use super::values::{day_off, mailbox, name, number, pattern, term, text, word, yes_or_no};
use crate::requests::RequestKind;

/// Adds the sections.
pub(super) fn keys(keys: Keys) -> Keys {
    let common = Keys::new()
        .must("steps", "Các bước chuyển yêu cầu", steps(1))
        .cited("result", "Kết quả được báo cho ai", told())
        .cited(
            "reason_on_refusal",
            "Khi từ chối có phải nêu lý do",
            yes_or_no(),
        )
        .may_cited(
            "deadline",
            "Hạn giải quyết của loại nào không có hạn riêng",
            term(),
        );
    keys.must(
        "requests",
        "Điều chung cho mọi loại yêu cầu",
        common.table(),
    )
    .must(
        "request",
        "Các loại yêu cầu, mỗi loại một bảng [[request]]",
        request().sourced().tables("Một loại yêu cầu", 1),
    )
    .may(
        "form",
        "Các biểu mẫu",
        form().sourced().tables("Một biểu mẫu, chữ như bản in", 0),
    )
    .may(
        "report",
        "Các báo cáo định kỳ và theo việc",
        report().tables("Một báo cáo", 0),
    )
}

fn request() -> Keys {
    let channel = Keys::new()
        .must(
            "by",
            "Đường gửi",
            word(&[
                ("documents", "qua hệ thống quản lý văn bản"),
                ("letter", "bằng văn bản"),
                ("unit mailbox", "từ hộp thư cơ quan, đơn vị"),
                ("self-service", "người dùng tự làm"),
                ("notice", "báo, không cần văn bản"),
            ]),
        )
        .may(
            "to",
            "Gửi tới",
            pattern("Một địa chỉ thư", r"^[^@]+@[^@]*\.[^@]*$"),
        )
        .may("only", "Chỉ cho loại hộp thư này", mailbox())
        .sourced();
    Keys::new()
        .must("kind", "Loại yêu cầu, mỗi loại một lần", kind())
        .must(
            "channels",
            "Yêu cầu gửi bằng đường nào",
            channel.tables("Một đường gửi", 1),
        )
        .may(
            "steps",
            "Các bước riêng của loại này; nếu bỏ thì theo [requests]",
            steps(0),
        )
        .may("form", "Biểu mẫu được lập: id của một [[form]]", name())
        .may(
            "accepts",
            "Những biểu mẫu khác cũng được nhận: id của các [[form]]",
            list("", name().json("Một biểu mẫu"), 0),
        )
        .may("fields", "Những điều yêu cầu phải nêu", fields())
        .may_cited(
            "deadline",
            "Hạn giải quyết của loại này; nếu bỏ thì theo [requests]",
            term(),
        )
        .may_cited("result", "Kết quả của loại này được báo cho ai", told())
        .may_cited(
            "reason_on_refusal",
            "Từ chối loại này có phải nêu lý do",
            yes_or_no(),
        )
}

fn form() -> Keys {
    let table = Keys::new()
        .must("id", "Tên bảng trong biểu mẫu", name())
        .may("heading", "Dòng đứng trên tên bảng", text())
        .must("title", "Tên bảng", text())
        .may("columns", "Các cột, không kể cột STT", fields());
    Keys::new()
        .must("id", "Tên biểu mẫu trong tệp", name())
        .must("name", "Số biểu mẫu, như Mẫu số 01", text())
        .must("title", "Tên biểu mẫu", text())
        .may("subtitle", "Dòng dưới tên", text())
        .must("about", "Có in dòng V/v dưới số văn bản", yes_or_no())
        .must("to", "Kính gửi", text())
        .may("opening", "Đoạn mở đầu", text())
        .may("fields", "Những điều phải điền", fields())
        .may("tables", "Các bảng", table.tables("Một bảng", 0))
        .may(
            "receivers",
            "Các dòng dưới Nơi nhận",
            list("", text().json("Một dòng"), 1),
        )
        .must("signs", "Người ký", text())
        .may(
            "requests",
            "Dùng cho các loại yêu cầu này",
            list("", kind().json("Một loại"), 0),
        )
        .may(
            "reports",
            "Dùng cho các báo cáo này: id của các [[report]]",
            list("", text().json("Một báo cáo"), 1),
        )
}

fn report() -> Keys {
    let due = Keys::new()
        .must(
            "month",
            "Tháng thứ mấy tính từ tháng đầu của kỳ, tháng đầu là 1; với báo cáo tháng, 2 là tháng sau",
            number(1, 24),
        )
        .must("day", "Ngày trong tháng", number(1, 31).or("last", "ngày cuối tháng"))
        .must("day_off", "Khi rơi vào ngày nghỉ", day_off())
        .sourced();
    Keys::new()
        .must("id", "Tên báo cáo trong tệp", name())
        .must("title", "Tên báo cáo", text())
        .must(
            "every",
            "Kỳ báo cáo",
            word(&[
                ("month", "hằng tháng"),
                ("quarter", "hằng quý"),
                ("half", "sáu tháng"),
                ("year", "hằng năm"),
                ("request", "khi được yêu cầu"),
                ("change", "khi có thay đổi"),
            ]),
        )
        .must("by", "Ai lập", text())
        .must("to", "Gửi ai", text())
        .must("content", "Nội dung", text())
        .may("form", "Lập theo biểu mẫu: id của một [[form]]", name())
        .may(
            "remind",
            "Nhắc trước bao nhiêu ngày",
            list("", number(1, 60).json("Một lần nhắc"), 0),
        )
        .may(
            "due",
            "Hạn nộp; chỉ báo cáo theo kỳ mới có, và phải có",
            due.table(),
        )
        .sourced()
        .when(
            "every",
            &["request", "change"],
            without(["due"]),
            Some(with(["due"])),
        )
}

fn kind() -> Shape {
    word(&RequestKind::ALL.map(|kind| (kind.id(), kind.title())))
}

fn steps(least: u64) -> Shape {
    Keys::new()
        .must("who", "Cơ quan, người chuyển hoặc thực hiện", text())
        .sourced()
        .tables("Một bước", least)
}

fn told() -> Shape {
    let one = word(&[
        ("organisation", "cơ quan đề nghị"),
        ("managing", "cơ quan quản lý"),
    ]);
    list("", one.json("Một nơi"), 1)
}

fn fields() -> Shape {
    Keys::new()
        .must("id", "Tên mục trong tệp", name())
        .may("heading", "Đề mục đứng trên", text())
        .must("label", "Chữ hiện ra, như bản in", text())
        .must("required", "Bắt buộc phải điền", yes_or_no())
        .tables("Một mục phải điền", 0)
}
