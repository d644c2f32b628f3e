//! ACL (RFC 4314): who may do what in a unit mailbox. The rights are the mailbox's, whichever of its folders is named;
//! those that belong together are given together (§3.7). What is one's own is shared with nobody.

use congvu_store::delegation::{self, Rights};
use congvu_store::{AccountId, MailboxId, Tx, account};

use super::names;
use crate::command::acl::{ModRights, SetAcl};
use crate::command::{AclEntry, MailboxOnly};
use crate::response::{Code, astring, mailbox};
use crate::session::{Done, Failure, Session};
use crate::types::MailboxName;

/// The letters of what is given together; `c` and `d` are the old words for `k`, `x` and `t`, `e`, `x` (§2.1.1).
const TIES: [(Rights, &str); 4] = [
    (Rights::READ, "lr"),
    (Rights::ORGANISE, "swikxtecd"),
    (Rights::SEND, "p"),
    (Rights::MANAGE, "a"),
];
/// All letters, in the order in which they are told.
const LETTERS: &str = "lrswipkxtecda";

/// The letters of rights. INBOX has no `x`, for it cannot be deleted.
fn letters(rights: Rights, inbox: bool) -> String {
    let given = |letter: char| {
        let tie = TIES.iter().find(|(_, tie)| tie.contains(letter));
        tie.is_some_and(|(right, _)| rights.has(*right)) && !(inbox && letter == 'x')
    };
    LETTERS.chars().filter(|letter| given(*letter)).collect()
}

/// Whether the letters are those of a tie, and not some of them: `c` and `d` may be left out, and so may `x`, which
/// INBOX does not have.
fn covers(tie: &str, given: &str) -> Option<bool> {
    let optional = |letter: char| "cdx".contains(letter);
    if !tie.chars().any(|letter| given.contains(letter)) {
        return Some(false);
    }
    tie.chars()
        .all(|letter| given.contains(letter) || optional(letter))
        .then_some(true)
}

/// The rights that letters stand for; `None` where a tie is torn.
fn rights(given: &str) -> Option<Rights> {
    let mut rights = Rights::NONE;
    for (right, tie) in TIES {
        if covers(tie, given)? {
            rights = rights.with(right);
        }
    }
    Some(rights)
}

const TORN: Failure = Failure::No(
    Some(Code::Cannot),
    "These rights are given together: lr, swikxte, p, a",
);
const NOBODY: Failure = Failure::No(
    Some(Code::NonExistent),
    "No such user; name one by an address of theirs",
);
const NO_KEEPERS: Failure = Failure::No(
    Some(Code::Cannot),
    "Keepers are named by your operating centre",
);

/// Writes a MYRIGHTS response.
pub(super) fn my_rights(out: &mut Vec<u8>, name: &MailboxName, rights: Rights, utf8: bool) {
    // Nobody says who keeps what is one's own.
    let own = !names::is_shared(name.as_str());
    let rights = if own {
        rights.without(Rights::MANAGE)
    } else {
        rights
    };
    out.extend_from_slice(b"* MYRIGHTS ");
    mailbox(out, name, utf8);
    out.push(b' ');
    out.extend_from_slice(letters(rights, names::is_an_inbox(name)).as_bytes());
    out.extend_from_slice(b"\r\n");
}

/// The account of an identifier (§2): an address it signs in with.
fn identified(tx: &mut Tx<'_>, identifier: &str) -> Result<AccountId, Failure> {
    let found = account::by_login(tx, &identifier.to_ascii_lowercase())?;
    Ok(found.ok_or(NOBODY)?.id)
}

/// What an account was given of a mailbox, live or still to come.
fn given(tx: &mut Tx<'_>, mailbox: MailboxId, account: AccountId) -> Result<Rights, Failure> {
    let now = tx.now();
    let all = delegation::of_mailbox(tx, mailbox, false)?;
    let one = all
        .iter()
        .find(|one| one.account == account && !one.is_over(now));
    Ok(one.map_or(Rights::NONE, |one| one.rights))
}

