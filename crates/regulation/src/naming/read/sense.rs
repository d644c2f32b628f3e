//! Whether steps hold together: each tells what is wrong, if anything is.

use crate::Cited;
use crate::naming::Part;
use crate::naming::pattern::{Mark, Write};

/// Words are decided to the last by one `rest`, behind all other steps.
pub(super) fn ends_in_rest(words: &[Cited<Write>]) -> Option<&'static str> {
    let is_rest = |step: &Cited<Write>| matches!(step.value, Write::Rest(_));
    match words.split_last() {
        Some((last, before)) if is_rest(last) => before
            .iter()
            .any(is_rest)
            .then_some("chỉ một bước rest: các bước sau nó không được dùng tới"),
        _ => Some("bước cuối cùng trước các dot phải là rest"),
    }
}

/// No part of a name twice, and the given name written.
pub(super) fn names_each_part(words: &[Cited<Write>]) -> Option<&'static str> {
    let mut seen = Vec::new();
    for step in words {
        if let Write::Parts { parts, mark } = &step.value {
            for part in parts {
                if seen.contains(part) {
                    return Some("mỗi phần của tên chỉ viết một lần");
                }
                seen.push(*part);
                if *part == Part::Given && *mark == Mark::Dropped {
                    return Some("không được bỏ \"given\"");
                }
            }
        }
    }
    (!seen.contains(&Part::Given)).then_some("thiếu bước viết \"given\"")
}
