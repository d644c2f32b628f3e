//! Mail to other servers: claimed once, settled in one transaction, never lost.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use congvu_store::queue::{
    self, Claim, Job, LastReply, ListedRecipient, NewQueued, NewRecipient, Selection, Settlement,
    Stretch, Verdict,
};
use congvu_store::{
    Change, MessageId, QueueId, Store, StoreError, StoreResult, Tx, mail_log, sent_message,
};

use super::fixture::{assert_sound, deliver, message, number, one_desk};
use super::harness::Ground;

both!(
    a_claim_is_one_holders_alone,
    persons_go_before_broadcasts,
    the_last_recipient_takes_the_message_along,
    tq_9_1_and_sl_11_1_the_log_tells_the_whole_way,
    two_nodes_never_claim_the_same,
    two_nodes_settle_the_last_two,
    ripe_ones_are_found_without_an_attempt,
    a_clock_put_forward_ends_no_living_claim,
    some_of_a_claim_is_given_back,
    held_retried_dropped,
    dropped_and_told,
    claims_of_a_killed_server_are_forgotten,
    a_million_for_a_dead_destination,
    what_is_taken_back_goes_to_nobody_more,
);

const NOW: i64 = 1_800_000_000_000;
const LEASE: i64 = 120_000;

fn to(address: &str) -> NewRecipient {
    NewRecipient {
        destination: address.split_once('@').unwrap().1.to_owned(),
        address: address.to_owned(),
        original: Some("rfc822;x".into()),
        notify: Some(queue::notify::FAILURE),
        notice_at: NOW + 4 * 3_600_000,
    }
}

fn put(
    tx: &mut Tx<'_>,
    message: MessageId,
    sender: &str,
    priority: i64,
    recipients: &[NewRecipient],
) -> StoreResult<QueueId> {
    queue::enqueue(
        tx,
        &NewQueued {
            message,
            trace: "t1",
            sender,
            account: None,
            client_ip: "192.0.2.1",
            prefix: b"Received: x\r\n",
            size: 100,
            envelope_id: Some("QQ314159"),
            ret: Some(2),
            eight_bit: true,
            utf8: false,
            priority,
            at: NOW,
            expires_at: NOW + 5 * 86_400_000,
            recipients,
        },
    )
}

async fn enqueue(store: &Store, message: MessageId, priority: i64, addresses: &[&str]) -> QueueId {
    let recipients: Vec<NewRecipient> = addresses.iter().map(|address| to(address)).collect();
    store
        .write(move |tx| put(tx, message, "an@sonla.gov.vn", priority, &recipients))
        .await
        .unwrap()
}

async fn claim(store: &Store, destination: &str, holder: i64, now: i64, limit: i64) -> Vec<Job> {
    let destination = destination.to_owned();
    store
        .write(move |tx| {
            queue::claim(
                tx,
                &Claim {
                    destination: &destination,
                    holder,
                    held: &[],
                    now,
                    until: now + LEASE,
                    limit,
                    messages: 500,
                },
            )
        })
        .await
        .unwrap()
}

fn addresses(jobs: &[Job]) -> Vec<&str> {
    let all = jobs.iter().flat_map(|job| &job.recipients);
    all.map(|recipient| recipient.address.as_str()).collect()
}

fn reply(code: u16, text: &str) -> Option<LastReply> {
    Some(LastReply {
        at: NOW,
        code,
        status: format!("{}.0.0", code / 100),
        text: text.into(),
        host: Some("mx.example".into()),
        security: None,
    })
}

fn later(next_at: i64) -> Verdict {
    Verdict::Deferred {
        next_at,
        notice_at: NOW + 4 * 3_600_000,
        told: false,
        in_flight: false,
    }
}

async fn settle(store: &Store, job: &Job, holder: i64, verdict: Verdict, code: u16) -> usize {
    let settlements: Vec<Settlement> = job
        .recipients
        .iter()
        .map(|recipient| Settlement {
            recipient: recipient.id,
            reply: reply(code, "words"),
            verdict: verdict.clone(),
        })
        .collect();
    let queue = job.queued.id;
    store
        .write(move |tx| queue::settle(tx, queue, holder, NOW + 1, &settlements))
        .await
        .unwrap()
}

