//! What became of a place: mergers, new names, and what was done to it.

use congvu_governance::Action;
use congvu_governance::organisation;
use congvu_store::audit::{self, Chain};
use congvu_store::organisation as places;
use congvu_store::{OrganisationId, Tx};

use super::aid::href;
use crate::site::{Lang, Oops, named_day};

/// So many records are shown; all are on the page of records.
const RECORDS: i64 = 12;

/// Something that was done.
pub(super) struct Step {
    /// When (ms), to bring them in order.
    at: i64,
    pub(super) day: String,
    pub(super) what: String,
    /// The other place it is about.
    pub(super) other: String,
    pub(super) other_href: String,
    pub(super) document: String,
    pub(super) by: String,
}

/// The newest above; `records`: with what was done to it, not only what it came from.
pub(super) fn read(
    tx: &mut Tx<'_>,
    id: OrganisationId,
    records: bool,
    lang: Lang,
) -> Result<Vec<Step>, Oops> {
    let mut steps = Vec::new();
    for step in organisation::history(tx, id)? {
        let (what, other) = match (step.how.as_str(), step.from == id) {
            ("renamed", _) => (lang.t("Đổi tên"), None),
            ("merged", true) => (lang.t("Sáp nhập vào"), step.to),
            ("merged", false) => (lang.t("Nhận sáp nhập"), Some(step.from)),
            ("split", true) => (lang.t("Tách một phần sang"), step.to),
            ("split", false) => (lang.t("Nhận một phần từ"), Some(step.from)),
            _ => (lang.t("Giải thể"), None),
        };
        let other = match other {
            Some(other) => places::get(tx, other)?,
            None => None,
        };
        steps.push(Step {
            at: step.at,
            day: named_day(step.at, lang),
            what: what.to_owned(),
            other_href: other
                .as_ref()
                .map_or_else(String::new, |other| href(other.id)),
            other: other.map_or_else(String::new, |other| other.name),
            document: step.document,
            by: String::new(),
        });
    }
    if records {
        // What the history tells already.
        let told = [
            Action::OrganisationSucceed.name(),
            Action::OrganisationEnd.name(),
        ];
        let subject = format!("organisation/{id}");
        for found in audit::of_subject(tx, Chain::Acts, &subject, i64::MAX, RECORDS)? {
            let record = found.record;
            if told.contains(&record.action.as_str()) {
                continue;
            }
            let known = Action::ALL
                .iter()
                .find(|action| action.name() == record.action);
            steps.push(Step {
                at: record.at,
                day: named_day(record.at, lang),
                what: known.map_or(record.action.clone(), |action| action.label().to_owned()),
                other: String::new(),
                other_href: String::new(),
                document: record.document,
                by: record.actor,
            });
        }
    }
    steps.sort_by_key(|step| std::cmp::Reverse(step.at));
    Ok(steps)
}
