//! The content rule as people read it.

use std::fmt::Display;

use super::concern::Concern;
use super::rule::Rule;
use super::words::amount;
use crate::{MailboxKind, Origin, Row, Section, Value};

impl Rule {
    /// The values in the order of the file.
    pub(crate) fn sections(&self) -> Vec<Section> {
        let mut rows = Vec::new();
        for concern in Concern::ALL {
            let (table, key) = concern.key();
            // One row tells all directions; the origin is that of the strictest.
            let effects = self.effects(concern);
            let strictest = super::Direction::ALL
                .into_iter()
                .map(|way| effects.of(way))
                .reduce(|one, other| if other.value > one.value { other } else { one });
            if let Some(strictest) = strictest {
                rows.push(Row {
                    key: format!("content.{table}.{key}"),
                    label: concern.label().to_owned(),
                    value: effects.to_string(),
                    origin: strictest.origin.clone(),
                });
            }
            match concern {
                Concern::Executable => {
                    rows.extend(by_origin(&self.executable_names, |origin| {
                        if origin.clause().is_some() {
                            (
                                "content.executables.printed",
                                "Tên tệp thực thi nêu trong văn bản",
                            )
                        } else {
                            ("content.executables.further", "Tên tệp thực thi khác")
                        }
                    }));
                    rows.extend(by_origin(&self.executable_types, |origin| {
                        if origin.clause().is_some() {
                            (
                                "content.executables.types",
                                "Nội dung tệp thực thi theo văn bản",
                            )
                        } else {
                            (
                                "content.executables.further_types",
                                "Nội dung tệp thực thi khác",
                            )
                        }
                    }));
                }
                Concern::Size => {
                    for (kind, key, label) in [
                        (
                            MailboxKind::Personal,
                            "personal",
                            "Giới hạn tệp đính kèm của hộp thư cá nhân",
                        ),
                        (
                            MailboxKind::Unit,
                            "unit",
                            "Giới hạn tệp đính kèm của hộp thư đơn vị",
                        ),
                    ] {
                        let limit = self.limit(kind);
                        rows.push(Row {
                            key: format!("content.size.{key}"),
                            label: label.to_owned(),
                            value: format!("{} mỗi thư", amount(limit.value)),
                            origin: limit.origin.clone(),
                        });
                    }
                }
                Concern::Kind => rows.extend(self.allowed.iter().map(|list| {
                    Row {
                        key: "content.kinds.allowed".to_owned(),
                        label: "Loại tệp được trao đổi".to_owned(),
                        value: list
                            .value
                            .as_ref()
                            .map_or_else(|| "mọi loại".to_owned(), |list| joined(list)),
                        origin: list.origin.clone(),
                    }
                })),
                Concern::PersonalMailbox => rows.push(Row {
                    key: "content.documents.categories".to_owned(),
                    label: "Loại văn bản".to_owned(),
                    value: joined(&self.categories.value),
                    origin: self.categories.origin.clone(),
                }),
                _ => {}
            }
        }
        vec![Section {
            title: "Nội dung thư",
            rows,
        }]
    }
}

/// A list as one row for each that set a part of it, in order.
fn by_origin<T: Display>(
    values: &[Value<T>],
    called: fn(&Origin) -> (&'static str, &'static str),
) -> Vec<Row> {
    let mut parts: Vec<(&Origin, Vec<&T>)> = Vec::new();
    for value in values {
        match parts
            .iter_mut()
            .find(|(origin, _)| **origin == value.origin)
        {
            Some((_, part)) => part.push(&value.value),
            None => parts.push((&value.origin, vec![&value.value])),
        }
    }
    let row = |(origin, part): (&Origin, Vec<&T>)| {
        let (key, label) = called(origin);
        Row {
            key: key.to_owned(),
            label: label.to_owned(),
            value: joined(&part),
            origin: origin.clone(),
        }
    };
    parts.into_iter().map(row).collect()
}

fn joined<T: Display>(values: &[T]) -> String {
    let told: Vec<String> = values.iter().map(ToString::to_string).collect();
    told.join(", ")
}