async fn a_claim_is_one_holders_alone(ground: &Ground) {
    let stored = message(ground, b"A: b\r\n\r\nout").await;
    let mut hub = ground.hub().subscribe();
    enqueue(
        ground,
        stored.id,
        0,
        &["x@b.example", "y@b.example", "z@c.example"],
    )
    .await;
    assert!(std::iter::from_fn(|| hub.try_recv().ok()).any(|change| change == Change::Queue));
    assert!(claim(ground, "b.example", 1, NOW - 1, 9).await.is_empty());
    let jobs = claim(ground, "b.example", 1, NOW, 9).await;
    assert_eq!(jobs.len(), 1, "recipients of one message go together");
    assert_eq!(addresses(&jobs), ["x@b.example", "y@b.example"]);
    assert_eq!(jobs[0].queued.size, 113);
    assert_eq!(jobs[0].recipients[0].original.as_deref(), Some("rfc822;x"));
    // Nobody else gets them before the claim ends, nor after it was renewed.
    assert!(
        claim(ground, "b.example", 2, NOW + LEASE - 1, 9)
            .await
            .is_empty()
    );
    let renewed = ground
        .write(|tx| queue::renew(tx, 1, NOW + 3 * LEASE))
        .await;
    assert_eq!(
        renewed.map_err(|error: StoreError| error.to_string()),
        Ok(2)
    );
    assert!(
        claim(ground, "b.example", 2, NOW + 2 * LEASE, 9)
            .await
            .is_empty()
    );
    // Then another does, and the first one's outcome counts no more.
    let again = claim(ground, "b.example", 2, NOW + 3 * LEASE, 9).await;
    assert_eq!(addresses(&again).len(), 2);
    assert_eq!(
        settle(ground, &jobs[0], 1, Verdict::Delivered, 250).await,
        0
    );
    assert_eq!(settle(ground, &again[0], 2, later(NOW + 5), 450).await, 2);
    // What is given back is due at once.
    let third = claim(ground, "b.example", 3, NOW + 5, 1).await;
    assert_eq!(third[0].recipients[0].attempts, 1);
    let last = third[0].recipients[0].last.clone().unwrap();
    assert_eq!((last.code, last.host.as_deref()), (450, Some("mx.example")));
    ground
        .write(|tx| queue::release(tx, 3, NOW + 6))
        .await
        .map_err(|e: StoreError| e)
        .unwrap();
    assert_eq!(
        addresses(&claim(ground, "b.example", 4, NOW + 6, 9).await).len(),
        2
    );
    assert_sound(ground).await;
}

async fn persons_go_before_broadcasts(ground: &Ground) {
    let stored = message(ground, b"A: b\r\n\r\nout").await;
    enqueue(ground, stored.id, 1, &["all@b.example"]).await;
    enqueue(ground, stored.id, 0, &["x@b.example"]).await;
    enqueue(ground, stored.id, 1, &["all@c.example"]).await;
    let due = ground.read(queue::due).await.unwrap();
    let due: Vec<_> = due
        .iter()
        .map(|due| (due.destination.as_str(), due.person, due.broadcast))
        .collect();
    assert_eq!(
        due,
        [
            ("b.example", Some(NOW), Some(NOW)),
            ("c.example", None, Some(NOW))
        ]
    );
    let first = claim(ground, "b.example", 1, NOW, 1).await;
    assert_eq!(addresses(&first), ["x@b.example"]);
    let second = claim(ground, "b.example", 1, NOW, 1).await;
    assert_eq!(addresses(&second), ["all@b.example"]);
}

