use congvu_store::{MessageId, QueueId, QueueRecipientId};

use super::*;

const HOUR: i64 = 3_600_000;
const END: i64 = 120 * HOUR;

fn decided(outcome: &Outcome, now: i64) -> Decided {
    let queued = Queued {
        id: QueueId(1),
        message: MessageId(1),
        trace: "t".into(),
        sender: "an@tinh.example".into(),
        account: None,
        client_ip: "192.0.2.7".into(),
        prefix: Vec::new(),
        size: 1,
        envelope_id: None,
        ret: None,
        eight_bit: false,
        utf8: false,
        priority: 0,
        created_at: 0,
        expires_at: END,
    };
    let recipient = Claimed {
        id: QueueRecipientId(1),
        destination: "xa.example".into(),
        address: "x@xa.example".into(),
        original: None,
        notify: None,
        attempts: 70,
        told: true,
        due_at: now,
        last: None,
    };
    decide(
        &Schedule::default(),
        &queued,
        &recipient,
        (outcome, None),
        now,
        0,
    )
}

fn lost() -> Reply {
    Reply {
        code: 421,
        status: "4.4.2".into(),
        text: "lost".into(),
    }
}

/// What may have been taken is asked about once more before it is called lost, at the end as well.
#[test]
fn what_is_in_flight_at_the_end_is_asked_about_once_more() {
    for now in [END - HOUR, END, END + HOUR] {
        let one = decided(&Outcome::InFlight(lost()), now);
        let Verdict::Deferred {
            next_at, notice_at, ..
        } = one.settlement.verdict
        else {
            panic!("it is asked about again: {one:?}");
        };
        assert!(one.told.is_none());
        assert_eq!(notice_at, END + 24 * HOUR);
        assert!(now < next_at && next_at < notice_at);
    }
    let one = decided(&Outcome::InFlight(lost()), END + 24 * HOUR);
    assert_eq!(one.settlement.verdict, Verdict::Expired);
    let one = decided(&Outcome::Deferred(lost()), END);
    assert_eq!(one.settlement.verdict, Verdict::Expired);
}
