//! A request of hundreds of persons.

use congvu_governance::Law;
use congvu_governance::request::{Ask, Decision, NewRequest, decide, open};
use congvu_regulation::requests::{RequestKind, Way};
use congvu_store::{MailboxId, request};

use super::{World, console, engines, official};
use crate::harness::Database;

const PEOPLE: usize = 500;

engines!(qn_6_2_each_line_of_a_long_request_is_one_mailbox);

/// QN.6.2: each line is one mailbox, told once and recorded once.
fn qn_6_2_each_line_of_a_long_request_is_one_mailbox(database: Option<Database>) {
    let world = World::new(database, "quang-ninh", 0);
    let (agency, _) = world.agency();
    let before = world.number("SELECT COUNT(*) FROM mailbox");
    let id = world.act(move |tx| {
        let lines = (0..PEOPLE).map(|n| Ask::Issue(official(agency, n)));
        let new = NewRequest {
            key: "12/SKHCN-VP".to_owned(),
            kind: RequestKind::Issue,
            organisation: agency,
            way: Way::Documents,
            document: "12/SKHCN-VP".to_owned(),
            document_day: Some("2026-01-05".parse().unwrap()),
            reason: "Tuyển dụng mới".to_owned(),
            lines: (2..).zip(lines).collect(),
            files: Vec::new(),
        };
        let id = open(tx, Law::default(), &console(), &new)?.id;
        for number in 1..=u32::try_from(PEOPLE).unwrap() {
            let granted = Decision::Grant { local_part: None };
            decide(tx, Law::default(), &console(), (id, number), &granted)?;
        }
        Ok(id)
    });
    let whole = i64::try_from(PEOPLE).unwrap();
    world.killed_on_the_way(whole, |world| {
        world.number("SELECT COUNT(*) FROM request_line WHERE state = 'done'")
    });
    let (found, lines) = world.read(move |tx| {
        let lines = request::lines(tx, id, 0, 10_000)?;
        Ok((request::get(tx, id)?.unwrap(), lines))
    });
    assert_eq!((found.state.as_str(), found.waiting), ("done", 0));
    let mut made: Vec<MailboxId> = lines.iter().map(|line| line.mailbox.unwrap()).collect();
    made.sort_unstable();
    made.dedup();
    assert_eq!(made.len(), PEOPLE, "each line has a mailbox of its own");
    let counted = |sql| world.number(sql);
    assert_eq!(counted("SELECT COUNT(*) FROM mailbox"), before + whole);
    assert_eq!(
        counted("SELECT COUNT(*) FROM account WHERE login LIKE 'canbo%'"),
        whole
    );
    assert_eq!(
        counted("SELECT COUNT(*) FROM person WHERE middle LIKE 'Thứ %'"),
        whole
    );
    world.acted_once(&made, "mailbox.issue");
    assert_eq!(
        counted("SELECT COUNT(*) FROM audit WHERE action = 'request.close'"),
        1
    );
    // The unit's own was told, too.
    assert_eq!(world.letters("issued"), (whole + 1, whole + 1, 0));
    assert_eq!(world.letters("request-result"), (1, 1, 0));
    world.must_be_sound();
}
