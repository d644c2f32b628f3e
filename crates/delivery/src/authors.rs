//! Whom a message names as its writer, as every mail program might read it.

use congvu_message::address::Address;
use congvu_message::header::{Field, addresses};
use congvu_message::{AddressSpec, header};

/// Fields that name a writer; each may stand once (RFC 5322 §3.6), the last two once for each time
/// the message was sent again (§3.6.6).
const FIELDS: [&str; 4] = ["From", "Sender", "Resent-From", "Resent-Sender"];

/// Whom the header of a submission names as the message's writers.
#[derive(Clone, Debug, Default)]
pub struct Authors {
    /// Addresses of all fields, those that stand in display names among them: many programs show
    /// nothing else.
    pub(crate) named: Vec<AddressSpec>,
    /// Two programs may read two different writers.
    pub(crate) unclear: bool,
    /// Mailboxes of From alone.
    pub(crate) authors: usize,
    from: u32,
    sender: u32,
}

impl Authors {
    pub(crate) fn has_from(&self) -> bool {
        self.from > 0
    }

    pub(crate) fn take(&mut self, field: &Field<'_>) {
        let Some(name) = FIELDS.iter().find(|name| field.is(name)) else {
            return;
        };
        match *name {
            "From" => self.from += 1,
            "Sender" => self.sender += 1,
            _ => {}
        }
        self.unclear |= self.from > 1 || self.sender > 1;
        let value = header::unfold(field.value);
        let found = addresses(&value);
        if *name == "From" {
            self.authors += found.len();
        }
        self.unclear |= elements(&value) != Some(found.len());
        let shown: Vec<AddressSpec> = found.iter().flat_map(in_display_name).collect();
        self.named.extend(found);
        self.named.extend(shown);
    }
}

/// Addresses written where the name belongs.
fn in_display_name(author: &AddressSpec) -> Vec<AddressSpec> {
    let ends = |c: char| c.is_whitespace() || "\"'()<>[],;:".contains(c);
    author
        .name
        .split(ends)
        .filter_map(|word| Address::parse(word).ok())
        .map(|address| AddressSpec {
            name: String::new(),
            local: address.local().to_owned(),
            domain: address.domain().to_owned(),
        })
        .collect()
}

/// How many mailboxes an address list has, counted by its commas alone; `None` where it has groups,
/// routes, or quotes and comments without an end.
fn elements(value: &[u8]) -> Option<usize> {
    let (mut quoted, mut comments, mut escaped) = (false, 0_u32, false);
    let (mut count, mut empty) = (0, true);
    for byte in value {
        if std::mem::take(&mut escaped) {
            continue;
        }
        match byte {
            b'\\' if quoted || comments > 0 => escaped = true,
            b'"' if comments == 0 => {
                quoted = !quoted;
                empty = false;
            }
            _ if quoted => {}
            b'(' => comments += 1,
            b')' if comments > 0 => comments -= 1,
            _ if comments > 0 => {}
            b':' | b';' => return None,
            b',' => {
                count += usize::from(!empty);
                empty = true;
            }
            b' ' | b'\t' => {}
            _ => empty = false,
        }
    }
    if quoted || comments > 0 || escaped {
        return None;
    }
    Some(count + usize::from(!empty))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(header: &str) -> Authors {
        let mut authors = Authors::default();
        header::fields(header.as_bytes()).for_each(|field| authors.take(&field));
        authors
    }

    fn check(header: &str, named: &[&str]) {
        let authors = read(header);
        let found: Vec<String> = authors.named.iter().map(AddressSpec::addr).collect();
        assert_eq!(found, named, "{header}");
        assert!(!authors.unclear, "{header}");
    }

    #[test]
    fn every_field_counts() {
        check("From: a@b", &["a@b"]);
        check(
            "From: A <a@b>, c@d (C)\r\nSender: e@f",
            &["a@b", "c@d", "e@f"],
        );
        check(
            "From: a@b\r\nResent-From: c@d\r\nResent-Sender: e@f",
            &["a@b", "c@d", "e@f"],
        );
        check("To: x@y\r\nReply-To: z@y", &[]);
        check("From: \"A, B\" <a@b>,\r\n c@d", &["a@b", "c@d"]);
    }

    #[test]
    fn an_address_as_a_name_counts() {
        check("From: \"x@y\" <a@b>", &["a@b", "x@y"]);
        check("From: (x@y) a@b", &["a@b", "x@y"]);
        check(
            "From: =?utf-8?q?Ch=E1=BB=A7_t=E1=BB=8Bch_=28x=40y=29?= <a@b>",
            &["a@b", "x@y"],
        );
        check("From: @An <a@b>", &["a@b"]);
    }

    #[test]
    fn what_can_be_read_in_several_ways() {
        for header in [
            "From: a@b\r\nFrom: a@b",
            "From: a@b\r\nSender: a@b\r\nSender: a@b",
            "From: Boss: a@b;",
            "From: \"x@y\", a@b",
            "From: <@x,@y:a@b>",
            "From: a@b <c@d> e@f",
            "From: <a@b> <c@d>",
            "From: \"a@b",
            "From: a@b (",
            "From: <>, a@b",
            "From: a@b c@d",
        ] {
            assert!(read(header).unclear, "{header}");
        }
    }
}
