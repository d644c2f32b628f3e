//! `Authentication-Results` (RFC 8601).

use super::words::{Word, words};
use crate::header;

/// So many fields, and findings in one, are looked at.
const MOST: usize = 50;

/// What one server found (RFC 8601 §2.2).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Results {
    /// The name under which it writes.
    pub server: String,
    /// What it found.
    pub findings: Vec<Finding>,
}

/// What became of one way of finding out (RFC 8601 §2.3).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Finding {
    /// `spf`, `dkim`, `dmarc` …, in small letters.
    pub method: String,
    /// `pass`, `fail` …, in small letters.
    pub result: String,
    /// What it is about: `header.from` and its value.
    pub about: Vec<(String, String)>,
}

impl Results {
    /// The result of a method; the best where there are several (a message may be signed more than once).
    pub fn of(&self, method: &str) -> Option<&str> {
        let mut of = self.findings.iter().filter(|one| one.method == method);
        let first = of.next()?;
        let passed = std::iter::once(first)
            .chain(of)
            .find(|one| one.result == "pass");
        Some(&passed.unwrap_or(first).result)
    }
}

/// What all servers say that wrote into this header.
pub fn results(block: &[u8]) -> Vec<Results> {
    header::fields(block)
        .filter(|field| field.is("Authentication-Results"))
        .take(MOST)
        .map(|field| read(field.value))
        .collect()
}

fn read(value: &[u8]) -> Results {
    let words = words(value);
    let mut pieces = words.split(|word| *word == Word::End).map(|piece| {
        let plain = piece.iter().filter_map(|word| match word {
            Word::Plain(text) => Some(text.as_str()),
            Word::Comment(_) | Word::End => None,
        });
        plain.collect::<Vec<_>>()
    });
    let server = pieces.next().and_then(|piece| piece.first().copied());
    let mut found = Results {
        server: server.unwrap_or_default().to_owned(),
        findings: Vec::new(),
    };
    for piece in pieces.take(MOST) {
        let mut pairs = pairs(&piece).into_iter();
        let Some((method, result)) = pairs.next() else {
            continue;
        };
        // RFC 8601 §2.2: a version may stand behind the method.
        let method = method.split('/').next().unwrap_or_default();
        found.findings.push(Finding {
            method: method.to_ascii_lowercase(),
            result: result.to_ascii_lowercase(),
            about: pairs.collect(),
        });
    }
    found
}

/// `name=value`, with blanks around the sign or without.
fn pairs(words: &[&str]) -> Vec<(String, String)> {
    let joined = words
        .join(" ")
        .replace(" = ", "=")
        .replace(" =", "=")
        .replace("= ", "=");
    let pairs = joined.split(' ').filter_map(|word| word.split_once('='));
    pairs
        .filter(|(name, value)| !name.is_empty() && !value.is_empty())
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_found() {
        let block = b"Authentication-Results: mx.tinh.gov.vn (congvu) 1;\r\n\tspf=fail (not listed) smtp.mailfrom=ke@xau.example;\r\n\t\
dkim=fail reason=\"bad; signature\" header.d=xau.example;\r\n\tdkim = pass header.d=khac.example;\r\n\tdmarc/1=FAIL header.from=tinh.gov.vn\r\n\
Authentication-Results: mx.tinh.gov.vn; none\r\nAuthentication-Results:\r\n\r\n";
        let all = results(block);
        assert_eq!(all.len(), 3);
        assert_eq!(all[0].server, "mx.tinh.gov.vn");
        assert_eq!(all[0].of("spf"), Some("fail"));
        assert_eq!(all[0].of("dkim"), Some("pass"));
        assert_eq!(all[0].of("dmarc"), Some("fail"));
        assert_eq!(all[0].of("arc"), None);
        assert_eq!(
            all[0].findings[0].about,
            [("smtp.mailfrom".to_owned(), "ke@xau.example".to_owned())]
        );
        assert!(all[1].findings.is_empty() && all[2].server.is_empty());
    }

    #[test]
    fn nonsense_says_nothing() {
        for value in [";;;=;= =;a=;=b", "x; \"", "(((", "x;spf"] {
            let found = read(value.as_bytes());
            assert!(found.findings.is_empty(), "{value}: {found:?}");
        }
    }
}
