//! ENABLE (RFC 9051 §6.3.1) and what else switches CONDSTORE on.

use crate::command::{Enable, Extension};
use crate::response::{Code, Condition, untagged, untagged_status};
use crate::session::{Done, Session};

impl Session {
    pub(super) fn enable(&mut self, enable: &Enable) -> Done {
        untagged(self.conn.out(), |out| {
            out.extend_from_slice(b"ENABLED");
            for extension in &enable.extensions {
                out.push(b' ');
                out.extend_from_slice(extension.as_str().as_bytes());
            }
        });
        for extension in &enable.extensions {
            match extension {
                Extension::CondStore => self.enable_condstore(),
                Extension::QResync => {
                    self.enabled.qresync = true;
                    // RFC 7162 §3.2.3
                    self.enable_condstore();
                }
                Extension::Utf8Accept => self.enabled.utf8 = true,
                Extension::Imap4Rev2 => {
                    self.enabled.rev2 = true;
                    if let Some(selected) = &mut self.selected {
                        selected.forget_recent();
                    }
                }
            }
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
            let code = Code::HighestModSeq(selected.safe_modseq());
            let out = self.conn.out();
            untagged_status(out, Condition::Ok, Some(&code), "CONDSTORE is on");
        }
    }
}
