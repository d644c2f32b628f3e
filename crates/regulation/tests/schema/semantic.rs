//! What a schema cannot say: rules that only the readers know. All else, schema and reader say alike.

use super::change::{Change, Path, told};

/// A rule, and whether a fault with this key, after this change, may be by it.
type Rule = (&'static str, fn(&Changed<'_>, &str) -> bool);

/// A change and where it was made.
pub(crate) struct Changed<'a> {
    pub(crate) path: &'a Path,
    pub(crate) change: &'a Change,
}

impl Changed<'_> {
    /// Whether the fault is told where the change was made, or of a list there.
    fn is_at(&self, key: &str) -> bool {
        told(self.path) == key
    }
}

pub(crate) const RULES: [Rule; 14] = [
    ("ids stand once", |_, key| {
        ends(key, &[".id", ".kind", ".topic", ".label", "wait.sweep"])
    }),
    ("a clause is of this regulation", |changed, key| {
        key.ends_with(".clause") && (is_clause(changed) || told(changed.path) == "code")
            || key == "violation.lock" && (is_clause(changed) || told(changed.path) == "code")
    }),
    ("what is named in another section is there", |_, key| {
        let keys = [
            "request.form",
            "request.accepts",
            "report.form",
            "form.requests",
            "form.reports",
            "sweep.locked_by",
            "sweep.not_locked_by",
            "restore.wait.sweep",
        ];
        keys.contains(&key)
    }),
    (
        "a minimum is no more than the maximum, a default within",
        |_, key| {
            key.starts_with("quota.") && ends(key, &[".minimum", ".default"])
                || key == "password.minimum_length_with_second_factor"
        },
    ),
    ("values hold together", |_, key| {
        let keys = [
            "sweep.after",
            "password.minimum_length.value",
            "password.classes.value",
            "attachment.limit.value",
            "attachment.personal.value",
            "attachment.unit.value",
            "report.due.month",
            "checks.per_day.value",
        ];
        keys.contains(&key)
    }),
    ("what is locked can be opened again", |_, key| {
        key == "request"
    }),
    ("an address of the web", |_, key| key == "head.web.value"),
    ("percents rise", |_, key| key == "quota.warnings.percents"),
    ("reminders come from the most to the least", |_, key| {
        ["sweep.remind", "password_reminders.days.value"].contains(&key)
    }),
    ("windows end after they begin, and lie apart", |_, key| {
        ["checks.windows", "checks.windows.until"].contains(&key)
    }),
    (
        "steps of naming hold together: one rest, the given name, dots last, no organisation twice, an ending where it is fixed",
        |_, key| key.starts_with("naming.") && ends(key, &[".write", ".write.dot", ".clash.way"]),
    ),
    (
        "the last way out of a clash, and no other, always leads somewhere",
        |_, key| key.starts_with("naming.") && key.ends_with(".clash"),
    ),
    (
        "a regulation is replaced after it enters into force",
        |_, key| key == "head.replaced.from",
    ),
    (
        "JSON has no days: one is a text there, and a day in quotation marks is none here",
        |changed, key| match changed.change {
            Change::Retyped(value) => value.is_datetime() && changed.is_at(key),
            Change::Put(value) => {
                let is_day = ends(key, &["in_force.value", "replaced.from"]);
                is_day && value.as_str().is_some_and(|text| text.starts_with("20"))
            }
            _ => false,
        },
    ),
];

fn ends(key: &str, ends: &[&str]) -> bool {
    ends.iter().any(|end| key.ends_with(end))
}

/// Whether a clause was put there, of whichever regulation.
fn is_clause(changed: &Changed<'_>) -> bool {
    match changed.change {
        Change::Put(value) => value.as_str().is_some_and(|text| text.contains('.')),
        Change::Added(keys) => keys.contains_key("clause"),
        _ => false,
    }
}

/// The rule by which a fault may be told that the schema does not know.
pub(crate) fn rule_of(changed: &Changed<'_>, key: &str) -> Option<&'static str> {
    // A value of another type, or a key that is gone, the schema sees itself.
    let is_seen = match changed.change {
        Change::Removed | Change::Renamed => true,
        // An id and a list of ids are not of another type.
        Change::Retyped(value) => {
            let is_ids = key.ends_with("locked_by") && (value.is_array() || value.is_str());
            !value.is_datetime() && !is_ids
        }
        Change::Put(_) | Change::Added(_) => false,
    };
    if is_seen && changed.is_at(key) {
        return None;
    }
    RULES
        .iter()
        .find(|(_, may)| may(changed, key))
        .map(|(name, _)| *name)
}
