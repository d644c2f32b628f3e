//! The commands, one a file: its arguments, how they are read, and how it is
//! carried out.

pub mod acl;
pub mod append;
pub mod authenticate;
pub mod compress;
pub mod copy;
pub mod create;
pub mod enable;
pub mod expunge;
pub mod fetch;
pub mod id;
pub mod idle;
pub mod list;
pub mod login;
pub mod lsub;
pub mod mailbox_only;
pub mod metadata;
pub mod notify;
pub mod quota;
pub mod rename;
pub mod replace;
pub mod search;
pub mod search_key;
pub mod section;
pub mod select;
pub mod sort;
pub mod status;
pub mod store;
pub mod thread;

pub use acl::{AclEntry, ModRights, SetAcl};
pub use append::{Append, AppendMessage};
pub use authenticate::Authenticate;
pub use compress::Compress;
pub use copy::Copy;
pub use create::Create;
pub use enable::{Enable, Extension};
pub use expunge::Expunge;
pub use fetch::Fetch;
pub use id::Id;
pub use list::{List, ListReturn, ListSelection};
pub use login::Login;
pub use lsub::Lsub;
pub use mailbox_only::MailboxOnly;
pub use metadata::{GetMetadata, SetMetadata};
pub use notify::Notify;
pub use quota::{GetQuota, QuotaLimit, SetQuota};
pub use rename::Rename;
pub use replace::Replace;
pub use search::{Search, SearchReturn};
pub use select::Select;
pub use sort::Sort;
pub use status::Status;
pub use store::Store;
pub use thread::Thread;

use crate::parse::cursor::Parsed;
use crate::parse::{Cursor, Denormalized, Fault, ParseError, ParseOptions};
use crate::types::Tag;

/// A command as it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// The client's mark, repeated in the answer.
    pub tag: Tag,
    /// What it asks.
    pub body: CommandBody,
    /// Names in it that are not in their one form.
    pub denormalized: Vec<Denormalized>,
}

