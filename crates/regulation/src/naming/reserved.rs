//! Names that belong to the system and to nobody else.

/// Local parts that are never given to a person, a unit or a group, in small letters and sorted: the roles of RFC 2142,
/// the names that certificate authorities write to, and what mail servers use themselves.
pub const RESERVED: [&str; 28] = [
    "abuse",
    "admin",
    "administrator",
    "autoconfig",
    "autodiscover",
    "daemon",
    "dmarc",
    "ftp",
    "hostmaster",
    "listmaster",
    "mailer-daemon",
    "mailerdaemon",
    "news",
    "no-reply",
    "nobody",
    "noc",
    "noreply",
    "postmaster",
    "root",
    "security",
    "sysadmin",
    "system",
    "tls-rpt",
    "tlsrpt",
    "usenet",
    "uucp",
    "webmaster",
    "www",
];

/// Whether this local part, in small letters, belongs to the system.
#[must_use]
pub fn is_reserved(local_part: &str) -> bool {
    RESERVED.binary_search(&local_part).is_ok()
}

/// Whether it is a name of the system with a number behind it (`postmaster1`): whoever sees it takes it for the system.
pub(super) fn looks_reserved(local_part: &str) -> bool {
    let name = local_part.trim_end_matches(|c: char| c.is_ascii_digit());
    name.len() > 3 && name != local_part && is_reserved(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_found() {
        assert!(RESERVED.is_sorted());
        assert!(RESERVED.iter().all(|name| is_reserved(name)));
        assert!(!is_reserved("skhcn"));
        assert!(looks_reserved("postmaster1") && looks_reserved("admin02"));
        // Too short to be taken for it: Nguyễn Ô Cường, born 1990.
        assert!(!looks_reserved("noc90") && !looks_reserved("skhcn2"));
    }
}
