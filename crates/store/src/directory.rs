//! The directory (danh bạ): what it holds, searched by the beginnings of words, and what changed in it. What an entry says
//! and which words it has is governance's; here lies how it is kept and found.

use crate::address::Holder;
use crate::sql::params;
use crate::{EntryId, GroupId, MailboxId, OrganisationId, Row, StoreError, StoreResult, Tx};

/// So many words are looked for; further ones are not asked for.
pub const MOST_WORDS: usize = 6;

/// Words written by one statement.
const TOGETHER: usize = 8;

/// An entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Whose.
    pub holder: Holder,
    /// Where it belongs.
    pub organisation: OrganisationId,
    /// `person`, `unit`, `group`.
    pub kind: String,
    /// Họ, đệm, tên of a person; else empty.
    pub names: [String; 3],
    /// Display name.
    pub display: String,
    /// Chức vụ.
    pub title: String,
    /// The name of the organisation.
    pub place: String,
    /// The primary address.
    pub address: String,
    /// The telephone, as it was told; not everybody may see it.
    pub phone: String,
}

/// An entry as it is kept: what it is ordered by, and its words, divided by spaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Its row.
    pub id: EntryId,
    /// What it says.
    pub entry: Entry,
    /// What it is ordered by.
    pub key: String,
    /// Its words, each once.
    pub words: String,
}

/// What an entry is made of, as the tables have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// What it says; the address is empty where there is none.
    pub entry: Entry,
    /// The short name of the organisation.
    pub short_name: String,
    /// The name of the place above, where the organisation is a part of it.
    pub above: String,
}

fn holder(mailbox: Option<i64>, group: Option<i64>) -> StoreResult<Holder> {
    match (mailbox, group) {
        (Some(id), _) => Ok(Holder::Mailbox(MailboxId(id))),
        (_, Some(id)) => Ok(Holder::Group(GroupId(id))),
        _ => Err(StoreError::Corrupt("an entry of nobody".into())),
    }
}

fn ids(holder: Holder) -> (Option<MailboxId>, Option<GroupId>) {
    match holder {
        Holder::Mailbox(id) => (Some(id), None),
        Holder::Group(id) => (None, Some(id)),
    }
}

/// Until this transaction ends nobody else writes the entry: what another changed before is seen, what it changes after is
/// written by it.
pub fn lock(tx: &mut Tx<'_>, of: Holder) -> StoreResult<()> {
    // SQLite has one writer.
    if !tx.is_postgres() {
        return Ok(());
    }
    let (sql, id) = match of {
        Holder::Mailbox(id) => (
            "SELECT id FROM mailbox WHERE id = $1 FOR NO KEY UPDATE",
            id.0,
        ),
        Holder::Group(id) => (
            "SELECT id FROM mail_group WHERE id = $1 FOR NO KEY UPDATE",
            id.0,
        ),
    };
    tx.one(sql, params![id], |_| Ok(()))?;
    Ok(())
}

/// What a mailbox says in the directory, if it is in use: locked ones stay, those that were taken back or destroyed go.
pub fn of_mailbox(tx: &mut Tx<'_>, id: MailboxId) -> StoreResult<Option<Facts>> {
    tx.one(
        "SELECT m.organisation_id, m.kind, COALESCE(p.family, ''), COALESCE(p.middle, ''), COALESCE(p.given, ''), m.name,
                COALESCE(p.title, ''), o.name, a.local_part, d.name, COALESCE(p.phone, ''), o.short_name,
                CASE WHEN o.kind IN ('subunit', 'attached') THEN COALESCE(u.name, '') ELSE '' END
         FROM mailbox m JOIN organisation o ON o.id = m.organisation_id LEFT JOIN organisation u ON u.id = o.parent_id
         LEFT JOIN person p ON p.id = m.person_id
         JOIN address a ON a.mailbox_id = m.id AND a.kind = 'primary' AND a.retired_at IS NULL
         JOIN domain d ON d.id = a.domain_id
         WHERE m.id = $1 AND m.revoked_at IS NULL AND m.deleted_at IS NULL ORDER BY a.id LIMIT 1",
        params![id],
        |row| {
            let kind = match row.text(1)?.as_str() {
                "unit" => "unit",
                _ => "person",
            };
            facts(row, Holder::Mailbox(id), kind)
        },
    )
}