/// While a message waits its bytes stay; once nobody waits for it they go.
async fn the_last_recipient_takes_the_message_along(ground: &Ground) {
    use congvu_store::blob::sweep::sweep;
    let stored = message(ground, b"A: b\r\n\r\nout").await;
    let other = one_desk(ground).await;
    deliver(ground, other.inbox, b"a later one").await;
    enqueue(ground, stored.id, 0, &["x@b.example", "z@c.example"]).await;
    let jobs = claim(ground, "b.example", 1, NOW, 9).await;
    settle(ground, &jobs[0], 1, Verdict::Delivered, 250).await;
    ground
        .write(move |tx| {
            tx.execute(
                "INSERT INTO loose (message_id, at) VALUES ($1, 0)",
                &[stored.id.into()],
            )
        })
        .await
        .map_err(|error: StoreError| error)
        .unwrap();
    let far = congvu_store::now_ms() + 3_600_000;
    assert_eq!(sweep(ground, far).await.unwrap().messages, 0);
    assert_sound(ground).await;
    let jobs = claim(ground, "c.example", 1, NOW, 9).await;
    settle(ground, &jobs[0], 1, Verdict::Failed, 550).await;
    assert_eq!(number(ground, "SELECT COUNT(*) FROM queue").await, 0);
    assert_eq!(sweep(ground, far).await.unwrap().messages, 1);
    assert_sound(ground).await;
}

async fn tq_9_1_and_sl_11_1_the_log_tells_the_whole_way(ground: &Ground) {
    let stored = message(ground, b"A: b\r\n\r\nout").await;
    enqueue(ground, stored.id, 0, &["x@b.example"]).await;
    for (verdict, code) in [
        (later(NOW), 450),
        // The same words again are no line of their own.
        (later(NOW), 450),
        (later(NOW), 451),
        (
            Verdict::Deferred {
                next_at: NOW,
                notice_at: NOW,
                told: true,
                in_flight: true,
            },
            421,
        ),
        (Verdict::Delivered, 250),
    ] {
        let jobs = claim(ground, "b.example", 1, NOW, 9).await;
        settle(ground, &jobs[0], 1, verdict, code).await;
    }
    let lines = ground
        .read(|tx| mail_log::of_trace(tx, "t1", 0, 100))
        .await
        .map_err(|error: StoreError| error)
        .unwrap();
    let lines: Vec<_> = lines
        .iter()
        .map(|line| (line.direction.as_str(), line.code, line.result.as_str()))
        .collect();
    assert_eq!(
        lines,
        [
            ("out", 450, "waits: mx.example: 4.0.0 words"),
            ("out", 451, "waits: mx.example: 4.0.0 words"),
            (
                "out",
                421,
                "tried again, may come twice (có thể gửi lặp): mx.example: 4.0.0 words"
            ),
            ("out", 250, "sent: mx.example: 2.0.0 words"),
        ]
    );
}

async fn what_is_taken_back_goes_to_nobody_more(ground: &Ground) {
    let stored = message(ground, b"A: b\r\n\r\nout").await;
    let desk = one_desk(ground).await;
    let whose = (desk.mailbox, desk.account);
    let noted = ground
        .write(move |tx| sent_message::note(tx, stored.id, whose, "t1"))
        .await;
    let noted: StoreResult<()> = noted;
    noted.unwrap();
    let all = ["x@a.example", "x@b.example", "x@c.example", "x@d.example"];
    enqueue(ground, stored.id, 0, &all).await;
    // Another message's way out is not this one's.
    let other = message(ground, b"A: c\r\n\r\nout").await;
    enqueue(ground, other.id, 0, &["y@a.example"]).await;
    let (b, c) = (
        claim(ground, "b.example", 1, NOW, 9).await,
        claim(ground, "c.example", 1, NOW, 9).await,
    );
    let recalled: StoreResult<bool> = ground
        .write(move |tx| sent_message::recall(tx, stored.id, "an@sonla.gov.vn"))
        .await;
    assert!(recalled.unwrap());
    // What is being sent just now ends with that.
    settle(ground, &b[0], 1, later(NOW), 450).await;
    let in_flight = Verdict::Deferred {
        next_at: NOW,
        notice_at: NOW,
        told: false,
        in_flight: true,
    };
    settle(ground, &c[0], 1, in_flight, 421).await;
    let lines: StoreResult<Vec<_>> = ground.read(|tx| mail_log::of_trace(tx, "t1", 0, 100)).await;
    let mut lines: Vec<_> = lines
        .unwrap()
        .into_iter()
        .map(|line| (line.recipient, line.code, line.result))
        .collect();
    lines.sort();
    let line = |to: &str, words: &str| (to.to_owned(), 550, words.to_owned());
    assert_eq!(
        lines,
        [
            line("x@a.example", queue::WITHDRAWN),
            line("x@b.example", queue::WITHDRAWN),
            line(
                "x@c.example",
                "recalled by its sender, may have arrived (có thể đã đến)"
            ),
            line("x@d.example", queue::WITHDRAWN),
        ]
    );
    let left = claim(ground, "a.example", 2, NOW, 9).await;
    assert_eq!(addresses(&left), ["y@a.example"]);
}

