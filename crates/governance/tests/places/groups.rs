use congvu_governance::group::{self as groups, Registration};
use congvu_governance::organisation::Kind;
use congvu_governance::{Actor, Law, Refused, Role, rights};
use congvu_store::address::{self, Lookup, Target};
use congvu_store::group::{self, Member};
use congvu_store::{GroupId, OrganisationId, Store, directory, group_list, organisation, place};
use congvu_testing::{Ground, both};

use crate::fixture::{act, acts, add, console, holder, top};

both!(
    qn_4_3_a_group_is_registered_under_its_name,
    tq_5_a_group_ends_and_its_address_stays_retired,
);

async fn register(
    store: &Store,
    actor: Actor,
    place: OrganisationId,
    name: &'static str,
    chosen: Option<&'static str>,
) -> Result<(GroupId, String), Refused> {
    act(store, move |tx| {
        let (domain, _) = organisation::domain_of(tx, place)?.unwrap();
        let new = Registration {
            organisation: place,
            name: name.to_owned(),
            posting: "inside".to_owned(),
            address: chosen.map(|local| (domain, local.to_owned())),
        };
        groups::register(tx, Law::default(), &actor, &new, Some("5/CV"))
    })
    .await
}

async fn qn_4_3_a_group_is_registered_under_its_name(ground: &Ground) {
    let store = &ground.store;
    let top = top(store, "quang-ninh", "quangninh.gov.vn").await;
    let agency = add(store, top, Kind::Provincial, "Sở Nội vụ", "snv").await;
    let name = "Nhóm hộp thư đại biểu hội đồng nhân dân";
    let (made, local_part) = register(store, console(), agency, name, None)
        .await
        .unwrap();
    assert_eq!(local_part, "daibieuhoidongnhandan");
    // A name that is taken is not given twice, chosen or proposed; one that people agreed on is.
    let again = register(
        store,
        console(),
        agency,
        "Khác",
        Some(" DaiBieuHoiDongNhanDan"),
    )
    .await;
    assert!(matches!(again, Err(Refused::State(_))), "{again:?}");
    let reserved = register(store, console(), agency, "Khác", Some("postmaster")).await;
    assert!(matches!(reserved, Err(Refused::Bad(_))), "{reserved:?}");
    let empty = register(store, console(), agency, "  ", Some("khac")).await;
    assert!(matches!(empty, Err(Refused::Bad(_))), "{empty:?}");
    let (_, agreed) = register(store, console(), agency, name, Some("hdnd"))
        .await
        .unwrap();
    assert_eq!(agreed, "hdnd");
    // Who decides at another place registers nothing here, and puts nobody in.
    let other = add(store, top, Kind::Provincial, "Sở Y tế", "syt").await;
    let (stranger, mailbox) = act(store, move |tx| {
        let who = holder(tx, other, ("Lê", "Văn", "B"), "", "lvb")?;
        let login = (who.account, "lvb@quangninh.gov.vn");
        rights::grant(tx, &console(), login, Role::Decide, other, None)?;
        Ok((Actor::signed_in(who.account, login.1, ""), who.mailbox))
    })
    .await
    .unwrap();
    let refused = register(store, stranger.clone(), agency, "Nhóm lạ", None).await;
    assert!(matches!(refused, Err(Refused::Forbidden(_))), "{refused:?}");
    for (actor, is_in, fine) in [
        (stranger, true, false),
        (console(), true, true),
        (console(), false, true),
    ] {
        let done = act(store, move |tx| {
            let member = (Member::Mailbox(mailbox), "lvb@quangninh.gov.vn");
            groups::set_member(tx, &actor, (made, "daibieuhoidongnhandan"), member, is_in)?;
            Ok(group::reaches(tx, made, mailbox)?)
        })
        .await;
        match done {
            Ok(reached) => assert_eq!((fine, reached), (true, is_in)),
            Err(refused) => assert!(!fine && matches!(refused, Refused::Forbidden(_))),
        }
    }
    let leads = act(store, |tx| {
        let domain = "quangninh.gov.vn";
        Ok(address::lookup(tx, "daibieuhoidongnhandan", domain)?)
    });
    match leads.await.unwrap() {
        Lookup::Found(Target::Group { id, .. }) => assert_eq!(id, made),
        other => panic!("{other:?}"),
    }
    let done = acts(store).await;
    let count = |name: &str| done.iter().filter(|act| *act == name).count();
    assert_eq!(
        (
            count("group.add"),
            count("group.join"),
            count("group.leave")
        ),
        (2, 1, 1)
    );
}

async fn tq_5_a_group_ends_and_its_address_stays_retired(ground: &Ground) {
    let store = &ground.store;
    let top = top(store, "quang-ninh", "quangninh.gov.vn").await;
    let agency = add(store, top, Kind::Provincial, "Sở Nội vụ", "snv").await;
    let (inner, _) = register(store, console(), agency, "Nhóm trong", Some("trong"))
        .await
        .unwrap();
    let (outer, _) = register(store, console(), agency, "Nhóm ngoài", Some("ngoai"))
        .await
        .unwrap();
    let (who, listed) = act(store, move |tx| {
        let who = holder(tx, agency, ("Lê", "Văn", "B"), "", "lvb")?;
        let member = (Member::Mailbox(who.mailbox), "lvb@quangninh.gov.vn");
        groups::set_member(tx, &console(), (inner, "trong"), member, true)?;
        let member = (Member::Group(inner), "trong@quangninh.gov.vn");
        groups::set_member(tx, &console(), (outer, "ngoai"), member, true)?;
        // It is found by its new name without marks; the address stays.
        groups::change(tx, &console(), inner, ("Tổ công tác", "members"), None)?;
        let listed = groups::listed(tx, top, "to cong", ("", GroupId(0)), 10)?;
        Ok((who, listed))
    })
    .await
    .unwrap();
    let [(_, found)] = listed.as_slice() else {
        panic!("{listed:?}");
    };
    assert_eq!(
        (
            found.id,
            found.address.as_str(),
            found.posting.as_str(),
            found.members
        ),
        (inner, "trong@quangninh.gov.vn", "members", 1)
    );
    let (members, containing) = act(store, move |tx| {
        Ok((
            group_list::members(tx, outer, (0, 0), 10)?,
            group_list::containing(tx, inner)?,
        ))
    })
    .await
    .unwrap();
    assert_eq!(members[0].name, "Tổ công tác");
    assert_eq!(containing, [(outer, "Nhóm ngoài".to_owned())]);
    let (reached, holds, entry, ended) = act(store, move |tx| {
        groups::end(tx, &console(), inner, Some("6/CV"))?;
        Ok((
            group::reaches(tx, outer, who.mailbox)?,
            place::holds(tx, agency)?,
            directory::get(tx, address::Holder::Group(inner))?,
            group_list::get(tx, inner)?,
        ))
    })
    .await
    .unwrap();
    assert!(!reached && entry.is_none() && ended.unwrap().ended_at.is_some());
    assert_eq!(holds.groups, 1);
    // Nobody gets the address again, and nobody joins.
    let again = register(store, console(), agency, "Khác", Some("trong")).await;
    assert!(matches!(again, Err(Refused::State(_))), "{again:?}");
    let joins = act(store, move |tx| {
        let member = (Member::Mailbox(who.mailbox), "lvb@quangninh.gov.vn");
        groups::set_member(tx, &console(), (inner, "trong"), member, true)
    })
    .await;
    assert!(matches!(joins, Err(Refused::State(_))), "{joins:?}");
}