/// What a group says in the directory.
pub fn of_group(tx: &mut Tx<'_>, id: GroupId) -> StoreResult<Option<Facts>> {
    tx.one(
        "SELECT g.organisation_id, '', '', '', '', g.name, '', o.name, a.local_part, d.name, '', o.short_name,
                CASE WHEN o.kind IN ('subunit', 'attached') THEN COALESCE(u.name, '') ELSE '' END
         FROM mail_group g JOIN organisation o ON o.id = g.organisation_id LEFT JOIN organisation u ON u.id = o.parent_id
         JOIN address a ON a.group_id = g.id AND a.retired_at IS NULL JOIN domain d ON d.id = a.domain_id
         WHERE g.id = $1 ORDER BY a.id LIMIT 1",
        params![id],
        |row| facts(row, Holder::Group(id), "group"),
    )
}

fn facts(row: &Row<'_>, holder: Holder, kind: &str) -> StoreResult<Facts> {
    Ok(Facts {
        entry: Entry {
            holder,
            organisation: OrganisationId(row.int(0)?),
            kind: kind.to_owned(),
            names: [row.text(2)?, row.text(3)?, row.text(4)?],
            display: row.text(5)?,
            title: row.text(6)?,
            place: row.text(7)?,
            address: format!("{}@{}", row.text(8)?, row.text(9)?),
            phone: row.text(10)?,
        },
        short_name: row.text(11)?,
        above: row.text(12)?,
    })
}

fn kept(row: &Row<'_>) -> StoreResult<Kept> {
    Ok(Kept {
        id: EntryId(row.int(0)?),
        entry: Entry {
            holder: holder(row.opt_int(1)?, row.opt_int(2)?)?,
            organisation: OrganisationId(row.int(3)?),
            kind: row.text(4)?,
            names: [row.text(5)?, row.text(6)?, row.text(7)?],
            display: row.text(8)?,
            title: row.text(9)?,
            place: row.text(10)?,
            address: row.text(11)?,
            phone: row.text(12)?,
        },
        key: row.text(13)?,
        words: row.text(14)?.trim().to_owned(),
    })
}

/// The entry of a mailbox or a group.
pub fn get(tx: &mut Tx<'_>, of: Holder) -> StoreResult<Option<Kept>> {
    let (mailbox, group) = ids(of);
    tx.one(
        "SELECT id, mailbox_id, group_id, organisation_id, kind, family, middle, given, display, title, place, address, phone,
                key, words FROM directory WHERE mailbox_id = $1 OR group_id = $2",
        params![mailbox, group],
        kept,
    )
}

/// Writes an entry; `was` is the one it replaces.
pub fn put(
    tx: &mut Tx<'_>,
    entry: &Entry,
    key: &str,
    words: &str,
    was: Option<&Kept>,
) -> StoreResult<()> {
    let (mailbox, group) = ids(entry.holder);
    let [family, middle, given] = &entry.names;
    // With a space before and behind each word.
    let apart = format!(" {words} ");
    let id = match was {
        Some(was) => {
            tx.execute(
                "UPDATE directory SET organisation_id = $2, kind = $3, key = $4, words = $5, family = $6, middle = $7,
                        given = $8, display = $9, title = $10, place = $11, address = $12, phone = $13 WHERE id = $1",
                params![
                    was.id,
                    entry.organisation,
                    &entry.kind,
                    key,
                    &apart,
                    family,
                    middle,
                    given,
                    &entry.display,
                    &entry.title,
                    &entry.place,
                    &entry.address,
                    &entry.phone
                ],
            )?;
            was.id
        }
        None => tx
            .one(
                "INSERT INTO directory (mailbox_id, group_id, organisation_id, kind, key, words, family, middle, given,
                                        display, title, place, address, phone)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) RETURNING id",
                params![
                    mailbox,
                    group,
                    entry.organisation,
                    &entry.kind,
                    key,
                    &apart,
                    family,
                    middle,
                    given,
                    &entry.display,
                    &entry.title,
                    &entry.place,
                    &entry.address,
                    &entry.phone
                ],
                |row| Ok(EntryId(row.int(0)?)),
            )?
            .ok_or(StoreError::NotFound("directory"))?,
    };
    if was.is_some_and(|was| was.words == words) {
        return Ok(());
    }
    tx.execute(
        "DELETE FROM directory_word WHERE entry_id = $1",
        params![id],
    )?;
    let words: Vec<&str> = words.split_ascii_whitespace().collect();
    for some in words.chunks(TOGETHER) {
        let word = |at: usize| some.get(at).copied().unwrap_or_default();
        tx.execute(
            "INSERT INTO directory_word (word, entry_id)
             SELECT v.column1, CAST($9 AS BIGINT) FROM (VALUES ($1), ($2), ($3), ($4), ($5), ($6), ($7), ($8)) AS v
             WHERE v.column1 <> '' ON CONFLICT DO NOTHING",
            params![
                word(0),
                word(1),
                word(2),
                word(3),
                word(4),
                word(5),
                word(6),
                word(7),
                id
            ],
        )?;
    }
    Ok(())
}