async fn two_nodes_never_claim_the_same(ground: &Ground) {
    let stored = message(ground, b"A: b\r\n\r\nout").await;
    let all: Vec<String> = (0..300).map(|n| format!("x{n}@b.example")).collect();
    for part in all.chunks(3) {
        let part: Vec<&str> = part.iter().map(String::as_str).collect();
        enqueue(ground, stored.id, 0, &part).await;
    }
    // SQLite has one server; its tools and their claims are told apart all the same.
    let nodes: Vec<Store> = if ground.is_postgres() {
        vec![ground.open(true).await, ground.open(true).await]
    } else {
        vec![(**ground).clone(), (**ground).clone()]
    };
    let tasks: Vec<_> = (0..4)
        .map(|n| {
            let store = nodes[n % 2].clone();
            tokio::spawn(async move {
                let mut mine = Vec::new();
                loop {
                    let jobs = claim(&store, "b.example", n as i64 + 1, NOW, 7).await;
                    if jobs.is_empty() {
                        return mine;
                    }
                    mine.extend(addresses(&jobs).iter().map(|a| (*a).to_owned()));
                }
            })
        })
        .collect();
    let mut claimed = Vec::new();
    for task in tasks {
        claimed.extend(task.await.unwrap());
    }
    // One that found only rows which another was just claiming ends early.
    claimed.extend(
        addresses(&claim(ground, "b.example", 9, NOW, 999).await)
            .iter()
            .map(|a| (*a).to_owned()),
    );
    let distinct: HashSet<&String> = claimed.iter().collect();
    assert_eq!((claimed.len(), distinct.len()), (300, 300));
}

async fn two_nodes_settle_the_last_two(ground: &Ground) {
    let stored = message(ground, b"A: b\r\n\r\nout").await;
    for _ in 0..20 {
        enqueue(ground, stored.id, 0, &["x@b.example", "z@c.example"]).await;
        let one = claim(ground, "b.example", 1, NOW, 1).await;
        let two = claim(ground, "c.example", 2, NOW, 1).await;
        let (a, b) = tokio::join!(
            settle(ground, &one[0], 1, Verdict::Delivered, 250),
            settle(ground, &two[0], 2, Verdict::Delivered, 250)
        );
        assert_eq!(a + b, 2);
        assert_eq!(number(ground, "SELECT COUNT(*) FROM queue").await, 0);
    }
}

async fn ripe_ones_are_found_without_an_attempt(ground: &Ground) {
    let stored = message(ground, b"A: b\r\n\r\nout").await;
    enqueue(ground, stored.id, 0, &["x@b.example"]).await;
    let due = NOW + 4 * 3_600_000;
    assert_eq!(ground.read(queue::next_notice).await.unwrap(), Some(due));
    let ripe = async |now: i64| {
        ground
            .write(move |tx| queue::claim_ripe(tx, (7, &[]), (now, now, now + LEASE), 10))
            .await
            .map_err(|error: StoreError| error)
            .unwrap()
    };
    assert!(ripe(due - 1).await.is_empty());
    let jobs = ripe(due).await;
    assert_eq!(addresses(&jobs), ["x@b.example"]);
    assert!(ripe(due).await.is_empty(), "claimed");
    // A notice moves no attempt.
    assert_eq!(jobs[0].recipients[0].due_at, NOW);
    let told = Verdict::Told {
        next_at: due + 77,
        notice_at: due + 9,
    };
    settle(ground, &jobs[0], 7, told, 0).await;
    let next = number(ground, "SELECT next_at FROM queue_recipient").await;
    assert_eq!(next, due + 77);
    assert!(ripe(due + 8).await.is_empty());
    let jobs = ripe(due + 9).await;
    assert!(jobs[0].recipients[0].told);
    settle(ground, &jobs[0], 7, Verdict::Expired, 0).await;
    assert_eq!(number(ground, "SELECT COUNT(*) FROM queue").await, 0);
}

