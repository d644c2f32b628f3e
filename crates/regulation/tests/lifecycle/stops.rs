//! Where clocks start, what stops them, and who is passed by.

use congvu_regulation::calendar::Calendar;
use congvu_regulation::lifecycle::{
    Act, Activity, Cause, Exemption, Facts, FirstSession, Lock, MustChange, NotRestored, Notice,
    Request, RequestKind, State, What,
};
use congvu_regulation::{LockMode, MailboxKind, Overlay};

use super::{at, issued, lock_day, rules, settled, when};

fn day(text: &str) -> congvu_regulation::Date {
    text.parse().expect(text)
}

/// A request to restore, received on this day.
fn request(received: &str, decided: Option<&str>) -> Request {
    Request {
        kind: RequestKind::Restore,
        received: at(received),
        decided: decided.map(at),
    }
}

fn locked(by: Option<&str>, since: &str) -> Option<Lock> {
    Some(Lock {
        since: at(since),
        sweep: by.map(str::to_owned),
        clause: None,
        notice: None,
    })
}

/// A term in days ends on the next working day where its last one is off (Bộ luật Dân sự 2015, Điều 148.5).
#[test]
fn sl_8_2_a_ninety_days_end_on_a_working_day() {
    for (last, lock) in [
        // 1 April 2026, a Wednesday.
        ("2026-01-01", "2026-04-02 SL.8.2.a"),
        // Saturday 4 April: Monday is the last day.
        ("2026-01-04", "2026-04-07 SL.8.2.a"),
        // 30 April and 1 May are off, then comes a weekend: Monday 4 May.
        ("2026-01-30", "2026-05-05 SL.8.2.a"),
    ] {
        let mut facts = settled("2025-12-01");
        facts.activity.insert(Activity::SignIn, at(last));
        assert_eq!(lock_day(rules("son-la"), &facts).as_deref(), Some(lock));
    }
}

/// Months are calendar months: 31 August and six months is 28 February 2027, a Sunday.
#[test]
fn tq_8_2_a_qn_7_1_six_months_are_calendar_months() {
    for (id, clause) in [("tuyen-quang", "TQ.8.2.a"), ("quang-ninh", "QN.7.1")] {
        let mut facts = settled("2026-08-01");
        facts
            .activity
            .insert(Activity::Sent, at("2026-08-31T17:45"));
        let lock = format!("2027-03-02 {clause}");
        assert_eq!(lock_day(rules(id), &facts), Some(lock));
    }
}

/// Each profile names what counts as use.
#[test]
fn what_counts_as_use_qn_7_1_bs_7_đ4_tq_8_2_a_hcm_8_1_a_sl_8_2_a() {
    use Activity::{AppSignIn, Read, Sent, SignIn};
    for (id, counting) in [
        ("quang-ninh", &[Read, Sent][..]),
        ("bim-son", &[SignIn, Read, Sent]),
        ("tuyen-quang", &[SignIn, AppSignIn, Read, Sent]),
        ("hcm-donre", &[SignIn, Read, Sent]),
        ("son-la", &[SignIn, AppSignIn]),
    ] {
        let first = |facts: &_| {
            let coming = rules(id).coming(facts, Calendar::viet_nam());
            let mut coming = coming.into_iter();
            coming
                .find(|due| due.sweep.as_deref() == Some("unused"))
                .map(|due| due.since)
        };
        let plain = settled("2026-01-05");
        for kind in [SignIn, AppSignIn, Read, Sent] {
            let mut facts = plain.clone();
            facts.activity.insert(kind, at("2026-02-02"));
            assert_eq!(
                first(&facts) != first(&plain),
                counting.contains(&kind),
                "{id} {kind:?}"
            );
        }
    }
}

/// A restored mailbox has its full term again, though its last use lies before the lock.
#[test]
fn qn_7_1_đ_the_clock_starts_anew_after_restoring() {
    let mut facts = settled("2026-01-05");
    facts.restored = Some(at("2026-08-03"));
    let found = lock_day(rules("quang-ninh"), &facts);
    assert_eq!(found.as_deref(), Some("2027-02-04 QN.7.1"));
}

/// A reason stops the sweep until its end; it does not shorten what is left.
#[test]
fn qn_7_1_tq_8_2_a_hcm_8_1_a_sl_8_2_a_a_reason_stops_it() {
    for (id, short, long) in [
        ("quang-ninh", "2026-07-07", "2026-10-01"),
        ("tuyen-quang", "2026-07-07", "2026-10-01"),
        ("hcm-donre", "2026-04-07", "2026-10-01"),
        ("son-la", "2026-04-07", "2026-10-01"),
    ] {
        let mut facts = settled("2026-01-05");
        let exempt = |until| {
            vec![Exemption {
                until: day(until),
                reason: "đi học".to_owned(),
            }]
        };
        facts.exempt = exempt("2026-03-01");
        let found = lock_day(rules(id), &facts).expect(id);
        assert!(found.starts_with(short), "{id}: {found}");
        facts.exempt = exempt("2026-09-30");
        let found = lock_day(rules(id), &facts).expect(id);
        assert!(found.starts_with(long), "{id}: {found}");
    }
}

