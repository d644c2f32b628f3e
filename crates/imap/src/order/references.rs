//! The REFERENCES algorithm (RFC 5256 §3), its steps as pure functions.

use std::collections::HashMap;

use super::forest::{Node, ROOT};
use super::threads::Subject;

/// Step 1: who is above whom.
#[derive(Debug)]
pub(super) struct Links {
    pub(super) nodes: Vec<Node>,
    /// Steps that may still be taken.
    steps: u64,
}

impl Links {
    pub(super) fn new(steps: u64) -> Self {
        Self {
            nodes: Vec::new(),
            steps,
        }
    }

    /// A node without a message.
    pub(super) fn add(&mut self) -> u32 {
        self.nodes.push(Node {
            uid: None,
            sent_at: 0,
            parent: ROOT,
        });
        self.nodes.len() as u32 - 1
    }

    /// Whether the steps have not been used up.
    pub(super) fn may_go_on(&self) -> bool {
        self.steps > 0
    }

    /// Whether `below` is `above` or stands somewhere below it.
    fn is_below(&mut self, below: u32, above: u32) -> bool {
        let mut here = below;
        while here != ROOT && self.steps > 0 {
            if here == above {
                return true;
            }
            self.steps -= 1;
            here = self.nodes[here as usize].parent;
        }
        // Out of steps: no link is made, and nothing comes of it all.
        here != ROOT
    }

    /// Step 1A: makes `above` the parent of `below`, unless that has one or a
    /// loop would come of it.
    pub(super) fn link(&mut self, above: u32, below: u32) {
        if self.nodes[below as usize].parent == ROOT && !self.is_below(above, below) {
            self.nodes[below as usize].parent = above;
        }
    }

    /// Step 1B: the last reference is the parent, whatever was thought before.
    pub(super) fn relink(&mut self, above: Option<u32>, below: u32) {
        self.nodes[below as usize].parent = ROOT;
        if let Some(above) = above {
            self.link(above, below);
        }
    }
}

/// What stands above a place without a message.
#[derive(Clone, Copy)]
enum Above {
    Unknown,
    /// The nearest message.
    Message(u32),
    /// None: the topmost place.
    Place(u32),
}

/// Steps 2 and 3: places without a message go. Their children take their
/// place, but at the top only an only child does. Gives the roots too, in no
/// order.
pub(super) fn prune(mut nodes: Vec<Node>) -> (Vec<Node>, Vec<u32>) {
    let mut above = vec![Above::Unknown; nodes.len()];
    let mut path = Vec::new();
    let mut parents: Vec<(u32, Above)> = Vec::new();
    for n in 0..nodes.len() as u32 {
        if nodes[n as usize].uid.is_none() {
            continue;
        }
        let mut here = nodes[n as usize].parent;
        if here == ROOT {
            continue;
        }
        path.clear();
        let answer = loop {
            let at = here as usize;
            if nodes[at].uid.is_some() {
                break Above::Message(here);
            }
            if !matches!(above[at], Above::Unknown) {
                break above[at];
            }
            path.push(here);
            if nodes[at].parent == ROOT {
                break Above::Place(here);
            }
            here = nodes[at].parent;
        };
        for &passed in &path {
            above[passed as usize] = answer;
        }
        parents.push((n, answer));
    }
    let mut members = vec![0_u32; nodes.len()];
    for (_, above) in &parents {
        if let Above::Place(place) = above {
            members[*place as usize] += 1;
        }
    }
    for (n, above) in parents {
        nodes[n as usize].parent = match above {
            Above::Message(message) => message,
            Above::Place(place) if members[place as usize] > 1 => place,
            Above::Place(_) | Above::Unknown => ROOT,
        };
    }
    let roots = (0..nodes.len() as u32).filter(|&n| {
        let node = &mut nodes[n as usize];
        if node.uid.is_none() {
            node.parent = ROOT;
            return members[n as usize] > 1;
        }
        node.parent == ROOT
    });
    let roots = roots.collect();
    (nodes, roots)
}

/// Steps 4 and 5: threads of the same subject become one. Gives the roots
/// that are left.
pub(super) fn gather_subjects(
    nodes: &mut Vec<Node>,
    mut roots: Vec<u32>,
    subjects: &[(Subject, bool)],
) -> Vec<u32> {
    // Step 4, with the children of each place by date.
    let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
    for (n, node) in (0_u32..).zip(nodes.iter()) {
        if node.parent != ROOT && nodes[node.parent as usize].uid.is_none() {
            children.entry(node.parent).or_default().push(n);
        }
    }
    let order = |n: u32| (nodes[n as usize].sent_at, nodes[n as usize].uid);
    for siblings in children.values_mut() {
        siblings.sort_unstable_by_key(|&n| order(n));
    }
    let head = |children: &HashMap<u32, Vec<u32>>, n: u32| {
        children
            .get(&n)
            .and_then(|all| all.first())
            .copied()
            .unwrap_or(n)
    };
    roots.sort_by_cached_key(|&n| order(head(&children, n)));
    let subject_of =
        |children: &HashMap<u32, Vec<u32>>, n: u32| subjects[head(children, n) as usize].0;
    let is_reply = |n: u32| subjects[n as usize].1;

    // Step 5B.
    let mut table: HashMap<Subject, u32> = HashMap::new();
    for &here in &roots {
        let subject = subject_of(&children, here);
        if subject == 0 {
            continue;
        }
        let in_table = table.entry(subject).or_insert(here);
        let is_place = |n: u32| nodes[n as usize].uid.is_none();
        if !is_place(*in_table) && (is_place(here) || (is_reply(*in_table) && !is_reply(here))) {
            *in_table = here;
        }
    }

    // Step 5C.
    let mut fresh = Vec::new();
    for &here in &roots {
        let subject = subject_of(&children, here);
        let Some(&other) = table.get(&subject).filter(|&&other| other != here) else {
            continue;
        };
        if nodes[here as usize].parent != ROOT {
            // It stands below a place that was made for it and another.
            continue;
        }
        let is_place = |n: u32| (n as usize) >= subjects.len() || nodes[n as usize].uid.is_none();
        if is_place(other) {
            if is_place(here) {
                for child in children.remove(&here).unwrap_or_default() {
                    nodes[child as usize].parent = other;
                }
            } else {
                nodes[here as usize].parent = other;
            }
        } else if is_reply(here) && !is_reply(other) {
            nodes[here as usize].parent = other;
        } else {
            let place = nodes.len() as u32;
            nodes.push(Node {
                uid: None,
                sent_at: 0,
                parent: ROOT,
            });
            nodes[here as usize].parent = place;
            nodes[other as usize].parent = place;
            table.insert(subject, place);
            fresh.push(place);
        }
    }
    let left = |&n: &u32| {
        let node = &nodes[n as usize];
        node.parent == ROOT && (node.uid.is_some() || children.contains_key(&n))
    };
    roots.retain(left);
    roots.extend(fresh);
    roots
}