/// What a command asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommandBody {
    /// `CAPABILITY` (RFC 9051 §6.1.1)
    Capability,
    /// `NOOP` (RFC 9051 §6.1.2)
    Noop,
    /// `LOGOUT` (RFC 9051 §6.1.3)
    Logout,
    /// `ID` (RFC 2971)
    Id(Id),
    /// `STARTTLS` (RFC 9051 §6.2.1)
    StartTls,
    /// `AUTHENTICATE` (RFC 9051 §6.2.2)
    Authenticate(Authenticate),
    /// `LOGIN` (RFC 9051 §6.2.3)
    Login(Login),
    /// `UNAUTHENTICATE` (RFC 8437 §3)
    Unauthenticate,
    /// `COMPRESS` (RFC 4978 §3)
    Compress(Compress),
    /// `ENABLE` (RFC 9051 §6.3.1)
    Enable(Enable),
    /// `SELECT` and `EXAMINE` (RFC 9051 §6.3.2, §6.3.3)
    Select(Select),
    /// `CREATE` (RFC 9051 §6.3.4)
    Create(Create),
    /// `DELETE` (RFC 9051 §6.3.5)
    Delete(MailboxOnly),
    /// `RENAME` (RFC 9051 §6.3.6)
    Rename(Rename),
    /// `SUBSCRIBE` (RFC 9051 §6.3.7)
    Subscribe(MailboxOnly),
    /// `UNSUBSCRIBE` (RFC 9051 §6.3.8)
    Unsubscribe(MailboxOnly),
    /// `LIST` (RFC 9051 §6.3.9)
    List(List),
    /// `LSUB` (RFC 3501 §6.3.9)
    Lsub(Lsub),
    /// `NAMESPACE` (RFC 9051 §6.3.10)
    Namespace,
    /// `STATUS` (RFC 9051 §6.3.11)
    Status(Status),
    /// `APPEND` up to its message (RFC 9051 §6.3.12)
    Append(Append),
    /// `IDLE` (RFC 9051 §6.3.13)
    Idle,
    /// `GETQUOTA` (RFC 9208 §4.1.1)
    GetQuota(GetQuota),
    /// `GETQUOTAROOT` (RFC 9208 §4.1.2)
    GetQuotaRoot(MailboxOnly),
    /// `SETQUOTA` (RFC 9208 §4.1.3)
    SetQuota(SetQuota),
    /// `SETACL` (RFC 4314 §3.1)
    SetAcl(SetAcl),
    /// `DELETEACL` (RFC 4314 §3.2)
    DeleteAcl(AclEntry),
    /// `GETACL` (RFC 4314 §3.3)
    GetAcl(MailboxOnly),
    /// `LISTRIGHTS` (RFC 4314 §3.4)
    ListRights(AclEntry),
    /// `MYRIGHTS` (RFC 4314 §3.5)
    MyRights(MailboxOnly),
    /// `GETMETADATA` (RFC 5464 §4.2)
    GetMetadata(GetMetadata),
    /// `SETMETADATA` (RFC 5464 §4.3)
    SetMetadata(SetMetadata),
    /// `NOTIFY` (RFC 5465)
    Notify(Notify),
    /// `CHECK` (RFC 3501 §6.4.1)
    Check,
    /// `CLOSE` (RFC 9051 §6.4.1)
    Close,
    /// `UNSELECT` (RFC 9051 §6.4.2)
    Unselect,
    /// `EXPUNGE` and `UID EXPUNGE` (RFC 9051 §6.4.3, §6.4.9)
    Expunge(Expunge),
    /// `SEARCH` and `UID SEARCH` (RFC 9051 §6.4.4)
    Search(Search),
    /// `SORT` and `UID SORT` (RFC 5256)
    Sort(Sort),
    /// `THREAD` and `UID THREAD` (RFC 5256)
    Thread(Thread),
    /// `FETCH` and `UID FETCH` (RFC 9051 §6.4.5)
    Fetch(Fetch),
    /// `STORE` and `UID STORE` (RFC 9051 §6.4.6)
    Store(Store),
    /// `COPY` and `UID COPY` (RFC 9051 §6.4.7)
    Copy(Copy),
    /// `MOVE` and `UID MOVE` (RFC 9051 §6.4.8)
    Move(Copy),
    /// `REPLACE` and `UID REPLACE` up to the message (RFC 8508)
    Replace(Replace),
}

/// When a command may be given (RFC 9051 §3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// At any time.
    Any,
    /// Before sign-in only.
    NotAuthenticated,
    /// After sign-in, whether or not a mailbox is selected.
    Authenticated,
    /// With a mailbox selected.
    Selected,
}

