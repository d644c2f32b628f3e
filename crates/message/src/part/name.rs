//! The name of an attached file.

use super::Part;
use crate::parameters::decoded;

impl Part {
    /// The file name that the sender gave: `filename` of the disposition, else `name` of the type, decoded by
    /// RFC 2231 and, as many programs write it, RFC 2047. Control characters are dropped; the text is still the
    /// sender's and may hold path separators.
    pub fn file_name(&self) -> Option<String> {
        let filename = self
            .disposition
            .as_ref()
            .and_then(|(_, params)| decoded(params, "filename"));
        let mut name = filename.or_else(|| decoded(&self.params, "name"))?;
        name.retain(|c| !c.is_control());
        Some(name.trim().to_owned()).filter(|name| !name.is_empty())
    }
}
