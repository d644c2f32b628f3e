//! SEARCH (RFC 9051 §6.4.4).

use crate::command::Search;
use crate::session::{Done, Failure, Session};
use crate::types::Tag;

impl Session {
    pub(super) async fn search(&mut self, _tag: &Tag, _search: Search) -> Result<Done, Failure> {
        Ok(Done::plain("SEARCH completed"))
    }
}
