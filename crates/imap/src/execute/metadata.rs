//! GETMETADATA and SETMETADATA (RFC 5464 §4.2, §4.3).

use std::collections::BTreeMap;

use congvu_store::delegation::Rights;
use congvu_store::folder::Folder;
use congvu_store::metadata::{self, Depth};
use congvu_store::{FolderId, MailboxId, StoreResult, Tx};

use super::names::{self, Who};
use crate::command::{GetMetadata, SetMetadata};
use crate::response::{self, Code, astring, string8};
use crate::session::{Done, Failure, Session};
use crate::types::{EntryName, MailboxName};

/// The longest value (RFC 5464 §4.1 asks for 1,024 bytes at least).
const VALUE: u64 = 64 << 10;
/// The most entries in one place (RFC 5464 §4.1 asks for 10 at least).
const ENTRIES: u64 = 100;
/// The most bytes of names and values in all places of a mailbox.
const BYTES: u64 = 4 << 20;

/// The one entry that the server itself has (RFC 5464 §3.2.1.1).
const ADMIN: &str = "/shared/admin";

const READ_ONLY: Failure = Failure::No(
    Some(Code::NoPerm),
    "Entries of the server that all share are set by your operating centre",
);

/// Whose entries: the folder's, or the server's; and what may be done there.
fn place(
    tx: &mut Tx<'_>,
    who: Who,
    name: Option<&MailboxName>,
) -> Result<(MailboxId, Option<FolderId>, Rights), Failure> {
    let found = name.map(|name| names::find(tx, who, name)).transpose()?;
    Ok(match found {
        Some((folder, place)) => (place.mailbox, Some(folder.id), place.rights),
        None => (who.mailbox, None, Rights::ALL),
    })
}

/// Whether an entry is one person's alone: a unit mailbox has none of its keepers'.
fn is_private(entry: &str) -> bool {
    !entry.starts_with("/shared")
}

impl Session {
    pub(super) async fn get_metadata(&mut self, get: GetMetadata) -> Result<Done, Failure> {
        let who = self.who()?;
        let admin = self.server.config.admin.clone();
        let utf8 = self.enabled.unicode();
        let work = move |tx: &mut Tx<'_>| {
            let (id, folder, _) = place(tx, who, get.mailbox.as_ref())?;
            let mut found = read(tx, id, folder, &get.entries, get.depth)?;
            if id != who.mailbox {
                found.retain(|entry, _| !is_private(entry));
            }
            if let (None, Some(admin)) = (folder, admin) {
                // RFC 5464 §3.2.1.1: of the server, whoever asks.
                let asked = get
                    .entries
                    .iter()
                    .any(|entry| covers(entry, get.depth, ADMIN));
                if asked {
                    found.insert(ADMIN.to_owned(), Some(admin.into_bytes()));
                }
            }
            let longest = get.max_size.and_then(|most| {
                let long = |value: &Option<Vec<u8>>| value.as_ref().map_or(0, Vec::len) as u64;
                let longest = found.values().map(long).filter(|len| *len > most).max();
                found.retain(|_, value| long(value) <= most);
                longest
            });
            let mut out = Vec::new();
            render(&mut out, get.mailbox.as_ref(), &found, utf8);
            Ok::<_, Failure>((out, longest))
        };
        let (out, longest) = self.server.store.read(work).await?;
        self.conn.put(&out);
        let text = "GETMETADATA completed";
        Ok(match longest {
            Some(longest) => Done::with(&Code::MetadataLongEntries(longest), text),
            None => Done::plain(text),
        })
    }

    pub(super) async fn set_metadata(&mut self, set: SetMetadata) -> Result<Done, Failure> {
        let who = self.who()?;
        let len = |value: &Option<Vec<u8>>| value.as_ref().map_or(0, Vec::len) as u64;
        if set.entries.iter().any(|(_, value)| len(value) > VALUE) {
            return Err(Failure::no(
                Code::MetadataMaxSize(VALUE),
                "A value is too long",
            ));
        }
        if set.mailbox.is_none() && set.entries.iter().any(|(name, _)| name.is_shared()) {
            return Err(READ_ONLY);
        }
        let work = move |tx: &mut Tx<'_>| {
            let (id, folder, rights) = place(tx, who, set.mailbox.as_ref())?;
            if id != who.mailbox {
                if !rights.has(Rights::ORGANISE) {
                    return Err(Failure::no(Code::NoPerm, "You may read this mailbox only"));
                }
                if set
                    .entries
                    .iter()
                    .any(|(name, _)| is_private(name.as_str()))
                {
                    let text = "Private annotations are for mailboxes of your own";
                    return Err(Failure::no(Code::MetadataNoPrivate, text));
                }
            }
            let pair = |(name, value): &'_ (EntryName, Option<Vec<u8>>)| {
                (name.as_str().to_owned(), value.clone())
            };
            let entries: Vec<_> = set.entries.iter().map(pair).collect();
            let entries: Vec<_> = entries
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_deref()))
                .collect();
            let version = metadata::set(tx, id, folder, &entries)?;
            let usage = metadata::usage(tx, id, folder)?;
            // Going back takes the entries with it.
            if usage.entries > ENTRIES || usage.bytes > BYTES {
                let adds = set.entries.iter().any(|(_, value)| value.is_some());
                if adds {
                    return Err(Failure::no(Code::MetadataTooMany, "Too many annotations"));
                }
            }
            Ok(Some(version).filter(|_| id == who.mailbox))
        };
        let version = self.server.store.write(work).await?;
        if let (Some(notify), Some(version)) = (&mut self.notify, version) {
            notify.own_version(version);
        }
        Ok(Done::plain("SETMETADATA completed"))
    }
}