impl Session {
    pub(super) async fn my_rights(&mut self, name: MailboxName) -> Result<Done, Failure> {
        let who = self.who()?;
        let utf8 = self.enabled.unicode();
        let work = move |tx: &mut Tx<'_>| {
            let mut out = Vec::new();
            let (_, place) = names::find(tx, who, &name)?;
            my_rights(&mut out, &name, place.rights, utf8);
            Ok::<_, Failure>(out)
        };
        let out = self.server.store.read(work).await?;
        self.conn.put(&out);
        Ok(Done::plain("MYRIGHTS completed"))
    }

    /// GETACL (RFC 4314 §3.3).
    pub(super) async fn get_acl(&mut self, asked: MailboxOnly) -> Result<Done, Failure> {
        let who = self.who()?;
        let utf8 = self.enabled.unicode();
        let work = move |tx: &mut Tx<'_>| {
            let name = &asked.mailbox;
            let (_, place) = names::find(tx, who, name)?;
            managed(&place)?;
            let inbox = names::is_an_inbox(name);
            let mut out = b"* ACL ".to_vec();
            mailbox(&mut out, name, utf8);
            let mut tell = |login: &str, rights| {
                out.push(b' ');
                astring(&mut out, login.as_bytes());
                out.push(b' ');
                out.extend_from_slice(letters(rights, inbox).as_bytes());
            };
            let subject = delegation::subject(tx, place.mailbox)?;
            if let Some(own) = subject.and_then(|subject| subject.account)
                && let Some(owner) = delegation::keeper(tx, own)?
            {
                tell(&owner.login, Rights::ALL.without(Rights::MANAGE));
            }
            let now = tx.now();
            for keeper in delegation::of_mailbox(tx, place.mailbox, false)? {
                if keeper.is_live(now) {
                    tell(&keeper.login, keeper.rights);
                }
            }
            out.extend_from_slice(b"\r\n");
            Ok::<_, Failure>(out)
        };
        let out = self.server.store.read(work).await?;
        self.conn.put(&out);
        Ok(Done::plain("GETACL completed"))
    }

    /// LISTRIGHTS (RFC 4314 §3.4): no right is everybody's, and what belongs together is one word.
    pub(super) async fn list_rights(&mut self, entry: AclEntry) -> Result<Done, Failure> {
        let who = self.who()?;
        let utf8 = self.enabled.unicode();
        let work = move |tx: &mut Tx<'_>| {
            let (_, place) = names::find(tx, who, &entry.mailbox)?;
            managed(&place)?;
            identified(tx, &entry.identifier)?;
            let inbox = names::is_an_inbox(&entry.mailbox);
            let mut out = b"* LISTRIGHTS ".to_vec();
            mailbox(&mut out, &entry.mailbox, utf8);
            out.push(b' ');
            astring(&mut out, entry.identifier.as_bytes());
            out.extend_from_slice(b" \"\"");
            for (right, _) in TIES {
                out.push(b' ');
                out.extend_from_slice(letters(right, inbox).as_bytes());
            }
            out.extend_from_slice(b"\r\n");
            Ok::<_, Failure>(out)
        };
        let out = self.server.store.read(work).await?;
        self.conn.put(&out);
        Ok(Done::plain("LISTRIGHTS completed"))
    }

    /// SETACL (RFC 4314 §3.1): a delegation, by the rules of the mailbox's place.
    pub(super) async fn set_acl(&mut self, set: SetAcl) -> Result<Done, Failure> {
        self.change_acl(set.entry, set.rights).await?;
        Ok(Done::plain("SETACL completed"))
    }

    /// DELETEACL (RFC 4314 §3.2).
    pub(super) async fn delete_acl(&mut self, entry: AclEntry) -> Result<Done, Failure> {
        self.change_acl(entry, ModRights::Set(String::new()))
            .await?;
        Ok(Done::plain("DELETEACL completed"))
    }

    async fn change_acl(&mut self, entry: AclEntry, change: ModRights) -> Result<(), Failure> {
        let who = self.who()?;
        let witness = self.witness().ok_or(NO_KEEPERS)?;
        let vietnamese = self.enabled.rev2;
        let work = move |tx: &mut Tx<'_>| {
            let (_, place) = names::find(tx, who, &entry.mailbox)?;
            managed(&place)?;
            let account = identified(tx, &entry.identifier)?;
            let before = given(tx, place.mailbox, account)?;
            let after = match &change {
                ModRights::Set(letters) => rights(letters).ok_or(TORN)?,
                ModRights::Add(letters) => before.with(rights(letters).ok_or(TORN)?),
                ModRights::Remove(letters) => before.without(rights(letters).ok_or(TORN)?),
            };
            if after == before {
                return Ok(());
            }
            let set = witness.set(tx, place.mailbox, account, after);
            set.map_err(|refused| refused.failure(vietnamese))
        };
        self.server.store.write(work).await
    }
}

/// `a` is needed (RFC 4314 §4); of one's own mailbox nobody has it.
fn managed(place: &names::Place) -> Result<(), Failure> {
    if place.shared.is_none() {
        let text = "Your own mailbox is shared with nobody";
        return Err(Failure::no(Code::NoPerm, text));
    }
    place.need(Rights::MANAGE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_rights() {
        let own = Rights::ALL.without(Rights::MANAGE);
        for (rights, inbox, text) in [
            (own, false, "lrswipkxtecd"),
            (own, true, "lrswipktecd"),
            (Rights::READ, false, "lr"),
            (Rights::READ.with(Rights::SEND), false, "lrp"),
            (Rights::ALL, true, "lrswipktecda"),
            (Rights::NONE, false, ""),
        ] {
            assert_eq!(letters(rights, inbox), text);
        }
    }

    #[test]
    fn rights_of_letters() {
        for (text, expected) in [
            ("", Some(Rights::NONE)),
            ("lr", Some(Rights::READ)),
            ("rl", Some(Rights::READ)),
            ("lrp", Some(Rights::READ.with(Rights::SEND))),
            ("lrswikxte", Some(Rights::READ.with(Rights::ORGANISE))),
            ("lrswikte", Some(Rights::READ.with(Rights::ORGANISE))),
            ("lrswipkxtecda", Some(Rights::ALL)),
            ("l", None),
            ("lrs", None),
            ("lrc", None),
            ("lrx", None),
        ] {
            assert_eq!(rights(text), expected, "{text}");
        }
    }
}
