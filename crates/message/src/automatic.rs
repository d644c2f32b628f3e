//! Whether a program may answer a message by itself (RFC 3834 §2), and what its answer refers to.

use crate::header::{addresses, decode_text, fields};
use crate::{charset, limits};

/// So many of those it names are looked at.
const PEOPLE: usize = 500;
/// The longest subject that is repeated, in letters.
const SUBJECT: usize = 200;

/// What of a message decides over an automatic answer, and what that says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answerable {
    /// A list, a bulk mailing or a program sent it: nothing answers.
    pub automatic: bool,
    /// Addresses of `To` and `Cc`, in small letters.
    pub named: Vec<String>,
    /// Its `Message-ID`, with angle brackets.
    pub message_id: String,
    /// `References` of an answer to it (RFC 5322 §3.6.4), divided by spaces.
    pub references: String,
    /// Its subject, decoded.
    pub subject: String,
}

impl Answerable {
    /// Looks at a header block, however it ends.
    pub fn new(header: &[u8]) -> Self {
        let mut found = Self::default();
        let mut before = String::new();
        for field in fields(header) {
            let value = field.value;
            let word = || charset::text(value.trim_ascii()).to_ascii_lowercase();
            if field.is("Auto-Submitted") {
                // RFC 3834 §5: `no` alone says that a person wrote it.
                let word = word();
                let said = word.split([';', ' ', '(']).next().unwrap_or_default();
                found.automatic |= said != "no";
            } else if field.is("Precedence") {
                found.automatic |= ["bulk", "list", "junk"].contains(&word().as_str());
            } else if field.is("X-Auto-Response-Suppress") {
                let word = word();
                let mut said = word.split(',').map(str::trim);
                found.automatic |= said.any(|one| ["all", "oof", "autoreply"].contains(&one));
            } else if is_of_list(field.name) || field.is("X-Loop") || field.is("Feedback-ID") {
                found.automatic = true;
            } else if field.is("X-Spam-Flag") {
                found.automatic |= word() == "yes";
            } else if field.is("To") || field.is("Cc") {
                let room = PEOPLE.saturating_sub(found.named.len());
                let people = addresses(value).into_iter().take(room);
                found
                    .named
                    .extend(people.map(|one| one.addr().to_lowercase()));
            } else if field.is("Message-ID") {
                found.message_id = ids(value).into_iter().next().unwrap_or_default();
            } else if field.is("References") {
                before = ids(value).join(" ");
            } else if field.is("Subject") {
                found.subject = decode_text(value).trim().chars().take(SUBJECT).collect();
            }
        }
        // The oldest go where there are too many.
        while before.len() + found.message_id.len() + 1 > limits::ANSWERED {
            match before.split_once(' ') {
                Some((_, rest)) => before = rest.to_owned(),
                None => before.clear(),
            }
            if before.is_empty() {
                break;
            }
        }
        found.references = format!("{before} {}", found.message_id).trim().to_owned();
        found
    }
}

/// RFC 2369, RFC 2919: only what sends to many writes these.
fn is_of_list(name: &[u8]) -> bool {
    name.get(..5)
        .is_some_and(|start| start.eq_ignore_ascii_case(b"List-"))
}

/// The `<…>` of a value, of signs that a header line may hold.
fn ids(value: &[u8]) -> Vec<String> {
    let text = charset::text(value);
    text.split('<')
        .skip(1)
        .filter_map(|rest| rest.split_once('>'))
        .map(|(id, _)| format!("<{}>", id.split_whitespace().collect::<String>()))
        .filter(|id| {
            id.len() > 2 && id.len() < 500 && id.bytes().all(|byte| byte.is_ascii_graphic())
        })
        .collect()
}

/// Whether mail from this address is a program's by its name (RFC 3834 §2; RFC 5230 §4.6).
pub fn is_robot(address: &str) -> bool {
    let local = address.rsplit_once('@').map_or(address, |(local, _)| local);
    let local = local.to_lowercase();
    [
        "owner-",
        "noreply",
        "no-reply",
        "no_reply",
        "donotreply",
        "do-not-reply",
        "bounce",
    ]
    .iter()
    .any(|start| local.starts_with(start))
        || ["-request", "-owner", "-bounces", "-relay"]
            .iter()
            .any(|end| local.ends_with(end))
        || ["mailer-daemon", "listserv", "majordomo", "postmaster"].contains(&local.as_str())
}
