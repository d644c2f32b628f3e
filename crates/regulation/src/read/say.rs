//! What faults say: one wording for one thing. Keys and words of the file stay as they are written in it.

use super::similar::similar;

/// A key that must be there is not.
pub(crate) const MISSING: &str = "thiếu khóa này";
/// A table that must be there is not.
pub(crate) const MISSING_TABLE: &str = "thiếu bảng này";
/// A table is needed.
pub(crate) const TABLE: &str = "một bảng";
/// A value needs a source.
pub(crate) const SOURCE: &str = "clause và quote, hoặc local = true";
/// A sweep is named that locks mailboxes.
pub(crate) const LOCKING_SWEEP: &str = "id của một [[sweep]] có act = \"lock\"";
/// An effect where nothing can be held.
pub(crate) const EFFECT: &str = "\"pass\", \"warn\" hoặc \"refuse\"";

/// Something else is needed: "cần một bảng".
pub(crate) fn needs(what: &str) -> String {
    format!("cần {what}")
}

/// Tables of this path are needed.
pub(crate) fn tables(path: &str) -> String {
    format!("các bảng [[{}]]", heading(path))
}

/// At least one table of this path is needed.
pub(crate) fn at_least_one(path: &str) -> String {
    format!("ít nhất một [[{}]]", heading(path))
}

/// A key that nobody asked for; `missing` are those that were asked for at this place.
pub(crate) fn unknown(key: &str, missing: &[String]) -> String {
    match similar(key, missing) {
        Some(meant) => format!("không có khóa này; có phải là «{meant}»?"),
        None => "không có khóa này".to_owned(),
    }
}

/// What must be unique stands elsewhere already.
pub(crate) fn twice(text: &str, first: usize) -> String {
    format!("\"{text}\" đã có ở dòng {first}")
}

/// What is named is not there.
pub(crate) fn nothing_called(table: &str, key: &str, text: &str) -> String {
    format!("không có [[{table}]] nào có {key} = \"{text}\"")
}

/// A path as the heading of a table is written: without the numbers of the tables.
fn heading(path: &str) -> String {
    let parts = path.split('.');
    let names: Vec<&str> = parts
        .map(|part| part.split('[').next().unwrap_or_default())
        .collect();
    names.join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_have_no_numbers() {
        assert_eq!(tables("request[12].steps"), "các bảng [[request.steps]]");
    }

    #[test]
    fn a_similar_key_is_named() {
        let missing = ["after".to_owned()];
        assert_eq!(
            unknown("aftr", &missing),
            "không có khóa này; có phải là «after»?"
        );
        assert_eq!(unknown("colour", &missing), "không có khóa này");
    }
}
