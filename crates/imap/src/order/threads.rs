//! Gathering messages for THREAD (RFC 5256 §3): of texts only their hashes
//! are kept, under keys that nobody knows.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::num::NonZeroU32;

use congvu_message::thread::{base_subject, collation_key, normalized};
use congvu_store::StoreResult;
use congvu_store::entry::HeaderView;

use super::Gather;
use super::forest::{Forest, Node, ROOT};
use super::references::{Links, gather_subjects, prune};
use crate::types::ThreadAlgorithm;

/// So many messages and places without one at most.
const NODES: usize = 1_000_000;
/// So many steps up from messages to those they answer at most: what looks
/// for loops.
const STEPS: u64 = 50_000_000;

/// The subject of a thread: 0 is the empty one.
pub(super) type Subject = u32;

/// Hashes of 128 bits.
#[derive(Debug, Default)]
struct Hashes(RandomState, RandomState);

impl Hashes {
    fn of(&self, bytes: &[u8]) -> (u64, u64) {
        (self.0.hash_one(bytes), self.1.hash_one(bytes))
    }
}

/// Messages on their way to be threads.
#[derive(Debug)]
pub(super) struct Threads {
    algorithm: ThreadAlgorithm,
    hashes: Hashes,
    links: Links,
    /// Of each node; meaningless where it is no message.
    subjects: Vec<(Subject, bool)>,
    ids: HashMap<(u64, u64), u32>,
    names: HashMap<(u64, u64), Subject>,
}

impl Threads {
    pub(super) fn new(algorithm: ThreadAlgorithm) -> Self {
        Self {
            algorithm,
            hashes: Hashes::default(),
            links: Links::new(STEPS),
            subjects: Vec::new(),
            ids: HashMap::new(),
            names: HashMap::new(),
        }
    }

    fn node(&mut self) -> u32 {
        self.subjects.push((0, false));
        self.links.add()
    }

    /// The node of a Message-ID.
    fn of_id(&mut self, id: &str) -> u32 {
        let hash = self.hashes.of(normalized(id).as_bytes());
        if let Some(&known) = self.ids.get(&hash) {
            return known;
        }
        let made = self.node();
        self.ids.insert(hash, made);
        made
    }

    /// The node of a message: its Message-ID's, unless it has none or a
    /// message before has it.
    fn of_message(&mut self, id: Option<&str>) -> u32 {
        let named = id.map(|id| self.of_id(id));
        match named {
            Some(named) if self.links.nodes[named as usize].uid.is_none() => named,
            _ => self.node(),
        }
    }

    fn subject(&mut self, text: &str) -> (Subject, bool) {
        let base = base_subject(text);
        if base.text.is_empty() {
            return (0, base.is_reply);
        }
        let hash = self.hashes.of(&collation_key(&base.text));
        let next = self.names.len() as u32 + 1;
        (*self.names.entry(hash).or_insert(next), base.is_reply)
    }

    /// The threads.
    pub(super) fn grow(self) -> Forest {
        match self.algorithm {
            ThreadAlgorithm::OrderedSubject => ordered_subject(self.links.nodes, &self.subjects),
            ThreadAlgorithm::References => {
                let (mut nodes, roots) = prune(self.links.nodes);
                let roots = gather_subjects(&mut nodes, roots, &self.subjects);
                Forest::new(nodes, roots)
            }
        }
    }
}

impl Gather for Threads {
    /// REFERENCES, step 1.
    fn take(&mut self, row: &HeaderView<'_>) -> StoreResult<bool> {
        let references = self.algorithm == ThreadAlgorithm::References;
        let id = if references { row.message_id()? } else { None };
        let here = self.of_message(id.as_deref());
        let at = here as usize;
        self.subjects[at] = self.subject(&row.subject()?);
        self.links.nodes[at].uid = NonZeroU32::new(row.uid()?);
        self.links.nodes[at].sent_at = row.sent_at()?;
        if references {
            let mut above = None;
            for id in row.references()?.split_ascii_whitespace() {
                let next = self.of_id(id);
                if let Some(above) = above {
                    self.links.link(above, next);
                }
                above = Some(next);
            }
            self.links.relink(above, here);
        }
        Ok(self.links.nodes.len() <= NODES && self.links.may_go_on())
    }
}

/// ORDEREDSUBJECT: the first message of a subject above all others of it.
fn ordered_subject(mut nodes: Vec<Node>, subjects: &[(Subject, bool)]) -> Forest {
    let mut order: Vec<u32> = (0..nodes.len() as u32).collect();
    let key = |&n: &u32| {
        let node = &nodes[n as usize];
        (subjects[n as usize].0, node.sent_at, node.uid)
    };
    order.sort_unstable_by_key(key);
    let mut roots: Vec<u32> = Vec::new();
    for n in order {
        match roots.last() {
            Some(&root) if subjects[root as usize].0 == subjects[n as usize].0 => {
                nodes[n as usize].parent = root;
            }
            _ => {
                nodes[n as usize].parent = ROOT;
                roots.push(n);
            }
        }
    }
    Forest::new(nodes, roots)
}