/// An open request stops the clock; a refused one lets it run to no earlier than the refusal.
#[test]
fn qn_7_1_đ_sl_8_1_an_open_request_stops_revoking() {
    let revoke = What::Propose(Act::Revoke);
    let mut facts = settled("2026-01-05");
    facts.lock = locked(Some("unused"), "2026-07-21");
    assert_eq!(
        when(rules("son-la"), &facts, revoke).as_deref(),
        Some("2026-08-21 SL.8.1")
    );
    facts.requests = vec![request("2026-08-10", None)];
    assert_eq!(when(rules("son-la"), &facts, revoke), None);
    facts.requests = vec![request("2026-08-10", Some("2026-09-07"))];
    assert_eq!(
        when(rules("son-la"), &facts, revoke).as_deref(),
        Some("2026-09-07 SL.8.1")
    );
    // One from before the lock says nothing about it.
    facts.requests = vec![request("2026-02-10", Some("2026-09-07"))];
    assert_eq!(
        when(rules("son-la"), &facts, revoke).as_deref(),
        Some("2026-08-21 SL.8.1")
    );
}

/// The fifteen working days run from the receipt alone.
#[test]
fn qn_7_2_from_the_receipt() {
    let revoke = What::Propose(Act::Revoke);
    let mut facts = settled("2026-01-05");
    facts.lock = locked(Some("unused"), "2026-07-21");
    assert_eq!(when(rules("quang-ninh"), &facts, revoke), None);
    let notice = |received: Option<&str>| {
        Some(Notice {
            sent: at("2026-07-21"),
            received: received.map(at),
        })
    };
    facts.lock.as_mut().expect("locked").notice = notice(None);
    assert_eq!(when(rules("quang-ninh"), &facts, revoke), None);
    assert_eq!(
        when(rules("quang-ninh"), &facts, What::AskReceipt).as_deref(),
        Some("2026-07-25 QN.7.2")
    );
    // 24 and 31 August to 2 September are off: the last day is 16 September.
    facts.lock.as_mut().expect("locked").notice = notice(Some("2026-08-21T16:00"));
    assert_eq!(
        when(rules("quang-ninh"), &facts, revoke).as_deref(),
        Some("2026-09-16 QN.7.2")
    );
    assert_eq!(when(rules("quang-ninh"), &facts, What::AskReceipt), None);
}

/// Requests for restoring are answered within three working days: the calendar's swapped days count.
#[test]
fn qn_7_1_đ_tq_8_3_sl_8_3_answered_within_three_working_days() {
    for (id, clause) in [
        ("quang-ninh", "QN.7.1.đ"),
        ("tuyen-quang", "TQ.8.3.b"),
        ("son-la", "SL.8.3.b"),
    ] {
        let mut facts = settled("2025-06-02");
        facts.lock = locked(Some("unused"), "2025-12-02");
        facts.requests = vec![request("2025-12-31T15:00", None)];
        let found = when(rules(id), &facts, What::AnswerRestore);
        assert_eq!(found, Some(format!("2026-01-07 {clause}")));
        assert_eq!(when(rules(id), &facts, What::HandleRestore), None);
    }
}

/// Only the lock of the first sign-in waits for five days.
#[test]
fn hcm_8_3_b_only_that_lock_waits() {
    let mut facts = settled("2026-01-05");
    facts.requests = vec![request("2026-03-03", None)];
    facts.lock = locked(Some("first-session"), "2026-03-02T11:30");
    let rules = rules("hcm-donre");
    let found = when(rules, &facts, What::HandleRestore);
    assert_eq!(found.as_deref(), Some("2026-03-08 HCM.8.3.b"));
    facts.lock = locked(Some("unused"), "2026-03-02");
    assert_eq!(when(rules, &facts, What::HandleRestore), None);
    // Filed later than that, it is handled at once.
    facts.lock = locked(Some("first-session"), "2026-03-02");
    facts.requests = vec![request("2026-03-12T09:00", None)];
    let found = when(rules, &facts, What::HandleRestore);
    assert_eq!(found.as_deref(), Some("2026-03-12T09:00 HCM.8.3.b"));
}

