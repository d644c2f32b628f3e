//! SUBSCRIBE and UNSUBSCRIBE (RFC 9051 §6.3.7, §6.3.8).

use congvu_store::{Tx, folder};

use crate::response::Code;
use crate::session::{Done, Failure, Session};
use crate::types::MailboxName;

/// The most subscribed names: they need not exist, so nothing else bounds them.
const MOST: usize = 5_000;

impl Session {
    pub(super) async fn subscribe(
        &mut self,
        name: MailboxName,
        subscribed: bool,
    ) -> Result<Done, Failure> {
        let mailbox = self.mailbox()?;
        self.named(&name);
        let work = move |tx: &mut Tx<'_>| {
            if !subscribed {
                folder::unsubscribe(tx, mailbox, name.as_str())?;
                return Ok(());
            }
            if folder::subscriptions(tx, mailbox)?.len() >= MOST {
                return Err(Failure::no(Code::Limit, "Too many subscriptions"));
            }
            folder::subscribe(tx, mailbox, name.as_str())?;
            Ok(())
        };
        self.server.store.write(work).await?;
        Ok(Done::plain(if subscribed {
            "SUBSCRIBE completed"
        } else {
            "UNSUBSCRIBE completed"
        }))
    }
}
