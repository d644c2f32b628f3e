//! Mailbox names and the folders that have them.

use std::collections::BTreeMap;

use congvu_store::folder::{self, Folder};
use congvu_store::{MailboxId, StoreError, Tx};

use crate::response::Code;
use crate::session::Failure;
use crate::types::{MailboxName, SEPARATOR};

/// The most folders a mailbox may have.
const MOST_FOLDERS: usize = 5_000;

/// The folder of this name.
pub(super) fn find(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    name: &MailboxName,
) -> Result<Folder, Failure> {
    folder::find(tx, mailbox, name.as_str())?
        .ok_or(Failure::no(Code::NonExistent, "No such mailbox"))
}

/// The folder that messages are to go to; the client is told where it could
/// make it (RFC 9051 §7.1, `TRYCREATE`).
pub(super) fn target(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    name: &MailboxName,
) -> Result<Folder, Failure> {
    folder::find(tx, mailbox, name.as_str())?.ok_or(Failure::no(Code::TryCreate, "No such mailbox"))
}

/// Makes the names above `name` that do not exist (RFC 3501 §6.3.3), and checks that there is room for them and for `name`.
pub(super) fn make_parents(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    name: &MailboxName,
) -> Result<(), Failure> {
    let have = folder::list(tx, mailbox)?;
    let exists = |name: &str| have.iter().any(|folder| folder.name == name);
    let mut missing = Vec::new();
    let mut above = name.parent();
    while let Some(parent) = above {
        if !exists(parent.as_str()) {
            missing.push(parent.clone());
        }
        above = parent.parent();
    }
    if have.len() + missing.len() >= MOST_FOLDERS {
        return Err(Failure::no(Code::Limit, "Too many mailboxes"));
    }
    for parent in missing.iter().rev() {
        folder::create(tx, mailbox, parent.as_str(), None).map_err(taken)?;
    }
    Ok(())
}

/// The name exists already.
pub(super) fn taken(error: StoreError) -> Failure {
    match error {
        StoreError::Conflict(_) => {
            Failure::no(Code::AlreadyExists, "A mailbox of this name exists")
        }
        error => error.into(),
    }
}

/// A name in the tree of folders.
#[derive(Debug, Default)]
pub(super) struct Node {
    /// The folder; without one, the name exists for what lies below it.
    pub(super) folder: Option<Folder>,
    pub(super) children: bool,
    pub(super) subscribed: bool,
    /// Something below is subscribed.
    pub(super) subscribed_below: bool,
    /// Something below has a special use.
    pub(super) special_below: bool,
}

/// All names by their order, those between included.
pub(super) type Tree = BTreeMap<String, Node>;

/// The tree of a mailbox, with the subscribed names if `subscriptions`.
pub(super) fn tree(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    subscriptions: bool,
) -> Result<Tree, Failure> {
    let mut tree = Tree::new();
    for folder in folder::list(tx, mailbox)? {
        let special = folder.special_use.is_some();
        for above in above(&folder.name) {
            let node = tree.entry(above.to_owned()).or_default();
            node.children = true;
            node.special_below |= special;
        }
        let name = folder.name.clone();
        tree.entry(name).or_default().folder = Some(folder);
    }
    if subscriptions {
        for name in folder::subscriptions(tx, mailbox)? {
            for above in above(&name) {
                // Shown only to who asks for it with RECURSIVEMATCH, where nothing has the name.
                tree.entry(above.to_owned()).or_default().subscribed_below = true;
            }
            tree.entry(name).or_default().subscribed = true;
        }
    }
    Ok(tree)
}

/// The names above, from the nearest.
pub(super) fn above(name: &str) -> impl Iterator<Item = &str> {
    let ends = name.rmatch_indices(SEPARATOR);
    ends.map(|(end, _)| &name[..end])
}
