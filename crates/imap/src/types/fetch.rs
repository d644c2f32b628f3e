//! What a FETCH asks for (RFC 9051 §6.4.5).

use super::section::{Partial, Section};

/// One data item of FETCH. Macros are spelt out when they are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FetchItem {
    /// `ENVELOPE`
    Envelope,
    /// `FLAGS`
    Flags,
    /// `INTERNALDATE`
    InternalDate,
    /// `RFC822`: as `BODY[]` (RFC 3501 §6.4.5).
    Rfc822,
    /// `RFC822.HEADER`: as `BODY.PEEK[HEADER]`.
    Rfc822Header,
    /// `RFC822.SIZE`
    Rfc822Size,
    /// `RFC822.TEXT`: as `BODY[TEXT]`.
    Rfc822Text,
    /// `BODY`: the structure without extension data.
    Body,
    /// `BODYSTRUCTURE`
    BodyStructure,
    /// `BODY[…]<…>` or `BODY.PEEK[…]<…>`
    BodySection {
        /// Which part.
        section: Section,
        /// Whether `\Seen` stays as it is.
        peek: bool,
        /// Which bytes of it; all when there is none.
        partial: Option<Partial>,
    },
    /// `BINARY[…]<…>` or `BINARY.PEEK[…]<…>` (RFC 9051 §6.4.5, RFC 3516)
    Binary {
        /// Which part; it has no text.
        section: Section,
        /// Whether `\Seen` stays as it is.
        peek: bool,
        /// Which of the decoded bytes; all when there is none.
        partial: Option<Partial>,
    },
    /// `BINARY.SIZE[…]` (RFC 9051 §6.4.5, RFC 3516)
    BinarySize {
        /// Which part; it has no text.
        section: Section,
    },
    /// `UID`
    Uid,
    /// `MODSEQ` (RFC 7162 §3.1.5)
    ModSeq,
    /// `EMAILID` (RFC 8474 §5.3)
    EmailId,
    /// `THREADID` (RFC 8474 §5.3)
    ThreadId,
    /// `SAVEDATE` (RFC 8514 §4.2)
    SaveDate,
    /// `PREVIEW`, with LAZY or without (RFC 8970 §3)
    Preview,
}

impl FetchItem {
    /// The items of macro `FAST`.
    pub const FAST: [Self; 3] = [Self::Flags, Self::InternalDate, Self::Rfc822Size];
    /// The items of macro `ALL`.
    pub const ALL: [Self; 4] = [
        Self::Flags,
        Self::InternalDate,
        Self::Rfc822Size,
        Self::Envelope,
    ];
    /// The items of macro `FULL`.
    pub const FULL: [Self; 5] = [
        Self::Flags,
        Self::InternalDate,
        Self::Rfc822Size,
        Self::Envelope,
        Self::Body,
    ];

    /// Whether fetching this sets `\Seen` (RFC 9051 §6.4.5).
    #[must_use]
    pub fn sets_seen(&self) -> bool {
        matches!(
            self,
            Self::Rfc822
                | Self::Rfc822Text
                | Self::BodySection { peek: false, .. }
                | Self::Binary { peek: false, .. }
        )
    }
}
