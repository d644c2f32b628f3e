//! SEARCH (RFC 9051 §6.4.4).

use crate::command::{Search, SearchReturn};
use crate::response::{number, quoted, search_return};
use crate::search::{Finds, Hunt};
use crate::session::{Done, Failure, Session};
use crate::types::Tag;

impl Session {
    pub(super) async fn search(&mut self, tag: &Tag, search: Search) -> Result<Done, Failure> {
        if search.returns.is_some_and(|returns| returns.save) {
            return Err(Failure::Bad("SAVE is not supported"));
        }
        let modseq = search.key.has_mod_seq();
        if modseq {
            self.enable_condstore();
        }
        let hunt = Hunt::new(self.open()?, &search.key);
        let Finds {
            uids,
            modseq: highest,
        } = self.hunt(hunt).await?;
        let found = if search.uid {
            uids
        } else {
            self.open()?.view.seqs_of(&uids)
        };
        let highest = (modseq && !found.is_empty()).then_some(highest);
        // RFC 9051 §6.4.4: IMAP4rev2 has no other answer.
        let all = SearchReturn {
            all: true,
            ..SearchReturn::default()
        };
        let returns = search.returns.or(self.enabled.rev2.then_some(all));
        let out = self.conn.out();
        match returns {
            Some(returns) => extended(out, tag, search.uid, returns, &found, highest),
            None => plain(out, &found, highest),
        }
        Ok(Done::plain("SEARCH completed"))
    }
}

/// RFC 3501 §7.2.5, with RFC 7162 §3.1.5.
fn plain(out: &mut Vec<u8>, found: &[(u32, u32)], highest: Option<i64>) {
    out.extend_from_slice(b"* SEARCH");
    for &(first, last) in found {
        for n in first..=last {
            out.push(b' ');
            number(out, n.into());
        }
    }
    if let Some(highest) = highest {
        out.extend_from_slice(b" (MODSEQ ");
        number(out, highest.unsigned_abs());
        out.push(b')');
    }
    out.extend_from_slice(b"\r\n");
}

/// RFC 9051 §7.3.4.
fn extended(
    out: &mut Vec<u8>,
    tag: &Tag,
    uid: bool,
    returns: SearchReturn,
    found: &[(u32, u32)],
    highest: Option<i64>,
) {
    out.extend_from_slice(b"* ESEARCH (TAG ");
    quoted(out, tag.as_str().as_bytes());
    out.push(b')');
    if uid {
        out.extend_from_slice(b" UID");
    }
    search_return(out, returns, found);
    if let Some(highest) = highest {
        out.extend_from_slice(b" MODSEQ ");
        number(out, highest.unsigned_abs());
    }
    out.extend_from_slice(b"\r\n");
}
