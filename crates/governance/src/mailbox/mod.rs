//! What is done to a mailbox: issue, lock, restore, revoke, delete, password, quota, exemption. Each act in one transaction
//! with its record and its notice.

mod app_passwords;
pub mod bulk;
mod change;
mod credentials;
mod end;
mod exempt;
mod factor;
mod former;
mod holder;
mod issue;
mod limits;
mod list;
mod lock;
mod own_password;
mod passkeys;
mod password_rule;
mod recovery;
mod shut;
mod subject;

use congvu_regulation::lifecycle::{Act, Due, What};
use congvu_regulation::{Origin, Profile, Source};
use congvu_store::Tx;

pub use app_passwords::{add_app_password, revoke_app_password};
pub use change::{Change, change};
pub use credentials::{hand_over, reset_password, void_password};
pub use end::{delete, record_destroyed, revoke};
pub use exempt::{end_exemption, exempt};
pub use factor::{
    begin_factor, confirm_factor, drop_factor, lacks_factor, remove_factor, renew_codes,
};
pub(crate) use issue::{Beside, proposed_beside};
pub use issue::{Holder, Issue, Issued, Person, issue, propose};
pub use limits::{
    attachment_limit, disable, enable, judge, set_attachment, set_quota, warn_of_quota,
};
pub use list::{List, list};
pub use lock::{Because, lock, note_receipt, note_violation, restore};
pub use own_password::{accept_rules, choose_password, has_accepted_rules};
pub use passkeys::{add_passkey, remove_passkey};
pub use password_rule::{PasswordRule, one_time_password};
pub use recovery::{
    Link, ask_address, confirm_address, drop_address, leave_by_code, offer_reset, recover_password,
    recovers_itself, who_recovers,
};
pub use shut::{Shut, shut};
pub use subject::{Loaded, Subject};

/// Why something fell due, for people: the words of the clause.
pub(crate) fn why(profile: &Profile, due: &Due) -> String {
    match &due.origin {
        Origin::Profile {
            source: Source::Clause { quote, .. },
            ..
        } => quote.trim_end_matches(['.', ';']).to_owned(),
        Origin::Overlay(name) => format!("theo {name}"),
        _ => format!("thiết lập tại chỗ của {}", profile.managing().value),
    }
}

/// The day on which a mailbox falls due to be revoked or deleted if nothing happens, as it stands now.
fn end_day(
    tx: &mut Tx<'_>,
    law: crate::Law,
    subject: &Subject,
) -> Result<Option<String>, crate::Refused> {
    let now = Subject::load(tx, law, subject.id())?;
    let coming = now.profile.lifecycle().coming(&now.facts(), law.calendar());
    let ends = coming.iter().find(|due| {
        matches!(
            due.what,
            What::Do(Act::Revoke | Act::Delete) | What::Propose(Act::Revoke | Act::Delete)
        )
    });
    Ok(ends.map(|due| crate::notice::day(due.at.date())))
}
