//! DELETE (RFC 9051 §6.3.5).

use congvu_store::{Tx, folder};

use super::list;
use super::names;
use crate::response::Code;
use crate::session::{Done, Failure, Session};
use crate::types::MailboxName;

const NO_INBOX: Failure = Failure::No(Some(Code::Cannot), "INBOX cannot be deleted");

impl Session {
    pub(super) async fn delete(&mut self, name: MailboxName) -> Result<Done, Failure> {
        let who = self.who()?;
        let given = self.denormalized.pop().filter(|_| self.enabled.rev2);
        if name.is_inbox() {
            return Err(NO_INBOX);
        }
        self.named(&name);
        let witness = self.witness();
        let work = move |tx: &mut Tx<'_>| {
            let place = names::changeable(tx, who, &name)?;
            if place.name.is_inbox() {
                return Err(NO_INBOX);
            }
            match folder::find(tx, place.mailbox, place.name.as_str())? {
                Some(folder) => {
                    if let Some(witness) = witness.as_ref().filter(|_| place.shared.is_some()) {
                        witness.removed(tx, folder.id, folder.total.into())?;
                    }
                    folder::delete(tx, folder.id)?;
                    Ok(folder.id)
                }
                None if names::own_tree(tx, place.mailbox)?.contains_key(place.name.as_str()) => {
                    Err(Failure::no(Code::HasChildren, "Mailbox has children"))
                }
                None => Err(Failure::no(Code::NonExistent, "No such mailbox")),
            }
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
