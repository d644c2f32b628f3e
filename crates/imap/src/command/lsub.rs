//! LSUB (RFC 3501 §6.3.9).

use crate::parse::Cursor;
use crate::parse::cursor::Parsed;
use crate::types::ListPattern;

/// The arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lsub {
    /// Which names; reference and pattern together.
    pub pattern: ListPattern,
}

impl Lsub {
    pub(super) fn parse(c: &mut Cursor<'_>) -> Parsed<Self> {
        let reference = c.astring()?;
        c.sp()?;
        let pattern = c.list_mailbox()?;
        let utf8 = c.options().utf8;
        Ok(Self {
            pattern: ListPattern::from_wire(&reference, &pattern, utf8)?,
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
        for (text, pattern) in [
            ("LSUB \"#news.\" \"comp.mail.*\"", "#news.comp.mail.*"),
            ("LSUB \"\" *", "*"),
            ("LSUB a/ %", "a/%"),
        ] {
            let lsub = Lsub {
                pattern: ListPattern::new(pattern).unwrap(),
            };
            assert_eq!(read(text), Ok(CommandBody::Lsub(lsub)), "{text}");
        }
        all_bad(&[
            "LSUB",
            "LSUB \"\"",
            "LSUB \"\" (a b)",
            "LSUB * a",
            "LSUB \"\" a b",
        ]);
    }
}
