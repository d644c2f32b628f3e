//! A day of the province: at night the program does what is due, by day people use their mailboxes, ask, decide.

use anyhow::Result;
use congvu_governance::life::{Options, confirm, sweep};
use congvu_governance::mailbox::{Because, Holder, Issue, Person, lock, note_receipt};
use congvu_governance::request::{
    self as requests, Ask, Decision, NewRequest, carry_out_all, decide, forward,
};
use congvu_governance::stop::{self, NewPlan};
use congvu_governance::{Actor, Refused, incident, report};
use congvu_regulation::requests::{RequestKind, Way};
use congvu_regulation::{Date, MailboxKind, Moment};
use congvu_store::activity::{self, Kind as Use};
use congvu_store::life::{self, Life};
use congvu_store::{AccountId, MailboxId, RequestId, StoreError, account, proposal, request};

use super::{Agency, DAYS, Habit, MORNING, NIGHT, Official, World, places};
use crate::demo::people::People;
use crate::directory;

/// What waits at the end of the history: what fell due or was asked for so many days before is not decided.
const LEFT: i64 = 4;
/// A request is asked each so many days.
const REQUESTS: i64 = 3;
/// So many mailboxes are looked at in one read.
const PAGE: i64 = 500;

/// Lives a day.
pub(super) async fn live(world: &mut World, day: i64) -> Result<()> {
    let date = world.set(day, NIGHT);
    let options = Options {
        as_of: None,
        dry_run: false,
        most: usize::MAX,
        confirmed: None,
    };
    sweep(&world.store, world.law, options).await?;
    report::make_due(&world.store, world.law).await?;
    requests::remind(&world.store, world.law).await?;
    world.set(day, MORNING);
    use_mailboxes(world, day).await?;
    if day % 7 == 0 {
        look_after(world).await?;
    }
    if world.law.calendar().is_working_day(date).value {
        if day < DAYS - LEFT {
            decide_requests(world).await?;
            confirm_proposals(world).await?;
        }
        if day % REQUESTS == 0 || day >= DAYS - LEFT {
            ask(world, day, date).await?;
        }
    }
    happenings(world, day).await
}

/// People read and send.
async fn use_mailboxes(world: &World, day: i64) -> Result<()> {
    let officials = world.agencies.iter().flat_map(|agency| &agency.people);
    let mut used: Vec<MailboxId> = officials
        .enumerate()
        .filter(|(n, one)| one.habit.uses(*n, day))
        .map(|(_, one)| one.mailbox)
        .collect();
    used.push(world.admin.mailbox);
    let done = world.store.write_bulk(move |tx| {
        let now = tx.now();
        for mailbox in &used {
            for kind in [Use::Interactive, Use::Fetched, Use::Sent] {
                activity::add(tx, *mailbox, kind, now, 1)?;
            }
        }
        Ok::<_, StoreError>(())
    });
    Ok(done.await?)
}

/// Whoever works with a mailbox renews a password that is too old; agencies say when they got the notice of a lock.
async fn look_after(world: &World) -> Result<()> {
    let busy: std::collections::HashSet<AccountId> = world
        .agencies
        .iter()
        .flat_map(|agency| &agency.people)
        .filter(|one| matches!(one.habit, Habit::Often | Habit::Seldom))
        .map(|one| one.account)
        .chain([world.admin.account])
        .collect();
    let mut after = MailboxId(0);
    loop {
        let page: Vec<Life> = world
            .store
            .read(move |tx| life::page(tx, after, PAGE))
            .await
            .map_err(|error: StoreError| error)?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = last.mailbox;
        for found in page {
            let id = found.mailbox;
            if found
                .lock
                .as_ref()
                .is_some_and(|lock| lock.received_at.is_none() && lock.notice_at.is_some())
            {
                let (law, at) = (world.law, Moment(world.clock.now()));
                directory::change(&world.store, move |tx| {
                    Ok(note_receipt(tx, law, &directory::actor(), id, at)?)
                })
                .await?;
            }
            let Some(opener) = found.opener else { continue };
            let is_unit = found.kind == "unit";
            if opener.must_change.is_some()
                && found.lock.is_none()
                && (is_unit || busy.contains(&opener.account))
            {
                let (phc, account) = (world.phc.clone(), opener.account);
                let done = world
                    .store
                    .write(move |tx| account::set_password(tx, account, &phc, None));
                done.await.map_err(|error: StoreError| error)?;
            }
        }
    }
}

/// How a request comes in.
fn way(world: &World, kind: RequestKind) -> Option<Way> {
    let rule = world.profile.request(kind)?;
    let mut channels = rule.channels().iter().map(|channel| &channel.value);
    let found = channels.find(|channel| channel.only != Some(MailboxKind::Unit));
    found.map(|channel| channel.way)
}

