//! The kinds of values a setting can have, and how each is read.

use std::net::SocketAddr;
use std::ops::Range;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use toml::de::DeValue;

use super::units::{parse_bytes, parse_duration, show_bytes, show_duration};
use super::{Home, Network, Secret};

/// The kind of a setting's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `true` or `false`.
    Bool,
    /// A whole number, from the first to the second.
    Int(u64, u64),
    /// A size in bytes, from the first to the second: `"25 MB"`.
    Bytes(u64, u64),
    /// A span of time in seconds, from the first to the second: `"30s"`.
    Span(u64, u64),
    /// A text. Empty: not set.
    Text,
    /// A path; a relative one starts at the folder of the configuration file. Empty: not set.
    Path,
    /// A list of `address:port`. Empty: off.
    Sockets,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A text that is never shown. Empty: not set.
    Secret,
    /// A list of networks.
    Networks,
    /// A list of spans of time, each from the first to the second, in seconds: `"5m"`.
    Spans(u64, u64),
    /// A list of home servers: `domain=host:port`.
    Homes,
}

/// A value of a setting. A choice is a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Bool(bool),
    Int(u64),
    Bytes(u64),
    Span(Duration),
    Text(String),
    Path(PathBuf),
    Sockets(Vec<SocketAddr>),
    Secret(Secret),
    Networks(Vec<Network>),
    Spans(Vec<Duration>),
    Homes(Vec<Home>),
}

/// Why a value could not be read, in Vietnamese, and where in the file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unread {
    pub(super) wrong: String,
    pub(super) span: Option<Range<usize>>,
}

impl Unread {
    fn value(text: &str) -> Self {
        let shown: String = text
            .chars()
            .take(60)
            .map(|letter| if letter.is_control() { ' ' } else { letter })
            .collect();
        Self {
            wrong: format!("giá trị «{shown}» không hợp lệ"),
            span: None,
        }
    }
}

impl Kind {
    /// What is expected, in Vietnamese.
    pub(super) fn expected(self) -> String {
        match self {
            Self::Bool => "true hoặc false".to_owned(),
            Self::Int(min, max) => format!("số nguyên từ {min} đến {max}"),
            Self::Bytes(min, max) => {
                format!(
                    "dung lượng từ {} đến {}, ví dụ \"25 MB\"",
                    show_bytes(min),
                    show_bytes(max)
                )
            }
            Self::Span(min, max) => {
                let show = |seconds| show_duration(Duration::from_secs(seconds));
                format!(
                    "khoảng thời gian từ {} đến {}, ví dụ \"30s\", \"5m\", \"2h\"",
                    show(min),
                    show(max)
                )
            }
            Self::Text => "chuỗi ký tự trên một dòng".to_owned(),
            Self::Path => "đường dẫn".to_owned(),
            Self::Sockets => {
                "danh sách địa chỉ:cổng, ví dụ [\"0.0.0.0:25\", \"[::]:25\"]".to_owned()
            }
            Self::Choice(words) => format!("một trong: {}", words.join(", ")),
            Self::Secret => "chuỗi ký tự trên một dòng (giữ kín)".to_owned(),
            Self::Networks => "danh sách mạng, ví dụ [\"10.0.0.0/8\", \"::1\"]".to_owned(),
            Self::Spans(..) => format!("{}, ví dụ [\"5m\", \"10m\", \"1h\"]", self.name()),
            Self::Homes => {
                "danh sách tên miền=máy chủ:cổng, ví dụ [\"tinh.gov.vn=mail.tinh.gov.vn:25\"]"
                    .to_owned()
            }
        }
    }

    /// The name of the kind on the page of settings, in Vietnamese.
    pub(super) fn name(self) -> String {
        match self {
            Self::Sockets => "danh sách địa chỉ:cổng".to_owned(),
            Self::Networks => "danh sách mạng".to_owned(),
            Self::Homes => "danh sách tên miền=máy chủ:cổng".to_owned(),
            Self::Spans(min, max) => {
                let show = |seconds| show_duration(Duration::from_secs(seconds));
                format!(
                    "danh sách thời gian, mỗi mục từ {} đến {}",
                    show(min),
                    show(max)
                )
            }
            Self::Text => "chuỗi".to_owned(),
            Self::Secret => "chuỗi giữ kín".to_owned(),
            Self::Bytes(min, max) => {
                format!("dung lượng từ {} đến {}", show_bytes(min), show_bytes(max))
            }
            Self::Span(min, max) => {
                let show = |seconds| show_duration(Duration::from_secs(seconds));
                format!("thời gian từ {} đến {}", show(min), show(max))
            }
            Self::Bool | Self::Int(..) | Self::Path | Self::Choice(_) => self.expected(),
        }
    }

    /// Whether the value is a list.
    pub(super) fn is_list(self) -> bool {
        matches!(
            self,
            Self::Sockets | Self::Networks | Self::Spans(..) | Self::Homes
        )
    }

