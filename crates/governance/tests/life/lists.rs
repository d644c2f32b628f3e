//! Lists of mailboxes by what is asked for, and one act on several of them.

use congvu_governance::mailbox::bulk::{self, Work};
use congvu_governance::mailbox::{self, Because, List, list};
use congvu_governance::{Actor, Refused, Role, rights};
use congvu_store::mailbox_list::{Listed, Place as After, Sieve, State};
use congvu_store::{AccountId, BulkId, MailboxId, StoreError, account, bulk as rows};
use congvu_testing::{Ground, driven};

use crate::support::{Place, act, begins, console, life_of, nights, write};

driven!(crate::BEGIN;
    mailboxes_are_listed_by_name_and_sifted,
    qn_7_1_several_are_locked_one_by_one_and_what_is_refused_is_told,
);

async fn found(ground: &Ground, asked: List, after: After, limit: i64) -> Vec<Listed> {
    let read = ground
        .store
        .read(move |tx| list(tx, &asked, &after, limit))
        .await;
    read.unwrap()
}

async fn names(ground: &Ground, place: &Place, asked: List) -> Vec<String> {
    let asked = List {
        tops: vec![place.root, place.agency],
        ..asked
    };
    let found = found(ground, asked, After::default(), 50).await;
    found.into_iter().map(|one| one.name).collect()
}

/// As if so many bytes lay there.
async fn fill(ground: &Ground, mailbox: i64, bytes: i64) {
    write(ground, move |tx| {
        tx.execute(
            "UPDATE mailbox SET used_bytes = $2 WHERE id = $1",
            &[mailbox.into(), bytes.into()],
        )
    })
    .await;
}

async fn mailboxes_are_listed_by_name_and_sifted(ground: &Ground) {
    let place = Place::new(ground, "quang-ninh").await;
    let law = place.law;
    let tung = place.official(ground, ("Đỗ", "Thanh", "Tùng")).await;
    let an = place.official(ground, ("Lò", "Thị", "An")).await;
    let hoa = place.official(ground, ("Bế", "Văn", "Hòa")).await;
    begins(ground, &tung).await;
    begins(ground, &hoa).await;
    // By given names, then the unit.
    let all = names(ground, &place, List::default()).await;
    assert_eq!(
        all[..3],
        ["Lò Thị An", "Bế Văn Hòa", "Đỗ Thanh Tùng"].map(str::to_owned)
    );
    assert_eq!(all.len(), 4);
    // Page by page it is the same list.
    let mut paged = Vec::new();
    let mut after = After::default();
    loop {
        let asked = List {
            tops: vec![place.agency],
            ..List::default()
        };
        let Some(one) = found(ground, asked, after.clone(), 1).await.pop() else {
            break;
        };
        after = one.place;
        paged.push(one.name);
    }
    assert_eq!(paged, all);
    let sifted = async |asked: List| names(ground, &place, asked).await;
    let by = |sieve| List {
        sieve: Some(sieve),
        ..List::default()
    };
    let text = |text: &str| List {
        text: text.to_owned(),
        ..List::default()
    };
    assert_eq!(sifted(text("do tung")).await, ["Đỗ Thanh Tùng"]);
    assert_eq!(sifted(text(&an.address)).await, ["Lò Thị An"]);
    assert_eq!(sifted(text("!!")).await, [""; 0]);
    let units = List {
        kind: "unit",
        ..List::default()
    };
    assert_eq!(sifted(units).await.len(), 1);
    assert_eq!(
        sifted(by(Sieve::Active)).await,
        ["Bế Văn Hòa", "Đỗ Thanh Tùng"]
    );
    assert!(
        sifted(by(Sieve::Unused))
            .await
            .contains(&"Lò Thị An".to_owned())
    );
    assert!(
        sifted(by(Sieve::MustChange))
            .await
            .contains(&"Lò Thị An".to_owned())
    );
    for none in [Sieve::Expired, Sieve::Pending, Sieve::Disabled, Sieve::Gone] {
        assert_eq!(sifted(by(none)).await, [""; 0], "{none:?}");
    }
    let quota = life_of(ground, hoa.mailbox).await.quota;
    let full = i64::try_from(quota / 100 * 92).unwrap();
    fill(ground, hoa.mailbox, full).await;
    for (percent, hits) in [(80, 1), (90, 1), (95, 0)] {
        let full = List {
            percent,
            ..List::default()
        };
        assert_eq!(sifted(full).await.len(), hits, "{percent}");
    }
    fill(ground, hoa.mailbox, 0).await;
    // Six months without use (QN.7.1) lock; then a list has them under what they are.
    let id = MailboxId(tung.mailbox);
    let because = Because::Asked {
        reason: "theo đề nghị",
        clause: None,
        document: Some("12/CV"),
    };
    let locked = act(ground, move |tx| {
        mailbox::lock(tx, law, &console(), id, because)
    });
    locked.await.unwrap();
    assert_eq!(sifted(by(Sieve::Locked)).await, ["Đỗ Thanh Tùng"]);
    assert_eq!(sifted(by(Sieve::Active)).await, ["Bế Văn Hòa"]);
    let disabled = write(ground, move |tx| {
        account::set_disabled(tx, AccountId(hoa.account.unwrap()), true)
    });
    disabled.await;
    assert_eq!(sifted(by(Sieve::Disabled)).await, ["Bế Văn Hòa"]);
    nights(ground, law, "2026-04-06", "2026-04-07").await;
    let expired = found(
        ground,
        List {
            tops: vec![place.root],
            ..by(Sieve::Expired)
        },
        After::default(),
        9,
    );
    for one in expired.await {
        assert!(matches!(
            one.state,
            State::Expired | State::Locked | State::Disabled
        ));
    }
    let idle = Sieve::Idle(congvu_store::activity::day(ground.clock.now()) - 30);
    let idle = sifted(by(idle)).await;
    assert_eq!(idle.len(), 4, "{idle:?}");
    let gone = act(ground, move |tx| {
        mailbox::revoke(tx, law, &console(), id, None, Some("1/QĐ"))
    });
    gone.await.unwrap();
    assert_eq!(sifted(by(Sieve::Gone)).await, ["Đỗ Thanh Tùng"]);
    let named = List {
        text: "thanh tung".to_owned(),
        ..by(Sieve::Gone)
    };
    assert_eq!(sifted(named).await, ["Đỗ Thanh Tùng"]);
    assert_eq!(sifted(List::default()).await.len(), 3);
}