/// What a worker of this node sends just now is not another's, whatever the clock says.
async fn a_clock_put_forward_ends_no_living_claim(ground: &Ground) {
    let stored = message(ground, b"A: b\r\n\r\nout").await;
    enqueue(ground, stored.id, 0, &["x@b.example", "y@b.example"]).await;
    let jobs = claim(ground, "b.example", 1, NOW, 1).await;
    assert_eq!(addresses(&jobs), ["x@b.example"]);
    let later = NOW + 9 * 3_600_000;
    let again = ground
        .write(move |tx| {
            queue::claim(
                tx,
                &Claim {
                    destination: "b.example",
                    holder: 2,
                    held: &[1],
                    now: later,
                    until: later + LEASE,
                    limit: 100,
                    messages: 500,
                },
            )
        })
        .await
        .map_err(|error: StoreError| error)
        .unwrap();
    assert_eq!(addresses(&again), ["y@b.example"]);
    // It was renewed: a look at what is due finds nothing.
    let due = ground.read(queue::due).await.unwrap();
    assert_eq!(due[0].person, Some(later + LEASE));
    let ripe = ground
        .write(move |tx| {
            let past = later + 2 * LEASE;
            queue::claim_ripe(tx, (3, &[1, 2]), (past, past, past + LEASE), 10)
        })
        .await
        .map_err(|error: StoreError| error)
        .unwrap();
    assert!(ripe.is_empty());
    assert_eq!(
        settle(ground, &jobs[0], 1, Verdict::Delivered, 250).await,
        1
    );
}

async fn some_of_a_claim_is_given_back(ground: &Ground) {
    let stored = message(ground, b"A: b\r\n\r\nout").await;
    enqueue(ground, stored.id, 0, &["x@b.example", "y@b.example"]).await;
    let jobs = claim(ground, "b.example", 1, NOW + 5, 9).await;
    let second = &jobs[0].recipients[1];
    let back = [(second.id, second.due_at)];
    ground
        .write(move |tx| queue::give_back(tx, 1, &back))
        .await
        .map_err(|error: StoreError| error)
        .unwrap();
    assert!(claim(ground, "b.example", 2, NOW - 1, 9).await.is_empty());
    let found = claim(ground, "b.example", 2, NOW, 9).await;
    assert_eq!(addresses(&found), ["y@b.example"]);
}