/// Locked when the first session ends, or a day after it began.
#[test]
fn hcm_8_3_b_the_first_session_or_a_day() {
    let mut facts = issued("2026-03-02");
    let rules = rules("hcm-donre");
    let before = lock_day(rules, &facts).expect("unused");
    assert!(before.ends_with("HCM.8.1.a"), "{before}");
    let session = |ended: Option<&str>| {
        Some(FirstSession {
            began: at("2026-03-02T08:00"),
            ended: ended.map(at),
        })
    };
    for (ended, lock) in [
        (None, "2026-03-03T08:00"),
        (Some("2026-03-02T08:20"), "2026-03-02T08:20"),
        (Some("2026-03-05T08:20"), "2026-03-03T08:00"),
    ] {
        facts.first_session = session(ended);
        let found = lock_day(rules, &facts);
        assert_eq!(found, Some(format!("{lock} HCM.8.3.b")));
    }
    facts.must_change = None;
    let after = lock_day(rules, &facts).expect("unused");
    assert!(after.ends_with("HCM.8.1.a"), "{after}");
}

/// Only the default password of a new mailbox counts, not one given after a loss; and only a password of its own.
#[test]
fn tq_8_2_d_the_default_password_alone() {
    let rules = rules("tuyen-quang");
    let mut facts = issued("2026-01-21");
    let found = lock_day(rules, &facts);
    assert_eq!(found.as_deref(), Some("2026-02-24 TQ.8.2.d"));
    facts.must_change = Some(MustChange {
        since: at("2026-01-21"),
        cause: Cause::Reset,
    });
    let found = lock_day(rules, &facts);
    assert_eq!(found.as_deref(), Some("2026-07-22 TQ.8.2.a"));
    let mut facts = issued("2026-01-21");
    facts.own_password = false;
    let found = lock_day(rules, &facts);
    assert_eq!(found.as_deref(), Some("2026-07-22 TQ.8.2.a"));
}

/// Only TQ.8.4 deletes by itself; everywhere else revoking and deleting are proposed.
#[test]
fn tq_8_4_alone_deletes_by_itself() {
    for profile in congvu_regulation::profiles() {
        for sweep in profile.lifecycle().sweeps() {
            let own = matches!(sweep.act(), Act::Lock)
                || sweep
                    .origin()
                    .clause()
                    .is_some_and(|clause| clause.as_str() == "TQ.8.4");
            let by_system = sweep.by() == congvu_regulation::lifecycle::By::System;
            assert_eq!(by_system, own, "{} {}", profile.id(), sweep.id());
        }
    }
}

/// Whether revoking destroys, and whether the password is changed after restoring.
#[test]
fn qn_7_2_tq_7_2_sl_7_2_destroyed_bs_7_đ4_kept() {
    for (id, destroys) in [
        ("quang-ninh", true),
        ("bim-son", false),
        ("tuyen-quang", true),
        ("hcm-donre", true),
        ("son-la", true),
    ] {
        assert_eq!(rules(id).revoke_destroys().value, destroys, "{id}");
        assert!(rules(id).restore_must_change().value, "{id}");
    }
}

#[test]
fn tq_6_1_hcm_8_3_b_sl_6_1_states() {
    let sl = rules("son-la");
    let now = at("2026-04-06T08:00");
    let mut facts = issued("2026-01-05");
    assert_eq!(sl.state(&facts, now), State::Issued);
    facts.activity.insert(Activity::SignIn, at("2026-01-06"));
    assert_eq!(sl.state(&facts, now), State::MustChange(Cause::Issue));
    facts.must_change = None;
    facts.password_changed = Some(at("2026-01-05T10:00"));
    assert_eq!(
        sl.state(&facts, now),
        State::PasswordExpired(day("2026-04-06"))
    );
    assert_eq!(sl.state(&facts, at("2026-04-05T23:59")), State::Active);
    assert_eq!(rules("tuyen-quang").state(&facts, now), State::Active);
    facts.sign_in_disabled = Some(at("2026-04-01"));
    assert_eq!(
        sl.state(&facts, now),
        State::SignInDisabled(at("2026-04-01"))
    );
    facts.lock = locked(None, "2026-04-02");
    for (id, mode) in [
        ("son-la", LockMode::Receives),
        ("tuyen-quang", LockMode::Closed),
    ] {
        let state = rules(id).state(&facts, now);
        assert!(
            matches!(state, State::Locked { mode: found, .. } if found == mode),
            "{state:?}"
        );
    }
    facts.revoked = Some(at("2026-04-03"));
    assert_eq!(sl.state(&facts, now), State::Revoked(at("2026-04-03")));
    facts.deleted = Some(at("2026-04-04"));
    assert_eq!(sl.state(&facts, now), State::Deleted(at("2026-04-04")));
}

