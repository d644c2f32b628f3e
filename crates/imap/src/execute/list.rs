//! LIST (RFC 9051 §6.3.9, RFC 5258), with STATUS (RFC 5819), special uses
//! (RFC 6154), rights (RFC 8440) and annotations (RFC 9590).

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use congvu_store::folder::{self, Folder};
use congvu_store::{StoreResult, Tx};

use super::names::{self, Node, Tree};
use super::{acl, metadata, status};
use crate::command::{List, ListSelection};
use crate::response::{Code, mailbox, string_utf8, word_list};
use crate::session::{Done, Failure, Session};
use crate::types::{MailboxName, StatusItem};

/// A hundred hostile patterns against as many names as there may be would
/// keep others waiting.
const TIME: Duration = Duration::from_secs(2);

impl Session {
    pub(super) async fn list(&mut self, list: List) -> Result<Done, Failure> {
        let who = self.who()?;
        if list.separator_only {
            // The client asks for the separator (RFC 9051 §6.3.9).
            self.conn.put(b"* LIST (\\Noselect) \"/\" \"\"\r\n");
            return Ok(Done::plain("LIST completed"));
        }
        if list.returns.status.contains(&StatusItem::HighestModSeq) {
            self.enable_condstore();
        }
        let (enabled, limit) = (self.enabled, self.server.config.append_limit);
        if enabled.rev2 && list.returns.status.contains(&StatusItem::Recent) {
            return Err(status::NO_RECENT);
        }
        let work = move |tx: &mut Tx<'_>| {
            let subscriptions = list.selection.subscribed || list.returns.subscribed;
            let tree = names::tree(tx, who, subscriptions)?;
            let shown = shown(&list, &tree)?;
            let below = if list.selection.recursive_match {
                below(list.selection, &tree, &shown)
            } else {
                HashMap::new()
            };
            let mut out = Vec::new();
            for (text, node) in &tree {
                if !shown.contains(text.as_str()) {
                    continue;
                }
                let Ok(name) = MailboxName::new(text) else {
                    tracing::warn!(mailbox = who.mailbox.0, "a folder's name breaks the rules");
                    continue;
                };
                let below = below.get(text.as_str()).copied().unwrap_or_default();
                let selected = satisfies(list.selection, node);
                if !selected && !below.unshown {
                    continue;
                }
                let look = Look {
                    extended: list.extended || enabled.rev2,
                    subscribed: subscriptions,
                    utf8: enabled.unicode(),
                };
                let info = below.any.then_some(list.selection);
                line(&mut out, &name, node, look, |out| child_info(out, info));
                let Some(folder) = node.folder.as_ref().filter(|_| selected) else {
                    continue;
                };
                if !list.returns.status.is_empty() {
                    let items = &list.returns.status;
                    status::render(tx, &mut out, &name, folder, items, enabled, limit)?;
                }
                if list.returns.my_rights {
                    acl::my_rights(&mut out, &name, node.rights, look.utf8);
                }
                if !list.returns.metadata.is_empty() {
                    let entries = &list.returns.metadata;
                    metadata::render_list(tx, &mut out, who, (&name, folder), entries, look.utf8)?;
                }
            }
            Ok::<_, Failure>(out)
        };
        let out = self.server.store.read(work).await?;
        self.conn.put(&out);
        Ok(Done::plain("LIST completed"))
    }
}

/// The names that the patterns match.
fn shown<'a>(list: &List, tree: &'a Tree) -> Result<HashSet<&'a str>, Failure> {
    let began = Instant::now();
    let mut shown = HashSet::new();
    for name in tree.keys() {
        if began.elapsed() > TIME {
            return Err(Failure::no(Code::Limit, "These patterns take too long"));
        }
        if list.patterns.iter().any(|pattern| pattern.matches(name)) {
            shown.insert(name.as_str());
        }
    }
    Ok(shown)
}

