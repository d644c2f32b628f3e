//! ID (RFC 2971).

use crate::command::Id;
use crate::response::{quoted, untagged};
use crate::session::{Done, Session};

impl Session {
    pub(super) fn id(&mut self, id: &Id) -> Done {
        if let Some(name) = id.get("name") {
            // A program's name, not a person's.
            let name: String = name.chars().filter(|c| !c.is_control()).take(40).collect();
            tracing::debug!(conn = self.conn.id(), program = name, "IMAP client");
        }
        untagged(self.conn.out(), |out| {
            out.extend_from_slice(b"ID (\"name\" \"congvu\" \"version\" ");
            quoted(out, env!("CARGO_PKG_VERSION").as_bytes());
            out.push(b')');
        });
        Done::plain("ID completed")
    }
}
