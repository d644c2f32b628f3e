//! What a message carries, as far as the regulation's rule of contents asks (QN.15.6, QN.11.2, QN.8.1 …), and what the rule says to one
//! that somebody signed in hands in.

mod parts;
mod real_type;

use congvu_message::address::Address;
use congvu_regulation::content::secrecy::{self, Place};
use congvu_regulation::content::{Description, Direction, Reach, Verdict};
use congvu_store::{AccountId, StoreResult, Tx, held, organisation};

pub use real_type::{TELLING, describe_whole, of, picture};

use crate::{Delivery, Goal, Incoming, Recipient};
use parts::Parts;

/// Says what the rule at its sender's place says to a message: who is signed in, the address it goes under (or none), what it is like.
pub type Judge = dyn Fn(&mut Tx<'_>, AccountId, Option<&Address>, Description) -> StoreResult<Option<Verdict>>
    + Send
    + Sync;

/// What a message to somebody of this domain reaches, where that is not ours.
#[must_use]
pub fn reach(domain: &str, ours: &[String]) -> Reach {
    let domain = domain.to_ascii_lowercase();
    if domain.is_empty() || ours.contains(&domain) {
        Reach::Ours
    } else if domain.ends_with(".gov.vn") {
        // Vietnamese state bodies alone are given names there.
        Reach::State
    } else {
        Reach::Outside
    }
}

/// Which way a message goes to those whom it reaches.
#[must_use]
pub fn direction(reaches: &[Reach]) -> Direction {
    match reaches.iter().all(|reach| *reach == Reach::Ours) {
        true => Direction::Inside,
        false => Direction::Sent,
    }
}

impl Delivery {
    /// What the regulation says to a message that `account` hands in under `sender`; nothing where nobody was told to judge.
    ///
    /// # Errors
    /// The store cannot be asked, or read, now.
    pub async fn judge(
        &self,
        account: AccountId,
        sender: Option<&Address>,
        recipients: &[Recipient],
        incoming: &Incoming,
    ) -> StoreResult<Option<Verdict>> {
        let Some(judge) = self.0.judge.get().cloned() else {
            return Ok(None);
        };
        let ours = match recipients.iter().all(|to| matches!(to.goal, Goal::Here(_))) {
            true => Vec::new(),
            false => self.ask(organisation::domains).await?,
        };
        let reaches: Vec<Reach> = recipients
            .iter()
            .map(|to| match to.goal {
                Goal::Here(_) => Reach::Ours,
                Goal::Elsewhere => reach(to.address.rsplit('@').next().unwrap_or_default(), &ours),
            })
            .collect();
        let mut message = Description::new(direction(&reaches));
        for reach in reaches {
            message.recipient(reach);
        }
        self.look(incoming, &mut message).await?;
        let sender = sender.cloned();
        self.ask(move |tx| judge(tx, account, sender.as_ref(), message.clone()))
            .await
    }

    /// Fills in what the message itself says; and what it consists of, by names and types.
    pub(crate) async fn look(
        &self,
        incoming: &Incoming,
        message: &mut Description,
    ) -> StoreResult<Vec<held::Part>> {
        let facts = &incoming.analysis.facts;
        message.saw(&secrecy::find(&facts.subject, Place::Subject));
        if let Some(category) = &facts.category {
            message.category(category);
        }
        let mut parts = Parts::of(&incoming.analysis.structure);
        let staged = incoming.staged.as_blob();
        let mut reader = self.0.store.blobs().open_blob(&staged).await?;
        while parts.wants_more()
            && let Some(chunk) = reader.next().await?
        {
            parts.push(&chunk);
        }
        Ok(parts.finish(message))
    }
}
