//! Mail from Postfix to congvu: what Postfix makes of our answers.

use super::{Far, Wanted, far};
use crate::harness::Database;

far!(
    an_unknown_recipient_is_bounced_by_postfix,
    a_full_mailbox_is_tried_again,
    many_recipients_pipelined,
    congvu_away_for_a_while,
);

fn an_unknown_recipient_is_bounced_by_postfix(database: Option<Database>) {
    let far = Far::start(database, &Wanted::default());
    let stranger = "khong.ai@sonminh.gov.vn";
    let to = [stranger, far.demo.person(0)];
    far.give_postfix("a@far.example", &to, &far.letter(0, "mot nua", "x\r\n"));
    let bounce = far.postfix.wait_for("a", 1).remove(0);
    assert!(
        bounce.contains("Final-Recipient: rfc822; khong.ai@sonminh.gov.vn"),
        "{bounce}"
    );
    assert!(bounce.contains("Status: 5.1.1"), "{bounce}");
    assert!(bounce.contains("Remote-MTA: dns; "), "{bounce}");
    far.demo.letter(far.demo.person(0), "mot nua");
    assert_eq!(far.postfix.times(&["status=deferred"]), 0);
}

/// 452 4.2.2: Postfix keeps it until there is room, and it comes once.
fn a_full_mailbox_is_tried_again(database: Option<Database>) {
    let far = Far::start(database, &Wanted::default());
    let person = far.demo.person(0);
    far.demo.account(["quota", person, "500 MB"]).ok();
    far.demo
        .script("fill.py", &[person, "fill"])
        .within(180)
        .run()
        .ok();
    let letter = far.letter(0, "day hop thu", &"0123456789\r\n".repeat(200_000));
    far.give_postfix("a@far.example", &[person], &letter);
    far.postfix.logged(&["status=deferred", "452 4.2.2"]);
    assert_eq!(far.demo.letters(person, "INBOX", "").len(), 0);
    far.demo.script("fill.py", &[person, "empty"]).run().ok();
    far.postfix.control("flush").ended(0);
    far.postfix.logged(&["status=sent (250 2.0.0 ", person]);
    far.demo.letter(person, "day hop thu");
}

fn many_recipients_pipelined(database: Option<Database>) {
    let far = Far::start(database, &Wanted::default());
    let people: Vec<&str> = (0..8).map(|n| far.demo.person(n)).collect();
    far.give_postfix("a@far.example", &people, &far.letter(0, "tat ca", "x\r\n"));
    for person in &people {
        far.demo.letter(person, "tat ca");
    }
    // One transfer for all of them.
    let sent = far.postfix.log();
    let lines: Vec<&str> = sent
        .lines()
        .filter(|line| line.contains("status=sent (250"))
        .collect();
    assert_eq!(lines.len(), 8, "{lines:#?}");
    let reply = |line: &str| line.split("status=sent ").nth(1).unwrap().to_owned();
    assert!(
        lines.iter().all(|line| reply(line) == reply(lines[0])),
        "{lines:#?}"
    );
}

/// Stopped and started again on its port: what waits at Postfix comes, once.
fn congvu_away_for_a_while(database: Option<Database>) {
    let mut far = Far::start(database, &Wanted::default());
    let person = far.demo.person(0).to_owned();
    let port = far.demo.port("smtp").to_owned();
    let letter = far.letter(0, "di vang", "x\r\n");
    far.demo.server.stop();
    far.give_postfix("a@far.example", &[&person], &letter);
    far.postfix
        .logged(&["status=deferred", "Connection refused"]);
    far.restart_at(&port);
    far.postfix.control("flush").ended(0);
    far.postfix.logged(&["status=sent (250 2.0.0 ", &person]);
    far.demo.letter(&person, "di vang");
}
