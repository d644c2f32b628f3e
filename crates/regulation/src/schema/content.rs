//! `[content]` and `[forwarding]`, of a profile and of an overlay.

use super::json::{Json, object, texts};
use super::shape::{Keys, Shape, cited, defined, list};
use super::values::{pattern, size, text, word};
use crate::content::{Concern, Direction, Effect, RealType, TABLES};

/// Adds the sections of a profile: each value with its source.
pub(super) fn keys(keys: Keys) -> Keys {
    let mut content = Keys::new();
    for name in TABLES {
        let mut table = Keys::new();
        for (key, about, shape) in effects(name) {
            table = table.must(key, about, cited(shape));
        }
        for (key, about, shape) in lists(name) {
            table = match key {
                "printed" | "types" => table.may_cited(key, about, shape),
                _ => table.cited(key, about, shape),
            };
        }
        content = content.must(name, told(name), table.table());
    }
    let mut forwarding = Keys::new();
    for (key, about, shape) in forwarding_values() {
        forwarding = forwarding.cited(key, about, shape);
    }
    keys.must("content", "Thư được chứa gì", content.table())
        .must(
            "forwarding",
            "Chuyển thư và lấy thư tự động",
            forwarding.table(),
        )
}

/// Adds the sections of an overlay: each value alone, and each may be missing.
pub(super) fn overlay_keys(keys: Keys) -> Keys {
    let mut content = Keys::new();
    for name in TABLES {
        let mut table = Keys::new();
        for (key, about, shape) in effects(name).into_iter().chain(lists(name)) {
            if key != "categories" {
                table = table.may(key, about, shape);
            }
        }
        if name == "size" {
            table = table.may("limit", "Dung lượng đính kèm tối đa của một thư", size());
        }
        content = content.may(name, told(name), table.table());
    }
    let mut forwarding = Keys::new();
    for (key, about, shape) in forwarding_values() {
        forwarding = forwarding.may(key, about, shape);
    }
    keys.may("content", "Thư được chứa gì", content.table())
        .may(
            "forwarding",
            "Chuyển thư và lấy thư tự động",
            forwarding.table(),
        )
}

type Value = (&'static str, &'static str, Shape);

fn told(table: &str) -> &'static str {
    match table {
        "executables" => "Tệp thực thi",
        "encrypted" => "Tệp nén, tài liệu có mật khẩu",
        "unreadable" => "Tệp nén không kiểm tra được: quá nhiều lớp, quá lớn, hỏng",
        "size" => "Đính kèm vượt giới hạn",
        "secrecy" => "Dấu chỉ độ mật; không giữ lại được, vì người xem xét sẽ đọc",
        "kinds" => "Loại tệp được trao đổi",
        "disguise" => "Tên tệp ngụy trang",
        "documents" => "Văn bản gửi từ hộp thư cá nhân",
        _ => "Người nhận",
    }
}

/// The effects of a table.
fn effects(table: &str) -> Vec<Value> {
    let of_table = Concern::ALL
        .into_iter()
        .filter(|concern| concern.key().0 == table);
    of_table
        .map(|concern| {
            (
                concern.key().1,
                concern.label(),
                effect_each_way(concern.may_hold()),
            )
        })
        .collect()
}

/// What a table has beside effects.
fn lists(table: &str) -> Vec<Value> {
    let patterns = || list("Như [\"*.exe\", \"autorun.inf\"]", file(), 1);
    let types = || list("", real_type(), 1);
    match table {
        "executables" => vec![
            ("printed", "Tên tệp mà văn bản nêu", patterns()),
            (
                "further",
                "Tên tệp khác, theo cách hiểu của chúng ta",
                patterns(),
            ),
            ("types", "Loại nội dung mà văn bản nêu", types()),
            (
                "further_types",
                "Loại nội dung khác, theo cách hiểu của chúng ta",
                types(),
            ),
        ],
        "kinds" => vec![(
            "allowed",
            "Những tệp được trao đổi",
            patterns().or("any", "mọi loại"),
        )],
        "documents" => vec![(
            "categories",
            "Các loại văn bản để người gửi chọn",
            list("", text().json("Một loại"), 1),
        )],
        _ => Vec::new(),
    }
}

fn forwarding_values() -> [Value; 3] {
    let label = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
    let one = pattern(
        "Như gov.vn, hoặc *.gov.vn: mọi tên miền bên dưới",
        &format!(r"^(\*\.)?{label}(\.{label})+$"),
    );
    let domains = list(
        "Như [\"gov.vn\", \"*.gov.vn\"]",
        one.json("Một tên miền"),
        1,
    );
    let effect = || word(&meanings(false));
    [
        (
            "allowed",
            "Tên miền mà thư được tự động chuyển tới và lấy về",
            domains.or("none", "chỉ tên miền của chính mình"),
        ),
        ("elsewhere", "Chuyển thư tự động tới nơi khác", effect()),
        ("fetching", "Tự động lấy thư từ nơi khác", effect()),
    ]
}

fn meanings(may_hold: bool) -> Vec<(&'static str, &'static str)> {
    let told = |effect: Effect| match effect {
        Effect::Pass => "cho qua",
        Effect::Warn => "cho qua và cảnh báo",
        Effect::Hold => "giữ lại chờ đơn vị vận hành xem xét",
        Effect::Refuse => "từ chối",
    };
    Effect::ALL
        .into_iter()
        .filter(|effect| may_hold || *effect != Effect::Hold)
        .map(|effect| (effect.name(), told(effect)))
        .collect()
}

/// One effect for all directions, or one for each.
fn effect_each_way(may_hold: bool) -> Shape {
    let name = if may_hold {
        "effects"
    } else {
        "effects-without-hold"
    };
    Shape::new("", [("allOf", Json::List(vec![defined(name)]))])
}

/// The effects that values choose from.
pub(super) fn definitions() -> [(&'static str, Json); 2] {
    [
        ("effects", effects_of(true)),
        ("effects-without-hold", effects_of(false)),
    ]
}

fn effects_of(may_hold: bool) -> Json {
    let one = || word(&meanings(may_hold));
    let about = |way: Direction| match way {
        Direction::Sent => "Gửi ra ngoài tên miền",
        Direction::Inside => "Gửi trong hệ thống",
        Direction::Received => "Nhận từ bên ngoài",
    };
    let mut each = Keys::new();
    for way in Direction::ALL {
        each = each.must(way.name(), about(way), one());
    }
    let any = vec![
        one().json("Cho mọi chiều"),
        each.table().json("Riêng từng chiều"),
    ];
    let about = "Một cách xử lý cho mọi chiều, hoặc { sent, inside, received } riêng từng chiều";
    object([("description", about.into()), ("anyOf", Json::List(any))])
}

fn file() -> Json {
    pattern(
        "*. và phần mở rộng viết thường, hoặc cả tên tệp",
        r"^(\*\.[a-z0-9._-]{0,38}[a-z0-9_-]|[a-z0-9._-]{1,39}[a-z0-9_-])$",
    )
    .json("Một mẫu tên tệp")
}

fn real_type() -> Json {
    let names = RealType::all().filter(|real| *real != RealType::Unknown);
    object([
        ("description", "Nội dung thực của tệp, bất kể tên".into()),
        ("type", "string".into()),
        ("enum", texts(names.map(RealType::name))),
    ])
}
