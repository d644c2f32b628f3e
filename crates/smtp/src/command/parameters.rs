//! Parameters of MAIL and RCPT (RFC 5321 §4.1.2, `esmtp-param`).

use crate::reply::Reply;

pub(crate) const UNKNOWN: Reply = Reply::new(555, "5.5.4", "Unsupported parameter");
const SYNTAX: Reply = Reply::new(501, "5.5.4", "Malformed parameter");

/// Reads the parameters behind a path, in order.
pub(crate) fn parameters(
    text: &str,
) -> impl Iterator<Item = Result<(&str, Option<&str>), Reply>> + '_ {
    text.split(' ')
        .filter(|part| !part.is_empty())
        .map(parameter)
}

fn parameter(part: &str) -> Result<(&str, Option<&str>), Reply> {
    let (keyword, value) = match part.split_once('=') {
        Some((keyword, value)) => (keyword, Some(value)),
        None => (part, None),
    };
    let starts = keyword.starts_with(|c: char| c.is_ascii_alphanumeric());
    let letters = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let printable = |c: char| c != '=' && !c.is_control();
    let fits = starts
        && keyword.chars().all(letters)
        && value.is_none_or(|value| !value.is_empty() && value.chars().all(printable));
    if fits {
        Ok((keyword, value))
    } else {
        Err(SYNTAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_and_values() {
        let read: Result<Vec<_>, _> = parameters(" SIZE=10  SMTPUTF8").collect();
        assert_eq!(read, Ok(vec![("SIZE", Some("10")), ("SMTPUTF8", None)]));
        assert_eq!(parameters("").count(), 0);
    }

    #[test]
    fn malformed() {
        for odd in ["=1", "SIZE=", "-A=1", "S ZE==", "A=b=c", "X\t=1"] {
            assert!(parameters(odd).any(|p| p.is_err()), "{odd}");
        }
    }
}
