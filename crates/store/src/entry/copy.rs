//! COPY and MOVE (RFC 9051 §6.4.7, §6.4.8), inside a mailbox and from one into another.

use std::collections::BTreeMap;

use crate::sql::params;
use crate::{
    Change, FolderId, MailboxId, StoreError, StoreResult, Tx, folder, keyword, mailbox, search,
};

/// The flag bits that are keywords.
const KEYWORDS: i64 = !((1 << keyword::FIRST_KEYWORD) - 1);

/// What was copied: the source UIDs in order, and the first of as many new ones in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// UIDVALIDITY of the destination.
    pub uid_validity: u32,
    /// Source UIDs, ascending.
    pub source: Vec<u32>,
    /// The first new UID; the others follow without a gap.
    pub first: u32,
}

/// Copies messages. Flags go along; into another mailbox keywords go by their names, as far as there is room for more
/// of them there. So does what they contain: each copy keeps where that first lay, a place that no other content ever has. Where nothing lies in
/// `ranges`, nothing changes.
pub fn copy_to(
    tx: &mut Tx<'_>,
    from: FolderId,
    ranges: &[(u32, u32)],
    to: FolderId,
) -> StoreResult<Copied> {
    folder::lock(tx, &mut [from, to])?;
    let ranges = super::in_order(ranges);
    let away = match folder::get(tx, from)? {
        None if from != to => return Err(StoreError::NotFound("folder")),
        source if from != to => source.map(|source| source.mailbox),
        _ => None,
    };
    let mut source = Vec::new();
    let mut keywords: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
    let (mut bytes, mut unseen) = (0_i64, 0_i64);
    for &(first, last) in &ranges {
        tx.each(
            "SELECT uid, size, flags FROM entry WHERE folder_id = $1 AND uid BETWEEN $2 AND $3 ORDER BY uid",
            params![from, first, last],
            |row| {
                let flags = row.int(2)?;
                if away.is_some() && flags & KEYWORDS != 0 {
                    keywords.entry(flags & KEYWORDS).or_default().push(source.len());
                }
                source.push(row.u32(0)?);
                bytes += row.int(1)?;
                unseen += i64::from(flags & 1 == 0);
                Ok(true)
            },
        )?;
    }
    if source.is_empty() {
        let to = folder::get(tx, to)?.ok_or(StoreError::NotFound("folder"))?;
        return Ok(Copied {
            uid_validity: to.uid_validity,
            source,
            first: to.uid_next,
        });
    }
    let count = source.len() as i64;
    let (uid_next, modseq, uid_validity, mailbox, indexed) = tx
        .one(
            "UPDATE folder SET uid_next = uid_next + $2, modseq = modseq + 1, total = total + $2,
                    unseen = unseen + $3, bytes = bytes + $4
             WHERE id = $1 AND gone_at IS NULL RETURNING uid_next, modseq, uid_validity, mailbox_id, indexed_uid",
            params![to, count, unseen, bytes],
            |row| {
                let mailbox = MailboxId(row.int(3)?);
                Ok((row.int(0)?, row.int(1)?, row.u32(2)?, mailbox, row.u32(4)?))
            },
        )?
        .ok_or(StoreError::NotFound("folder"))?;
    let first_new = uid_next - count;
    let mut next = first_new;
    let away = away.filter(|away| *away != mailbox);
    // Bits of keywords mean something else in another mailbox.
    let kept = if away.is_some() { !KEYWORDS } else { !0 };
    for &(first, last) in &ranges {
        next += tx.execute(
            "INSERT INTO entry (folder_id, uid, flags, modseq, born, internal_at, saved_at, size, message_id, mailbox_id, object_id, key, prefix, thread_id, desk)
             SELECT $4, $5 + ROW_NUMBER() OVER (ORDER BY uid) - 1, flags & $10, $6, $6, internal_at, $7, size, message_id, $8, COALESCE(object_id, folder_id * 4294967296 + uid), key, prefix, thread_id, CASE WHEN mailbox_id = $8 THEN desk END
             FROM entry WHERE folder_id = $1 AND uid BETWEEN $2 AND $3 AND (folder_id <> $4 OR uid < $9)",
            params![from, first, last, to, next, modseq, tx.now(), mailbox, first_new, kept],
        )? as i64;
    }
    if let Some(away) = away {
        for (bits, places) in keywords {
            let bits = translated(tx, (away, mailbox), bits)?;
            for (first, last) in runs(&places) {
                tx.execute(
                    "UPDATE entry SET flags = flags | $4 WHERE folder_id = $1 AND uid BETWEEN $2 AND $3",
                    params![to, first_new + first, first_new + last, bits],
                )?;
            }
        }
    }
    mailbox::count(tx, mailbox, bytes, count, None)?;
    tx.tell(Change::Folder(to));
    let used_up = |_| StoreError::Corrupt("UIDs are used up".into());
    let first = u32::try_from(first_new).map_err(used_up)?;
    let last = u32::try_from(uid_next - 1).map_err(used_up)?;
    search::noticed(tx, to, indexed, (first, last))?;
    Ok(Copied {
        uid_validity,
        source,
        first,
    })
}

/// The keyword bits of one mailbox as another's. Where that can have no more keywords, one is left out.
fn translated(tx: &mut Tx<'_>, (from, to): (MailboxId, MailboxId), bits: i64) -> StoreResult<i64> {
    let mut translated = 0;
    for (bit, name) in keyword::list(tx, from)? {
        if bits & 1_i64.checked_shl(bit.into()).unwrap_or(0) != 0 {
            translated |= keyword::ensure(tx, to, &name)?.unwrap_or(0);
        }
    }
    Ok(translated)
}

/// Ascending places as runs without a gap, ends included.
fn runs(places: &[usize]) -> Vec<(i64, i64)> {
    let mut runs: Vec<(i64, i64)> = Vec::new();
    for place in places.iter().map(|place| *place as i64) {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == place => *last = place,
            _ => runs.push((place, place)),
        }
    }
    runs
}

/// Copies messages and removes the originals, in one transaction.
pub fn move_to(
    tx: &mut Tx<'_>,
    from: FolderId,
    ranges: &[(u32, u32)],
    to: FolderId,
) -> StoreResult<Copied> {
    let copied = copy_to(tx, from, ranges, to)?;
    super::discard(tx, from, &super::ranges(&copied.source))?;
    Ok(copied)
}
