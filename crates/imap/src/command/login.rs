//! LOGIN (RFC 9051 §6.2.3).

use crate::parse::Cursor;
use crate::parse::cursor::Parsed;
use crate::types::Secret;

/// The arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// Who; UTF-8.
    pub user: String,
    /// With what.
    pub password: Secret,
}

impl Login {
    pub(super) fn parse(c: &mut Cursor<'_>) -> Parsed<Self> {
        let user = c.text()?;
        c.sp()?;
        Ok(Self {
            user,
            password: Secret::new(c.astring()?.into_owned()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::CommandBody;
    use crate::command::testing::{all_bad, read};

    #[test]
    fn grammar() {
        for (text, user, password) in [
            ("LOGIN SMITH SESAME", "SMITH", "SESAME"),
            (
                "LOGIN an@so.gov.vn \"mật khẩu\"",
                "an@so.gov.vn",
                "mật khẩu",
            ),
            // RFC 9051 §4.3
            (
                "LOGIN {11}\r\nFRED FOOBAR {7}\r\nfat man",
                "FRED FOOBAR",
                "fat man",
            ),
            ("LOGIN {11+}\r\nFRED FOOBAR \"a\\\"\"", "FRED FOOBAR", "a\""),
            ("LOGIN \"\" \"\"", "", ""),
        ] {
            let password = Secret::new(password.into());
            let login = Login {
                user: user.into(),
                password,
            };
            assert_eq!(read(text), Ok(CommandBody::Login(login)), "{text}");
        }
        all_bad(&[
            "LOGIN",
            "LOGIN a",
            "LOGIN a ",
            "LOGIN a b c",
            "LOGIN a  b",
            "LOGIN a {2}\r\nb",
            "LOGIN \"a b",
            "LOGIN a* b",
        ]);
    }
}
