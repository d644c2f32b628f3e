//! Streaming analysis of one message with bounded memory.

mod state;
mod tree;

use crate::{Facts, Part};

use state::State;

/// Bounds on what a sender may make us keep.
pub mod limits {
    /// Header bytes read per part; the rest is skipped.
    pub const HEADER: usize = 256 * 1024;
    /// Parts of one message.
    pub const PARTS: usize = 10_000;
    /// Nesting of parts.
    pub const DEPTH: usize = 100;
    /// Bytes of a boundary that are compared.
    pub const BOUNDARY: usize = 80;
    /// Bytes of the decoded subject.
    pub const SUBJECT: usize = 1024;
    /// Bytes of a `Congvu-Category`.
    pub const CATEGORY: usize = 64;
    /// `Delivered-To` values kept.
    pub const DELIVERED_TO: usize = 64;
    /// Mailboxes of `From` and identifiers of `References` kept.
    pub const LIST: usize = 256;
    /// Bytes of the identifiers of those a message answers.
    pub const ANSWERED: usize = 4096;
    /// Characters of a preview.
    pub const PREVIEW: usize = crate::preview::CHARACTERS;
    /// Bytes of names, parameters and nested envelopes kept of the whole tree.
    pub const TREE: usize = 4 * 1024 * 1024;
}

/// What [`Analyzer::finish`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Analysis {
    /// Bytes fed.
    pub size: u64,
    /// Bytes of the top header with its empty line; the whole size where there is none.
    pub header_len: u64,
    /// The MIME tree.
    pub structure: Part,
    /// IMAP `ENVELOPE`, `(...)` (RFC 9051 §7.5.2).
    pub envelope: Vec<u8>,
    /// The beginning of its text in one line, at most [`limits::PREVIEW`] characters; empty where there is none.
    pub preview: String,
    /// What delivery, threading and search want to know.
    pub facts: Facts,
}

/// Reads one RFC 5322 / MIME message in any chunking; the result does not depend on the chunking.
///
/// Never fails: broken mail gives the tree that most programs would see. Memory is bounded by [`limits`].
#[derive(Debug)]
pub struct Analyzer {
    state: State,
}

impl Analyzer {
    /// At the first byte of a message.
    pub fn new() -> Self {
        Self {
            state: State::new(),
        }
    }

    /// Takes the next bytes.
    pub fn feed(&mut self, chunk: &[u8]) {
        self.state.feed(chunk);
    }

    /// The message has ended.
    pub fn finish(mut self) -> Analysis {
        self.state.finish();
        let State {
            tree,
            facts,
            header_len,
            envelope,
            here,
            excerpts,
            ..
        } = self.state;
        let structure = tree.finish(here);
        Analysis {
            size: here.at,
            header_len: header_len.unwrap_or(here.at),
            preview: excerpts.preview(&structure),
            structure,
            envelope,
            facts,
        }
    }
}

impl Default for Analyzer {
    fn default() -> Self {
        Self::new()
    }
}
