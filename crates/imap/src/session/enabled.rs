//! What a client has switched on (RFC 9051 §6.3.1).

use crate::parse::ParseOptions;

/// Extensions that are off until a client says that it knows them. CONDSTORE, which other commands switch on
/// too, stands beside them in the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Enabled {
    /// `QRESYNC`: VANISHED instead of EXPUNGE (RFC 7162 §3.2.3).
    pub(crate) qresync: bool,
    /// `UTF8=ACCEPT` (RFC 6855 §3).
    pub(crate) utf8: bool,
    /// `IMAP4rev2` (RFC 9051 Appendix A).
    pub(crate) rev2: bool,
}

impl Enabled {
    /// Whether names are UTF-8, and quoted strings may be, in both directions.
    pub(crate) fn unicode(self) -> bool {
        self.utf8 || self.rev2
    }

    /// How the client's commands are read.
    pub(crate) fn parse_options(self) -> ParseOptions {
        ParseOptions {
            utf8: self.unicode(),
            no_charset: self.utf8,
        }
    }
}
