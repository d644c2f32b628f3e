//! The mailboxes of somebody's places, sifted.

use congvu_message::fold::fold;
use congvu_store::mailbox_list::{self, Listed, Place, Sieve, Wanted};
use congvu_store::{OrganisationId, Tx, organisation};

use crate::{Refused, directory};

/// So many that are gone are looked at in one statement, where words are looked for among them.
const AT_ONCE: i64 = 500;

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct List {
    /// At these places and below them; whoever asks for them may.
    pub tops: Vec<OrganisationId>,
    /// Those of this sort; `None`: all, but for those that are gone.
    pub sieve: Option<Sieve>,
    /// `personal` or `unit`; empty: both.
    pub kind: &'static str,
    /// At least so many percent of the quota are used; 0: any.
    pub percent: u8,
    /// Beginnings of words of its name, address, title, place; marks and capitals do not matter.
    pub text: String,
}

/// A page of them after a place in the list, at most `limit`: by name, those that are gone the newest first.
///
/// # Errors
/// What the store answers.
pub fn list(
    tx: &mut Tx<'_>,
    asked: &List,
    after: &Place,
    limit: i64,
) -> Result<Vec<Listed>, Refused> {
    let Some(words) = directory::beginnings(&asked.text, false) else {
        return Ok(Vec::new());
    };
    let gone = asked.sieve == Some(Sieve::Gone);
    let mut found = Vec::new();
    for top in outer(tx, &asked.tops)? {
        let place = organisation::get(tx, top)?;
        let wanted = Wanted {
            top,
            is_root: place.is_some_and(|place| place.parent.is_none()),
            sieve: asked.sieve,
            kind: asked.kind,
            percent: asked.percent,
            words: words.clone(),
        };
        if gone && !words.is_empty() {
            found.extend(named(tx, &wanted, &asked.text, after, limit)?);
        } else {
            found.extend(mailbox_list::page(tx, &wanted, after, limit)?);
        }
    }
    if gone {
        found.sort_by_key(|one| std::cmp::Reverse(one.place.id));
    } else {
        found.sort_by(|one, other| one.place.cmp(&other.place));
    }
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(found)
}

/// The places that lie below none of the others, each once.
fn outer(tx: &mut Tx<'_>, tops: &[OrganisationId]) -> Result<Vec<OrganisationId>, Refused> {
    let mut outer: Vec<OrganisationId> = Vec::new();
    for top in tops {
        let above = organisation::path(tx, *top)?;
        let is_below = |other: &OrganisationId| other != top && above.contains(other);
        if !tops.iter().any(is_below) && !outer.contains(top) {
            outer.push(*top);
        }
    }
    Ok(outer)
}

/// Those that are gone and whose names or addresses have the words; no directory has them.
fn named(
    tx: &mut Tx<'_>,
    wanted: &Wanted,
    text: &str,
    after: &Place,
    limit: i64,
) -> Result<Vec<Listed>, Refused> {
    let asked = fold(text);
    let asked: Vec<&str> = asked.split_whitespace().collect();
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let (mut found, mut after) = (Vec::new(), after.clone());
    while found.len() < limit {
        let some = mailbox_list::page(tx, wanted, &after, AT_ONCE)?;
        let Some(last) = some.last() else { break };
        after = last.place.clone();
        found.extend(some.into_iter().filter(|one| {
            let words = fold(&format!("{} {} {}", one.name, one.address, one.agency));
            let begins = |asked: &&str| {
                let mut words = words.split(|c: char| !c.is_alphanumeric() && c != '@' && c != '.');
                words.any(|word| word.starts_with(asked))
            };
            asked.iter().all(begins)
        }));
    }
    found.truncate(limit);
    Ok(found)
}
