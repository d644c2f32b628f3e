//! A year in the life of three agencies under each regulation, end to end on the real store with a driven clock: issue from a
//! list, first sign-in, delegation, hand-over, idleness, lock, restoring, retirement, revocation, deletion, reports. Every act shows
//! its clause.

#![allow(clippy::unwrap_used)]

mod support;

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};

use congvu_access::{Access, AccessConfig, Attempt, Protocol, hash_password, verify_password};
use congvu_governance::audit::{Key, seal, verify};
use congvu_governance::cite::{self, Basis};
use congvu_governance::life::{Confirmed, confirm, sweep};
use congvu_governance::lists::Row;
use congvu_governance::mailbox::{self, Holder, Issue, Issued, PasswordRule};
use congvu_governance::request::{
    Ask, Decision, NewRequest, carry_out_all, decide, forward, from_rows, open,
};
use congvu_governance::unit::{NewHandOver, NewKeeper, Terms, delegate, hand_over};
use congvu_governance::{Action, Actor, Refused, report};
use congvu_regulation::reports::Every;
use congvu_regulation::requests::{RequestKind, Way};
use congvu_regulation::{Date, MailboxKind, Moment, Profile};
use congvu_store::activity::Kind;
use congvu_store::audit::{self as stored, Chain};
use congvu_store::delegation::Rights;
use congvu_store::organisation::{self, NewOrganisation};
use congvu_store::{
    AccountId, MailboxId, OrganisationId, RequestId, StoreError, ending, proposal, request,
};
use congvu_testing::{Ground, driven};
use support::{OPTIONS, Place, act, console, life_of, uses};

// 2026-01-05T08:00 in Vietnam, a Monday.
const BEGIN: i64 = 1_767_574_800_000;

driven!(super::BEGIN;
    a_year_under_quang_ninh,
    a_year_under_bim_son,
    a_year_under_tuyen_quang,
    a_year_under_hcm_donre,
    a_year_under_son_la,
);

async fn a_year_under_quang_ninh(ground: &Ground) {
    let recorded = year(ground, "quang-ninh").await;
    expect(
        &recorded,
        &[
            ("mailbox.issue", "QN."),
            ("mailbox.lock", "QN.7.1"),
            ("mailbox.propose", "QN.7.2"),
            ("mailbox.revoke", "QN.7."),
            ("mailbox.restore", "QN.7.1"),
            ("account.expire", "QN.15.2"),
            ("unit.delegate", "QN.10"),
            ("mailbox.destroyed", "QN.7.2"),
            ("report.make", "QN.9.1.e"),
            ("report.make", "QN.13.10"),
        ],
    );
}

async fn a_year_under_bim_son(ground: &Ground) {
    let recorded = year(ground, "bim-son").await;
    expect(
        &recorded,
        &[
            ("mailbox.issue", "BS.7"),
            ("mailbox.propose", "BS.7"),
            ("mailbox.revoke", "BS.7"),
            ("unit.delegate", "BS.III.10.2"),
            ("report.make", "BS.7"),
        ],
    );
}

async fn a_year_under_tuyen_quang(ground: &Ground) {
    let recorded = year(ground, "tuyen-quang").await;
    expect(
        &recorded,
        &[
            ("mailbox.issue", "TQ.7.1"),
            ("mailbox.lock", "TQ.8.2.d"),
            ("mailbox.lock", "TQ.8.2.a"),
            ("mailbox.restore", "TQ.8.3"),
            ("mailbox.delete", "TQ.8.4"),
            ("unit.delegate", "TQ.11.2"),
            ("unit.hand-over", "TQ.11.3"),
            ("mailbox.destroyed", "TQ.8.4"),
            ("report.make", "TQ.11.6"),
        ],
    );
}

async fn a_year_under_hcm_donre(ground: &Ground) {
    let recorded = year(ground, "hcm-donre").await;
    expect(
        &recorded,
        &[
            ("mailbox.lock", "HCM.8.1.a"),
            ("mailbox.restore", "HCM."),
            ("mailbox.delete", "HCM.8.1.b"),
            ("account.expire", "HCM.8.3.b"),
            ("unit.delegate", "HCM.12.1"),
            ("unit.hand-over", "HCM.12.2"),
            ("mailbox.destroyed", "HCM.8.1.b"),
            ("report.make", "HCM.14.1"),
            ("report.make", "HCM.14.2"),
        ],
    );
}

