//! SMTP mailboxes (RFC 5321 §4.1.2, RFC 6531 §3.3).

use std::borrow::Cow;
use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// Longest local part, octets (RFC 5321 §4.5.3.1.1).
const LOCAL: usize = 64;
/// Longest domain, octets (RFC 5321 §4.5.3.1.2).
const DOMAIN: usize = 255;
/// Longest label of a domain, octets (RFC 1035 §2.3.4).
const LABEL: usize = 63;

/// Why a text is no mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// No `@`.
    #[error("no @ in the address")]
    NoAt,
    /// The part before the `@` breaks RFC 5321 §4.1.2.
    #[error("malformed local part")]
    Local,
    /// The part after the `@` breaks RFC 5321 §4.1.2.
    #[error("malformed domain")]
    Domain,
    /// Local part over 64 or domain over 255 octets (RFC 5321 §4.5.3.1).
    #[error("address too long")]
    TooLong,
}

/// A valid mailbox; the local part is held without quotes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Address {
    local: String,
    domain: String,
}

impl Address {
    /// Reads `local@domain`; a quoted local part loses its quotes.
    ///
    /// # Errors
    /// [`AddressError`] says which half is at fault.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let (local, domain) = if let Some(quoted) = text.strip_prefix('"') {
            let (local, rest) = unquote(quoted)?;
            (local, rest.strip_prefix('@').ok_or(AddressError::NoAt)?)
        } else {
            let (local, domain) = text.split_once('@').ok_or(AddressError::NoAt)?;
            if !is_dot_atom(local) {
                return Err(AddressError::Local);
            }
            (local.to_owned(), domain)
        };
        check_domain(domain)?;
        let address = Self {
            local,
            domain: domain.to_owned(),
        };
        if address.written_local().len() > LOCAL || domain.len() > DOMAIN {
            return Err(AddressError::TooLong);
        }
        Ok(address)
    }

    /// The local part as SMTP writes it, quoted where it must be.
    fn written_local(&self) -> Cow<'_, str> {
        if is_dot_atom(&self.local) {
            return Cow::Borrowed(&self.local);
        }
        Cow::Owned(format!(
            "\"{}\"",
            self.local.replace('\\', "\\\\").replace('"', "\\\"")
        ))
    }

    /// Local part, unquoted.
    pub fn local(&self) -> &str {
        &self.local
    }

    /// Domain as written.
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// Lower-case local part and domain: two addresses with equal keys reach one mailbox here.
    pub fn lookup_key(&self) -> (String, String) {
        (lower(&self.local), lower(&self.domain))
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.written_local(), self.domain)
    }
}

/// UTF-8 beyond ASCII that an address may hold (RFC 6531 §3.3): neither controls nor spaces.
fn is_utf8(c: char) -> bool {
    !c.is_ascii() && !c.is_control() && !c.is_whitespace()
}

/// `Dot-string` (RFC 5321 §4.1.2).
fn is_dot_atom(local: &str) -> bool {
    let atext =
        |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c) || is_utf8(c);
    local
        .split('.')
        .all(|atom| !atom.is_empty() && atom.chars().all(atext))
}

/// `Quoted-string` after its first quote: the unquoted text, and what follows the last quote.
fn unquote(quoted: &str) -> Result<(String, &str), AddressError> {
    let mut local = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' if local.is_empty() => return Err(AddressError::Local),
            '"' => return Ok((local, &quoted[at + 1..])),
            '\\' => match chars.next() {
                Some((_, escaped @ ' '..='~')) => local.push(escaped),
                _ => return Err(AddressError::Local),
            },
            ' '..='~' => local.push(c),
            c if is_utf8(c) => local.push(c),
            _ => return Err(AddressError::Local),
        }
    }
    Err(AddressError::Local)
}

/// `Domain` or `address-literal` (RFC 5321 §4.1.2, §4.1.3); labels may be UTF-8 (RFC 6531 §3.3).
fn check_domain(domain: &str) -> Result<(), AddressError> {
    let valid = match domain.strip_prefix('[') {
        Some(literal) => is_literal(literal),
        None => domain.split('.').all(is_label),
    };
    if valid {
        Ok(())
    } else {
        Err(AddressError::Domain)
    }
}

fn is_label(label: &str) -> bool {
    let inner = |c: char| c.is_ascii_alphanumeric() || c == '-' || is_utf8(c);
    let fits = !label.is_ascii() || label.len() <= LABEL;
    !label.is_empty()
        && fits
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.chars().all(inner)
}

/// An address literal after its opening bracket.
fn is_literal(literal: &str) -> bool {
    let Some(inside) = literal.strip_suffix(']') else {
        return false;
    };
    match inside.split_at_checked(5) {
        Some((tag, address)) if tag.eq_ignore_ascii_case("IPv6:") => {
            address.parse::<Ipv6Addr>().is_ok()
        }
        _ => inside.parse::<Ipv4Addr>().is_ok(),
    }
}

/// Lower case, but never from outside ASCII into it: the Kelvin sign is no `k`, and nobody shall be
/// reached, or forged, by a letter that only looks like theirs.
fn lower(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let lowered = out.len();
        out.extend(c.to_lowercase());
        if !c.is_ascii() && out[lowered..].contains(|c: char| c.is_ascii()) {
            out.truncate(lowered);
            out.push(c);
        }
    }
    out
}