/// Takes an entry out.
pub fn remove(tx: &mut Tx<'_>, id: EntryId) -> StoreResult<()> {
    tx.execute(
        "DELETE FROM directory_word WHERE entry_id = $1",
        params![id],
    )?;
    tx.execute("DELETE FROM directory WHERE id = $1", params![id])?;
    Ok(())
}

/// One word of a search: what it begins with. As a whole word it counts more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beginning {
    text: String,
    is_whole: bool,
}

impl Beginning {
    /// Words that begin so: letters and digits, for nothing else is in a word.
    #[must_use]
    pub fn new(text: &str) -> Self {
        // What LIKE takes for a sign is in no word.
        let text = text.chars().filter(|c| !matches!(c, '%' | '_' | '\\'));
        Self {
            text: text.collect(),
            is_whole: false,
        }
    }

    /// The whole word.
    fn whole(&self) -> Self {
        Self {
            text: self.text.clone(),
            is_whole: true,
        }
    }

    /// Words from the first of these to before the second.
    pub(crate) fn range(&self) -> (&str, String) {
        match self.is_whole {
            // Words have no such character, and nothing lies between.
            true => (&self.text, format!("{}\u{1}", self.text)),
            false => (&self.text, format!("{}\u{10ffff}", self.text)),
        }
    }

    /// The words of an entry that has it, for LIKE.
    pub(crate) fn pattern(&self) -> String {
        match self.is_whole {
            true => self.whole_pattern(),
            false => format!("% {}%", self.text),
        }
    }

    /// The words of an entry that has it as a whole word.
    fn whole_pattern(&self) -> String {
        format!("% {} %", self.text)
    }
}

/// What entries are held against: a pattern for each word that may be asked for.
pub(crate) fn patterns(words: &[Beginning], of: fn(&Beginning) -> String) -> [String; MOST_WORDS] {
    // Everything is like the last.
    std::array::from_fn(|at| words.get(at).map_or_else(|| "%".to_owned(), of))
}

/// A word that so many entries have is a common one, and is not counted further.
pub(crate) const COMMON: i64 = 2_000;
/// So many entries are looked at first where words are common: mostly they hold enough.
const FIRST: i64 = 1_000;

/// How many entries have such a word, up to [`COMMON`].
fn count(tx: &mut Tx<'_>, word: &Beginning) -> StoreResult<i64> {
    let (from, to) = word.range();
    let count = tx.one(
        "SELECT COUNT(*) FROM (SELECT 1 FROM directory_word WHERE word >= $1 AND word < $2 LIMIT $3) AS n",
        params![from, &to, COMMON],
        |row| row.int(0),
    )?;
    Ok(count.unwrap_or(0))
}

/// The counts of words, and the words with the rarest first.
pub(crate) fn counted(tx: &mut Tx<'_>, words: &[Beginning]) -> StoreResult<(i64, Vec<Beginning>)> {
    let mut counted = Vec::new();
    for word in words {
        counted.push((count(tx, word)?, word.clone()));
    }
    counted.sort_by_key(|(count, _)| *count);
    let rarest = counted.first().map_or(0, |(count, _)| *count);
    Ok((rarest, counted.into_iter().map(|(_, word)| word).collect()))
}

