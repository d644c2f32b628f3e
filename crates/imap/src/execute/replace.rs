//! REPLACE and UID REPLACE (RFC 8508): the new message comes and the old one goes
//! in one transaction.

use super::batch::Target;
use crate::command::Replace;
use crate::response::{Code, Condition, untagged_status};
use crate::session::{Done, Failure, Session};

impl Session {
    pub(super) async fn replace(&mut self, replace: Replace) -> Result<Done, Failure> {
        let literal = replace.new.message.literal;
        let old = match self.replaced(&replace) {
            Ok(old) => old,
            Err(failure) => {
                // Who waits for our word will not send the message.
                if !literal.sync {
                    self.discard(literal.size).await?;
                }
                return Err(failure);
            }
        };
        let target = Target {
            who: self.who()?,
            name: replace.new.mailbox,
            replaces: Some(old),
        };
        let kept = self.take_messages(&target, replace.new.message).await?;
        // RFC 8508 §4.3: told before the EXPUNGE, which follows when the session
        // catches up.
        let code = Code::AppendUid {
            uid_validity: kept.uid_validity,
            uids: &kept.uids,
        };
        let out = self.conn.out();
        untagged_status(out, Condition::Ok, Some(&code), "Replacement message ready");
        // And the new message before the old one goes.
        self.catch_up(replace.old.is_uid()).await?;
        Ok(Done {
            highest: true,
            ..Done::plain("REPLACE completed")
        })
    }

    /// The folder and the UID of the message that goes.
    fn replaced(&mut self, replace: &Replace) -> Result<(congvu_store::FolderId, u32), Failure> {
        let selected = self.writable()?;
        let ranges = selected.resolve(&replace.old)?;
        match ranges.first() {
            Some(&(uid, _)) => Ok((selected.folder, uid)),
            None => Err(Failure::no(Code::NonExistent, "No such message")),
        }
    }
}