async fn a_year_under_son_la(ground: &Ground) {
    let recorded = year(ground, "son-la").await;
    expect(
        &recorded,
        &[
            ("mailbox.issue", "SL.7.1"),
            ("mailbox.lock", "SL.8.2.a"),
            ("mailbox.propose", "SL.8.1"),
            ("mailbox.revoke", "SL.8.1"),
            ("mailbox.restore", "SL.8.3"),
            ("account.expire", "SL.6.1"),
            ("unit.delegate", "SL.9.2"),
            ("mailbox.destroyed", "SL.8.1"),
            ("report.make", "SL.7.3"),
            ("report.make", "SL.16.3"),
        ],
    );
}

fn expect(recorded: &BTreeSet<(String, String)>, wanted: &[(&str, &str)]) {
    for (action, clause) in wanted {
        assert!(
            recorded
                .iter()
                .any(|(known, by)| known == action && by.starts_with(clause)),
            "{action} by {clause}: {recorded:#?}"
        );
    }
}

/// An agency with its three people: one who uses the mailbox all year, one who stops, one who never begins.
struct Agency {
    place: OrganisationId,
    unit: MailboxId,
    people: Vec<Official>,
}

/// Somebody with a mailbox, and the password they know.
struct Official {
    issued: Issued,
    password: String,
    /// How many passwords they chose.
    chosen: u32,
}

impl Official {
    fn mailbox(&self) -> MailboxId {
        MailboxId(self.issued.mailbox)
    }

    fn account(&self) -> AccountId {
        AccountId(self.issued.account.unwrap())
    }

    /// Signs in as with a browser, chooses another password where one is due, as the rule of the place has it, and writes.
    async fn signs_in(&mut self, ground: &Ground, place: &Place) {
        let access = Access::start(
            &ground.store,
            AccessConfig {
                failures: 10,
                default_domain: None,
                announce_scram: false,
            },
        );
        let attempt = Attempt {
            protocol: Protocol::Web,
            peer: IpAddr::V4(Ipv4Addr::LOCALHOST),
        };
        let come = access.sign_in(attempt, &self.issued.address, &self.password);
        let come = come.await.unwrap();
        if come.must_change.is_some() {
            self.chosen += 1;
            self.password = format!("Qkz#7-{}-Xwf", self.chosen);
            let (law, id, login) = (place.law, come.mailbox, come.login.clone());
            let account = come.account;
            let password = self.password.clone();
            act(ground, move |tx| {
                let rule = PasswordRule::of(tx, law, account)?;
                let faults = rule.faults(&password, verify_password);
                assert!(faults.is_empty(), "{faults:?}");
                let me = Actor::signed_in(account, &login, "127.0.0.1");
                mailbox::choose_password(tx, law, &me, id, &hash_password(&password)).map(drop)
            })
            .await
            .unwrap();
            access.sign_out(come.session).await;
            let again = access.sign_in(attempt, &self.issued.address, &self.password);
            assert_eq!(again.await.unwrap().must_change, None);
        }
        access.note(self.mailbox(), Kind::Sent);
        access.stop().await;
    }
}

/// How a request comes in under a profile.
fn way(profile: &Profile, kind: RequestKind) -> Way {
    let rule = profile.request(kind).unwrap();
    let mut channels = rule.channels().iter().map(|channel| &channel.value);
    let personal = channels.find(|channel| channel.only != Some(MailboxKind::Unit));
    personal.unwrap().way
}

