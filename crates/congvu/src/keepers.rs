//! Governance as the IMAP server asks for it: who keeps a unit mailbox.

use congvu_governance::unit::{self, NewKeeper, Refused, Terms};
use congvu_governance::{Act, Action, Actor, Law, record};
use congvu_imap::{Keeper, Keepers, NotDone};
use congvu_store::delegation::{self, Rights};
use congvu_store::{AccountId, MailboxId, StoreResult, Tx, address};
use serde_json::json;

use crate::profiles;

/// The rules of this installation's regulations.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Regulated;

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
        let (actor, law) = (actor(by), Law::new(profiles::catalogue()));
        let now = tx.now();
        let given = delegation::of_mailbox(tx, mailbox, false).map_err(NotDone::Store)?;
        let before = given
            .into_iter()
            .find(|one| one.account == account && !one.is_over(now));
        let terms = Terms {
            rights,
            // The period of a delegation stays as it is.
            until_at: before.as_ref().and_then(|before| before.until_at),
            ..Terms::default()
        };
        let done = match before {
            Some(before) if rights.is_empty() => unit::end(tx, &actor, before.id, None),
            Some(before) => unit::change(tx, law, &actor, before.id, &terms).map(drop),
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
}
