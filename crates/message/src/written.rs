//! Header fields as they are written.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// So many octets of a name go into one encoded word: with what stands around them it is below the 75 of RFC 2047 §2.
const WORD: usize = 42;

/// A name with its address (RFC 5322 §3.4), on one line without an end, for a list that is folded at its spaces. A name that is not
/// ASCII becomes encoded words, which stand in no quotes (RFC 2047 §5).
#[must_use]
pub fn person(name: &str, address: &str) -> String {
    let name: String = name.chars().filter(|c| !c.is_control()).collect();
    let address: String = address
        .chars()
        .filter(|c| !c.is_control() && !c.is_whitespace() && !"<>".contains(*c))
        .collect();
    let name = name.trim();
    if name.is_empty() {
        return address;
    }
    let is_phrase = name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b" !#$%&'*+-/=?^_`{|}~".contains(&byte));
    let phrase = if !name.is_ascii() || name.contains("=?") {
        encoded(name)
    } else if is_phrase {
        name.to_owned()
    } else {
        let escaped = name.replace('\\', "\\\\").replace('"', "\\\"");
        format!("\"{escaped}\"")
    };
    format!("{phrase} <{address}>")
}

fn encoded(text: &str) -> String {
    let mut words = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (word, next) = rest.split_at(rest.floor_char_boundary(WORD));
        words.push(format!("=?utf-8?B?{}?=", STANDARD.encode(word)));
        rest = next;
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::person;
    use crate::header;

    #[test]
    fn names_come_back_as_they_were() {
        for name in [
            "Nguyễn Thị Minh Khai",
            "Ủy ban nhân dân phường Đông Hòa thuộc thành phố Hồ Chí Minh, khu vực “phía Đông”",
            "Nguyen Van An",
            "An, Nguyen \"Ba\" \\ Co",
            "=?utf-8?B?eA==?=",
        ] {
            let written = person(name, "an@a.gov.vn");
            assert!(written.is_ascii(), "{written}");
            assert!(written.split(' ').all(|word| word.len() <= 75), "{written}");
            assert!(!written.contains("\"=?"), "{written}");
            let folded = written.replace(' ', "\r\n ");
            for line in [written.as_str(), &folded] {
                let back = header::addresses(line.as_bytes());
                let [back] = back.as_slice() else {
                    panic!("{line}");
                };
                assert_eq!(
                    (back.name.as_str(), back.addr()),
                    (name, "an@a.gov.vn".to_owned())
                );
            }
        }
    }

    #[test]
    fn no_line_is_smuggled_in() {
        let written = person("An\r\nBcc: x@y.vn", "an@a.vn>\r\nX: 1");
        assert!(!written.contains(['\r', '\n']), "{written}");
        assert_eq!(person(" ", "an@a.vn"), "an@a.vn");
    }
}