/// Somebody with a role at the root.
async fn officer(ground: &Ground, place: &Place, role: Role) -> Actor {
    let made = place.official(ground, ("Mai", "Thị", "Hạnh")).await;
    let (account, root) = (AccountId(made.account.unwrap()), place.root);
    let login = made.address.clone();
    let given = act(ground, move |tx| {
        rights::grant(tx, &console(), (account, &login), role, root, None)
    });
    given.await.unwrap();
    Actor::signed_in(account, &made.address, "10.0.0.1")
}

async fn qn_7_1_several_are_locked_one_by_one_and_what_is_refused_is_told(ground: &Ground) {
    let place = Place::new(ground, "quang-ninh").await;
    let law = place.law;
    let one = place.official(ground, ("Đỗ", "Thanh", "Tùng")).await;
    let two = place.official(ground, ("Lò", "Thị", "An")).await;
    let actor = officer(ground, &place, Role::Decide).await;
    let work = Work::Lock {
        violation: String::new(),
        reason: "rà soát".to_owned(),
        document: "5/CV".to_owned(),
    };
    let ids = [MailboxId(one.mailbox), MailboxId(two.mailbox)];
    let looks = |id: MailboxId, work: Work, actor: Actor| {
        ground.store.read(move |tx| work.look(tx, law, &actor, id))
    };
    let said = looks(ids[0], work.clone(), actor.clone()).await.unwrap();
    assert!(said.contains("vẫn nhận thư"), "{said}");
    let begun = {
        let (actor, work) = (actor.clone(), work.clone());
        act(ground, move |tx| bulk::begin(tx, &actor, &work, &ids)).await
    };
    let id: BulkId = begun.unwrap();
    // One of them is locked by another meanwhile.
    let (because, other) = (
        Because::Asked {
            reason: "khác",
            clause: None,
            document: None,
        },
        ids[1],
    );
    let locked = act(ground, move |tx| {
        mailbox::lock(tx, law, &console(), other, because)
    });
    locked.await.unwrap();
    let refused = looks(ids[1], work.clone(), actor.clone()).await;
    assert!(matches!(refused, Err(Refused::State(_))), "{refused:?}");
    bulk::run(&ground.store, law, &actor, id).await.unwrap();
    let lines = ground.store.read(move |tx| rows::lines(tx, id, 0, 9)).await;
    let lines: Vec<rows::Line> = Result::<_, StoreError>::unwrap(lines);
    assert_eq!(
        (lines[0].state.as_str(), lines[0].said.as_str()),
        ("done", "")
    );
    assert_eq!(lines[1].state, "refused");
    assert!(
        lines[1].said.contains("đang bị tạm khóa"),
        "{}",
        lines[1].said
    );
    assert!(life_of(ground, one.mailbox).await.lock.is_some());
    // A second run does nothing, and nobody else sees it.
    bulk::run(&ground.store, law, &actor, id).await.unwrap();
    let other = officer(ground, &place, Role::Operate).await;
    let hidden = ground.store.read(move |tx| bulk::get(tx, &other, id)).await;
    assert!(matches!(hidden, Err(Refused::Missing(_))));
    // Who only operates restores nobody.
    let other = officer(ground, &place, Role::Operate).await;
    let restore = Work::Restore {
        document: "6/CV".to_owned(),
    };
    let refused = looks(ids[0], restore.clone(), other).await;
    assert!(matches!(refused, Err(Refused::Forbidden(_))), "{refused:?}");
    assert!(looks(ids[0], restore, actor).await.is_ok());
}
