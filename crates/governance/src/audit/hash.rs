//! What a segment's hash is of.

use congvu_store::audit::{Chain, Recorded, Segment};
use ring::digest::{Context, SHA256};

/// SHA-256 over the chain's name, the numbers of the segment, the hash of the one before and every field of
/// every record, each with its length before it: no field can lend its bytes to the next.
pub(super) fn hash(chain: Chain, segment: &Segment, records: &[Recorded]) -> Vec<u8> {
    let mut hasher = Hasher(Context::new(&SHA256));
    hasher.bytes(b"congvu audit 1");
    hasher.bytes(chain.name().as_bytes());
    for number in [
        segment.number,
        segment.records,
        segment.first_at,
        segment.last_at,
        segment.sealed_at,
    ] {
        hasher.number(Some(number));
    }
    hasher.bytes(&segment.previous);
    for recorded in records {
        let record = &recorded.record;
        hasher.number(Some(recorded.id));
        hasher.number(Some(record.at));
        hasher.number(record.actor_id.map(|id| id.0));
        hasher.number(record.organisation.map(|id| id.0));
        for text in [
            &record.actor,
            &record.client_ip,
            &record.action,
            &record.subject,
            &record.subject_name,
            &record.clause,
            &record.document,
            &record.detail,
        ] {
            hasher.bytes(text.as_bytes());
        }
    }
    hasher.0.finish().as_ref().to_vec()
}

struct Hasher(Context);

impl Hasher {
    fn bytes(&mut self, bytes: &[u8]) {
        self.0.update(&(bytes.len() as u64).to_be_bytes());
        self.0.update(bytes);
    }

    fn number(&mut self, number: Option<i64>) {
        match number {
            Some(number) => self.bytes(&number.to_be_bytes()),
            None => self.bytes(&[]),
        }
    }
}
