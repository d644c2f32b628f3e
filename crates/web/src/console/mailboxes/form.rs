//! The fields of a form, told as data: a page of acts needs no template of its own.

/// What a field is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A line of text.
    Text,
    /// A day.
    Date,
    /// A number.
    Number,
    /// Several lines.
    Area,
    /// One of some.
    Select,
    /// Any of some.
    Boxes,
}

/// One of those that may be chosen.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) label: String,
    pub(super) is_on: bool,
}

/// A field of a form.
#[derive(Clone, Debug)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) kind: Kind,
    pub(super) value: String,
    pub(super) hint: String,
    pub(super) choices: Vec<Choice>,
    pub(super) required: bool,
}

impl Field {
    pub(super) fn new(kind: Kind, name: &'static str, label: &'static str, value: &str) -> Self {
        Self {
            name,
            label,
            kind,
            value: value.to_owned(),
            hint: String::new(),
            choices: Vec::new(),
            required: false,
        }
    }

    pub(super) fn must(self) -> Self {
        Self {
            required: true,
            ..self
        }
    }

    pub(super) fn hint(self, hint: impl Into<String>) -> Self {
        Self {
            hint: hint.into(),
            ..self
        }
    }

    /// With what may be chosen: values and labels; those whose value stands in `on` are.
    pub(super) fn of(
        self,
        choices: impl IntoIterator<Item = (String, String)>,
        on: &[&str],
    ) -> Self {
        let choices = choices.into_iter().map(|(value, label)| Choice {
            is_on: on.contains(&value.as_str()),
            value,
            label,
        });
        Self {
            choices: choices.collect(),
            ..self
        }
    }

    /// The type of an input.
    pub(super) fn input(&self) -> &'static str {
        match self.kind {
            Kind::Date => "date",
            Kind::Number => "number",
            _ => "text",
        }
    }

    pub(super) fn is_area(&self) -> bool {
        self.kind == Kind::Area
    }

    pub(super) fn is_select(&self) -> bool {
        self.kind == Kind::Select
    }

    pub(super) fn is_boxes(&self) -> bool {
        self.kind == Kind::Boxes
    }
}