/// A mailbox that is switched on again has the full term of the stricter standard again, and the regulation's clock
/// runs on.
#[test]
fn a_safeguard_does_not_touch_the_regulations_clock() {
    let rules = rules("son-la").clone().with(Overlay::level_3(), true);
    let off = What::Do(Act::DisableSignIn);
    let mut facts = settled("2026-01-05");
    let standard = Overlay::level_3().name();
    let found = when(&rules, &facts, off);
    assert_eq!(found, Some(format!("2026-02-20 {standard}")));
    facts.sign_in_enabled = Some(at("2026-03-02"));
    let found = when(&rules, &facts, off);
    assert_eq!(found, Some(format!("2026-04-17 {standard}")));
    let found = lock_day(&rules, &facts);
    assert_eq!(found.as_deref(), Some("2026-04-07 SL.8.2.a"));
}

/// A sweep may be for one kind of mailbox.
#[test]
fn a_sweep_for_one_kind_passes_the_other_by() {
    let text = include_str!("../../../../regulations/son-la.toml").replace(
        "id = \"unused\"\n",
        "id = \"unused\"\nmailboxes = [\"unit\"]\n",
    );
    let profile = congvu_regulation::Profile::parse(&text).expect("a sound profile");
    let mut facts = settled("2026-01-05");
    assert_eq!(lock_day(profile.lifecycle(), &facts), None);
    facts.kind = MailboxKind::Unit;
    assert!(lock_day(profile.lifecycle(), &facts).is_some());
}

/// Of several reminders that are due only the last is told, and none once the act itself is due.
#[test]
fn one_reminder_at_a_time() {
    let sl = rules("son-la");
    let facts = settled("2026-01-05");
    let due = |now: &str| -> Vec<What> {
        let due = sl.due(&facts, Calendar::viet_nam(), at(now));
        due.into_iter().map(|due| due.what).collect()
    };
    assert_eq!(due("2026-03-01"), []);
    let lock = What::Remind {
        act: Act::Lock,
        on: at("2026-04-07"),
    };
    let expiry = What::RemindPassword {
        on: at("2026-04-06"),
    };
    assert_eq!(due("2026-03-08"), [lock]);
    assert_eq!(due("2026-04-05"), [lock, expiry]);
    assert_eq!(
        due("2026-04-07"),
        [What::ExpirePassword, What::Do(Act::Lock)]
    );
}

/// HCM.8.3.b: who grants a request asks whether it may be granted now, and is told from when on. A lock that a person
/// made under this clause waits as well; another one does not.
#[test]
fn hcm_8_3_b_may_it_be_granted_now() {
    let hcm = rules("hcm-donre");
    let calendar = Calendar::viet_nam();
    let mut facts = issued("2026-01-05");
    let ask = |facts: &Facts, now| hcm.may_restore(facts, calendar, at(now));
    assert_eq!(ask(&facts, "2026-01-06"), Err(NotRestored::Nothing));
    let mut lock = Lock {
        since: at("2026-01-06T09:00"),
        sweep: Some("first-session".to_owned()),
        clause: "HCM.8.3.b".parse().ok(),
        notice: None,
    };
    for sweep in [lock.sweep.clone(), None] {
        lock.sweep = sweep;
        facts.lock = Some(lock.clone());
        for day in ["2026-01-06T09:00", "2026-01-07", "2026-01-11T23:59"] {
            let Err(NotRestored::Waits(due)) = ask(&facts, day) else {
                panic!("{day}");
            };
            assert_eq!(due.at, at("2026-01-12"));
            assert_eq!(due.origin.to_string(), "HCM.8.3.b");
        }
        assert_eq!(ask(&facts, "2026-01-12"), Ok(()));
    }
    lock.clause = "HCM.8.1.a".parse().ok();
    facts.lock = Some(lock);
    assert_eq!(ask(&facts, "2026-01-06T10:00"), Ok(()));
}

/// BS.7.đ4 what is revoked may be had again; SL.7.2, QN.7.2 it is gone; so is what is deleted anywhere.
#[test]
fn bs_7_đ4_sl_7_2_qn_7_2_what_is_revoked_may_be_had_again_or_is_gone() {
    let calendar = Calendar::viet_nam();
    for (id, kept) in [("bim-son", true), ("son-la", false), ("quang-ninh", false)] {
        let mut facts = settled("2026-01-05");
        facts.revoked = Some(at("2026-05-01"));
        let asked = rules(id).may_restore(&facts, calendar, at("2026-06-10"));
        assert_eq!(asked.is_ok(), kept, "{id} {asked:?}");
        facts.deleted = Some(at("2026-05-02"));
        let asked = rules(id).may_restore(&facts, calendar, at("2026-06-10"));
        assert!(matches!(asked, Err(NotRestored::Gone(_))), "{id} {asked:?}");
    }
}
