use super::*;

fn wish(destination: &str) -> Wish<'_> {
    Wish {
        key: destination,
        destination,
        forced: false,
        person: true,
    }
}

fn forced(destination: &str) -> Wish<'_> {
    Wish {
        forced: true,
        ..wish(destination)
    }
}

fn seat(seats: &Arc<Seats>, destination: &str, now: i64) -> Option<Seat> {
    match seats.admit(&wish(destination), now) {
        Admitted::Seat(seat) => Some(seat),
        _ => None,
    }
}

#[test]
fn so_many_connections_to_one_and_in_all() {
    let limits = Limits {
        connections: 5,
        per_destination: 2,
        ..Limits::default()
    };
    let seats = Seats::new(limits);
    let mut taken: Vec<_> = (0..3).filter_map(|_| seat(&seats, "a", 0)).collect();
    // Nobody knows yet whether it answers.
    assert_eq!(taken.len(), 1);
    assert!(taken[0].reached());
    assert!(!taken[0].reached(), "that is known already");
    taken.extend((0..3).filter_map(|_| seat(&seats, "a", 0)));
    assert_eq!(taken.len(), 2);
    let more: Vec<_> = ["b", "c", "d", "e"]
        .iter()
        .filter_map(|name| seat(&seats, name, 0))
        .collect();
    assert_eq!(more.len(), 3);
    drop(taken);
    assert!(seat(&seats, "e", 0).is_some());
    drop(more);
    assert_eq!(seats.workers(), 0);
}

#[test]
fn a_dead_destination_does_not_eat_the_seats() {
    let limits = Limits {
        connections: 4,
        per_destination: 2,
        ..Limits::default()
    };
    let (seats, schedule) = (Seats::new(limits), Schedule::default());
    for name in ["x", "y", "z"] {
        let dead = seat(&seats, name, 0).expect("a seat");
        dead.unreachable(&schedule, 0, 0);
    }
    assert!(matches!(
        seats.admit(&wish("x"), 1000),
        Admitted::Blocked(54_000)
    ));
    // Later each is tried by one worker, and all of them by half of the workers.
    let (x, y) = (seat(&seats, "x", 90_000), seat(&seats, "y", 90_000));
    assert!(x.is_some() && y.is_some());
    assert!(seat(&seats, "x", 90_000).is_none());
    assert!(seat(&seats, "z", 90_000).is_none());
    let first = seat(&seats, "live", 0).expect("a seat");
    first.reached();
    let live = (first, seat(&seats, "live", 0));
    assert!(live.1.is_some());
    x.expect("a seat").reached();
    drop(live);
    assert!(seat(&seats, "x", 90_000).is_some());
}

/// What an administrator asks for is tried whatever the back-off, but once a minute, however much waits.
#[test]
fn what_is_forced_is_tried_once_a_minute() {
    let (seats, schedule) = (Seats::new(Limits::default()), Schedule::default());
    let mut now = 0;
    for _ in 0..6 {
        let dead = seat(&seats, "x", now).expect("a seat");
        dead.unreachable(&schedule, now, 0);
        drop(dead);
        now += 2_000_000;
    }
    let dead = seat(&seats, "x", now).expect("a seat");
    dead.unreachable(&schedule, now, 0);
    drop(dead);
    let Admitted::Blocked(until) = seats.admit(&forced("x"), now + 1000) else {
        panic!("it was tried a second ago");
    };
    assert_eq!(until, now + 60_000);
    assert!(matches!(
        seats.admit(&wish("x"), until),
        Admitted::Blocked(later) if later > until + 600_000
    ));
    let Admitted::Seat(dead) = seats.admit(&forced("x"), until) else {
        panic!("it is tried");
    };
    dead.unreachable(&schedule, until, 0);
    drop(dead);
    assert!(matches!(
        seats.admit(&forced("x"), until + 1),
        Admitted::Blocked(_)
    ));
}

#[test]
fn four_that_fail_together_failed_once() {
    let (seats, schedule) = (Seats::new(Limits::default()), Schedule::default());
    let first = seat(&seats, "x", 0).expect("a seat");
    first.reached();
    let mut all = vec![first];
    all.extend((0..3).filter_map(|_| seat(&seats, "x", 0)));
    assert_eq!(all.len(), 4);
    for one in &all {
        one.unreachable(&schedule, 10, 0);
    }
    assert!(matches!(
        seats.admit(&wish("x"), 20),
        Admitted::Blocked(54_010)
    ));
}

/// Its backlog may take hours: others that could not be reached wait for its answer alone.
#[test]
fn one_that_is_reached_again_makes_room_for_the_next() {
    let limits = Limits {
        connections: 2,
        ..Limits::default()
    };
    let (seats, schedule) = (Seats::new(limits), Schedule::default());
    for name in ["x", "y"] {
        let dead = seat(&seats, name, 0).expect("a seat");
        dead.unreachable(&schedule, 0, 0);
    }
    let x = seat(&seats, "x", 90_000).expect("a seat");
    assert!(seat(&seats, "y", 90_000).is_none());
    assert!(x.reached());
    let y = seat(&seats, "y", 90_000).expect("a seat");
    drop(x);
    drop(y);
    assert_eq!(seats.inner.lock().doubtful, 0);
}

/// A quarter of the seats is kept for persons' mail.
#[test]
fn broadcasts_leave_room_for_persons() {
    let limits = Limits {
        connections: 8,
        ..Limits::default()
    };
    let seats = Seats::new(limits);
    let names: Vec<String> = (0..9).map(|n| format!("d{n}")).collect();
    let mut taken = Vec::new();
    for name in &names {
        let broadcast = Wish {
            person: false,
            ..wish(name)
        };
        if let Admitted::Seat(seat) = seats.admit(&broadcast, 0) {
            taken.push(seat);
        }
    }
    assert_eq!(taken.len(), 6);
    let one = seat(&seats, "a", 0);
    let two = seat(&seats, "b", 0);
    assert!(one.is_some() && two.is_some() && seat(&seats, "c", 0).is_none());
}

/// Many domains behind one smart host: what counts is the host.
#[test]
fn one_host_for_many_domains_is_one_place() {
    let (seats, schedule) = (Seats::new(Limits::default()), Schedule::default());
    let at = |destination, now| {
        let wish = Wish {
            key: "smart.example",
            ..wish(destination)
        };
        match seats.admit(&wish, now) {
            Admitted::Seat(seat) => Some(seat),
            _ => None,
        }
    };
    let first = at("a", 0).expect("a seat");
    assert!(at("b", 0).is_none(), "whether it answers is not known");
    first.reached();
    let more: Vec<_> = ["b", "c", "d", "e", "f"]
        .into_iter()
        .filter_map(|name| at(name, 0))
        .collect();
    assert_eq!(more.len(), 3);
    // One that is idle is nobody's but its own destination's.
    first.idle(true);
    assert!(matches!(
        seats.admit(
            &Wish {
                key: "smart.example",
                ..wish("g")
            },
            0
        ),
        Admitted::Full
    ));
    assert!(matches!(
        seats.admit(
            &Wish {
                key: "smart.example",
                ..wish("a")
            },
            0
        ),
        Admitted::Poked
    ));
    first.idle(false);
    more[0].unreachable(&schedule, 0, 0);
    assert!(at("z", 1000).is_none(), "all of them wait for it");
}
