//! Lists of mailboxes, by name, sifted: what is in use in the order of the directory, what was taken back the newest first.
//!
//! Each sieve begins where it finds fewest: a rare word, a rare state, a small place; what most mailboxes are is looked for in the order of
//! the list itself, until the page is full.

use crate::directory::{self, Beginning, MOST_WORDS};
use crate::sql::params;
use crate::{MailboxId, OrganisationId, Row, StoreResult, Tx, Value};

/// What state a mailbox is in, as the tables have it: the first of these that it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Taken back, or destroyed.
    Gone,
    /// It fell due to be taken back or destroyed and waits for the department's word.
    Pending,
    /// Locked.
    Locked,
    /// Sign-in is shut off.
    Disabled,
    /// The password expired.
    Expired,
    /// Issued, and nobody has signed in yet.
    Unused,
    /// The password must be changed first.
    MustChange,
    /// None of these.
    Active,
}

impl State {
    /// All of them.
    const ALL: [Self; 8] = [
        Self::Active,
        Self::MustChange,
        Self::Expired,
        Self::Unused,
        Self::Locked,
        Self::Pending,
        Self::Disabled,
        Self::Gone,
    ];

    /// As [`state!`] has it, counted from 1.
    fn from_code(code: i64) -> Self {
        let found = Self::ALL.into_iter().zip(1..);
        let mut found = found.filter(|(_, at)| *at == code);
        found.next().map_or(Self::Active, |(state, _)| state)
    }
}

/// What a list is sifted by, beside its place and its words. One mailbox may be in several of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sieve {
    /// [`State::Active`].
    Active,
    /// A password that was given must be changed first.
    MustChange,
    /// The password expired.
    Expired,
    /// Nobody ever signed in.
    Unused,
    /// Locked.
    Locked,
    /// [`State::Pending`].
    Pending,
    /// Sign-in is shut off.
    Disabled,
    /// [`State::Gone`].
    Gone,
    /// Nothing was fetched or sent since the beginning of a day (since 1970), and they are older than that.
    Idle(i64),
}

impl Sieve {
    /// As [`listed!`] has it; never 0.
    fn code(self) -> i64 {
        match self {
            Self::Active => 1,
            Self::MustChange => 2,
            Self::Expired => 3,
            Self::Unused => 4,
            Self::Locked => 5,
            Self::Pending => 6,
            Self::Disabled => 7,
            Self::Gone => 8,
            Self::Idle(_) => 9,
        }
    }
}

/// Which mailboxes are wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// At this place or below it.
    pub top: OrganisationId,
    /// It is the root: every mailbox lies below it.
    pub is_root: bool,
    /// Those of this sort; `None`: all, but for those that are gone.
    pub sieve: Option<Sieve>,
    /// `personal` or `unit`; empty: both.
    pub kind: &'static str,
    /// At least so many percent of the quota are used; 0: any.
    pub percent: u8,
    /// Each word of these begins one of its words.
    pub words: Vec<Beginning>,
}

/// Where a page ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// What it is ordered by; empty among those that are gone.
    pub key: String,
    /// The row of its entry in the directory; among those that are gone, its own.
    pub id: i64,
}

/// A mailbox of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Where in the list it stands.
    pub place: Place,
    /// The mailbox.
    pub id: MailboxId,
    /// `personal` or `unit`.
    pub kind: String,
    /// What it is called.
    pub name: String,
    /// Chức vụ of its holder.
    pub title: String,
    /// Its primary address, or its last.
    pub address: String,
    /// Where it belongs.
    pub organisation: OrganisationId,
    /// The name of that.
    pub agency: String,
    /// Bytes used.
    pub used: u64,
    /// Bytes allowed.
    pub quota: u64,
    /// Its state.
    pub state: State,
    /// When somebody last signed in, with a browser or a mail program (ms).
    pub last_sign_in_at: Option<i64>,
}

fn from_row(row: &Row<'_>) -> StoreResult<Listed> {
    Ok(Listed {
        place: Place {
            key: row.text(0)?,
            id: row.int(1)?,
        },
        id: MailboxId(row.int(2)?),
        kind: row.text(3)?,
        name: row.text(4)?,
        title: row.text(5)?,
        address: row.text(6)?,
        organisation: OrganisationId(row.int(7)?),
        agency: row.text(8)?,
        used: row.u64(9)?,
        quota: row.u64(10)?,
        state: State::from_code(row.int(11)?),
        last_sign_in_at: row.opt_int(12)?.max(row.opt_int(13)?),
    })
}

