//! `congvu name` (QN.4, BS.5, TQ.5, HCM.4.1, SL.5)

use anyhow::{Result, bail};
use congvu_regulation::naming::{
    Context, Kind, Name, PersonName, Proposal, Request, TakenList, parse_taken_in,
};
use congvu_regulation::{ClauseId, Moment, Profile};
use serde::Serialize;

use crate::cli::{self, NameKind, NameLevel};
use crate::{console, profiles};

pub(super) fn run(asked: &cli::Name) -> Result<()> {
    let profile = profiles::load(&asked.profile)?;
    if let Some(year) = asked.born.filter(|year| *year > this_year()) {
        bail!("năm sinh {year} chưa tới");
    }
    let kind = kind(&profile, asked);
    let context = context(kind, asked);
    let name = name(kind, &asked.name)?;
    let taken = taken(&profile, kind, &context, asked)?;
    let proposal = profile.propose(&Request {
        kind,
        name: &name,
        context,
        taken: &taken,
    })?;
    if asked.json {
        console::line(&serde_json::to_string(&Shown::of(&proposal))?);
    } else {
        let mut text = proposal.to_string();
        if let Some(local_part) = &proposal.local_part {
            text.insert_str(local_part.len(), &format!("@{}", profile.domain().value));
        }
        console::line(text.trim_end());
    }
    Ok(())
}

fn this_year() -> u16 {
    let since_1970 = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    let now = i64::try_from(since_1970.as_millis()).unwrap_or(i64::MAX);
    Moment(now).date().year()
}

fn kind(profile: &Profile, asked: &cli::Name) -> Kind {
    match (asked.kind, asked.level) {
        (NameKind::Person, _) => Kind::Person,
        (NameKind::Group, _) => Kind::Group,
        (NameKind::Account, _) => Kind::Account,
        (NameKind::AccountAddress, _) => Kind::AccountAddress,
        (NameKind::Subunit, _) | (NameKind::Unit, Some(NameLevel::Sub)) => Kind::Subunit,
        (NameKind::Unit, Some(NameLevel::Commune)) => Kind::Commune,
        (NameKind::Unit, Some(NameLevel::Province | NameLevel::District)) => Kind::Unit,
        (NameKind::Unit, None) => profile.unit_kind(&asked.name),
    }
}

/// `--parent` beside a sub-unit's `--unit` is the suffix of the unit's own place (`hl` for `ubndhalong`), unless the unit
/// is a commune's, whose address has it already.
fn context<'a>(kind: Kind, asked: &'a cli::Name) -> Context<'a> {
    let (unit, parent) = (asked.unit.as_deref(), asked.parent.as_deref());
    let is_below = asked.level == Some(NameLevel::Commune)
        || unit
            .zip(parent)
            .is_some_and(|(unit, parent)| unit.ends_with(&format!(".{parent}")));
    let suffix = if kind == Kind::Subunit && !is_below {
        parent
    } else {
        None
    };
    Context {
        unit,
        suffix,
        parent,
        born: asked.born,
        former: asked.former.as_deref(),
    }
}

fn name(kind: Kind, text: &str) -> Result<Name> {
    if let Some(person) = PersonName::parse(text) {
        return Ok(Name::Person(person));
    }
    if kind.is_person() {
        let words: Vec<&str> = text
            .split(['|', ' '])
            .filter(|word| !word.is_empty())
            .collect();
        let split = match words.as_slice() {
            [given] => format!("||{given}"),
            [family, middle @ .., given] => format!("{family}|{}|{given}", middle.join(" ")),
            [] => "Họ|đệm|tên".to_owned(),
        };
        bail!("tên của cá nhân cần chia ba phần Họ|đệm|tên; có phải là \"{split}\"?");
    }
    Ok(Name::Words(text.to_owned()))
}

fn taken(
    profile: &Profile,
    kind: Kind,
    context: &Context<'_>,
    asked: &cli::Name,
) -> Result<TakenList> {
    let domain = &profile.domain().value;
    let mut taken = parse_taken_in(&asked.taken.join(","), domain)?;
    taken.retire(parse_taken_in(&asked.retired.join(","), domain)?);
    if (kind.is_person() || profile.address_suffix().is_some())
        && let Some(ending) = profile.address_ending(kind, context)?
    {
        taken.complete(&ending);
    }
    Ok(taken)
}

#[derive(Serialize)]
struct Shown<'a> {
    local_part: Option<&'a str>,
    agree: bool,
    /// The text leaves the name open: a person decides on what is proposed.
    decide: bool,
    candidates: &'a [String],
    /// A retired address that is given again if it was this very person's.
    former: Option<&'a str>,
    why: Vec<ShownStep<'a>>,
}

#[derive(Serialize)]
struct ShownStep<'a> {
    text: &'a str,
    /// Nothing for local settings and rules of Internet mail.
    clause: Option<&'a str>,
}

impl<'a> Shown<'a> {
    fn of(proposal: &'a Proposal) -> Self {
        Self {
            local_part: proposal.local_part.as_deref(),
            agree: proposal.agree,
            decide: proposal.decide,
            candidates: &proposal.candidates,
            former: proposal.former.as_deref(),
            why: proposal
                .why
                .iter()
                .map(|step| ShownStep {
                    text: &step.what,
                    clause: step.clause().map(ClauseId::as_str),
                })
                .collect(),
        }
    }
}
