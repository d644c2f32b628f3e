//! SORT (RFC 5256), with return options (RFC 5267 §3).

use super::results::Results;
use super::search::plain;
use crate::command::{SearchReturn, Sort};
use crate::search::hunt_for;
use crate::session::{Done, Failure, Session};
use crate::types::Tag;

impl Session {
    pub(super) async fn sort(&mut self, tag: &Tag, sort: Sort) -> Result<Done, Failure> {
        let save = SearchReturn::saves(sort.returns);
        let done = self.sort_found(tag, sort).await;
        self.empty_saved_on_failure(save, done)
    }

    async fn sort_found(&mut self, tag: &Tag, sort: Sort) -> Result<Done, Failure> {
        if sort.key.has_mod_seq() {
            self.enable_condstore();
        }
        let hunt = hunt_for(self.open()?, &sort.key);
        let finds = self.hunt(hunt).await?;
        let sorted = self.sorted(&finds.uids, sort.criteria).await?;
        if let Some(returns) = sort.returns {
            let results = Results::in_sort_order(returns, &sorted);
            self.answer_extended(tag, sort.uid, &results, &finds)?;
            return Ok(Done::plain("SORT completed"));
        }
        let highest = finds.highest(&finds.uids);
        let selected = self.selected.as_deref();
        let view = selected.map(|selected| std::sync::Arc::clone(&selected.view));
        let out = self.conn.out();
        out.extend_from_slice(b"* SORT");
        let number = |uid| {
            if sort.uid {
                Some(uid)
            } else {
                view.as_ref()?.seq_of(uid)
            }
        };
        plain(out, sorted.into_iter().filter_map(number), highest);
        Ok(Done::plain("SORT completed"))
    }
}
