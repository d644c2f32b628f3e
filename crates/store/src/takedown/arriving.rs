//! What comes in while a case is sealed.

use super::Criteria;
use crate::entry::{Appended, NewEntry};
use crate::message::NewMessage;
use crate::sql::params;
use crate::{MessageId, StoreResult, TakedownId, Tx};

/// The notice that a copy becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stub {
    /// The case.
    pub case: TakedownId,
    /// Its notice.
    pub message: MessageId,
    /// Bytes of it.
    pub size: u64,
    /// The Date field (ms) of what was sealed.
    pub sent_at: Option<i64>,
}

impl Stub {
    /// The header line that dates the notice as what it stands for.
    pub(crate) fn lines(&self, internal_at: i64) -> Vec<u8> {
        let date = date(self.sent_at.unwrap_or(internal_at));
        format!("Date: {date}\r\n").into_bytes()
    }
}

/// RFC 5322 §3.3, in Vietnam's time.
fn date(at: i64) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let seconds = at.div_euclid(1000) + 7 * 3600;
    let (days, time) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    // Days since 0000-03-01 of the proleptic Gregorian calendar, in eras of 400 years.
    let since = days + 719_468;
    let (era, day) = (since.div_euclid(146_097), since.rem_euclid(146_097));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let of_year = day - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let of_month = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 2
    } else {
        shifted - 10
    };
    let year = year + era * 400 + i64::from(month < 2);
    format!(
        "{}, {of_month:02} {} {year:04} {:02}:{:02}:{:02} +0700",
        DAYS[usize::try_from(days.rem_euclid(7)).unwrap_or(0)],
        MONTHS[usize::try_from(month).unwrap_or(0)],
        time / 3600,
        time / 60 % 60,
        time % 60
    )
}

/// The notice that copies of a message become; `None` where no case has sealed it.
pub(crate) fn stub_of(tx: &mut Tx<'_>, message: MessageId) -> StoreResult<Option<Stub>> {
    tx.one(
        "SELECT t.id, t.stub_id, s.size, m.sent_at FROM takedown_message c
         JOIN takedown t ON t.id = c.takedown_id JOIN message s ON s.id = t.stub_id
         JOIN message m ON m.id = c.message_id
         WHERE c.message_id = $1 AND c.held = 1 AND t.state = 'sealed' ORDER BY t.id LIMIT 1",
        params![message],
        |row| {
            Ok(Stub {
                case: TakedownId(row.int(0)?),
                message: MessageId(row.int(1)?),
                size: row.u64(2)?,
                sent_at: row.opt_int(3)?,
            })
        },
    )
}

/// A copy that came and became its notice: the case keeps what it would have been.
pub(crate) fn arrived(
    tx: &mut Tx<'_>,
    stub: &Stub,
    new: &NewEntry<'_>,
    appended: &Appended,
) -> StoreResult<()> {
    let size = i64::try_from(new.message_size).unwrap_or(i64::MAX) + new.prefix.len() as i64;
    tx.execute(
        "INSERT INTO takedown_copy (takedown_id, message_id, mailbox_id, folder_id, folder, special_use, uid, notice_uid,
                                    flags, internal_at, saved_at, size, object_id, key, prefix, sealed_at)
         SELECT $1, $2, f.mailbox_id, f.id, f.name, f.special_use, NULL, $4, $5, $6, $7, $8, NULL, NULL, $9, $7
         FROM folder f WHERE f.id = $3",
        params![
            stub.case,
            new.message,
            new.folder,
            appended.uid,
            new.flags,
            new.internal_at,
            tx.now(),
            size,
            new.prefix
        ],
    )?;
    Ok(())
}

/// Compares a message that is being stored with the sealed cases; in the transaction that stores it. What needs its writers or
/// its parts and comes without [`crate::message::Marks`] is looked at behind it.
pub fn notice(
    tx: &mut Tx<'_>,
    message: MessageId,
    content: &[u8; 32],
    new: &NewMessage,
) -> StoreResult<()> {
    let sealed: Vec<(TakedownId, Criteria)> = super::live(tx)?
        .into_iter()
        .filter(|case| case.state == super::State::Sealed && case.stub != Some(message))
        .map(|case| (case.id, case.criteria))
        .collect();
    if sealed.is_empty() {
        return Ok(());
    }
    let came_at = tx.one(
        "SELECT created_at FROM message WHERE id = $1",
        params![message],
        |row| row.int(0),
    )?;
    let came_at = came_at.unwrap_or_else(|| tx.now());
    for (case, criteria) in sealed {
        if criteria.fits_row(new.message_id.as_deref(), content, came_at)
            && criteria.fits_marks(new.marks.as_ref()) == Some(true)
        {
            super::add_found(tx, case, message)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn dates_are_those_of_the_calendar() {
        for (at, text) in [
            (0, "Thu, 01 Jan 1970 07:00:00 +0700"),
            (1_795_338_000_000, "Sun, 22 Nov 2026 16:00:00 +0700"),
            (1_709_139_600_000, "Thu, 29 Feb 2024 00:00:00 +0700"),
            (951_843_599_000, "Tue, 29 Feb 2000 23:59:59 +0700"),
        ] {
            assert_eq!(super::date(at), text);
        }
    }
}
