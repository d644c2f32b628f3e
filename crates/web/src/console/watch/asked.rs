//! What a search asks for, as addresses of pages carry it.

use congvu_regulation::Date;

use crate::site::Fields;

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 1_440 * MINUTE_MS;
/// Vietnam is so far ahead of UTC.
const ZONE_MS: i64 = 7 * 60 * MINUTE_MS;

/// What was asked for and how it is asked again.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked(Fields);

impl Asked {
    pub(super) fn read(query: Option<&str>) -> Self {
        Self(Fields::parse(query.unwrap_or_default().as_bytes()))
    }

    /// A field without the spaces around it.
    pub(super) fn get(&self, name: &str) -> &str {
        self.0.get(name).trim()
    }

    /// The same; `None` where nothing was typed.
    pub(super) fn some(&self, name: &str) -> Option<String> {
        Some(self.get(name).to_owned()).filter(|text| !text.is_empty())
    }

    /// A number.
    pub(super) fn number<N: std::str::FromStr>(&self, name: &str) -> Option<N> {
        self.get(name).parse().ok()
    }

    /// Midnight before a day (ms).
    pub(super) fn from_day(&self, name: &str) -> Option<i64> {
        let day: Date = self.get(name).parse().ok()?;
        Some(day.epoch_day() * DAY_MS - ZONE_MS)
    }

    /// Midnight after a day (ms).
    pub(super) fn to_day(&self, name: &str) -> Option<i64> {
        self.from_day(name).map(|at| at + DAY_MS)
    }

    /// Where a list goes on: time and row of the last line of the page before.
    pub(super) fn after(&self) -> Option<(i64, i64)> {
        let (at, id) = self.get("sau").split_once('.')?;
        Some((at.parse().ok()?, id.parse().ok()?))
    }

    /// The address of the same search at `path`, going on behind a line.
    pub(super) fn next(&self, path: &str, names: &[&str], (at, id): (i64, i64)) -> String {
        let mut query = self.query(names);
        query.append_pair("sau", &format!("{at}.{id}"));
        format!("{path}?{}", query.finish())
    }

    /// The address of the same search elsewhere.
    pub(super) fn at(&self, path: &str, names: &[&str]) -> String {
        let query = self.query(names).finish();
        match query.is_empty() {
            true => path.to_owned(),
            false => format!("{path}?{query}"),
        }
    }

    fn query(&self, names: &[&str]) -> form_urlencoded::Serializer<'static, String> {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for name in names {
            if let Some(value) = self.some(name) {
                query.append_pair(name, &value);
            }
        }
        query
    }

    /// Whether any of these was asked for.
    pub(super) fn has(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.some(name).is_some())
    }
}

/// A whole address, which an index finds; anything else is a part of one.
pub(super) fn is_address(text: &str) -> bool {
    text.split_once('@')
        .is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_asked_again_as_it_was() {
        let asked = Asked::read(Some("tu=+an%40x.vn+&den=&tu-ngay=2026-11-22&sau=17.4"));
        assert_eq!(asked.get("tu"), "an@x.vn");
        assert_eq!(asked.some("den"), None);
        assert_eq!(asked.after(), Some((17, 4)));
        assert_eq!(asked.from_day("tu-ngay"), Some(1_795_280_400_000));
        assert_eq!(asked.to_day("tu-ngay"), Some(1_795_366_800_000));
        let names = &["tu", "den", "tu-ngay"];
        let next = asked.next("/x", names, (3, 2));
        assert_eq!(next, "/x?tu=an%40x.vn&tu-ngay=2026-11-22&sau=3.2");
        assert_eq!(Asked::default().at("/x", names), "/x");
        assert!(is_address("an@x.vn") && !is_address("an@") && !is_address("an@x"));
    }
}
