//! LSUB (RFC 3501 §6.3.9).

use std::collections::{BTreeMap, HashSet};

use congvu_store::{Tx, folder};

use super::names::above;
use crate::command::Lsub;
use crate::response::mailbox;
use crate::session::{Done, Failure, Session};
use crate::types::MailboxName;

impl Session {
    pub(super) async fn lsub(&mut self, lsub: Lsub) -> Result<Done, Failure> {
        let id = self.mailbox()?;
        let work = move |tx: &mut Tx<'_>| {
            let folders = folder::list(tx, id)?.into_iter().map(|folder| folder.name);
            let folders: HashSet<String> = folders.collect();
            // Whether each name can be selected.
            let mut found: BTreeMap<String, bool> = BTreeMap::new();
            for name in folder::subscriptions(tx, id)? {
                if lsub.pattern.matches(&name) {
                    let exists = folders.contains(&name);
                    found.insert(name, exists);
                    continue;
                }
                // `%` ends above a subscribed name: the name there is shown,
                // though not as one to select.
                for parent in above(&name) {
                    if lsub.pattern.matches(parent) {
                        found.entry(parent.to_owned()).or_insert(false);
                    }
                }
            }
            Ok::<_, Failure>(found)
        };
        let found = self.server.store.read(work).await?;
        let utf8 = self.enabled.unicode();
        let out = self.conn.out();
        for (name, exists) in found {
            let Ok(name) = MailboxName::new(&name) else {
                continue;
            };
            out.extend_from_slice(b"* LSUB (");
            if !exists {
                out.extend_from_slice(b"\\Noselect");
            }
            out.extend_from_slice(b") \"/\" ");
            mailbox(out, &name, utf8);
            out.extend_from_slice(b"\r\n");
        }
        Ok(Done::plain("LSUB completed"))
    }
}
