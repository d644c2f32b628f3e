//! NOTIFY (RFC 5465 §3.1).

use crate::command::Notify as Command;
use crate::response::Code;
use crate::session::notify::{Notify, State};
use crate::session::{Done, Failure, Session, Telling};

impl Session {
    pub(super) async fn notify(&mut self, command: Command) -> Result<Done, Failure> {
        // What happened before is told as it was agreed before.
        let telling = Telling {
            expunge: true,
            uid: false,
            heard: false,
        };
        self.tell_changes(telling).await?;
        let Command::Set { status, groups } = command else {
            self.notify = Some(Box::new(Notify::none()));
            return Ok(Done::plain("NOTIFY completed"));
        };
        let who = self.who()?;
        let store = self.server.store.clone();
        let watch = store.hub().watch_several();
        let state = store.read(move |tx| State::read(tx, who)).await?;
        let notify = Notify::new(groups, watch, &state).ok_or(Failure::no(
            Code::NotificationOverflow,
            "Too many mailboxes to tell of",
        ))?;
        if status {
            let selected = self.selected.as_ref().map(|selected| selected.folder);
            let style = self.notice_style();
            notify.status(self.conn.out(), selected, style);
        }
        self.notify = Some(Box::new(notify));
        // RFC 5465 §3.1: the selected mailbox too is told of at once.
        Ok(Done::plain("NOTIFY completed"))
    }
}
