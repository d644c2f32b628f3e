//! The selected mailbox, where it is not one's own: whether it may still be open. Asked before each command, and heard of
//! while nothing is asked (TQ.11.2, BS.III.9: what was given ends when it ends, not when somebody looks).

use std::time::Duration;

use congvu_store::change::{Hub, SeveralWatch};
use congvu_store::delegation::Rights;
use congvu_store::{AccessGrantId, Change};

use super::{End, Failure, Session};
use crate::command::Stage;
use crate::others::{self, Other};
use crate::response::{Code, Condition, untagged_status};

const CLOSED: &str = "You may no longer open this mailbox";

/// A mailbox that is not one's own, open.
#[derive(Debug)]
pub(crate) struct KeptOpen {
    /// What lets one read it, where one does not keep it.
    pub(crate) grant: Option<AccessGrantId>,
    /// When that ends by itself (ms).
    until_at: Option<i64>,
    /// Hears of what changes about its keepers.
    watch: SeveralWatch,
}

impl KeptOpen {
    pub(crate) fn new(hub: &std::sync::Arc<Hub>, other: &Other) -> Self {
        let mut watch = hub.watch_several();
        watch.add(Change::Keepers(other.mailbox));
        Self {
            grant: other.grant,
            until_at: other.until_at,
            watch,
        }
    }

    /// Returns when it may no longer be open, or that may be so. Cancel-safe.
    pub(crate) async fn changed(&self, now: i64) {
        let left = self.until_at.map(|until| until.saturating_sub(now).max(0));
        let over = async {
            match left {
                Some(ms) => tokio::time::sleep(Duration::from_millis(ms.unsigned_abs())).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = self.watch.changed() => {}
            () = over => {}
        }
    }
}

impl Session {
    /// What one may do now in the selected mailbox; `None` where one's own is selected, or nothing.
    async fn still_kept(&mut self) -> Result<Option<Option<Other>>, Failure> {
        let who = self.who().ok();
        let selected = self.selected.as_mut().zip(who);
        let Some((selected, who)) = selected.filter(|(selected, _)| selected.kept.is_some()) else {
            return Ok(None);
        };
        let mailbox = selected.mailbox;
        if let Some(kept) = &mut selected.kept {
            kept.watch.take();
        }
        let store = self.server.store.clone();
        let asked = store.read(move |tx| others::one(tx, who.account, mailbox));
        Ok(Some(asked.await?))
    }

    /// Takes note of what one may do now.
    fn keep(&mut self, now: &Other) {
        if let Some(selected) = &mut self.selected {
            selected.read_only = selected.examined || !now.rights.has(Rights::ORGANISE);
            if let Some(kept) = &mut selected.kept {
                kept.grant = now.grant;
                kept.until_at = now.until_at;
            }
        }
    }

    /// Before a command: closes another's mailbox that may no longer be open, and refuses what would be done in it. What
    /// is one's own goes on.
    pub(super) async fn check_kept(&mut self, stage: Stage) -> Result<(), Failure> {
        match self.still_kept().await? {
            None => return Ok(()),
            Some(Some(kept)) => {
                self.keep(&kept);
                return Ok(());
            }
            Some(None) => {}
        }
        self.selected = None;
        let out = self.conn.out();
        untagged_status(out, Condition::Ok, Some(&Code::Closed), CLOSED);
        if stage == Stage::Selected {
            return Err(Failure::no(Code::NoPerm, CLOSED));
        }
        Ok(())
    }

    /// While nothing is asked: a client that waits for changes of a mailbox it may no longer open is told so.
    pub(crate) async fn check_kept_idle(&mut self) -> Result<(), Failure> {
        match self.still_kept().await? {
            Some(None) => Err(End::Bye(Some(Code::NoPerm), CLOSED).into()),
            Some(Some(kept)) => {
                self.keep(&kept);
                Ok(())
            }
            None => Ok(()),
        }
    }
}