/// Entries that have a word with each of these beginnings, at the place or below it (`None`: anywhere): those with more whole
/// words first, then in the order of keys. Where all words are common, those with whole words alone come first. Costs what the
/// rarest word brings; of common words, what is passed on the way to as many as are asked for, at most one look at the words
/// of each entry.
pub fn search(
    tx: &mut Tx<'_>,
    words: &[Beginning],
    place: Option<OrganisationId>,
    (after, limit): (i64, i64),
) -> StoreResult<Vec<Kept>> {
    let place = place.map_or(0, |id| id.0);
    let words = words.get(..MOST_WORDS).unwrap_or(words);
    if words.is_empty() {
        return page(tx, place, (after, limit));
    }
    let (rarest, words) = counted(tx, words)?;
    if rarest < COMMON {
        return match rarest {
            0 => Ok(Vec::new()),
            _ => by_rarest(tx, &words, place, (after, limit)),
        };
    }
    let whole: Vec<Beginning> = words.iter().map(Beginning::whole).collect();
    let (rarest, whole) = counted(tx, &whole)?;
    let wanted = after + limit;
    let mut found = match rarest {
        0 => Vec::new(),
        COMMON => among_first(tx, &whole, place, (wanted, false))?,
        _ => by_rarest(tx, &whole, place, (0, wanted))?,
    };
    let count = |found: &[Kept]| i64::try_from(found.len()).unwrap_or(i64::MAX);
    let short = wanted - count(&found);
    if short > 0 && rarest < COMMON {
        found.extend(among_first(tx, &words, place, (short, true))?);
    }
    if count(&found) < wanted {
        return among_all(tx, &words, place, (after, limit));
    }
    let after = usize::try_from(after).unwrap_or(usize::MAX);
    Ok(found.into_iter().skip(after).collect())
}

/// Of the first entries in the order of keys, as many as wanted that have each of the words; `not_whole`: not those that have
/// each as a whole one.
fn among_first(
    tx: &mut Tx<'_>,
    words: &[Beginning],
    place: i64,
    (wanted, not_whole): (i64, bool),
) -> StoreResult<Vec<Kept>> {
    let [w1, w2, w3, w4, w5, w6] = patterns(words, Beginning::pattern);
    let [v1, v2, v3, v4, v5, v6] = patterns(words, Beginning::whole_pattern);
    tx.all(
        "WITH RECURSIVE below (id) AS (
             SELECT CAST($13 AS BIGINT) UNION
             SELECT o.id FROM below b JOIN organisation o ON o.parent_id = b.id
         )
         SELECT d.id, d.mailbox_id, d.group_id, d.organisation_id, d.kind, d.family, d.middle, d.given, d.display, d.title,
                d.place, d.address, d.phone, d.key, d.words
         FROM (SELECT id, key, organisation_id, words FROM directory ORDER BY key, id LIMIT $15) f JOIN directory d ON d.id = f.id
         WHERE f.words LIKE $1 AND f.words LIKE $2 AND f.words LIKE $3 AND f.words LIKE $4 AND f.words LIKE $5 AND f.words LIKE $6
           AND ($13 = 0 OR f.organisation_id IN (SELECT id FROM below))
           AND (CAST($16 AS BIGINT) = 0 OR NOT (f.words LIKE $7 AND f.words LIKE $8 AND f.words LIKE $9 AND f.words LIKE $10
                AND f.words LIKE $11 AND f.words LIKE $12))
         ORDER BY f.key, f.id LIMIT $14",
        params![
            &w1, &w2, &w3, &w4, &w5, &w6, &v1, &v2, &v3, &v4, &v5, &v6, place, wanted, FIRST, not_whole
        ],
        kept,
    )
}

/// Looks at the words of every entry; those that have each of them as a whole word come first.
fn among_all(
    tx: &mut Tx<'_>,
    words: &[Beginning],
    place: i64,
    (after, limit): (i64, i64),
) -> StoreResult<Vec<Kept>> {
    let [w1, w2, w3, w4, w5, w6] = patterns(words, Beginning::pattern);
    let [v1, v2, v3, v4, v5, v6] = patterns(words, Beginning::whole_pattern);
    tx.all(
        "WITH RECURSIVE below (id) AS (
             SELECT CAST($13 AS BIGINT) UNION
             SELECT o.id FROM below b JOIN organisation o ON o.parent_id = b.id
         ), ranked AS (
             SELECT d.id, d.key, CASE WHEN d.words LIKE $7 AND d.words LIKE $8 AND d.words LIKE $9 AND d.words LIKE $10
                                       AND d.words LIKE $11 AND d.words LIKE $12 THEN 0 ELSE 1 END AS part
             FROM directory d
             WHERE d.words LIKE $1 AND d.words LIKE $2 AND d.words LIKE $3 AND d.words LIKE $4 AND d.words LIKE $5
               AND d.words LIKE $6 AND ($13 = 0 OR d.organisation_id IN (SELECT id FROM below))
             ORDER BY part, d.key, d.id LIMIT $14 OFFSET $15
         )
         SELECT d.id, d.mailbox_id, d.group_id, d.organisation_id, d.kind, d.family, d.middle, d.given, d.display, d.title,
                d.place, d.address, d.phone, d.key, d.words
         FROM ranked r JOIN directory d ON d.id = r.id ORDER BY r.part, r.key, r.id",
        params![&w1, &w2, &w3, &w4, &w5, &w6, &v1, &v2, &v3, &v4, &v5, &v6, place, limit, after],
        kept,
    )
}

