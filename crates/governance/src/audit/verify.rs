//! Whether the record is what it was when it was sealed.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use congvu_store::audit::{self, Chain, Segment};
use congvu_store::{Store, StoreResult};

use super::checkpoint::Checkpoint;
use super::hash::hash;

/// Segments read in one transaction.
const PAGE: i64 = 50;

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Its records, or its own numbers, are not those that were sealed.
    Changed(Chain, i64),
    /// Records of it were removed, or some were put in.
    Count(Chain, i64, i64, i64),
    /// It does not follow the segment before it.
    Broken(Chain, i64),
    /// It is missing between others.
    Gap(Chain, i64),
    /// A checkpoint tells of a segment that is not there: the chain was cut off.
    Cut(String, i64),
    /// A checkpoint tells of a segment that is another now.
    Other(String, i64),
}

/// What was looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Segments of which everything was read.
    pub segments: u64,
    /// Segments whose records were dropped after their term.
    pub pruned: u64,
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
    for chain in Chain::ALL {
        let mut before: Option<Segment> = None;
        loop {
            let after = before.as_ref().map_or(0, |segment| segment.number);
            let read = store.read(move |tx| {
                let mut page = Vec::new();
                for segment in audit::segments(tx, chain, after, PAGE)? {
                    let records = audit::of_segment(tx, chain, segment.number)?;
                    page.push((segment, records));
                }
                Ok::<_, congvu_store::StoreError>(page)
            });
            let page = read.await?;
            if page.is_empty() {
                break;
            }
            for (segment, records) in page {
                report.look(chain, before.as_ref(), &segment, &records);
                report.hold(chain, &segment, checkpoints);
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
        let expected = before.map_or(1, |before| before.number + 1);
        for missing in expected..number {
            self.findings.push(Finding::Gap(chain, missing));
        }
        let previous = before.map_or(&[][..], |before| &before.hash);
        if number == expected && segment.previous != previous {
            self.findings.push(Finding::Broken(chain, number));
        }
        if segment.pruned_at.is_some() && records.is_empty() {
            self.pruned += 1;
            return;
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

    fn hold(&mut self, chain: Chain, segment: &Segment, checkpoints: &[Checkpoint]) {
        for checkpoint in checkpoints {
            if checkpoint.chain != chain.name() || checkpoint.segment != segment.number {
                continue;
            }
            self.checkpoints += 1;
            if checkpoint.hash != BASE64.encode(&segment.hash) {
                let other = Finding::Other(checkpoint.chain.clone(), checkpoint.segment);
                self.findings.push(other);
            }
        }
    }
}