/// The entries asked for, and of those asked for by themselves also which are
/// not there.
fn read(
    tx: &mut Tx<'_>,
    id: MailboxId,
    folder: Option<FolderId>,
    entries: &[EntryName],
    depth: Depth,
) -> StoreResult<BTreeMap<String, Option<Vec<u8>>>> {
    let mut found = BTreeMap::new();
    for entry in entries {
        if depth == Depth::Zero {
            found.entry(entry.as_str().to_owned()).or_insert(None);
        }
        for annotation in metadata::get(tx, id, folder, entry.as_str(), depth)? {
            found.insert(annotation.name, Some(annotation.value));
        }
    }
    Ok(found)
}

/// Whether asking for `entry` asks for `name` too.
fn covers(entry: &EntryName, depth: Depth, name: &str) -> bool {
    let Some(rest) = name.strip_prefix(entry.as_str()) else {
        return false;
    };
    match depth {
        Depth::Zero => rest.is_empty(),
        Depth::One => rest.matches('/').count() <= 1 && (rest.is_empty() || rest.starts_with('/')),
        Depth::Infinity => rest.is_empty() || rest.starts_with('/'),
    }
}

/// Writes a METADATA response with values, unless there is nothing to tell.
fn render(
    out: &mut Vec<u8>,
    name: Option<&MailboxName>,
    found: &BTreeMap<String, Option<Vec<u8>>>,
    utf8: bool,
) {
    if found.is_empty() {
        return;
    }
    begin(out, name, utf8);
    for (n, (entry, value)) in found.iter().enumerate() {
        out.push(if n == 0 { b'(' } else { b' ' });
        astring(out, entry.as_bytes());
        out.push(b' ');
        match value {
            Some(value) => string8(out, value),
            None => out.extend_from_slice(b"NIL"),
        }
    }
    out.extend_from_slice(b")\r\n");
}

fn begin(out: &mut Vec<u8>, name: Option<&MailboxName>, utf8: bool) {
    out.extend_from_slice(b"* METADATA ");
    match name {
        Some(name) => response::mailbox(out, name, utf8),
        None => out.extend_from_slice(b"\"\""),
    }
    out.push(b' ');
}

/// Writes a METADATA response that names what changed (RFC 5464 §4.4.2).
pub(crate) fn render_changed<'a>(
    out: &mut Vec<u8>,
    name: Option<&MailboxName>,
    entries: impl IntoIterator<Item = &'a str>,
    utf8: bool,
) {
    begin(out, name, utf8);
    for (n, entry) in entries.into_iter().enumerate() {
        if n > 0 {
            out.push(b' ');
        }
        astring(out, entry.as_bytes());
    }
    out.extend_from_slice(b"\r\n");
}

/// Writes a folder's entries in a LIST (RFC 9590).
pub(super) fn render_list(
    tx: &mut Tx<'_>,
    out: &mut Vec<u8>,
    who: Who,
    (name, folder): (&MailboxName, &Folder),
    entries: &[EntryName],
    utf8: bool,
) -> StoreResult<()> {
    let mut found = read(tx, folder.mailbox, Some(folder.id), entries, Depth::Zero)?;
    if folder.mailbox != who.mailbox {
        found.retain(|entry, _| !is_private(entry));
    }
    render(out, Some(name), &found, utf8);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depths() {
        let covers =
            |entry: &str, depth| covers(&EntryName::new(entry.as_bytes()).unwrap(), depth, ADMIN);
        assert!(covers("/shared/admin", Depth::Zero));
        assert!(!covers("/shared", Depth::Zero));
        assert!(covers("/shared", Depth::One));
        assert!(covers("/shared", Depth::Infinity));
        assert!(!covers("/shared/adm", Depth::Infinity));
        assert!(!covers("/private", Depth::Infinity));
    }
}