/// Opens a request, passes it on to who decides, grants all of it and carries it out.
async fn granted(
    ground: &Ground,
    place: &Place,
    agency: OrganisationId,
    kind: RequestKind,
    key: String,
    lines: Vec<(u32, Ask)>,
) -> RequestId {
    let law = place.law;
    let root = place.root;
    let profile = act(ground, move |tx| law.at(tx, root)).await.unwrap();
    let new = NewRequest {
        key,
        kind,
        organisation: agency,
        way: way(profile, kind),
        document: "12/CV".to_owned(),
        document_day: Some("2026-01-05".parse().unwrap()),
        reason: "Theo đề nghị".to_owned(),
        lines,
        files: Vec::new(),
    };
    let count = u32::try_from(new.lines.len()).unwrap();
    let id = act(ground, move |tx| open(tx, law, &console(), &new))
        .await
        .unwrap()
        .id;
    // Where somebody passes it on first (HCM.3).
    while act(ground, move |tx| forward(tx, law, &console(), id, None))
        .await
        .is_ok()
    {}
    act(ground, move |tx| {
        for number in 1..=count {
            decide(
                tx,
                law,
                &console(),
                (id, number),
                &Decision::Grant { local_part: None },
            )?;
        }
        Ok(())
    })
    .await
    .unwrap();
    carry_out_all(&ground.store, law).await.unwrap();
    // Where people must agree on an address, they take the first that is offered.
    for number in 1..=count {
        let line = ground
            .store
            .read(move |tx| request::get_line(tx, id, number))
            .await;
        let line: Result<_, StoreError> = line;
        let line = line.unwrap().unwrap();
        if line.state != "failed" {
            continue;
        }
        let offered = line.reason.split("có thể chọn: ").nth(1);
        let offered = offered.unwrap_or_else(|| panic!("{}", line.reason));
        let chosen = offered.trim_end_matches('.').split(", ").next().unwrap();
        let chosen = Decision::Grant {
            local_part: Some(chosen.to_owned()),
        };
        act(ground, move |tx| {
            decide(tx, law, &console(), (id, number), &chosen)
        })
        .await
        .unwrap();
        carry_out_all(&ground.store, law).await.unwrap();
    }
    let request = ground.store.read(move |tx| request::get(tx, id)).await;
    let request: Result<_, StoreError> = request;
    assert_eq!(request.unwrap().unwrap().state, "done");
    id
}

async fn agencies(ground: &Ground, place: &Place) -> Vec<Agency> {
    let (law, root, first, unit) = (place.law, place.root, place.agency, place.unit);
    let others = act(ground, move |tx| {
        let mut made = Vec::new();
        let first = organisation::get(tx, first)?.unwrap();
        for (name, short) in [("Sở Nội vụ", "noivu"), ("Sở Tài chính", "taichinh")] {
            // Addresses of a part of a domain keep its ending.
            let short = match first.short_name.split_once('.') {
                Some((_, ending)) => format!("{short}.{ending}"),
                None => short.to_owned(),
            };
            let place = organisation::create(
                tx,
                &NewOrganisation {
                    parent: Some(root),
                    kind: &first.kind,
                    name,
                    short_name: &short,
                    profile: None,
                },
            )?;
            let asked = Issue {
                organisation: place.0,
                holder: Holder::Unit { own_account: true },
                local_part: Some(short),
                former: None,
                quota: None,
            };
            let unit = mailbox::issue(tx, law, &console(), &asked, None)?;
            made.push((place, MailboxId(unit.mailbox)));
        }
        Ok(made)
    });
    let mut all = vec![(first, unit)];
    all.extend(others.await.unwrap());
    let mut agencies = Vec::new();
    for (agency, unit) in all {
        let rows: Vec<Row> = ["Nguyễn Văn An", "Trần Thị Bình", "Lê Hữu Cường"]
            .iter()
            .zip(2..)
            .map(|(name, number)| {
                let row = Row {
                    number,
                    ..Row::default()
                };
                row.with("full-name", name).with("title", "Chuyên viên")
            })
            .collect();
        let lines = act(ground, move |tx| {
            from_rows(tx, RequestKind::Issue, agency, &rows)
        })
        .await
        .unwrap();
        let key = format!("cap {agency}");
        let id = granted(ground, place, agency, RequestKind::Issue, key, lines).await;
        let lines = ground
            .store
            .read(move |tx| request::lines(tx, id, 0, 10))
            .await;
        let lines: Result<_, StoreError> = lines;
        let mut people = Vec::new();
        for line in lines.unwrap() {
            let outcome: serde_json::Value = serde_json::from_str(&line.outcome).unwrap();
            let issued = Issued {
                mailbox: outcome["mailbox"].as_i64().unwrap(),
                address: outcome["address"].as_str().unwrap().to_owned(),
                account: outcome["account"].as_i64(),
            };
            let id = MailboxId(issued.mailbox);
            let password = act(ground, move |tx| {
                let password = mailbox::one_time_password(tx, law, id)?;
                mailbox::hand_over(tx, law, &console(), id, &hash_password(&password))?;
                Ok(password)
            });
            people.push(Official {
                issued,
                password: password.await.unwrap(),
                chosen: 0,
            });
        }
        agencies.push(Agency {
            place: agency,
            unit,
            people,
        });
    }
    agencies
}

