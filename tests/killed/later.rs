//! Drafts on their way out at their time.

use congvu_delivery::Intake;
use congvu_store::entry::{self, NewEntry};
use congvu_store::keyword::flag;
use congvu_store::later::{self, Kind, New};
use congvu_store::{account, address, folder, message};

use super::{World, engines};
use crate::harness::Database;

const PEOPLE: usize = 20;
const EACH: usize = 15;

engines!(each_message_that_waited_goes_once);

/// None is lost, none goes twice, none is both sent and a draft.
fn each_message_that_waited_goes_once(database: Option<Database>) {
    let world = World::new(database, "quang-ninh", 0);
    let (agency, unit) = world.agency();
    let officials = world.officials(agency, PEOPLE);
    let to = world.read(move |tx| address::primary(tx, unit)).unwrap();
    world.write(|tx| tx.execute("UPDATE account SET must_change = 0", &[]));
    for mailbox in officials {
        for n in 0..EACH {
            let to = to.clone();
            let from = world.read(move |tx| address::primary(tx, mailbox)).unwrap();
            let letter = format!(
                "From: <{from}>\r\nTo: <{to}>\r\nSubject: Thu hen {from} {n}\r\nMessage-ID: <{n}.{from}>\r\n\r\nKinh gui {n}.\r\n"
            );
            let incoming = world.runtime.block_on(async {
                let mut intake = Intake::new(&world.store, 1 << 20, None);
                intake.write(letter.as_bytes()).await.unwrap();
                intake.finish().await.unwrap()
            });
            world.write(move |tx| {
                let account = account::of_mailbox(tx, mailbox)?.unwrap();
                if folder::find(tx, mailbox, "Scheduled")?.is_none() {
                    folder::create(tx, mailbox, "Scheduled", Some("\\Scheduled"))?;
                }
                let scheduled = folder::find(tx, mailbox, "Scheduled")?.unwrap().id;
                let stored = message::put(tx, &incoming.staged, &incoming.new_message())?;
                let new = NewEntry {
                    folder: scheduled,
                    message: stored.id,
                    message_size: stored.size,
                    flags: flag::DRAFT | flag::SEEN,
                    internal_at: tx.now(),
                    prefix: b"",
                };
                let uid = entry::append(tx, &new)?.uid;
                let now = tx.now();
                later::add(
                    tx,
                    &New {
                        kind: Kind::Send,
                        place: (scheduled, uid),
                        account,
                        client_ip: "127.0.0.1",
                        home: None,
                        days: 0,
                        due_at: now,
                    },
                )
            });
        }
    }
    let whole = i64::try_from(PEOPLE * EACH).unwrap();
    world.killed_on_the_way(whole, |world| {
        whole - world.number("SELECT COUNT(*) FROM later")
    });
    let lies = |folder: &'static str| {
        world.read(move |tx| {
            tx.one(
                "SELECT COUNT(*), COUNT(DISTINCT m.subject) FROM entry e JOIN folder f ON f.id = e.folder_id
                      JOIN message m ON m.id = e.message_id WHERE f.name = $1 AND m.subject LIKE 'Thu hen %'",
                &[folder.into()],
                |row| Ok((row.int(0)?, row.int(1)?)),
            )
        })
    };
    assert_eq!(lies("INBOX"), Some((whole, whole)));
    assert_eq!(lies("Sent"), Some((whole, whole)));
    assert_eq!(lies("Scheduled"), Some((0, 0)));
    assert_eq!(lies("Drafts"), Some((0, 0)));
    world.must_be_sound();
}
