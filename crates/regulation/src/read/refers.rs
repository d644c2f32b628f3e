//! What one section names in another must be there: forms, reports, kinds of requests.

use super::{Reader, say};
use crate::Profile;
use crate::requests::RequestKind;

/// What is named.
pub(crate) enum To {
    /// A form, by its id.
    Form(String),
    /// A report, by its id.
    Report(String),
    /// A kind of request.
    Request(RequestKind),
}

/// Where something is named.
pub(super) struct Reference {
    line: usize,
    key: String,
    to: To,
}

impl Reader<'_> {
    /// Remembers that a key names something, to be looked for once all is read.
    pub(crate) fn refers(&mut self, line: usize, key: String, to: To) {
        self.references.push(Reference { line, key, to });
    }

    /// Tells of everything that is named and is not there.
    pub(super) fn check_references(&mut self, profile: &Profile) {
        for Reference { line, key, to } in std::mem::take(&mut self.references) {
            let (found, text) = match to {
                To::Form(id) => (
                    profile.form(&id).is_some(),
                    say::nothing_called("form", "id", &id),
                ),
                To::Report(id) => (
                    profile.report(&id).is_some(),
                    say::nothing_called("report", "id", &id),
                ),
                To::Request(kind) => (
                    profile.request(kind).is_some(),
                    say::nothing_called("request", "kind", kind.id()),
                ),
            };
            if !found {
                self.fault(line, key, text);
            }
        }
    }
}
