//! Values that several sections have, as their readers take them.

use super::json::{Json, object, texts};
use super::shape::{Shape, set};
use crate::MB;

/// A text of at least one sign that is no blank.
pub(super) fn text() -> Shape {
    Shape::new("", [("type", "string".into()), ("pattern", r"\S".into())])
}

/// A text of this pattern.
pub(super) fn pattern(form: &str, pattern: &str) -> Shape {
    Shape::new(
        form,
        [("type", "string".into()), ("pattern", pattern.into())],
    )
}

/// A name within the file.
pub(super) fn name() -> Shape {
    pattern(
        "Tên gồm chữ thường a–z không dấu, chữ số và gạch nối",
        "^[a-z0-9-]+$",
    )
}

/// The code of a regulation.
pub(super) fn code() -> Shape {
    pattern("Từ 2 đến 5 chữ in hoa A–Z", "^[A-Z]{2,5}$")
}

/// The name of a clause.
pub(super) fn clause() -> Shape {
    pattern(
        "Mã quy chế, rồi điều, khoản, điểm, ngăn bằng dấu chấm, như QN.7.1.đ; trước điều có thể là chương bằng số La Mã, hoặc QĐ: điều của quyết định ban hành",
        r"^[A-Z]{2,5}(\.([IVX]+|QĐ))?\.[1-9][0-9]{0,2}(\.([1-9][0-9]{0,2}|[a-zđ]{1,3}([1-9][0-9]{0,2})?)){0,3}$",
    )
}

/// A mail domain.
pub(super) fn domain() -> Shape {
    let label = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
    Shape::new(
        "Tên miền viết thường, như sonla.gov.vn",
        [
            ("type", "string".into()),
            ("pattern", format!(r"^{label}(\.{label})+$").into()),
            ("maxLength", 253.into()),
        ],
    )
}

/// A day.
pub(super) fn day() -> Shape {
    let mut shape = pattern(
        "Một ngày viết không có dấu ngoặc kép, như 2025-11-20",
        "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
    );
    shape.add("format", "date");
    shape
}

/// A whole number within bounds.
pub(super) fn number(least: u64, most: u64) -> Shape {
    Shape::new(
        format!("Số nguyên từ {least} đến {most}"),
        [
            ("type", "integer".into()),
            ("minimum", least.into()),
            ("maximum", most.into()),
        ],
    )
}

/// True or false.
pub(super) fn yes_or_no() -> Shape {
    Shape::new("true hoặc false", [("type", "boolean".into())])
}

/// True, or the key is left out.
pub(super) fn yes() -> Shape {
    Shape::new(
        "true, hoặc bỏ hẳn khóa này",
        [("type", "boolean".into()), ("const", true.into())],
    )
}

const TERM: &str = "([1-9][0-9]{0,2}|[12][0-9]{3}|3[0-5][0-9]{2}|36[0-5][0-9]|3660)";

/// A term.
pub(super) fn term() -> Shape {
    pattern(
        "Thời hạn từ 1 đến 3660 đơn vị: \"3 working days\" (ngày làm việc), \"30 days\" (ngày), \"6 months\" (tháng), \"1 year\" (năm)",
        &format!(r"^\s*0*{TERM} \s*(working days?|days?|months?|years?)\s*$"),
    )
}

/// A term that is not in working days.
pub(super) fn calendar_term() -> Shape {
    pattern(
        "Thời hạn: \"90 days\" (ngày), \"3 months\" (tháng), \"1 year\" (năm)",
        &format!(r"^\s*0*{TERM} \s*(days?|months?|years?)\s*$"),
    )
}

/// A size.
pub(super) fn size() -> Shape {
    let written = pattern(
        "Như \"1000 MB\", \"2 GB\"",
        r"^\s*0*([1-9][0-9]{6,15}\s*B|[1-9][0-9]{3,12}\s*KB|[1-9][0-9]{0,9}\s*MB|[1-9][0-9]{0,6}\s*GB|([1-9][0-9]{0,2}|10[01][0-9]|102[0-4])\s*TB)\s*$",
    );
    let bytes = Shape::new(
        "Số byte",
        [
            ("type", "integer".into()),
            ("minimum", MB.into()),
            ("maximum", (MB << 30).into()),
        ],
    );
    let any = Json::List(vec![written.json(""), bytes.json("")]);
    Shape::new(
        "Dung lượng từ 1 MB đến 1024 TB: \"1000 MB\", \"2 GB\", hoặc số byte; 1 MB = 1.048.576 byte",
        [("anyOf", any)],
    )
}

/// One of these words, each with its meaning.
pub(super) fn word(words: &[(&str, &str)]) -> Shape {
    let told: Vec<String> = words
        .iter()
        .map(|(word, meaning)| format!("\"{word}\": {meaning}"))
        .collect();
    let meanings = texts(words.iter().map(|(_, meaning)| *meaning));
    let docs = object([("docs", object([("enumValues", meanings)]))]);
    Shape::new(
        told.join("; "),
        [
            ("type", "string".into()),
            ("enum", texts(words.iter().map(|(word, _)| *word))),
            // Even Better TOML shows these beside the words it offers.
            ("x-taplo", docs),
        ],
    )
}

/// What becomes of an end on a day off.
pub(super) fn day_off() -> Shape {
    word(&[
        ("next working day", "dời sang ngày làm việc tiếp theo"),
        ("stays", "giữ nguyên"),
    ])
}

/// A kind of mailbox.
pub(super) fn mailbox() -> Shape {
    word(&[
        ("personal", "hộp thư cá nhân"),
        ("unit", "hộp thư cơ quan, đơn vị"),
    ])
}

/// Days before something, from the most to the least.
pub(super) fn days_before() -> Shape {
    set(
        "Số ngày trước đó, từ nhiều đến ít: [30, 7, 1]",
        number(1, 365).json(""),
        0,
    )
}
