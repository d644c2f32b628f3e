//! The functions of a Rust file, by their text alone.

/// The macros that make tests of the functions they are given.
const MACROS: [&str; 7] = [
    "both!(",
    "pages!(",
    "driven!(",
    "engines!(",
    "on_sqlite!(",
    "on_postgres!(",
    "on_s3!(",
];

/// One function with what stands above it.
#[derive(Debug, PartialEq)]
pub(super) struct Function {
    pub(super) name: String,
    pub(super) line: usize,
    pub(super) is_test: bool,
    /// Comments, attributes, signature and body.
    pub(super) text: String,
}

pub(super) fn functions(text: &str) -> Vec<Function> {
    let given = given_to_macros(text);
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(name) = name(line) else { continue };
        let is_above = |line: &&&str| {
            let line = line.trim_start();
            line.starts_with("//") || line.starts_with("#[")
        };
        let before = lines.get(..at).unwrap_or_default();
        let above = before.iter().rev().take_while(is_above).count();
        let is_test = before
            .iter()
            .rev()
            .take(above)
            .any(|line| line.trim_start().starts_with("#[") && line.contains("test"));
        let own = lines.get(at - above..).unwrap_or_default();
        found.push(Function {
            is_test: is_test || given.contains(&name),
            name: name.to_owned(),
            line: at + 1,
            text: own
                .get(..above + length(own.get(above..).unwrap_or_default()))
                .unwrap_or(own)
                .join("\n"),
        });
    }
    found
}

/// The name of the function that a line begins.
fn name(line: &str) -> Option<&str> {
    let mut rest = line.trim_start();
    if let Some(after) = rest.strip_prefix("pub") {
        rest = after.trim_start();
        if rest.starts_with('(') {
            rest = rest.split_once(')')?.1.trim_start();
        }
    }
    for word in ["const ", "async "] {
        rest = rest.strip_prefix(word).unwrap_or(rest);
    }
    let rest = rest.strip_prefix("fn ")?;
    let end = rest
        .find(|c: char| !(c.is_alphanumeric() || c == '_'))
        .unwrap_or(rest.len());
    rest.get(..end).filter(|name| !name.is_empty())
}

/// Lines up to the brace that closes the function, which stands as deep as the function begins.
fn length(lines: &[&str]) -> usize {
    let Some(first) = lines.first() else { return 0 };
    if first.trim_end().ends_with(['}', ';']) {
        return 1;
    }
    let indent = first.len() - first.trim_start().len();
    let closes = |line: &&str| {
        line.len() - line.trim_start().len() == indent && line.trim_start().starts_with('}')
    };
    lines
        .iter()
        .skip(1)
        .position(closes)
        .map_or(lines.len(), |at| at + 2)
}

fn given_to_macros(text: &str) -> Vec<&str> {
    let mut given = Vec::new();
    for name in MACROS {
        for (at, _) in text.match_indices(name) {
            let after = text.get(at + name.len()..).unwrap_or_default();
            let list = after.split_once(')').map_or(after, |(list, _)| list);
            given.extend(list.split(|c: char| !(c.is_alphanumeric() || c == '_')));
        }
    }
    given
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_with_their_comments() {
        let text = "/// SL.1.\n#[test]\nfn one() {\n    // SL.2\n    if x {\n    }\n}\n\n#[tokio::test]\nasync fn two() {}\n\n\
                    mod deep {\n    pub(crate) async fn three(a: A) {\n    }\n    fn four();\n}\nboth!(five,\n six = X);\nfn six() {\n}\n";
        let found = functions(text);
        let shown: Vec<(&str, usize, bool)> = found
            .iter()
            .map(|one| (one.name.as_str(), one.line, one.is_test))
            .collect();
        assert_eq!(
            shown,
            [
                ("one", 3, true),
                ("two", 10, true),
                ("three", 13, false),
                ("four", 15, false),
                ("six", 19, true)
            ]
        );
        assert_eq!(
            found.first().map(|one| one.text.as_str()),
            Some("/// SL.1.\n#[test]\nfn one() {\n    // SL.2\n    if x {\n    }\n}")
        );
    }
}
