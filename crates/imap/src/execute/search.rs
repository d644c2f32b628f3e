//! SEARCH (RFC 9051 §6.4.4).

use super::results::Results;
use crate::command::{Search, SearchReturn};
use crate::response::number;
use crate::search::hunt_for;
use crate::session::{Done, Failure, Session};
use crate::types::Tag;

impl Session {
    pub(super) async fn search(&mut self, tag: &Tag, search: Search) -> Result<Done, Failure> {
        let done = self.search_for(tag, &search).await;
        self.empty_saved_on_failure(SearchReturn::saves(search.returns), done)
    }

    async fn search_for(&mut self, tag: &Tag, search: &Search) -> Result<Done, Failure> {
        if search.key.has_mod_seq() {
            self.enable_condstore();
        }
        let hunt = hunt_for(self.open()?, &search.key);
        let finds = self.hunt(hunt).await?;
        // RFC 9051 §6.4.4: IMAP4rev2 has no other answer.
        let all = SearchReturn {
            all: true,
            ..SearchReturn::default()
        };
        if let Some(returns) = search.returns.or(self.enabled.rev2.then_some(all)) {
            let results = Results::in_mailbox_order(returns, &finds.uids);
            self.answer_extended(tag, search.uid, &results, &finds)?;
            return Ok(Done::plain("SEARCH completed"));
        }
        let highest = finds.highest(&finds.uids);
        let numbers = if search.uid {
            finds.uids
        } else {
            self.open()?.view.seqs_of(&finds.uids)
        };
        let out = self.conn.out();
        out.extend_from_slice(b"* SEARCH");
        let numbers = numbers.into_iter().flat_map(|(first, last)| first..=last);
        plain(out, numbers, highest);
        Ok(Done::plain("SEARCH completed"))
    }
}

/// The numbers of a SEARCH or SORT response (RFC 3501 §7.2.5), with the
/// highest mod-sequence (RFC 7162 §3.1.6).
pub(super) fn plain(out: &mut Vec<u8>, numbers: impl Iterator<Item = u32>, highest: Option<u64>) {
    for n in numbers {
        out.push(b' ');
        number(out, n.into());
    }
    if let Some(highest) = highest {
        out.extend_from_slice(b" (MODSEQ ");
        number(out, highest);
        out.push(b')');
    }
    out.extend_from_slice(b"\r\n");
}
