//! Notices on their way into mailboxes.

use congvu_store::notice::{self, Audience, NewNotice};

use super::{World, engines};
use crate::harness::Database;

const PEOPLE: usize = 300;
const EACH: i64 = 2;

engines!(each_notice_lies_once_in_each_mailbox);

/// Those to one mailbox, those to an agency and those to all.
fn each_notice_lies_once_in_each_mailbox(database: Option<Database>) {
    let world = World::new(database, "quang-ninh", 0);
    let (agency, _) = world.agency();
    let officials = world.officials(agency, PEOPLE);
    let everybody = world.number("SELECT COUNT(*) FROM mailbox");
    world.write(move |tx| {
        let mut tell = |key: &str, kind: &str, audience| {
            let told = NewNotice {
                key,
                kind,
                audience,
                subject: "Thông báo thử",
                body: "Kính gửi quý cơ quan.\n",
                clause: "QN.7.1",
                papers: "",
            };
            notice::add(tx, &told)
        };
        for n in 0..EACH {
            for mailbox in &officials {
                tell(
                    &format!("one/{n}/{mailbox}"),
                    "one",
                    Audience::Mailbox(*mailbox),
                )?;
            }
            tell(&format!("all/{n}"), "all", Audience::All)?;
            tell(
                &format!("place/{n}"),
                "place",
                Audience::Organisation(agency),
            )?;
        }
        Ok(())
    });
    // The issue of each mailbox is told, too.
    let whole = world.number("SELECT COUNT(*) FROM notice");
    world.killed_on_the_way(whole, |world| {
        world.number("SELECT COUNT(*) FROM notice WHERE sent_at IS NOT NULL")
    });
    let single = EACH * i64::try_from(PEOPLE).unwrap();
    assert_eq!(world.letters("one"), (single, single, 0));
    assert_eq!(world.letters("all"), (EACH, EACH * everybody, 0));
    assert_eq!(world.letters("place"), (EACH, EACH, 0));
    world.must_be_sound();
}
