//! The templates: `regulations/notices.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Template {
    subject: String,
    body: String,
}

type Set = BTreeMap<String, Template>;

/// By profile; `notice` has those of all.
static TEMPLATES: LazyLock<BTreeMap<String, Set>> = LazyLock::new(|| {
    toml::from_str(include_str!("../../../../regulations/notices.toml"))
        .expect("the compiled-in templates parse: the tests read them")
});

macro_rules! notices {
    ($($(#[$doc:meta])* $name:ident $text:literal),* $(,)?) => {
        /// What a notice tells.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Notice { $($(#[$doc])* $name),* }

        impl Notice {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Its name among the templates, and the kind in the outbox.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }
        }
    };
}

notices! {
    /// A mailbox is locked; to its agency.
    Lock "lock",
    /// Sign-in is shut off for safety; to the agency.
    Disabled "disabled",
    /// It will be locked; to its holder.
    LockSoon "lock-soon",
    /// The same; to its agency.
    LockSoonAgency "lock-soon-agency",
    /// It will be locked because the password handed over is not changed; to its agency.
    LockSoonPassword "lock-soon-password",
    /// It will fall due for revocation or deletion; to the agency.
    EndSoon "end-soon",
    /// It has, and waits for the department; to the agency.
    EndDue "end-due",
    /// It was revoked.
    Revoked "revoked",
    /// It was deleted for good.
    Deleted "deleted",
    /// It was restored.
    Restored "restored",
    /// It was issued.
    Issued "issued",
    /// It has another address; to its holder.
    Renamed "renamed",
    /// The password expires soon.
    PasswordSoon "password-soon",
    /// The password expired.
    PasswordExpired "password-expired",
    /// The receipt of a notice is not recorded; to who decides.
    AskReceipt "ask-receipt",
    /// A request to restore is to be answered today; to who decides.
    AnswerDue "answer-due",
    /// A request to restore is handled from today on; to who decides.
    HandleRestore "handle-restore",
    /// A mailbox fills up; to its holder.
    Quota "quota",
    /// A message was not sent at its time; to who opens the mailbox.
    NotSent "not-sent",
    /// A message that came is held; to who opens the mailbox.
    Held "held",
    /// A request came; to the agency.
    RequestReceived "request-received",
    /// A message was no request; to its sender.
    RequestRefusedAtDoor "request-refused-at-door",
    /// A request is to be done soon; to who decides.
    RequestDue "request-due",
    /// A request is late; to who decides.
    RequestOverdue "request-overdue",
    /// A line of one could not be carried out; to who decides.
    RequestFailed "request-failed",
    /// What became of a request; to the agency.
    RequestResult "request-result",
    /// More fell due than a run may carry out; to who operates.
    SweepHeld "sweep-held",
    /// Nobody looked into a unit mailbox in a part of the day; to its keepers.
    Unchecked "unchecked",
    /// A report is made; to the agency whose it is.
    ReportMade "report-made",
    /// A report is to be submitted soon, or is late; to who submits it.
    ReportDue "report-due",
    /// A report is given back; to who submitted it.
    ReportReturned "report-returned",
    /// What an account is signed in with was changed; to its holder.
    Security "security",
    /// A way to choose a new password; to the recovery address.
    ResetLink "reset-link",
    /// Why there is none now; to the recovery address.
    ResetLocked "reset-locked",
    /// A code that shows that an address is somebody's; to that address.
    ResetAddress "reset-address",
    /// A stop of the service is planned; to all.
    StopPlanned "stop-planned",
    /// The service stops, or stopped, unplanned; to all.
    StopEmergency "stop-emergency",
    /// It is back; to all.
    StopDone "stop-done",
    /// The planned stop does not take place; to all.
    StopCancelled "stop-cancelled",
    /// Somebody may read a mailbox by an order; to its owner.
    Access "access",
    /// Its address is another, with many others; to its holder.
    Readdressed "readdressed",
    /// An incident is reported; to who operates and decides.
    Incident "incident",
    /// Secret material was found in a mailbox; to its agency and the competent authority.
    SecretFound "secret-found",
    /// The same; to who decides.
    SecretDecide "secret-decide",
    /// The same; to the agency it came from.
    SecretSent "secret-sent",
    /// A message pretends to be another's; to who operates and decides.
    Phishing "phishing",
    /// Somebody issued a token in one's name; to its owner.
    Token "token",
}

/// Subject and body, filled in. What a template names and nobody fills in is left out.
pub(super) fn fill(profile: &str, kind: Notice, values: &[(&str, String)]) -> (String, String) {
    fill_from(&TEMPLATES, profile, kind, values)
}

fn fill_from(
    templates: &BTreeMap<String, Set>,
    profile: &str,
    kind: Notice,
    values: &[(&str, String)],
) -> (String, String) {
    let own = templates.get(profile).and_then(|set| set.get(kind.name()));
    let common = || templates.get("notice").and_then(|set| set.get(kind.name()));
    let Some(template) = own.or_else(common) else {
        return (kind.name().to_owned(), String::new());
    };
    // A subject is one line, whatever a name holds.
    let subject = filled(&template.subject, values).replace(char::is_control, " ");
    (subject, filled(template.body.trim_start(), values))
}

fn filled(text: &str, values: &[(&str, String)]) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, after)) = behind.split_once('}') else {
            rest = behind;
            break;
        };
        // The last one counts: a caller's stands behind the common ones.
        if let Some((_, value)) = values.iter().rev().find(|(known, _)| *known == name) {
            out.push_str(value);
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_notice_has_its_template_and_every_template_its_notice() {
        for kind in Notice::ALL {
            let template = TEMPLATES.get("notice").and_then(|set| set.get(kind.name()));
            let template = template.unwrap_or_else(|| panic!("{}", kind.name()));
            assert!(template.subject.len() > 10 && template.body.len() > 40);
        }
        for (profile, set) in TEMPLATES.iter() {
            assert!(
                profile == "notice" || congvu_regulation::profile(profile).is_some(),
                "{profile}"
            );
            for name in set.keys() {
                assert!(Notice::ALL.iter().any(|kind| kind.name() == name), "{name}");
            }
        }
    }

    /// What no regulation speaks of: a limit of the system, or the owner's own means of signing in.
    const OF_NO_RULE: [Notice; 7] = [
        Notice::NotSent,
        Notice::SweepHeld,
        Notice::Security,
        Notice::ResetLink,
        Notice::ResetLocked,
        Notice::ResetAddress,
        Notice::Token,
    ];

    #[test]
    fn every_template_that_rests_on_a_rule_cites_it() {
        for set in TEMPLATES.values() {
            for (name, template) in set {
                let of_none = OF_NO_RULE.iter().any(|kind| kind.name() == name);
                assert_eq!(!of_none, template.body.contains("{clause}"), "{name}");
            }
        }
    }

    #[test]
    fn a_profiles_own_template_wins() {
        let text = "[notice.lock]\nsubject = \"chung\"\nbody = \"{clause}\"\n\
                    [son-la.lock]\nsubject = \"riêng\"\nbody = \"của tỉnh {clause}\"\n";
        let templates: BTreeMap<String, Set> = toml::from_str(text).unwrap();
        let values = [("clause", "SL.8.1".to_owned())];
        let of = |profile| fill_from(&templates, profile, Notice::Lock, &values);
        assert_eq!(
            of("son-la"),
            ("riêng".to_owned(), "của tỉnh SL.8.1".to_owned())
        );
        assert_eq!(of("tuyen-quang"), ("chung".to_owned(), "SL.8.1".to_owned()));
    }

    #[test]
    fn what_is_filled_in_is_not_read_again() {
        let values = [("a", "{b}\r\nBcc: x".to_owned()), ("b", "no".to_owned())];
        assert_eq!(filled("{a} {c}{a", &values), "{b}\r\nBcc: x a");
    }
}
