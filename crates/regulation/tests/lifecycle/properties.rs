//! What holds for any mailbox, and how much of it is computed how fast.

use congvu_regulation::calendar::Calendar;
use congvu_regulation::lifecycle::{
    Activity, Cause, Due, Facts, FirstSession, Happening, Lock, MustChange, Notice, Request,
    RequestKind, What, simulate,
};
use congvu_regulation::{MailboxKind, Moment, profiles};
use proptest::prelude::*;

use super::{at, rules, settled};

/// A day and time of 2025 to 2027.
fn moment() -> impl Strategy<Value = Moment> {
    (0_i64..3 * 365 * 24).prop_map(|hours| Moment(at("2025-01-01").0 + hours * 3_600_000))
}

fn some<T: std::fmt::Debug>(one: impl Strategy<Value = T>) -> impl Strategy<Value = Option<T>> {
    prop::option::of(one)
}

prop_compose! {
    fn facts()(
        unit in any::<bool>(),
        own_password in any::<bool>(),
        issued in moment(),
        changed in some(moment()),
        cause in prop::sample::select(vec![None, Some(Cause::Issue), Some(Cause::Restore)]),
        session in some((moment(), some(moment()))),
        used in prop::collection::btree_map(
            prop::sample::select(vec![
                Activity::SignIn, Activity::AppSignIn, Activity::Read, Activity::Sent,
            ]),
            moment(),
            0..4,
        ),
        lock in some((moment(), some(moment()), any::<bool>())),
        restored in some(moment()),
        requests in prop::collection::vec((moment(), some(moment())), 0..3),
    ) -> Facts {
        let kind = if unit { MailboxKind::Unit } else { MailboxKind::Personal };
        Facts {
            own_password,
            password_changed: changed,
            must_change: cause.map(|cause| MustChange { since: issued, cause }),
            first_session: session.map(|(began, ended)| FirstSession { began, ended }),
            activity: used,
            lock: lock.map(|(since, received, by_sweep)| Lock {
                since,
                sweep: by_sweep.then(|| "first-session".to_owned()),
                clause: None,
                notice: Some(Notice { sent: since, received }),
            }),
            restored,
            requests: requests.into_iter().map(|(received, decided)| Request {
                kind: RequestKind::Restore,
                received,
                decided,
            }).collect(),
            ..Facts::issued("a@b.gov.vn", kind, issued)
        }
    }
}

proptest! {
    /// What is due has come; each thing has a name of its own; what comes later does not undo what is due, but for
    /// reminders.
    #[test]
    fn what_is_due_stays_due(facts in facts(), now in moment(), later in moment()) {
        let (now, later) = (now.min(later), now.max(later));
        let calendar = Calendar::viet_nam();
        for profile in profiles() {
            let rules = profile.lifecycle();
            let due = rules.due(&facts, calendar, now);
            let keys: std::collections::BTreeSet<_> = due.iter().map(Due::key).collect();
            prop_assert_eq!(keys.len(), due.len());
            let then = rules.due(&facts, calendar, later);
            for one in due {
                prop_assert!(one.at <= now);
                let reminder = matches!(one.what, What::Remind { .. } | What::RemindPassword { .. });
                prop_assert!(reminder || then.contains(&one), "{one:?}");
            }
        }
    }

    /// A simulation ends, in the order of time, tells nothing twice, and every act of it has a source.
    #[test]
    fn any_future_is_told_in_order_and_once(facts in facts(), from in moment()) {
        for profile in profiles() {
            let rules = profile.lifecycle();
            let to = Moment(from.0 + 400 * 86_400_000);
            let rows = simulate(rules, Calendar::viet_nam(), facts.clone(), &[], (from, to));
            prop_assert!(rows.windows(2).all(|pair| pair[0].at <= pair[1].at));
            prop_assert!(rows.iter().all(|row| row.at >= from));
            let mut told = std::collections::BTreeSet::new();
            for row in &rows {
                let Happening::Due(due) = &row.happening else {
                    panic!("nobody does anything: {row:?}");
                };
                prop_assert!(told.insert(due.key()), "{row:?}");
                prop_assert!(!row.sentence(rules).is_empty() && !row.origin().is_empty());
            }
        }
    }

    /// In two steps it is the same as in one: nothing depends on how often the sweeper looks.
    #[test]
    fn nobody_is_locked_earlier_than_due(facts in facts(), from in moment()) {
        for profile in profiles() {
            let rules = profile.lifecycle();
            let to = Moment(from.0 + 400 * 86_400_000);
            for row in simulate(rules, Calendar::viet_nam(), facts.clone(), &[], (from, to)) {
                if let Happening::Due(due) = row.happening {
                    prop_assert!(due.at <= row.at);
                    // Before the beginning everything that was due is carried out at the beginning.
                    prop_assert!(due.at == row.at || row.at == from, "{due:?} {}", row.at);
                }
            }
        }
    }
}

/// A year of 20,000 mailboxes takes seconds even in a debug build (2 s on two cores); not asserted.
#[test]
fn a_year_of_a_province() {
    let span = (at("2026-01-05"), at("2026-12-31"));
    let mut rows = 0;
    for number in 0..20_000_i64 {
        let mut facts = settled("2025-06-02");
        let used = Moment(at("2025-07-01").0 + number * 780_000);
        facts.activity.insert(Activity::SignIn, used);
        rows += simulate(rules("son-la"), Calendar::viet_nam(), facts, &[], span).len();
    }
    assert!(rows > 60_000, "{rows}");
}