/// Whether a name meets the selection options.
fn satisfies(selection: ListSelection, node: &Node) -> bool {
    let special = node
        .folder
        .as_ref()
        .is_some_and(|f| f.special_use.is_some());
    (!selection.subscribed || node.subscribed)
        && (!selection.special_use || special)
        // A subscribed name that nothing has is shown to who asks for those.
        && (selection.subscribed || node.folder.is_some() || node.children)
}

/// Of the names below a name that meet the selection options.
#[derive(Debug, Clone, Copy, Default)]
struct Below {
    /// There are some.
    any: bool,
    /// There are some that no pattern matches (RFC 5258 §3.5: a name that meets
    /// the options not itself is shown for these alone).
    unshown: bool,
}

fn below<'a>(
    selection: ListSelection,
    tree: &'a Tree,
    shown: &HashSet<&str>,
) -> HashMap<&'a str, Below> {
    let mut found: HashMap<&str, Below> = HashMap::new();
    for (name, node) in tree {
        if satisfies(selection, node) {
            for above in names::above(name) {
                let below = found.entry(above).or_default();
                below.any = true;
                below.unshown |= !shown.contains(name.as_str());
            }
        }
    }
    found
}

/// Writes which options names below meet (RFC 5258 §3.5).
fn child_info(out: &mut Vec<u8>, selection: Option<ListSelection>) {
    let Some(selection) = selection else {
        return;
    };
    let mut which = Vec::new();
    which.extend(selection.subscribed.then_some("\"SUBSCRIBED\""));
    which.extend(selection.special_use.then_some("\"SPECIAL-USE\""));
    out.extend_from_slice(b" (\"CHILDINFO\" ");
    word_list(out, which);
    out.push(b')');
}

/// What a LIST response tells.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look {
    /// To a client that knows extended responses.
    pub(crate) extended: bool,
    /// Whether the name is subscribed.
    pub(crate) subscribed: bool,
    /// To a client that takes UTF-8.
    pub(crate) utf8: bool,
}

/// Writes a LIST response; `extended` writes what follows the name.
pub(crate) fn line(
    out: &mut Vec<u8>,
    name: &MailboxName,
    node: &Node,
    look: Look,
    extended: impl FnOnce(&mut Vec<u8>),
) {
    let special = node.folder.as_ref().and_then(|f| f.special_use.as_deref());
    let mut words: Vec<&str> = Vec::new();
    match &node.folder {
        Some(_) => {}
        // RFC 5258 §3: it says more, but only to who knows it.
        None if look.extended || !node.children => words.push("\\NonExistent"),
        None => words.push("\\Noselect"),
    }
    words.push(if node.children {
        "\\HasChildren"
    } else {
        "\\HasNoChildren"
    });
    if node.subscribed && look.subscribed {
        words.push("\\Subscribed");
    }
    words.extend(special);
    out.extend_from_slice(b"* LIST ");
    word_list(out, words);
    out.extend_from_slice(b" \"/\" ");
    mailbox(out, name, look.utf8);
    extended(out);
    out.extend_from_slice(b"\r\n");
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

/// Writes the name that a mailbox had or is known by (RFC 5465 §5.4, RFC 9051 §6.3.9.7).
pub(crate) fn old_name(out: &mut Vec<u8>, name: impl FnOnce(&mut Vec<u8>)) {
    out.extend_from_slice(b" (\"OLDNAME\" (");
    name(out);
    out.extend_from_slice(b"))");
}

/// Writes a LIST response to a client that takes UTF-8.
pub(super) fn named(out: &mut Vec<u8>, words: &[&str], name: &MailboxName, old: Option<&str>) {
    out.extend_from_slice(b"* LIST ");
    word_list(out, words.iter().copied());
    out.extend_from_slice(b" \"/\" ");
    mailbox(out, name, true);
    if let Some(old) = old {
        old_name(out, |out| string_utf8(out, old));
    }
    out.extend_from_slice(b"\r\n");
}
