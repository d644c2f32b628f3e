//! Messages that are taken down: sealed, and destroyed.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use congvu_governance::takedown::{NewTakedown, confirm, find, open, propose_purge, seal};
use congvu_governance::{Actor, Refused};
use congvu_store::entry::{self, NewEntry};
use congvu_store::takedown::Criteria;
use congvu_store::{MailboxId, account, folder, message, organisation, role};

use super::{World, console, engines};
use crate::harness::{Database, Program};
use crate::takedown::letter;

/// The column of the list of copies that says what became of one; before it stands who had it, and when.
const STATE: usize = 15;
const PEOPLE: usize = 50;

engines!(qn_13_9_each_copy_is_sealed_and_destroyed_once);

/// QN.13.9: every copy is sealed, and after two persons' order destroyed; each of it once, nobody else's message with it, and the
/// evidence tells of each copy before and after.
fn qn_13_9_each_copy_is_sealed_and_destroyed_once(database: Option<Database>) {
    // SQLite is done with a few before anybody looks.
    let each: usize = if database.is_some() { 40 } else { 120 };
    let world = World::new(database, "quang-ninh", 0);
    let (agency, _) = world.agency();
    let people = world.officials(agency, PEOPLE);
    let copies = i64::try_from(PEOPLE * each).unwrap();
    deliver(&world, "mat", &people, each);
    deliver(&world, "thuong", &people, 1);

    let wanted = NewTakedown {
        criteria: Criteria {
            message_id: Some("mat@x".to_owned()),
            ..Criteria::default()
        },
        document: "1/CV".to_owned(),
        clause: "QN.13.9".to_owned(),
        reason: "lộ".to_owned(),
        contact: "Sở Khoa học và Công nghệ".to_owned(),
        incident: None,
    };
    let id = world.act(move |tx| open(tx, &console(), &wanted));
    let ordered = async {
        find(&world.store, id).await?;
        seal(&world.store, &console(), id).await
    };
    world.runtime.block_on(ordered).unwrap();
    world.killed_on_the_way(copies, |world| {
        world.number("SELECT COUNT(*) FROM takedown_copy WHERE state = 0")
    });
    lies(&world, "mat", 0);
    lies(&world, "thuong", people.len());
    let notices = "SELECT COUNT(*) FROM entry e JOIN takedown t ON t.stub_id = e.message_id";
    assert_eq!(world.number(notices), copies);
    let sealed = evidence(&world, id.0, "niem-phong");
    let told: BTreeSet<_> = sealed.iter().map(|copy| (&copy[2], &copy[5])).collect();
    assert_eq!((sealed.len(), told.len()), (PEOPLE * each, PEOPLE * each));
    assert!(sealed.iter().all(|copy| copy[STATE] == "sealed"));

    let [first, second] = deciders(&world, [people[0], people[1]]);
    let order = world.act(move |tx| propose_purge(tx, &first, id, "2/QĐ", "theo kết luận"));
    world.act(move |tx| confirm(tx, &second, order));
    // The last of it is the end of the case.
    world.killed_on_the_way(copies + 1, |world| {
        world.number(
            "SELECT (SELECT COUNT(*) FROM takedown_copy WHERE state = 2)
                    + (SELECT COUNT(*) FROM takedown WHERE closed_at IS NOT NULL)",
        )
    });
    lies(&world, "mat", 0);
    lies(&world, "thuong", people.len());
    let counted = |sql| world.number(sql);
    assert_eq!(counted("SELECT COUNT(*) FROM takedown_copy"), copies);
    assert_eq!(
        counted("SELECT COUNT(*) FROM takedown WHERE state = 'purged' AND stub_id IS NULL"),
        1
    );
    let kept = "SELECT COUNT(*) FROM takedown_message WHERE held = 1";
    assert_eq!(counted(kept), 0, "the case keeps no bytes");
    let lines = "SELECT COUNT(*) FROM takedown_copy WHERE length(prefix) > 0";
    assert_eq!(counted(lines), 0, "nor the lines of any recipient");
    let destroyed = evidence(&world, id.0, "da-huy");
    assert!(destroyed.iter().all(|copy| copy[STATE] == "destroyed"));
    let of = |copy: &Vec<String>| copy[..STATE].to_vec();
    let [before, after]: [Vec<_>; 2] =
        [&sealed, &destroyed].map(|copies| copies.iter().map(of).collect());
    assert_eq!(before, after, "who had what is told after the end, too");
    for act in ["open", "seal", "purge", "close"] {
        recorded_once(&world, &format!("takedown.{act}"));
    }
    for act in ["propose", "confirm"] {
        recorded_once(&world, &format!("joint.{act}"));
    }
    world.must_be_sound();
}

