//! What the console shows of places: numbers, extents, who has a role; and acts that are tried before anybody decides.

use congvu_governance::organisation::{self as places, Details, How, Kind, Succession, Successor};
use congvu_governance::{Law, Refused, Role, rights, trial};
use congvu_store::account::{self, MustChange};
use congvu_store::place_view::{self, Extent, States};
use congvu_store::{MailboxId, Store, organisation, place, role_list};
use congvu_testing::{Ground, both};

use crate::fixture::{act, acts, add, console, details, person, top, unit};

both!(
    numbers_are_of_a_place_and_below,
    an_act_is_tried_and_taken_back,
    roles_are_listed_with_their_holders,
);

async fn read<T: Send + 'static>(
    store: &Store,
    work: impl FnMut(&mut congvu_store::Tx<'_>) -> Result<T, Refused> + Send + 'static,
) -> T {
    act(store, work).await.unwrap()
}

async fn numbers_are_of_a_place_and_below(ground: &Ground) {
    let store = &ground.store;
    let top = top(store, "quang-ninh", "quangninh.gov.vn").await;
    let agency = add(store, top, Kind::Provincial, "Sở Nội vụ", "snv").await;
    let room = add(store, agency, Kind::Subunit, "Văn phòng", "vp").await;
    let other = add(store, top, Kind::Provincial, "Sở Y tế", "syt").await;
    unit(store, agency, "snv").await;
    let one = person(store, agency, ("Lê", "Văn", "A"), "", "levana").await;
    let two = person(store, room, ("Lê", "Văn", "B"), "", "levanb").await;
    person(store, other, ("Lê", "Văn", "C"), "", "levanc").await;
    let found = read(store, move |tx| {
        account::require_change(tx, two.account, MustChange::Issued)?;
        Ok((
            place_view::counts_below(tx, top)?,
            place_view::counts_below(tx, agency)?,
            place_view::count(tx, top)?,
            place_view::states(tx, agency)?,
            place_view::extent(tx, agency)?,
        ))
    })
    .await;
    let (mut below, within, all, states, extent) = found;
    below.sort_by_key(|(place, _)| *place);
    assert_eq!(below, [(agency, 3), (other, 1)]);
    assert_eq!((within, all), (vec![(room, 1)], 4));
    let expected = States {
        active: 2,
        must_change: 1,
        ..States::default()
    };
    assert_eq!((states, states.in_use()), (expected, 3));
    let expected = Extent {
        places: 1,
        persons: 2,
        mailboxes: 3,
        ..Extent::default()
    };
    assert_eq!(extent, expected);
    let (waiters, deep, own) = read(store, move |tx| {
        Ok((
            place_view::unbegun(tx, agency, MailboxId(0), 10)?,
            place_view::addressed(tx, (agency, true), MailboxId(0), 10)?,
            place_view::addressed(tx, (agency, false), one.mailbox, 10)?,
        ))
    })
    .await;
    assert_eq!(waiters.len(), 1);
    assert!(waiters[0].never && waiters[0].mailbox == two.mailbox);
    let addresses: Vec<&str> = deep
        .iter()
        .flat_map(|one| one.addresses.iter().map(String::as_str))
        .collect();
    assert_eq!(
        addresses,
        [
            "snv@quangninh.gov.vn",
            "levana@quangninh.gov.vn",
            "levanb@quangninh.gov.vn"
        ]
    );
    assert!(own.is_empty(), "{own:?}");
}

async fn an_act_is_tried_and_taken_back(ground: &Ground) {
    let store = &ground.store;
    let top = top(store, "quang-ninh", "quangninh.gov.vn").await;
    let from = add(store, top, Kind::Commune, "Xã Nà Sơn", "ubndnason").await;
    let to = add(store, top, Kind::Commune, "Xã Bản Cát", "ubndbancat").await;
    let who = person(store, from, ("Lê", "Văn", "A"), "", "levana").await;
    let before = acts(store).await;
    let order = Succession {
        from: vec![from],
        to: vec![Successor::Existing(to)],
        how: How::Merged,
        moves: Vec::new(),
        goes_on: false,
        document: "12/QĐ".to_owned(),
    };
    let tried = {
        let order = order.clone();
        trial(store, move |tx| {
            places::succeed(tx, Law::default(), &console(), &order)
        })
        .await
        .unwrap()
    };
    assert_eq!(tried.to, [to]);
    // Nothing of it is kept, neither the move nor its record.
    let stays = read(store, move |tx| {
        let place = organisation::get(tx, from)?.unwrap();
        Ok((place.ended_at, place::mailboxes(tx, from)?))
    })
    .await;
    assert_eq!(stays, (None, vec![who.mailbox]));
    assert_eq!(acts(store).await, before);
    // What would refuse it refuses the trial.
    let refused = trial(store, move |tx| {
        let order = Succession {
            document: String::new(),
            ..order.clone()
        };
        places::succeed(tx, Law::default(), &console(), &order)
    })
    .await;
    assert!(matches!(refused, Err(Refused::Bad(_))), "{refused:?}");
    let named = trial(store, move |tx| {
        let new = Details {
            short_name: "ubndbancat".to_owned(),
            ..details(Some(top), Kind::Commune, "Xã Mới")
        };
        places::add(tx, Law::default(), &console(), &new, None)
    })
    .await;
    assert!(matches!(named, Err(Refused::State(_))), "{named:?}");
}

async fn roles_are_listed_with_their_holders(ground: &Ground) {
    let store = &ground.store;
    let top = top(store, "quang-ninh", "quangninh.gov.vn").await;
    let agency = add(store, top, Kind::Provincial, "Sở Nội vụ", "snv").await;
    let who = person(store, agency, ("Lê", "Văn", "A"), "Chuyên viên", "levana").await;
    let (all, below) = read(store, move |tx| {
        let whom = (who.account, "levana@quangninh.gov.vn");
        rights::grant(tx, &console(), whom, Role::Decide, top, Some("1/QĐ"))?;
        rights::grant(tx, &console(), whom, Role::Audit, agency, None)?;
        Ok((role_list::below(tx, top)?, role_list::below(tx, agency)?))
    })
    .await;
    let shown: Vec<(&str, &str, &str)> = all
        .iter()
        .map(|one| (one.role.as_str(), one.place.as_str(), one.document.as_str()))
        .collect();
    assert_eq!(
        shown,
        [
            ("decide", "Ủy ban nhân dân tỉnh", "1/QĐ"),
            ("audit", "Sở Nội vụ", "")
        ]
    );
    assert_eq!(below.len(), 1);
    let one = &below[0];
    assert_eq!(
        (one.name.as_str(), one.title.as_str(), one.mailbox),
        ("Lê Văn A", "Chuyên viên", Some(who.mailbox))
    );
    assert!(!one.has_factor && one.passkeys == 0 && !one.is_shut);
}
