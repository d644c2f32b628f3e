//! Mailbox names and the folders that have them.

use std::collections::BTreeMap;

use congvu_store::delegation::Rights;
use congvu_store::folder::{self, Folder};
use congvu_store::{AccountId, MailboxId, StoreError, Tx};

use crate::others::{self, Other};
use crate::response::Code;
use crate::session::Failure;
use crate::types::{INBOX, MailboxName, SEPARATOR};

/// The shared namespace: what lies below it is `<address>/<folder>` of the unit mailboxes one keeps, and of those one may read
/// for a while. Without marks, for some programs show the prefix of a namespace as it goes over the wire.
pub(crate) const SHARED: &str = "Shared";

/// The most folders a mailbox may have.
pub(super) const MOST_FOLDERS: usize = 5_000;

/// Who asks: the account, and the mailbox that is its own.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Who {
    pub(crate) account: AccountId,
    pub(crate) mailbox: MailboxId,
}

/// Where a name leads: a mailbox, what may be done there, and the name in it.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) mailbox: MailboxId,
    pub(crate) rights: Rights,
    pub(crate) name: MailboxName,
    /// The mailbox that is not one's own, where it is not.
    pub(crate) shared: Option<Other>,
}

impl Place {
    /// Whether these rights are among those one has here (RFC 4314 §4).
    pub(crate) fn need(&self, rights: Rights) -> Result<(), Failure> {
        if self.rights.has(rights) {
            Ok(())
        } else {
            Err(Failure::no(
                Code::NoPerm,
                "You were not given the right to do this",
            ))
        }
    }

    /// The folder here.
    pub(crate) fn folder(&self, tx: &mut Tx<'_>) -> Result<Folder, Failure> {
        folder::find(tx, self.mailbox, self.name.as_str())?.ok_or(NO_SUCH)
    }
}

const NO_SUCH: Failure = Failure::No(Some(Code::NonExistent), "No such mailbox");

/// What a name in the shared namespace (RFC 2342) has after the namespace's own; `None` for a name of one's own.
fn in_shared(name: &str) -> Option<&str> {
    let rest = name.strip_prefix(SHARED)?;
    if rest.is_empty() {
        return Some(rest);
    }
    rest.strip_prefix(SEPARATOR)
}

/// Whether a name is the shared namespace's, or lies in it.
pub(crate) fn is_shared(name: &str) -> bool {
    in_shared(name).is_some()
}

/// Whether a name is that of an inbox, one's own or a unit's.
pub(crate) fn is_an_inbox(name: &MailboxName) -> bool {
    let inner = in_shared(name.as_str()).and_then(|rest| rest.split_once(SEPARATOR));
    name.is_inbox() || inner.is_some_and(|(_, inner)| inner.eq_ignore_ascii_case(INBOX))
}

/// Where a name leads. One's own costs no question to the store; another's is asked for each time, so that what was
/// taken back, locked, or is over opens nothing any more. What one may not read is as if it did not exist.
pub(crate) fn place(tx: &mut Tx<'_>, who: Who, name: &MailboxName) -> Result<Place, Failure> {
    let Some(rest) = in_shared(name.as_str()) else {
        return Ok(Place {
            mailbox: who.mailbox,
            rights: Rights::ALL,
            name: name.clone(),
            shared: None,
        });
    };
    let (address, inner) = rest.split_once(SEPARATOR).ok_or(NO_SUCH)?;
    let others = others::all(tx, who.account)?;
    let found = others
        .into_iter()
        .find(|other| other.address.eq_ignore_ascii_case(address));
    let other = found.ok_or(NO_SUCH)?;
    Ok(Place {
        mailbox: other.mailbox,
        rights: other.rights,
        name: MailboxName::new(inner).map_err(|_| NO_SUCH)?,
        shared: Some(other),
    })
}

