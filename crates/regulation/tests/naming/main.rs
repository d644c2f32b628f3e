//! The naming engine: shared cases, printed examples, clashes, properties, a sixth profile, faults of its data.

mod cases;
mod clashes;
mod examples;
mod faults;
mod offers;
mod properties;
mod sixth;

use congvu_regulation::naming::{
    Context, Kind, Name, NamingError, PersonName, Proposal, Request, TakenList, parse_taken,
};
use congvu_regulation::{Profile, profile};

/// One question, in short.
#[derive(Clone, Copy)]
struct Ask<'a> {
    profile: &'a Profile,
    kind: Kind,
    context: Context<'a>,
    taken: &'a str,
}

/// A question to one of the five profiles.
fn ask(id: &str, kind: Kind) -> Ask<'static> {
    Ask {
        profile: profile(id).expect(id),
        kind,
        context: Context::default(),
        taken: "",
    }
}

impl<'a> Ask<'a> {
    fn unit(mut self, unit: &'a str) -> Self {
        self.context.unit = Some(unit);
        self
    }

    fn parent(mut self, parent: &'a str) -> Self {
        self.context.parent = Some(parent);
        self
    }

    fn born(mut self, year: u16) -> Self {
        self.context.born = Some(year);
        self
    }

    fn taken(mut self, taken: &'a str) -> Self {
        self.taken = taken;
        self
    }

    /// The answer; a name with bars is a person's.
    fn answer(&self, name: &str) -> Result<Proposal, NamingError> {
        let list = parse_taken(self.taken).expect("a list");
        self.answer_among(name, &list)
    }

    fn answer_among(&self, name: &str, taken: &TakenList) -> Result<Proposal, NamingError> {
        let name =
            PersonName::parse(name).map_or_else(|| Name::Words(name.to_owned()), Name::Person);
        self.profile.propose(&Request {
            kind: self.kind,
            name: &name,
            context: self.context,
            taken,
        })
    }

    /// Checks the address, and that its steps name this clause.
    #[track_caller]
    fn gives(&self, name: &str, address: &str, clause: &str) {
        let proposal = self.answer(name).expect(name);
        assert_eq!(proposal.local_part.as_deref(), Some(address), "{proposal}");
        assert!(!proposal.agree);
        assert!(
            clauses(&proposal).contains(&clause.to_owned()),
            "{proposal}"
        );
    }

    /// Checks that people must agree by this clause, or by none (`""`), and returns what they are offered.
    #[track_caller]
    fn agrees(&self, name: &str, clause: &str) -> Vec<String> {
        let proposal = self.answer(name).expect(name);
        assert_eq!(proposal.local_part, None, "{proposal}");
        assert!(proposal.agree);
        assert!(proposal.candidates.len() >= 3, "{proposal}");
        let last = proposal.why.last().expect("a step");
        assert_eq!(
            last.clause().map_or("", |id| id.as_str()),
            clause,
            "{proposal}"
        );
        proposal.candidates
    }
}

fn clauses(proposal: &Proposal) -> Vec<String> {
    proposal
        .why
        .iter()
        .filter_map(|step| step.clause().map(ToString::to_string))
        .collect()
}
