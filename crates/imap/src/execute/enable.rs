//! ENABLE (RFC 9051 §6.3.1) and what else switches CONDSTORE on.

use crate::command::{Enable, Extension};
use crate::response::{Code, Condition, untagged, untagged_status};
use crate::session::{Done, Session};

impl Session {
    pub(super) fn enable(&mut self, enable: &Enable) -> Done {
        let condstore = enable.extensions.contains(&Extension::CondStore);
        untagged(self.conn.out(), |out| {
            out.extend_from_slice(b"ENABLED");
            if condstore {
                out.extend_from_slice(b" CONDSTORE");
            }
        });
        if condstore {
            self.enable_condstore();
        }
        Done::plain("ENABLE completed")
    }

    /// A client has shown that it knows CONDSTORE; from now on it hears
    /// mod-sequences (RFC 7162 §3.1).
    pub(crate) fn enable_condstore(&mut self) {
        if std::mem::replace(&mut self.condstore, true) {
            return;
        }
        if let Some(selected) = &self.selected {
            let code = Code::HighestModSeq(selected.modseq.unsigned_abs());
            let out = self.conn.out();
            untagged_status(out, Condition::Ok, Some(&code), "CONDSTORE is on");
        }
    }
}
