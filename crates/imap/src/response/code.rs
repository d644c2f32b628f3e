//! Response codes (RFC 9051 §7.1 and the extensions named).

use super::data::separated;
use super::{flag_list, mailbox_id, number, quoted, uid_set};
use crate::types::{Flag, Tag};

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
    /// `BADEVENT` with the events that are offered (RFC 5465 §5).
    BadEvent,
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
    /// `INPROGRESS` (RFC 9585)
    InProgress {
        /// The command's tag.
        tag: Option<&'a Tag>,
        /// How far it is, and of how much.
        step: Option<(u64, u64)>,
    },
    /// `INUSE`
    InUse,
    /// `LIMIT`
    Limit,
    /// `MAILBOXID`: the folder's row (RFC 8474 §4.1)
    MailboxId(i64),
    /// `METADATA LONGENTRIES`: the longest value left out (RFC 5464 §4.2.1).
    MetadataLongEntries(u64),
    /// `METADATA MAXSIZE`: the longest value taken (RFC 5464 §4.3).
    MetadataMaxSize(u64),
    /// `METADATA NOPRIVATE` (RFC 5464 §4.3)
    MetadataNoPrivate,
    /// `METADATA TOOMANY` (RFC 5464 §4.3)
    MetadataTooMany,
    /// `MODIFIED`: what STORE left alone (RFC 7162 §3.1.3).
    Modified(&'a [(u32, u32)]),
    /// `NOMODSEQ` (RFC 7162 §3.1.2.2)
    NoModSeq,
    /// `NONEXISTENT`
    NonExistent,
    /// `NOPERM`
    NoPerm,
    /// `NOTIFICATIONOVERFLOW`: nothing more is told by itself (RFC 5465 §5.8).
    NotificationOverflow,
    /// `NOTSAVED`: a search's result was not kept (RFC 5182 §2.5)
    NotSaved,
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
    /// `UNKNOWN-CTE`: a part cannot be decoded (RFC 3516 §4.3).
    UnknownCte,
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
            Self::InProgress { tag, step } => in_progress(out, tag, step),
            Self::HighestModSeq(n) | Self::MetadataLongEntries(n) | Self::MetadataMaxSize(n) => {
                numbered(out, n);
            }
            Self::UidNext(n) | Self::UidValidity(n) | Self::Unseen(n) => numbered(out, n.into()),
            Self::MailboxId(folder) => {
                out.push(b' ');
                mailbox_id(out, folder);
            }
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
            Self::BadEvent => {
                "BADEVENT (MessageNew MessageExpunge FlagChange MailboxName \
                 SubscriptionChange MailboxMetadataChange ServerMetadataChange)"
            }
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
            Self::InProgress { .. } => "INPROGRESS",
            Self::InUse => "INUSE",
            Self::Limit => "LIMIT",
            Self::MailboxId(_) => "MAILBOXID",
            Self::MetadataLongEntries(_) => "METADATA LONGENTRIES",
            Self::MetadataMaxSize(_) => "METADATA MAXSIZE",
            Self::MetadataNoPrivate => "METADATA NOPRIVATE",
            Self::MetadataTooMany => "METADATA TOOMANY",
            Self::Modified(_) => "MODIFIED",
            Self::NoModSeq => "NOMODSEQ",
            Self::NonExistent => "NONEXISTENT",
            Self::NoPerm => "NOPERM",
            Self::NotificationOverflow => "NOTIFICATIONOVERFLOW",
            Self::NotSaved => "NOTSAVED",
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
            Self::UnknownCte => "UNKNOWN-CTE",
            Self::Unseen(_) => "UNSEEN",
            Self::UseAttr => "USEATTR",
        }
    }
}

/// RFC 9585 §5; a tag with a bracket would seem to end the code.
fn in_progress(out: &mut Vec<u8>, tag: Option<&Tag>, step: Option<(u64, u64)>) {
    out.extend_from_slice(b" (");
    match tag.filter(|tag| !tag.as_str().contains(']')) {
        Some(tag) => quoted(out, tag.as_str().as_bytes()),
        None => out.extend_from_slice(b"NIL"),
    }
    if let Some((done, goal)) = step {
        numbered(out, done);
        numbered(out, goal);
    } else {
        out.extend_from_slice(b" NIL NIL");
    }
    out.push(b')');
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
            // RFC 9585 §4
            (
                Code::InProgress {
                    tag: Tag::new(b"A001").as_ref(),
                    step: Some((175, 1000)),
                },
                "INPROGRESS (\"A001\" 175 1000)",
            ),
            (
                Code::InProgress {
                    tag: Tag::new(b"A001").as_ref(),
                    step: None,
                },
                "INPROGRESS (\"A001\" NIL NIL)",
            ),
            (
                Code::InProgress {
                    tag: Tag::new(b"A]1").as_ref(),
                    step: Some((1, 2)),
                },
                "INPROGRESS (NIL 1 2)",
            ),
            (Code::MailboxId(12), "MAILBOXID (F12)"),
            (Code::NotSaved, "NOTSAVED"),
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
