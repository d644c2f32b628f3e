//! One-time passwords as the regulation at a mailbox's place wants them.

use congvu_regulation::password::{self, Names};
use congvu_store::{MailboxId, Tx, organisation, random};

use super::Subject;
use crate::{Law, Refused};

/// How often one is drawn anew that happens to hold an abbreviation of the mailbox's names.
const TRIES: usize = 20;

/// A one-time password that follows the rule at the mailbox's place and holds none of the names that it has to do without
/// (TQ.6.2). It is nowhere kept: what is handed over is its hash ([`super::hand_over`]).
///
/// # Errors
/// There is no such mailbox, or no profile at its place.
pub fn one_time_password(tx: &mut Tx<'_>, law: Law, mailbox: MailboxId) -> Result<String, Refused> {
    let subject = Subject::load(tx, law, mailbox)?;
    let rule = subject.profile.password();
    let names = names(tx, &subject)?;
    let draw = || password::generate(rule, fill);
    let mut made = draw();
    for _ in 0..TRIES {
        if password::check(rule, &made, &names, |_| false).is_empty() {
            break;
        }
        made = draw();
    }
    Ok(made)
}

/// What a password of the mailbox has to do without.
pub(super) fn names(tx: &mut Tx<'_>, subject: &Subject) -> Result<Names, Refused> {
    let (local_part, _) = subject
        .life
        .address
        .rsplit_once('@')
        .unwrap_or((&subject.life.address, ""));
    let mut names = Names::default()
        .organisation(&subject.organisation.name)
        .organisation(&subject.organisation.short_name)
        .person(&subject.life.name)
        .address(local_part);
    // A sub-unit's agency is named in no password either; the top of the tree is no agency of theirs.
    let mut above = subject.organisation.parent;
    while let Some(id) = above {
        let Some(place) = organisation::get(tx, id)? else {
            break;
        };
        if place.parent.is_some() {
            names = names
                .organisation(&place.name)
                .organisation(&place.short_name);
        }
        above = place.parent;
    }
    Ok(names)
}

fn fill(buffer: &mut [u8]) {
    for part in buffer.chunks_mut(16) {
        for (slot, byte) in part.iter_mut().zip(random::<16>()) {
            *slot = byte;
        }
    }
}
