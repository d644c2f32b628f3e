//! What the naming rules make of those who are to get a mailbox, before anything is given: each sees what the lines before it get, who
//! has what clashes, and by which clause.

use std::cell::RefCell;
use std::collections::HashMap;

use congvu_regulation::naming::{PersonName, Proposal};
use congvu_regulation::{MailboxKind, Profile};
use congvu_store::organisation::{self, Organisation};
use congvu_store::{DomainId, OrganisationId, Tx, address};

use crate::mailbox::{Beside, Holder, Issue, proposed_beside};
use crate::naming::{self, Had};
use crate::{Law, Refused};

/// So many clashes of a line are told: numbers behind a name may go on for long.
const TOLD: usize = 3;

/// An address that the rules would have given, which is not free.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clash {
    /// The address before the @.
    pub local_part: String,
    /// Whose it is, or was; empty where nobody knows.
    pub name: String,
    /// Where they are; empty for who is in the same list.
    pub place: String,
    /// The line before that gets it.
    pub line: Option<u32>,
    /// Nobody gets it again.
    pub retired: bool,
}

/// What somebody would get.
#[derive(Clone, Debug)]
pub struct Named {
    /// The address before the @; none: people must choose, or it cannot be given.
    pub local_part: Option<String>,
    /// What stands behind the @.
    pub domain: String,
    /// What the rules say.
    pub proposal: Proposal,
    /// What is taken, in the order in which the rules looked.
    pub clashes: Vec<Clash>,
    /// Why the address that was chosen cannot be given.
    pub fault: Option<String>,
}

/// Where somebody is.
struct At {
    place: Organisation,
    profile: &'static Profile,
    domain: DomainId,
    domain_name: String,
}

/// Who of the same list gets an address.
struct Given {
    line: u32,
    name: Option<PersonName>,
}

/// Looks at one after another of a list.
#[derive(Default)]
pub struct Preview {
    places: HashMap<i64, At>,
    given: HashMap<(DomainId, String), Given>,
}

impl Preview {
    /// What this line gets: the address that was `chosen`, or that the list asks for, or that the rules propose.
    ///
    /// # Errors
    /// The place is missing or has ended, or the name makes no address.
    pub fn of(
        &mut self,
        tx: &mut Tx<'_>,
        law: Law,
        (line, issue): (u32, &Issue),
        chosen: Option<&str>,
    ) -> Result<Named, Refused> {
        self.know(tx, law, issue.organisation)?;
        let at = self
            .places
            .get(&issue.organisation)
            .ok_or_else(|| Refused::missing("Không có cơ quan này."))?;
        let taken = RefCell::new(Vec::new());
        let also = |_: &mut Tx<'_>, local_part: &str| {
            let known = self.given.get(&(at.domain, local_part.to_owned()));
            Ok(known.map(|given| Had {
                name: given.name.clone(),
                retired: false,
            }))
        };
        let beside = Beside {
            also: &also,
            told: &|local_part| {
                let mut taken = taken.borrow_mut();
                if taken.len() < TOLD && !taken.iter().any(|known| known == local_part) {
                    taken.push(local_part.to_owned());
                }
            },
        };
        let proposal = proposed_beside(tx, at.profile, &at.place, at.domain, issue, &beside)?;
        let chosen = chosen.or(issue.local_part.as_deref()).map(str::trim);
        let chosen = chosen.filter(|chosen| !chosen.is_empty());
        let chosen = chosen.map(str::to_ascii_lowercase);
        let mut fault = None;
        let local_part = match (chosen, &proposal.local_part) {
            (Some(chosen), own) if own.as_ref() == Some(&chosen) => Some(chosen),
            (Some(chosen), _) => match self.check(tx, at, issue, &chosen) {
                Ok(()) => Some(chosen),
                Err(Refused::Store(error)) => return Err(error.into()),
                Err(refused) => {
                    fault = Some(refused.to_string());
                    None
                }
            },
            (None, Some(own)) if !proposal.agree => Some(own.clone()),
            (None, _) => None,
        };
        let mut clashes = Vec::new();
        for local_part in taken.into_inner() {
            clashes.push(self.clash(tx, at.domain, local_part)?);
        }
        let named = Named {
            domain: at.domain_name.clone(),
            proposal,
            clashes,
            fault,
            local_part,
        };
        if let Some(local_part) = &named.local_part {
            let given = Given {
                line,
                name: name_of(issue),
            };
            self.given.insert((at.domain, local_part.clone()), given);
        }
        Ok(named)
    }

    /// Reads a place once, however many of a list are there.
    fn know(&mut self, tx: &mut Tx<'_>, law: Law, id: i64) -> Result<(), Refused> {
        if self.places.contains_key(&id) {
            return Ok(());
        }
        let place = organisation::get(tx, OrganisationId(id))?
            .ok_or_else(|| Refused::missing("Không có cơ quan này."))?;
        if place.ended_at.is_some() {
            return Err(Refused::state(format!(
                "Cơ quan {} đã kết thúc hoạt động; hãy chọn cơ quan kế thừa.",
                place.name
            )));
        }
        let profile = law.at(tx, place.id)?;
        let (domain, domain_name) = organisation::domain_of(tx, place.id)?
            .ok_or_else(|| Refused::state("Hệ thống chưa có tên miền thư nào."))?;
        let at = At {
            place,
            profile,
            domain,
            domain_name,
        };
        self.places.insert(id, at);
        Ok(())
    }

    /// Whether an address that somebody chose may be given.
    fn check(&self, tx: &mut Tx<'_>, at: &At, issue: &Issue, chosen: &str) -> Result<(), Refused> {
        if let Some(given) = self.given.get(&(at.domain, chosen.to_owned())) {
            return Err(Refused::state(format!(
                "Địa chỉ “{chosen}” đã dành cho dòng {}.",
                given.line
            )));
        }
        naming::check_free(tx, at.domain, chosen, None)?;
        let kind = match issue.holder {
            Holder::Person(_) => MailboxKind::Personal,
            Holder::Unit { .. } => MailboxKind::Unit,
        };
        naming::check_form(tx, at.profile, &at.place, kind, chosen)
    }

    fn clash(
        &self,
        tx: &mut Tx<'_>,
        domain: DomainId,
        local_part: String,
    ) -> Result<Clash, Refused> {
        let held = address::held(tx, domain, &local_part)?;
        if let Some(held) = held {
            let whose = address::whose(tx, domain, &local_part)?;
            let (name, place) = whose.unwrap_or_default();
            return Ok(Clash {
                local_part,
                name,
                place,
                line: None,
                retired: held.retired,
            });
        }
        let given = self.given.get(&(domain, local_part.clone()));
        let name = given.and_then(|given| given.name.as_ref());
        Ok(Clash {
            local_part,
            name: name.map_or_else(String::new, full_name),
            place: String::new(),
            line: given.map(|given| given.line),
            retired: false,
        })
    }
}

fn name_of(issue: &Issue) -> Option<PersonName> {
    match &issue.holder {
        Holder::Person(person) => Some(PersonName {
            family: person.family.clone(),
            middle: person.middle.clone(),
            given: person.given.clone(),
        }),
        Holder::Unit { .. } => None,
    }
}

fn full_name(name: &PersonName) -> String {
    let parts = [&name.family, &name.middle, &name.given];
    let parts: Vec<&str> = parts.iter().map(|part| part.trim()).collect();
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(" ")
}