/// The state of `m` and its account `a`, as a number ([`State::from_code`]), where it is not gone.
macro_rules! state {
    () => {
        "CASE WHEN EXISTS (SELECT 1 FROM proposal q WHERE q.mailbox_id = m.id AND q.decided_at IS NULL) THEN 6
              WHEN m.locked_at IS NOT NULL THEN 5 WHEN a.disabled_at IS NOT NULL THEN 7 WHEN a.must_change = 4 THEN 3
              WHEN (a.own_at IS NULL OR a.own_at = a.created_at) AND a.id IS NOT NULL
                   AND NOT EXISTS (SELECT 1 FROM activity u WHERE u.mailbox_id = m.id) THEN 4
              WHEN a.must_change > 0 THEN 2 ELSE 1 END"
    };
}

/// When somebody last signed in to `m`.
macro_rules! last_used {
    () => {
        "(SELECT u.last_at FROM activity u WHERE u.mailbox_id = m.id AND u.kind = 'interactive' ORDER BY u.day DESC LIMIT 1),
         (SELECT u.last_at FROM activity u WHERE u.mailbox_id = m.id AND u.kind = 'app' ORDER BY u.day DESC LIMIT 1)"
    };
}

/// `listed!(picked, from)`: a page of those that `from` brings (the entry `d`, the mailbox `m`, its account `a`, and how they hang together).
/// `picked`: what is looked for first, behind a fence: PostgreSQL, planning for any sieve, would begin with all entries.
macro_rules! listed {
    ($picked:literal, $from:literal) => {
        concat!(
            "WITH RECURSIVE below (id) AS (
                 SELECT CAST($1 AS BIGINT) UNION SELECT o.id FROM below b JOIN organisation o ON o.parent_id = b.id
             ), ",
            $picked,
            " found (id) AS MATERIALIZED (
                 SELECT d.id FROM ",
            $from,
            "      AND (d.key, d.id) > ($12, $13) AND ($2 = 1 OR d.organisation_id IN (SELECT id FROM below))
                   AND ($3 = '' OR m.kind = $3) AND ($4 = 0 OR m.used_bytes >= m.quota_bytes / 100 * $4)
                   AND ($6 = '%' OR (d.words LIKE $6 AND d.words LIKE $7 AND d.words LIKE $8 AND d.words LIKE $9
                                     AND d.words LIKE $10 AND d.words LIKE $11))
                   AND CASE CAST($5 AS BIGINT) WHEN 0 THEN 1 WHEN 1 THEN CASE ",
            state!(),
            "          WHEN 1 THEN 1 ELSE 0 END
                       WHEN 2 THEN CASE WHEN a.must_change IN (1, 2, 3) THEN 1 ELSE 0 END
                       WHEN 3 THEN CASE WHEN a.must_change = 4 THEN 1 ELSE 0 END
                       WHEN 4 THEN CASE WHEN (a.own_at IS NULL OR a.own_at = a.created_at) AND a.id IS NOT NULL
                                             AND NOT EXISTS (SELECT 1 FROM activity u WHERE u.mailbox_id = m.id) THEN 1 ELSE 0 END
                       WHEN 5 THEN CASE WHEN m.locked_at IS NOT NULL THEN 1 ELSE 0 END
                       WHEN 6 THEN CASE WHEN EXISTS (SELECT 1 FROM proposal q WHERE q.mailbox_id = m.id AND q.decided_at IS NULL)
                                        THEN 1 ELSE 0 END
                       WHEN 7 THEN CASE WHEN a.disabled_at IS NOT NULL THEN 1 ELSE 0 END
                       WHEN 9 THEN CASE WHEN m.created_at < CAST($15 AS BIGINT) * 86400000
                            AND NOT EXISTS (SELECT 1 FROM activity u WHERE u.mailbox_id = m.id AND u.kind = 'fetched' AND u.day >= $15)
                            AND NOT EXISTS (SELECT 1 FROM activity u WHERE u.mailbox_id = m.id AND u.kind = 'sent' AND u.day >= $15)
                            THEN 1 ELSE 0 END
                       ELSE 0 END = 1
                 ORDER BY d.key, d.id LIMIT $14
             )
             SELECT d.key, d.id, m.id, m.kind, m.name, d.title, d.address, m.organisation_id, d.place, m.used_bytes, m.quota_bytes,
                    CAST(",
            state!(),
            " AS BIGINT), ",
            last_used!(),
            " FROM found f JOIN directory d ON d.id = f.id JOIN mailbox m ON m.id = d.mailbox_id
              LEFT JOIN account a ON a.id = m.account_id ORDER BY d.key, d.id"
        )
    };
}

