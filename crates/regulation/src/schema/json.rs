//! JSON to write: keys stay in the order in which they were put.

use std::fmt::{self, Write};

/// How long an array or object may be to stand in one line.
const LINE: usize = 110;

/// A value of JSON.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Json {
    /// A text.
    Text(String),
    /// A whole number.
    Number(u64),
    /// True or false.
    Yes(bool),
    /// An array.
    List(Vec<Json>),
    /// An object.
    Object(Vec<(String, Json)>),
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<u64> for Json {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Json {
    fn from(is: bool) -> Self {
        Self::Yes(is)
    }
}

/// An object of these keys.
pub(super) fn object<const N: usize>(keys: [(&str, Json); N]) -> Json {
    let keys = keys.into_iter();
    Json::Object(keys.map(|(key, value)| (key.to_owned(), value)).collect())
}

/// A list of these texts.
pub(super) fn texts<'t>(texts: impl IntoIterator<Item = &'t str>) -> Json {
    Json::List(texts.into_iter().map(Json::from).collect())
}

impl Json {
    fn flat(&self, out: &mut String) -> fmt::Result {
        match self {
            Self::Text(text) => quoted(text, out),
            Self::Number(number) => write!(out, "{number}"),
            Self::Yes(is) => write!(out, "{is}"),
            Self::List(items) => {
                out.push('[');
                for (at, item) in items.iter().enumerate() {
                    out.push_str(if at == 0 { "" } else { ", " });
                    item.flat(out)?;
                }
                out.push(']');
                Ok(())
            }
            Self::Object(keys) => {
                out.push('{');
                for (at, (key, value)) in keys.iter().enumerate() {
                    out.push_str(if at == 0 { " " } else { ", " });
                    quoted(key, out)?;
                    out.push_str(": ");
                    value.flat(out)?;
                }
                out.push_str(" }");
                Ok(())
            }
        }
    }

    fn pretty(&self, depth: usize, out: &mut String) -> fmt::Result {
        let mut flat = String::new();
        self.flat(&mut flat)?;
        let is_plain = matches!(self, Self::Text(_) | Self::Number(_) | Self::Yes(_));
        if is_plain || flat.chars().count() + 2 * depth <= LINE {
            out.push_str(&flat);
            return Ok(());
        }
        let (open, close) = match self {
            Self::Object(_) => ('{', '}'),
            _ => ('[', ']'),
        };
        let line = |depth: usize, out: &mut String| {
            out.push('\n');
            out.push_str(&"  ".repeat(depth));
        };
        out.push(open);
        let mut first = true;
        let mut next = |out: &mut String| {
            out.push_str(if first { "" } else { "," });
            first = false;
            line(depth + 1, out);
        };
        match self {
            Self::Object(keys) => {
                for (key, value) in keys {
                    next(out);
                    quoted(key, out)?;
                    out.push_str(": ");
                    value.pretty(depth + 1, out)?;
                }
            }
            Self::List(items) => {
                for item in items {
                    next(out);
                    item.pretty(depth + 1, out)?;
                }
            }
            Self::Text(_) | Self::Number(_) | Self::Yes(_) => {}
        }
        line(depth, out);
        out.push(close);
        Ok(())
    }
}

/// In lines, with two blanks a level.
impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = String::new();
        self.pretty(0, &mut out)?;
        f.write_str(&out)
    }
}

fn quoted(text: &str, out: &mut String) -> fmt::Result {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c.is_control() => write!(out, "\\u{:04x}", u32::from(c))?,
            c => out.push(c),
        }
    }
    out.push('"');
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_as_the_same() {
        let long = object([
            ("b", "dấu \" và \\ và \n".into()),
            ("a", Json::List(vec![1.into(), true.into(), texts(["x"])])),
            ("c", "x".repeat(LINE).into()),
        ]);
        let read: serde_json::Value = serde_json::from_str(&long.to_string()).expect("JSON");
        let expected = serde_json::json!({
            "b": "dấu \" và \\ và \n", "a": [1, true, ["x"]], "c": "x".repeat(LINE),
        });
        assert_eq!(read, expected);
        assert!(
            long.to_string()
                .starts_with("{\n  \"b\": \"dấu \\\" và \\\\")
        );
    }
}
