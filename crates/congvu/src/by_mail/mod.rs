//! Requests by mail (HCM.6.1, HCM.6.2): what comes into a mailbox that takes requests is looked at once, behind its delivery.
//!
//! The mark up to which an inbox was looked at moves in the transaction that opens the request or writes the answer, so a kill loses nothing and does
//! nothing twice. Only what somebody who signed in submitted is looked at: the mail log knows who, by the trace id in the header lines that
//! this server wrote above the message.

mod read;

use std::sync::Arc;
use std::time::Duration;

use congvu_governance::request::{self, Door, Enclosed, Letter, Mailed, Received};
use congvu_governance::{Law, Refused};
use congvu_store::blob::BlobRef;
use congvu_store::entry::EntryView;
use congvu_store::{AccountId, FolderId, Store, StoreError, mail_log, request_door};
use read::{Mail, Papers};
use tokio::task::JoinSet;

/// How often inboxes are looked at.
const TICK: Duration = Duration::from_secs(2);
/// Rounds between two looks at which mailboxes take requests.
const SELDOM: u32 = 15;
/// The largest message of which more than the header is read, in octets.
const LARGEST: u64 = 24 << 20;
/// So much of a header is read, in octets.
const HEADER: u64 = 1 << 20;

/// Runs until it is aborted, whatever becomes of one round of it. What came before `since` (ms) is left alone where an inbox is first looked at.
pub(crate) async fn keep_receiving(store: Store, law: Law, also: Vec<String>, since: i64) {
    let mut round: u32 = 0;
    let mut doors = Vec::new();
    loop {
        if round.is_multiple_of(SELDOM) {
            match find_doors(&store, law, also.clone(), since).await {
                Ok(found) => doors = found,
                Err(error) => tracing::warn!(%error, "mailboxes for requests are not known"),
            }
        }
        round = round.wrapping_add(1);
        let (store, doors) = (store.clone(), doors.clone());
        // Aborted with this task.
        let mut work = JoinSet::new();
        work.spawn(async move { look(&store, law, &doors).await });
        match work.join_next().await {
            Some(Ok(Err(error))) => tracing::warn!(%error, "requests by mail wait"),
            Some(Err(error)) => tracing::error!(%error, "a round of requests by mail failed"),
            _ => {}
        }
        tokio::time::sleep(TICK).await;
    }
}

async fn find_doors(
    store: &Store,
    law: Law,
    also: Vec<String>,
    since: i64,
) -> Result<Vec<Door>, Refused> {
    let found = store.read(move |tx| {
        let doors = request::doors(tx, law, &also)?;
        let mut new = Vec::new();
        for door in &doors {
            if request_door::seen(tx, door.inbox)?.is_none() {
                new.push(door.inbox);
            }
        }
        Ok::<_, Refused>((doors, new))
    });
    let (doors, new) = found.await?;
    for inbox in new {
        let begun = store.write_bulk(move |tx| request_door::begin(tx, inbox, since));
        let begun: Result<(), StoreError> = begun.await;
        begun?;
    }
    Ok(doors)
}

/// A message that was not looked at.
struct Waiting {
    uid: u32,
    /// Who submitted it, from where, and by what trace id; nobody where it came otherwise.
    by: Option<(AccountId, String, String)>,
    size: u64,
    header_len: u64,
    blob: BlobRef,
}

async fn look(store: &Store, law: Law, doors: &[Door]) -> Result<(), Refused> {
    for door in doors {
        let inbox = door.inbox;
        loop {
            let next = store.read(move |tx| {
                let Some(seen) = request_door::seen(tx, inbox)? else {
                    return Ok(None);
                };
                let Some((mut waiting, trace)) = request_door::next(tx, inbox, seen, waiting)?
                else {
                    return Ok(None);
                };
                if let Some(trace) = trace
                    && let Some((account, ip)) = mail_log::submitter(tx, &trace)?
                {
                    waiting.by = Some((account, ip, trace));
                }
                Ok::<_, StoreError>(Some(waiting))
            });
            let Some(waiting) = next.await? else { break };
            take(store, law, door, waiting).await?;
        }
    }
    Ok(())
}

fn waiting(row: &EntryView<'_>) -> Result<(Waiting, Option<String>), StoreError> {
    let waiting = Waiting {
        uid: row.uid()?,
        by: None,
        size: row.size()?,
        header_len: row.header_len()?,
        blob: row.blob()?,
    };
    Ok((waiting, trace(row.prefix()?)))
}

/// The trace id in the Received line that this server wrote. A helo cannot break out of the line before.
fn trace(prefix: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(prefix).ok()?;
    let (_, received) = text.split_once("Received: from ")?;
    let (_, by) = received.split_once("\r\n\tby ")?;
    let (_, id) = by.split_once(" id ")?;
    let end = id.find(|c: char| !c.is_ascii_alphanumeric())?;
    id.get(..end).map(str::to_owned)
}