/// An agency asks for something.
async fn ask(world: &World, day: i64, date: Date) -> Result<()> {
    let n = usize::try_from(day).unwrap_or(0);
    let agency = &world.agencies[n * 13 % world.agencies.len()];
    let lines = match n / usize::try_from(REQUESTS).unwrap_or(1) % 5 {
        0 | 1 => newcomers(agency, n),
        2 => vec![Ask::Revoke {
            address: agency.people[agency.people.len() - 1].address.clone(),
            reason: "Nghỉ hưu".to_owned(),
        }],
        3 => vec![Ask::Change {
            address: agency.people[n % agency.people.len()].address.clone(),
            title: Some("Phó Trưởng phòng".to_owned()),
            phone: None,
            name: None,
            local_part: None,
            organisation: None,
        }],
        _ => vec![Ask::Password {
            address: agency.people[n % agency.people.len()].address.clone(),
        }],
    };
    let kind = lines[0].kind();
    let Some(way) = way(world, kind) else {
        return Ok(());
    };
    let new = NewRequest {
        key: format!("demo {day}"),
        kind,
        organisation: agency.place,
        way,
        document: format!("{}/CV-VP", 100 + day),
        document_day: Some(date),
        reason: String::new(),
        lines: (1..).zip(lines).collect(),
        files: Vec::new(),
    };
    let (law, contact) = (world.law, actor(&agency.people[1]));
    let opened = world
        .store
        .write(move |tx| requests::open(tx, law, &contact, &new));
    match opened.await {
        Ok(_) => Ok(()),
        // Who left already, or is locked, is not asked for again.
        Err(Refused::Store(error)) => Err(error.into()),
        Err(_) => Ok(()),
    }
}

fn actor(who: &Official) -> Actor {
    Actor::signed_in(who.account, &who.address, "10.1.2.3")
}

/// New people of an agency.
fn newcomers(agency: &Agency, n: usize) -> Vec<Ask> {
    let mut people = People::default();
    let drawn = (0..n + 4).map(|_| people.next("")).skip(n);
    drawn
        .take(1 + n % 4)
        .map(|person| {
            Ask::Issue(Issue {
                organisation: agency.place.0,
                holder: Holder::Person(Person {
                    family: person.names[0].to_owned(),
                    middle: person.names[1].to_owned(),
                    given: person.names[2].to_owned(),
                    title: "Chuyên viên".to_owned(),
                    phone: format!("0912 {:03} {:03}", n % 1000, n * 7 % 1000),
                    ..Person::default()
                }),
                local_part: None,
                former: None,
                quota: None,
            })
        })
        .collect()
}

/// Whoever decides grants what was asked the day before or earlier, but for a line now and then.
async fn decide_requests(world: &mut World) -> Result<()> {
    let (law, before) = (world.law, world.clock.now() - 20 * 3_600_000);
    let open = world
        .store
        .read(|tx| request::page(tx, RequestId(0), "open", PAGE))
        .await
        .map_err(|error: StoreError| error)?;
    let admin = actor(&world.admin);
    for found in open.into_iter().filter(|found| found.received_at < before) {
        let (id, who) = (found.id, admin.clone());
        // Passed on as far as it goes (HCM.3).
        loop {
            let who = who.clone();
            let passed = world
                .store
                .write(move |tx| forward(tx, law, &who, id, None))
                .await;
            if passed.is_err() {
                break;
            }
        }
        let decided = world.store.write(move |tx| {
            for line in request::lines(tx, id, 0, 100)? {
                if line.state != "open" && line.state != "failed" {
                    continue;
                }
                let decision = if line.state == "failed" {
                    let offered = line.reason.split("có thể chọn: ").nth(1);
                    match offered.map(|offered| {
                        offered
                            .trim_end_matches('.')
                            .split(", ")
                            .next()
                            .unwrap_or("")
                    }) {
                        Some(chosen) if !chosen.is_empty() => Decision::Grant {
                            local_part: Some(chosen.to_owned()),
                        },
                        _ => Decision::Refuse(line.reason.clone()),
                    }
                } else if id.0 % 11 == 0 && line.number == 1 {
                    Decision::Refuse("Chưa có quyết định tuyển dụng kèm theo.".to_owned())
                } else {
                    Decision::Grant { local_part: None }
                };
                decide(tx, law, &who, (id, line.number), &decision)?;
            }
            Ok::<_, Refused>(())
        });
        match decided.await {
            Ok(()) => {}
            Err(Refused::Store(error)) => return Err(error.into()),
            Err(refused) => tracing::debug!(%refused, "a request of the demo waits"),
        }
        carry_out_all(&world.store, law).await?;
        begin_all(world, id).await?;
    }
    Ok(())
}