/// In the order of the list, up to an entry (`$16`, `$17`).
const IN_ORDER: &str = listed!(
    "picked (id) AS MATERIALIZED (
         SELECT p.id FROM directory p WHERE (p.key, p.id) > ($12, $13) AND (p.key, p.id) <= ($16, $17)
     ),",
    "picked p CROSS JOIN directory d CROSS JOIN mailbox m LEFT JOIN account a ON a.id = m.account_id
     WHERE d.id = p.id AND m.id = d.mailbox_id"
);
/// At a place and below it.
const AT_PLACE: &str = listed!(
    "picked (id) AS MATERIALIZED (SELECT p.id FROM below b CROSS JOIN directory p WHERE p.organisation_id = b.id),",
    "picked p CROSS JOIN directory d CROSS JOIN mailbox m LEFT JOIN account a ON a.id = m.account_id
     WHERE d.id = p.id AND m.id = d.mailbox_id"
);
/// By a word that few have, from `$16` to before `$17`.
const BY_WORD: &str = listed!(
    "picked (id) AS MATERIALIZED (SELECT DISTINCT entry_id FROM directory_word WHERE word >= $16 AND word < $17),",
    "picked p CROSS JOIN directory d CROSS JOIN mailbox m LEFT JOIN account a ON a.id = m.account_id
     WHERE d.id = p.id AND m.id = d.mailbox_id"
);
/// Whose password must be changed.
const BY_CHANGE: &str = listed!(
    "picked (id) AS MATERIALIZED (SELECT id FROM account WHERE must_change <> 0),",
    "picked p CROSS JOIN account a CROSS JOIN mailbox m CROSS JOIN directory d
     WHERE a.id = p.id AND m.account_id = a.id AND d.mailbox_id = m.id"
);
/// Whose password is the first one.
const BY_UNTOUCHED: &str = listed!(
    "picked (id) AS MATERIALIZED (
         SELECT u.id FROM account u /*sqlite INDEXED BY account_untouched*/ WHERE u.own_at IS NULL OR u.own_at = u.created_at
     ),",
    "picked p CROSS JOIN account a CROSS JOIN mailbox m CROSS JOIN directory d
     WHERE a.id = p.id AND m.account_id = a.id AND d.mailbox_id = m.id"
);
/// Whose sign-in is shut off.
const BY_DISABLED: &str = listed!(
    "picked (id) AS MATERIALIZED (SELECT id FROM account WHERE disabled_at IS NOT NULL),",
    "picked p CROSS JOIN account a CROSS JOIN mailbox m CROSS JOIN directory d
     WHERE a.id = p.id AND m.account_id = a.id AND d.mailbox_id = m.id"
);
/// Those that are locked.
const BY_LOCK: &str = listed!(
    "picked (id) AS MATERIALIZED (SELECT id FROM mailbox WHERE locked_at IS NOT NULL),",
    "picked p CROSS JOIN mailbox m CROSS JOIN directory d LEFT JOIN account a ON a.id = m.account_id
     WHERE m.id = p.id AND d.mailbox_id = m.id"
);
/// Those that wait for a decision.
const BY_PROPOSAL: &str = listed!(
    "picked (id) AS MATERIALIZED (SELECT DISTINCT mailbox_id FROM proposal WHERE decided_at IS NULL),",
    "picked p CROSS JOIN mailbox m CROSS JOIN directory d LEFT JOIN account a ON a.id = m.account_id
     WHERE m.id = p.id AND d.mailbox_id = m.id"
);
/// Those that are filled: all mailboxes are looked at, no entry of the others.
const BY_FILL: &str = listed!(
    "picked (id) AS MATERIALIZED (SELECT id FROM mailbox WHERE used_bytes >= quota_bytes / 100 * CAST($4 AS BIGINT)),",
    "picked p CROSS JOIN mailbox m CROSS JOIN directory d LEFT JOIN account a ON a.id = m.account_id
     WHERE m.id = p.id AND d.mailbox_id = m.id"
);

/// The last of so many entries in the order of the list: by the index of that order.
pub(crate) const STRETCH: &str = "SELECT w.key, w.id FROM (SELECT key, id FROM directory WHERE (key, id) > ($1, $2) ORDER BY key, id LIMIT $3) w
     ORDER BY w.key DESC, w.id DESC LIMIT 1";

/// Those that are gone, the newest first.
const GONE: &str = concat!(
    "WITH RECURSIVE below (id) AS (
         SELECT CAST($1 AS BIGINT) UNION SELECT o.id FROM below b JOIN organisation o ON o.parent_id = b.id
     )
     SELECT '', m.id, m.id, m.kind, m.name, '', COALESCE((SELECT p.local_part || '@' || n.name FROM address p JOIN domain n ON n.id = p.domain_id
                WHERE p.mailbox_id = m.id AND p.kind = 'primary' ORDER BY p.id DESC LIMIT 1), ''), m.organisation_id, o.name,
            m.used_bytes, m.quota_bytes, CAST(8 AS BIGINT), ",
    last_used!(),
    " FROM mailbox m JOIN organisation o ON o.id = m.organisation_id
      WHERE COALESCE(m.revoked_at, m.deleted_at) IS NOT NULL AND m.id < $4
        AND ($2 = 1 OR m.organisation_id IN (SELECT id FROM below)) AND ($3 = '' OR m.kind = $3)
      ORDER BY m.id DESC LIMIT $5"
);

