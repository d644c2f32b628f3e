//! Whether the record is what it was when it was sealed.

use std::collections::HashMap;
use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use congvu_store::audit::{self, Chain, Segment};
use congvu_store::{Store, StoreResult};

use super::checkpoint::Checkpoint;
use super::hash::hash;
use super::prune::Pruned;

/// Rows of segments read in one transaction; their records are read one segment at a time.
const PAGE: i64 = 500;

/// No regulation lets sign-ins be kept for less than 06 months (TQ.9.1, SL.11.1).
const LEAST_MS: i64 = 180 * 86_400_000;

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
    /// Its beginning up to this segment was removed before its time.
    Early(Chain, i64),
    /// A checkpoint tells of a segment that is another now.
    Other(String, i64),
    /// So many records say that they are in a segment, or a chain, that there is not.
    Strays(i64),
}

/// In words, for people.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed(chain, n) => {
                write!(f, "{}: đoạn {n} đã bị sửa sau khi niêm phong", chain.name())
            }
            Self::Count(chain, n, was, is) => write!(
                f,
                "{}: đoạn {n} được niêm phong với {was} bản ghi, nay có {is}",
                chain.name()
            ),
            Self::Broken(chain, n) => {
                write!(f, "{}: đoạn {n} không nối tiếp đoạn trước", chain.name())
            }
            Self::Gap(chain, from, to) if from == to => {
                write!(f, "{}: thiếu đoạn {from}", chain.name())
            }
            Self::Gap(chain, from, to) => {
                write!(f, "{}: thiếu các đoạn từ {from} đến {to}", chain.name())
            }
            Self::Early(chain, n) => write!(
                f,
                "{}: phần đầu đến đoạn {n} bị xóa khi chưa lưu đủ 06 tháng (TQ.9.1, SL.11.1)",
                chain.name()
            ),
            Self::Strays(count) => write!(
                f,
                "{count} bản ghi nói thuộc về một đoạn hoặc một nhật ký không có thật"
            ),
            Self::Cut(chain, n) => write!(
                f,
                "{chain}: điểm kiểm có đoạn {n} nhưng nhật ký không còn: phần cuối đã bị cắt"
            ),
            Self::Other(chain, n) => {
                write!(f, "{chain}: đoạn {n} không phải đoạn mà điểm kiểm đã ghi")
            }
        }
    }
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
    /// Segments that were removed at their time, as the record of acts says.
    pub pruned: i64,
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
    // Acts come first: they say up to where the other chain was shortened.
    let mut acts = Vec::new();
    for chain in Chain::ALL {
        let start = Start::of(chain, &acts);
        report.pruned += start.last();
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
                report.look(chain, (&start, before.as_ref()), &segment, &records);
                if chain == Chain::Acts {
                    acts.extend(records.iter().filter_map(said));
                }
                let hashes = kept.get(&(chain.name(), number));
                report.hold(chain, &segment, hashes.map_or(&[], Vec::as_slice));
                before = Some(segment);
            }
        }
        let last = before.map_or(0, |segment| segment.number);
        for checkpoint in checkpoints.iter().filter(|one| one.chain == chain.name()) {
            if checkpoint.segment > last {
                let cut = Finding::Cut(checkpoint.chain.clone(), checkpoint.segment);
                report.findings.push(cut);
            }
            report.hold_start(chain, &start, checkpoint);
        }
        for (at, pruned) in &start.0 {
            if pruned.before > at - LEAST_MS {
                report.findings.push(Finding::Early(chain, pruned.segment));
            }
        }
        if chain == Chain::Acts {
            // What is not sealed yet is read, too: nothing proves it, but it will be sealed in a minute.
            let open = store.read(move |tx| audit::unsealed(tx, chain, i64::MAX));
            acts.extend(open.await?.iter().filter_map(said));
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

/// A shortening that a record of acts tells of, and when.
fn said(recorded: &audit::Recorded) -> Option<(i64, Pruned)> {
    Some((recorded.record.at, Pruned::of(recorded)?))
}

/// Where a chain may begin: the shortenings that the record of acts tells of, in the order of their segments.
#[derive(Default)]
struct Start(Vec<(i64, Pruned)>);

impl Start {
    fn of(chain: Chain, acts: &[(i64, Pruned)]) -> Self {
        if chain == Chain::Acts {
            return Self::default();
        }
        let of_chain = acts.iter().filter(|(_, act)| act.chain == chain.name());
        let mut all: Vec<_> = of_chain.cloned().collect();
        all.sort_by_key(|(_, pruned)| pruned.segment);
        Self(all)
    }

    /// The last segment that may be gone.
    fn last(&self) -> i64 {
        self.0.last().map_or(0, |(_, pruned)| pruned.segment)
    }

    /// The hash that is known of a segment that may be gone.
    fn hash(&self, segment: i64) -> Option<&str> {
        let of = self.0.iter().find(|(_, pruned)| pruned.segment == segment);
        of.map(|(_, pruned)| pruned.hash.as_str())
    }
}

impl Report {
    /// Holds what was removed at its time against a checkpoint of it.
    fn hold_start(&mut self, chain: Chain, start: &Start, checkpoint: &Checkpoint) {
        let number = checkpoint.segment;
        if let Some(hash) = start.hash(number)
            && hash != checkpoint.hash
        {
            let other = Finding::Other(chain.name().to_owned(), number);
            self.findings.push(other);
        }
        let removed = start.0.iter().find(|(_, pruned)| pruned.segment >= number);
        if removed.is_some_and(|(at, _)| checkpoint.sealed_at > at - LEAST_MS) {
            self.findings.push(Finding::Early(chain, number));
        }
    }

    fn look(
        &mut self,
        chain: Chain,
        (start, before): (&Start, Option<&Segment>),
        segment: &Segment,
        records: &[audit::Recorded],
    ) {
        let number = segment.number;
        let follows = match before {
            Some(before) => {
                let next = before.number.saturating_add(1);
                (number == next)
                    .then(|| segment.previous == before.hash)
                    .ok_or(next)
            }
            None if number == 1 => Ok(segment.previous.is_empty()),
            // Removed as far as the acts say, or not quite yet: then what it goes on from is still to come.
            None if number <= start.last() => Ok(true),
            None => {
                let next = start.last() + 1;
                let hash = start.hash(number - 1);
                let own = BASE64.encode(&segment.previous);
                (number == next).then(|| hash == Some(&own)).ok_or(next)
            }
        };
        match follows {
            Ok(true) => {}
            Err(next) if number > next => {
                self.findings.push(Finding::Gap(chain, next, number - 1));
            }
            Ok(false) | Err(_) => self.findings.push(Finding::Broken(chain, number)),
        }
        if start
            .hash(number)
            .is_some_and(|hash| hash != BASE64.encode(&segment.hash))
        {
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