    /// Reads a value as it stands in a variable or as a default: lists are separated by commas.
    pub(super) fn read_text(self, text: &str) -> Result<Value, Unread> {
        let trimmed = text.trim();
        let value = match self {
            Self::Bool => trimmed.parse().ok().map(Value::Bool),
            Self::Int(min, max) => within(trimmed.parse().ok(), min, max).map(Value::Int),
            Self::Bytes(min, max) => within(parse_bytes(trimmed), min, max).map(Value::Bytes),
            Self::Span(min, max) => {
                let range = Duration::from_secs(min)..=Duration::from_secs(max);
                parse_duration(trimmed)
                    .filter(|span| range.contains(span))
                    .map(Value::Span)
            }
            Self::Text => one_line(trimmed).map(|text| Value::Text(text.to_owned())),
            Self::Path => one_line(trimmed).map(|text| Value::Path(PathBuf::from(text))),
            Self::Choice(words) => words
                .contains(&trimmed)
                .then(|| Value::Text(trimmed.to_owned())),
            Self::Secret => {
                // What was given is a secret, so it is not repeated.
                let hidden = || Unread {
                    wrong: "giá trị không hợp lệ".to_owned(),
                    span: None,
                };
                return one_line(trimmed)
                    .map(|text| Value::Secret(Secret::new(text)))
                    .ok_or_else(hidden);
            }
            Self::Sockets | Self::Networks | Self::Spans(..) | Self::Homes => {
                let mut list = self.list();
                for part in parts(trimmed) {
                    self.read_item(part, &mut list)?;
                }
                return Ok(list);
            }
        };
        value.ok_or_else(|| Unread::value(trimmed))
    }

    /// Reads a value as it stands in the file.
    pub(super) fn read_toml(self, value: &DeValue<'_>) -> Result<Value, Unread> {
        match (self, value) {
            (Self::Bool, DeValue::Boolean(value)) => Ok(Value::Bool(*value)),
            (Self::Int(..) | Self::Bytes(..), DeValue::Integer(number)) => {
                let whole = u64::from_str_radix(number.as_str(), number.radix());
                let unread = |_| Unread::value(&number.to_string());
                whole
                    .map_err(unread)
                    .and_then(|whole| self.read_text(&whole.to_string()))
            }
            (kind, DeValue::Array(_)) if kind.is_list() => self.read_list(value),
            (_, DeValue::Array(_)) => Err(mistyped(value)),
            (kind, _) if kind.is_list() => Err(mistyped(value)),
            (Self::Bool | Self::Int(..), _) => Err(mistyped(value)),
            (_, DeValue::String(text)) => self.read_text(text),
            _ => Err(mistyped(value)),
        }
    }

    /// Reads each item by itself, so that a bad one is told with its own line.
    fn read_list(self, items: &DeValue<'_>) -> Result<Value, Unread> {
        let mut list = self.list();
        for item in items.as_array().into_iter().flatten() {
            let read = match item.get_ref().as_str() {
                None => Err(mistyped(item.get_ref())),
                Some(text) => self.read_item(text.trim(), &mut list),
            };
            read.map_err(|unread| Unread {
                span: Some(item.span()),
                ..unread
            })?;
        }
        Ok(list)
    }

    /// An empty list of this kind.
    fn list(self) -> Value {
        match self {
            Self::Networks => Value::Networks(Vec::new()),
            Self::Spans(..) => Value::Spans(Vec::new()),
            Self::Homes => Value::Homes(Vec::new()),
            _ => Value::Sockets(Vec::new()),
        }
    }

    fn read_item(self, text: &str, list: &mut Value) -> Result<(), Unread> {
        match list {
            Value::Sockets(sockets) => sockets.push(read_part(text)?),
            Value::Networks(networks) => networks.push(read_part(text)?),
            Value::Homes(homes) => homes.push(read_part(text)?),
            Value::Spans(spans) => {
                let Self::Spans(min, max) = self else {
                    return Err(Unread::value(text));
                };
                let range = Duration::from_secs(min)..=Duration::from_secs(max);
                let span = parse_duration(text).filter(|span| range.contains(span));
                spans.push(span.ok_or_else(|| Unread::value(text))?);
            }
            _ => return Err(Unread::value(text)),
        }
        Ok(())
    }
}

fn within(number: Option<u64>, min: u64, max: u64) -> Option<u64> {
    number.filter(|number| (min..=max).contains(number))
}

fn one_line(text: &str) -> Option<&str> {
    (!text.contains(char::is_control)).then_some(text)
}

fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
}

fn read_part<T: FromStr>(part: &str) -> Result<T, Unread> {
    part.parse().map_err(|_| Unread::value(part))
}

fn mistyped(value: &DeValue<'_>) -> Unread {
    let found = match value {
        DeValue::String(_) => "một chuỗi",
        DeValue::Integer(_) => "một số nguyên",
        DeValue::Float(_) => "một số thực",
        DeValue::Boolean(_) => "true/false",
        DeValue::Datetime(_) => "một thời điểm",
        DeValue::Array(_) => "một danh sách",
        DeValue::Table(_) => "một bảng",
    };
    Unread {
        wrong: format!("sai kiểu, đang là {found}"),
        span: None,
    }
}
