//! What a list of mailboxes is asked for, as it stands in its address.

use congvu_governance::mailbox::List;
use congvu_governance::{Role, rights};
use congvu_regulation::Date;
use congvu_store::mailbox_list::{Place, Sieve};
use congvu_store::{OrganisationId, Tx};

use super::state::{sieves, slug};
use crate::console::Officer;
use crate::site::{Fields, Oops};

/// Percents of a quota that may be asked for.
pub(super) const PERCENTS: [u8; 3] = [80, 90, 95];

/// The filter of a list, and the page of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked {
    pub(super) agency: Option<OrganisationId>,
    pub(super) sieve: Option<Sieve>,
    pub(super) kind: &'static str,
    pub(super) percent: u8,
    pub(super) text: String,
    pub(super) after: Place,
}

impl Asked {
    /// As its address says, on a day.
    pub(super) fn of(query: &Fields, today: Date) -> Self {
        let sort = query.get("tinh-trang");
        let after = query.get("sau");
        let (id, key) = after.split_once(' ').unwrap_or((after, ""));
        Self {
            agency: query.get("co-quan").parse().ok().map(OrganisationId),
            sieve: sieves(today).into_iter().find(|one| slug(*one) == sort),
            kind: match query.get("loai") {
                "ca-nhan" => "personal",
                "co-quan" => "unit",
                _ => "",
            },
            percent: match query.get("day").parse() {
                Ok(percent) if PERCENTS.contains(&percent) => percent,
                _ if sort == "gan-day" => PERCENTS[0],
                _ => 0,
            },
            text: query.get("q").trim().to_owned(),
            after: Place {
                key: key.to_owned(),
                id: id.parse().unwrap_or(0),
            },
        }
    }

    /// Whether anything is asked for.
    pub(super) fn is_sifted(&self) -> bool {
        let any = self.agency.is_some() || self.sieve.is_some() || self.percent > 0;
        any || !self.kind.is_empty() || !self.text.is_empty()
    }

    /// As it stands in an address, from a place on.
    pub(super) fn query(&self, after: Option<&Place>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let mut add = |name: &str, value: &str| {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        };
        add("q", &self.text);
        let agency = self.agency.map(|agency| agency.to_string());
        add("co-quan", agency.as_deref().unwrap_or_default());
        add("tinh-trang", self.sieve.map_or("", slug));
        add(
            "loai",
            match self.kind {
                "personal" => "ca-nhan",
                "unit" => "co-quan",
                _ => "",
            },
        );
        if self.percent > 0 {
            add("day", &self.percent.to_string());
        }
        if let Some(after) = after {
            let after = format!("{} {}", after.id, after.key);
            add("sau", after.trim_end());
        }
        query.finish()
    }

    /// The same list with these places instead, or everywhere.
    pub(super) fn at(&self, agency: Option<OrganisationId>) -> Self {
        Self {
            agency,
            after: Place::default(),
            ..self.clone()
        }
    }

    /// As governance is asked for it: at the place that is asked for, else at all places of the officer.
    ///
    /// # Errors
    /// The officer has no role there: then there is no such place for them.
    pub(super) fn list(&self, tx: &mut Tx<'_>, officer: &Officer) -> Result<List, Oops> {
        let tops = match self.agency {
            None => officer.places(&Role::ALL),
            Some(place) => {
                if !rights::has(tx, &officer.actor(), &Role::ALL, place)? {
                    return Err(Oops::missing("Không có cơ quan, đơn vị này."));
                }
                vec![place]
            }
        };
        Ok(List {
            tops,
            sieve: self.sieve,
            kind: self.kind,
            percent: self.percent,
            text: self.text.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_stands_in_the_address() {
        let today = Date::from_epoch_day(20_000);
        let query = "q=t%C3%B9ng&co-quan=3&tinh-trang=tam-khoa&loai=co-quan&day=90&sau=7+0+tung+le";
        let asked = Asked::of(&Fields::parse(query.as_bytes()), today);
        assert_eq!(asked.sieve, Some(Sieve::Locked));
        assert_eq!(asked.after.key, "0 tung le");
        assert_eq!(asked.query(Some(&asked.after)), query);
        let other = Asked::of(&Fields::parse(b"tinh-trang=x&day=12&sau=x"), today);
        assert!(!other.is_sifted() && other.query(None).is_empty());
        let full = Asked::of(&Fields::parse(b"tinh-trang=gan-day"), today);
        assert_eq!(full.query(None), "day=80");
    }
}