impl CommandBody {
    /// The command's name, for logs and counters.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.row().0
    }

    /// When the command may be given.
    #[must_use]
    pub fn stage(&self) -> Stage {
        self.row().1
    }

    fn row(&self) -> (&'static str, Stage) {
        use Stage::{Any, Authenticated, NotAuthenticated, Selected};
        match self {
            Self::Capability => ("CAPABILITY", Any),
            Self::Noop => ("NOOP", Any),
            Self::Logout => ("LOGOUT", Any),
            Self::Id(_) => ("ID", Any),
            Self::StartTls => ("STARTTLS", NotAuthenticated),
            Self::Authenticate(_) => ("AUTHENTICATE", NotAuthenticated),
            Self::Login(_) => ("LOGIN", NotAuthenticated),
            Self::Unauthenticate => ("UNAUTHENTICATE", Authenticated),
            Self::Compress(_) => ("COMPRESS", Authenticated),
            Self::Enable(_) => ("ENABLE", Authenticated),
            Self::Select(Select {
                read_only: false, ..
            }) => ("SELECT", Authenticated),
            Self::Select(_) => ("EXAMINE", Authenticated),
            Self::Create(_) => ("CREATE", Authenticated),
            Self::Delete(_) => ("DELETE", Authenticated),
            Self::Rename(_) => ("RENAME", Authenticated),
            Self::Subscribe(_) => ("SUBSCRIBE", Authenticated),
            Self::Unsubscribe(_) => ("UNSUBSCRIBE", Authenticated),
            Self::List(_) => ("LIST", Authenticated),
            Self::Lsub(_) => ("LSUB", Authenticated),
            Self::Namespace => ("NAMESPACE", Authenticated),
            Self::Status(_) => ("STATUS", Authenticated),
            Self::Append(_) => ("APPEND", Authenticated),
            Self::Idle => ("IDLE", Authenticated),
            Self::GetQuota(_) => ("GETQUOTA", Authenticated),
            Self::GetQuotaRoot(_) => ("GETQUOTAROOT", Authenticated),
            Self::SetQuota(_) => ("SETQUOTA", Authenticated),
            Self::SetAcl(_) => ("SETACL", Authenticated),
            Self::DeleteAcl(_) => ("DELETEACL", Authenticated),
            Self::GetAcl(_) => ("GETACL", Authenticated),
            Self::ListRights(_) => ("LISTRIGHTS", Authenticated),
            Self::MyRights(_) => ("MYRIGHTS", Authenticated),
            Self::GetMetadata(_) => ("GETMETADATA", Authenticated),
            Self::SetMetadata(_) => ("SETMETADATA", Authenticated),
            Self::Notify(_) => ("NOTIFY", Authenticated),
            Self::Check => ("CHECK", Selected),
            Self::Close => ("CLOSE", Selected),
            Self::Unselect => ("UNSELECT", Selected),
            Self::Expunge(_) => ("EXPUNGE", Selected),
            Self::Search(_) => ("SEARCH", Selected),
            Self::Sort(_) => ("SORT", Selected),
            Self::Thread(_) => ("THREAD", Selected),
            Self::Fetch(_) => ("FETCH", Selected),
            Self::Store(_) => ("STORE", Selected),
            Self::Copy(_) => ("COPY", Selected),
            Self::Move(_) => ("MOVE", Selected),
            Self::Replace(_) => ("REPLACE", Selected),
        }
    }
}

/// Reads one command, from its tag to its last CRLF. `buf` is what
/// [`Framer`](crate::parse::Framer) found complete, or an APPEND up to its
/// message.
///
/// # Errors
/// [`ParseError`] with the tag, if there was one, and the fault.
pub fn parse(buf: &[u8], options: ParseOptions) -> Result<Command, ParseError> {
    let mut c = Cursor::new(buf, options);
    let tag = match c.tag() {
        Ok(tag) => tag,
        Err(fault) => return Err(ParseError { tag: None, fault }),
    };
    match body(&mut c) {
        Ok(body) => Ok(Command {
            tag,
            body,
            denormalized: c.take_denormalized(),
        }),
        Err(fault) => Err(ParseError {
            tag: Some(tag),
            fault,
        }),
    }
}

fn body(c: &mut Cursor<'_>) -> Parsed<CommandBody> {
    use CommandBody as B;
    c.sp()?;
    let name = c.atom()?.to_ascii_uppercase();
    let body = match name.as_str() {
        "CAPABILITY" => B::Capability,
        "NOOP" => B::Noop,
        "LOGOUT" => B::Logout,
        "STARTTLS" => B::StartTls,
        "UNAUTHENTICATE" => B::Unauthenticate,
        "NAMESPACE" => B::Namespace,
        "IDLE" => B::Idle,
        "CHECK" => B::Check,
        "CLOSE" => B::Close,
        "UNSELECT" => B::Unselect,
        "EXPUNGE" => B::Expunge(Expunge { uids: None }),
        "UID" => {
            c.sp()?;
            let name = c.atom()?.to_ascii_uppercase();
            c.sp()?;
            by_messages(c, &name, true)?
        }
        _ => {
            if c.at_end() {
                return Err(missing_arguments(&name));
            }
            c.sp()?;
            with_arguments(c, &name)?
        }
    };
    // These end where their message begins.
    if !matches!(body, B::Append(_) | B::Replace(_)) {
        c.end()?;
    }
    Ok(body)
}

