//! What waits, by where it goes; and what waits of one message.

use std::collections::HashMap;

use crate::sql::params;
use crate::{QueueId, QueueRecipientId, StoreResult, Tx};

/// Recipients by destination and state; read off the index of what is due, row by row.
pub(crate) const GROUPS: &str =
    "SELECT destination, state, COUNT(*), MIN(id) FROM queue_recipient GROUP BY state, destination";

/// What is queued of a message; by the index of traces.
pub(crate) const OF_TRACE: &str = "SELECT id FROM queue WHERE trace = $1 ORDER BY id LIMIT $2";

/// What waits for one destination.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// What it is routed by.
    pub destination: String,
    /// Recipients that are tried by and by.
    pub waiting: u64,
    /// Recipients that wait for somebody: held, or sealed by a case of takedown.
    pub held: u64,
    /// When the message of the first of them was accepted (ms).
    pub oldest_at: i64,
    first: i64,
}

/// What waits, by destination: where most waits first, at most `limit`; and how many destinations there are. Counts each
/// recipient that waits.
pub fn groups(tx: &mut Tx<'_>, limit: usize) -> StoreResult<(Vec<Group>, usize)> {
    let mut all: HashMap<String, Group> = HashMap::new();
    tx.each(GROUPS, params![], |row| {
        let (destination, state, count, first) =
            (row.text(0)?, row.int(1)?, row.u64(2)?, row.int(3)?);
        let group = all.entry(destination).or_default();
        match state {
            0 => group.waiting += count,
            _ => group.held += count,
        }
        group.first = match group.first {
            0 => first,
            known => known.min(first),
        };
        Ok(true)
    })?;
    let count = all.len();
    let mut groups: Vec<Group> = all
        .into_iter()
        .map(|(destination, group)| Group {
            destination,
            ..group
        })
        .collect();
    groups.sort_by(|one, other| {
        let size = |group: &Group| std::cmp::Reverse(group.waiting + group.held);
        (size(one), &one.destination).cmp(&(size(other), &other.destination))
    });
    groups.truncate(limit);
    for group in &mut groups {
        let at = tx.one(
            "SELECT q.created_at FROM queue_recipient r JOIN queue q ON q.id = r.queue_id WHERE r.id = $1",
            params![QueueRecipientId(group.first)],
            |row| row.int(0),
        )?;
        group.oldest_at = at.unwrap_or_default();
    }
    Ok((groups, count))
}

/// The queued messages of a trace id, at most `limit`: a message that filters send on is queued for each of them.
pub fn of_trace(tx: &mut Tx<'_>, trace: &str, limit: i64) -> StoreResult<Vec<QueueId>> {
    tx.all(OF_TRACE, params![trace, limit], |row| {
        Ok(QueueId(row.int(0)?))
    })
}
