//! Reading another's mailbox by its owner's consent or by an order (BS.III.9).

use std::time::{Duration, Instant};

use congvu_governance::access_order::{self, NewAccess};
use congvu_governance::{Actor, Refused};
use congvu_store::access_grant::{self, NewGrant};
use congvu_store::activity::{self, Kind};
use congvu_store::audit::{self, Chain};
use congvu_store::{AccessGrantId, StoreError, mailbox};

use crate::shared::Unit;
use crate::support::{Client, World, message};

const INBOX: &str = "Shared/an@sonla.gov.vn/INBOX";
const DAY: i64 = 86_400_000;

fn an(unit: &Unit) -> Actor {
    Actor::signed_in(unit.world.account, "an@sonla.gov.vn", "192.0.2.4")
}

/// An lets Bình read.
async fn consents(unit: &Unit) -> AccessGrantId {
    let (who, mailbox, to) = (an(unit), unit.world.mailbox, unit.binh);
    let given = unit.world.store.write(move |tx| {
        let new = NewAccess {
            mailbox,
            to,
            purpose: "tìm thư mời họp".into(),
            from_at: tx.now(),
            until_at: tx.now() + DAY,
            tell_at: None,
        };
        access_order::consent(tx, &who, &new)
    });
    given.await.unwrap()
}

/// It was ordered for so long (ms).
async fn ordered(unit: &Unit, ms: i64) -> AccessGrantId {
    let (mailbox, account) = (unit.world.mailbox, unit.binh);
    let given = unit.world.store.write(move |tx| {
        let grant = NewGrant {
            mailbox,
            account,
            way: "order",
            order: None,
            document: "5/QĐ-CA",
            purpose: "xác minh",
            from_at: tx.now(),
            until_at: tx.now() + ms,
            granted_by: "hai người",
            tell_at: None,
        };
        access_grant::add(tx, &grant)
    });
    given.await.unwrap()
}

async fn ends(unit: &Unit, id: AccessGrantId) {
    let who = an(unit);
    let ended = unit
        .world
        .store
        .write(move |tx| access_order::end(tx, &who, id));
    ended.await.unwrap();
}

async fn reading(unit: &Unit) -> Client {
    let mut client = unit.binh().await;
    client.ok(&format!("SELECT {INBOX}")).await;
    client
}

/// What An sees that was done.
async fn seen(unit: &Unit) -> Vec<String> {
    let (who, mailbox) = (an(unit), unit.world.mailbox);
    let read = unit
        .world
        .store
        .read(move |tx| access_order::seen_by_owner(tx, &who, mailbox));
    let grants: Result<_, Refused> = read.await;
    let uses = grants.unwrap().into_iter().flat_map(|(_, uses)| uses);
    uses.map(|used| used.what).collect()
}

