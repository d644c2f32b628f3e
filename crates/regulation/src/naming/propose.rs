//! The engine: writes an address by the pattern, and goes the pattern's ways where it is not free.

use super::clash::{Outcome, Situation, resolve};
use super::draft::{Draft, sentence};
use super::fold::{fold, unfoldable};
use super::local_part::Standing;
use super::offer::candidates;
use super::pattern::{Naming, Offer, Pattern, Write};
use super::reissue::reissue;
use super::write::{apply, has_place};
use super::{Context, Kind, Name, NamingError, Proposal, Request, Step};
use crate::{Origin, Profile, Refusal, Source};

/// The longest name that is read, in characters.
const LONGEST_NAME: usize = 300;

impl Profile {
    /// Proposes an address by this profile: the same answer to the same question, always.
    ///
    /// What comes back in `local_part` and `candidates` is a valid local part ([`super::is_local_part`]) that nobody has
    /// or had and that is not reserved.
    ///
    /// # Errors
    /// A question that lacks something or that makes no sense.
    pub fn propose(&self, request: &Request<'_>) -> Result<Proposal, NamingError> {
        let kept = self.lifecycle().revoke_destroys();
        let again = match &kept.origin {
            Origin::Profile { source, .. } if !kept.value => Some(source),
            _ => None,
        };
        propose(self.naming(), request, again)
    }

    /// What the text says of names of this kind, first; nothing where it does not name them.
    #[must_use]
    pub fn names(&self, kind: Kind) -> Option<&Source> {
        let pattern = self.naming().pattern(kind)?;
        pattern.write.first().map(|step| &step.source)
    }

    /// The kind of an organisation whose level is not told: a commune where the name has a commune's kind word and the
    /// profile names communes in their own way.
    #[must_use]
    pub fn unit_kind(&self, name: &str) -> Kind {
        let draft = Draft::new(&Name::Words(name.to_owned()));
        let is_commune = self.naming().commune.as_ref().is_some_and(|pattern| {
            pattern.write.iter().any(|step| match &step.value {
                Write::From {
                    phrases, except, ..
                } => has_place(&draft, phrases, except),
                _ => false,
            })
        });
        if is_commune {
            Kind::Commune
        } else {
            Kind::Unit
        }
    }
}

impl Profile {
    /// What every address of this kind has after its first dot, in this context: lists of what is taken may leave it out.
    ///
    /// # Errors
    /// A context that lacks something.
    pub fn address_ending(
        &self,
        kind: Kind,
        context: &Context<'_>,
    ) -> Result<Option<String>, NamingError> {
        let pattern = self.naming().pattern(kind);
        let pattern = pattern.ok_or(NamingError::NoPattern(kind))?;
        let mut draft = Draft::new(&Name::Words(String::new()));
        for step in &pattern.write {
            if let Write::Dot { .. } = &step.value {
                apply(step, &mut draft, &Name::Words(String::new()), context)?;
            }
        }
        Ok((!draft.dots.is_empty()).then(|| draft.dots.join(".")))
    }

    /// Whether an address that people chose has what every address of this kind has after its first dot (HCM.4.1, BS.5.1, BS.5.2).
    /// An organisation may be that ending itself. Where the context lacks what it is made of, nothing is asked.
    ///
    /// # Errors
    /// It has not.
    pub fn check_ending(
        &self,
        kind: Kind,
        context: &Context<'_>,
        local_part: &str,
    ) -> Result<(), Refusal> {
        let Ok(Some(ending)) = self.address_ending(kind, context) else {
            return Ok(());
        };
        let name = local_part
            .strip_suffix(&ending)
            .map(|name| name.strip_suffix('.'));
        match name {
            Some(Some(name)) if !name.is_empty() => return Ok(()),
            Some(None) if local_part == ending && !kind.is_person() => return Ok(()),
            _ => {}
        }
        let dot = self.naming().pattern(kind).and_then(|pattern| {
            let mut steps = pattern.write.iter();
            steps.find(|step| matches!(step.value, Write::Dot { .. }))
        });
        let text = format!("Địa chỉ “{local_part}” phải có dạng <tên>.{ending}.");
        let source = dot.map_or(Source::Local, |step| step.source.clone());
        Err(self.refusal(text, &source))
    }
}

