//! The clause of an act whose maker asked no rule: one place for all of them, so that every act shows its clause, and for the few
//! that no regulation speaks of why that is so.

use congvu_regulation::lifecycle::{Clock, Stop};
use congvu_regulation::requests::RequestKind;
use congvu_regulation::{MailboxKind, Profile, Source};
use congvu_store::{StoreResult, Tx, organisation};

use crate::request::kind_of;
use crate::{Act, Action, Law};

/// What an act stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// Whoever carries it out asks a rule and cites it.
    Asked,
    /// Who manages the system at its place (QN.6.1, BS.3, TQ.10.1.a, HCM.9.1, SL.3.2).
    Managing,
    /// What is said of changes of staff (QN.13.6, HCM.10), else who manages.
    Staff,
    /// What is said of this kind of request.
    Kind(RequestKind),
    /// What is said of the kind of the request it is about.
    Request,
    /// The sweep that a recorded reason stops.
    Reason,
    /// The sweep that waits for the receipt (QN.7.1.đ), else the lock's own notice.
    Receipt,
    /// That the password handed over is changed at once.
    FirstPassword,
    /// How a unit mailbox is given into other hands.
    Delegation,
    /// How large mailboxes are.
    Quota,
    /// How large attachments are.
    Attachment,
    /// How long records are kept.
    Logs,
    /// No regulation speaks of it; why.
    Nothing(&'static str),
}

const OWN: &str = "its owner's own means of signing in, which no text orders";
const RUNNING: &str = "the running of the machine";
const KEEPING: &str = "how keepers share their work among themselves";

/// What acts of a kind stand on.
#[must_use]
pub fn basis(action: Action) -> Basis {
    use Action as A;
    match action {
        A::RoleGrant
        | A::RoleEnd
        | A::DomainAdd
        | A::OrganisationAdd
        | A::OrganisationChange
        | A::OrganisationEnd
        | A::OrganisationSucceed
        | A::OrganisationImport => Basis::Managing,
        A::OrganisationSpokesmen => Basis::Staff,
        A::OrganisationQuota => Basis::Quota,
        A::OrganisationAttachment => Basis::Attachment,
        A::PersonChange | A::AliasAdd | A::RenamePrepare | A::RenameChoose | A::RenameDrop => {
            Basis::Kind(RequestKind::Change)
        }
        A::PasswordSet => Basis::Kind(RequestKind::Password),
        A::RequestWithdraw | A::RequestFail => Basis::Request,
        A::Exempt | A::ExemptEnd => Basis::Reason,
        A::LockReceipt => Basis::Receipt,
        A::PasswordHandOver => Basis::FirstPassword,
        A::UnitDelegationEnd => Basis::Delegation,
        A::RecordPrune | A::LogRead => Basis::Logs,
        A::AppPasswordAdd
        | A::AppPasswordRevoke
        | A::FactorOn
        | A::FactorOff
        | A::FactorCodes
        | A::PasskeyAdd
        | A::PasskeyRemove
        | A::RecoverySet
        | A::RecoveryRemove
        | A::TokenIssue
        | A::TokenRevoke => Basis::Nothing(OWN),
        A::QueueRetry
        | A::QueueHold
        | A::QueueDrop
        | A::SweepConfirm
        | A::IdentityLink
        | A::IdentityRetry => Basis::Nothing(RUNNING),
        A::UnitNote | A::UnitSignature | A::UnitExpunge | A::UnitArrange | A::MailRecall => {
            Basis::Nothing(KEEPING)
        }
        A::AccountAdd => {
            Basis::Nothing("an account made on the machine itself, before anybody can ask for one")
        }
        A::AccountDisable | A::AccountEnable => Basis::Nothing(
            "sign-in is shut off for safety by a further standard or by hand, which is no lock of a regulation",
        ),
        A::GroupJoin | A::GroupLeave => {
            Basis::Nothing("who is in a group; the texts speak of its name alone (QN.4.3)")
        }
        _ => Basis::Asked,
    }
}

/// The clause of an act: the one it tells, else what it stands on at its place.
pub(crate) fn clause(tx: &mut Tx<'_>, act: &Act) -> StoreResult<String> {
    if let Some(told) = act.clause.as_ref().filter(|told| !told.is_empty()) {
        return Ok(told.clone());
    }
    let basis = basis(act.action);
    if matches!(basis, Basis::Asked | Basis::Nothing(_)) {
        return Ok(String::new());
    }
    let place = match act.organisation {
        Some(place) => Some(place),
        None => organisation::root(tx)?.map(|root| root.id),
    };
    let Some(place) = place else {
        return Ok(String::new());
    };
    let id = organisation::profile(tx, place)?;
    let profile = id.and_then(|id| Law::in_force().profile(&id));
    let found = profile.and_then(|profile| of(profile, basis, act));
    Ok(found.unwrap_or_default())
}

fn of(profile: &Profile, basis: Basis, act: &Act) -> Option<String> {
    let text = |source: &Source| source.clause().map(ToString::to_string);
    let of_kind = |kind| {
        profile
            .request(kind)
            .and_then(|rule| text(&rule.kind().source))
    };
    let managing = || text(&profile.managing().source);
    let rules = profile.lifecycle();
    let kind = match act.detail["kind"].as_str() {
        Some("unit") => MailboxKind::Unit,
        _ => MailboxKind::Personal,
    };
    match basis {
        Basis::Asked | Basis::Nothing(_) => None,
        Basis::Managing => managing(),
        Basis::Staff => of_kind(RequestKind::Directory).or_else(managing),
        Basis::Kind(kind) => of_kind(kind),
        Basis::Request => kind_of(&act.subject_name).and_then(of_kind),
        Basis::Reason => {
            let mut sweeps = rules.sweeps().iter();
            let sweep = sweeps.find(|sweep| sweep.stopped_by().contains(&Stop::Reason))?;
            sweep.origin().clause().map(ToString::to_string)
        }
        Basis::Receipt => {
            let mut sweeps = rules.sweeps().iter();
            let waits = sweeps.find(|sweep| matches!(sweep.clock(), Clock::NoticeReceived(_)));
            let waits = waits.and_then(|sweep| sweep.origin().clause());
            let waits = waits.map(ToString::to_string);
            waits.or_else(|| act.detail["lock"].as_str().map(str::to_owned))
        }
        Basis::FirstPassword => {
            let rule = profile.password().change_at_first_sign_in();
            let first = rule.origin.clause().map(ToString::to_string);
            first.or_else(|| of_kind(RequestKind::Password))
        }
        Basis::Delegation => text(&profile.access().delegation.source),
        Basis::Quota => text(&profile.quota_bounds(kind).maximum.source),
        Basis::Attachment => text(&profile.attachment_limit(kind).source),
        Basis::Logs => text(&profile.log_retention_months().source),
    }
}
