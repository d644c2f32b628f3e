use std::time::Duration;

use congvu_governance::organisation::{self as places, Details, Kind};
use congvu_governance::rename::{self, Progress, Scope};
use congvu_governance::{Law, Refused, directory};
use congvu_store::rename::{self as jobs, Line};
use congvu_store::{
    DomainId, MailboxId, OrganisationId, RenameId, Store, account, address, notice, organisation,
};
use congvu_testing::{Ground, both};

use crate::fixture::{self, act, acts, add, console, holder, person, top, unit};

both!(
    qn_6_3_b_the_old_address_stays_as_an_alias,
    clashes_within_a_batch_are_resolved,
    what_the_rules_leave_open_is_chosen_by_hand,
    an_address_that_went_to_another_is_not_taken,
    a_rename_is_taken_back_by_another,
    killed_at_any_time_it_goes_on_and_does_nothing_twice,
    who_does_not_decide_there_cannot_work_on_it,
);

async fn planned(store: &Store, scope: Scope) -> RenameId {
    let id = act(store, move |tx| {
        rename::begin(tx, Law::default(), &console(), &scope, "12/NQ-HĐND")
    })
    .await
    .unwrap();
    rename::plan(store, Law::default(), id).await.unwrap();
    id
}

async fn lines(store: &Store, id: RenameId) -> Vec<Line> {
    act(store, move |tx| Ok(jobs::lines(tx, id, 0, 10_000)?))
        .await
        .unwrap()
}

async fn primary(store: &Store, mailbox: MailboxId) -> String {
    act(store, move |tx| Ok(address::primary(tx, mailbox)?.unwrap()))
        .await
        .unwrap()
}

async fn apply(store: &Store, id: RenameId) -> Progress {
    rename::apply(store, &console(), id).await.unwrap()
}

/// After 2025: a province took in another, and its mailboxes come into the new domain by the new rules.
async fn moved(ground: &Ground) -> (OrganisationId, DomainId) {
    let store = &ground.store;
    let top = top(store, "quang-ninh", "cu.gov.vn").await;
    let domain = act(store, |tx| {
        places::add_domain(tx, &console(), "tuyenquang.gov.vn", None)
    })
    .await
    .unwrap();
    (top, domain)
}

