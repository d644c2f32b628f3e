//! What addresses lead to, and who may write as them.

use congvu_store::address::{self, Holder, Lookup, Target};
use congvu_store::group::{self, Member, NewGroup};
use congvu_store::{GroupId, Store, StoreError};

use super::fixture::{DOMAIN, Office, desk, office};
use super::harness::Ground;

both!(
    a_retired_address_is_given_to_nobody,
    lookup_tells_what_an_address_is,
    who_may_write_as_whom,
);

async fn group(store: &Store, office: Office, local_part: &'static str) -> GroupId {
    store
        .write(move |tx| {
            group::create(
                tx,
                &NewGroup {
                    organisation: office.organisation,
                    name: local_part,
                    posting: "inside",
                    local_part,
                    domain: office.domain,
                },
            )
        })
        .await
        .unwrap()
}

/// TQ.5: unique in the domain, also among retired ones.
async fn a_retired_address_is_given_to_nobody(ground: &Ground) {
    let office = office(ground).await;
    let an = desk(ground, office, "an.nv").await;
    let binh = desk(ground, office, "binh.tt").await;
    let give = async |local_part: &'static str| {
        ground
            .write(move |tx| {
                address::create(
                    tx,
                    office.domain,
                    local_part,
                    "alias",
                    Holder::Mailbox(binh.mailbox),
                )
            })
            .await
    };
    assert!(matches!(
        give("an.nv").await,
        Err(StoreError::Conflict("address"))
    ));
    let retire = async || {
        ground
            .write(move |tx| address::retire(tx, office.domain, "an.nv"))
            .await
    };
    retire().await.unwrap();
    assert!(matches!(
        give("an.nv").await,
        Err(StoreError::Conflict("address"))
    ));
    assert!(matches!(retire().await, Err(StoreError::NotFound(_))));
    let primary = ground
        .read(move |tx| address::primary(tx, an.mailbox))
        .await
        .unwrap();
    assert_eq!(primary, None);
}

async fn lookup_tells_what_an_address_is(ground: &Ground) {
    let office = office(ground).await;
    let an = desk(ground, office, "an.nv").await;
    let everybody = group(ground, office, "tatca").await;
    let lookup = async |local_part: &'static str, domain: &'static str| {
        ground
            .read(move |tx| address::lookup(tx, local_part, domain))
            .await
            .unwrap()
    };
    let Lookup::Found(Target::Mailbox(target)) = lookup("an.nv", DOMAIN).await else {
        panic!("not a mailbox");
    };
    assert_eq!((target.mailbox, target.inbox), (an.mailbox, an.inbox));
    assert_eq!((&target.kind[..], target.closed), ("personal", false));
    assert_eq!(
        lookup("tatca", DOMAIN).await,
        Lookup::Found(Target::Group {
            id: everybody,
            posting: "inside".into()
        })
    );
    assert_eq!(lookup("khong.co", DOMAIN).await, Lookup::Unknown);
    assert_eq!(lookup("an.nv", "example.com").await, Lookup::NotOurs);
    ground
        .write(move |tx| address::retire(tx, office.domain, "an.nv"))
        .await
        .unwrap();
    assert_eq!(lookup("an.nv", DOMAIN).await, Lookup::Unknown);
}

/// TQ.4: its own addresses, and those of groups it belongs to directly.
async fn who_may_write_as_whom(ground: &Ground) {
    let office = office(ground).await;
    let an = desk(ground, office, "an.nv").await;
    let binh = desk(ground, office, "binh.tt").await;
    let inner = group(ground, office, "phong").await;
    let outer = group(ground, office, "so").await;
    ground
        .write(move |tx| {
            group::add(tx, inner, Member::Mailbox(an.mailbox))?;
            group::add(tx, outer, Member::Group(inner))?;
            address::create(
                tx,
                office.domain,
                "an",
                "alias",
                Holder::Mailbox(an.mailbox),
            )
        })
        .await
        .unwrap();
    let may = async |account, local_part: &'static str, domain: &'static str| {
        ground
            .read(move |tx| address::may_send_as(tx, account, local_part, domain))
            .await
            .unwrap()
    };
    assert!(may(an.account, "an.nv", DOMAIN).await);
    assert!(may(an.account, "an", DOMAIN).await);
    assert!(may(an.account, "phong", DOMAIN).await);
    assert!(!may(an.account, "so", DOMAIN).await);
    assert!(!may(an.account, "binh.tt", DOMAIN).await);
    assert!(!may(an.account, "an.nv", "example.com").await);
    assert!(!may(binh.account, "phong", DOMAIN).await);
    ground
        .write(move |tx| {
            group::remove(tx, inner, Member::Mailbox(an.mailbox))?;
            address::retire(tx, office.domain, "an")
        })
        .await
        .unwrap();
    assert!(!may(an.account, "phong", DOMAIN).await);
    assert!(!may(an.account, "an", DOMAIN).await);
}
