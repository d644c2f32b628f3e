//! Governance as the IMAP server asks for it: who keeps a unit mailbox, and what is recorded of those who open what is not
//! theirs. The tests of `congvu-imap` include this file.

use congvu_governance::unit::{self, NewKeeper, Refused, Terms};
use congvu_governance::{Act, Action, Actor, Law, access_order, record};
use congvu_imap::{Keeper, Keepers, NotDone};
use congvu_store::delegation::{self, Rights};
use congvu_store::{AccessGrantId, AccountId, MailboxId, StoreResult, Tx, address};
use serde_json::json;

/// The rules of an installation's regulations.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Regulated(pub(crate) Law);

fn actor(by: &Keeper) -> Actor {
    Actor::signed_in(by.account, &by.login, &by.client_ip)
}

fn not_done(refused: Refused) -> NotDone {
    match refused {
        Refused::Store(error) => NotDone::Store(error),
        refused => NotDone::Refused {
            english: refused.english(),
            vietnamese: refused.to_string(),
        },
    }
}

impl Keepers for Regulated {
    fn set(
        &self,
        tx: &mut Tx<'_>,
        by: &Keeper,
        mailbox: MailboxId,
        account: AccountId,
        rights: Rights,
    ) -> Result<(), NotDone> {
        let (actor, law) = (actor(by), self.0);
        let now = tx.now();
        let given = delegation::of_mailbox(tx, mailbox, false).map_err(NotDone::Store)?;
        let before = given
            .into_iter()
            .find(|one| one.account == account && !one.is_over(now));
        let terms = Terms {
            rights,
            // The period of a delegation stays as it is.
            until_at: before.as_ref().and_then(|before| before.until_at),
            // So does the document that orders it.
            document: before.as_ref().map(|before| before.document.as_str()),
            document_day: before.as_ref().and_then(|before| before.document_day),
            ..Terms::default()
        };
        let done = match before {
            Some(ref before) if rights.is_empty() => unit::end(tx, &actor, before.id, None),
            Some(ref before) => unit::change(tx, law, &actor, before.id, &terms).map(drop),
            None => {
                let new = NewKeeper {
                    mailbox,
                    account,
                    terms,
                };
                unit::delegate(tx, law, &actor, &new).map(drop)
            }
        };
        done.map_err(not_done)
    }

    fn removed(
        &self,
        tx: &mut Tx<'_>,
        by: &Keeper,
        mailbox: MailboxId,
        folder: &str,
        messages: u64,
    ) -> StoreResult<()> {
        let name = address::primary(tx, mailbox)?.unwrap_or_default();
        let act = Act::new(Action::UnitExpunge, format!("mailbox/{mailbox}"), &name);
        let act = act.with(json!({ "folder": folder, "messages": messages }));
        let place = delegation::subject(tx, mailbox)?.map(|subject| subject.organisation);
        let act = Act {
            organisation: place,
            ..act
        };
        record(tx, &actor(by), &act)
    }

    fn answered(
        &self,
        tx: &mut Tx<'_>,
        by: &Keeper,
        mailbox: MailboxId,
        object: i64,
    ) -> StoreResult<()> {
        unit::was_answered(tx, self.0, &actor(by), mailbox, object)
    }

    fn reads(
        &self,
        tx: &mut Tx<'_>,
        by: &Keeper,
        grant: AccessGrantId,
        what: &str,
    ) -> Result<(), NotDone> {
        access_order::note_use(tx, &actor(by), grant, what).map_err(|refused| match refused {
            congvu_governance::Refused::Store(error) => NotDone::Store(error),
            refused => NotDone::Refused {
                english: "The access to this mailbox is over (BS.III.9)".to_owned(),
                vietnamese: refused.to_string(),
            },
        })
    }
}
