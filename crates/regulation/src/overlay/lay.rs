//! A profile as people read it with stricter standards laid on it: each value names what won.

use super::Overlay;
use crate::{Cited, Origin, Profile, Row, Section};

impl Profile {
    /// [`Profile::sections`] with these overlays laid on: of each value the stricter of all, with what set it.
    #[must_use]
    pub fn sections_under(&self, overlays: &[&Overlay]) -> Vec<Section> {
        let mut laid = self.clone();
        let mut with_second_factor = self.password().clone();
        for overlay in overlays {
            laid.lifecycle = laid.lifecycle.with(overlay, false);
            laid.content = overlay.on_content(&laid.content);
            laid.forwarding = overlay.on_forwarding(&laid.forwarding);
            with_second_factor = overlay.on(&with_second_factor, true);
        }
        let mut sections = laid.sections();
        let second = with_second_factor.minimum_length();
        if second.value != laid.password().minimum_length().value {
            put(
                &mut sections,
                "Mật khẩu",
                second_factor_row(second.value, second.origin.clone()),
            );
        }
        for overlay in overlays {
            let Cited { value: months, .. } = &laid.log_retention_months;
            let longer = overlay.log_retention_months.filter(|own| own > months);
            if let Some(own) = longer {
                laid.log_retention_months.value = own;
            }
            for section in overlay.sections() {
                for row in section.rows {
                    let wins = row.key == "log_retention_months" && longer.is_some();
                    let is_new = !sections
                        .iter()
                        .flat_map(|other| &other.rows)
                        .any(|other| other.key == row.key);
                    if wins || is_new {
                        put(&mut sections, section.title, row);
                    }
                }
            }
        }
        sections
    }
}

/// How long a password is for whoever signs in with a second factor.
pub(super) fn second_factor_row(length: u16, origin: Origin) -> Row {
    Row {
        key: "password.minimum_length_with_second_factor".to_owned(),
        label: "Độ dài mật khẩu tối thiểu khi có yếu tố xác thực thứ hai".to_owned(),
        value: format!("{length:02} ký tự"),
        origin,
    }
}

/// Puts a row in the place of the one of its key, else behind its section.
fn put(sections: &mut Vec<Section>, title: &'static str, row: Row) {
    let mut rows = sections.iter_mut().flat_map(|section| &mut section.rows);
    if let Some(old) = rows.find(|old| old.key == row.key) {
        *old = row;
        return;
    }
    match sections.iter_mut().find(|section| section.title == title) {
        Some(section) => section.rows.push(row),
        None => sections.push(Section {
            title,
            rows: vec![row],
        }),
    }
}
