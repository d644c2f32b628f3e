//! RENAME (RFC 9051 §6.3.6). Subscriptions are names and stay as they are:
//! only the client takes a name off (RFC 9051 §6.3.7).

use congvu_store::{MailboxId, StoreError, Tx, folder, metadata};

use super::list;
use super::names;
use crate::command::Rename;
use crate::response::Code;
use crate::session::{Done, Failure, Session};
use crate::types::MailboxName;

impl Session {
    pub(super) async fn rename(&mut self, rename: Rename) -> Result<Done, Failure> {
        let who = self.who()?;
        self.named(&rename.to);
        let moves_mail = names::is_an_inbox(&rename.from);
        // The name the client knows, in the form it knows (RFC 9051 §6.3.6). INBOX stays what it is.
        let mut given = std::mem::take(&mut self.denormalized).into_iter();
        let given = given.find(|given| given.name == rename.from);
        let given = given.map_or(rename.from.as_str().to_owned(), |given| given.given);
        let announce = self.enabled.rev2 && !moves_mail;
        let work = move |tx: &mut Tx<'_>| {
            let from = names::changeable(tx, who, &rename.from)?;
            let to = names::changeable(tx, who, &rename.to)?;
            if from.mailbox != to.mailbox {
                let text = "A mailbox cannot be renamed into somebody else's";
                return Err(Failure::no(Code::Cannot, text));
            }
            let (mailbox, inner) = (from.mailbox, (&from.name, &to.name));
            carry_out(tx, mailbox, inner)?;
            let mut out = Vec::new();
            if announce {
                match to.folder(tx).ok() {
                    Some(folder) => list::one(tx, &mut out, &folder, &rename.to, Some(&given))?,
                    None => {
                        let words = ["\\NonExistent", "\\HasChildren"];
                        list::named(&mut out, &words, &rename.to, Some(&given));
                    }
                }
            }
            Ok::<_, Failure>(out)
        };
        let told = if moves_mail {
            self.server.store.write_bulk(work).await?
        } else {
            self.server.store.write(work).await?
        };
        self.conn.put(&told);
        Ok(Done::plain("RENAME completed"))
    }
}

fn carry_out(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    (from, to): (&MailboxName, &MailboxName),
) -> Result<(), Failure> {
    let tree = names::own_tree(tx, mailbox)?;
    if !tree.contains_key(from.as_str()) {
        return Err(Failure::no(Code::NonExistent, "No such mailbox"));
    }
    if to.is_inbox() || from == to || tree.contains_key(to.as_str()) {
        let text = "A mailbox of the new name exists";
        return Err(Failure::no(Code::AlreadyExists, text));
    }
    if from.is_inbox() {
        // Its mail moves, itself and what lies below it stay.
        names::make_parents(tx, mailbox, to)?;
        let inbox = folder::find(tx, mailbox, from.as_str())?;
        let inbox = inbox.ok_or(StoreError::NotFound("INBOX"))?;
        let made = folder::create(tx, mailbox, to.as_str(), None).map_err(names::taken)?;
        // RFC 5464 §4.1: both have them from now on.
        metadata::copy(tx, mailbox, inbox.id, made)?;
        return Ok(folder::move_all(tx, inbox.id, made)?);
    }
    if from.is_above(to) {
        let text = "A mailbox cannot lie below itself";
        return Err(Failure::no(Code::Cannot, text));
    }
    for name in tree.keys() {
        let below = name.strip_prefix(from.as_str());
        if let Some(rest) = below.filter(|rest| rest.starts_with('/'))
            && MailboxName::new(&format!("{}{rest}", to.as_str())).is_err()
        {
            return Err(Failure::no(Code::Cannot, "A new name would be too long"));
        }
    }
    names::make_parents(tx, mailbox, to)?;
    folder::rename(tx, mailbox, from.as_str(), to.as_str()).map_err(names::taken)
}