async fn take(store: &Store, law: Law, door: &Door, waiting: Waiting) -> Result<(), Refused> {
    let (inbox, uid) = (door.inbox, waiting.uid);
    let mailed = match mailed(store, law, &waiting).await {
        Ok(mailed) => mailed,
        Err(Refused::Store(error)) if is_passing(&error) => return Err(error.into()),
        Err(error) => {
            tracing::error!(%error, folder = inbox.0, uid, "a mail cannot be read; no request is made of it");
            None
        }
    };
    let Some(mailed) = mailed else {
        return pass(store, inbox, uid).await;
    };
    let (to, mailed) = (door.clone(), Arc::new(mailed));
    let looked = {
        let (to, mailed) = (to.clone(), Arc::clone(&mailed));
        store.read(move |tx| request::look_at(tx, law, &to, &mailed))
    };
    let checked = match looked.await {
        Ok(checked) => checked,
        Err(Refused::Store(error)) if is_passing(&error) => return Err(error.into()),
        // What is wrong is found again, and told, where it is taken in.
        Err(_) => None,
    };
    let done = store.write(move |tx| {
        if !request_door::advance(tx, inbox, uid)? {
            // Another node was quicker.
            return Ok(Received::Ordinary);
        }
        request::receive_checked(tx, law, &to, &mailed, checked.as_ref())
    });
    match done.await {
        Ok(Received::Opened(opened)) => {
            tracing::info!(
                request = opened.id.0,
                new = opened.is_new,
                "a request came by mail"
            );
            Ok(())
        }
        Ok(Received::Refused) => {
            tracing::info!(folder = inbox.0, uid, "a request by mail was refused");
            Ok(())
        }
        Ok(Received::Ordinary) => Ok(()),
        Err(Refused::Store(error)) if is_passing(&error) => Err(error.into()),
        Err(error) => {
            tracing::error!(%error, folder = inbox.0, uid, "no request is made of a mail");
            pass(store, inbox, uid).await
        }
    }
}

/// Whether the store may be able to do it later.
fn is_passing(error: &StoreError) -> bool {
    matches!(
        error,
        StoreError::Unavailable(_) | StoreError::DiskFull | StoreError::Conflict(_)
    )
}

/// Leaves a message alone; it stays in the mailbox, where people see it.
async fn pass(store: &Store, inbox: FolderId, uid: u32) -> Result<(), Refused> {
    let passed = store.write(move |tx| request_door::advance(tx, inbox, uid));
    let passed: Result<bool, StoreError> = passed.await;
    passed?;
    Ok(())
}

/// What a message asks for; `None` where it is none that may be a request.
async fn mailed(store: &Store, law: Law, waiting: &Waiting) -> Result<Option<Mailed>, Refused> {
    let Some((account, client_ip, trace)) = waiting.by.clone() else {
        return Ok(None);
    };
    let too_large = waiting.size > LARGEST;
    let most = match too_large {
        true => waiting.header_len.min(HEADER),
        false => LARGEST,
    };
    let bytes = bytes(store, &waiting.blob, most).await?;
    let parsed = tokio::task::spawn_blocking(move || Mail::read(&bytes)).await;
    // An answer of a machine is never answered (RFC 3834 §2), and a mailing list is no unit.
    let Some(mail) = parsed.ok().flatten().filter(|mail| !mail.is_automatic) else {
        return Ok(None);
    };
    let [from] = mail.from.as_slice() else {
        return Ok(None);
    };
    let from = from.clone();
    let sender = store
        .read(move |tx| request::sender(tx, law, &from))
        .await?;
    let Some((_, place, profile)) = sender else {
        return Ok(None);
    };
    let letter = Letter::read(&mail.subject, &mail.text);
    let asked = letter.kind;
    let (files, name) = (mail.files, place.name);
    let read =
        tokio::task::spawn_blocking(move || Papers::read(profile, asked, &name, files)).await;
    // What the reader cannot stand is the sender's to correct.
    let mut papers = read.unwrap_or_else(|_| Papers::unreadable("tệp không đọc được."));
    if too_large {
        papers.enclosed = Enclosed::Unreadable(format!(
            "thư lớn hơn {} MB nên không đọc được; xin gửi danh sách nhỏ hơn.",
            LARGEST >> 20
        ));
    }
    Ok(Some(Mailed {
        trace,
        account,
        client_ip,
        from: mail.from,
        to: mail.to,
        subject: mail.subject,
        letter,
        form: papers.form,
        document: papers.document,
        enclosed: papers.enclosed,
        files: papers.files,
    }))
}

async fn bytes(store: &Store, blob: &BlobRef, most: u64) -> Result<Vec<u8>, StoreError> {
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let mut reader = store.blobs().open_blob(blob).await?;
    let mut bytes = Vec::new();
    while bytes.len() < most
        && let Some(chunk) = reader.next().await?
    {
        bytes.extend_from_slice(&chunk);
    }
    bytes.truncate(most);
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::trace;

    #[test]
    fn the_trace_is_the_servers_own() {
        let check = |prefix: &str, wanted: Option<&str>| {
            assert_eq!(trace(prefix.as_bytes()).as_deref(), wanted, "{prefix}");
        };
        let own = "Delivered-To: a@b\r\nReturn-Path: <c@d>\r\nReceived: from x id evil ([::1])\r\n\t\
                   by mx with ESMTPSA id 01kav5xh0123abc\r\n\tfor <a@b>;\r\n\tSun, 22 Nov\r\n";
        check(own, Some("01kav5xh0123abc"));
        check("", None);
        check("Delivered-To: a@b\r\n", None);
        check("Received: from x by y id z;", None);
    }
}