async fn qn_6_3_b_the_old_address_stays_as_an_alias(ground: &Ground) {
    let store = &ground.store;
    let (top, domain) = moved(ground).await;
    let agency = add(store, top, Kind::Provincial, "Sở Nội vụ", "snv").await;
    let a = person(
        store,
        agency,
        ("Vương", "Ngọc", "Hà"),
        "Chuyên viên",
        "vuongngocha",
    )
    .await;
    let main = unit(store, agency, "sonoivu").await;
    let id = planned(
        store,
        Scope {
            places: vec![agency],
            profile: Some("tuyen-quang".to_owned()),
            domain: Some(domain),
            ..Scope::default()
        },
    )
    .await;
    let shown = lines(store, id).await;
    let of = |mailbox| shown.iter().find(|line| line.mailbox == mailbox).unwrap();
    assert_eq!(of(a.mailbox).former, "vuongngocha@cu.gov.vn");
    assert_eq!(of(a.mailbox).local_part, "vnha.snv");
    let clauses: Vec<_> = rename::why(of(a.mailbox))
        .into_iter()
        .filter_map(|step| step.clause)
        .collect();
    assert!(
        clauses.iter().any(|clause| clause.starts_with("TQ.5")),
        "{clauses:?}"
    );
    assert_eq!(of(main.mailbox).local_part, "snv");
    // Nothing changed yet.
    assert_eq!(primary(store, a.mailbox).await, "vuongngocha@cu.gov.vn");
    let progress = apply(store, id).await;
    assert_eq!(
        (progress.done, progress.failed, progress.left, progress.open),
        (2, 0, 0, 0)
    );
    assert_eq!(
        primary(store, a.mailbox).await,
        "vnha.snv@tuyenquang.gov.vn"
    );
    assert_eq!(primary(store, main.mailbox).await, "snv@tuyenquang.gov.vn");
    act(store, move |tx| {
        for login in ["vnha.snv@tuyenquang.gov.vn", "vuongngocha@cu.gov.vn"] {
            let found = account::by_login(tx, login)?.unwrap();
            assert_eq!(
                (found.id, found.login.as_str()),
                (a.account, "vnha.snv@tuyenquang.gov.vn")
            );
            let (local_part, domain) = login.split_once('@').unwrap();
            assert!(address::may_send_as(tx, a.account, local_part, domain)?);
            let address::Lookup::Found(address::Target::Mailbox(target)) =
                address::lookup(tx, local_part, domain)?
            else {
                panic!("mail to {login} is lost");
            };
            assert_eq!(target.mailbox, a.mailbox);
        }
        let told = notice::of_mailbox(tx, a.mailbox, None, 10)?;
        assert_eq!(told.len(), 1);
        assert!(told[0].body.contains("vuongngocha@cu.gov.vn"));
        assert!(told[0].clause.starts_with("TQ.5"), "{}", told[0].clause);
        let asked = directory::Search {
            text: "vnha.snv".into(),
            limit: 5,
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
            .filter(|act| *act == "mailbox.rename")
            .count(),
        2
    );
    // The same again: everything is as it should be.
    let scope = Scope {
        places: vec![agency],
        profile: Some("tuyen-quang".to_owned()),
        domain: Some(domain),
        ..Scope::default()
    };
    let again = planned(store, scope).await;
    assert!(
        lines(store, again)
            .await
            .iter()
            .all(|line| line.state == "same")
    );
    assert_eq!(apply(store, again).await, Progress::default());
}

async fn clashes_within_a_batch_are_resolved(ground: &Ground) {
    let store = &ground.store;
    let (top, domain) = moved(ground).await;
    let agency = add(store, top, Kind::Provincial, "Sở Nội vụ", "snv").await;
    for local_part in ["x1", "x2", "x3"] {
        person(store, agency, ("Phạm", "Văn", "An"), "", local_part).await;
    }
    let id = planned(
        store,
        Scope {
            places: vec![top],
            domain: Some(domain),
            ..Scope::default()
        },
    )
    .await;
    let shown: Vec<String> = lines(store, id)
        .await
        .into_iter()
        .map(|line| line.local_part)
        .collect();
    // QN.4.2.a–c: the first the plain one, the next with the agency, then with a number; nobody is named alike.
    assert_eq!(shown, ["phamvanan", "phamvanan.snv", "phamvanan1.snv"]);
    assert_eq!(apply(store, id).await.done, 3);
}

async fn what_the_rules_leave_open_is_chosen_by_hand(ground: &Ground) {
    let store = &ground.store;
    let (top, domain) = moved(ground).await;
    let agency = add(store, top, Kind::Provincial, "Sở Nội vụ", "snv").await;
    // No person behind it: the rules cannot split the name.
    let odd = act(store, move |tx| {
        let made = holder(tx, agency, ("", "", ""), "", "phongmay")?;
        tx.execute(
            "UPDATE mailbox SET kind = 'personal' WHERE id = $1",
            &[made.mailbox.into()],
        )?;
        Ok(made)
    })
    .await
    .unwrap();
    let a = person(store, agency, ("Phạm", "Văn", "An"), "", "x1").await;
    let id = planned(
        store,
        Scope {
            places: vec![top],
            domain: Some(domain),
            ..Scope::default()
        },
    )
    .await;
    let shown = lines(store, id).await;
    let of = |mailbox| shown.iter().find(|line| line.mailbox == mailbox).unwrap();
    assert_eq!(of(odd.mailbox).state, "choose");
    assert_eq!(rename::candidates(of(odd.mailbox)), ["phongmay"]);
    assert_eq!(of(a.mailbox).state, "ready");
    let number = of(odd.mailbox).number;
    let choose = |local_part: &'static str| {
        act(store, move |tx| {
            rename::choose(tx, Law::default(), &console(), id, number, local_part)
        })
    };
    for bad in ["phamvanan", "postmaster", "Phòng máy", ""] {
        choose(bad).await.unwrap_err();
    }
    // What is ready is carried out; what is open waits.
    let progress = apply(store, id).await;
    assert_eq!((progress.done, progress.open), (1, 1));
    choose("phongmay").await.unwrap();
    assert_eq!(apply(store, id).await.done, 1);
    assert_eq!(
        primary(store, odd.mailbox).await,
        "phongmay@tuyenquang.gov.vn"
    );
    let state = act(store, move |tx| Ok(rename::get(tx, id)?.state))
        .await
        .unwrap();
    assert_eq!(state, "done");
    choose("phongmay2").await.unwrap_err();
}

async fn an_address_that_went_to_another_is_not_taken(ground: &Ground) {
    let store = &ground.store;
    let (top, domain) = moved(ground).await;
    let agency = add(store, top, Kind::Provincial, "Sở Nội vụ", "snv").await;
    let a = person(store, agency, ("Phạm", "Văn", "An"), "", "x1").await;
    let b = person(store, agency, ("Lê", "Thị", "Bình"), "", "x2").await;
    let id = planned(
        store,
        Scope {
            places: vec![top],
            domain: Some(domain),
            ..Scope::default()
        },
    )
    .await;
    act(store, move |tx| {
        let holder = address::Holder::Mailbox(b.mailbox);
        address::create(tx, domain, "phamvanan", "alias", holder)?;
        Ok(())
    })
    .await
    .unwrap();
    let progress = apply(store, id).await;
    assert_eq!((progress.done, progress.failed, progress.open), (1, 1, 1));
    assert_eq!(primary(store, a.mailbox).await, "x1@cu.gov.vn");
    assert_eq!(
        primary(store, b.mailbox).await,
        "lethibinh@tuyenquang.gov.vn"
    );
    let number = lines(store, id)
        .await
        .iter()
        .find(|line| line.state == "failed")
        .unwrap()
        .number;
    act(store, move |tx| {
        rename::choose(tx, Law::default(), &console(), id, number, "phamvanan.snv")
    })
    .await
    .unwrap();
    assert_eq!(apply(store, id).await.done, 1);
}

async fn a_rename_is_taken_back_by_another(ground: &Ground) {
    let store = &ground.store;
    let (top, domain) = moved(ground).await;
    let agency = add(store, top, Kind::Provincial, "Sở Nội vụ", "snv").await;
    let a = person(store, agency, ("Phạm", "Văn", "An"), "", "x1").await;
    let id = planned(
        store,
        Scope {
            mailboxes: vec![a.mailbox],
            domain: Some(domain),
            ..Scope::default()
        },
    )
    .await;
    apply(store, id).await;
    let back = act(store, move |tx| {
        rename::begin_undo(tx, &console(), id, "13/NQ")
    })
    .await
    .unwrap();
    rename::plan(store, Law::default(), back).await.unwrap();
    assert_eq!(apply(store, back).await.done, 1);
    assert_eq!(primary(store, a.mailbox).await, "x1@cu.gov.vn");
    act(store, move |tx| {
        let found = account::by_login(tx, "phamvanan@tuyenquang.gov.vn")?.unwrap();
        assert_eq!(
            (found.id, found.login.as_str()),
            (a.account, "x1@cu.gov.vn")
        );
        Ok(())
    })
    .await
    .unwrap();
}

const MANY: usize = 60;

async fn killed_at_any_time_it_goes_on_and_does_nothing_twice(ground: &Ground) {
    let store = &ground.store;
    let (top, domain) = moved(ground).await;
    let agency = add(store, top, Kind::Provincial, "Sở Nội vụ", "snv").await;
    let mailboxes = act(store, move |tx| {
        let made =
            (0..MANY).map(|n| holder(tx, agency, ("Phạm", "Văn", "An"), "", &format!("x{n}")));
        Ok(made
            .collect::<Result<Vec<_>, Refused>>()?
            .into_iter()
            .map(|made| made.mailbox)
            .collect::<Vec<_>>())
    })
    .await
    .unwrap();
    let scope = Scope {
        places: vec![agency],
        domain: Some(domain),
        ..Scope::default()
    };
    let id = act(store, move |tx| {
        rename::begin(tx, Law::default(), &console(), &scope, "12/NQ")
    })
    .await
    .unwrap();
    // Planning is cut off after each chunk, and in the middle of one.
    loop {
        let cut = act(store, move |tx| {
            rename::plan_step(tx, Law::default(), id, 7)?;
            Err::<(), _>(Refused::state("killed"))
        });
        cut.await.unwrap_err();
        if act(store, move |tx| {
            rename::plan_step(tx, Law::default(), id, 7)
        })
        .await
        .unwrap()
        {
            break;
        }
    }
    assert_eq!(lines(store, id).await.len(), MANY);
    // Carrying out: cut off in a transaction, between two, by tasks that are thrown away, and by two nodes at once.
    let node = ground.node().await;
    for round in 0.. {
        let cut = act(store, move |tx| {
            rename::apply_step(tx, &console(), id, 3)?;
            Err::<(), _>(Refused::state("killed"))
        });
        cut.await.unwrap_err();
        let other = node.clone();
        let task = tokio::spawn(async move {
            act(&other, move |tx| rename::apply_step(tx, &console(), id, 2))
                .await
                .map(drop)
        });
        if round % 3 == 0 {
            tokio::time::sleep(Duration::from_millis(round % 5)).await;
            task.abort();
        }
        let step = act(store, move |tx| rename::apply_step(tx, &console(), id, 2))
            .await
            .unwrap();
        drop(task.await);
        if step.left == 0 {
            break;
        }
    }
    // A task that was thrown away may still have been at work.
    assert_eq!(apply(store, id).await.left, 0);
    let mut seen = std::collections::HashSet::new();
    for mailbox in mailboxes {
        assert!(seen.insert(primary(store, mailbox).await));
        let (addresses, notices) = act(store, move |tx| {
            let addresses = tx.all(
                "SELECT kind FROM address WHERE mailbox_id = $1 ORDER BY id",
                &[mailbox.into()],
                |row| row.text(0),
            )?;
            Ok((addresses, notice::of_mailbox(tx, mailbox, None, 10)?.len()))
        })
        .await
        .unwrap();
        assert_eq!(
            (addresses, notices),
            (vec!["alias".to_owned(), "primary".to_owned()], 1)
        );
    }
    let done = acts(store)
        .await
        .iter()
        .filter(|act| *act == "mailbox.rename")
        .count();
    assert_eq!(done, MANY);
    let (looked, wrong) = directory::rebuild(store, false)
        .await
        .map(|r| (r.looked, r.wrong))
        .unwrap();
    assert_eq!((looked, wrong), (MANY as u64, 0));
}

async fn who_does_not_decide_there_cannot_work_on_it(ground: &Ground) {
    let store = &ground.store;
    let (top, domain) = moved(ground).await;
    let agency = add(store, top, Kind::Provincial, "Sở Nội vụ", "snv").await;
    let a = person(store, agency, ("Phạm", "Văn", "An"), "", "x1").await;
    let id = planned(
        store,
        Scope {
            places: vec![agency],
            domain: Some(domain),
            ..Scope::default()
        },
    )
    .await;
    let stranger = congvu_governance::Actor::signed_in(a.account, "x1@cu.gov.vn", "192.0.2.1");
    let refused = rename::apply(store, &stranger, id).await;
    assert!(matches!(refused, Err(Refused::Forbidden(_))), "{refused:?}");
    let dropped = act(store, move |tx| rename::drop_job(tx, &console(), id));
    dropped.await.unwrap();
    rename::apply(store, &console(), id).await.unwrap_err();
    // A place's own domain decides where nobody names another.
    act(store, move |tx| {
        let now = Details::of(&organisation::get(tx, agency)?.unwrap());
        let new = Details {
            domain: Some(domain),
            ..now
        };
        places::change(tx, Law::default(), &fixture::console(), agency, &new, None)
    })
    .await
    .unwrap();
    let id = planned(
        store,
        Scope {
            places: vec![agency],
            ..Scope::default()
        },
    )
    .await;
    assert_eq!(apply(store, id).await.done, 1);
    assert_eq!(
        primary(store, a.mailbox).await,
        "phamvanan@tuyenquang.gov.vn"
    );
}