async fn bs_iii_9(unit: &Unit) {
    let mut own = unit.an().await;
    own.append("INBOX", "", &message("mot")).await;
    own.append("INBOX", "", &message("hai")).await;
    let mut client = unit.binh().await;
    client
        .check(
            r#"C: a NAMESPACE
            S: * NAMESPACE (("" "/")) NIL NIL
            S: a OK …
            C: b SELECT Shared/an@sonla.gov.vn/INBOX
            S: b NO [NONEXISTENT] …"#,
        )
        .await;
    consents(unit).await;
    client
        .check(
            r#"C: a NAMESPACE
            S: * NAMESPACE (("" "/")) NIL (("Shared/" "/"))
            S: a OK …
            C: b LIST "" Shared/*/I*
            S: * LIST (\HasNoChildren) "/" "Shared/an@sonla.gov.vn/INBOX"
            S: b OK …
            C: c MYRIGHTS Shared/an@sonla.gov.vn/INBOX
            S: * MYRIGHTS "Shared/an@sonla.gov.vn/INBOX" lr
            S: c OK …"#,
        )
        .await;
    assert_eq!(seen(unit).await, Vec::<String>::new());
    let told = client.command(&format!("SELECT {INBOX}")).await;
    assert!(told.iter().any(|line| line.contains("[READ-ONLY]")));
    assert_eq!(seen(unit).await, ["mở thư mục INBOX"]);
    // Flags and numbers are no reading.
    client.ok("FETCH 1:* (UID FLAGS)").await;
    client.ok("UID FETCH 1:2 (BODY[TEXT])").await;
    client.ok("FETCH 2 (ENVELOPE)").await;
    assert_eq!(
        seen(unit).await,
        [
            "mở thư mục INBOX",
            "đọc thư UID 1:2 trong thư mục INBOX",
            "đọc thư UID 2 trong thư mục INBOX"
        ]
    );
    // It changes nothing, and takes nothing along.
    client
        .check(
            r"C: a STORE 1 +FLAGS (\Deleted)
            S: a NO …
            C: b COPY 1 INBOX
            S: b NO [NOPERM] …
            C: c MOVE 1 INBOX
            S: c NO …
            C: d CREATE Shared/an@sonla.gov.vn/x
            S: d NO [NOPERM] …
            C: e GETACL Shared/an@sonla.gov.vn/INBOX
            S: e NO [NOPERM] …
            C: f FETCH 1 (FLAGS)
            S: * 1 FETCH (FLAGS (\Recent))
            S: f OK …",
        )
        .await;
    unit.world.access.stop().await;
    let mailbox = unit.world.mailbox;
    let found = unit.world.store.read(move |tx| {
        let records = audit::unsealed(tx, Chain::Acts, 100)?;
        let uses = records.into_iter().map(|known| known.record);
        let uses: Vec<_> = uses
            .filter(|record| record.action == "access.use")
            .map(|record| (record.actor, record.client_ip, record.clause))
            .collect();
        // Whoever reads for another does not use the mailbox for them.
        let fetched = activity::last(tx, mailbox, Kind::Fetched)?;
        Ok::<_, StoreError>((uses, fetched))
    });
    let (uses, fetched) = found.await.unwrap();
    assert_eq!((uses.len(), fetched), (3, None));
    assert_eq!(
        uses[0],
        (
            "binh@sonla.gov.vn".to_owned(),
            "127.0.0.1".to_owned(),
            "BS.III.9".to_owned()
        )
    );
}

#[tokio::test]
async fn bs_iii_9_consent_opens_a_mailbox_to_be_read_and_each_opening_is_recorded() {
    bs_iii_9(&Unit::new().await).await;
}

#[tokio::test]
async fn bs_iii_9_consent_opens_a_mailbox_on_postgres() {
    if let Some(world) = World::on_postgres().await {
        bs_iii_9(&Unit::in_world(world).await).await;
    }
}

async fn over_at_once(unit: &Unit, other_node: bool) {
    let id = consents(unit).await;
    let mut idle = if other_node {
        let mut client = unit.world.connect_to_another_node().await;
        client.line().await;
        client.ok("LOGIN binh \"Mat-khau 1@\"").await;
        client.ok(&format!("SELECT {INBOX}")).await;
        client
    } else {
        reading(unit).await
    };
    idle.check("C: i IDLE\nS: + idling").await;
    let mut busy = reading(unit).await;
    let ended = Instant::now();
    ends(unit, id).await;
    busy.check(
        "C: a FETCH 1:* (FLAGS)
        S: * OK [CLOSED] You may no longer open this mailbox
        S: a NO [NOPERM] …
        C: b SELECT Shared/an@sonla.gov.vn/INBOX
        S: b NO [NONEXISTENT] …",
    )
    .await;
    idle.check("S: * BYE [NOPERM] You may no longer open this mailbox")
        .await;
    assert!(
        ended.elapsed() < Duration::from_secs(2),
        "{:?}",
        ended.elapsed()
    );
}

#[tokio::test]
async fn bs_iii_9_consent_taken_back_closes_the_mailbox_at_once() {
    over_at_once(&Unit::new().await, false).await;
}

#[tokio::test]
async fn bs_iii_9_consent_taken_back_closes_the_mailbox_on_another_node() {
    if let Some(world) = World::on_postgres().await {
        over_at_once(&Unit::in_world(world).await, true).await;
    }
}

/// A lawful order opens a mailbox that is locked, too; it is over with its period.
#[tokio::test]
async fn bs_iii_9_an_order_is_over_with_its_period() {
    let unit = Unit::new().await;
    let mailbox = unit.world.mailbox;
    let locked = unit
        .world
        .store
        .write(move |tx| mailbox::set_locked(tx, mailbox, false));
    locked.await.unwrap();
    ordered(&unit, 700).await;
    let mut idle = reading(&unit).await;
    idle.check(
        "C: i IDLE
        S: + idling
        S: * BYE [NOPERM] You may no longer open this mailbox",
    )
    .await;
}

/// Where nothing can be recorded nothing is opened.
#[tokio::test]
async fn bs_iii_9_what_cannot_be_recorded_is_not_opened() {
    let mut unit = Unit::new().await;
    ordered(&unit, DAY).await;
    unit.world.keepers = None;
    let mut client = unit.binh().await;
    client
        .check(
            "C: a SELECT Shared/an@sonla.gov.vn/INBOX
            S: a NO [NOPERM] …
            C: b FETCH 1:* (FLAGS)
            S: b BAD …",
        )
        .await;
}
