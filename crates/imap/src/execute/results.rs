//! What an extended SEARCH or SORT answers and saves (RFC 4731, RFC 5182,
//! RFC 5267 §3.1, RFC 9394 §3).

use congvu_search::Finds;

use crate::command::SearchReturn;
use crate::response::{Code, ESearch};
use crate::session::{Done, Failure, Session};
use crate::types::{Tag, merge, window};
use crate::view::View;

/// `$` is kept in so many pieces at most: what is saved of 200,000 messages
/// of which every other one was found.
const MOST_SAVED: usize = 100_000;

/// Those of the messages found that the return options ask for, as UIDs.
pub(super) struct Results {
    returns: SearchReturn,
    min: Option<u32>,
    max: Option<u32>,
    /// The window, or all, in the order asked for.
    list: Vec<(u32, u32)>,
    /// The list need not ascend.
    sorted: bool,
    count: u64,
}

impl Results {
    /// Of a search: ascending ranges.
    pub(super) fn in_mailbox_order(returns: SearchReturn, uids: &[(u32, u32)]) -> Self {
        let count = uids.iter().map(|&(a, b)| u64::from(b - a) + 1).sum();
        let list = match returns.partial {
            Some(range) => range
                .of(count)
                .map_or_else(Vec::new, |places| window(uids, places)),
            None if returns.all => uids.to_vec(),
            None => Vec::new(),
        };
        Self {
            returns,
            min: uids.first().map(|&(first, _)| first),
            max: uids.last().map(|&(_, last)| last),
            list,
            sorted: false,
            count,
        }
    }

    /// Of a sort: one UID after another.
    pub(super) fn in_sort_order(returns: SearchReturn, uids: &[u32]) -> Self {
        let count = uids.len() as u64;
        let all = match returns.partial {
            Some(range) => range.of(count),
            None => returns.all.then_some((0, count)),
        };
        // Both are places in the slice.
        let list = all.map_or(&[][..], |(from, to)| &uids[from as usize..to as usize]);
        Self {
            returns,
            min: uids.first().copied(),
            max: uids.last().copied(),
            list: list.iter().map(|&uid| (uid, uid)).collect(),
            sorted: true,
            count,
        }
    }

    /// The UIDs that `$` is to name and the mod-sequence is of, ascending.
    fn named(&self, all: &[(u32, u32)]) -> Vec<(u32, u32)> {
        if !self.returns.some_only() {
            return all.to_vec();
        }
        let mut named = Vec::new();
        if self.returns.partial.is_some() {
            named.clone_from(&self.list);
        }
        named.extend(self.min.filter(|_| self.returns.min).map(|uid| (uid, uid)));
        named.extend(self.max.filter(|_| self.returns.max).map(|uid| (uid, uid)));
        merge(named)
    }

    /// The list as message numbers.
    fn numbers(&self, view: &View) -> Vec<(u32, u32)> {
        if !self.sorted {
            return view.seqs_of(&self.list);
        }
        let numbers = self.list.iter().filter_map(|&(uid, _)| view.seq_of(uid));
        numbers.map(|seq| (seq, seq)).collect()
    }
}

impl Session {
    /// Saves what is to be saved, then answers.
    pub(super) fn answer_extended(
        &mut self,
        tag: &Tag,
        uid: bool,
        results: &Results,
        finds: &Finds,
    ) -> Result<(), Failure> {
        let returns = results.returns;
        let named = results.named(&finds.uids);
        let selected = self.open()?;
        if returns.save && !selected.save(&named, MOST_SAVED) {
            let text = "The result is in too many pieces to be saved";
            return Err(Failure::no(Code::NotSaved, text));
        }
        let list;
        let list = if uid {
            &results.list
        } else {
            list = results.numbers(&selected.view);
            &list
        };
        let view = &selected.view;
        let number = |asked: bool, found: Option<u32>| {
            let found = found.filter(|_| asked)?;
            if uid { Some(found) } else { view.seq_of(found) }
        };
        let response = ESearch {
            tag,
            uid,
            min: number(returns.min, results.min),
            max: number(returns.max, results.max),
            all: returns.all.then_some(list),
            partial: returns.partial.map(|range| (range, list.as_slice())),
            count: returns.count.then_some(results.count),
            modseq: finds.highest(&named),
        };
        let mut rendered = Vec::new();
        response.write(&mut rendered);
        let asked = returns.min || returns.max || returns.all || returns.count;
        // SAVE alone is not answered (RFC 5182 §1).
        if asked || returns.partial.is_some() {
            self.conn.put(&rendered);
        }
        Ok(())
    }

    /// A search that was to be saved and is answered NO empties `$`; one that
    /// is BAD leaves it (RFC 5182 §2.1).
    pub(super) fn empty_saved_on_failure(
        &mut self,
        save: bool,
        done: Result<Done, Failure>,
    ) -> Result<Done, Failure> {
        if save
            && !matches!(done, Ok(_) | Err(Failure::Bad(_)))
            && let Some(selected) = &mut self.selected
        {
            selected.saved = Vec::new();
        }
        done
    }
}
