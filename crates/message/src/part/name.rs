//! The name of an attached file.

use super::Part;

impl Part {
    /// The file name that the sender gave: `filename` of the disposition, else `name` of the type, decoded by
    /// RFC 2231 and, as many programs write it, RFC 2047. Control characters are dropped; the text is still the
    /// sender's and may hold path separators.
    pub fn file_name(&self) -> Option<&str> {
        self.name.as_deref()
    }
}
