//! Labels compared as people mean them.

use unicode_normalization::UnicodeNormalization;

/// Without marks, case, punctuation and spaces: "Họ và tên (*)", "HỌ VÀ TÊN:" and "Ho va ten" are the same.
pub(crate) fn fold(label: &str) -> String {
    label
        .nfkd()
        .flat_map(char::to_lowercase)
        .map(|c| if c == 'đ' { 'd' } else { c })
        .filter(|c| c.is_alphanumeric())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn labels_are_the_same_without_marks_case_and_punctuation() {
        assert_eq!(fold("Họ và tên (*)"), "hovaten");
        assert_eq!(fold("HO\u{323} VA\u{300} TE\u{302}N:"), "hovaten");
        assert_eq!(fold("Địa chỉ thư, Số ĐT"), "diachithusodt");
        assert_ne!(fold("Họ và tên"), fold("Họ và tên đệm"));
    }
}
