//! A profile as people read it.

use crate::{Origin, Profile};

/// One value of a profile, told in Vietnamese.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The key in the file: `password.minimum_length`.
    pub key: String,
    /// What it is called: "Độ dài mật khẩu tối thiểu".
    pub label: String,
    /// The value with its unit: "08 ký tự".
    pub value: String,
    /// What set it.
    pub origin: Origin,
}

/// Values that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// What they are about: "Mật khẩu".
    pub title: &'static str,
    /// The values in the order of the file.
    pub rows: Vec<Row>,
}

impl Profile {
    /// All there is to tell, in the order of the file. Two profiles compare by the rows' keys.
    #[must_use]
    pub fn sections(&self) -> Vec<Section> {
        let sections = [self.content.sections(), self.forwarding.sections()];
        sections.into_iter().flatten().collect()
    }
}