/// `again` lets a revoked address be given again.
fn propose(
    naming: &Naming,
    request: &Request<'_>,
    again: Option<&Source>,
) -> Result<Proposal, NamingError> {
    let pattern = naming
        .pattern(request.kind)
        .ok_or(NamingError::NoPattern(request.kind))?;
    check_name(request)?;
    if let Some(proposal) = reissue(request, pattern.decide.is_some(), again)? {
        return Ok(proposal);
    }
    let mut draft = Draft::new(request.name);
    let mut why = Vec::new();
    for step in &pattern.write {
        why.extend(apply(step, &mut draft, request.name, &request.context)?);
    }
    if draft.base().is_empty() {
        return Err(NamingError::NoLetters);
    }
    if let Some(decide) = &pattern.decide {
        why.push(step(
            "quy chế để ngỏ cách viết tên trước dấu chấm: đây là đề nghị, người có thẩm quyền quyết định",
            Some(decide.source.clone()),
        ));
    }
    let situation = Situation {
        context: &request.context,
        taken: request.taken,
        person: match request.name {
            Name::Person(name) => Some(name),
            Name::Words(_) => None,
        },
    };
    let first = draft.clone();
    let former = situation.former(&first);
    if let Some(former) = &former {
        let told = format!(
            "địa chỉ {former} đã ngừng dùng, của người cùng họ tên: nếu đúng là người này thì được cấp lại"
        );
        why.push(step(&told, again.cloned()));
    }
    let outcome = match over_limit(pattern, &draft) {
        Some(told) => {
            why.push(told);
            Outcome::Agree {
                source: pattern.limit.as_ref().map(|limit| limit.source.clone()),
                offer: Offer::Letters,
            }
        }
        None => clash(pattern, &mut draft, &situation, &mut why)?,
    };
    let (local_part, offer) = match outcome {
        Outcome::Free => (
            Some(draft.text()),
            pattern.decide.as_ref().map(|_| Offer::Letters),
        ),
        Outcome::Agree { source, offer } => {
            why.push(step(
                "các bên thỏa thuận chọn địa chỉ khác, dễ nhớ và không trùng",
                source,
            ));
            (None, Some(offer))
        }
    };
    let from = Draft {
        dots: draft.own.take().map_or(draft.dots, |own| vec![own]),
        ..first
    };
    let limit = pattern.limit.as_ref().map(|limit| limit.value);
    let candidates = offer.map_or_else(Vec::new, |offer| {
        candidates(
            &from,
            request.name,
            offer,
            limit,
            local_part.as_deref(),
            &situation,
        )
    });
    Ok(Proposal {
        agree: local_part.is_none() || pattern.decide.is_some(),
        decide: pattern.decide.is_some(),
        local_part,
        candidates,
        former,
        why,
    })
}

fn step(told: &str, source: Option<Source>) -> Step {
    Step {
        what: sentence(told),
        source,
    }
}

fn check_name(request: &Request<'_>) -> Result<(), NamingError> {
    let (texts, is_person) = match request.name {
        Name::Person(name) => (vec![&name.given, &name.family, &name.middle], true),
        Name::Words(text) => (vec![text], false),
    };
    if is_person != request.kind.is_person() {
        return Err(NamingError::WrongName(request.kind));
    }
    let length: usize = texts.iter().map(|text| text.chars().count()).sum();
    if length > LONGEST_NAME {
        return Err(NamingError::TooLong(LONGEST_NAME));
    }
    if let Some(letter) = texts.iter().find_map(|text| unfoldable(text)) {
        return Err(NamingError::NoFold(letter));
    }
    match texts.first() {
        Some(text) if !fold(text).is_empty() => Ok(()),
        _ => Err(NamingError::NoLetters),
    }
}

fn over_limit(pattern: &Pattern, draft: &Draft) -> Option<Step> {
    let limit = pattern.limit.as_ref()?;
    let base = draft.base();
    (base.len() > limit.value).then(|| {
        let told = format!(
            "phần tên {base} có {} ký tự, dài quá {} ký tự",
            base.len(),
            limit.value
        );
        step(&told, Some(limit.source.clone()))
    })
}

fn clash(
    pattern: &Pattern,
    draft: &mut Draft,
    situation: &Situation<'_>,
    why: &mut Vec<Step>,
) -> Result<Outcome, NamingError> {
    if Standing::of(&draft.text(), situation.taken) == Standing::TooLong {
        let told = format!("địa chỉ {} {}", draft.text(), Standing::TooLong.told());
        why.push(step(&told, None));
        return Ok(Outcome::Agree {
            source: None,
            offer: Offer::Letters,
        });
    }
    resolve(&pattern.clash, draft, situation, why)
}
