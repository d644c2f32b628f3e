//! What a form holds.

use axum::extract::{FromRequest, RawForm, Request};

use super::Oops;

/// The largest form without files, in bytes.
pub(super) const LARGEST: usize = 256 << 10;

/// The fields of a form, in their order; one may stand there several times.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields(Vec<(String, String)>);

impl Fields {
    /// The fields that a query or a form's body holds. NUL is no letter, and no database takes it.
    pub(crate) fn parse(bytes: &[u8]) -> Self {
        Self(
            form_urlencoded::parse(bytes)
                .map(|(name, value)| (name.into_owned(), value.replace('\0', "")))
                .collect(),
        )
    }

    pub(crate) fn push(&mut self, name: String, value: String) {
        self.0.push((name, value));
    }

    /// A field's value, or nothing.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.find(name).unwrap_or_default()
    }

    /// A field's value, where it stands there.
    pub(crate) fn find(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Whether a box is ticked.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// The fields whose names begin so, by the rest of their names.
    pub(crate) fn named<'f>(
        &'f self,
        beginning: &'f str,
    ) -> impl Iterator<Item = (&'f str, &'f str)> {
        self.0.iter().filter_map(move |(name, value)| {
            let rest = name.strip_prefix(beginning)?;
            Some((rest, value.as_str()))
        })
    }

    /// All values of a field.
    pub(crate) fn all<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f str> {
        self.0
            .iter()
            .filter(move |(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }
}

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = Oops;

    async fn from_request(request: Request, state: &S) -> Result<Self, Oops> {
        let RawForm(bytes) = RawForm::from_request(request, state)
            .await
            .map_err(|_| Oops::Bad("Không đọc được biểu mẫu.".to_owned()))?;
        Ok(Self::parse(&bytes))
    }
}
