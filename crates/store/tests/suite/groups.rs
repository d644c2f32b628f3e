//! Groups that hold groups, circles among them.

use congvu_store::group::{self, Member, NewGroup};
use congvu_store::{GroupId, MailboxId, StoreError};

use super::fixture::{desk, office};
use super::harness::Ground;

both!(each_mailbox_is_reached_once);

async fn each_mailbox_is_reached_once(ground: &Ground) {
    let office = office(ground).await;
    let mut desks = Vec::new();
    for name in ["a", "b", "c", "d"] {
        desks.push(desk(ground, office, name).await);
    }
    let ids: Vec<MailboxId> = desks.iter().map(|desk| desk.mailbox).collect();
    let members = ids.clone();
    let (top, middle) = ground
        .write(move |tx| {
            let mut groups = Vec::new();
            for name in ["top", "middle", "low"] {
                groups.push(group::create(
                    tx,
                    &NewGroup {
                        organisation: office.organisation,
                        name,
                        posting: "anyone",
                        local_part: name,
                        domain: office.domain,
                    },
                )?);
            }
            let [top, middle, low] = groups[..] else {
                unreachable!()
            };
            // top ⊃ middle ⊃ low ⊃ top: a circle; b is in two of them, and added twice.
            group::add(tx, top, Member::Group(middle))?;
            group::add(tx, middle, Member::Group(low))?;
            group::add(tx, low, Member::Group(top))?;
            group::add(tx, top, Member::Mailbox(members[1]))?;
            group::add(tx, top, Member::Mailbox(members[1]))?;
            group::add(tx, middle, Member::Mailbox(members[1]))?;
            group::add(tx, middle, Member::Mailbox(members[0]))?;
            group::add(tx, low, Member::Mailbox(members[2]))?;
            Ok::<_, StoreError>((top, middle))
        })
        .await
        .unwrap();
    let expand = async |group: GroupId, after: MailboxId, limit| {
        let reached = ground
            .read(move |tx| group::expand(tx, group, after, limit))
            .await
            .unwrap();
        reached.iter().map(|to| to.mailbox).collect::<Vec<_>>()
    };
    assert_eq!(expand(top, MailboxId(0), 100).await, ids[..3]);
    assert_eq!(expand(middle, MailboxId(0), 100).await, ids[..3]);
    assert_eq!(expand(top, MailboxId(0), 2).await, ids[..2]);
    assert_eq!(expand(top, ids[1], 2).await, ids[2..3]);
    assert_eq!(expand(top, ids[2], 2).await, []);
    let last = ids[3];
    for (mailbox, expect) in [(ids[0], true), (last, false)] {
        let reaches = ground
            .read(move |tx| group::reaches(tx, top, mailbox))
            .await
            .unwrap();
        assert_eq!(reaches, expect);
    }
}
