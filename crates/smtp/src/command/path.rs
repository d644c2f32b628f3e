//! Paths: an address in angle brackets (RFC 5321 §4.1.2).

use congvu_message::address::{Address, AddressError};

/// A path as it was given.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Path {
    /// `<>`.
    Null,
    /// `<postmaster>`, in any case, without a domain (RFC 5321 §4.1.1.3).
    Postmaster,
    /// `<local@domain>`; a source route before it is dropped (RFC 5321 §4.1.1.3).
    Mailbox(Address),
}

/// Why a text is no path.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum PathError {
    /// No angle brackets around it.
    Syntax,
    /// What is in them is no address.
    Address,
}

impl From<AddressError> for PathError {
    fn from(_: AddressError) -> Self {
        Self::Address
    }
}

/// Reads `KEYWORD:<path>`; what follows the path is parameters. White space around the colon is
/// let pass: old programs send it.
pub(crate) fn after_keyword<'a>(
    keyword: &str,
    text: &'a str,
) -> Result<(Path, &'a str), PathError> {
    let text = text.trim_start_matches(' ');
    let (start, rest) = text
        .split_at_checked(keyword.len())
        .filter(|(start, _)| start.eq_ignore_ascii_case(keyword))
        .ok_or(PathError::Syntax)?;
    debug_assert_eq!(start.len(), keyword.len());
    let rest = rest.trim_start_matches(' ');
    let rest = rest.strip_prefix(':').ok_or(PathError::Syntax)?;
    let rest = rest.trim_start_matches(' ');
    let inside = rest.strip_prefix('<').ok_or(PathError::Syntax)?;
    let close = closing(inside).ok_or(PathError::Syntax)?;
    let parameters = &inside[close + 1..];
    if !parameters.is_empty() && !parameters.starts_with(' ') {
        return Err(PathError::Syntax);
    }
    Ok((path(&inside[..close])?, parameters))
}

/// Where the path's `>` is: one in a quoted local part is not it.
fn closing(text: &str) -> Option<usize> {
    let (mut quoted, mut escaped) = (false, false);
    text.bytes().position(|byte| {
        let plain = !std::mem::take(&mut escaped);
        match byte {
            b'\\' if quoted && plain => escaped = true,
            b'"' if plain => quoted = !quoted,
            b'>' if !quoted => return true,
            _ => {}
        }
        false
    })
}

fn path(text: &str) -> Result<Path, PathError> {
    if text.is_empty() {
        return Ok(Path::Null);
    }
    if text.eq_ignore_ascii_case("postmaster") {
        return Ok(Path::Postmaster);
    }
    let mailbox = match text.strip_prefix('@') {
        Some(route) => route.split_once(':').ok_or(PathError::Address)?.1,
        None => text,
    };
    Ok(Path::Mailbox(Address::parse(mailbox)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<String, PathError> {
        after_keyword("TO", text).map(|(path, rest)| match path {
            Path::Null => format!("null|{rest}"),
            Path::Postmaster => format!("postmaster|{rest}"),
            Path::Mailbox(address) => format!("{address}|{rest}"),
        })
    }

    #[test]
    fn forms_that_are_read() {
        for (text, expected) in [
            ("TO:<a@b.vn>", "a@b.vn|"),
            ("to: <a@b.vn> X=1", "a@b.vn| X=1"),
            ("TO:<>", "null|"),
            ("TO:<PostMaster>", "postmaster|"),
            ("TO:<@x.vn,@y.vn:a@b.vn>", "a@b.vn|"),
            (r#"TO:<"a> b"@b.vn> Y"#, r#""a> b"@b.vn| Y"#),
            (r#"TO:<"a\">"@b.vn>"#, r#""a\">"@b.vn|"#),
            ("TO:<a@[IPv6:2001:db8::1]>", "a@[IPv6:2001:db8::1]|"),
            ("TO:<thủ@tỉnh.vn>", "thủ@tỉnh.vn|"),
        ] {
            assert_eq!(read(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn forms_that_are_not() {
        for text in [
            "",
            "TO",
            "TO:",
            "TO:a@b",
            "FROM:<a@b>",
            "TO:<a@b",
            "TO:<a@b>x",
            "T\u{1ecd}",
        ] {
            assert_eq!(read(text), Err(PathError::Syntax), "{text}");
        }
        for text in [
            "TO:<a>",
            "TO:<@b>",
            "TO:<a@>",
            "TO:<a b@c>",
            "TO:<@x.vn>",
            "TO:<a@b\u{7}>",
        ] {
            assert_eq!(read(text), Err(PathError::Address), "{text}");
        }
    }
}