/// The first day at work: two of three sign in and change the password, and the unit's mailbox is given into hands; where the
/// regulation has a word on it, the first agency gets a new head.
async fn first_day(ground: &Ground, place: &Place, agencies: &mut [Agency]) {
    let law = place.law;
    for agency in &mut *agencies {
        agency.people[0].signs_in(ground, place).await;
        agency.people[1].signs_in(ground, place).await;
        let (unit, keeper) = (agency.unit, agency.people[0].account());
        act(ground, move |tx| {
            let terms = Terms {
                rights: Rights::READ.with(Rights::SEND),
                document: Some("03/QĐ"),
                ..Terms::default()
            };
            let new = NewKeeper {
                mailbox: unit,
                account: keeper,
                terms,
            };
            delegate(tx, law, &console(), &new).map_err(Refused::from)
        })
        .await
        .unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    let key = Key::open(&folder.path().join("key")).unwrap();
    let (root, unit) = (place.root, agencies[0].unit);
    let head = agencies[0].people[1].account();
    act(ground, move |tx| {
        if law.at(tx, root)?.access().hand_over.clause().is_none() {
            return Ok(());
        }
        let new = NewHandOver {
            mailbox: unit,
            from: "Nguyễn Văn Bảy",
            to: head,
            password: Some("$argon2id$one-time"),
            document: Some("04/QĐ"),
        };
        let handed = hand_over(tx, law, &console(), &key, &new).map_err(Refused::from)?;
        assert_eq!(handed.delegations_ended.len(), 1);
        assert!(handed.password_reset);
        Ok(())
    })
    .await
    .unwrap();
}

/// What the program does by itself in a night.
async fn night(ground: &Ground, place: &Place) {
    let law = place.law;
    let swept = sweep(&ground.store, law, OPTIONS).await.unwrap();
    assert_eq!(swept.failed, []);
    report::make_due(&ground.store, law).await.unwrap();
    let remove = || ground.store.write_bulk(|tx| ending::step(tx, 100));
    while remove().await.map_err(|error: StoreError| error).unwrap() {}
    let record = || ground.store.write_bulk(mailbox::record_destroyed);
    while record().await.unwrap() > 0 {}
}

/// Lives through the year; what was recorded, as actions and clauses.
async fn year(ground: &Ground, profile: &'static str) -> BTreeSet<(String, String)> {
    let place = Place::new(ground, profile).await;
    let law = place.law;
    let mut agencies = agencies(ground, &place).await;
    let day = |text: &str| text.parse::<Date>().unwrap();
    let set = |date: Date, hours: u16| ground.clock.set(date.start().plus_hours(hours).0);

    set(day("2026-01-06"), 8);
    first_day(ground, &place, &mut agencies).await;

    let mut restored = false;
    let mut date = day("2026-01-07");
    while date <= day("2026-12-31") {
        set(date, 1);
        night(ground, &place).await;

        // By day people work.
        set(date, 9);
        for agency in &mut agencies {
            let busy = &mut agency.people[0];
            let life = life_of(ground, busy.issued.mailbox).await;
            if life.deleted_at.is_none() && life.revoked_at.is_none() && life.lock.is_none() {
                match life.opener.unwrap().must_change {
                    Some(_) => busy.signs_in(ground, &place).await,
                    None if date.day() % 7 == 0 => {
                        uses(ground, &busy.issued, Kind::Interactive).await;
                    }
                    None => {}
                }
            }
            // The unit's mailbox is used by its keepers.
            if date.day() % 7 == 0 {
                let unit = Issued {
                    mailbox: agency.unit.0,
                    address: String::new(),
                    account: None,
                };
                for kind in [Kind::Interactive, Kind::Sent, Kind::Fetched] {
                    uses(ground, &unit, kind).await;
                }
            }
            // An agency says when it got the notice of a lock (QN.7.1.đ).
            for person in &agency.people {
                let id = person.mailbox();
                let lock = life_of(ground, id.0).await.lock;
                if lock.is_some_and(|lock| lock.received_at.is_none()) {
                    let at = Moment(ground.clock.now());
                    act(ground, move |tx| {
                        mailbox::note_receipt(tx, law, &console(), id, at)
                    })
                    .await
                    .unwrap();
                }
            }
        }
        // The first agency asks for who stopped as soon as nobody can open the mailbox; others do not.
        let asking = agencies[0].place;
        let stopped = &mut agencies[0].people[1];
        let life = life_of(ground, stopped.issued.mailbox).await;
        let gone = life.lock.is_some() || life.revoked_at.is_some();
        if gone && !restored && life.deleted_at.is_none() {
            restored = true;
            let lines = vec![(
                2,
                Ask::Restore {
                    address: stopped.issued.address.clone(),
                },
            )];
            let kind = RequestKind::Restore;
            let key = "khôi phục".to_owned();
            granted(ground, &place, asking, kind, key, lines).await;
            stopped.signs_in(ground, &place).await;
        }
        // The department confirms what waits for it.
        let waiting = ground.store.read(|tx| proposal::open(tx, 0, 100)).await;
        let waiting: Result<_, StoreError> = waiting;
        for waiting in waiting.unwrap() {
            let number = waiting.id;
            let done = act(ground, move |tx| {
                confirm(tx, law, &console(), number, Some("90/QĐ"))
            });
            assert_eq!(done.await.unwrap(), Confirmed::CarriedOut);
        }
        // Somebody retires in October.
        if date == day("2026-10-01") {
            for agency in &agencies {
                let lines = vec![(
                    2,
                    Ask::Revoke {
                        address: agency.people[0].issued.address.clone(),
                        reason: "Nghỉ hưu".to_owned(),
                    },
                )];
                let key = "nghỉ hưu".to_owned();
                granted(
                    ground,
                    &place,
                    agency.place,
                    RequestKind::Revoke,
                    key,
                    lines,
                )
                .await;
            }
        }
        date = date.plus_days(1);
    }
    assert!(restored, "nobody was ever locked or revoked");
    ask_for_reports(ground, &place, agencies[0].place).await;
    if profile == "tuyen-quang" {
        // Locked without a break for 03 years.
        set(day("2029-12-31"), 1);
        night(ground, &place).await;
    }
    for agency in &agencies {
        let retired = life_of(ground, agency.people[0].issued.mailbox).await;
        assert!(retired.revoked_at.is_some() || retired.deleted_at.is_some());
    }
    recorded(ground).await
}

/// Somebody asks for those reports that the regulation has made on request alone (TQ.11.6, SL.16.3).
async fn ask_for_reports(ground: &Ground, place: &Place, agency: OrganisationId) {
    let (law, root) = (place.law, place.root);
    let profile = act(ground, move |tx| law.at(tx, root)).await.unwrap();
    let all = profile.reports().iter();
    for report in all.filter(|report| report.every().value == Every::Request) {
        let days = ["2026-01-01", "2026-12-30"].map(|day| day.parse::<Date>().unwrap());
        let what = (agency, report.id());
        report::ask(&ground.store, law, &console(), what, days.into())
            .await
            .unwrap();
    }
}

/// What was recorded; each act has its clause but the few that no regulation speaks of, and the record hangs together.
async fn recorded(ground: &Ground) -> BTreeSet<(String, String)> {
    let all = ground
        .store
        .read(|tx| stored::unsealed(tx, Chain::Acts, 100_000))
        .await;
    let all: Result<_, StoreError> = all;
    let mut found = BTreeSet::new();
    for recorded in all.unwrap() {
        let record = recorded.record;
        let mut known = Action::ALL.iter();
        let action = known.find(|action| action.name() == record.action);
        // Where the text does not ask for the change of a given password, its owner does it unasked.
        let unasked = record.action == "account.own-password";
        let spoken_of = !unasked && !matches!(cite::basis(*action.unwrap()), Basis::Nothing(_));
        assert!(!spoken_of || !record.clause.is_empty(), "{record:?}");
        found.insert((record.action, record.clause));
    }
    while !seal(&ground.store).await.unwrap().is_empty() {}
    assert_eq!(verify(&ground.store, &[]).await.unwrap().findings, []);
    found
}
