//! What concerns many at once is done in chunks: lists of places, and what the directory says after a merger.

use congvu_governance::lists::Row;
use congvu_governance::organisation::{self as places, How, Imported, Kind, Succession, Successor};
use congvu_governance::{Actor, Law, Refused, Role, directory, rights};
use congvu_regulation::Date;
use congvu_store::{OrganisationId, Store, place, place_list};
use congvu_testing::{Ground, both};

use crate::fixture::{act, acts, add, console, details, holder, top};

both!(
    a_list_goes_on_where_it_was_interrupted,
    a_list_is_held_against_the_rights_of_whoever_brings_it,
    what_many_entries_say_follows_in_chunks,
);

fn row(number: u32, values: &[(&'static str, &str)]) -> Row {
    let empty = Row {
        number,
        ..Row::default()
    };
    values
        .iter()
        .fold(empty, |row, (id, value)| row.with(id, value))
}

/// Rooms before the agencies above them: most parents are of another chunk.
fn agencies(count: u32) -> Vec<Row> {
    let mut rows = Vec::new();
    for n in 0..count {
        let (name, code) = (format!("Phòng {n}"), format!("A{n}"));
        let short = format!("p.cq{n}");
        let values = [
            ("name", name.as_str()),
            ("kind", "subunit"),
            ("parent", code.as_str()),
            ("short_name", short.as_str()),
        ];
        rows.push(row(n + 2, &values));
    }
    for n in 0..count {
        let (name, code) = (format!("Cơ quan {n}"), format!("A{n}"));
        let short = format!("cq{n}");
        let values = [
            ("name", name.as_str()),
            ("kind", "provincial"),
            ("code", code.as_str()),
            ("short_name", short.as_str()),
        ];
        rows.push(row(count + n + 2, &values));
    }
    rows
}

async fn begin(store: &Store, rows: Vec<Row>) -> Result<Option<i64>, Refused> {
    let who = console();
    let begun = places::begin_import(store, Law::default(), &who, rows, Some("5/QĐ"));
    begun.await.map(|(_, list)| list)
}

async fn standing(store: &Store) -> usize {
    act(store, |tx| Ok(place::all(tx)?.len())).await.unwrap()
}

async fn a_list_goes_on_where_it_was_interrupted(ground: &Ground) {
    let store = &ground.store;
    let top = top(store, "quang-ninh", "quangninh.gov.vn").await;
    let before = standing(store).await;
    let list = begin(store, agencies(70)).await.unwrap().unwrap();
    assert_eq!(standing(store).await, before);
    let is_done = act(store, move |tx| places::import_step(tx, list)).await;
    assert!(!is_done.unwrap());
    assert_eq!(standing(store).await, before + 50);
    // What was checked holds until all of it is done.
    let other = act(store, move |tx| {
        let new = places::Details {
            short_name: "cq69".to_owned(),
            ..details(Some(top), Kind::Provincial, "Cơ quan khác")
        };
        places::add(tx, Law::default(), &console(), &new, None)
    })
    .await;
    assert!(matches!(other, Err(Refused::State(_))), "{other:?}");
    let second = begin(store, agencies(80)).await;
    assert!(matches!(second, Err(Refused::State(_))), "{second:?}");
    assert!(places::resume_import(store).await.unwrap());
    assert!(!places::resume_import(store).await.unwrap());
    assert_eq!(standing(store).await, before + 140);
    act(store, |tx| {
        let agency = place::by_code(tx, "A69")?.unwrap();
        let room = place::by_name(tx, Some(agency.id), "Phòng 69")?.unwrap();
        assert_eq!(room.short_name, "p.cq69");
        Ok(())
    })
    .await
    .unwrap();
    let acts = acts(store).await;
    let count = |name: &str| acts.iter().filter(|act| *act == name).count();
    assert_eq!(count("organisation.import"), 1);
    // With the top.
    assert_eq!(count("organisation.add"), 141);
    let who = console();
    let again = places::import(store, Law::default(), &who, agencies(70), None, false);
    let again = again.await.unwrap();
    assert_eq!(again.count(Imported::Unchanged), 140);
    let open = act(store, |tx| Ok(place_list::open(tx)?)).await.unwrap();
    assert_eq!(open, None);
}

async fn a_list_is_held_against_the_rights_of_whoever_brings_it(ground: &Ground) {
    let store = &ground.store;
    let top = top(store, "quang-ninh", "quangninh.gov.vn").await;
    let ours = add(store, top, Kind::Provincial, "Sở Nội vụ", "snv").await;
    add(store, top, Kind::Provincial, "Sở Y tế", "syt").await;
    let who = act(store, move |tx| {
        let who = holder(tx, ours, ("Lê", "Văn", "B"), "", "lvb")?;
        let login = (who.account, "lvb@quangninh.gov.vn");
        rights::grant(tx, &console(), login, Role::Decide, ours, None)?;
        Ok(Actor::signed_in(who.account, login.1, "192.0.2.4"))
    })
    .await
    .unwrap();
    let rows = |parent| {
        let center = [
            ("name", "Trung tâm Lưu trữ"),
            ("kind", "attached"),
            ("parent", parent),
            ("short_name", "ttlt.snv"),
        ];
        let room = [
            ("name", "Phòng Kho"),
            ("kind", "subunit"),
            ("parent", "Trung tâm Lưu trữ"),
            ("short_name", "kho.ttlt.snv"),
        ];
        vec![row(2, &center), row(3, &room)]
    };
    let import = |rows| places::import(store, Law::default(), &who, rows, None, false);
    let refused = import(rows("syt")).await.unwrap();
    assert_eq!(refused.faults.len(), 2, "{:?}", refused.faults);
    assert_eq!(refused.faults[0].row, 2);
    assert!(refused.faults[0].what.contains("cơ quan quản lý"));
    let done = import(rows("snv")).await.unwrap();
    assert_eq!((done.faults.len(), done.count(Imported::Added)), (0, 2));
    let by = act(store, |tx| {
        let page = congvu_store::audit::page(
            tx,
            congvu_store::audit::Chain::Acts,
            (i64::MAX, i64::MAX),
            1,
        )?;
        Ok(page[0].record.clone())
    })
    .await
    .unwrap();
    assert_eq!(
        (by.actor.as_str(), by.client_ip.as_str()),
        ("lvb@quangninh.gov.vn", "192.0.2.4")
    );
}

async fn found(store: &Store, place: OrganisationId) -> usize {
    act(store, move |tx| {
        let asked = directory::Search {
            place: Some(place),
            limit: 1_000,
            ..Default::default()
        };
        Ok(directory::search(tx, &asked)?.entries.len())
    })
    .await
    .unwrap()
}

async fn what_many_entries_say_follows_in_chunks(ground: &Ground) {
    let store = &ground.store;
    let top = top(store, "quang-ninh", "quangninh.gov.vn").await;
    let old = add(store, top, Kind::Provincial, "Sở Nội vụ", "snv").await;
    let new = add(store, top, Kind::Provincial, "Sở Y tế", "syt").await;
    act(store, move |tx| {
        for n in 0..230 {
            let name = ("Lê", "Văn", "B");
            let made = holder(tx, old, name, "", &format!("b{n}"))?;
            directory::refresh(tx, made.mailbox)?;
        }
        Ok(())
    })
    .await
    .unwrap();
    let day = Date::new(2026, 1, 1).unwrap();
    act(store, move |tx| {
        let order = Succession {
            from: vec![old],
            to: vec![Successor::Existing(new)],
            how: How::Merged,
            moves: Vec::new(),
            goes_on: false,
            document: "12/NQ".to_owned(),
        };
        places::succeed(tx, Law::default(), &console(), &order)
    })
    .await
    .unwrap();
    assert_eq!((found(store, old).await, found(store, new).await), (230, 0));
    assert_eq!(directory::catch_up(store).await.unwrap(), 230);
    assert_eq!((found(store, old).await, found(store, new).await), (0, 230));
    assert_eq!(directory::catch_up(store).await.unwrap(), 0);
    let rebuilt = directory::rebuild(store, false).await.unwrap();
    assert_eq!(rebuilt.wrong, 0);
    // Who moved is a change of both places, each once.
    let told = act(store, move |tx| {
        let days = (day, congvu_governance::today(tx));
        let of = |tx: &mut _, place| directory::changes(tx, days, Some(place), false);
        Ok((of(tx, old)?.len(), of(tx, new)?.len()))
    })
    .await
    .unwrap();
    assert_eq!(told, (230, 230));
}
