//! Flags on the wire and flag bits in the store.

use congvu_store::keyword::{self, FIRST_KEYWORD, flag};
use congvu_store::{MailboxId, StoreResult, Tx};

use super::Failure;
use crate::response::Condition;
use crate::response::{Code, flag_list, untagged, untagged_status};
use crate::types::{Flag, FlagList, Keyword};

/// How many keywords a mailbox can have: the bits of an entry's flags that no
/// system flag takes, without the sign.
const MOST_KEYWORDS: usize = 63 - FIRST_KEYWORD as usize;

const SYSTEM: [(i64, Flag); 5] = [
    (flag::ANSWERED, Flag::Answered),
    (flag::FLAGGED, Flag::Flagged),
    (flag::DELETED, Flag::Deleted),
    (flag::SEEN, Flag::Seen),
    (flag::DRAFT, Flag::Draft),
];

/// The keywords of a mailbox.
#[derive(Debug, Clone, Default)]
pub(crate) struct Keywords(Vec<(i64, Flag)>);

impl Keywords {
    /// As they are stored now.
    pub(crate) fn load(tx: &mut Tx<'_>, mailbox: MailboxId) -> StoreResult<Self> {
        let known = keyword::list(tx, mailbox)?.into_iter();
        let known = known.filter_map(|(bit, name)| {
            let name = Keyword::new(&name).ok()?;
            Some((1_i64.checked_shl(bit.into())?, Flag::Keyword(name)))
        });
        Ok(Self(known.collect()))
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The bit of a flag; `None` for a keyword nobody has used.
    pub(crate) fn bit(&self, flag: &Flag) -> Option<i64> {
        let mut all = SYSTEM.iter().chain(&self.0);
        all.find(|(_, known)| known == flag).map(|(bit, _)| *bit)
    }

    /// Writes `FLAGS (…)` of a message.
    pub(crate) fn write(&self, out: &mut Vec<u8>, bits: i64, recent: bool) {
        out.extend_from_slice(b"FLAGS (");
        let start = out.len();
        for (bit, flag) in SYSTEM.iter().chain(&self.0) {
            if bits & bit != 0 {
                out.extend_from_slice(flag.as_str().as_bytes());
                out.push(b' ');
            }
        }
        if recent {
            out.extend_from_slice(b"\\Recent ");
        }
        if out.len() > start {
            out.pop();
        }
        out.push(b')');
    }

    fn all(&self) -> Vec<Flag> {
        let all = SYSTEM.iter().chain(&self.0);
        all.map(|(_, flag)| flag.clone()).collect()
    }

    /// Writes the untagged FLAGS of a mailbox.
    pub(crate) fn announce(&self, out: &mut Vec<u8>) {
        untagged(out, |out| {
            out.extend_from_slice(b"FLAGS ");
            flag_list(out, &self.all());
        });
    }

    /// Writes what can be set for good: `\*` while keywords are left.
    pub(crate) fn announce_permanent(&self, out: &mut Vec<u8>, read_only: bool) {
        let (flags, any, text) = if read_only {
            (Vec::new(), false, "Read-only mailbox")
        } else {
            (self.all(), self.len() < MOST_KEYWORDS, "Flags permitted")
        };
        let code = Code::PermanentFlags { flags: &flags, any };
        untagged_status(out, Condition::Ok, Some(&code), text);
    }
}

/// The bits of `flags`. Keywords nobody has used are made if `make`, else
/// passed over.
pub(crate) fn bits(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    flags: &FlagList,
    make: bool,
) -> Result<i64, Failure> {
    let mut bits = 0;
    for flag in flags {
        bits |= match flag {
            Flag::Keyword(keyword) if make => keyword::ensure(tx, mailbox, keyword.as_str())?
                .ok_or(Failure::no(Code::Limit, "Too many different keywords"))?,
            Flag::Keyword(keyword) => keyword::find(tx, mailbox, keyword.as_str())?.unwrap_or(0),
            system => Keywords::default().bit(system).unwrap_or(0),
        };
    }
    Ok(bits)
}