/// What keys of units begin with.
const UNITS: &str = "1";
/// So many times a page are looked at first, where most are wanted.
const STRETCHES: i64 = 4;

/// The mailboxes that are wanted after a place in the list, at most `limit`. Of those that are gone the words are not looked at, for they
/// are in no directory: whoever asks does.
pub fn page(
    tx: &mut Tx<'_>,
    wanted: &Wanted,
    after: &Place,
    limit: i64,
) -> StoreResult<Vec<Listed>> {
    if wanted.sieve == Some(Sieve::Gone) {
        let before = if after.id == 0 { i64::MAX } else { after.id };
        return tx.all(
            GONE,
            params![wanted.top, wanted.is_root, wanted.kind, before, limit],
            from_row,
        );
    }
    let words = wanted.words.get(..MOST_WORDS).unwrap_or(&wanted.words);
    let (rarest, words) = directory::counted(tx, words)?;
    let by_word = !words.is_empty() && rarest < directory::COMMON;
    let sql = match wanted.sieve {
        _ if by_word => BY_WORD,
        Some(Sieve::Pending) => BY_PROPOSAL,
        Some(Sieve::Locked) => BY_LOCK,
        Some(Sieve::Disabled) => BY_DISABLED,
        Some(Sieve::MustChange | Sieve::Expired) => BY_CHANGE,
        Some(Sieve::Unused) => BY_UNTOUCHED,
        _ if wanted.percent > 0 => BY_FILL,
        _ if wanted.is_root => IN_ORDER,
        _ => AT_PLACE,
    };
    // Units stand behind all persons in the order of keys.
    let mut after = after.clone();
    if wanted.kind == "unit" && after.key.as_str() < UNITS {
        UNITS.clone_into(&mut after.key);
    }
    if sql == IN_ORDER {
        return in_order(tx, wanted, &words, after, limit);
    }
    let asked = Question::of(wanted, &words, &after, limit);
    match words.first().filter(|_| by_word) {
        Some(rarest) => {
            let (from, to) = rarest.range();
            let mut all = asked.values();
            all.extend_from_slice(params![from, &to]);
            tx.all(sql, &all, from_row)
        }
        None => tx.all(sql, &asked.values(), from_row),
    }
}

/// Looks at the entries in the order of the list, some at a time and then more, until the page is full.
fn in_order(
    tx: &mut Tx<'_>,
    wanted: &Wanted,
    words: &[Beginning],
    mut after: Place,
    limit: i64,
) -> StoreResult<Vec<Listed>> {
    let mut found: Vec<Listed> = Vec::new();
    let mut stretch = limit.saturating_mul(STRETCHES);
    loop {
        let end = tx.one(STRETCH, params![&after.key, after.id, stretch], |row| {
            Ok(Place {
                key: row.text(0)?,
                id: row.int(1)?,
            })
        })?;
        let Some(end) = end else { return Ok(found) };
        let missing = limit - i64::try_from(found.len()).unwrap_or(limit);
        let asked = Question::of(wanted, words, &after, missing);
        let mut all = asked.values();
        all.extend_from_slice(params![&end.key, end.id]);
        found.extend(tx.all(IN_ORDER, &all, from_row)?);
        if i64::try_from(found.len()).unwrap_or(limit) >= limit {
            return Ok(found);
        }
        after = end;
        stretch = stretch.saturating_mul(2);
    }
}

/// What the statements are asked with.
struct Question<'a> {
    wanted: &'a Wanted,
    patterns: [String; MOST_WORDS],
    after: &'a Place,
    limit: i64,
}

impl<'a> Question<'a> {
    fn of(wanted: &'a Wanted, words: &[Beginning], after: &'a Place, limit: i64) -> Self {
        Self {
            wanted,
            patterns: directory::patterns(words, Beginning::pattern),
            after,
            limit,
        }
    }

    fn values(&self) -> Vec<Value<'_>> {
        let wanted = self.wanted;
        let [w1, w2, w3, w4, w5, w6] = &self.patterns;
        let day = match wanted.sieve {
            Some(Sieve::Idle(day)) => day,
            _ => 0,
        };
        params![
            wanted.top,
            wanted.is_root,
            wanted.kind,
            i64::from(wanted.percent),
            wanted.sieve.map_or(0, Sieve::code),
            w1,
            w2,
            w3,
            w4,
            w5,
            w6,
            &self.after.key,
            self.after.id,
            self.limit,
            day
        ]
        .to_vec()
    }
}