async fn held_retried_dropped(ground: &Ground) {
    let stored = message(ground, b"A: b\r\n\r\nout").await;
    let id = enqueue(ground, stored.id, 0, &["x@b.example", "y@b.example"]).await;
    let other = enqueue(ground, stored.id, 0, &["z@c.example"]).await;
    let busy = claim(ground, "b.example", 1, NOW, 1).await;
    let mine = Selection::Message(id);
    let counted = {
        let mine = mine.clone();
        ground
            .read(move |tx| queue::count(tx, &mine))
            .await
            .unwrap()
    };
    assert_eq!((counted.recipients, counted.messages), (2, 1));
    let held = {
        let mine = mine.clone();
        ground
            .write(move |tx| queue::hold_chunk(tx, &mine, NOW, Stretch::ALL, 100))
            .await
            .map_err(|error: StoreError| error)
            .unwrap()
    };
    assert_eq!(
        (held.done, held.busy),
        (1, 1),
        "what is being sent is left alone"
    );
    settle(ground, &busy[0], 1, later(NOW + 1), 450).await;
    assert_eq!(
        addresses(&claim(ground, "b.example", 1, NOW + 1, 9).await),
        ["x@b.example"]
    );
    let depth = ground.read(queue::depth).await.unwrap();
    assert_eq!(
        (depth.waiting, depth.held, depth.oldest_at),
        (2, 1, Some(NOW))
    );
    let listed = ground
        .read(move |tx| queue::show(tx, id, NOW + 2))
        .await
        .unwrap()
        .unwrap();
    let states: Vec<_> = listed
        .recipients
        .iter()
        .map(|r| (r.held, r.busy, r.attempts))
        .collect();
    assert_eq!(states, [(false, true, 1), (true, false, 0)]);
    // A retry lets a held one go, at once and whatever its destination's back-off.
    let chosen = {
        let by = Selection::Destination("b.example".into());
        ground
            .write(move |tx| queue::retry_chunk(tx, &by, NOW + 2, Stretch::ALL, 100))
            .await
            .map_err(|error: StoreError| error)
            .unwrap()
    };
    assert_eq!((chosen.done, chosen.busy), (1, 1));
    let due = ground.read(queue::due).await.unwrap();
    assert_eq!(
        (due[0].destination.as_str(), due[0].person),
        ("b.example", Some(0))
    );
    // Dropped: gone, with a line in the log. What came after they were counted is not meant.
    let by = Selection::Sender("an@sonla.gov.vn".into());
    let counted = {
        let by = by.clone();
        ground.read(move |tx| queue::count(tx, &by)).await.unwrap()
    };
    let late = enqueue(ground, stored.id, 0, &["late@c.example"]).await;
    for by in [
        Selection::All,
        Selection::Destination("c.example".into()),
        Selection::Message(late),
        by.clone(),
    ] {
        let counted = Stretch::up_to(counted.last);
        let meant = ground
            .read(move |tx| queue::page(tx, &by, NOW + 2, counted, 100))
            .await
            .unwrap();
        assert!(meant.iter().all(|listed| listed.queued.id != late));
    }
    let stretch = Stretch::up_to(counted.last);
    let chosen = ground
        .write(move |tx| queue::drop_chunk(tx, &by, NOW + 2, stretch, 100))
        .await
        .map_err(|error: StoreError| error)
        .unwrap();
    assert_eq!((chosen.done, chosen.busy), (2, 1));
    assert_eq!(number(ground, "SELECT COUNT(*) FROM queue").await, 2);
    let left = ground
        .read(move |tx| queue::show(tx, other, NOW))
        .await
        .unwrap();
    assert!(left.is_none());
    assert_eq!(
        number(ground, "SELECT COUNT(*) FROM mail_log WHERE code = 550").await,
        2
    );
    assert_sound(ground).await;
}

/// Dropped with a word to the sender: all that were chosen of a message, or nothing of it.
async fn dropped_and_told(ground: &Ground) {
    let stored = message(ground, b"A: b\r\n\r\nout").await;
    let three = ["x@b.example", "y@b.example", "z@c.example"];
    let id = enqueue(ground, stored.id, queue::PERSON, &three).await;
    let busy = claim(ground, "c.example", 1, NOW, 9).await;
    assert_eq!(addresses(&busy), ["z@c.example"]);
    let listed = ground
        .read(move |tx| queue::show(tx, id, NOW))
        .await
        .unwrap()
        .unwrap()
        .recipients;
    let first = &listed[0];
    assert_eq!(first.original.as_deref(), Some("rfc822;x"));
    assert_eq!(first.notify, Some(queue::notify::FAILURE));
    let drop = async |chosen: Vec<(ListedRecipient, bool)>| {
        let done = move |tx: &mut Tx<'_>| match queue::drop_told(tx, id, &chosen, NOW)? {
            true => Ok(()),
            false => Err(StoreError::Conflict("busy")),
        };
        ground.write(done).await
    };
    let all = listed.iter().map(|one| (one.clone(), true)).collect();
    let refused = drop(all).await;
    assert!(matches!(refused, Err(StoreError::Conflict("busy"))));
    let rows = "SELECT COUNT(*) FROM queue_recipient";
    assert_eq!(number(ground, rows).await, 3);
    drop(vec![(listed[0].clone(), true), (listed[1].clone(), false)])
        .await
        .unwrap();
    assert_eq!(number(ground, rows).await, 1);
    let told = "SELECT COUNT(*) FROM mail_log WHERE result LIKE 'dropped by an administrator%' \
                AND result LIKE '%the sender is told'";
    assert_eq!(number(ground, told).await, 1);
    let log = "SELECT COUNT(*) FROM mail_log WHERE code = 550";
    assert_eq!(number(ground, log).await, 2);
    // The last one takes the message along.
    settle(ground, &busy[0], 1, Verdict::Delivered, 250).await;
    assert_eq!(number(ground, "SELECT COUNT(*) FROM queue").await, 0);
    assert_sound(ground).await;
}