const UNKNOWN: Fault = Fault::bad("unknown command");

fn missing_arguments(name: &str) -> Fault {
    // Reading a name with nothing after it tells whether it is a name at all.
    let mut nothing = Cursor::new(b"", ParseOptions::default());
    match with_arguments(&mut nothing, name) {
        Err(fault) if fault == UNKNOWN => UNKNOWN,
        _ => Fault::bad("arguments are missing"),
    }
}

fn with_arguments(c: &mut Cursor<'_>, name: &str) -> Parsed<CommandBody> {
    use CommandBody as B;
    Ok(match name {
        "ID" => B::Id(Id::parse(c)?),
        "AUTHENTICATE" => B::Authenticate(Authenticate::parse(c)?),
        "LOGIN" => B::Login(Login::parse(c)?),
        "COMPRESS" => B::Compress(Compress::parse(c)?),
        "ENABLE" => B::Enable(Enable::parse(c)?),
        "SELECT" => B::Select(Select::parse(c, false)?),
        "EXAMINE" => B::Select(Select::parse(c, true)?),
        "CREATE" => B::Create(Create::parse(c)?),
        "DELETE" => B::Delete(MailboxOnly::parse(c)?),
        "RENAME" => B::Rename(Rename::parse(c)?),
        "SUBSCRIBE" => B::Subscribe(MailboxOnly::parse(c)?),
        "UNSUBSCRIBE" => B::Unsubscribe(MailboxOnly::parse(c)?),
        "LIST" => B::List(List::parse(c)?),
        "LSUB" => B::Lsub(Lsub::parse(c)?),
        "STATUS" => B::Status(Status::parse(c)?),
        "APPEND" => B::Append(Append::parse(c)?),
        "GETQUOTA" => B::GetQuota(GetQuota::parse(c)?),
        "GETQUOTAROOT" => B::GetQuotaRoot(MailboxOnly::parse(c)?),
        "SETQUOTA" => B::SetQuota(SetQuota::parse(c)?),
        "NOTIFY" => B::Notify(Notify::parse(c)?),
        "SETACL" => B::SetAcl(SetAcl::parse(c)?),
        "DELETEACL" => B::DeleteAcl(AclEntry::parse(c)?),
        "GETACL" => B::GetAcl(MailboxOnly::parse(c)?),
        "LISTRIGHTS" => B::ListRights(AclEntry::parse(c)?),
        "MYRIGHTS" => B::MyRights(MailboxOnly::parse(c)?),
        "GETMETADATA" => B::GetMetadata(GetMetadata::parse(c)?),
        "SETMETADATA" => B::SetMetadata(SetMetadata::parse(c)?),
        _ => by_messages(c, name, false)?,
    })
}

/// The commands that name messages, by number or by UID.
fn by_messages(c: &mut Cursor<'_>, name: &str, uid: bool) -> Parsed<CommandBody> {
    use CommandBody as B;
    Ok(match name {
        "EXPUNGE" if uid => B::Expunge(Expunge {
            uids: Some(c.message_set(true)?),
        }),
        "SEARCH" => B::Search(Search::parse(c, uid)?),
        "SORT" => B::Sort(Sort::parse(c, uid)?),
        "THREAD" => B::Thread(Thread::parse(c, uid)?),
        "FETCH" => B::Fetch(Fetch::parse(c, uid)?),
        "STORE" => B::Store(Store::parse(c, uid)?),
        "COPY" => B::Copy(Copy::parse(c, uid)?),
        "MOVE" => B::Move(Copy::parse(c, uid)?),
        "REPLACE" => B::Replace(Replace::parse(c, uid)?),
        _ => return Err(UNKNOWN),
    })
}

#[cfg(test)]
pub(crate) mod testing;

#[cfg(test)]
mod tests;
