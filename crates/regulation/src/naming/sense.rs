//! Steps and ways of one pattern that do the same thing twice.

use super::pattern::{Dot, Naming, Pattern, Way, Write};

/// What makes no sense, and where.
pub(crate) struct Sense {
    pub(crate) key: String,
    pub(crate) text: &'static str,
}

impl Naming {
    /// All that makes no sense: an organisation twice behind the dot (`duyenct.skhcn.skhcn`).
    pub(crate) fn sense(&self) -> Vec<Sense> {
        let patterns = [
            ("unit", Some(&self.unit)),
            ("commune", self.commune.as_ref()),
            ("subunit", Some(&self.subunit)),
            ("person", Some(&self.person)),
            ("group", Some(&self.group)),
            ("account", self.account.as_ref()),
            ("account_address", self.account_address.as_ref()),
        ];
        let mut found = Vec::new();
        for (name, pattern) in patterns {
            if let Some(pattern) = pattern {
                pattern.sense(name, &mut found);
            }
        }
        found
    }
}

impl Pattern {
    fn sense(&self, name: &str, found: &mut Vec<Sense>) {
        let mut dots = Vec::new();
        // One that is left out behind its own name can still be added.
        let mut has_unit = false;
        for (at, step) in self.write.iter().enumerate() {
            let Write::Dot { to, unless_same } = &step.value else {
                continue;
            };
            if dots.contains(&to) {
                found.push(Sense {
                    key: format!("naming.{name}.write[{}].dot", at + 1),
                    text: "phần này đã đứng sau dấu chấm ở bước trước",
                });
            }
            dots.push(to);
            has_unit |= *to == Dot::Unit && !unless_same;
        }
        for (at, way) in self.clash.iter().enumerate() {
            if way.value != Way::Unit {
                continue;
            }
            if has_unit {
                found.push(Sense {
                    key: format!("naming.{name}.clash[{}].way", at + 1),
                    text: "địa chỉ đã có cơ quan sau dấu chấm: thêm nữa cũng không hết trùng",
                });
            }
            has_unit = true;
        }
    }
}