/// Looks at all entries that have the first of the words, which is the rarest.
fn by_rarest(
    tx: &mut Tx<'_>,
    words: &[Beginning],
    place: i64,
    (after, limit): (i64, i64),
) -> StoreResult<Vec<Kept>> {
    let Some((rarest, others)) = words.split_first() else {
        return Ok(Vec::new());
    };
    let (from, to) = rarest.range();
    let [w2, w3, w4, w5, w6, _] = patterns(others, Beginning::pattern);
    let [v1, v2, v3, v4, v5, v6] = patterns(words, Beginning::whole_pattern);
    // Held against the other words behind a fence: PostgreSQL, planning for any words, takes few to match and joins the other
    // way round.
    tx.all(
        "WITH RECURSIVE below (id) AS (
             SELECT CAST($13 AS BIGINT) UNION
             SELECT o.id FROM below b JOIN organisation o ON o.parent_id = b.id
         ), c AS (
             SELECT DISTINCT entry_id FROM directory_word WHERE word >= $1 AND word < $2
         ), found AS MATERIALIZED (
             SELECT d.id, d.key, d.organisation_id, d.words FROM c JOIN directory d ON d.id = c.entry_id
         ), ranked AS (
             SELECT d.id, d.key, CASE WHEN d.words LIKE $8 THEN 1 ELSE 0 END + CASE WHEN d.words LIKE $9 THEN 1 ELSE 0 END
                 + CASE WHEN d.words LIKE $10 THEN 1 ELSE 0 END + CASE WHEN d.words LIKE $11 THEN 1 ELSE 0 END
                 + CASE WHEN d.words LIKE $12 THEN 1 ELSE 0 END + CASE WHEN d.words LIKE $16 THEN 1 ELSE 0 END AS whole
             FROM found d
             WHERE d.words LIKE $3 AND d.words LIKE $4 AND d.words LIKE $5 AND d.words LIKE $6 AND d.words LIKE $7
               AND ($13 = 0 OR d.organisation_id IN (SELECT id FROM below))
             ORDER BY whole DESC, d.key, d.id LIMIT $14 OFFSET $15
         )
         SELECT d.id, d.mailbox_id, d.group_id, d.organisation_id, d.kind, d.family, d.middle, d.given, d.display, d.title,
                d.place, d.address, d.phone, d.key, d.words
         FROM ranked r JOIN directory d ON d.id = r.id ORDER BY r.whole DESC, r.key, r.id",
        params![
            from, &to, &w2, &w3, &w4, &w5, &w6, &v1, &v2, &v3, &v4, &v5, place, limit, after, &v6
        ],
        kept,
    )
}

/// All entries at the place or below it (0: anywhere), in the order of keys.
fn page(tx: &mut Tx<'_>, place: i64, (after, limit): (i64, i64)) -> StoreResult<Vec<Kept>> {
    tx.all(
        "WITH RECURSIVE below (id) AS (
             SELECT CAST($1 AS BIGINT) UNION
             SELECT o.id FROM below b JOIN organisation o ON o.parent_id = b.id
         )
         SELECT id, mailbox_id, group_id, organisation_id, kind, family, middle, given, display, title, place, address, phone,
                key, words FROM directory
         WHERE $1 = 0 OR organisation_id IN (SELECT id FROM below) ORDER BY key, id LIMIT $2 OFFSET $3",
        params![place, limit, after],
        kept,
    )
}

