//! Mail domains, and patterns of them.

use std::fmt;

/// A mail domain in small letters, without a dot at its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Domain(String);

impl Domain {
    /// Reads a domain; anything that is not at least two plain labels is none: an address literal, a text with signs
    /// that no eye sees, an internationalised name that is not in its ASCII form.
    pub(super) fn new(text: &str) -> Option<Self> {
        let plain = text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase();
        let is_label = |label: &str| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        };
        (plain.len() <= 253 && plain.contains('.') && plain.split('.').all(is_label))
            .then_some(Self(plain))
    }
}

/// A domain, or all domains below one: `gov.vn`, `*.gov.vn`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DomainPattern {
    below: bool,
    domain: Domain,
}

impl DomainPattern {
    /// Reads a pattern in small letters.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let (below, rest) = match text.strip_prefix("*.") {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let domain = Domain::new(rest)?;
        (domain.0 == rest).then_some(Self { below, domain })
    }

    /// Whether all that the other pattern means is meant by this one.
    pub(super) fn covers(&self, other: &Self) -> bool {
        if other.below {
            // Below `gov.vn` lies all that lies below `sonla.gov.vn`.
            self.below && (self.domain == other.domain || self.is(&other.domain))
        } else {
            self.is(&other.domain)
        }
    }

    pub(super) fn is(&self, domain: &Domain) -> bool {
        if self.below {
            let above = domain.0.strip_suffix(&self.domain.0);
            above.is_some_and(|labels| labels.ends_with('.'))
        } else {
            self.domain == *domain
        }
    }
}

/// As written: `*.gov.vn`.
impl fmt::Display for DomainPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.below { "*." } else { "" }, self.domain.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_mean_a_domain_or_all_below_it() {
        let is = |pattern: &str, domain: &str| {
            let pattern = DomainPattern::new(pattern).expect(pattern);
            Domain::new(domain).is_some_and(|domain| pattern.is(&domain))
        };
        assert!(is("gov.vn", "GOV.vn."));
        assert!(!is("gov.vn", "sonla.gov.vn"));
        assert!(is("*.gov.vn", "mail.SonLa.gov.vn"));
        for other in [
            "gov.vn",
            "evilgov.vn",
            "gov.vn.evil.com",
            "a..gov.vn",
            ".gov.vn",
            "sonla.gov.vn\u{200b}",
            "sonla．gov.vn",
            "[127.0.0.1]",
            "",
        ] {
            assert!(!is("*.gov.vn", other), "{other}");
        }
        for bad in [
            "*", "*.vn", "vn", "*gov.vn", "Gov.vn", "gov.vn.", "a.*.vn", "", "*.*.vn",
        ] {
            assert_eq!(DomainPattern::new(bad), None, "{bad}");
        }
    }
}
