//! Filters, carried out as mail comes in: where a copy goes, what it is marked with, where copies go on to.
//!
//! A filter never loses or refuses mail: one that cannot be read is passed over, and where its folder is gone the inbox takes the
//! copy. Of a mailbox without filters nothing is asked: that it has none stands in the row that its address leads to.

use congvu_message::Part;
use congvu_message::address::Address;
use congvu_message::filter::{Look, Outcome, Rule, Target};
use congvu_message::header::fields;
use congvu_store::fanout::{Job, Placed};
use congvu_store::group::Reached;
use congvu_store::keyword::flag;
use congvu_store::{FolderId, MailboxId, StoreResult, Tx, filter, folder, keyword};

use crate::trace;

/// Says whether a mailbox's mail may go on to a domain by itself: the regulation's word, asked again for each message.
pub type Gate = dyn Fn(&mut Tx<'_>, MailboxId, &str) -> StoreResult<bool> + Send + Sync;

/// What filters want done to one copy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Filed {
    /// Its folder, where that is not the inbox.
    pub(crate) folder: Option<FolderId>,
    /// Flag bits.
    pub(crate) flags: i64,
    /// Where copies go on to.
    pub(crate) forwards: Vec<Address>,
    /// It was thrown away, or taken for spam: nothing answers it.
    pub(crate) binned: bool,
}

/// Asks the filters of a mailbox.
pub(crate) fn ask(tx: &mut Tx<'_>, mailbox: MailboxId, look: &Look) -> StoreResult<Filed> {
    let mut outcome = Outcome::default();
    for (id, bytes) in filter::rules(tx, mailbox)? {
        match Rule::from_bytes(&bytes) {
            Ok(rule) if !rule.holds(look) => {}
            Ok(rule) => {
                if !outcome.take(&rule) {
                    break;
                }
            }
            Err(error) => tracing::warn!(filter = id.0, %error, "a filter is passed over"),
        }
    }
    let mut filed = Filed {
        forwards: outcome
            .forwards
            .iter()
            .filter_map(Target::address)
            .collect(),
        ..Filed::default()
    };
    if let Some(id) = outcome.folder {
        let found = folder::get(tx, FolderId(id))?.filter(|folder| folder.mailbox == mailbox);
        if let Some(found) = found {
            let uses = found.special_use.as_deref().unwrap_or_default();
            filed.binned = uses
                .split(' ')
                .any(|one| matches!(one, "\\Junk" | "\\Trash"));
            filed.folder = Some(found.id);
        }
    }
    for label in &outcome.labels {
        // Keywords are made where the filter is written: making one here would lock the mailbox before its folders.
        filed.flags |= keyword::find(tx, mailbox, label.as_str())?.unwrap_or(0);
    }
    for (wanted, bit) in [(outcome.star, flag::FLAGGED), (outcome.read, flag::SEEN)] {
        if wanted {
            filed.flags |= bit;
        }
    }
    Ok(filed)
}

/// Where a member's copy of a broadcast goes. Such copies do not go on to other addresses: one message would become thousands.
pub(crate) fn place(tx: &mut Tx<'_>, job: &Job, to: Reached, address: &str) -> StoreResult<Placed> {
    let mut placed = Placed {
        folder: to.inbox,
        flags: 0,
        lines: trace::own_lines(address),
    };
    if to.orders.has_filters() {
        let structure = Part::from_bytes(&job.structure).unwrap_or_default();
        let filed = ask(
            tx,
            to.mailbox,
            &Look::new(&job.header, &structure, job.size),
        )?;
        placed.folder = filed.folder.unwrap_or(to.inbox);
        placed.flags = filed.flags;
    }
    Ok(placed)
}

/// Whether a message has been at an address already: it came back from where it went on to (RFC 5321 §6.3).
pub(crate) fn has_been_at(header: &[u8], address: &str) -> bool {
    fields(header).any(|field| {
        field.is("Delivered-To")
            && field
                .value
                .trim_ascii()
                .eq_ignore_ascii_case(address.as_bytes())
    })
}
