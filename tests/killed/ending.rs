//! Mailboxes that are deleted for good.

use std::sync::Arc;

use congvu_governance::Law;
use congvu_governance::mailbox::{Because, lock};
use congvu_store::entry::{self, NewEntry};
use congvu_store::{ending, folder, message};

use super::{DAY, World, console, engines};
use crate::harness::Database;
use crate::takedown::letter;

const PEOPLE: usize = 4;

engines!(tq_8_4_what_is_deleted_goes_whole_and_once);

/// TQ.8.4: locked for three years, deleted by the program; nothing is left, nobody else's copy goes, and the record says it once.
fn tq_8_4_what_is_deleted_goes_whole_and_once(database: Option<Database>) {
    // SQLite removes them faster than anybody looks: a kill must still find some.
    let each: usize = if database.is_some() { 2_000 } else { 10_000 };
    let world = World::new(database, "tuyen-quang", 4 * 366);
    let (agency, unit) = world.agency();
    let officials = world.officials(agency, PEOPLE);
    let bytes =
        b"From: a@ngoai.example\r\nMessage-ID: <chung@x>\r\nSubject: Chung\r\n\r\nnoi dung\r\n";
    let staged = world.runtime.block_on(world.store.blobs().stage(bytes));
    let work = Arc::new((staged.unwrap(), letter(bytes)));
    let mut holders = officials.clone();
    holders.push(unit);
    let to_lock = officials.clone();
    world.act(move |tx| {
        let stored = message::put(tx, &work.0, &work.1)?;
        for mailbox in &holders {
            let inbox = folder::list(tx, *mailbox)?
                .into_iter()
                .find(|folder| folder.name == "INBOX");
            for _ in 0..each {
                let new = NewEntry {
                    folder: inbox.as_ref().unwrap().id,
                    message: stored.id,
                    message_size: stored.size,
                    flags: 0,
                    internal_at: tx.now(),
                    prefix: b"Delivered-To: x\r\n",
                };
                entry::deliver(tx, &new)?;
            }
        }
        for mailbox in &to_lock {
            let why = Because::Asked {
                reason: "cơ quan đề nghị",
                clause: None,
                document: Some("1/CV"),
            };
            lock(tx, Law::default(), &console(), *mailbox, why)?;
        }
        Ok(())
    });
    // Used since: only what is locked is due.
    world.clock.set(congvu_store::now_ms() - DAY);
    world.write(move |tx| {
        congvu_store::activity::add(
            tx,
            unit,
            congvu_store::activity::Kind::Interactive,
            tx.now(),
            1,
        )
    });
    // The act itself; what follows is removed by the server, in chunks.
    world.tool(&["sweep"]);
    let copies = i64::try_from(PEOPLE * each).unwrap();
    world.killed_on_the_way(copies, |world| {
        let left = "SELECT COUNT(*) FROM entry e JOIN mailbox m ON m.id = e.mailbox_id
                    JOIN account a ON a.id = m.account_id WHERE a.login LIKE 'canbo%'";
        copies - world.number(left)
    });
    for mailbox in officials.clone() {
        assert!(world.read(move |tx| ending::is_destroyed(tx, mailbox)));
    }
    world.acted_once(&officials, "mailbox.delete");
    world.acted_once(&officials, "mailbox.destroyed");
    let whole = i64::try_from(PEOPLE).unwrap();
    assert_eq!(world.letters("deleted"), (whole, whole, 0));
    let kept = world.read(move |tx| congvu_store::mailbox::usage(tx, unit));
    let told = world.number("SELECT COUNT(*) FROM notice WHERE sent_at IS NOT NULL");
    assert_eq!(
        i64::try_from(kept.unwrap().used_messages).unwrap(),
        i64::try_from(each).unwrap() + told
    );
    world.must_be_sound();
}