/// The folder of this name, with where it lies.
pub(super) fn find(
    tx: &mut Tx<'_>,
    who: Who,
    name: &MailboxName,
) -> Result<(Folder, Place), Failure> {
    let place = place(tx, who, name)?;
    Ok((place.folder(tx)?, place))
}

/// The folder that messages are to go to; the client is told where it could
/// make it (RFC 9051 §7.1, `TRYCREATE`).
pub(super) fn target(
    tx: &mut Tx<'_>,
    who: Who,
    name: &MailboxName,
) -> Result<(Folder, Place), Failure> {
    let place = place(tx, who, name)?;
    place.need(Rights::ORGANISE)?;
    let found = folder::find(tx, place.mailbox, place.name.as_str())?;
    let folder = found.ok_or(Failure::no(Code::TryCreate, "No such mailbox"))?;
    Ok((folder, place))
}

/// Where a folder of this name may be made, renamed or deleted.
pub(super) fn changeable(tx: &mut Tx<'_>, who: Who, name: &MailboxName) -> Result<Place, Failure> {
    let place = place(tx, who, name).map_err(|failure| match failure {
        Failure::No(Some(Code::NonExistent), _) => Failure::no(
            Code::NoPerm,
            "Names here are those of unit mailboxes you keep",
        ),
        failure => failure,
    })?;
    place.need(Rights::ORGANISE)?;
    Ok(place)
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
pub(crate) struct Node {
    /// The folder; without one, the name exists for what lies below it.
    pub(crate) folder: Option<Folder>,
    /// Folders lie below.
    pub(crate) children: bool,
    pub(crate) subscribed: bool,
    /// What may be done in the folder.
    pub(crate) rights: Rights,
}

/// All names by their order, those between included. With subscriptions come names that nothing has, and those above them.
pub(crate) type Tree = BTreeMap<String, Node>;

/// The tree of one mailbox alone.
pub(super) fn own_tree(tx: &mut Tx<'_>, mailbox: MailboxId) -> Result<Tree, Failure> {
    let mut tree = Tree::new();
    for folder in folder::list(tx, mailbox)? {
        plant(&mut tree, folder, Rights::ALL);
    }
    Ok(tree)
}

fn plant(tree: &mut Tree, folder: Folder, rights: Rights) {
    for above in above(&folder.name) {
        tree.entry(above.to_owned()).or_default().children = true;
    }
    let node = tree.entry(folder.name.clone()).or_default();
    node.folder = Some(folder);
    node.rights = rights;
}

/// The tree of one's own mailbox and of the others that one may open, whose folders have their whole names here; with the
/// subscribed names if `subscriptions`.
pub(crate) fn tree(tx: &mut Tx<'_>, who: Who, subscriptions: bool) -> Result<Tree, Failure> {
    let mut tree = own_tree(tx, who.mailbox)?;
    for other in others::all(tx, who.account)? {
        for mut folder in folder::list(tx, other.mailbox)? {
            folder.name = whole_name(&other.address, &folder.name);
            // Programs would take the unit's Sent for their own (RFC 6154).
            folder.special_use = None;
            plant(&mut tree, folder, other.rights);
        }
    }
    if subscriptions {
        for name in folder::subscriptions(tx, who.mailbox)? {
            for above in above(&name) {
                tree.entry(above.to_owned()).or_default();
            }
            tree.entry(name).or_default().subscribed = true;
        }
    }
    Ok(tree)
}

/// What the folders of a unit mailbox lie below.
pub(crate) fn root_of(address: &str) -> String {
    format!("{SHARED}{SEPARATOR}{address}")
}

/// The name of a unit mailbox's folder for its keepers.
pub(crate) fn whole_name(address: &str, folder: &str) -> String {
    format!("{SHARED}{SEPARATOR}{address}{SEPARATOR}{folder}")
}

/// The names above, from the nearest.
pub(crate) fn above(name: &str) -> impl Iterator<Item = &str> {
    let ends = name.rmatch_indices(SEPARATOR);
    ends.map(|(end, _)| &name[..end])
}
