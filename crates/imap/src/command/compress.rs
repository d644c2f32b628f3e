//! COMPRESS (RFC 4978 §3).

use crate::parse::cursor::Parsed;
use crate::parse::{Cursor, Fault};

/// The argument: DEFLATE, the one algorithm there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Compress;

impl Compress {
    pub(super) fn parse(c: &mut Cursor<'_>) -> Parsed<Self> {
        if c.atom()?.eq_ignore_ascii_case("DEFLATE") {
            Ok(Self)
        } else {
            Err(Fault::bad("unknown compression algorithm"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::CommandBody;
    use crate::command::testing::{all_bad, read};

    #[test]
    fn grammar() {
        assert_eq!(
            read("COMPRESS DEFLATE"),
            Ok(CommandBody::Compress(Compress))
        );
        // RFC 4978 §3
        assert_eq!(
            read("compress deflate"),
            Ok(CommandBody::Compress(Compress))
        );
        all_bad(&[
            "COMPRESS",
            "COMPRESS ",
            "COMPRESS GZIP",
            "COMPRESS DEFLATE 9",
            "COMPRESS \"DEFLATE\"",
        ]);
    }
}
