//! Sort keys: bytes that are in the order asked for, one message behind the
//! other.

use congvu_message::search::envelope::{Field, first};
use congvu_message::thread::{base_subject, collation_key};
use congvu_store::StoreResult;
use congvu_store::entry::{HeaderView, Headers};

use super::Gather;
use crate::types::{SortCriterion, SortKey};

/// All keys of a sort take so many bytes at most.
const ROOM: usize = 64 << 20;

/// The columns that keys are made of.
pub(super) fn headers(criteria: &[SortCriterion]) -> Headers {
    let one = |criterion: &SortCriterion| match criterion.key {
        SortKey::Arrival | SortKey::Size => Headers::Entries,
        SortKey::Date | SortKey::Subject => Headers::Subjects,
        SortKey::Cc | SortKey::From | SortKey::To | SortKey::DisplayFrom | SortKey::DisplayTo => {
            Headers::Addresses
        }
    };
    let all = criteria.iter().map(one);
    all.max().unwrap_or(Headers::Entries)
}

/// The keys of messages.
#[derive(Debug)]
pub(super) struct Keys {
    criteria: Vec<SortCriterion>,
    bytes: Vec<u8>,
    /// Where each message's key ends, and its UID.
    rows: Vec<(usize, u32)>,
}

impl Keys {
    pub(super) fn new(criteria: Vec<SortCriterion>) -> Self {
        Self {
            criteria,
            bytes: Vec::new(),
            rows: Vec::new(),
        }
    }

    /// The UIDs in the order of their keys.
    pub(super) fn sorted(self) -> Vec<u32> {
        let Self { bytes, rows, .. } = self;
        let mut start = 0;
        let mut keyed: Vec<(&[u8], u32)> = rows
            .into_iter()
            .map(|(end, uid)| (&bytes[std::mem::replace(&mut start, end)..end], uid))
            .collect();
        // The UID last: ties are in mailbox order, whatever is reversed.
        keyed.sort_unstable();
        keyed.into_iter().map(|(_, uid)| uid).collect()
    }

    fn number(&mut self, n: i64) {
        let ordered = n.cast_unsigned() ^ (1 << 63);
        self.bytes.extend_from_slice(&ordered.to_be_bytes());
    }

    /// Ends below anything that goes on.
    fn text(&mut self, text: &str) {
        let key = collation_key(text);
        self.bytes.extend(key.into_iter().map(|byte| byte.max(1)));
        self.bytes.push(0);
    }

    fn mailbox(&mut self, row: &HeaderView<'_>, field: Field) -> StoreResult<()> {
        let address = first(row.envelope()?, field).unwrap_or_default();
        self.text(&address.mailbox);
        Ok(())
    }

    /// RFC 5957 §3.
    fn display(&mut self, row: &HeaderView<'_>, field: Field) -> StoreResult<()> {
        let address = first(row.envelope()?, field).unwrap_or_default();
        if !address.name.is_empty() {
            self.text(&address.name);
        } else if address.mailbox.is_empty() || address.host.is_empty() {
            self.text(&address.mailbox);
        } else {
            self.text(&format!("{}@{}", address.mailbox, address.host));
        }
        Ok(())
    }
}

impl Gather for Keys {
    fn take(&mut self, row: &HeaderView<'_>) -> StoreResult<bool> {
        for n in 0..self.criteria.len() {
            let SortCriterion { key, reverse } = self.criteria[n];
            let start = self.bytes.len();
            match key {
                SortKey::Arrival => self.number(row.internal_at()?),
                SortKey::Size => self.number(i64::try_from(row.size()?).unwrap_or(i64::MAX)),
                SortKey::Date => self.number(row.sent_at()?),
                SortKey::Subject => self.text(&base_subject(&row.subject()?).text),
                SortKey::Cc => self.mailbox(row, Field::Cc)?,
                SortKey::From => self.mailbox(row, Field::From)?,
                SortKey::To => self.mailbox(row, Field::To)?,
                SortKey::DisplayFrom => self.display(row, Field::From)?,
                SortKey::DisplayTo => self.display(row, Field::To)?,
            }
            if reverse {
                self.bytes[start..]
                    .iter_mut()
                    .for_each(|byte| *byte = !*byte);
            }
        }
        self.rows.push((self.bytes.len(), row.uid()?));
        Ok(self.bytes.len() <= ROOM)
    }
}
