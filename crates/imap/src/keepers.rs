//! What IMAP asks of governance about mailboxes that are not one's own: who keeps a unit's is decided there, and what a keeper
//! destroys, and what somebody reads who was let read another's, is recorded there under their name.

use std::sync::Arc;

use congvu_store::delegation::Rights;
use congvu_store::entry::{self, Want};
use congvu_store::keyword::flag;
use congvu_store::{
    AccessGrantId, AccountId, FolderId, MailboxId, StoreError, StoreResult, Tx, desk, folder,
};

use crate::response::Code;
use crate::session::{Failure, Session};

/// Somebody signed in.
#[derive(Debug, Clone)]
pub struct Keeper {
    /// Their account.
    pub account: AccountId,
    /// The address they sign in with.
    pub login: String,
    /// Where they are.
    pub client_ip: String,
}

/// Why governance does not do it.
#[derive(Debug)]
pub enum NotDone {
    /// By a rule: its words, in both languages.
    Refused {
        /// For clients that take UTF-8 in answers.
        vietnamese: String,
        /// For others.
        english: String,
    },
    /// The store failed.
    Store(StoreError),
}

impl NotDone {
    pub(crate) fn failure(self, vietnamese: bool) -> Failure {
        match self {
            Self::Refused {
                vietnamese: text, ..
            } if vietnamese => Failure::Refused(Code::NoPerm, text),
            Self::Refused { english, .. } => Failure::Refused(Code::NoPerm, english),
            Self::Store(error) => error.into(),
        }
    }
}

/// Governance, as IMAP needs it. Called within transactions, which may run twice.
pub trait Keepers: Send + Sync {
    /// From now on `account` has these rights in a unit mailbox, and no others; none at all ends the delegation.
    ///
    /// # Errors
    /// [`NotDone`].
    fn set(
        &self,
        tx: &mut Tx<'_>,
        by: &Keeper,
        mailbox: MailboxId,
        account: AccountId,
        rights: Rights,
    ) -> Result<(), NotDone>;

    /// A keeper removed messages from a folder of a unit mailbox for good, or the folder itself.
    ///
    /// # Errors
    /// What the store answers; nothing is removed then.
    fn removed(
        &self,
        tx: &mut Tx<'_>,
        by: &Keeper,
        mailbox: MailboxId,
        folder: &str,
        messages: u64,
    ) -> StoreResult<()>;

    /// A keeper answered a message of a unit mailbox, as the mail program marks it; `object`: its EMAILID.
    ///
    /// # Errors
    /// What the store answers.
    fn answered(
        &self,
        tx: &mut Tx<'_>,
        by: &Keeper,
        mailbox: MailboxId,
        object: i64,
    ) -> StoreResult<()>;

    /// Somebody opens a folder, or reads messages, of a mailbox that a grant lets them read (BS.III.9). Called before anything
    /// of it is told.
    ///
    /// # Errors
    /// [`NotDone`]: the grant is over, or it cannot be recorded; nothing is opened then.
    fn reads(
        &self,
        tx: &mut Tx<'_>,
        by: &Keeper,
        grant: AccessGrantId,
        what: &str,
    ) -> Result<(), NotDone>;
}

/// Has it recorded what a keeper removes.
#[derive(Clone)]
pub(crate) struct Witness {
    keepers: Arc<dyn Keepers>,
    by: Keeper,
}

impl Witness {
    /// As [`Keepers::set`].
    pub(crate) fn set(
        &self,
        tx: &mut Tx<'_>,
        mailbox: MailboxId,
        account: AccountId,
        rights: Rights,
    ) -> Result<(), NotDone> {
        self.keepers.set(tx, &self.by, mailbox, account, rights)
    }

    /// In the transaction that removes `messages` from a folder.
    pub(crate) fn removed(
        &self,
        tx: &mut Tx<'_>,
        from: FolderId,
        messages: u64,
    ) -> Result<(), Failure> {
        if let Some(folder) = folder::get(tx, from)?.filter(|_| messages > 0) {
            let (mailbox, name) = (folder.mailbox, &folder.name);
            self.keepers
                .removed(tx, &self.by, mailbox, name, messages)?;
        }
        Ok(())
    }

    /// In the transaction that set these flag bits of messages: who opened them first, and who answered them (TQ.11.4).
    pub(crate) fn marked(
        &self,
        tx: &mut Tx<'_>,
        folder: FolderId,
        changed: &[(u32, i64)],
        set: i64,
    ) -> StoreResult<()> {
        if changed.is_empty() || set & (flag::SEEN | flag::ANSWERED) == 0 {
            return Ok(());
        }
        let uids: Vec<u32> = changed.iter().map(|(uid, _)| *uid).collect();
        let ranges = entry::ranges(&uids);
        if set & flag::SEEN != 0 {
            desk::opened(tx, folder, &ranges, self.by.account)?;
        }
        if set & flag::ANSWERED == 0 {
            return Ok(());
        }
        let Some(here) = folder::get(tx, folder)? else {
            return Ok(());
        };
        let mut objects = Vec::new();
        for &range in &ranges {
            entry::scan(tx, folder, range, Want::Entry, |entry| {
                objects.push(entry.object()?);
                Ok(true)
            })?;
        }
        for object in objects {
            self.keepers.answered(tx, &self.by, here.mailbox, object)?;
        }
        Ok(())
    }
}

/// Without governance nothing is recorded, so nothing is opened.
const NOT_RECORDED: Failure = Failure::No(
    Some(Code::NoPerm),
    "This mailbox is opened only where that is recorded",
);

fn uids(ranges: &[(u32, u32)]) -> String {
    let range = |&(first, last): &(u32, u32)| match first == last {
        true => first.to_string(),
        false => format!("{first}:{last}"),
    };
    ranges.iter().map(range).collect::<Vec<_>>().join(",")
}

impl Session {
    /// Has it recorded that one opens `folder`, or reads messages of it, where a grant lets one.
    pub(crate) async fn note_reading(
        &self,
        grant: AccessGrantId,
        folder: FolderId,
        messages: Option<&[(u32, u32)]>,
    ) -> Result<(), Failure> {
        let witness = self.witness().ok_or(NOT_RECORDED)?;
        let vietnamese = self.enabled.rev2;
        let uids = messages.map(uids);
        let work = move |tx: &mut Tx<'_>| {
            let name = folder::get(tx, folder)?.map_or_else(String::new, |folder| folder.name);
            let what = match &uids {
                None => format!("mở thư mục {name}"),
                Some(uids) => format!("đọc thư UID {uids} trong thư mục {name}"),
            };
            let noted = witness.keepers.reads(tx, &witness.by, grant, &what);
            noted.map_err(|not_done| not_done.failure(vietnamese))
        };
        self.server.store.write(work).await
    }

    /// Who has it recorded what one removes from unit mailboxes, where governance is there.
    pub(crate) fn witness(&self) -> Option<Witness> {
        let keepers = self.server.keepers.clone()?;
        let user = self.user.as_ref()?;
        let by = Keeper {
            account: user.account,
            login: user.login.clone(),
            client_ip: self.conn.peer().ip().to_string(),
        };
        Some(Witness { keepers, by })
    }

    /// The same, while another's mailbox is selected.
    pub(crate) fn witness_here(&self) -> Option<Witness> {
        let selected = self.selected.as_ref()?;
        selected.kept.as_ref().and_then(|_| self.witness())
    }
}
