//! What a value must look like, and tables of keys.

use super::json::{Json, object, texts};
use super::values::{clause, text};

/// What a value must look like, and how that is told.
#[derive(Debug, Clone)]
pub(super) struct Shape {
    form: String,
    body: Vec<(String, Json)>,
}

impl Shape {
    /// A value with these keywords of JSON Schema; `form` tells how it is written.
    pub(super) fn new<const N: usize>(form: impl Into<String>, body: [(&str, Json); N]) -> Self {
        let body = body.into_iter();
        Self {
            form: form.into(),
            body: body.map(|(key, value)| (key.to_owned(), value)).collect(),
        }
    }

    /// The schema: what the value is, then how it is written.
    pub(super) fn json(self, about: &str) -> Json {
        let description = match (about, self.form.as_str()) {
            (about, "") => about.to_owned(),
            ("", form) => form.to_owned(),
            (about, form) => format!("{about}. {form}"),
        };
        let mut keys = vec![("description".to_owned(), description.into())];
        keys.extend(self.body);
        Json::Object(keys)
    }

    /// This, or one word.
    pub(super) fn or(self, word: &str, meaning: &str) -> Self {
        let form = format!("{}; hoặc \"{word}\": {meaning}", self.form);
        let word = object([
            ("description", meaning.into()),
            ("type", "string".into()),
            ("const", word.into()),
        ]);
        let any = Json::List(vec![word, self.json("")]);
        Self::new(form, [("anyOf", any)])
    }
}

/// A table of keys; any other key is refused.
#[derive(Debug, Clone, Default)]
pub(super) struct Keys {
    keys: Vec<(String, Json)>,
    required: Vec<&'static str>,
    rules: Vec<Json>,
}

impl Keys {
    /// A table without keys.
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// A key that must be there.
    pub(super) fn must(mut self, key: &'static str, about: &str, shape: Shape) -> Self {
        self.required.push(key);
        self.may(key, about, shape)
    }

    /// A key that may be missing.
    pub(super) fn may(mut self, key: &'static str, about: &str, shape: Shape) -> Self {
        self.keys.push((key.to_owned(), shape.json(about)));
        self
    }

    /// A value with its source, which must be there.
    pub(super) fn cited(self, key: &'static str, about: &str, value: Shape) -> Self {
        self.must(key, about, cited(value))
    }

    /// A value with its source, which may be missing.
    pub(super) fn may_cited(self, key: &'static str, about: &str, value: Shape) -> Self {
        self.may(key, about, cited(value))
    }

    /// The source of what stands in the table: a clause and its words, or the mark of a local setting.
    pub(super) fn sourced(mut self) -> Self {
        for key in ["clause", "quote", "local"] {
            self.keys.push((key.to_owned(), defined(key)));
        }
        self.rule(defined("source"))
    }

    /// Where a key has one of these values: `then`, else `otherwise`.
    pub(super) fn when(
        self,
        key: &str,
        values: &[&str],
        then: Json,
        otherwise: Option<Json>,
    ) -> Self {
        let is = object([("enum", texts(values.iter().copied()))]);
        let mut rule = vec![
            (
                "if".to_owned(),
                object([
                    ("properties", object([(key, is)])),
                    ("required", texts([key])),
                ]),
            ),
            ("then".to_owned(), then),
        ];
        rule.extend(otherwise.map(|otherwise| ("else".to_owned(), otherwise)));
        self.rule(Json::Object(rule))
    }

    /// A further rule about the keys together.
    pub(super) fn rule(mut self, rule: Json) -> Self {
        self.rules.push(rule);
        self
    }

    /// The table's schema.
    pub(super) fn table(self) -> Shape {
        let mut shape = Shape::new(
            "",
            [
                ("type", "object".into()),
                ("properties", Json::Object(self.keys)),
                ("required", texts(self.required)),
                ("additionalProperties", false.into()),
            ],
        );
        if !self.rules.is_empty() {
            let rules = Json::List(self.rules);
            shape.body.push(("allOf".to_owned(), rules));
        }
        shape
    }

    /// An array of such tables, of at least so many.
    pub(super) fn tables(self, about: &str, least: u64) -> Shape {
        list("", self.table().json(about), least)
    }
}

/// A value with its source.
pub(super) fn cited(value: Shape) -> Shape {
    Keys::new()
        .must("value", "Giá trị", value)
        .sourced()
        .table()
}

/// An array of at least so many.
pub(super) fn list(form: &str, item: Json, least: u64) -> Shape {
    Shape::new(
        form,
        [
            ("type", "array".into()),
            ("items", item),
            ("minItems", least.into()),
        ],
    )
}

/// An array of at least so many, none of them twice.
pub(super) fn set(form: &str, item: Json, least: u64) -> Shape {
    let mut shape = list(form, item, least);
    shape.body.push(("uniqueItems".to_owned(), true.into()));
    shape
}

/// These keys must be there.
pub(super) fn with<const N: usize>(keys: [&str; N]) -> Json {
    object([("required", texts(keys))])
}

/// These keys must not be there.
pub(super) fn without<const N: usize>(keys: [&str; N]) -> Json {
    let keys = keys.map(|key| (key, Json::Yes(false)));
    object([("properties", object(keys))])
}

impl Shape {
    /// One more keyword.
    pub(super) fn add(&mut self, keyword: &str, value: &str) {
        self.body.push((keyword.to_owned(), value.into()));
    }
}

/// What stands under this name in `$defs`; nothing else may stand beside it, or older editors overlook one of the two.
pub(super) fn defined(name: &str) -> Json {
    object([("$ref", format!("#/$defs/{name}").into())])
}

/// The parts of a source, and how they go together.
pub(super) fn source() -> [(&'static str, Json); 4] {
    let local = Shape::new(
        "Chỉ có một giá trị: true",
        [("type", "boolean".into()), ("const", true.into())],
    );
    let about = "Văn bản để ngỏ, đây là thiết lập tại chỗ; khi đó không có clause và quote";
    let either = object([
        (
            "description",
            "Có clause và quote, hoặc chỉ local = true".into(),
        ),
        ("if", with(["local"])),
        ("then", without(["clause", "quote"])),
        ("else", with(["clause", "quote"])),
    ]);
    [
        ("clause", clause().json("Điều khoản đặt ra giá trị này")),
        (
            "quote",
            text().json("Lời của điều khoản, chép nguyên văn như bản in"),
        ),
        ("local", local.json(about)),
        ("source", either),
    ]
}
