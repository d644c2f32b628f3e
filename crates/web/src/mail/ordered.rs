//! A folder in another order than the newest first. Offered is what an index gives: the order of arrival either way, and sizes, which lie
//! in the index of dates. By sender or subject there is none, and no delivery shall pay for one: who wants those searches.

use congvu_store::entry::{self, Towards, Want};
use congvu_store::{FolderId, StoreResult, Tx};

use super::list::{At, Looks, PAGE, Row, Turn};

/// In which order a folder is listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Order {
    #[default]
    Newest,
    Oldest,
    Largest,
}

impl Order {
    pub(super) fn parse(text: &str) -> Self {
        match text {
            "cu" => Self::Oldest,
            "lon" => Self::Largest,
            _ => Self::Newest,
        }
    }

    /// As addresses have it.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Newest => "",
            Self::Oldest => "cu",
            Self::Largest => "lon",
        }
    }
}

/// Rows, and the ways to the pages before and behind them.
pub(super) type Listed = (Vec<Row>, Option<Turn>, Option<Turn>);

/// A page with the oldest first.
pub(super) fn oldest(
    tx: &mut Tx<'_>,
    folder: FolderId,
    at: At,
    looks: &Looks<'_>,
) -> StoreResult<Listed> {
    let mut rows: Vec<Row> = Vec::new();
    entry::page(tx, folder, at.shown, at.towards, PAGE + 1, |entry| {
        rows.push(looks.row(entry)?);
        Ok(())
    })?;
    let more = rows.len() > PAGE as usize;
    rows.truncate(PAGE as usize);
    let (has_before, has_after) = match at.towards {
        Towards::Newer(from) => (from > 0, more),
        Towards::Older(_) => {
            rows.reverse();
            (more, true)
        }
    };
    let link = |towards| format!("{}{}", looks.here, at.query(Some(towards)));
    let before = rows.first().filter(|_| has_before).map(|row| Turn {
        words: looks.lang.t("Cũ hơn"),
        href: link(Towards::Older(row.uid)),
    });
    let after = rows.last().filter(|_| has_after).map(|row| Turn {
        words: looks.lang.t("Mới hơn"),
        href: link(Towards::Newer(row.uid)),
    });
    Ok((rows, before, after))
}

/// A page with the largest first.
pub(super) fn largest(
    tx: &mut Tx<'_>,
    folder: FolderId,
    at: At,
    looks: &Looks<'_>,
) -> StoreResult<Listed> {
    let mut found: Vec<(i64, u32)> = Vec::new();
    let below = at.below.unwrap_or((i64::MAX, 0));
    entry::by_size(tx, folder, below, PAGE + 1, |size, uid| {
        found.push((size, uid));
    })?;
    let more = found.len() > PAGE as usize;
    found.truncate(PAGE as usize);
    let mut rows = Vec::with_capacity(found.len());
    for (_, uid) in &found {
        entry::scan(tx, folder, (*uid, *uid), Want::Message, |entry| {
            rows.push(Row {
                size: Some(super::bytes(entry.size()?)),
                ..looks.row(entry)?
            });
            Ok(true)
        })?;
    }
    let turn = |below, words| Turn {
        words,
        href: format!("{}{}", looks.here, At { below, ..at }.query(None)),
    };
    let before = at.below.map(|_| turn(None, looks.lang.t("Lớn nhất")));
    let last = found.last().filter(|_| more);
    let after = last.map(|(size, uid)| {
        let below = Some((*size, i64::from(*uid)));
        turn(below, looks.lang.t("Nhỏ hơn"))
    });
    Ok((rows, before, after))
}
