//! A night on which much is due.

use super::{World, engines};
use crate::harness::Database;

const PEOPLE: usize = 300;

engines!(qn_7_1_each_lock_is_made_recorded_and_told_once);

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
