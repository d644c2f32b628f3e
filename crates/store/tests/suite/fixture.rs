//! People, mailboxes and messages for the cases.

use congvu_store::account::{self, NewAccount};
use congvu_store::entry::{self, Appended, NewEntry, Want};
use congvu_store::folder::{self, Folder};
use congvu_store::mailbox::{self, NewMailbox};
use congvu_store::message::{self, NewMessage, Stored};
use congvu_store::organisation::{self, NewOrganisation};
use congvu_store::{
    AccountId, DomainId, FolderId, MailboxId, OrganisationId, Store, StoreResult, Tx,
};

pub const DOMAIN: &str = "sonla.gov.vn";

#[derive(Clone, Copy)]
pub struct Office {
    pub organisation: OrganisationId,
    pub domain: DomainId,
}

/// A province with its domain.
pub async fn office(store: &Store) -> Office {
    store
        .write(|tx| {
            Ok::<_, congvu_store::StoreError>(Office {
                organisation: organisation::create(
                    tx,
                    &NewOrganisation {
                        parent: None,
                        kind: "province",
                        name: "Ủy ban nhân dân tỉnh Sơn La",
                        short_name: "ubnd",
                        profile: Some("son-la"),
                    },
                )?,
                domain: organisation::create_domain(tx, DOMAIN)?,
            })
        })
        .await
        .unwrap()
}

#[derive(Clone, Copy)]
pub struct Desk {
    pub account: AccountId,
    pub mailbox: MailboxId,
    pub inbox: FolderId,
}

/// An account with its mailbox.
pub fn new_desk(tx: &mut Tx<'_>, office: Office, local_part: &str) -> StoreResult<Desk> {
    let account = account::create(
        tx,
        &NewAccount {
            login: &format!("{local_part}@{DOMAIN}"),
            organisation: office.organisation,
            person: None,
            role: "user",
            password: Some("$argon2id$"),
            must_change: None,
        },
    )?;
    let mailbox = new_mailbox(tx, office, local_part, Some(account))?;
    let inbox = folder::find(tx, mailbox, "INBOX")?.unwrap().id;
    Ok(Desk {
        account,
        mailbox,
        inbox,
    })
}

pub fn new_mailbox(
    tx: &mut Tx<'_>,
    office: Office,
    local_part: &str,
    account: Option<AccountId>,
) -> StoreResult<MailboxId> {
    mailbox::create(
        tx,
        &NewMailbox {
            kind: if account.is_some() {
                "personal"
            } else {
                "unit"
            },
            organisation: office.organisation,
            account,
            person: None,
            name: local_part,
            quota: 1 << 30,
            local_part,
            domain: office.domain,
        },
    )
}

pub async fn desk(store: &Store, office: Office, local_part: &str) -> Desk {
    let local_part = local_part.to_owned();
    store
        .write(move |tx| new_desk(tx, office, &local_part))
        .await
        .unwrap()
}

/// An office with one desk in it.
pub async fn one_desk(store: &Store) -> Desk {
    let office = office(store).await;
    desk(store, office, "an.nv").await
}

pub fn facts() -> NewMessage {
    NewMessage {
        header_len: 4,
        sent_at: Some(1_700_000_000_000),
        message_id: Some("<1@sonla.gov.vn>".into()),
        subject: "Giấy mời".into(),
        preview: "Kính mời".into(),
        references: String::new(),
        envelope: b"envelope".to_vec(),
        structure: b"structure".to_vec(),
        marks: None,
    }
}

/// Stores a message that lies in no folder yet.
pub async fn message(store: &Store, bytes: &[u8]) -> Stored {
    let staged = store.blobs().stage(bytes).await.unwrap();
    let facts = facts();
    store
        .write(move |tx| message::put(tx, &staged, &facts))
        .await
        .unwrap()
}

/// Delivers bytes into a folder, as one transaction.
pub async fn deliver(store: &Store, folder: FolderId, bytes: &[u8]) -> Appended {
    let staged = store.blobs().stage(bytes).await.unwrap();
    let facts = facts();
    store
        .write(move |tx| {
            let stored = message::put(tx, &staged, &facts)?;
            entry::append(tx, &in_folder(folder, stored, 0, b""))
        })
        .await
        .unwrap()
}

pub fn in_folder(folder: FolderId, stored: Stored, flags: i64, prefix: &[u8]) -> NewEntry<'_> {
    NewEntry {
        folder,
        message: stored.id,
        message_size: stored.size,
        flags,
        internal_at: 1_700_000_000_000,
        prefix,
    }
}

pub async fn get_folder(store: &Store, id: FolderId) -> Folder {
    store
        .read(move |tx| folder::get(tx, id))
        .await
        .unwrap()
        .unwrap()
}

pub async fn find_folder(store: &Store, mailbox: MailboxId, name: &'static str) -> Folder {
    store
        .read(move |tx| folder::find(tx, mailbox, name))
        .await
        .unwrap()
        .unwrap()
}

/// UIDs in a folder.
pub async fn uids(store: &Store, folder: FolderId) -> Vec<u32> {
    store
        .read(move |tx| {
            let mut uids = Vec::new();
            entry::scan(tx, folder, (1, u32::MAX), Want::Entry, |entry| {
                uids.push(entry.uid()?);
                Ok(true)
            })?;
            Ok::<_, congvu_store::StoreError>(uids)
        })
        .await
        .unwrap()
}

/// One number from the database.
pub async fn number(store: &Store, sql: &'static str) -> i64 {
    store
        .read(move |tx| tx.one(sql, &[], |row| row.int(0)))
        .await
        .unwrap()
        .unwrap()
}

/// Bytes that no compressor shortens, always the same for a seed.
pub fn noise(seed: u64, len: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut bytes = Vec::with_capacity(len + 8);
    while bytes.len() < len {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.wrapping_mul(0x2545_f491_4f6c_dd1d).to_le_bytes());
    }
    bytes.truncate(len);
    bytes
}

/// Nothing stored is wrong.
pub async fn assert_sound(store: &Store) {
    let report = congvu_store::verify::verify(store, |_| {}).await.unwrap();
    assert_eq!(report.findings, []);
}
