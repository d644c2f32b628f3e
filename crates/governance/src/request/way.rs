//! By what way a request comes: what its sender says of it must be so (HCM.6.1, HCM.6.2, HCM.8.1.a).

use congvu_regulation::requests::Way;
use congvu_store::delegation::{self, Rights};
use congvu_store::organisation::Organisation;
use congvu_store::{MailboxId, Tx, mailbox};

use crate::{Actor, Refused, Role, rights};

/// Who takes requests in for an authority, and notes by what way each came to it.
const TAKES_IN: [Role; 3] = [Role::Forward, Role::Operate, Role::Decide];

/// Checks the way against who sends it. A request comes from a unit's mailbox where its sender signed in with that mailbox's
/// own account or sends in its name; by the system's own function where it is about the sender's own mailbox. Who takes
/// requests in notes what they received.
///
/// # Errors
/// It did not come by that way.
pub(super) fn check(
    tx: &mut Tx<'_>,
    actor: &Actor,
    place: &Organisation,
    way: Way,
    mailboxes: &[Option<MailboxId>],
) -> Result<(), Refused> {
    let own = match actor.account {
        Some(account) => mailbox::of_account(tx, account)?,
        None => None,
    };
    match way {
        Way::Documents | Way::Letter | Way::Notice => Ok(()),
        Way::SelfService if own.is_some() && mailboxes.iter().all(|about| *about == own) => Ok(()),
        Way::SelfService => Err(Refused::forbidden(
            "Chức năng tự phục vụ chỉ dùng cho hộp thư của chính mình.",
        )),
        Way::UnitMailbox => {
            if speaks_for(tx, actor, place.mailbox, own)?
                || rights::has(tx, actor, &TAKES_IN, place.id)?
            {
                return Ok(());
            }
            Err(Refused::forbidden(format!(
                "Đề nghị qua hộp thư cơ quan phải được gửi từ hộp thư của {}, không phải từ hộp thư cá nhân.",
                place.name
            )))
        }
    }
}

fn speaks_for(
    tx: &mut Tx<'_>,
    actor: &Actor,
    unit: Option<MailboxId>,
    own: Option<MailboxId>,
) -> Result<bool, Refused> {
    let (Some(account), Some(unit)) = (actor.account, unit) else {
        return Ok(false);
    };
    if own == Some(unit) {
        return Ok(true);
    }
    let kept = delegation::open(tx, account, unit)?;
    Ok(kept.is_some_and(|kept| kept.rights.has(Rights::SEND)))
}