/// For the start of the only server there is: what a killed one was sending is due again, and it itself
/// could settle it no more.
async fn claims_of_a_killed_server_are_forgotten(ground: &Ground) {
    let stored = message(ground, b"A: b\r\n\r\nout").await;
    enqueue(
        ground,
        stored.id,
        queue::PERSON,
        &["x@b.example", "y@c.example"],
    )
    .await;
    let claimed = claim(ground, "b.example", 1, NOW, 9).await;
    assert_eq!(
        addresses(&claim(ground, "b.example", 2, NOW, 9).await),
        [""; 0]
    );
    let forgotten = ground
        .write(|tx| queue::forget_claims(tx, NOW + 1))
        .await
        .map_err(|error: StoreError| error)
        .unwrap();
    assert_eq!(forgotten, 1);
    let again = claim(ground, "b.example", 2, NOW + 1, 9).await;
    assert_eq!(addresses(&again), ["x@b.example"]);
    assert_eq!(
        settle(ground, &claimed[0], 1, Verdict::Delivered, 250).await,
        0
    );
    assert_eq!(
        settle(ground, &again[0], 2, Verdict::Delivered, 250).await,
        1
    );
}

/// What a claim costs does not depend on how much waits for another, dead destination. Measured, and
/// said; only that it ends soon is asserted. `CONGVU_TEST_QUEUE` says how many rows.
async fn a_million_for_a_dead_destination(ground: &Ground) {
    let rows: i64 = std::env::var("CONGVU_TEST_QUEUE")
        .ok()
        .and_then(|rows| rows.parse().ok())
        .unwrap_or(20_000);
    let stored = message(ground, b"A: b\r\n\r\nout").await;
    let id = enqueue(
        ground,
        stored.id,
        0,
        &["x@a-live.example", "x@z-live.example"],
    )
    .await;
    ground
        .write(move |tx| {
            tx.execute(
                "WITH RECURSIVE n (n) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT n + 1 FROM n WHERE n < $2)
                 INSERT INTO queue_recipient (queue_id, destination, address, priority, next_at, notice_at)
                 SELECT $1, 'dead.example', 'x@dead.example', 0, n, $3 FROM n",
                &[id.into(), rows.into(), (NOW * 2).into()],
            )
        })
        .await
        .map_err(|error: StoreError| error)
        .unwrap();
    let begun = Instant::now();
    let due = ground.read(queue::due).await.unwrap();
    let looked = begun.elapsed();
    assert_eq!(due.len(), 3);
    let begun = Instant::now();
    let jobs = claim(ground, "z-live.example", 1, NOW, 100).await;
    let live = begun.elapsed();
    assert_eq!(addresses(&jobs), ["x@z-live.example"]);
    let begun = Instant::now();
    let jobs = claim(ground, "dead.example", 1, NOW, 100).await;
    let dead = begun.elapsed();
    assert_eq!(addresses(&jobs).len(), 100);
    eprintln!("{rows} rows: due {looked:?}, claim of 1 {live:?}, claim of 100 {dead:?}");
    assert!(looked + live + dead < Duration::from_secs(5));
}
