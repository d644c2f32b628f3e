//! What the regulation says to mail that arrives, as delivery asks for it.

use congvu_delivery::{Arrivals, Judged, To};
use congvu_governance::{Law, held};
use congvu_regulation::content::Description;
use congvu_store::{HeldId, HeldRecipientId, StoreResult, Tx};

/// The rules of an installation's regulations.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ByLaw(pub(crate) Law);

impl Arrivals for ByLaw {
    fn judge(&self, tx: &mut Tx<'_>, to: To, message: Description) -> StoreResult<Option<Judged>> {
        let judged = match to {
            To::Mailbox(mailbox) => held::judge(tx, self.0, mailbox, message)?,
            To::Group(group) => held::judge_for_group(tx, self.0, group, message)?,
        };
        Ok(judged.map(|judged| Judged {
            verdict: judged.verdict,
            place: judged.place,
            until_at: judged.until_at,
        }))
    }

    fn held(&self, tx: &mut Tx<'_>, id: HeldId) -> StoreResult<()> {
        held::tell(tx, self.0, id)
    }

    fn lapsed(
        &self,
        tx: &mut Tx<'_>,
        id: HeldId,
        recipients: &[HeldRecipientId],
    ) -> StoreResult<()> {
        held::lapse(tx, id, recipients)
    }
}
