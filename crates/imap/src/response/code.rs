//! Response codes (RFC 9051 §7.1 and the extensions named).

use super::data::separated;
use super::{flag_list, number, uid_set};
use crate::types::Flag;

/// What stands in brackets after a status. Sets are ranges with their ends
/// included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Code<'a> {
    /// `ALERT`: the person must see the text.
    Alert,
    /// `ALREADYEXISTS`
    AlreadyExists,
    /// `APPENDUID` (RFC 4315 §3)
    AppendUid {
        /// The mailbox's UIDVALIDITY.
        uid_validity: u32,
        /// The new messages.
        uids: &'a [(u32, u32)],
    },
    /// `AUTHENTICATIONFAILED`
    AuthenticationFailed,
    /// `AUTHORIZATIONFAILED`
    AuthorizationFailed,
    /// `BADCHARSET` with the character sets that are offered.
    BadCharset(&'a [&'a str]),
    /// `CANNOT`: never possible.
    Cannot,
    /// `CAPABILITY`
    Capability(&'a [&'a str]),
    /// `CLIENTBUG`
    ClientBug,
    /// `CLOSED`: the mailbox selected before is closed (RFC 7162 §3.2.11).
    Closed,
    /// `COMPRESSIONACTIVE` (RFC 4978 §3)
    CompressionActive,
    /// `CONTACTADMIN`
    ContactAdmin,
    /// `COPYUID` (RFC 4315 §3)
    CopyUid {
        /// The target's UIDVALIDITY.
        uid_validity: u32,
        /// The messages copied, in the order of the new ones.
        from: &'a [(u32, u32)],
        /// The new messages.
        to: &'a [(u32, u32)],
    },
    /// `CORRUPTION`
    Corruption,
    /// `EXPIRED`: the password is too old.
    Expired,
    /// `EXPUNGEISSUED`
    ExpungeIssued,
    /// `HASCHILDREN`
    HasChildren,
    /// `HIGHESTMODSEQ` (RFC 7162 §3.1.2.1)
    HighestModSeq(u64),
    /// `INUSE`
    InUse,
    /// `LIMIT`
    Limit,
    /// `MODIFIED`: what STORE left alone (RFC 7162 §3.1.3).
    Modified(&'a [(u32, u32)]),
    /// `NOMODSEQ` (RFC 7162 §3.1.2.2)
    NoModSeq,
    /// `NONEXISTENT`
    NonExistent,
    /// `NOPERM`
    NoPerm,
    /// `OVERQUOTA`
    OverQuota,
    /// `PARSE`: a stored message is malformed.
    Parse,
    /// `PERMANENTFLAGS`
    PermanentFlags {
        /// What can be set for good.
        flags: &'a [Flag],
        /// Whether new keywords can be made: `\*`.
        any: bool,
    },
    /// `PRIVACYREQUIRED`: only under TLS.
    PrivacyRequired,
    /// `READ-ONLY`
    ReadOnly,
    /// `READ-WRITE`
    ReadWrite,
    /// `SERVERBUG`
    ServerBug,
    /// `TOOBIG` (RFC 4469 §4.2)
    TooBig,
    /// `TRYCREATE`: the target is missing and can be made.
    TryCreate,
    /// `UIDNEXT`
    UidNext(u32),
    /// `UIDNOTSTICKY`
    UidNotSticky,
    /// `UIDVALIDITY`
    UidValidity(u32),
    /// `UNAVAILABLE`: try later.
    Unavailable,
    /// `UNSEEN` (RFC 3501 §7.1)
    Unseen(u32),
    /// `USEATTR` (RFC 6154 §3)
    UseAttr,
}

