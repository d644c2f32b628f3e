//! The maildrop: what lay in the INBOX at sign-in, and what is marked deleted.

use congvu_store::folder::Folder;
use congvu_store::{FolderId, MailboxId, Store, StoreError, StoreResult, entry, folder};

/// One message. Eight octets each, so that a large maildrop fits in little memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) uid: u32,
    /// Octets; [`u32::MAX`] stands for more.
    pub(crate) size: u32,
}

/// Why a message number names no message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Absent {
    /// There never was one.
    Unknown,
    /// It is marked deleted.
    Deleted,
}

impl std::fmt::Display for Absent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Unknown => "No such message",
            Self::Deleted => "Message is deleted",
        })
    }
}

/// The messages of one session, numbered from 1.
#[derive(Debug)]
pub(crate) struct Maildrop {
    pub(crate) folder: FolderId,
    pub(crate) uid_validity: u32,
    items: Vec<Item>,
    /// One bit a message; empty until something is marked.
    marks: Vec<u64>,
    count: u32,
    octets: u64,
}

impl Maildrop {
    /// The INBOX as it is now.
    pub(crate) async fn load(store: &Store, mailbox: MailboxId) -> StoreResult<Self> {
        store
            .read(move |tx| {
                let inbox =
                    folder::find(tx, mailbox, "INBOX")?.ok_or(StoreError::NotFound("INBOX"))?;
                let mut items = Vec::with_capacity(inbox.total as usize);
                let all = (1, u32::MAX);
                entry::scan(tx, inbox.id, all, entry::Want::Entry, |entry| {
                    items.push(Item {
                        uid: entry.uid()?,
                        size: u32::try_from(entry.size()?).unwrap_or(u32::MAX),
                    });
                    Ok(true)
                })?;
                Ok(Self::new(&inbox, items))
            })
            .await
    }

    fn new(inbox: &Folder, items: Vec<Item>) -> Self {
        let mut maildrop = Self {
            folder: inbox.id,
            uid_validity: inbox.uid_validity,
            items,
            marks: Vec::new(),
            count: 0,
            octets: 0,
        };
        maildrop.unmark_all();
        maildrop
    }

    /// Messages not marked deleted.
    pub(crate) fn count(&self) -> u32 {
        self.count
    }

    /// Their octets.
    pub(crate) fn octets(&self) -> u64 {
        self.octets
    }

    /// The message of this number.
    pub(crate) fn get(&self, number: u32) -> Result<Item, Absent> {
        let index = (number as usize).checked_sub(1).ok_or(Absent::Unknown)?;
        let item = self.items.get(index).ok_or(Absent::Unknown)?;
        if self.is_marked(index) {
            return Err(Absent::Deleted);
        }
        Ok(*item)
    }

    /// The first message from this number on that is not marked, with its number. To walk over a
    /// large maildrop in steps.
    pub(crate) fn next(&self, number: u32) -> Option<(u32, Item)> {
        let from = (number as usize).saturating_sub(1);
        let index = (from..self.items.len()).find(|index| !self.is_marked(*index))?;
        Some((u32::try_from(index + 1).ok()?, self.items[index]))
    }

    /// Marks a message deleted.
    pub(crate) fn mark(&mut self, number: u32) -> Result<(), Absent> {
        let item = self.get(number)?;
        if self.marks.is_empty() {
            self.marks = vec![0; self.items.len().div_ceil(64)];
        }
        let index = number as usize - 1;
        self.marks[index / 64] |= 1 << (index % 64);
        self.count -= 1;
        self.octets -= u64::from(item.size);
        Ok(())
    }

    /// Takes every mark back.
    pub(crate) fn unmark_all(&mut self) {
        self.marks = Vec::new();
        self.count = u32::try_from(self.items.len()).unwrap_or(u32::MAX);
        self.octets = self.items.iter().map(|item| u64::from(item.size)).sum();
    }

    /// The UIDs marked, ascending.
    pub(crate) fn marked(&self) -> Vec<u32> {
        (0..self.items.len())
            .filter(|index| self.is_marked(*index))
            .map(|index| self.items[index].uid)
            .collect()
    }

    fn is_marked(&self, index: usize) -> bool {
        self.marks
            .get(index / 64)
            .is_some_and(|bits| bits & (1 << (index % 64)) != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn maildrop(sizes: &[u32]) -> Maildrop {
        let inbox = Folder {
            id: FolderId(1),
            mailbox: MailboxId(1),
            name: "INBOX".into(),
            special_use: None,
            uid_validity: 7,
            uid_next: 1000,
            recent_uid: 1,
            modseq: 1,
            total: 0,
            unseen: 0,
            bytes: 0,
        };
        let items = (10..)
            .zip(sizes)
            .map(|(uid, size)| Item { uid, size: *size });
        Maildrop::new(&inbox, items.collect())
    }

    #[test]
    fn marks_are_counted_and_taken_back() {
        let mut drop = maildrop(&[100; 130]);
        assert_eq!((drop.count(), drop.octets()), (130, 13_000));
        for number in [1, 64, 65, 130] {
            drop.mark(number).expect("there");
            assert_eq!(drop.get(number), Err(Absent::Deleted));
            assert_eq!(drop.mark(number), Err(Absent::Deleted));
        }
        assert_eq!((drop.count(), drop.octets()), (126, 12_600));
        assert_eq!(drop.marked(), [10, 73, 74, 139]);
        assert_eq!(
            drop.next(1).map(|(number, item)| (number, item.uid)),
            Some((2, 11))
        );
        assert_eq!(drop.next(64).map(|(number, _)| number), Some(66));
        assert_eq!(drop.next(130), None);
        drop.unmark_all();
        assert_eq!((drop.count(), drop.octets()), (130, 13_000));
        assert!(drop.marked().is_empty());
    }

    #[test]
    fn numbers_outside_name_nothing() {
        let mut drop = maildrop(&[1, u32::MAX, u32::MAX]);
        assert_eq!(drop.octets(), 1 + 2 * u64::from(u32::MAX));
        for number in [0, 4, u32::MAX] {
            assert_eq!(drop.get(number), Err(Absent::Unknown));
            assert_eq!(drop.mark(number), Err(Absent::Unknown));
        }
        assert_eq!(maildrop(&[]).next(1), None);
    }
}
