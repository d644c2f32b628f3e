//! What delivery, threading and search want to know of a message's top header.

mod read;

/// One mailbox of an address field, decoded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AddressSpec {
    /// Display name, decoded (RFC 2047); empty where there is none.
    pub name: String,
    /// Local part, unquoted.
    pub local: String,
    /// Domain as written; empty where the address has none.
    pub domain: String,
}

impl AddressSpec {
    /// `local@domain`, or the local part alone where there is no domain.
    pub fn addr(&self) -> String {
        if self.domain.is_empty() {
            self.local.clone()
        } else {
            format!("{}@{}", self.local, self.domain)
        }
    }
}

/// Facts of the top header (RFC 5322 §3.6) and of the bytes as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// `Message-ID`, with its angle brackets.
    pub message_id: Option<String>,
    /// First identifier of `In-Reply-To`, with its angle brackets.
    pub in_reply_to: Option<String>,
    /// Identifiers of `References`, oldest first, with their angle brackets.
    pub references: Vec<String>,
    /// `Subject`, decoded (RFC 2047), at most [`crate::limits::SUBJECT`] bytes.
    pub subject: String,
    /// Mailboxes of `From`, groups flattened.
    pub from: Vec<AddressSpec>,
    /// First mailbox of `Sender`.
    pub sender: Option<AddressSpec>,
    /// Number of mailboxes in `To` and `Cc` together.
    pub to_cc_count: u32,
    /// `Date` in unix seconds, where it can be understood.
    pub date: Option<i64>,
    /// There is a non-empty `Date` field.
    pub has_date: bool,
    /// There is a non-empty `Message-ID` field.
    pub has_message_id: bool,
    /// There is a `From` field with at least one mailbox.
    pub has_from: bool,
    /// Number of `Received` fields (RFC 5321 §6.3, loop detection).
    pub received_count: u32,
    /// Values of `Delivered-To`, lower-case, at most [`crate::limits::DELIVERED_TO`].
    pub delivered_to: Vec<String>,
    /// `Auto-Submitted` (RFC 3834 §5), lower-case, without parameters.
    pub auto_submitted: Option<String>,
    /// `Congvu-Category`: the kind of document that the sender has chosen (HCM.7.1), decoded (RFC 2047), lower-case, at most
    /// [`crate::limits::CATEGORY`] bytes; ours, so that the choice goes with the message.
    pub category: Option<String>,
    /// The top header exceeded [`crate::limits::HEADER`]; the rest of it was not read.
    pub long_header: bool,
    /// A NUL byte somewhere in the message.
    pub has_nul: bool,
    /// A byte above 127 somewhere in the message.
    pub has_8bit: bool,
}

impl Facts {
    /// Message-IDs of those the message answers, oldest first, divided by spaces: `References`, else `In-Reply-To`
    /// (RFC 5256 §3). Where there are too many for [`crate::limits::ANSWERED`], the first, which began the
    /// conversation, and as many of the last as fit.
    pub fn answered(&self) -> String {
        let mut left = crate::limits::ANSWERED;
        let mut fits = |id: &&str| {
            let fits =
                !id.contains(|c: char| c.is_whitespace() || c.is_control()) && id.len() < left;
            left -= if fits { id.len() + 1 } else { 0 };
            fits
        };
        let (first, others) = match self.references.split_first() {
            Some((first, others)) => (Some(first.as_str()), others),
            None => (self.in_reply_to.as_deref(), &[][..]),
        };
        let first = first.filter(&mut fits);
        let mut kept: Vec<&str> = others
            .iter()
            .rev()
            .map(String::as_str)
            .filter(&mut fits)
            .collect();
        kept.extend(first);
        kept.reverse();
        kept.join(" ")
    }
}