impl Code<'_> {
    /// Writes the code without brackets.
    pub fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.name().as_bytes());
        match *self {
            Self::AppendUid { uid_validity, uids } => {
                numbered(out, uid_validity.into());
                set(out, uids);
            }
            Self::CopyUid {
                uid_validity,
                from,
                to,
            } => {
                numbered(out, uid_validity.into());
                set(out, from);
                set(out, to);
            }
            Self::BadCharset(names) => {
                out.extend_from_slice(b" (");
                out.extend_from_slice(names.join(" ").as_bytes());
                out.push(b')');
            }
            Self::Capability(names) => {
                out.push(b' ');
                separated(out, names.iter().copied());
            }
            Self::HighestModSeq(n) => numbered(out, n),
            Self::UidNext(n) | Self::UidValidity(n) | Self::Unseen(n) => numbered(out, n.into()),
            Self::Modified(messages) => set(out, messages),
            Self::PermanentFlags { flags, any } => {
                out.push(b' ');
                flag_list(out, flags);
                if any {
                    out.pop();
                    out.extend_from_slice(if flags.is_empty() { b"\\*)" } else { b" \\*)" });
                }
            }
            _ => {}
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Alert => "ALERT",
            Self::AlreadyExists => "ALREADYEXISTS",
            Self::AppendUid { .. } => "APPENDUID",
            Self::AuthenticationFailed => "AUTHENTICATIONFAILED",
            Self::AuthorizationFailed => "AUTHORIZATIONFAILED",
            Self::BadCharset(_) => "BADCHARSET",
            Self::Cannot => "CANNOT",
            Self::Capability(_) => "CAPABILITY",
            Self::ClientBug => "CLIENTBUG",
            Self::Closed => "CLOSED",
            Self::CompressionActive => "COMPRESSIONACTIVE",
            Self::ContactAdmin => "CONTACTADMIN",
            Self::CopyUid { .. } => "COPYUID",
            Self::Corruption => "CORRUPTION",
            Self::Expired => "EXPIRED",
            Self::ExpungeIssued => "EXPUNGEISSUED",
            Self::HasChildren => "HASCHILDREN",
            Self::HighestModSeq(_) => "HIGHESTMODSEQ",
            Self::InUse => "INUSE",
            Self::Limit => "LIMIT",
            Self::Modified(_) => "MODIFIED",
            Self::NoModSeq => "NOMODSEQ",
            Self::NonExistent => "NONEXISTENT",
            Self::NoPerm => "NOPERM",
            Self::OverQuota => "OVERQUOTA",
            Self::Parse => "PARSE",
            Self::PermanentFlags { .. } => "PERMANENTFLAGS",
            Self::PrivacyRequired => "PRIVACYREQUIRED",
            Self::ReadOnly => "READ-ONLY",
            Self::ReadWrite => "READ-WRITE",
            Self::ServerBug => "SERVERBUG",
            Self::TooBig => "TOOBIG",
            Self::TryCreate => "TRYCREATE",
            Self::UidNext(_) => "UIDNEXT",
            Self::UidNotSticky => "UIDNOTSTICKY",
            Self::UidValidity(_) => "UIDVALIDITY",
            Self::Unavailable => "UNAVAILABLE",
            Self::Unseen(_) => "UNSEEN",
            Self::UseAttr => "USEATTR",
        }
    }
}

fn numbered(out: &mut Vec<u8>, n: u64) {
    out.push(b' ');
    number(out, n);
}

fn set(out: &mut Vec<u8>, ranges: &[(u32, u32)]) {
    out.push(b' ');
    uid_set(out, ranges);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written() {
        for (code, text) in [
            (Code::Alert, "ALERT"),
            (Code::ReadOnly, "READ-ONLY"),
            (Code::TryCreate, "TRYCREATE"),
            (
                Code::AppendUid {
                    uid_validity: 38505,
                    uids: &[(3955, 3955)],
                },
                "APPENDUID 38505 3955",
            ),
            (
                Code::CopyUid {
                    uid_validity: 38505,
                    from: &[(304, 304), (319, 320)],
                    to: &[(3956, 3958)],
                },
                "COPYUID 38505 304,319:320 3956:3958",
            ),
            (
                Code::BadCharset(&["US-ASCII", "UTF-8"]),
                "BADCHARSET (US-ASCII UTF-8)",
            ),
            (
                Code::Capability(&["IMAP4rev1", "IDLE"]),
                "CAPABILITY IMAP4rev1 IDLE",
            ),
            (
                Code::HighestModSeq(715194045007),
                "HIGHESTMODSEQ 715194045007",
            ),
            (Code::Modified(&[(7, 7), (9, 9)]), "MODIFIED 7,9"),
            (Code::UidNext(4392), "UIDNEXT 4392"),
            (
                Code::PermanentFlags {
                    flags: &[Flag::Deleted, Flag::Seen],
                    any: true,
                },
                "PERMANENTFLAGS (\\Deleted \\Seen \\*)",
            ),
            (
                Code::PermanentFlags {
                    flags: &[],
                    any: true,
                },
                "PERMANENTFLAGS (\\*)",
            ),
            (
                Code::PermanentFlags {
                    flags: &[],
                    any: false,
                },
                "PERMANENTFLAGS ()",
            ),
        ] {
            let mut out = Vec::new();
            code.write(&mut out);
            assert_eq!(String::from_utf8(out).unwrap(), text);
        }
    }
}
