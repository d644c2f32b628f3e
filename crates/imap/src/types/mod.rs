//! The values that commands and responses are made of. Each one is checked
//! when it is made, so that whoever holds one need not check again.

mod date;
mod entry_name;
mod fetch;
mod flag;
mod list_pattern;
mod mailbox;
mod partial;
mod search;
mod secret;
mod section;
mod sequence;
mod sort;
mod special_use;
mod status;
mod store;
mod tag;
pub mod utf7;

pub use congvu_search::DateTest;
pub use congvu_search::ranges::merge;
pub use date::{Date, DateTime, month_name, parse_date, parse_date_time};
pub use entry_name::{EntryName, EntryNameError};
pub use fetch::FetchItem;
pub use flag::{Flag, FlagError, FlagList, Keyword, MAX_FLAGS, MAX_KEYWORD};
pub use list_pattern::ListPattern;
pub use mailbox::{
    INBOX, MAX_BYTES, MAX_LEVEL_BYTES, MAX_LEVELS, MailboxName, MailboxNameError, SEPARATOR,
};
pub use partial::{PartialRange, window};
pub use search::{AddressField, SearchKey};
pub use secret::Secret;
pub use section::{MAX_PART_DEPTH, Partial, Section, SectionText};
pub use sequence::{MessageSet, SeqNumber, SeqRange, SequenceSet, SequenceSetError};
pub use sort::{SortCriterion, SortKey, ThreadAlgorithm};
pub use special_use::SpecialUse;
pub use status::StatusItem;
pub use store::{StoreAction, StoreMode};
pub use tag::Tag;
