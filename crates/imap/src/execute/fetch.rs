//! FETCH (RFC 9051 §6.4.5), with CHANGEDSINCE (RFC 7162 §3.1.4).

use congvu_store::activity::Kind;
use congvu_store::entry;

use crate::command::Fetch;
use crate::fetch::Plan;
use crate::response::Code;
use crate::session::selected::{common, push};
use crate::session::{Done, Failure, Session};
use crate::types::{FetchItem, merge, window};

impl Session {
    pub(super) async fn fetch(&mut self, fetch: Fetch) -> Result<Done, Failure> {
        let selected = self.open()?;
        let mut ranges = selected.resolve(&fetch.messages)?;
        if let Some(partial) = fetch.partial {
            // Before CHANGEDSINCE (RFC 9394 §3.4).
            let count = ranges.iter().map(|&(a, b)| u64::from(b - a) + 1).sum();
            let places = partial.of(count);
            ranges = places.map_or_else(Vec::new, |places| window(&ranges, places));
        }
        let (folder, mailbox) = (selected.folder, selected.mailbox);
        if fetch.items.contains(&FetchItem::ModSeq) {
            self.enable_condstore();
        }
        if let Some(since) = fetch.changed_since {
            let since = i64::try_from(since).unwrap_or(i64::MAX);
            let read = self
                .server
                .store
                .read(move |tx| Ok::<_, Failure>(entry::changed_since(tx, folder, since)?));
            let mut changed = Vec::new();
            for entry in read.await? {
                push(&mut changed, entry.uid);
            }
            ranges = common(&ranges, &changed);
        }
        let sets_seen = fetch.sets_seen();
        let selected = self.open()?;
        let touches_gone = !common(&ranges, &merge(selected.held.clone())).is_empty();
        let mut plan = Plan::new(selected, &ranges, fetch.items);
        plan.mark_seen = sets_seen && !selected.read_only;
        let sent = self.send_pages(plan).await?;
        let kept = self.selected.as_ref().and_then(|now| now.kept.as_ref());
        // Whoever reads another's mail does not use the mailbox for them.
        let uses = kept.is_none_or(|open| open.grant.is_none());
        if sent.bodies && uses {
            self.server.access.note(mailbox, Kind::Fetched);
        }
        if let Some(user) = self.user.as_ref().filter(|_| sent.looked && uses) {
            // HCM.8.2.a, BS.III.11
            self.server.access.note_look(mailbox, user.account);
        }
        if sent.unreadable {
            return Err(Failure::no(
                Code::Corruption,
                "Some messages could not be read, this has been recorded",
            ));
        }
        if sent.unknown_cte {
            return Err(Failure::no(
                Code::UnknownCte,
                "A part has a Content-Transfer-Encoding that is not known",
            ));
        }
        Ok(if touches_gone {
            Done::with(&Code::ExpungeIssued, "Some messages are gone")
        } else {
            Done::plain("FETCH completed")
        })
    }
}
