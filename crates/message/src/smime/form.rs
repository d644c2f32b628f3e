//! Where a message carries S/MIME.

use crate::{Kind, Part};

/// What is signed or encrypted of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form<'p> {
    /// How.
    pub signed: Signed<'p>,
    /// It is all of the message: nothing stands beside it that is not signed.
    pub is_whole: bool,
}

/// How it is signed, or encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signed<'p> {
    /// `multipart/signed` (RFC 8551 §3.5.3): a part, and its signature beside it.
    Beside {
        /// What is signed: from the first byte of its header to the last of its body.
        content: &'p Part,
        /// `application/pkcs7-signature`
        signature: &'p Part,
    },
    /// `application/pkcs7-mime` (RFC 8551 §3.5.2, §3.3): what is signed or encrypted lies within.
    Around(&'p Part),
}

/// How a message is signed or encrypted, seen from its top; what lies within messages that it passes on is theirs.
pub fn form(top: &Part) -> Option<Form<'_>> {
    let whole = |signed| Form {
        signed,
        is_whole: true,
    };
    if is_around(top) {
        return Some(whole(Signed::Around(top)));
    }
    if let Some(signed) = beside(top) {
        return Some(whole(signed));
    }
    // A list or a gateway has put something beside it.
    let parts = match &top.kind {
        Kind::Multipart(parts) if top.is_subtype("mixed") => parts.iter(),
        _ => return None,
    };
    let signed = parts.filter_map(beside).next()?;
    Some(Form {
        signed,
        is_whole: false,
    })
}

fn beside(part: &Part) -> Option<Signed<'_>> {
    let Kind::Multipart(parts) = &part.kind else {
        return None;
    };
    let [content, signature] = parts.as_slice() else {
        return None;
    };
    let is_signature = part.is_subtype("signed")
        && signature.is_type("application")
        && (signature.is_subtype("pkcs7-signature") || signature.is_subtype("x-pkcs7-signature"));
    is_signature.then_some(Signed::Beside { content, signature })
}

/// Whether a part is signed or encrypted content: certificates alone are a file.
fn is_around(part: &Part) -> bool {
    let certificates = part
        .param("smime-type")
        .is_some_and(|kind| kind.eq_ignore_ascii_case("certs-only"));
    part.kind == Kind::Leaf
        && part.is_type("application")
        && (part.is_subtype("pkcs7-mime") || part.is_subtype("x-pkcs7-mime"))
        && !certificates
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Analyzer;

    fn told(message: &str) -> Option<(String, bool)> {
        let mut analyzer = Analyzer::new();
        analyzer.feed(message.replace('\n', "\r\n").as_bytes());
        let top = analyzer.finish().structure;
        let form = form(&top)?;
        let how = match form.signed {
            Signed::Beside { content, .. } => format!("beside {}", content.subtype),
            Signed::Around(part) => format!("around {}", part.subtype),
        };
        Some((how, form.is_whole))
    }

    #[test]
    fn where_it_is() {
        const SIGNED: &str = "Content-Type: multipart/signed; boundary=s\n\n--s\n\nchào\n--s\nContent-Type: application/pkcs7-signature\n\nAAAA\n--s--\n";
        assert_eq!(told(SIGNED), Some(("beside plain".to_owned(), true)));
        let mixed = format!(
            "Content-Type: multipart/mixed; boundary=m\n\n--m\n{SIGNED}\n--m\n\nchân trang\n--m--\n"
        );
        assert_eq!(told(&mixed), Some(("beside plain".to_owned(), false)));
        let passed_on = format!(
            "Content-Type: multipart/mixed; boundary=m\n\n--m\nContent-Type: message/rfc822\n\n{SIGNED}\n--m--\n"
        );
        assert_eq!(told(&passed_on), None);
        for (header, wanted) in [
            ("application/pkcs7-mime; smime-type=signed-data", true),
            ("application/X-pkcs7-mime; name=smime.p7m", true),
            ("application/pkcs7-mime; smime-type=Certs-Only", false),
            ("application/pkcs7-signature", false),
            ("multipart/signed; boundary=s", false),
        ] {
            let found = told(&format!("Content-Type: {header}\n\nAAAA\n"));
            assert_eq!(found.is_some(), wanted, "{header}");
        }
        let pgp = SIGNED.replace("pkcs7-signature", "pgp-signature");
        assert_eq!(told(&pgp), None);
    }
}
