//! Naming as people read it: each step told in Vietnamese.

use super::Kind;
use super::pattern::{Digits, Dot, Mark, Naming, Pattern, Phrase, Way, Write};
use super::request::Part;
use crate::show::Rows;

impl Naming {
    pub(crate) fn rows(&self, rows: &mut Rows<'_>) {
        for (key, kind, pattern) in [
            ("unit", Kind::Unit, Some(&self.unit)),
            ("commune", Kind::Commune, self.commune.as_ref()),
            ("subunit", Kind::Subunit, Some(&self.subunit)),
            ("person", Kind::Person, Some(&self.person)),
            ("group", Kind::Group, Some(&self.group)),
            ("account", Kind::Account, self.account.as_ref()),
            (
                "account_address",
                Kind::AccountAddress,
                self.account_address.as_ref(),
            ),
        ] {
            if let Some(pattern) = pattern {
                pattern.rows(key, kind.title(), rows);
            }
        }
    }
}

impl Pattern {
    fn rows(&self, key: &str, title: &str, rows: &mut Rows<'_>) {
        for (at, step) in self.write.iter().enumerate() {
            let number = at + 1;
            let label = format!("Đặt tên {title}: bước {number}");
            rows.add(
                format!("naming.{key}.write.{number}"),
                label,
                step.value.told(),
                &step.source,
            );
        }
        if let Some(limit) = &self.limit {
            let value = format!(
                "quá {} ký tự trước dấu chấm đầu tiên thì phải thỏa thuận",
                limit.value
            );
            let label = format!("Đặt tên {title}: độ dài");
            rows.add(format!("naming.{key}.limit"), label, value, &limit.source);
        }
        if let Some(decide) = &self.decide {
            let label = format!("Đặt tên {title}: quyết định");
            let value = "hệ thống đề xuất, người có thẩm quyền quyết định";
            rows.add(format!("naming.{key}.decide"), label, value, &decide.source);
        }
        for (at, way) in self.clash.iter().enumerate() {
            let number = at + 1;
            let label = format!("Đặt tên {title}: khi trùng, cách {number}");
            rows.add(
                format!("naming.{key}.clash.{number}"),
                label,
                way.value.told(),
                &way.source,
            );
        }
    }
}

impl Mark {
    fn told(self) -> &'static str {
        match self {
            Self::Whole => "viết đầy đủ",
            Self::Initials => "viết tắt chữ cái đầu",
            Self::Dropped => "bỏ",
        }
    }
}

fn quoted(phrases: &[Phrase]) -> String {
    phrases
        .iter()
        .map(|phrase| format!("“{}”", phrase.shown()))
        .collect::<Vec<_>>()
        .join(", ")
}

impl Write {
    fn told(&self) -> String {
        match self {
            Self::Lead {
                phrases,
                alone,
                mark,
            } => {
                let alone = if *alone {
                    " khi không còn từ nào khác"
                } else {
                    ""
                };
                format!("{} đứng đầu{alone}: {}", quoted(phrases), mark.told())
            }
            Self::From {
                phrases,
                before,
                kind,
                name,
                ..
            } => {
                let before = before.map_or(String::new(), |mark| {
                    format!("phần trước: {}; ", mark.told())
                });
                format!(
                    "từ {}: {before}từ chỉ loại: {}; tên riêng theo sau: {}",
                    quoted(phrases),
                    kind.told(),
                    name.told()
                )
            }
            Self::Of { phrases, .. } => format!(
                "từ {} đến hết, khi sau đó là tên cơ quan chủ quản: {}",
                quoted(phrases),
                Mark::Dropped.told()
            ),
            Self::Tail { phrases, mark } => {
                format!("{} đứng cuối: {}", quoted(phrases), mark.told())
            }
            Self::Words { phrases, mark } => format!("{}: {}", quoted(phrases), mark.told()),
            Self::Rest(mark) => format!("các từ còn lại: {}", mark.told()),
            Self::Parts { parts, mark } => {
                let parts: Vec<&str> = parts
                    .iter()
                    .map(|part| match part {
                        Part::Family => "họ",
                        Part::Middle => "tên đệm",
                        Part::Given => "tên",
                    })
                    .collect();
                format!("{}: {}", parts.join(", "), mark.told())
            }
            Self::Dot { to, unless_same } => {
                let what = match to {
                    Dot::Unit => "tên viết tắt của cơ quan".to_owned(),
                    Dot::Parent => "tên viết tắt của địa phương cấp trên".to_owned(),
                    Dot::Fixed(ending) => format!("“{ending}”"),
                };
                let unless = if *unless_same {
                    ", trừ chính địa chỉ đó"
                } else {
                    ""
                };
                format!("thêm dấu chấm và {what}{unless}")
            }
        }
    }
}

impl Way {
    fn told(self) -> String {
        match self {
            Self::Unit => "thêm dấu chấm và tên viết tắt của cơ quan".to_owned(),
            Self::Number { from } => format!("thêm số thứ tự, bắt đầu từ {from}"),
            Self::Letters {
                from,
                unless_same_name,
            } => {
                let start = if from > 1 {
                    format!(", từ chữ thứ {from}")
                } else {
                    String::new()
                };
                let unless = if unless_same_name {
                    ", trừ khi trùng cả họ và tên"
                } else {
                    ""
                };
                format!("thêm các chữ cái tiếp theo của phần viết tắt{start}{unless}")
            }
            Self::BirthYear { digits } => match digits {
                Digits::Two => "thêm hai chữ số cuối của năm sinh".to_owned(),
                Digits::TwoThenFour => "thêm hai chữ số cuối, rồi cả năm sinh".to_owned(),
            },
            Self::Agree { .. } => {
                "thỏa thuận; hệ thống đưa ra ít nhất ba địa chỉ để chọn".to_owned()
            }
        }
    }
}
