//! MAIL (RFC 5321 §4.1.1.2): a transaction begins.

use congvu_delivery::limits;
use congvu_delivery::outbound::Return;
use congvu_delivery::{EnvelopeDsn, TraceId};
use congvu_message::address::Address;

use super::dsn;
use super::parameters::{self, parameters};
use super::path::{Path, PathError, after_keyword};
use crate::Role;
use crate::message::{TOO_LARGE, not_theirs};
use crate::reply::{BAD_SEQUENCE, HELLO_FIRST, Reply};
use crate::session::Session;
use crate::transaction::Transaction;

const SYNTAX: Reply = Reply::new(501, "5.5.4", "Syntax: MAIL FROM:<address>");
const ADDRESS: Reply = Reply::new(501, "5.1.7", "Malformed sender address");
const BAD_VALUE: Reply = Reply::new(501, "5.5.4", "Malformed parameter value");
const BODY: Reply = Reply::new(555, "5.5.4", "BODY is 7BIT or 8BITMIME");
/// RFC 6531 §3.5.
pub(super) const NEEDS_UTF8: Reply = Reply::new(553, "5.6.7", "A UTF-8 address needs SMTPUTF8");
const SIGN_IN: Reply = Reply::new(530, "5.7.0", "Sign in first");
const NULL_SENDER: Reply = Reply::new(550, "5.7.1", "A submission names its sender (TQ.4)");
const TOO_FAST: Reply = Reply::new(
    450,
    "4.7.1",
    "Too many messages from your address, try again later",
);
const TOO_MANY: Reply = Reply::new(
    451,
    "4.7.1",
    "Too many messages from this account, try again later",
);

/// What MAIL says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Mail {
    sender: Option<Address>,
    /// RFC 1870.
    size: u64,
    /// RFC 6531.
    utf8: bool,
    /// RFC 4954 §5.
    auth: bool,
    /// RFC 3461 §4.3, §4.4.
    dsn: EnvelopeDsn,
}

impl Mail {
    pub(crate) fn parse(arguments: &str) -> Result<Self, Reply> {
        let (path, rest) = after_keyword("FROM", arguments).map_err(|error| match error {
            PathError::Syntax => SYNTAX,
            PathError::Address => ADDRESS,
        })?;
        let sender = match path {
            Path::Null => None,
            Path::Mailbox(address) => Some(address),
            Path::Postmaster => return Err(ADDRESS),
        };
        let mut mail = Self {
            sender,
            size: 0,
            utf8: false,
            auth: false,
            dsn: EnvelopeDsn::default(),
        };
        for parameter in parameters(rest) {
            let (keyword, value) = parameter?;
            mail.parameter(&keyword.to_ascii_uppercase(), value)?;
        }
        if !mail.utf8 && mail.sender.as_ref().is_some_and(|a| !is_ascii(a)) {
            return Err(NEEDS_UTF8);
        }
        Ok(mail)
    }

    fn parameter(&mut self, keyword: &str, value: Option<&str>) -> Result<(), Reply> {
        match (keyword, value) {
            ("SIZE", Some(value)) => self.size = size(value).ok_or(BAD_VALUE)?,
            // RFC 6152 §2; all of the mail here is 8-bit clean.
            ("BODY", Some(value))
                if value.eq_ignore_ascii_case("7BIT") || value.eq_ignore_ascii_case("8BITMIME") => {
            }
            ("BODY", Some(_)) => return Err(BODY),
            ("SMTPUTF8", None) => self.utf8 = true,
            ("AUTH", Some(_)) => self.auth = true,
            ("RET", Some(value)) if self.dsn.ret.is_none() => {
                self.dsn.ret = Some(ret(value).ok_or(BAD_VALUE)?);
            }
            ("ENVID", Some(value)) if self.dsn.envelope_id.is_none() => {
                let id = dsn::xtext(value, dsn::ENVELOPE_ID).ok_or(BAD_VALUE)?;
                self.dsn.envelope_id = Some(id.to_owned());
            }
            ("SIZE" | "BODY" | "AUTH", None) | ("RET" | "ENVID", _) | ("SMTPUTF8", Some(_)) => {
                return Err(BAD_VALUE);
            }
            _ => return Err(parameters::UNKNOWN),
        }
        Ok(())
    }
}

fn ret(value: &str) -> Option<Return> {
    match value.to_ascii_uppercase().as_str() {
        "FULL" => Some(Return::Full),
        "HDRS" => Some(Return::Headers),
        _ => None,
    }
}

