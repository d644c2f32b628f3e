//! What STORE does to flags (RFC 9051 §6.4.6).

use super::flag::FlagList;

/// How the named flags change those a message has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreMode {
    /// `FLAGS`: the message has these and no others.
    Replace,
    /// `+FLAGS`
    Add,
    /// `-FLAGS`
    Remove,
}

/// The whole change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreAction {
    /// How.
    pub mode: StoreMode,
    /// `.SILENT`: the client does not want to hear the outcome.
    pub silent: bool,
    /// Which flags.
    pub flags: FlagList,
}
