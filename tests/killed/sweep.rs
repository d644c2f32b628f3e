//! A night on which much is due.

use congvu_governance::Law;
use congvu_governance::mailbox::{Because, lock, note_receipt};
use congvu_regulation::Moment;
use congvu_store::activity::{self, Kind};
use congvu_store::{MailboxId, account, now_ms};

use super::{DAY, World, console, engines};
use crate::harness::Database;

const PEOPLE: usize = 300;

engines!(
    qn_7_1_each_lock_is_made_recorded_and_told_once,
    qn_7_2_qn_15_2_what_is_proposed_expired_or_reminded_of_is_so_once,
);

/// QN.7.1: what nobody used for six months is locked, once, with one record and one notice to the agency.
fn qn_7_1_each_lock_is_made_recorded_and_told_once(database: Option<Database>) {
    let world = World::new(database, "quang-ninh", 250);
    let (agency, unit) = world.agency();
    let mut unused = world.officials(agency, PEOPLE);
    unused.push(unit);
    let whole = i64::try_from(unused.len()).unwrap();
    world.killed_on_the_way(whole, |world| {
        world.number("SELECT COUNT(*) FROM mailbox_lock")
    });
    let counted = |sql| world.number(sql);
    assert_eq!(
        counted(
            "SELECT COUNT(DISTINCT mailbox_id) FROM mailbox_lock WHERE sweep = 'unused' AND ended_at IS NULL"
        ),
        whole
    );
    world.acted_once(&unused, "mailbox.lock");
    assert_eq!(world.letters("lock"), (whole, whole, 0));
    assert_eq!(
        counted("SELECT COUNT(*) FROM account WHERE epoch > 1 AND login LIKE 'canbo%'"),
        whole - 1
    );
    world.must_be_sound();
}

/// How many mailboxes wait for each of what falls due.
const OF_EACH: usize = 80;

/// QN.7.2, QN.15.2: on one night there are mailboxes to propose for revocation, passwords that expire, passwords and mailboxes to remind
/// of; each is so once, with one record where it is an act, and with one letter.
fn qn_7_2_qn_15_2_what_is_proposed_expired_or_reminded_of_is_so_once(database: Option<Database>) {
    let world = World::new(database, "quang-ninh", 170);
    let (agency, unit) = world.agency();
    let people = world.officials(agency, 4 * OF_EACH);
    // The sweep comes to them one by one, so that each kill finds some of each kind.
    let of = |kind: usize| -> Vec<MailboxId> {
        let all = people.iter().copied().enumerate();
        all.filter(|(n, _)| n % 4 == kind)
            .map(|(_, mailbox)| mailbox)
            .collect()
    };
    let [ended, expired, expiring, unused] = [0, 1, 2, 3].map(of);

    // The last use was so long ago that the lock comes within 30 days, and not within 7.
    used(&world, &unused);
    // 03 months after the 86th day from today are over within 7 days, and not yet.
    chosen(&world, &expired, 100);
    chosen(&world, &expiring, 86);
    // The agency has known of the lock for more than 15 working days.
    world.clock.set(now_ms() - 40 * DAY);
    let to_lock = ended.clone();
    world.act(move |tx| {
        let now = Moment(tx.now());
        for mailbox in &to_lock {
            let why = Because::Asked {
                reason: "cơ quan đề nghị",
                clause: None,
                document: Some("1/CV"),
            };
            lock(tx, Law::default(), &console(), *mailbox, why)?;
            note_receipt(tx, Law::default(), &console(), *mailbox, now)?;
        }
        Ok(())
    });
    world.clock.set(now_ms() - DAY);
    used(&world, &[&expired[..], &expiring, &[unit]].concat());

    let each = i64::try_from(OF_EACH).unwrap();
    world.killed_on_the_way(4 * each, |world| {
        world.number(
            "SELECT (SELECT COUNT(*) FROM proposal)
                    + (SELECT COUNT(*) FROM notice WHERE kind IN ('password-expired', 'password-soon', 'lock-soon'))",
        )
    });
    let counted = |sql| world.number(sql);
    assert_eq!(
        counted(
            "SELECT COUNT(DISTINCT mailbox_id) FROM proposal WHERE act = 'revoke' AND decided_at IS NULL"
        ),
        each
    );
    world.acted_once(&ended, "mailbox.propose");
    world.acted_once(&expired, "account.expire");
    for told in [
        "end-due",
        "password-expired",
        "password-soon",
        "lock-soon",
        "lock-soon-agency",
    ] {
        assert_eq!(world.letters(told), (each, each, 0), "{told}");
    }
    // One to each holder, not two to one and none to another.
    assert_eq!(
        counted(
            "SELECT COUNT(DISTINCT mailbox_id) FROM notice WHERE kind IN ('password-expired', 'password-soon', 'lock-soon')"
        ),
        3 * each
    );
    let locked = "SELECT COUNT(*) FROM mailbox_lock WHERE sweep <> ''";
    assert_eq!(counted(locked), 0, "only reminded of");
    world.must_be_sound();
}

/// They are used now.
fn used(world: &World, mailboxes: &[MailboxId]) {
    let mailboxes = mailboxes.to_vec();
    world.write(move |tx| {
        for mailbox in &mailboxes {
            activity::add(tx, *mailbox, Kind::Sent, tx.now(), 1)?;
        }
        Ok(())
    });
}

/// Their holders chose a password so many days ago.
fn chosen(world: &World, mailboxes: &[MailboxId], days: i64) {
    world.clock.set(now_ms() - days * DAY);
    let mailboxes = mailboxes.to_vec();
    world.write(move |tx| {
        for mailbox in &mailboxes {
            let account = account::of_mailbox(tx, *mailbox)?.unwrap();
            account::set_password(tx, account, "$argon2id$own", None)?;
        }
        Ok(())
    });
}