/// So many copies of a message into the inbox of each.
fn deliver(world: &World, name: &str, people: &[MailboxId], each: usize) {
    let bytes = format!(
        "From: a@ngoai.example\r\nMessage-ID: <{name}@x>\r\nSubject: Thu {name}\r\n\r\nnoi dung {name}\r\n"
    );
    let staged = world
        .runtime
        .block_on(world.store.blobs().stage(bytes.as_bytes()));
    let work = Arc::new((staged.unwrap(), letter(bytes.as_bytes())));
    let people = people.to_vec();
    world.write(move |tx| {
        let stored = message::put(tx, &work.0, &work.1)?;
        for mailbox in &people {
            let inbox = folder::find(tx, *mailbox, "INBOX")?.unwrap().id;
            for _ in 0..each {
                let new = NewEntry {
                    folder: inbox,
                    message: stored.id,
                    message_size: stored.size,
                    flags: 0,
                    internal_at: tx.now(),
                    prefix: b"Delivered-To: x\r\n",
                };
                entry::deliver(tx, &new)?;
            }
        }
        Ok(())
    });
}

/// How many copies of a message lie in folders, or where their readers may bring them back from.
#[track_caller]
fn lies(world: &World, name: &str, wanted: usize) {
    let name = format!("<{name}@x>");
    let found = world.read(move |tx| {
        tx.one(
            "SELECT (SELECT COUNT(*) FROM entry e JOIN message m ON m.id = e.message_id WHERE m.message_id = $1)
                    + (SELECT COUNT(*) FROM removed r JOIN message m ON m.id = r.message_id WHERE m.message_id = $1)",
            &[name.as_str().into()],
            |row| row.int(0),
        )
    });
    assert_eq!(found, Some(i64::try_from(wanted).unwrap()));
}

/// Two persons who decide at the top.
fn deciders(world: &World, people: [MailboxId; 2]) -> [Actor; 2] {
    world.act(move |tx| {
        let root = organisation::root(tx)?.unwrap().id;
        let mut entrusted = |mailbox| {
            let account = account::of_mailbox(tx, mailbox)?.unwrap();
            role::grant(tx, account, "decide", root, "1/QĐ")?;
            Ok::<_, Refused>(Actor::signed_in(account, "nguoi quyet dinh", "127.0.0.1"))
        };
        Ok([entrusted(people[0])?, entrusted(people[1])?])
    })
}

/// Takes the evidence out, looks that its hashes are right; the copies it tells of, as they stand in its list.
fn evidence(world: &World, case: i64, name: &str) -> Vec<Vec<String>> {
    let out = world.system.dir.join(name);
    let (case, to) = (case.to_string(), out.to_str().unwrap());
    world.tool(&["takedown", "evidence", &case, "--out", to]);
    let check = format!("cd {to} && sha256sum -c --quiet SHA256SUMS");
    Program::new("sh").args(["-c", &check]).run().ended(0);
    table(&out.join("ban-sao.csv"))
}

/// The lines of a list below its head; no cell of it has quotes of its own.
fn table(path: &Path) -> Vec<Vec<String>> {
    let text = fs::read_to_string(path).unwrap();
    let cells = |line: &str| {
        let inner = line
            .strip_prefix('"')
            .and_then(|line| line.strip_suffix('"'));
        inner.unwrap().split("\",\"").map(str::to_owned).collect()
    };
    text.lines().skip(1).map(cells).collect()
}

#[track_caller]
fn recorded_once(world: &World, action: &str) {
    let name = action.to_owned();
    let times = world.read(move |tx| {
        tx.one(
            "SELECT COUNT(*) FROM audit WHERE action = $1",
            &[name.as_str().into()],
            |row| row.int(0),
        )
    });
    assert_eq!(times, Some(1), "{action}");
}
