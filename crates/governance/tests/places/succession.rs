use congvu_governance::organisation::{
    self as places, Details, How, Kind, Moved, Spokesmen, Succession, Successor,
};
use congvu_governance::{Law, directory};
use congvu_store::{OrganisationId, Tx, organisation, place, rename};
use congvu_testing::{Ground, both};

use crate::fixture::{act, acts, add, console, details, person, top, unit};

both!(
    qn_6_3_b_a_merger_takes_everybody_along,
    offices_of_one_name_become_one,
    a_split_takes_whom_it_names,
    an_agency_may_go_on_without_a_part,
    a_document_is_needed_and_no_successor_lies_below,
);

fn merger(from: &[OrganisationId], to: Successor) -> Succession {
    Succession {
        from: from.to_vec(),
        to: vec![to],
        how: How::Merged,
        moves: Vec::new(),
        goes_on: false,
        document: "12/NQ-HĐND ngày 01/7/2025".to_owned(),
    }
}

fn at(tx: &mut Tx<'_>, mailbox: congvu_store::MailboxId) -> OrganisationId {
    rename::subject(tx, mailbox).unwrap().unwrap().organisation
}

async fn qn_6_3_b_a_merger_takes_everybody_along(ground: &Ground) {
    let store = &ground.store;
    let top = top(store, "quang-ninh", "quangninh.gov.vn").await;
    let science = add(
        store,
        top,
        Kind::Provincial,
        "Sở Khoa học và Công nghệ",
        "skhvcn",
    )
    .await;
    let media = add(
        store,
        top,
        Kind::Provincial,
        "Sở Thông tin và Truyền thông",
        "sttvtt",
    )
    .await;
    let a = person(store, science, ("Phạm", "Văn", "A"), "Giám đốc", "phamvana").await;
    let b = person(store, media, ("Lê", "Thị", "B"), "Chuyên viên", "lethib").await;
    let main = unit(store, science, "skhvcn").await;
    act(store, move |tx| {
        let new = Spokesmen {
            head: a.person,
            contact: None,
            mailbox: Some(main.mailbox),
        };
        places::set_spokesmen(tx, &console(), science, new, None)
    })
    .await
    .unwrap();
    // The new one has the name and the short name of one that ends.
    let done = act(store, move |tx| {
        let new = Details {
            short_name: "skhvcn".to_owned(),
            ..details(Some(top), Kind::Provincial, "Sở Khoa học và Công nghệ")
        };
        let order = merger(&[science, media], Successor::New(new));
        places::succeed(tx, Law::default(), &console(), &order)
    })
    .await
    .unwrap();
    let new = done.to[0];
    act(store, move |tx| {
        for mailbox in [a.mailbox, b.mailbox, main.mailbox] {
            assert_eq!(at(tx, mailbox), new);
        }
        let old = organisation::get(tx, science)?.unwrap();
        assert!(old.ended_at.is_some() && old.head == a.person);
        let now = organisation::get(tx, new)?.unwrap();
        assert_eq!((now.mailbox, now.head), (Some(main.mailbox), None));
        let history = places::history(tx, media)?;
        assert_eq!(history.len(), 1);
        assert_eq!(
            (history[0].to, history[0].how.as_str()),
            (Some(new), "merged")
        );
        assert!(history[0].document.starts_with("12/NQ"));
        // The directory says where they are now.
        let asked = directory::Search {
            text: "le b khoa hoc".into(),
            limit: 10,
            ..Default::default()
        };
        assert_eq!(directory::search(tx, &asked)?.entries.len(), 1);
        Ok(())
    })
    .await
    .unwrap();
    assert_eq!(
        acts(store)
            .await
            .iter()
            .filter(|act| *act == "organisation.succeed")
            .count(),
        2
    );
}

