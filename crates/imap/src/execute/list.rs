//! LIST (RFC 9051 §6.3.9, RFC 5258), with STATUS (RFC 5819) and special uses
//! (RFC 6154).

use std::time::{Duration, Instant};

use congvu_store::folder::{self, Folder};
use congvu_store::{StoreResult, Tx};

use super::names::{self, Node};
use super::status;
use crate::command::List;
use crate::response::{Code, mailbox, string_utf8, word_list};
use crate::session::{Done, Enabled, Failure, Session};
use crate::types::{MailboxName, StatusItem};

/// A hundred hostile patterns against as many names as there may be would
/// keep others waiting.
const TIME: Duration = Duration::from_secs(2);

impl Session {
    pub(super) async fn list(&mut self, list: List) -> Result<Done, Failure> {
        let id = self.mailbox()?;
        if list.separator_only {
            // The client asks for the separator (RFC 9051 §6.3.9).
            self.conn.put(b"* LIST (\\Noselect) \"/\" \"\"\r\n");
            return Ok(Done::plain("LIST completed"));
        }
        if list.returns.status.contains(&StatusItem::HighestModSeq) {
            self.enable_condstore();
        }
        let enabled = self.enabled;
        if enabled.rev2 && list.returns.status.contains(&StatusItem::Recent) {
            return Err(status::NO_RECENT);
        }
        let work = move |tx: &mut Tx<'_>| {
            let subscriptions = list.selection.subscribed || list.returns.subscribed;
            let mut out = Vec::new();
            let began = Instant::now();
            for (name, node) in names::tree(tx, id, subscriptions)? {
                if began.elapsed() > TIME {
                    return Err(Failure::no(Code::Limit, "These patterns take too long"));
                }
                if !list.patterns.iter().any(|pattern| pattern.matches(&name)) {
                    continue;
                }
                let Ok(name) = MailboxName::new(&name) else {
                    tracing::warn!(mailbox = id.0, "a folder's name breaks the rules");
                    continue;
                };
                let selected = line(&mut out, &list, &name, &node, enabled);
                if let Some(folder) = &node.folder
                    && selected
                    && !list.returns.status.is_empty()
                {
                    let items = &list.returns.status;
                    status::render(tx, &mut out, &name, folder, items, enabled)?;
                }
            }
            Ok::<_, Failure>(out)
        };
        let out = self.server.store.read(work).await?;
        self.conn.put(&out);
        Ok(Done::plain("LIST completed"))
    }
}

/// Writes a name's line if it is among those selected, or something below it is. Says whether it is itself:
/// only then its status is asked for (RFC 9051 §6.3.9.8, example 11).
fn line(out: &mut Vec<u8>, list: &List, name: &MailboxName, node: &Node, enabled: Enabled) -> bool {
    let special = node.folder.as_ref().and_then(|f| f.special_use.as_deref());
    let selection = list.selection;
    let selected = (!selection.subscribed || node.subscribed)
        && (!selection.special_use || special.is_some())
        // A subscribed name that nothing has is shown to who asks for those.
        && (selection.subscribed || node.folder.is_some() || node.children);
    let below_subscribed = selection.subscribed && node.subscribed_below;
    let below_special = selection.special_use && node.special_below;
    let below = selection.recursive_match && (below_subscribed || below_special);
    if !selected && !below {
        return false;
    }
    let mut words: Vec<&str> = Vec::new();
    match (&node.folder, node.children) {
        (Some(_), _) => {}
        (None, true) if !enabled.rev2 => words.push("\\Noselect"),
        // RFC 9051 §6.3.9.6
        (None, _) => words.push("\\NonExistent"),
    }
    words.push(if node.children {
        "\\HasChildren"
    } else {
        "\\HasNoChildren"
    });
    if node.subscribed && (selection.subscribed || list.returns.subscribed) {
        words.push("\\Subscribed");
    }
    words.extend(special);
    out.extend_from_slice(b"* LIST ");
    word_list(out, words);
    out.extend_from_slice(b" \"/\" ");
    mailbox(out, name, enabled.unicode());
    if below {
        // RFC 5258 §3.5.
        let mut which = Vec::new();
        which.extend(below_subscribed.then_some("\"SUBSCRIBED\""));
        which.extend(below_special.then_some("\"SPECIAL-USE\""));
        out.extend_from_slice(b" (\"CHILDINFO\" ");
        word_list(out, which);
        out.push(b')');
    }
    out.extend_from_slice(b"\r\n");
    selected
}

/// Writes the LIST response that tells of one mailbox by itself (RFC 9051 §6.3.2, §6.3.6), and of the name that
/// the client knows it by where that is another (§6.3.9.7).
pub(super) fn one(
    tx: &mut Tx<'_>,
    out: &mut Vec<u8>,
    folder: &Folder,
    name: &MailboxName,
    old: Option<&str>,
) -> StoreResult<()> {
    let below = folder::has_below(tx, folder.mailbox, &folder.name)?;
    let mut words = vec![if below {
        "\\HasChildren"
    } else {
        "\\HasNoChildren"
    }];
    words.extend(folder.special_use.as_deref());
    named(out, &words, name, old);
    Ok(())
}

/// Writes a LIST response to a client that takes UTF-8.
pub(super) fn named(out: &mut Vec<u8>, words: &[&str], name: &MailboxName, old: Option<&str>) {
    out.extend_from_slice(b"* LIST ");
    word_list(out, words.iter().copied());
    out.extend_from_slice(b" \"/\" ");
    mailbox(out, name, true);
    if let Some(old) = old {
        out.extend_from_slice(b" (\"OLDNAME\" (");
        string_utf8(out, old);
        out.extend_from_slice(b"))");
    }
    out.extend_from_slice(b"\r\n");
}
