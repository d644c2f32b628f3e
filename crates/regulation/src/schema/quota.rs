//! `[quota]` and `[attachment]`.

use super::json::{Json, object};
use super::shape::{Keys, Shape, cited, set, with, without};
use super::values::{number, size, word};

pub(super) fn quota() -> Shape {
    let warnings = Keys::new()
        .must(
            "percents",
            "Báo người dùng khi hộp thư đầy đến mức này",
            set(
                "Phần trăm, tăng dần: [80, 90, 95]",
                number(1, 99).json("Một mức"),
                1,
            ),
        )
        .sourced();
    Keys::new()
        .must("personal", "Hộp thư cá nhân", bounds())
        .must("unit", "Hộp thư cơ quan, đơn vị", bounds())
        .must("warnings", "Cảnh báo hộp thư gần đầy", warnings.table())
        .cited("exception", "Dung lượng vượt mức tối đa", exception())
        .table()
}

fn exception() -> Shape {
    word(&[
        ("on request", "được cấp vượt mức khi có đề nghị"),
        ("none", "không có"),
    ])
}

fn bounds() -> Shape {
    Keys::new()
        .may(
            "minimum",
            "Dung lượng tối thiểu, không lớn hơn tối đa",
            size(),
        )
        .must("maximum", "Dung lượng tối đa", size())
        .may(
            "default",
            "Dung lượng của hộp thư mới; nếu bỏ thì bằng tối đa",
            cited(size()),
        )
        .sourced()
        .table()
}

pub(super) fn attachment() -> Shape {
    let each = [with(["personal"]), with(["unit"])];
    let mut both = vec![(
        "required".to_owned(),
        super::json::texts(["personal", "unit"]),
    )];
    if let Json::Object(keys) = without(["limit"]) {
        both.extend(keys);
    }
    Keys::new()
        .may_cited("limit", "Giới hạn chung cho mọi hộp thư", size())
        .may_cited("personal", "Giới hạn của hộp thư cá nhân", size())
        .may_cited("unit", "Giới hạn của hộp thư cơ quan, đơn vị", size())
        .may_cited(
            "exception",
            "Đính kèm vượt giới hạn; nếu bỏ thì như quota.exception",
            exception(),
        )
        .rule(object([
            ("if", object([("anyOf", Json::List(each.to_vec()))])),
            ("then", Json::Object(both)),
            ("else", with(["limit"])),
        ]))
        .table()
}