async fn offices_of_one_name_become_one(ground: &Ground) {
    let store = &ground.store;
    let top = top(store, "quang-ninh", "quangninh.gov.vn").await;
    let one = add(store, top, Kind::Provincial, "Sở Nội vụ", "snv").await;
    let other = add(store, top, Kind::Provincial, "Sở Lao động", "sld").await;
    let mine = add(store, one, Kind::Subunit, "Văn phòng", "vanphong.snv").await;
    let theirs = add(store, other, Kind::Subunit, "Văn phòng", "vanphong.sld").await;
    let alone = add(store, other, Kind::Subunit, "Phòng Việc làm", "phongvl.sld").await;
    let clerk = person(store, theirs, ("Lê", "Thị", "B"), "Văn thư", "lethib").await;
    act(store, move |tx| {
        let order = merger(&[other], Successor::Existing(one));
        places::succeed(tx, Law::default(), &console(), &order)?;
        assert_eq!(at(tx, clerk.mailbox), mine);
        let names: Vec<_> = place::children(tx, Some(one))?;
        let ids: Vec<_> = names
            .iter()
            .map(|child| (child.place.id, child.mailboxes))
            .collect();
        assert_eq!(ids, [(alone, 0), (mine, 1)]);
        assert!(organisation::get(tx, theirs)?.unwrap().ended_at.is_some());
        Ok(())
    })
    .await
    .unwrap();
}

async fn a_split_takes_whom_it_names(ground: &Ground) {
    let store = &ground.store;
    let top = top(store, "quang-ninh", "quangninh.gov.vn").await;
    let old = add(store, top, Kind::Provincial, "Sở Công Thương", "sct").await;
    let a = person(store, old, ("Phạm", "Văn", "A"), "", "phamvana").await;
    let b = person(store, old, ("Lê", "Thị", "B"), "", "lethib").await;
    let shop = unit(store, old, "sct").await;
    act(store, move |tx| {
        let new = |name: &str, short: &str| {
            Successor::New(Details {
                short_name: short.to_owned(),
                ..details(Some(top), Kind::Provincial, name)
            })
        };
        let order = Succession {
            from: vec![old],
            to: vec![new("Sở Công nghiệp", "scn"), new("Sở Thương mại", "stm")],
            how: How::Split,
            moves: vec![
                (Moved::Person(b.person.unwrap()), 1),
                (Moved::Mailbox(shop.mailbox), 1),
            ],
            goes_on: false,
            document: "3/QĐ".to_owned(),
        };
        let done = places::succeed(tx, Law::default(), &console(), &order)?;
        assert_eq!(at(tx, a.mailbox), done.to[0]);
        assert_eq!(at(tx, b.mailbox), done.to[1]);
        assert_eq!(at(tx, shop.mailbox), done.to[1]);
        assert_eq!(places::history(tx, old)?.len(), 2);
        Ok(())
    })
    .await
    .unwrap();
}

async fn an_agency_may_go_on_without_a_part(ground: &Ground) {
    let store = &ground.store;
    let top = top(store, "quang-ninh", "quangninh.gov.vn").await;
    let old = add(store, top, Kind::Provincial, "Sở Công Thương", "sct").await;
    let part = add(store, old, Kind::Subunit, "Phòng Điện", "phongd.sct").await;
    let other = add(store, top, Kind::Provincial, "Sở Xây dựng", "sxd").await;
    let a = person(store, part, ("Phạm", "Văn", "A"), "", "phamvana").await;
    act(store, move |tx| {
        let order = Succession {
            from: vec![old],
            to: vec![Successor::Existing(other)],
            how: How::Split,
            moves: vec![(Moved::Place(part), 0)],
            goes_on: true,
            document: "3/QĐ".to_owned(),
        };
        places::succeed(tx, Law::default(), &console(), &order)?;
        assert_eq!(at(tx, a.mailbox), part);
        assert_eq!(organisation::get(tx, part)?.unwrap().parent, Some(other));
        assert!(organisation::get(tx, old)?.unwrap().ended_at.is_none());
        Ok(())
    })
    .await
    .unwrap();
}

async fn a_document_is_needed_and_no_successor_lies_below(ground: &Ground) {
    let store = &ground.store;
    let top = top(store, "quang-ninh", "quangninh.gov.vn").await;
    let old = add(store, top, Kind::Provincial, "Sở Công Thương", "sct").await;
    let part = add(store, old, Kind::Subunit, "Phòng Điện", "phongd.sct").await;
    let other = add(store, top, Kind::Provincial, "Sở Xây dựng", "sxd").await;
    for (to, document) in [(part, "3/QĐ"), (other, " ")] {
        let refused = act(store, move |tx| {
            let order = Succession {
                document: document.to_owned(),
                ..merger(&[old], Successor::Existing(to))
            };
            places::succeed(tx, Law::default(), &console(), &order)
        });
        refused.await.unwrap_err();
    }
    let still = act(store, move |tx| Ok(organisation::get(tx, old)?.unwrap()));
    assert!(still.await.unwrap().ended_at.is_none());
}
