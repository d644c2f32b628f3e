//! What SEARCH looks for (RFC 9051 §6.4.4).

use congvu_search::DateTest;

use super::date::Date;
use super::flag::Flag;
use super::sequence::MessageSet;

/// A header field that holds addresses and has a key of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressField {
    /// `BCC`
    Bcc,
    /// `CC`
    Cc,
    /// `FROM`
    From,
    /// `TO`
    To,
}

/// One condition, or several tied together. Texts are UTF-8 and match as
/// substrings without case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SearchKey {
    /// `ALL`: every message.
    All,
    /// All of these (a parenthesised list, or the command's own list).
    And(Vec<SearchKey>),
    /// `OR`
    Or(Box<SearchKey>, Box<SearchKey>),
    /// `NOT`
    Not(Box<SearchKey>),
    /// A sequence set, or `UID` with one.
    Messages(MessageSet),
    /// `ANSWERED`, `DELETED`, `DRAFT`, `FLAGGED`, `SEEN`, `KEYWORD`.
    Has(Flag),
    /// `UNANSWERED` and so on, `UNKEYWORD`.
    Lacks(Flag),
    /// `RECENT` (RFC 3501 §6.4.4)
    Recent,
    /// `NEW`: recent and not seen.
    New,
    /// `OLD`: not recent.
    Old,
    /// `BEFORE`, `ON`, `SINCE`: the internal date.
    Internal(DateTest, Date),
    /// `SENTBEFORE`, `SENTON`, `SENTSINCE`: the `Date:` field.
    Sent(DateTest, Date),
    /// `SAVEDBEFORE`, `SAVEDON`, `SAVEDSINCE`: when the message came into the
    /// mailbox (RFC 8514 §4.3). `SAVEDATESUPPORTED` is read as `ALL`.
    Saved(DateTest, Date),
    /// `EMAILID` (RFC 8474 §6)
    EmailId(String),
    /// `THREADID` (RFC 8474 §6)
    ThreadId(String),
    /// `BCC`, `CC`, `FROM`, `TO`
    Address(AddressField, String),
    /// `SUBJECT`
    Subject(String),
    /// `BODY`
    Body(String),
    /// `TEXT`: header or body.
    Text(String),
    /// `HEADER`: a field's name and what it contains; empty for "has it".
    Header(String, String),
    /// `LARGER`: more bytes than this.
    Larger(u64),
    /// `SMALLER`: fewer bytes than this.
    Smaller(u64),
    /// `OLDER`: at least so many seconds ago (RFC 5032).
    Older(u32),
    /// `YOUNGER`: at most so many seconds ago (RFC 5032).
    Younger(u32),
    /// `MODSEQ`: changed at this mod-sequence or later (RFC 7162 §3.1.5). An
    /// entry name is read and left out: one counter serves all metadata.
    ModSeq(u64),
}

impl SearchKey {
    /// Whether message numbers stand anywhere in the tree: they must mean
    /// the same until the search is answered (RFC 7162 §3.2.10.2).
    #[must_use]
    pub fn has_numbers(&self) -> bool {
        match self {
            Self::Messages(set) => matches!(set, MessageSet::Seq(_)),
            Self::And(keys) => keys.iter().any(Self::has_numbers),
            Self::Or(a, b) => a.has_numbers() || b.has_numbers(),
            Self::Not(key) => key.has_numbers(),
            _ => false,
        }
    }

    /// Whether `MODSEQ` stands anywhere in the tree, so that the response
    /// carries the highest mod-sequence (RFC 7162 §3.1.5).
    #[must_use]
    pub fn has_mod_seq(&self) -> bool {
        match self {
            Self::ModSeq(_) => true,
            Self::And(keys) => keys.iter().any(Self::has_mod_seq),
            Self::Or(a, b) => a.has_mod_seq() || b.has_mod_seq(),
            Self::Not(key) => key.has_mod_seq(),
            _ => false,
        }
    }
}
