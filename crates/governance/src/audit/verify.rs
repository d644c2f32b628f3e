//! Whether the record is what it was when it was sealed.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use congvu_store::audit::{self, Chain, Segment};
use congvu_store::{Store, StoreResult};

use super::checkpoint::Checkpoint;
use super::hash::hash;

/// Rows of segments read in one transaction; their records are read one segment at a time.
const PAGE: i64 = 500;

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Its records, or its own numbers, are not those that were sealed.
    Changed(Chain, i64),
    /// Records of it were removed, or some were put in.
    Count(Chain, i64, i64, i64),
    /// It does not follow the segment before it.
    Broken(Chain, i64),
    /// From the first of these to the second they are missing between others.
    Gap(Chain, i64, i64),
    /// A checkpoint tells of a segment that is not there: the chain was cut off.
    Cut(String, i64),
    /// A checkpoint tells of a segment that is another now.
    Other(String, i64),
    /// So many records say that they are in a segment, or a chain, that there is not.
    Strays(i64),
}

/// What was looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Segments of which everything was read.
    pub segments: u64,
    /// Records in them.
    pub records: u64,
    /// Records that are in no segment yet: nothing proves anything about them.
    pub unsealed: i64,
    /// Checkpoints that were held against the segments.
    pub checkpoints: u64,
    /// What is wrong.
    pub findings: Vec<Finding>,
}

/// Reads every chain from its beginning, and holds it against checkpoints that were kept elsewhere.
///
/// # Errors
/// What the store answers.
pub async fn verify(store: &Store, checkpoints: &[Checkpoint]) -> StoreResult<Report> {
    let mut report = Report::default();
    let mut kept: HashMap<(&str, i64), Vec<&str>> = HashMap::new();
    for point in checkpoints {
        let of = (point.chain.as_str(), point.segment);
        kept.entry(of).or_default().push(&point.hash);
    }
    for chain in Chain::ALL {
        let mut before: Option<Segment> = None;
        loop {
            let after = before.as_ref().map_or(i64::MIN, |segment| segment.number);
            let page = store
                .read(move |tx| audit::segments(tx, chain, after, PAGE))
                .await?;
            if page.is_empty() {
                break;
            }
            for segment in page {
                let number = segment.number;
                let records = store
                    .read(move |tx| audit::of_segment(tx, chain, number))
                    .await?;
                report.look(chain, before.as_ref(), &segment, &records);
                let hashes = kept.get(&(chain.name(), number));
                report.hold(chain, &segment, hashes.map_or(&[], Vec::as_slice));
                before = Some(segment);
            }
        }
        let last = before.map_or(0, |segment| segment.number);
        for checkpoint in checkpoints {
            if checkpoint.chain == chain.name() && checkpoint.segment > last {
                let cut = Finding::Cut(checkpoint.chain.clone(), checkpoint.segment);
                report.findings.push(cut);
            }
        }
        let (open, _) = store.read(move |tx| audit::tail(tx, chain)).await?;
        report.unsealed += open;
    }
    let strays = store.read(audit::strays).await?;
    if strays > 0 {
        report.findings.push(Finding::Strays(strays));
    }
    Ok(report)
}

impl Report {
    fn look(
        &mut self,
        chain: Chain,
        before: Option<&Segment>,
        segment: &Segment,
        records: &[audit::Recorded],
    ) {
        let number = segment.number;
        let expected = before.map_or(1, |before| before.number.saturating_add(1));
        let previous = before.map_or(&[][..], |before| &before.hash);
        if number > expected {
            self.findings
                .push(Finding::Gap(chain, expected, number - 1));
        } else if number < expected || segment.previous != previous {
            self.findings.push(Finding::Broken(chain, number));
        }
        self.segments += 1;
        self.records += records.len() as u64;
        let count = records.len() as i64;
        if count != segment.records {
            let counted = Finding::Count(chain, number, segment.records, count);
            self.findings.push(counted);
        } else if hash(chain, segment, records) != segment.hash {
            self.findings.push(Finding::Changed(chain, number));
        }
    }

    /// Holds a segment against the hashes that checkpoints tell of it.
    fn hold(&mut self, chain: Chain, segment: &Segment, hashes: &[&str]) {
        let own = BASE64.encode(&segment.hash);
        self.checkpoints += hashes.len() as u64;
        if hashes.iter().any(|hash| *hash != own) {
            let other = Finding::Other(chain.name().to_owned(), segment.number);
            self.findings.push(other);
        }
    }
}