/// At most 20 digits (RFC 1870 §4); more than a u64 holds is more than any limit.
fn size(value: &str) -> Option<u64> {
    let digits = value.len() <= 20 && value.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| value.parse().unwrap_or(u64::MAX))
}

pub(super) fn is_ascii(address: &Address) -> bool {
    address.local().is_ascii() && address.domain().is_ascii()
}

impl Session {
    pub(crate) async fn mail(&mut self, mail: Mail) -> Reply {
        if self.hello.is_none() {
            return HELLO_FIRST;
        }
        if self.transaction.is_some() {
            return BAD_SEQUENCE;
        }
        self.utf8 = mail.utf8;
        if let Err(refusal) = self.check_sender(&mail).await {
            let sender = mail.sender.as_ref().map(Address::to_string);
            self.log_sender(&sender.unwrap_or_default(), None, "", mail.size, &refusal);
            return refusal;
        }
        self.transaction = Some(Box::new(Transaction {
            sender: mail.sender,
            declared: mail.size,
            utf8: mail.utf8,
            recipients: Vec::new(),
            trace: TraceId::new(),
            dsn: mail.dsn,
            chunks: None,
        }));
        Reply::new(250, "2.1.0", "Sender OK")
    }

    async fn check_sender(&self, mail: &Mail) -> Result<(), Reply> {
        let server = &self.server;
        if server.config.role == Role::Submission && self.signed_in.is_none() {
            return Err(SIGN_IN);
        }
        if mail.auth && self.signed_in.is_none() {
            return Err(parameters::UNKNOWN);
        }
        if mail.dsn != EnvelopeDsn::default() && !self.speaks_dsn() {
            return Err(parameters::UNKNOWN);
        }
        if mail.size > server.config.max_message_size {
            return Err(TOO_LARGE);
        }
        let Some(account) = self.account() else {
            let ip = self.conn.peer().ip();
            let admitted = server.is_exempt(ip) || server.by_address.take(limits::source(ip));
            return if admitted { Ok(()) } else { Err(TOO_FAST) };
        };
        let sender = mail.sender.as_ref().ok_or(NULL_SENDER)?;
        let theirs = server.delivery.may_send_as(account, sender).await;
        theirs.map_err(|refusal| not_theirs(&refusal))?;
        server.delivery.count_message(account).map_err(|_| TOO_MANY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(arguments: &str) -> u16 {
        Mail::parse(arguments)
            .err()
            .map_or(250, |reply| reply.code())
    }

    #[test]
    fn parameters_are_read() {
        let mail = Mail::parse("FROM:<thủ@x.vn> size=42 BODY=8bitmime SMTPUTF8 AUTH=<>");
        let mail = mail.expect("reads");
        assert_eq!((mail.size, mail.utf8, mail.auth), (42, true, true));
        assert_eq!(Mail::parse("FROM:<>").map(|m| m.sender), Ok(None));
    }

    #[test]
    fn refusals() {
        for (arguments, expected) in [
            ("", 501),
            ("TO:<a@b.vn>", 501),
            ("FROM:a@b.vn", 501),
            ("FROM:<a@b..vn>", 501),
            ("FROM:<a@b.vn> SIZE=", 501),
            ("FROM:<a@b.vn> SIZE", 501),
            ("FROM:<a@b.vn> SIZE=x", 501),
            ("FROM:<a@b.vn> SIZE=-1", 501),
            ("FROM:<a@b.vn> SIZE=18446744073709551616", 250),
            ("FROM:<a@b.vn> SIZE=184467440737095516160", 501),
            ("FROM:<a@b.vn> BODY=BINARYMIME", 555),
            ("FROM:<a@b.vn> SMTPUTF8=yes", 501),
            ("FROM:<a@b.vn> RET=FULL ENVID=QQ314159+2B", 250),
            ("FROM:<a@b.vn> ret=hdrs", 250),
            ("FROM:<a@b.vn> RET=FULL RET=HDRS", 501),
            ("FROM:<a@b.vn> RET=SOME", 501),
            ("FROM:<a@b.vn> RET", 501),
            ("FROM:<a@b.vn> ENVID=+2", 501),
            ("FROM:<a@b.vn> ENVID=+0D+0AX", 501),
            ("FROM:<a@b.vn> ENVID=a ENVID=b", 501),
            ("FROM:<a@b.vn> X", 555),
            ("FROM:<thủ@b.vn>", 553),
            ("FROM:<thủ@b.vn> SMTPUTF8", 250),
            ("FROM:<a@tỉnh.vn>", 553),
        ] {
            assert_eq!(code(arguments), expected, "{arguments}");
        }
    }
}
