//! Threads as they are written (RFC 5256 §4, `thread-data`).

use crate::response::number;

/// The place of a node that has none above it.
pub(super) const ROOT: u32 = u32::MAX;

/// A message, or a place where one was that is not found.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    /// `None` of a place without a message.
    pub(super) uid: Option<std::num::NonZeroU32>,
    /// When it was sent (ms).
    pub(super) sent_at: i64,
    /// The node above, or [`ROOT`].
    pub(super) parent: u32,
}

/// Threads, each node below its parent. Places without a message are roots
/// alone and have children.
#[derive(Debug)]
pub(super) struct Forest {
    nodes: Vec<Node>,
    roots: Vec<u32>,
    /// All others by parent, then by date and UID.
    below: Vec<u32>,
}

enum Step {
    Open(u32),
    Write(u32),
    Close,
}

impl Forest {
    /// Sorts siblings by date (RFC 5256 §3, REFERENCES, step 6); `roots` are
    /// those nodes below [`ROOT`] that are left.
    pub(super) fn new(nodes: Vec<Node>, mut roots: Vec<u32>) -> Self {
        let at = |n: u32| &nodes[n as usize];
        let order = |n: u32| (at(n).sent_at, at(n).uid);
        let mut below: Vec<u32> = (0..nodes.len() as u32)
            .filter(|&n| at(n).parent != ROOT && at(n).uid.is_some())
            .collect();
        below.sort_unstable_by_key(|&n| (at(n).parent, order(n)));
        let first_below = |n: u32| {
            let start = below.partition_point(|&child| at(child).parent < n);
            below
                .get(start)
                .copied()
                .filter(|&child| at(child).parent == n)
        };
        roots.sort_by_cached_key(|&n| match at(n).uid {
            Some(_) => order(n),
            None => first_below(n).map_or(order(n), order),
        });
        Self {
            nodes,
            roots,
            below,
        }
    }

    fn children(&self, n: u32) -> &[u32] {
        let parent = |child: &u32| self.nodes[*child as usize].parent;
        let start = self.below.partition_point(|child| parent(child) < n);
        let rest = &self.below[start..];
        &rest[..rest.partition_point(|child| parent(child) == n)]
    }

    /// Writes all threads; `name` says how a message is called.
    pub(super) fn write(&self, out: &mut Vec<u8>, name: impl Fn(u32) -> Option<u32>) {
        let mut steps = Vec::new();
        for &root in &self.roots {
            steps.push(Step::Open(root));
            while let Some(step) = steps.pop() {
                match step {
                    Step::Open(n) => {
                        out.push(b'(');
                        steps.extend([Step::Close, Step::Write(n)]);
                    }
                    Step::Write(n) => {
                        let children = self.children(n);
                        if let Some(uid) = self.nodes[n as usize].uid {
                            let named = name(uid.get()).unwrap_or_default();
                            number(out, named.into());
                            if !children.is_empty() {
                                out.push(b' ');
                            }
                            if let [only] = children {
                                steps.push(Step::Write(*only));
                                continue;
                            }
                        }
                        steps.extend(children.iter().rev().map(|&child| Step::Open(child)));
                    }
                    Step::Close => out.push(b')'),
                }
            }
        }
    }
}
