//! LSUB (RFC 3501 §6.3.9).

use std::collections::{BTreeMap, HashSet};

use congvu_store::{Tx, folder};

use super::names::{self, above};
use crate::command::Lsub;
use crate::response::mailbox;
use crate::session::{Done, Failure, Session};
use crate::types::MailboxName;

impl Session {
    pub(super) async fn lsub(&mut self, lsub: Lsub) -> Result<Done, Failure> {
        let who = self.who()?;
        let work = move |tx: &mut Tx<'_>| {
            let tree = names::tree(tx, who, false)?.into_iter();
            let folders = tree.filter(|(_, node)| node.folder.is_some());
            let folders: HashSet<String> = folders.map(|(name, _)| name).collect();
            // Whether each name can be selected.
            let mut found: BTreeMap<String, bool> = BTreeMap::new();
            for name in folder::subscriptions(tx, who.mailbox)? {
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
