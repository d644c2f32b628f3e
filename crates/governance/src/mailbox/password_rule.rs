//! What passwords must be like at a mailbox's place, and one-time passwords that are so.

use congvu_regulation::Profile;
use congvu_regulation::password::{self, Fault, Names, Rule};
use congvu_store::{AccountId, MailboxId, OrganisationId, Tx, account, organisation, random};

use super::Subject;
use crate::{Law, Refused};

/// How often a one-time password is drawn anew that happens to hold an abbreviation of the mailbox's names.
const TRIES: usize = 20;

/// What a mailbox's password must be like: the rule of the profile in force at its place, and the names that it may have
/// to do without (TQ.6.2).
#[derive(Clone, Debug)]
pub struct PasswordRule {
    rule: Rule,
    names: Names,
    /// Its last passwords that are not used again, hashed.
    last: Vec<String>,
    /// The one in force, hashed.
    current: Option<String>,
}

impl PasswordRule {
    /// The rule of a profile for a mailbox of an organisation of this name, with this local part and display name.
    #[must_use]
    pub fn by(profile: &Profile, organisation: &str, local_part: &str, name: &str) -> Self {
        Self {
            rule: profile.password().clone(),
            names: Names::default()
                .organisation(organisation)
                .person(name)
                .address(local_part),
            last: Vec::new(),
            current: None,
        }
    }

    /// The rule for a mailbox at a place.
    ///
    /// # Errors
    /// There is no such place, or no profile there.
    pub fn at(
        tx: &mut Tx<'_>,
        law: Law,
        place: OrganisationId,
        (local_part, name): (&str, &str),
    ) -> Result<Self, Refused> {
        let profile = law.at(tx, place)?;
        let organisation = organisation::get(tx, place)?
            .ok_or_else(|| Refused::missing("Không có cơ quan của hộp thư này."))?;
        let rule = Self::by(profile, &organisation.name, local_part, name);
        let mut names = rule.names.organisation(&organisation.short_name);
        // A sub-unit's agency is named in no password either; the top of the tree is no agency of theirs.
        let mut above = organisation.parent;
        while let Some(id) = above {
            let Some(place) = organisation::get(tx, id)? else {
                break;
            };
            if place.parent.is_some() {
                names = names
                    .organisation(&place.name)
                    .organisation(&place.short_name);
            }
            above = place.parent;
        }
        Ok(Self { names, ..rule })
    }

    /// The rule for the mailbox of an account, with the passwords that it may not use again.
    ///
    /// # Errors
    /// There is no such account, or no profile at its place.
    pub fn of(tx: &mut Tx<'_>, law: Law, id: AccountId) -> Result<Self, Refused> {
        let missing = || Refused::missing("Không có tài khoản này.");
        let account = account::get(tx, id)?.ok_or_else(missing)?;
        let login = account.login;
        let (place, name) = account::place(tx, id)?.ok_or_else(missing)?;
        let (local_part, _) = login.rsplit_once('@').unwrap_or((&login, ""));
        let rule = Self::at(tx, law, place, (local_part, &name))?;
        let last = account::last_passwords(tx, id, rule.rule.history().value)?;
        Ok(Self {
            last,
            current: account.password,
            ..rule
        })
    }

    /// The rule itself, to be told before anything is typed.
    #[must_use]
    pub fn rule(&self) -> &Rule {
        &self.rule
    }

    /// Whether it is the password in force, so that nothing would change; `is` as for [`Self::faults`].
    #[must_use]
    pub fn is_current(&self, password: &str, is: impl Fn(&str, &str) -> bool) -> bool {
        self.current.as_deref().is_some_and(|phc| is(phc, password))
    }

    /// Whether a password that somebody else set must be changed at the first sign-in.
    #[must_use]
    pub fn is_changed_first(&self) -> bool {
        self.rule.change_at_first_sign_in().value
    }

    /// What the rule refuses in a password; `is` says whether it is the one with this hash.
    #[must_use]
    pub fn faults(&self, password: &str, is: impl Fn(&str, &str) -> bool) -> Vec<Fault> {
        let reused = |password: &str| self.last.iter().any(|phc| is(phc, password));
        password::check(&self.rule, password, &self.names, reused)
    }

    /// A password that follows the rule and can be read out on the telephone. It is nowhere kept.
    #[must_use]
    pub fn one_time(&self) -> String {
        let draw = || password::generate(&self.rule, fill);
        let mut made = draw();
        for _ in 0..TRIES {
            // What is drawn was never used.
            if self.faults(&made, |_, _| false).is_empty() {
                break;
            }
            made = draw();
        }
        made
    }
}

/// A one-time password for a mailbox ([`PasswordRule::one_time`]): what is handed over is its hash ([`super::hand_over`]).
///
/// # Errors
/// There is no such mailbox, or no profile at its place.
pub fn one_time_password(tx: &mut Tx<'_>, law: Law, mailbox: MailboxId) -> Result<String, Refused> {
    let subject = Subject::load(tx, law, mailbox)?;
    let life = &subject.life;
    let (local_part, _) = life.address.rsplit_once('@').unwrap_or((&life.address, ""));
    let rule = PasswordRule::at(tx, law, subject.organisation.id, (local_part, &life.name))?;
    Ok(rule.one_time())
}

fn fill(buffer: &mut [u8]) {
    for part in buffer.chunks_mut(16) {
        for (slot, byte) in part.iter_mut().zip(random::<16>()) {
            *slot = byte;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(profile: &str) -> PasswordRule {
        let law = Law::default();
        let profile = law.profile(profile).expect(profile);
        PasswordRule::by(
            profile,
            "Sở Khoa học và Công nghệ",
            "pva.skhcn",
            "Phạm Văn An",
        )
    }

    fn faults(rule: &PasswordRule, password: &str) -> Vec<String> {
        let faults = rule.faults(password, |_, _| false);
        faults.iter().map(ToString::to_string).collect()
    }

    /// QN.15.1, TQ.6.2, HCM.8.3.a, SL.6.2.
    #[test]
    fn one_time_passwords_follow_the_rule_of_every_profile() {
        for profile in congvu_regulation::profiles() {
            let rule = rule(profile.id());
            for _ in 0..50 {
                let password = rule.one_time();
                assert_eq!(faults(&rule, &password), Vec::<String>::new(), "{password}");
                assert!(password.len() >= 20, "{password}");
            }
        }
    }

    /// TQ.6.2.
    #[test]
    fn all_faults_are_told_with_their_clauses() {
        assert_eq!(
            faults(&rule("tuyen-quang"), "Pham-x"),
            [
                "Mật khẩu phải có ít nhất 8 ký tự; mật khẩu này có 6 ký tự. (TQ.6.2)",
                "Mật khẩu phải có ít nhất một chữ số. (TQ.6.2)",
                "Mật khẩu không được chứa tên cá nhân (“pham”). (TQ.6.2)",
            ]
        );
    }
}
