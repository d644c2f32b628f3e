//! Mailboxes as they are made, and their counters.

use congvu_store::mailbox::{self, Usage};
use congvu_store::{MailboxId, OrganisationId, StoreError, address, folder};

use super::fixture::{Office, desk, new_mailbox, office, one_desk};
use super::harness::Ground;

both!(
    starts_with_six_folders_and_its_address,
    a_taken_address_makes_no_mailbox,
    counters_and_quota,
    qn_1_2_no_mailbox_without_an_organisation,
);

async fn starts_with_six_folders_and_its_address(ground: &Ground) {
    let mailbox = one_desk(ground).await.mailbox;
    let (folders, subscribed, address) = ground
        .read(move |tx| {
            Ok::<_, StoreError>((
                folder::list(tx, mailbox)?,
                folder::subscriptions(tx, mailbox)?,
                address::primary(tx, mailbox)?,
            ))
        })
        .await
        .unwrap();
    let names: Vec<_> = folders
        .iter()
        .map(|folder| (folder.name.as_str(), folder.special_use.as_deref()))
        .collect();
    assert_eq!(
        names,
        [
            ("Archive", Some("\\Archive")),
            ("Drafts", Some("\\Drafts")),
            ("INBOX", None),
            ("Junk", Some("\\Junk")),
            ("Sent", Some("\\Sent")),
            ("Trash", Some("\\Trash")),
        ]
    );
    assert_eq!(subscribed.len(), 6);
    assert_eq!(address.as_deref(), Some("an.nv@sonla.gov.vn"));
    let mut validities: Vec<_> = folders.iter().map(|folder| folder.uid_validity).collect();
    validities.sort_unstable();
    validities.dedup();
    assert_eq!(validities.len(), 6);
    assert!(
        folders
            .iter()
            .all(|folder| (folder.uid_next, folder.total, folder.unseen) == (1, 0, 0))
    );
}

/// QN.1.2: none floats free.
async fn qn_1_2_no_mailbox_without_an_organisation(ground: &Ground) {
    let office = office(ground).await;
    let nowhere = Office {
        organisation: OrganisationId(987_654),
        ..office
    };
    let made = ground
        .write(move |tx| new_mailbox(tx, nowhere, "an.nv", None))
        .await;
    assert!(made.is_err(), "{made:?}");
    for table in [
        "SELECT COUNT(*) FROM mailbox",
        "SELECT COUNT(*) FROM address",
    ] {
        assert_eq!(super::fixture::number(ground, table).await, 0, "{table}");
    }
}

async fn a_taken_address_makes_no_mailbox(ground: &Ground) {
    let office = office(ground).await;
    desk(ground, office, "an.nv").await;
    let error = ground
        .write(move |tx| new_mailbox(tx, office, "an.nv", None))
        .await
        .unwrap_err();
    assert!(matches!(error, StoreError::Conflict("address")), "{error}");
    let count = super::fixture::number(ground, "SELECT COUNT(*) FROM mailbox").await;
    assert_eq!(count, 1);
}

async fn counters_and_quota(ground: &Ground) {
    let desk = one_desk(ground).await;
    super::fixture::deliver(ground, desk.inbox, b"A: b\r\n\r\nbody").await;
    ground
        .write(move |tx| mailbox::set_quota(tx, desk.mailbox, 5 << 30))
        .await
        .unwrap();
    let usage = ground
        .read(move |tx| mailbox::usage(tx, desk.mailbox))
        .await
        .unwrap();
    assert_eq!(
        usage,
        Some(Usage {
            used_bytes: 12,
            used_messages: 1,
            quota_bytes: 5 << 30
        })
    );
    let error = ground
        .write(|tx| mailbox::set_quota(tx, MailboxId(99), 1))
        .await
        .unwrap_err();
    assert!(matches!(error, StoreError::NotFound(_)), "{error}");
}