/// Whom a request gave a mailbox to, gets the password and chooses another.
async fn begin_all(world: &World, id: RequestId) -> Result<()> {
    let (law, phc) = (world.law, world.phc.clone());
    directory::change(&world.store, move |tx| {
        for line in request::lines(tx, id, 0, 100)? {
            let outcome: serde_json::Value =
                serde_json::from_str(&line.outcome).unwrap_or_default();
            let made = outcome["mailbox"].as_i64().zip(outcome["account"].as_i64());
            if let Some((mailbox, account)) = made
                && line.state == "done"
                && line.data.contains("\"issue\"")
            {
                let opened = (MailboxId(mailbox), AccountId(account));
                places::begin(tx, law, &directory::actor(), opened, &phc)?;
            }
        }
        Ok(())
    })
    .await
}

/// What fell due and was proposed is confirmed.
async fn confirm_proposals(world: &World) -> Result<()> {
    let (law, before) = (world.law, world.clock.now() - 40 * 3_600_000);
    let waiting = world
        .store
        .read(|tx| proposal::open(tx, 0, 200))
        .await
        .map_err(|error: StoreError| error)?;
    let admin = actor(&world.admin);
    for found in waiting
        .into_iter()
        .filter(|found| found.proposed_at < before)
    {
        let (id, who) = (found.id, admin.clone());
        let done = world
            .store
            .write(move |tx| confirm(tx, law, &who, id, Some("15/QĐ-SKHCN")));
        if let Err(Refused::Store(error)) = done.await {
            return Err(error.into());
        }
    }
    Ok(())
}

/// What does not happen every day.
async fn happenings(world: &World, day: i64) -> Result<()> {
    let (law, admin) = (world.law, actor(&world.admin));
    let n = usize::try_from(day).unwrap_or(0);
    let agency = &world.agencies[n % world.agencies.len()];
    if day % 61 == 30 {
        let place = agency.place;
        let told = [
            (
                incident::Kind::Phishing,
                "Thư giả mạo Sở Tài chính yêu cầu đăng nhập lại.",
            ),
            (
                incident::Kind::Outage,
                "Đường truyền của trung tâm dữ liệu gián đoạn 20 phút.",
            ),
            (
                incident::Kind::Malware,
                "Máy tính của cán bộ nhiễm mã độc, đã ngắt khỏi mạng.",
            ),
        ][n / 61 % 3];
        let last = day + 61 >= DAYS;
        directory::change(&world.store, move |tx| {
            let new = incident::NewReport {
                kind: told.0,
                place: Some(place),
                mailbox: None,
                description: told.1,
                happened_at: None,
            };
            let id = incident::report(tx, law, &admin, &new)?;
            incident::advance(
                tx,
                &admin,
                id,
                incident::State::Handling,
                "Đã tiếp nhận, đang xác minh.",
            )?;
            if !last {
                incident::advance(tx, &admin, id, incident::State::Fixed, "Đã xử lý.")?;
                incident::advance(
                    tx,
                    &admin,
                    id,
                    incident::State::Closed,
                    "Không còn dấu hiệu.",
                )?;
            }
            Ok(())
        })
        .await?;
    } else if day % 45 == 20 {
        let id = agency.people[agency.people.len() / 2].mailbox;
        let Some(violation) = world.profile.violations().first() else {
            return Ok(());
        };
        let name = violation.id().to_owned();
        let locked = world.store.write(move |tx| {
            let because = Because::Violation {
                id: &name,
                found: "Phát hiện khi kiểm tra nhật ký.",
                document: Some("31/BB-SKHCN"),
            };
            lock(tx, law, &admin, id, because)
        });
        if let Err(Refused::Store(error)) = locked.await {
            return Err(error.into());
        }
    } else if day == DAYS - 90 || day == DAYS - 2 {
        let (place, from) = (
            world.agencies[0].place,
            world.clock.now() + 9 * 86_400_000 + 13 * 3_600_000,
        );
        let planned = world.store.write(move |tx| {
            let top = congvu_store::organisation::path(tx, place)?
                .last()
                .copied()
                .unwrap_or(place);
            let plan = NewPlan {
                place: top,
                what: "Bảo trì máy chủ thư: không gửi, nhận, đọc được thư",
                document: "88/TB-SKHCN",
                from_at: from,
                until_at: Some(from + 4 * 3_600_000),
            };
            stop::plan(tx, law, &admin, &plan).map(drop)
        });
        if let Err(Refused::Store(error)) = planned.await {
            return Err(error.into());
        }
    }
    Ok(())
}
