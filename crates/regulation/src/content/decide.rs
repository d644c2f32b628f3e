//! The decision over a message.

use std::collections::BTreeSet;

use super::concern::Concern;
use super::description::{Description, File, Lock, Look, Placed};
use super::effect::Effect;
use super::file_name::{FileName, is_disguised, shown};
use super::real_type::RealType;
use super::rule::Rule;
use super::secrecy::{self, Certainty, Found, Place};
use super::verdict::{Finding, Findings, Verdict};
use super::words::{self, Runs};
use crate::{MailboxKind, Origin};

/// How many steps of a path through archives are shown.
const STEPS: usize = 6;

impl Rule {
    /// Decides over a message: the strictest effect, and all findings at once.
    ///
    /// The same description always gives the same verdict; a further attachment never makes it milder. However much a
    /// hostile message carries, the answer has at most [`super::TOLD`] findings of bounded length, and takes time in
    /// proportion to the description.
    #[must_use]
    pub fn decide(&self, message: &Description) -> Verdict {
        let mut deciding = Deciding {
            rule: self,
            message,
            findings: Findings::new(),
            locked: BTreeSet::new(),
        };
        deciding.size();
        deciding.marks();
        for at in 0..message.files().len() {
            deciding.file(at);
        }
        deciding.personal_mailbox();
        deciding.outside();
        deciding.findings.verdict()
    }
}

struct Deciding<'a> {
    rule: &'a Rule,
    message: &'a Description,
    findings: Findings,
    /// The archives with a password that were told: one finding each, not one a member.
    locked: BTreeSet<usize>,
}

impl<'a> Deciding<'a> {
    /// Adds a finding about the message or one of its files; `what` says what is wrong.
    fn add(
        &mut self,
        concern: Concern,
        at: Option<usize>,
        reading: Option<&Origin>,
        what: impl FnOnce(&str) -> String,
    ) {
        let message = self.message;
        let direction = message.direction();
        let effect = self.rule.effects(concern).of(direction);
        self.findings.add(effect.value, || {
            let file = at.map(|at| path(message.files(), at));
            let what = what(file.as_deref().unwrap_or_default());
            Finding {
                concern,
                effect: effect.value,
                attachment: at
                    .and_then(|at| message.files().get(at))
                    .map(|placed| placed.number),
                text: words::sentences(&what, concern, effect.value, direction, message.offered()),
                file,
                origin: effect.origin.clone(),
                reading: reading.cloned(),
            }
        });
    }

    fn is_asked(&self, concern: Concern) -> bool {
        let effects = self.rule.effects(concern);
        effects.of(self.message.direction()).value != Effect::Pass
    }

    fn size(&mut self) {
        let kind = self.message.kind().unwrap_or(MailboxKind::Personal);
        let set = self.rule.limit(kind);
        let limit = self.message.set_limit().unwrap_or(set.value);
        let attached = self.message.attached();
        if attached > limit {
            self.add(Concern::Size, None, Some(&set.origin), |_| {
                words::size(attached, limit)
            });
        }
    }

    fn marks(&mut self) {
        for mark in self.message.marks() {
            self.mark(*mark, None);
        }
    }

    fn mark(&mut self, found: Found, number: Option<(usize, bool)>) {
        let concern = match found.certainty {
            Certainty::Stamp => Concern::SecrecyStamp,
            Certainty::Mention => Concern::SecrecyMention,
        };
        self.add(concern, None, None, |_| words::mark(found, number));
    }

    fn file(&mut self, at: usize) {
        let Some(placed) = self.message.files().get(at) else {
            return;
        };
        let file = &placed.file;
        let names: Vec<FileName> = file.names.iter().map(|name| FileName::new(name)).collect();
        if let Some((runs, reading)) = self.runs(file, &names) {
            self.add(Concern::Executable, Some(at), Some(reading), |path| {
                words::executable(path, &runs)
            });
        } else if let Some(list) = self.kind_not_on(file, &names) {
            self.add(Concern::Kind, Some(at), Some(list), words::kind);
        }
        match file.look {
            Look::Whole => {}
            Look::Locked(Lock::Document) => {
                self.add(
                    Concern::EncryptedDocument,
                    Some(at),
                    None,
                    words::locked_document,
                );
            }
            Look::Locked(Lock::Archive) => {
                let archive = match placed.within {
                    Some(outer) if !file.real_type.is_archive() => outer,
                    _ => at,
                };
                if self.locked.insert(archive) {
                    self.add(
                        Concern::EncryptedArchive,
                        Some(archive),
                        None,
                        words::locked_archive,
                    );
                }
            }
            Look::Unseen(why) => {
                self.add(Concern::Unreadable, Some(at), None, |path| {
                    words::unseen(path, why)
                });
            }
        }
        if file.names.iter().any(|name| is_disguised(name)) {
            self.add(Concern::Disguise, Some(at), None, words::disguised);
        }
        if self.is_asked(Concern::SecrecyStamp) || self.is_asked(Concern::SecrecyMention) {
            let mut found: Vec<Found> = marks(file).collect();
            found.sort_unstable();
            found.dedup();
            for mark in found {
                self.mark(mark, Some((placed.number, placed.within.is_some())));
            }
        }
    }