/// The entries of a place itself, in the order of keys.
pub fn of_place(tx: &mut Tx<'_>, place: OrganisationId) -> StoreResult<Vec<Kept>> {
    tx.all(
        "SELECT id, mailbox_id, group_id, organisation_id, kind, family, middle, given, display, title, place, address, phone,
                key, words FROM directory WHERE organisation_id = $1 ORDER BY key, id",
        params![place],
        kept,
    )
}

/// What has an entry or should have one, in the order of rows: mailboxes and groups after these.
pub fn holders(
    tx: &mut Tx<'_>,
    after: (MailboxId, GroupId),
    limit: i64,
) -> StoreResult<(Vec<MailboxId>, Vec<GroupId>)> {
    let mailboxes = tx.all(
        "SELECT id FROM mailbox WHERE id > $1 ORDER BY id LIMIT $2",
        params![after.0, limit],
        |row| Ok(MailboxId(row.int(0)?)),
    )?;
    let groups = tx.all(
        "SELECT id FROM mail_group WHERE id > $1 ORDER BY id LIMIT $2",
        params![after.1, limit],
        |row| Ok(GroupId(row.int(0)?)),
    )?;
    Ok((mailboxes, groups))
}

/// Something that changed in the directory; the entries as JSON, empty where there was none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// When (ms).
    pub at: i64,
    /// Whose entry.
    pub holder: Holder,
    /// Where it belongs now, or belonged last.
    pub organisation: OrganisationId,
    /// `added`, `changed`, `removed`.
    pub what: String,
    /// Before.
    pub former: String,
    /// After.
    pub latter: String,
}

/// Notes a change.
pub fn note(
    tx: &mut Tx<'_>,
    of: Holder,
    organisation: OrganisationId,
    (what, at): (&str, i64),
    (former, latter): (&str, &str),
) -> StoreResult<()> {
    let (mailbox, group) = ids(of);
    tx.execute(
        "INSERT INTO directory_change (at, mailbox_id, group_id, organisation_id, what, former, latter)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        params![at, mailbox, group, organisation, what, former, latter],
    )?;
    Ok(())
}

/// Notes that an entry is to be looked at again ([`take_due`]).
pub fn set_due(tx: &mut Tx<'_>, of: Holder) -> StoreResult<()> {
    let (sql, id) = match of {
        Holder::Mailbox(MailboxId(id)) => (
            "INSERT INTO directory_due (at, mailbox_id) VALUES ($1, $2)
             ON CONFLICT (mailbox_id) DO UPDATE SET at = directory_due.at",
            id,
        ),
        Holder::Group(GroupId(id)) => (
            "INSERT INTO directory_due (at, group_id) VALUES ($1, $2)
             ON CONFLICT (group_id) DO UPDATE SET at = directory_due.at",
            id,
        ),
    };
    // Where it is due already, its row is locked: who takes it meanwhile waits, and sees what this transaction changed.
    tx.execute(sql, params![tx.now(), id])?;
    Ok(())
}

/// Takes entries that are to be looked at again, at most `limit`, each with when (ms) what it says changed. Whoever takes
/// them looks at them after that, in the same transaction.
pub fn take_due(tx: &mut Tx<'_>, limit: i64) -> StoreResult<Vec<(Holder, i64)>> {
    let mut taken = tx.all(
        "DELETE FROM directory_due WHERE id IN (SELECT id FROM directory_due ORDER BY id LIMIT $1)
         RETURNING mailbox_id, group_id, at, id",
        params![limit],
        |row| {
            let holder = holder(row.opt_int(0)?, row.opt_int(1)?)?;
            Ok((holder, row.int(2)?, row.int(3)?))
        },
    )?;
    taken.sort_unstable_by_key(|(_, _, id)| *id);
    Ok(taken
        .into_iter()
        .map(|(holder, at, _)| (holder, at))
        .collect())
}

/// What changed from one time until before another (ms), as it came.
pub fn changes(tx: &mut Tx<'_>, from: i64, until: i64) -> StoreResult<Vec<Changed>> {
    tx.all(
        "SELECT at, mailbox_id, group_id, organisation_id, what, former, latter FROM directory_change
         WHERE at >= $1 AND at < $2 ORDER BY at, id",
        params![from, until],
        |row| {
            Ok(Changed {
                at: row.int(0)?,
                holder: holder(row.opt_int(1)?, row.opt_int(2)?)?,
                organisation: OrganisationId(row.int(3)?),
                what: row.text(4)?,
                former: row.text(5)?,
                latter: row.text(6)?,
            })
        },
    )
}
