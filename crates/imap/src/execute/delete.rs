//! DELETE (RFC 9051 §6.3.5).

use congvu_store::{Tx, folder};

use super::list;
use super::names;
use crate::response::Code;
use crate::session::{Done, Failure, Session};
use crate::types::MailboxName;

impl Session {
    pub(super) async fn delete(&mut self, name: MailboxName) -> Result<Done, Failure> {
        let mailbox = self.mailbox()?;
        let given = self.denormalized.pop().filter(|_| self.enabled.rev2);
        if name.is_inbox() {
            return Err(Failure::no(Code::Cannot, "INBOX cannot be deleted"));
        }
        let work = move |tx: &mut Tx<'_>| match folder::find(tx, mailbox, name.as_str())? {
            Some(folder) => {
                folder::delete(tx, folder.id)?;
                Ok(folder.id)
            }
            None if names::tree(tx, mailbox, false)?.contains_key(name.as_str()) => {
                Err(Failure::no(Code::HasChildren, "Mailbox has children"))
            }
            None => Err(Failure::no(Code::NonExistent, "No such mailbox")),
        };
        let deleted = self.server.store.write(work).await?;
        // Who deletes the selected mailbox knows that it is gone.
        let selected = self.selected.as_ref();
        if selected.is_some_and(|selected| selected.folder == deleted) {
            self.selected = None;
        }
        if let Some(given) = given {
            // RFC 9051 §6.3.5
            let words = ["\\NonExistent"];
            list::named(self.conn.out(), &words, &given.name, Some(&given.given));
        }
        Ok(Done::plain("DELETE completed"))
    }
}
