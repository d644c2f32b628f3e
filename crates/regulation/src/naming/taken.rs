//! What is taken: who holds a local part, or held it.

use std::collections::HashMap;

use super::PersonName;

/// Who holds a local part.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Holder {
    /// The holder's name, where the holder is a person and the name is known.
    pub name: Option<PersonName>,
    /// The address is retired: it leads nowhere and is never given again.
    pub retired: bool,
}

/// What is taken in the domain. Asked with local parts in small letters.
pub trait Taken {
    /// The holder of a local part, also a former one; nothing where the local part is free.
    fn holder(&self, local_part: &str) -> Option<Holder>;
}

impl<F: Fn(&str) -> Option<Holder>> Taken for F {
    fn holder(&self, local_part: &str) -> Option<Holder> {
        self(local_part)
    }
}

/// A list of what is taken.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TakenList(HashMap<String, Holder>);

/// An entry of a list that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadTaken {
    /// It is neither an address nor one with a name.
    #[error("“{0}” không đọc được: cần dạng dia.chi hoặc dia.chi=Họ|đệm|tên")]
    Unreadable(String),
    /// An address of another domain takes nothing here: it is a mistake, or the list is another one.
    #[error("“{address}” không thuộc tên miền {domain}")]
    Elsewhere {
        /// The address.
        address: String,
        /// The domain of the list.
        domain: String,
    },
}

/// [`parse_taken`] for a list of this domain: an address may leave the domain out, but has no other.
///
/// # Errors
/// The first entry that cannot be read, or that is of another domain.
pub fn parse_taken_in(text: &str, domain: &str) -> Result<TakenList, BadTaken> {
    let addresses = text
        .split(',')
        .map(|entry| entry.split('=').next().unwrap_or_default());
    for address in addresses.map(str::trim) {
        if let Some((_, other)) = address.rsplit_once('@')
            && !other.eq_ignore_ascii_case(domain)
        {
            return Err(BadTaken::Elsewhere {
                address: address.to_owned(),
                domain: domain.to_owned(),
            });
        }
    }
    parse_taken(text)
}

/// Reads `a,b,vnha.skhcn=Vương|Ngọc|Hà`: local parts (or addresses, whose domain is left out), with the holder's name
/// where it is known. White space and empty entries are passed over.
///
/// # Errors
/// The first entry that is neither.
pub fn parse_taken(text: &str) -> Result<TakenList, BadTaken> {
    let mut list = TakenList::default();
    for entry in text
        .split(',')
        .map(str::trim)
        .filter(|entry| !entry.is_empty())
    {
        let bad = || BadTaken::Unreadable(entry.to_owned());
        let (address, name) = match entry.split_once('=') {
            Some((address, name)) => (address, Some(PersonName::parse(name).ok_or_else(bad)?)),
            None => (entry, None),
        };
        let local_part = address.split('@').next().unwrap_or_default().trim();
        if local_part.is_empty() || local_part.chars().any(char::is_whitespace) {
            return Err(bad());
        }
        list.hold(
            local_part,
            Holder {
                name,
                retired: false,
            },
        );
    }
    Ok(list)
}

impl TakenList {
    /// Adds a holder.
    pub fn hold(&mut self, local_part: &str, holder: Holder) {
        self.0.insert(local_part.to_ascii_lowercase(), holder);
    }

    /// Adds all of another list, as retired.
    pub fn retire(&mut self, other: Self) {
        for (local_part, holder) in other.0 {
            self.0.insert(
                local_part,
                Holder {
                    retired: true,
                    ..holder
                },
            );
        }
    }

    /// Reads entries without a dot as standing before this suffix too: for lists of people of one organisation, whose
    /// addresses all end alike.
    pub fn complete(&mut self, suffix: &str) {
        let more: Vec<(String, Holder)> = self
            .0
            .iter()
            .filter(|(local_part, _)| !local_part.contains('.'))
            .map(|(local_part, holder)| (format!("{local_part}.{suffix}"), holder.clone()))
            .collect();
        for (local_part, holder) in more {
            self.0.entry(local_part).or_insert(holder);
        }
    }
}

impl Taken for TakenList {
    fn holder(&self, local_part: &str) -> Option<Holder> {
        self.0.get(local_part).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tq_5_2_a_list_with_a_holder() {
        let list =
            parse_taken("a, B.skhcn,,vnha.skhcn=Vương|Ngọc|Hà,c@sonla.gov.vn").expect("a list");
        assert_eq!(list.holder("a"), Some(Holder::default()));
        assert_eq!(list.holder("b.skhcn"), Some(Holder::default()));
        assert_eq!(list.holder("c"), Some(Holder::default()));
        assert_eq!(list.holder("d"), None);
        let name = list.holder("vnha.skhcn").and_then(|holder| holder.name);
        assert_eq!(name, PersonName::parse("Vương|Ngọc|Hà"));
    }

    #[test]
    fn entries_that_cannot_be_read() {
        for text in ["a=Hà", "=A|B|C", "a b", "@x", "a=A|B|C|D"] {
            let bad = BadTaken::Unreadable(text.to_owned());
            assert_eq!(parse_taken(text), Err(bad));
        }
    }

    #[test]
    fn an_address_of_another_domain_takes_nothing_here() {
        let list = parse_taken_in("a,b@SonLa.gov.vn=A|B|C", "sonla.gov.vn").expect("a list");
        assert!(list.holder("a").is_some() && list.holder("b").is_some());
        let refused = parse_taken_in("a,snv@gmail.com", "sonla.gov.vn");
        let told = refused.expect_err("another domain").to_string();
        assert_eq!(told, "“snv@gmail.com” không thuộc tên miền sonla.gov.vn");
    }

    #[test]
    fn entries_completed_and_retired() {
        let mut list = parse_taken("hungbh").expect("a list");
        list.complete("bimson");
        list.retire(parse_taken("cu.bimson").expect("a list"));
        assert!(
            list.holder("hungbh.bimson")
                .is_some_and(|holder| !holder.retired)
        );
        assert!(
            list.holder("cu.bimson")
                .is_some_and(|holder| holder.retired)
        );
    }
}
