//! JSON Schema (2020-12) of the files of `regulations/`, so that editors complete and check them.
//!
//! A schema says what the readers beside it say, as far as one can: the tests change every key of every file and hold the two
//! against each other. What only the readers know (whether an id is unique, whether a clause is of this regulation, whether
//! bounds cross) a schema lets pass, and never does it refuse what they take. `if`, `then` and `else` are used and no keyword
//! that later drafts read otherwise than draft 7, since editors differ in what they know.

mod content;
mod duties;
mod json;
mod life;
mod naming;
mod overlay;
mod quota;
mod requests;
mod shape;
mod top;
mod values;

use self::json::Json;
use self::shape::Shape;

/// The schema of a profile's file: `regulations/profile.schema.json`.
#[must_use]
pub fn profile() -> String {
    let about = "Quy chế thư điện tử công vụ của một tỉnh, một cơ quan: mỗi giá trị đứng cạnh điều khoản đặt ra nó";
    written(
        "Tệp quy chế của congvu",
        about,
        top::profile(),
        shape::source()
            .into_iter()
            .chain(content::definitions())
            .chain(naming::definitions()),
    )
}

/// The schema of an overlay's file: `regulations/overlay.schema.json`.
#[must_use]
pub fn overlay() -> String {
    let about = "Một tiêu chuẩn chồng lên quy chế: ở mỗi giá trị, bên chặt hơn được áp dụng";
    written(
        "Tệp tiêu chuẩn chồng của congvu",
        about,
        overlay::overlay(),
        content::definitions(),
    )
}

fn written(
    title: &str,
    about: &str,
    table: Shape,
    definitions: impl IntoIterator<Item = (&'static str, Json)>,
) -> String {
    let mut keys = vec![
        (
            "$schema".to_owned(),
            "https://json-schema.org/draft/2020-12/schema".into(),
        ),
        ("title".to_owned(), title.into()),
        (
            "$comment".to_owned(),
            "Do cargo xtask docs tạo từ crates/regulation/src/schema/; không sửa bằng tay.".into(),
        ),
    ];
    if let Json::Object(table) = table.json(about) {
        keys.extend(table);
    }
    let definitions = definitions.into_iter();
    let definitions: Vec<(String, Json)> = definitions
        .map(|(name, schema)| (name.to_owned(), schema))
        .collect();
    keys.push(("$defs".to_owned(), Json::Object(definitions)));
    format!("{}\n", Json::Object(keys))
}
