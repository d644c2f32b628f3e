//! `[naming]`: steps and ways out of a clash.

use super::json::{Json, object};
use super::shape::{Keys, Shape, cited, defined, list};
use super::values::{number, pattern, word, yes};

/// Adds the section.
pub(super) fn keys(keys: Keys) -> Keys {
    let naming = Keys::new()
        .must("unit", "Hộp thư cơ quan, đơn vị", names("unit"))
        .may(
            "commune",
            "Hộp thư cấp xã; nếu bỏ thì đặt như cơ quan, đơn vị",
            names("unit"),
        )
        .must(
            "subunit",
            "Hộp thư phòng ban, đơn vị trực thuộc",
            names("unit"),
        )
        .must("person", "Hộp thư cá nhân", names("person"))
        .must("group", "Nhóm hộp thư", names("unit"))
        .may(
            "account",
            "Tài khoản của một hệ thống khác",
            names("person"),
        )
        .may(
            "account_address",
            "Địa chỉ đặt theo tài khoản ấy",
            names("unit"),
        );
    keys.must("naming", "Cách đặt tên địa chỉ", naming.table())
}

/// The steps and ways that patterns of either kind choose from.
pub(super) fn definitions() -> [(&'static str, Json); 4] {
    [
        ("unit-step", words_step()),
        ("person-step", person_step()),
        ("unit-way", way(false)),
        ("person-way", way(true)),
    ]
}

fn names(kind: &str) -> Shape {
    let items = |what: &str| defined(&format!("{kind}-{what}"));
    let write = "Các bước, theo thứ tự; mỗi bước viết những từ mà bước trước chưa viết";
    let write = format!(
        "{write}. {}",
        if kind == "person" {
            "Bước dot đứng cuối; tên gọi (given) phải được viết"
        } else {
            "Bước rest đứng cuối, trước các bước dot"
        }
    );
    let decide = Shape::new(
        "Chỉ có một giá trị: true",
        [("type", "boolean".into()), ("const", true.into())],
    );
    Keys::new()
        .must("write", &write, list("", items("step"), 1))
        .may("limit", "Dài hơn bấy nhiêu chữ trước dấu chấm đầu thì phải thống nhất", cited(number(3, 64)))
        .may("decide", "Văn bản để ngỏ cách đặt: địa chỉ đề xuất phải được người xác nhận", cited(decide))
        .must(
            "clash",
            "Các cách xử lý khi trùng địa chỉ, theo thứ tự; cách cuối là number hoặc agree, và chỉ cách cuối",
            list("", items("way"), 1),
        )
        .table()
}

fn mark() -> Shape {
    word(&[
        ("whole", "viết đầy đủ"),
        ("initials", "chữ cái đầu"),
        ("dropped", "bỏ"),
    ])
}

fn phrases() -> Shape {
    let phrase = pattern(
        "Có ít nhất một chữ cái hoặc chữ số",
        r"[\p{Alphabetic}\p{N}]",
    );
    list(
        "Như [\"Phòng\", \"Ban\"]",
        phrase.json("Một từ hoặc cụm từ"),
        1,
    )
}

fn words_step() -> Json {
    let lead = Keys::new()
        .must("lead", "Những từ đứng đầu tên", phrases())
        .must("as", "Viết thành", mark())
        .may("alone", "Chỉ khi tên không còn từ nào khác", yes());
    let from = Keys::new()
        .must(
            "from",
            "Từ chỉ loại địa danh hay chủ quản, đến hết tên",
            phrases(),
        )
        .may("except", "Những từ chỉ trông giống như vậy", phrases())
        .may("before", "Các từ đứng trước viết thành", mark())
        .must("kind", "Từ chỉ loại viết thành", mark())
        .must("name", "Tên đứng sau viết thành", mark());
    let tail = Keys::new()
        .must("tail", "Những từ đứng cuối tên", phrases())
        .must("as", "Viết thành", mark());
    let of = Keys::new()
        .must(
            "of",
            "Từ nói nó thuộc về ai, như \"thuộc\"; từ đó đến hết tên không viết",
            phrases(),
        )
        .must(
            "owners",
            "Từ đầu của tên cơ quan chủ quản, đứng ngay sau",
            phrases(),
        );
    let words = Keys::new()
        .must("words", "Những từ này, ở bất cứ đâu", phrases())
        .must("as", "Viết thành", mark());
    let rest = Keys::new().must("rest", "Mọi từ còn lại viết thành", mark());
    any_of(
        "Một bước viết tên: lead, tail, of, from, words, rest hoặc dot",
        vec![
            lead.sourced().table().json("Từ đứng đầu"),
            tail.sourced().table().json("Từ đứng cuối"),
            of.sourced().table().json("Phần nói nó thuộc về ai"),
            from.sourced().table().json("Địa danh, chủ quản"),
            words.sourced().table().json("Từ bất kỳ"),
            rest.sourced().table().json("Phần còn lại"),
            dot(),
        ],
    )
}

fn person_step() -> Json {
    let part = word(&[
        ("family", "họ"),
        ("middle", "tên đệm"),
        ("given", "tên gọi"),
    ]);
    let parts = Keys::new()
        .must(
            "parts",
            "Các phần của tên, theo thứ tự này",
            list("", part.json("Một phần"), 1),
        )
        .must("as", "Viết thành", mark());
    any_of(
        "Một bước viết tên người: parts hoặc dot",
        vec![parts.sourced().table().json("Các phần của họ tên"), dot()],
    )
}

fn dot() -> Json {
    let to = word(&[
        ("unit", "cơ quan"),
        ("parent", "địa phương cấp trên"),
        ("fixed", "address_suffix của quy chế"),
    ]);
    Keys::new()
        .must("dot", "Thêm dấu chấm và", to)
        .may(
            "unless_same",
            "Không thêm khi trùng với chính tên ấy",
            yes(),
        )
        .sourced()
        .table()
        .json("Phần sau dấu chấm")
}

fn way(is_person: bool) -> Json {
    let of = |name: &str| {
        let only = Shape::new("", [("type", "string".into()), ("const", name.into())]);
        Keys::new().must("way", "Cách xử lý", only)
    };
    let unit = of("unit")
        .sourced()
        .table()
        .json("Thêm cơ quan sau dấu chấm");
    let number_way = of("number").must("from", "Đếm từ", number(1, 2));
    let mut letters = of("letters").must("from", "Từ đầu tiên được thêm chữ", number(1, 3));
    if is_person {
        letters = letters.may(
            "unless_same_name",
            "Không dùng với người trùng cả họ tên",
            yes(),
        );
    }
    let agree = of("agree").must(
        "offer",
        "Các địa chỉ gợi ý dùng",
        word(&[("letters", "thêm chữ cái"), ("digits", "thêm chữ số")]),
    );
    let mut ways = vec![
        unit,
        number_way.sourced().table().json("Thêm số"),
        letters
            .sourced()
            .table()
            .json("Thêm dần chữ của các từ viết tắt, từ trái sang"),
    ];
    if is_person {
        let these = |about: &str, numbers: &[u64]| {
            let numbers = numbers.iter().copied().map(Json::from).collect();
            object([
                ("description", about.into()),
                ("const", Json::List(numbers)),
            ])
        };
        let any = vec![
            these("Hai số", &[2]),
            these("Hai số, rồi cả bốn số", &[2, 4]),
        ];
        let digits = Shape::new(
            "[2], hoặc [2, 4]",
            [("type", "array".into()), ("anyOf", Json::List(any))],
        );
        let year = of("birth-year").must("digits", "Bao nhiêu số cuối", digits);
        ways.push(year.sourced().table().json("Thêm năm sinh"));
    }
    ways.push(agree.sourced().table().json("Các bên thống nhất"));
    any_of("Một cách xử lý khi trùng địa chỉ", ways)
}

fn any_of(about: &str, tables: Vec<Json>) -> Json {
    object([
        ("description", about.into()),
        ("type", "object".into()),
        ("anyOf", Json::List(tables)),
    ])
}
