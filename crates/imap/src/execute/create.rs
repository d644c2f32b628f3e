//! CREATE (RFC 9051 §6.3.4), with a special use (RFC 6154 §3).

use congvu_store::{Tx, folder};

use super::list;
use super::names;
use crate::command::Create;
use crate::response::Code;
use crate::session::{Done, Failure, Session};
use crate::types::SpecialUse;

impl Session {
    pub(super) async fn create(&mut self, create: Create) -> Result<Done, Failure> {
        let who = self.who()?;
        // Views of messages that lie elsewhere are not offered.
        if create
            .uses
            .iter()
            .any(|what| matches!(what, SpecialUse::All | SpecialUse::Flagged))
        {
            return Err(Failure::no(Code::UseAttr, "Special use not supported"));
        }
        self.named(&create.mailbox);
        let given = self.denormalized.pop().filter(|_| self.enabled.rev2);
        let work = move |tx: &mut Tx<'_>| {
            let place = names::changeable(tx, who, &create.mailbox)?;
            let (mailbox, name) = (place.mailbox, &place.name);
            if name.is_inbox() || folder::find(tx, mailbox, name.as_str())?.is_some() {
                return Err(Failure::no(Code::AlreadyExists, "Mailbox already exists"));
            }
            if place.shared.is_some() && !create.uses.is_empty() {
                let text = "Special uses are for mailboxes of your own";
                return Err(Failure::no(Code::UseAttr, text));
            }
            let uses: Vec<&str> = create.uses.iter().map(|what| what.as_str()).collect();
            for folder in folder::list(tx, mailbox)? {
                let has = folder.special_use.unwrap_or_default();
                if has.split(' ').any(|what| uses.contains(&what)) {
                    return Err(Failure::no(
                        Code::UseAttr,
                        "Another mailbox has this special use",
                    ));
                }
            }
            names::make_parents(tx, mailbox, name)?;
            let joined = Some(uses.join(" ")).filter(|uses| !uses.is_empty());
            folder::create(tx, mailbox, name.as_str(), joined.as_deref()).map_err(names::taken)?;
            let folder = place.folder(tx)?;
            let mut out = Vec::new();
            if let Some(given) = &given {
                // RFC 9051 §6.3.4: the client hears by what name it is known.
                list::one(tx, &mut out, &folder, &create.mailbox, Some(&given.given))?;
            }
            Ok((folder.id, out))
        };
        let (made, told) = self.server.store.write(work).await?;
        self.conn.put(&told);
        // RFC 8474 §4.1
        Ok(Done::with(&Code::MailboxId(made.0), "CREATE completed"))
    }
}