    /// Why a file is one that runs: by a name, by its content, or by its declared type; and what says so.
    fn runs(&self, file: &File, names: &[FileName]) -> Option<(Runs, &'a Origin)> {
        let rule = self.rule;
        let by_name = rule
            .executable_names
            .iter()
            .find(|pattern| names.iter().any(|name| pattern.value.is(name)));
        if let Some(pattern) = by_name {
            return Some((Runs::Name(pattern.value.to_string()), &pattern.origin));
        }
        let of_type = |real: RealType| {
            let mut types = rule.executable_types.iter();
            types.find(|known| known.value == real)
        };
        if let Some(known) = of_type(file.real_type) {
            return Some((Runs::Content(known.value), &known.origin));
        }
        let known = RealType::declared(&file.declared_type).and_then(of_type)?;
        Some((Runs::Declared(known.value), &known.origin))
    }

    /// The list of allowed kinds that the file is not on.
    fn kind_not_on(&self, file: &File, names: &[FileName]) -> Option<&'a Origin> {
        let list = self.rule.allowed.iter().find(|list| {
            let Some(patterns) = &list.value else {
                return false;
            };
            let fits = |name: &FileName| patterns.iter().any(|pattern| pattern.is(name));
            let is_plain = |name: &&FileName| !name.readings().is_empty();
            let mut named = names.iter().filter(is_plain).peekable();
            if named.peek().is_some() {
                return !named.all(fits);
            }
            let endings = file.real_type.endings();
            !endings
                .iter()
                .any(|ending| patterns.iter().any(|pattern| pattern.is_ending(ending)))
        })?;
        Some(&list.origin)
    }

    /// A document from a personal mailbox (QN.11.1.cn): the sender has chosen its kind.
    fn personal_mailbox(&mut self) {
        let is_personal = self.message.kind() == Some(MailboxKind::Personal);
        if let Some(category) = self.message.document()
            && is_personal
            && self.message.direction().is_ours()
        {
            self.add(Concern::PersonalMailbox, None, None, |_| {
                words::personal(category)
            });
        }
    }

    fn outside(&mut self) {
        let number = self.message.outsiders();
        if number > 0 && self.message.direction().is_ours() {
            self.add(Concern::Outside, None, None, |_| words::outside(number));
        }
    }
}

/// The marks of secrecy in a file's names.
fn marks(file: &File) -> impl Iterator<Item = Found> {
    file.names
        .iter()
        .flat_map(|name| secrecy::find(name, Place::Name))
}

/// The way to a file through what it lies in: `tong-hop.zip → baocao/setup.exe`.
fn path(files: &[Placed], at: usize) -> String {
    let mut steps = Vec::new();
    let mut outermost = None;
    let mut is_cut = false;
    let mut next = Some(at);
    while let Some(placed) = next.and_then(|at| files.get(at)) {
        if steps.len() < STEPS - 1 {
            steps.push(told(placed));
        } else {
            is_cut |= outermost.is_some();
            outermost = Some(placed);
        }
        next = placed.within;
    }
    if is_cut {
        steps.push("…".to_owned());
    }
    steps.extend(outermost.map(told));
    steps.reverse();
    steps.join(" → ")
}

/// A file's name as it may be told: where it bears a mark of secrecy, its number alone.
fn told(placed: &Placed) -> String {
    if marks(&placed.file).next().is_some() {
        return format!(
            "(tệp trong tệp đính kèm thứ {}, tên có dấu chỉ độ mật)",
            placed.number
        );
    }
    let mut names = placed.file.names.iter();
    names
        .next()
        .map_or_else(|| "(không tên)".to_owned(), |name| shown(name))
}
